// Command exercise creates a Go module in which to derive and write the network yourself,
// or to find a bug, and judges what was done there. docs/exercises.md explains how to use
// it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
	"chainrule/docs/page"
)

const usage = `Usage: go run ./cmd/exercise start [-equations] [-point FILE.json] DIR
       go run ./cmd/exercise bug N DIR
       go run ./cmd/exercise hint N
       go run ./cmd/exercise judge N DIR
       go run ./cmd/exercise grade [-csv] DIR...

Creates a Go module to work in. Run "go test" there: it says what to do next.

  start DIR     derive and write the network yourself: a module in which the
                right sides of the equations, and the statements that compute
                them, are missing. With -equations, the equations are there.
                With -point, the judge also uses the network and the batch of
                a file in the format of docs/check.md.
  bug N DIR     find the bug: the complete module with bug N of the gallery
  hint N        print a hint for bug N
  judge N DIR   run the tests that you wrote in DIR, on the correct network
                and on the one with bug N: do they tell the two apart?
  grade DIR...  print how far each folder is that start made, as a table or,
                with -csv, as CSV

For start and bug, DIR must be empty or must not exist yet. docs/exercises.md
describes the way from F1 to U2.
`

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "exercise", Usage: usage, Args: true}
	equations, csv := c.Flags.Bool("equations", false, ""), c.Flags.Bool("csv", false, "")
	point := c.Flags.String("point", "", "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		args := c.Flags.Args()
		if len(args) == 0 {
			return cli.Usagef("want start, bug, hint, judge or grade")
		}
		given := c.Given()
		if (given["equations"] || given["point"]) && args[0] != "start" || given["csv"] && args[0] != "grade" {
			return cli.Usagef("-equations and -point are for start, and -csv is for grade")
		}
		var own *page.Point
		if given["point"] {
			f, err := claim.Open(*point, os.Stdin)
			if err != nil {
				return err
			}
			own = &f.Point
		}
		return exercise(ctx, args[0], args[1:], *equations, own, *csv, out)
	})
}

func exercise(ctx context.Context, word string, args []string, equations bool, own *page.Point, csv bool, stdout io.Writer) error {
	want := map[string]int{"start": 1, "bug": 2, "hint": 1, "judge": 2, "grade": max(1, len(args))}
	if want[word] == 0 {
		return cli.Usagef("unknown exercise %q, want start, bug, hint, judge or grade", word)
	}
	if len(args) != want[word] {
		return cli.Usagef("%s: wrong number of arguments: got %d, want %d", word, len(args), want[word])
	}
	if slices.Contains(args, "") {
		return cli.Usagef("%s: an empty argument, want the name of a folder", word)
	}
	if word == "grade" {
		return grade(ctx, args, csv, stdout)
	}
	dir, f := args[len(args)-1], form{}
	if word == "start" {
		f = form{fill: stub, withheld: true, trains: true}
		if equations {
			f = form{fill: missing, trains: true}
		}
		f.own = own
	} else {
		list := bugs()
		n := slices.IndexFunc(list, func(m mutants.Mutant) bool { return m.ID() == args[0] })
		if n < 0 {
			return cli.Usagef("bug %q, want one of %s", args[0], numbers(list))
		}
		f.bug = &list[n]
	}
	switch word {
	case "hint":
		fmt.Fprintln(stdout, f.bug.Hint)
		return nil
	case "judge":
		return judge(ctx, f, dir, stdout)
	}
	files, err := module(f)
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

// numbers lists the bugs: "1, 2a, 2b".
func numbers(list []mutants.Mutant) string {
	var ids []string
	for _, m := range list {
		ids = append(ids, m.ID())
	}
	return strings.Join(ids, ", ")
}

// write creates dir, or fills it if it is empty, with all files or, after an error,
// with none.
func write(dir string, files map[string]string) error {
	entries, err := os.ReadDir(dir)
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { // what an interrupted start has left
		return strings.HasPrefix(e.Name(), cli.Temporary) && os.RemoveAll(filepath.Join(dir, e.Name())) == nil
	})
	switch {
	case len(entries) > 0:
		return fmt.Errorf("%s contains %d files or folders, want an empty or a new folder", dir, len(entries))
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(dir))
	}
	if err != nil {
		return err
	}
	module := make(map[string][]byte)
	for name, text := range files {
		module[name] = []byte(text)
	}
	return cli.WriteFiles(dir, module)
}
