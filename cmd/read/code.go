package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"html"
	"html/template"
	"regexp"
	"strings"

	"chainrule/docs"
)

// A sourceFile is one file of the code, as HTML.
type sourceFile struct {
	Name string // "network/backward.go"
	HTML template.HTML
}

var labelName = regexp.MustCompile(`[A-Z][0-9]`)

// showFile returns a file with a line an element: highlighted, with the labels in
// its comments as links to their equations, and each line of a statement that
// carries labels marked with them.
func showFile(name, source string) (sourceFile, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return sourceFile{}, err
	}
	labels := make(map[int]string) // of each line: "M2 E1 D3"
	for _, group := range f.Comments {
		for _, c := range group.List {
			if m := docs.Labelled.FindStringSubmatch(c.Text); m != nil {
				end := fset.Position(c.Pos()).Line
				for line := statementStart(fset, f, end); line <= end; line++ {
					labels[line] = strings.ReplaceAll(m[1], ",", "")
				}
			}
		}
	}
	var b strings.Builder
	for n, line := range strings.Split(strings.TrimSuffix(highlight(source, ""), "\n"), "\n") {
		b.WriteString("<span")
		if labels[n+1] != "" { // the script finds the other lines by counting
			fmt.Fprintf(&b, ` id="%s" data-labels="%s" tabindex="-1"`, lineID(name, n+1), labels[n+1])
		}
		b.WriteString(">" + line + "\n</span>")
	}
	return sourceFile{name, template.HTML(b.String())}, nil
}

// lineID is where a link to a line leads.
func lineID(name string, line int) string { return fmt.Sprintf("%s-L%d", name, line) }

// statementStart returns the line on which the statement begins that ends on the
// given line, the innermost if there are more.
func statementStart(fset *token.FileSet, f *ast.File, end int) int {
	start := end
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt:
			if fset.Position(n.End()).Line == end {
				start = fset.Position(n.Pos()).Line
			}
		}
		return true
	})
	return start
}

// highlight returns Go source as HTML: keywords, comments, strings and numbers in
// elements of their own that end with their line. The labels that a comment begins
// with lead to their equations, which are on that page; "" is the same one.
func highlight(source, page string) string {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, []byte(source), func(token.Position, string) {}, scanner.ScanComments)
	var b strings.Builder
	done := 0
	for {
		pos, tok, text := s.Scan()
		at := file.Offset(pos)
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && text == "\n" {
			continue // put in by the scanner
		}
		if text == "" {
			text = tok.String()
		}
		b.WriteString(html.EscapeString(source[done:at]))
		// A raw string or comment is as long as in the source, where its \r are.
		done = at + len(text)
		escaped := html.EscapeString(text)
		class := ""
		switch {
		case tok.IsKeyword():
			class = "k"
		case tok == token.COMMENT:
			class = "c"
			if docs.Labelled.MatchString(text) {
				head, rest, _ := strings.Cut(escaped, ":")
				escaped = labelName.ReplaceAllString(head, `<a href="`+page+`#$0">$0</a>`) + ":" + rest
			}
		case tok == token.STRING || tok == token.CHAR:
			class = "s"
		case tok == token.INT || tok == token.FLOAT:
			class = "n"
		}
		if class == "" {
			b.WriteString(escaped)
			continue
		}
		open := `<span class="` + class + `">`
		b.WriteString(open + strings.ReplaceAll(escaped, "\n", "</span>\n"+open) + "</span>")
	}
	b.WriteString(html.EscapeString(source[done:]))
	return b.String()
}
