package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// declared returns the source text, without its doc comment, of everything that the
// packages of the project declare, by the names that a page may use: "network.New",
// "network.(*Network).Step". The text of a struct field is empty.
var declared = sync.OnceValues(func() (map[string]string, error) {
	found := make(map[string]string)
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil || f.Name.Name == "main" {
			return err
		}
		found[f.Name.Name] = "" // the package itself
		add := func(name, keyword string, n ast.Node) {
			found[f.Name.Name+"."+name] = keyword + string(text[n.Pos()-f.FileStart:n.End()-f.FileStart]) + "\n"
		}
		var keyword, owner string // of the declaration that is being read
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					add(n.Name.Name, "", n)
				} else {
					recv := types.ExprString(n.Recv.List[0].Type)
					add(strings.TrimPrefix(recv, "*")+"."+n.Name.Name, "", n)
					add("("+recv+")."+n.Name.Name, "", n)
				}
				return false
			case *ast.GenDecl:
				keyword = n.Tok.String() + " "
			case *ast.TypeSpec:
				owner = n.Name.Name
				add(owner, keyword, n)
			case *ast.Field:
				for _, name := range n.Names {
					found[f.Name.Name+"."+owner+"."+name.Name] = ""
				}
			case *ast.ValueSpec:
				for _, name := range n.Names {
					add(name.Name, keyword, n)
				}
				return false
			}
			return true
		})
		return nil
	})
	return found, err
})

// source returns the declaration of a symbol.
func source(t *testing.T, symbol string) string {
	all, err := declared()
	if err != nil || all[symbol] == "" {
		t.Fatalf("%s: got %v, want its declaration in a package", symbol, err)
	}
	return all[symbol]
}

// symbol matches a symbol of a package in a code span: `network.Pass`,
// `derive.(*Sample).E3`.
var symbol = regexp.MustCompile("`([a-z]+)\\.((?:\\(\\*?[A-Z]\\w*\\)\\.)?[A-Z]\\w*(?:\\.[A-Z]\\w*)?)(?:\\([^`]*\\))?`")

// Every symbol of the project that a page names exists.
func TestSymbols(t *testing.T) {
	all, err := declared()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 200 {
		t.Fatalf("got %d symbols in the sources, want at least 200", len(all))
	}
	for _, name := range pages {
		for _, problem := range undeclared(read(t, name), all) {
			t.Errorf("%s: %s", name, problem)
		}
	}
	for text, want := range map[string]int{
		"`network.New` `network.(*Network).Step` `network.Network.Step` `network.Options.Rand` `derive.Forward(p, x, y)` `math.Exp` `backward.go`": 0,
		"`network.Nothing` `network.(*Network).Nothing` `derive.Options.Rand` `derive.Nothing(p)`":                                                 4,
	} {
		if got := undeclared(text, all); len(got) != want {
			t.Errorf("%s: got %v, want %d problems", text, got, want)
		}
	}
}

// undeclared lists the symbols in the text that a package of the project should
// declare and does not.
func undeclared(text string, all map[string]string) (problems []string) {
	for _, m := range symbol.FindAllStringSubmatch(text, -1) {
		_, ours := all[m[1]]
		if _, ok := all[m[1]+"."+m[2]]; !ok && ours {
			problems = append(problems, fmt.Sprintf("package %s declares no %s", m[1], m[2]))
		}
	}
	return problems
}
