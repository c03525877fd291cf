// Command exercise creates a Go module in which to write the network yourself, or to
// find a bug. docs/exercises.md explains how to use it.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
	"chainrule/docs"
)

//go:embed check.go.txt
var check string

const usage = `Usage: go run ./cmd/exercise start DIR
       go run ./cmd/exercise bug N DIR
       go run ./cmd/exercise hint N

Creates a Go module to work in. Run "go test" there: it says what to do next.

  start DIR     write the network yourself: a module in which the statements
                that compute an equation are missing
  bug N DIR     find the bug: the complete module with bug number N in it
  hint N        print a hint for bug number N

DIR must be empty or must not exist yet. docs/exercises.md describes the way
from F1 to U2.
`

func main() {
	cli.Main(func(_ context.Context, args []string, stdout, stderr io.Writer) int {
		return run(args, stdout, stderr)
	})
}

func run(args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "exercise", Usage: usage, Args: true}
	return c.Run(args, stdout, stderr, func(out io.Writer) error { return exercise(c.Flags.Args(), out) })
}

func exercise(args []string, stdout io.Writer) error {
	want := map[string]int{"start": 2, "bug": 3, "hint": 2}
	if len(args) == 0 {
		return cli.Usagef("want start, bug or hint")
	}
	if want[args[0]] == 0 {
		return cli.Usagef("unknown exercise %q, want start, bug or hint", args[0])
	}
	if len(args) != want[args[0]] {
		return cli.Usagef("%s: wrong number of arguments: got %d, want %d", args[0], len(args)-1, want[args[0]]-1)
	}
	if dir := args[len(args)-1]; args[0] != "hint" && strings.HasPrefix(dir, "-") {
		return cli.Usagef("%s: got %q, want a folder", args[0], dir)
	}
	var bug *mutants.Mutant
	if args[0] != "start" {
		list := bugs()
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 || n > len(list) {
			return cli.Usagef("bug %q, want a number from 1 to %d", args[1], len(list))
		}
		bug = &list[n-1]
	}
	if args[0] == "hint" {
		fmt.Fprintln(stdout, bug.Hint)
		return nil
	}
	dir := args[len(args)-1]
	files, err := module(bug, missing)
	if err != nil {
		return err
	}
	if err := write(dir, files); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %d files to %s; next: cd %s && go test\n", len(files), dir, dir)
	return nil
}

// bugs returns the mutants of the network; those of the checks are not exercises.
func bugs() []mutants.Mutant {
	return slices.DeleteFunc(slices.Clone(mutants.All), mutants.Mutant.IsCheck)
}

// packages are the packages that a module gets, without their tests.
var packages = []string{"matrix", "derive", "network", "docs/tex", "docs/page", "docs"}

// module returns the files of an exercise by name. With a bug the module is
// complete, and wrong in one place. Without one, fill returns the content of the
// holes.
func module(bug *mutants.Mutant, fill func(h hole, was string) string) (map[string]string, error) {
	root, err := cli.Root()
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"check_test.go":      check,
		"docs/derivation.md": bare(docs.Derivation),
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	files["go.mod"] = string(mod)
	for _, pkg := range packages {
		paths, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
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
			files[name] = string(text)
			switch {
			case bug != nil && bug.File == name:
				files[name], err = bug.Apply(string(text))
			case bug == nil && (pkg == "derive" || pkg == "network"):
				var list []hole
				if list, err = holes(text); err == nil {
					files[name], err = cut(text, list, fill)
				}
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return files, nil
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

// write creates dir, or fills it if it is empty, with all files or, after an error,
// with none.
func write(dir string, files map[string]string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case len(entries) > 0:
		return fmt.Errorf("%s contains %d files or folders, want an empty or a new folder", dir, len(entries))
	case errors.Is(err, fs.ErrNotExist):
		err = os.Mkdir(dir, 0o777)
	}
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(dir, ".exercise-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) // empty unless there was an error
	module := make(fstest.MapFS)
	for name, text := range files {
		module[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if err := os.CopyFS(temporary, module); err != nil {
		return err
	}
	if entries, err = os.ReadDir(temporary); err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(temporary, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
