package main

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"

	"chainrule/docs"
)

// A hole is a part of a function's body that is an exercise: the statements up to
// one that carries a label.
type hole struct {
	label      string // the equation to write: "M4"
	start, end int    // byte offsets in the file
	comments   string // the comments with the labels, which stay
	result     bool   // the function returns a number
}

// holes returns the parts to cut from a file, in order. A statement without a label
// belongs to the next one with a label, and so does a factor D of the product that
// follows. Statements that share a variable stay together.
func holes(text []byte) ([]hole, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	line := func(p token.Pos) int { return fset.Position(p).Line }
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	statements := docs.Statements(fset, f)
	var found []hole
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		var body []hole
		var locals [][]string // of each
		open := false         // the last hole continues
		for i, s := range fn.Body.List {
			if !open {
				body = append(body, hole{start: offset(s.Pos()), result: fn.Type.Results != nil})
				locals = append(locals, nil)
			}
			h := &body[len(body)-1]
			h.end = offset(s.End())
			locals[len(body)-1] = append(locals[len(body)-1], declares(s)...)
			open = true
			for _, labelled := range statements {
				if labelled.End < line(s.Pos()) || labelled.End > line(s.End()) {
					continue
				}
				c, label := labelled.Comment, labelled.Labels[0]
				if c.Pos() < fn.Body.Rbrace { // otherwise the whole function is on one line
					h.end = max(h.end, offset(c.End()))
					h.comments += c.Text + "\n\t"
				}
				if label[0] != 'D' || i == len(fn.Body.List)-1 {
					open = false
					if h.label == "" {
						h.label = label
					}
				}
			}
		}
		for i := 0; i < len(body); i++ {
			if body[i].label == "" {
				continue // no equation: keep it
			}
			for i+1 < len(body) && body[i+1].label != "" && (body[i+1].label == body[i].label || uses(text[body[i+1].start:body[i+1].end], locals[i])) {
				body[i+1].start, body[i+1].label = body[i].start, body[i].label
				body[i+1].comments = body[i].comments + body[i+1].comments
				locals[i+1] = append(locals[i+1], locals[i]...)
				i++
			}
			found = append(found, body[i])
		}
	}
	return found, nil
}

// declares returns the variables that a statement declares.
func declares(s ast.Stmt) (names []string) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		for _, x := range s.Lhs {
			if id, ok := x.(*ast.Ident); ok && s.Tok == token.DEFINE {
				names = append(names, id.Name)
			}
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

func uses(text []byte, names []string) bool {
	for _, name := range names {
		if regexp.MustCompile(`\b` + name + `\b`).Match(text) {
			return true
		}
	}
	return false
}

// cut returns the formatted file with each hole filled by what fill returns, and with a
// use of the imports that are no longer used.
func cut(text []byte, list []hole, fill func(h hole, was string) string) (string, error) {
	var b strings.Builder
	at := 0
	for _, h := range list {
		b.Write(text[at:h.start])
		b.WriteString(fill(h, string(text[h.start:h.end])))
		at = h.end
	}
	b.Write(text[at:])
	kept, err := keepImports(b.String())
	if err != nil {
		return "", err
	}
	formatted, err := format.Source([]byte(kept))
	return string(formatted), err
}

func keepImports(text string) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	used := make(map[string]bool)
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return "", err
		}
		path = regexp.MustCompile(`/v[0-9]+$`).ReplaceAllString(path, "")
		if spec.Name != nil || used[path[strings.LastIndex(path, "/")+1:]] {
			continue
		}
		if path != "chainrule/matrix" {
			return "", fmt.Errorf("nothing is left that uses the import %s", path)
		}
		text += "\nvar _ matrix.Matrix // so that the import has a use as long as you have none\n"
	}
	return text, nil
}

// missing fills a hole with the comments that carry the labels and a panic that
// names the equation.
func missing(_ string) func(h hole, was string) string {
	return func(h hole, _ string) string { return h.comments + panics(h) }
}

func panics(h hole) string { return fmt.Sprintf("panic(%q)", h.label+docs.NotYetWritten) }
