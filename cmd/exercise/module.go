package main

import (
	_ "embed"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
)

var (
	//go:embed check.go.txt
	check string
	//go:embed ready.go.txt
	ready string // of command train
	//go:embed bug.md.txt
	bugReadme string
)

// A form says which module to make.
type form struct {
	bug      *mutants.Mutant                                  // complete, with one bug; or else
	fill     func(pkg string) func(h hole, was string) string // what stands in the holes of a package
	withheld bool                                             // without the answers, in comments and on the page
	trains   bool                                             // with command train
	own      *page.Point                                      // a further point for the judge, or nil
}

var (
	packages = []string{"matrix", "derive", "network", "docs/tex", "docs/page", "docs"}
	training = []string{"cmd/train", "cmd/internal/cli", "cmd/internal/dataset", "cmd/internal/plot", "cmd/internal/trial"}
)

// module returns the files of an exercise by name: the sources without their tests.
func module(f form) (map[string]string, error) {
	root, err := cli.Root()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "cmd", "exercise")); err != nil {
		return nil, fmt.Errorf("%s is the folder of an exercise: run this command in a clone of the repository", root)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	own, err := ownPoint(f.own)
	if err != nil {
		return nil, err
	}
	files := map[string]string{"go.mod": string(mod), "check_test.go": check, "own_test.go": own, "docs/derivation.md": bare(docs.Derivation)}
	if f.withheld {
		files["docs/derivation.md"], files["docs/given.md"] = withheld(docs.Derivation)
		files["README.md"] = readme
	}
	if f.bug != nil {
		files["README.md"] = fmt.Sprintf(bugReadme, f.bug.ID())
	}
	list := packages
	if f.trains {
		files["cmd/train/ready.go"] = ready
		list = append(list[:len(list):len(list)], training...)
	}
	for _, pkg := range list {
		paths, err := filepath.Glob(filepath.Join(root, pkg, "*.g[oz]"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			name := pkg + "/" + filepath.Base(path)
			if files[name], err = f.file(name, string(text)); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return files, nil
}

// ownPoint returns the source of a file with a further point for the judge, or none.
func ownPoint(pt *page.Point) (string, error) {
	imports, list := `import "chainrule/docs/page"`, ""
	if pt != nil {
		imports = "import (\n\t\"chainrule/docs/page\"\n\t\"chainrule/matrix\"\n)"
		list = fmt.Sprintf("{Activation: %q, Lambda: %v, Alpha: %v,\n", pt.Activation, pt.Lambda, pt.Alpha)
		for _, p := range []struct {
			name string
			x    *matrix.Matrix
		}{{"W1", pt.W1}, {"B1", pt.B1}, {"W2", pt.W2}, {"B2", pt.B2}, {"X", pt.X}, {"Y", pt.Y}} {
			list += p.name + ": matrix.FromRows("
			for r := range p.x.Rows {
				list += fmt.Sprintf("%#v, ", p.x.Row(r))
			}
			list += "),\n"
		}
		list += "},\n"
	}
	text, err := format.Source([]byte("package check\n\n" + imports + "\n\n// own are further points at which your work is judged.\nvar own = []*page.Point{\n" + list + "}\n"))
	return string(text), err
}

// file returns the file of an exercise that is made of a source file.
func (f form) file(name, text string) (string, error) {
	pkg := filepath.Dir(name)
	if f.bug != nil {
		if f.bug.File != name {
			return text, nil
		}
		text, err := f.bug.Apply(text)
		if err != nil {
			return "", err
		}
		formatted, err := format.Source([]byte(text))
		return string(formatted), err
	}
	if pkg == "derive" || pkg == "network" {
		list, err := holes([]byte(text))
		if err != nil {
			return "", err
		}
		if text, err = cut([]byte(text), list, f.fill(pkg)); err != nil {
			return "", err
		}
	}
	if f.withheld {
		return withhold(name, text)
	}
	return text, nil
}

var (
	fences = regexp.MustCompile("(?s)(<!-- code: [^\n]* -->\n```go\n).*?```\n")
	links  = regexp.MustCompile("(?m)^\\*\\*[A-Z][0-9]\\*\\* in `derive`.*\n\n")
)

// bare returns the page without the code, the status, and the introduction, which is
// about both.
func bare(page string) string {
	title, page, _ := strings.Cut(page, "**Contents**")
	title, _, _ = strings.Cut(title, "\n")
	page = title + "\n\n**Contents**" + strings.Replace(page, " ·\n[Status](#status)", "", 1)
	page, _, _ = strings.Cut(page, "\n## Status\n")
	page = fences.ReplaceAllString(page, "$1// yours\n```\n")
	return links.ReplaceAllString(page, "")
}
