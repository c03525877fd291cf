// Command exercise writes a Go module in which the network is to be written
// anew, or in which a bug is to be found. docs/exercises.md says how to use it.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/internal/output"
	"chainrule/cmd/internal/source"
	"chainrule/docs"
)

//go:embed check.go.txt
var check string

const usage = `usage: exercise start DIR     write the network anew: a module in DIR without it
       exercise bug N DIR     find the bug: a module in DIR with bug number N
       exercise hint N        a hint for bug number N

DIR must not exist, or be empty. Then, in DIR: go test
docs/exercises.md has the path from F1 to U2, and the list of bugs.
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, to, stderr io.Writer) int {
	stdout := output.New(to)
	code := exercise(args, stdout, stderr)
	if err := stdout.Err(); err != nil {
		fmt.Fprintln(stderr, "exercise:", err)
		return 1
	}
	return code
}

func exercise(args []string, stdout, stderr io.Writer) int {
	wrong := func(format string, values ...any) int {
		fmt.Fprintf(stderr, "exercise: "+format+" (see -h)\n", values...)
		return 2
	}
	flags := flag.NewFlagSet("exercise", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return 0
	} else if err != nil {
		return wrong("%v", err)
	}
	args = flags.Args()
	want := map[string]int{"start": 2, "bug": 3, "hint": 2}
	if len(args) == 0 {
		return wrong("want start, bug or hint")
	}
	if want[args[0]] == 0 {
		return wrong("unknown exercise %q, want start, bug or hint", args[0])
	}
	if len(args) != want[args[0]] {
		return wrong("%s takes %d arguments, found %d", args[0], want[args[0]]-1, len(args)-1)
	}
	var bug *mutants.Mutant
	if args[0] != "start" {
		list := bugs()
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 || n > len(list) {
			return wrong("bug %q, want a number from 1 to %d", args[1], len(list))
		}
		bug = &list[n-1]
	}
	if args[0] == "hint" {
		fmt.Fprintln(stdout, bug.Hint)
		return 0
	}
	dir := args[len(args)-1]
	files, err := module(bug, missing)
	if err == nil {
		err = write(dir, files)
	}
	if err != nil {
		fmt.Fprintln(stderr, "exercise:", err)
		return 1
	}
	fmt.Fprintf(stdout, "wrote %d files to %s; next: cd %s && go test\n", len(files), dir, dir)
	return 0
}

// bugs are the mutants of the network; those of its checks are no exercise.
func bugs() []mutants.Mutant {
	var list []mutants.Mutant
	for _, m := range mutants.All {
		if !m.IsCheck() {
			list = append(list, m)
		}
	}
	return list
}

// packages are what a module gets, by the files that are in them now.
var packages = []string{"matrix", "derive", "network", "docs/tex", "docs/page", "docs"}

// module returns the files of an exercise by their names. With a bug all is
// there, and one place is wrong; without, fill says what stands in the holes.
func module(bug *mutants.Mutant, fill func(h hole, was string) string) (map[string]string, error) {
	root, err := source.Root()
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

// bare returns the page without the code: that is yours.
func bare(page string) string {
	page, _, _ = strings.Cut(page, "\n## Status\n")
	page = fences.ReplaceAllString(page, "$1// yours\n```\n")
	return links.ReplaceAllString(page, "")
}

// write makes dir with the files in it, or fills it if it is empty: with all of
// them, or with nothing.
func write(dir string, files map[string]string) error {
	entries, err := os.ReadDir(dir)
	exists := err == nil
	switch {
	case len(entries) > 0:
		return fmt.Errorf("%s has %d files or folders in it, want an empty or a new folder", dir, len(entries))
	case !exists && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	beside := dir
	if !exists {
		beside = filepath.Dir(filepath.Clean(dir))
	}
	temporary, err := os.MkdirTemp(beside, ".exercise-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) // what is left of it, if not all went well
	tops := make(map[string]bool)
	for name, text := range files {
		path := filepath.Join(temporary, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
		top, _, _ := strings.Cut(name, "/")
		tops[top] = true
	}
	if !exists {
		if err := os.Chmod(temporary, 0o755); err != nil {
			return err
		}
		return os.Rename(temporary, dir)
	}
	for top := range tops {
		if err := os.Rename(filepath.Join(temporary, top), filepath.Join(dir, top)); err != nil {
			return err
		}
	}
	return nil
}
