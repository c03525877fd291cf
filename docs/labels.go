package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// labelled matches the comment after a statement that names the equations which
// the statement computes: "// M2, E1, D3: what".
var labelled = regexp.MustCompile(`^// ((?:[A-Z][0-9])(?:, [A-Z][0-9])*): `)

// Labels returns the labels at the beginning of a comment, or nil.
func Labels(comment string) []string {
	if m := labelled.FindStringSubmatch(comment); m != nil {
		return strings.Split(m[1], ", ")
	}
	return nil
}

// A Statement is a statement of the code that carries labels.
type Statement struct {
	Labels     []string     // the first is what it computes, the others are its factors
	Comment    *ast.Comment // with the labels
	Start, End int          // its lines; Start is 0 if no statement ends on the comment's line
}

// Statements returns the statements of a file that carry labels, in order. The
// file must have been parsed with its comments.
func Statements(fset *token.FileSet, f *ast.File) []Statement {
	var list []Statement
	for _, group := range f.Comments {
		for _, c := range group.List {
			labels := Labels(c.Text)
			if labels == nil {
				continue
			}
			s := Statement{Labels: labels, Comment: c, End: fset.Position(c.Pos()).Line}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt: // the innermost comes last
					if fset.Position(n.End()).Line == s.End {
						s.Start = fset.Position(n.Pos()).Line
					}
				}
				return true
			})
			list = append(list, s)
		}
	}
	return list
}

// A Place is a line of the code that carries a label.
type Place struct {
	File  string // "network/backward.go"
	Line  int
	First string // the first label there: what the statement computes
}

// Places returns for each label the places in a package that carry it, in the
// order of the files' names. A label outside the ledger is an error, and so is one
// that does not follow a statement on its last line. root is the folder of the
// module.
func Places(root, pkg string) (map[string][]Place, error) {
	files, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
	if err != nil {
		return nil, err
	}
	found := make(map[string][]Place)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, s := range Statements(fset, f) {
			at := Place{pkg + "/" + filepath.Base(name), s.End, s.Labels[0]}
			if s.Start == 0 {
				return nil, fmt.Errorf("%s:%d: the label %s does not follow a statement", at.File, at.Line, strings.Join(s.Labels, ", "))
			}
			for _, label := range s.Labels {
				if !slices.Contains(derive.Labels(), label) {
					return nil, fmt.Errorf("%s:%d: the label %s is not in the ledger", at.File, at.Line, label)
				}
				found[label] = append(found[label], at)
			}
		}
	}
	return found, nil
}

// A Status says how one equation is verified: what the page claims, and where
// derive and network compute it.
type Status struct {
	Label           string
	Defined         bool // the page gives a quantity its value or its name
	Derived         int  // the number of equalities that the page claims
	Derive, Network []Place
	Within          string // if not empty: network computes it as a part of this equation
}

// Statuses returns the status of every equation, in the order of the ledger. It
// reads the page and the sources under root. The tests verify that they agree.
func Statuses(p *page.Page, root string) ([]Status, error) {
	places := make(map[string]map[string][]Place)
	for _, pkg := range []string{"derive", "network"} {
		var err error
		if places[pkg], err = Places(root, pkg); err != nil {
			return nil, err
		}
	}
	// A step of the smallest network tells for which equations network has a matrix.
	x := matrix.New(1, 1)
	one := newStep(&network.Network{W1: x, B1: x, W2: x, B2: x}, x, x, []int{0})
	var list []Status
	for _, label := range derive.Labels() {
		s := Status{Label: label, Derive: places["derive"][label], Network: places["network"][label]}
		if len(s.Derive) == 0 || len(s.Network) == 0 {
			return nil, fmt.Errorf("no statement carries the label %s in derive or in network", label)
		}
		if eq := p.Equation(label); eq != nil {
			s.Defined, s.Derived = eq.Defines, eq.Derived()
		}
		if !slices.ContainsFunc(derive.Ledger, func(eq derive.Equation) bool { return eq.Label == label && one.Matrix(eq) != nil }) {
			s.Within = s.Network[0].First
		}
		list = append(list, s)
	}
	return list, nil
}

// Page says what the page claims: "defined, derived (2)".
func (s Status) Page() string {
	var claims []string
	if s.Defined {
		claims = append(claims, "defined")
	}
	if s.Derived > 0 {
		claims = append(claims, fmt.Sprintf("derived (%d)", s.Derived))
	}
	return strings.Join(claims, ", ")
}

// Implemented says "implemented", or within which equation.
func (s Status) Implemented() string {
	if s.Within != "" {
		return "implemented in " + s.Within
	}
	return "implemented"
}
