package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// declared returns everything that the packages of the project declare, by the
// names that a page may use: "network.New", "network.(*Network).Step". The values
// are the source text without its doc comment; struct fields have none.
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
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := f.Name.Name + "."
		if pkg == "main." {
			return nil
		}
		source := func(n ast.Node) string {
			return string(text[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset]) + "\n"
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				from := *d
				from.Doc = nil
				name := d.Name.Name
				if d.Recv != nil {
					of := d.Recv.List[0].Type
					star, pointer := of.(*ast.StarExpr)
					if pointer {
						of = star.X
					}
					name = fmt.Sprintf("%s.%s", of, d.Name.Name)
					if pointer {
						found[pkg+fmt.Sprintf("(*%s).%s", of, d.Name.Name)] = source(&from)
					}
				}
				found[pkg+name] = source(&from)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						found[pkg+spec.Name.Name] = "type " + source(spec)
						if s, ok := spec.Type.(*ast.StructType); ok {
							for _, field := range s.Fields.List {
								for _, name := range field.Names {
									found[pkg+spec.Name.Name+"."+name.Name] = ""
								}
							}
						}
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							found[pkg+name.Name] = d.Tok.String() + " " + source(spec)
						}
					}
				}
			}
		}
		return nil
	})
	return found, err
})

// source returns the declaration of a symbol.
func source(symbol string) (string, error) {
	all, err := declared()
	if err != nil {
		return "", err
	}
	if all[symbol] == "" {
		return "", fmt.Errorf("no package declares %s", symbol)
	}
	return all[symbol], nil
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
		t.Fatalf("%d symbols found in the sources, want at least 200", len(all))
	}
	ours := make(map[string]bool)
	for name := range all {
		pkg, _, _ := strings.Cut(name, ".")
		ours[pkg] = true
	}
	for _, name := range pages {
		for _, problem := range undeclared(read(t, name), all, ours) {
			t.Errorf("%s: %s", name, problem)
		}
	}
	for text, want := range map[string]int{
		"`network.New` `network.(*Network).Step` `network.Network.Step` `network.Options.Rand` `derive.Forward(p, x, y)` `math.Exp` `backward.go`": 0,
		"`network.Nothing` `network.(*Network).Nothing` `derive.Options.Rand` `derive.Nothing(p)`":                                                 4,
	} {
		if got := undeclared(text, all, ours); len(got) != want {
			t.Errorf("%s: %v, want %d", text, got, want)
		}
	}
}

func undeclared(text string, all map[string]string, ours map[string]bool) (problems []string) {
	for _, m := range symbol.FindAllStringSubmatch(text, -1) {
		if _, ok := all[m[1]+"."+m[2]]; !ok && ours[m[1]] {
			problems = append(problems, fmt.Sprintf("package %s declares no %s", m[1], m[2]))
		}
	}
	return problems
}
