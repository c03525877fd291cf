package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"chainrule/cmd/internal/cli"
	"chainrule/docs"
	"chainrule/docs/page"
)

// limit is how long the tests of one folder may run. The compiler has two minutes more.
var limit = 30 * time.Second

// goTest runs the tests of the packages of a module that consists of files, and of its
// root without packages.
func goTest(ctx context.Context, files map[string]string, packages ...string) (out string, err error) {
	dir, err := os.MkdirTemp("", "exercise-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := write(dir, files); err != nil {
		return "", err
	}
	within, stop := context.WithTimeout(ctx, limit+2*time.Minute)
	defer stop()
	c := cli.Go(within, dir, dir, append([]string{"test", "-count=1", "-vet=off", "-trimpath", "-v", "-timeout", limit.String()}, packages...)...)
	text, err := c.CombinedOutput()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if errors.As(err, new(*exec.ExitError)) || errors.Is(err, exec.ErrWaitDelay) {
		return string(text), errFailed
	}
	return string(text), err
}

// errFailed is the error of goTest if a test fails. All others say why none has run.
var errFailed = errors.New("a test fails")

// ownTests returns the tests that somebody wrote in dir, by name, and their packages.
func ownTests(dir string) (tests map[string]string, packages []string, err error) {
	tests = make(map[string]string)
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") || name == "check_test.go" {
			return err
		}
		text, err := os.ReadFile(path)
		tests[name] = string(text)
		packages = append(packages, "./"+filepath.Dir(name))
		return err
	})
	if err == nil && len(tests) == 0 {
		err = fmt.Errorf("%s contains no test of yours, such as network/my_test.go", dir)
	}
	return tests, packages, err
}

// bugTitle matches the first line of README.md in the folder of a bug.
var bugTitle = regexp.MustCompile(`^# Bug (\w+)\n`)

// judge runs the tests of dir on the correct network and on that of f.
func judge(ctx context.Context, f form, dir string, stdout io.Writer) error {
	text, _ := os.ReadFile(filepath.Join(dir, "README.md")) // there may be none
	if m := bugTitle.FindSubmatch(text); m != nil && string(m[1]) != f.bug.ID() {
		return cli.Usagef("%s is the folder of bug %s, got %s", dir, m[1], f.bug.ID())
	}
	tests, packages, err := ownTests(dir)
	if err != nil {
		return err
	}
	passes := make(map[bool]bool) // by whether the bug is there
	for _, bug := range []bool{false, true} {
		g := f
		if !bug {
			g = form{fill: whole}
		}
		files, err := module(g)
		if err != nil {
			return err
		}
		delete(files, "check_test.go")
		for name, text := range tests {
			files[name] = text
		}
		out, err := goTest(ctx, files, packages...)
		if err != nil && err != errFailed {
			return err
		}
		if strings.Contains(out, "failed]") { // [build failed], [setup failed]
			return fmt.Errorf("your tests do not compile:\n%s", out)
		}
		if passes[bug] = err == nil; !passes[false] {
			return fmt.Errorf("your tests fail on the correct network:\n%s", out)
		}
		if !strings.Contains(out, "\n--- PASS: ") && !bug {
			return fmt.Errorf("no test of yours has run:\n%s", out)
		}
	}
	if passes[true] {
		return fmt.Errorf("your tests pass on the correct network, and also with bug %s: they do not find it", f.bug.ID())
	}
	fmt.Fprintf(stdout, "your tests tell them apart: they pass on the correct network and fail with bug %s\n", f.bug.ID())
	return nil
}

// whole leaves the holes as they are.
func whole(_ string) func(h hole, was string) string {
	return func(_ hole, was string) string { return was }
}

// grade prints how far the folders are.
func grade(ctx context.Context, dirs []string, asCSV bool, stdout io.Writer) error {
	cutOut, err := module(form{fill: stub, withheld: true})
	if err != nil {
		return err
	}
	complete, err := module(form{fill: whole})
	if err != nil {
		return err
	}
	failed := 0
	rows := [][]string{{"folder", "steps", "page", "first that is open or wrong"}}
	for _, dir := range dirs {
		steps, page, problem, err := gradeFolder(ctx, dir, cutOut, complete)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			problem = err.Error()
			failed++
		}
		rows = append(rows, []string{dir, fmt.Sprint(steps), page, problem})
	}
	if asCSV {
		w := csv.NewWriter(stdout)
		w.WriteAll(rows) // Run reports what cannot be written
	} else {
		t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
		for _, row := range rows {
			fmt.Fprintln(t, strings.Join(row, "\t"))
		}
		t.Flush()
	}
	if failed > 0 {
		return fmt.Errorf("could not grade %d of %d folders", failed, len(dirs))
	}
	return nil
}

// gradeFolder judges a folder by this project's page and tests, and each of its two
// packages beside the project's other one. Of the folder it takes only the files in which
// an exercise has holes, those that the project does not have, and docs/derivation.md.
// cutOut is the module of the exercise, and complete that of the project. It returns the
// number of steps that are right, of 44, what gradePage returns, and the first problem.
func gradeFolder(ctx context.Context, dir string, cutOut, complete map[string]string) (steps int, page, problem string, err error) {
	page = "–"
	if text, err := os.ReadFile(filepath.Join(dir, "docs", "derivation.md")); err == nil {
		if _, err := os.Stat(filepath.Join(dir, "docs", "given.md")); err == nil { // it has blanks
			page = gradePage(string(text), cutOut["docs/given.md"])
		}
	}
	for _, pkg := range []string{"derive", "network"} {
		files := maps.Clone(complete)
		secret := rand.Text() // so that what the folder's code prints is no result
		files["check_test.go"] = strings.Replace(files["check_test.go"], `" steps are right\n"`, strconv.Quote(secret+"\n"), 1)
		paths, err := filepath.Glob(filepath.Join(dir, pkg, "*.go"))
		if err != nil {
			return 0, page, "", err
		}
		found := false
		for _, path := range paths {
			name := pkg + "/" + filepath.Base(path)
			if _, known := files[name]; strings.HasSuffix(name, "_test.go") || known && !strings.Contains(cutOut[name], docs.NotYetWritten) {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return 0, page, "", cli.WithoutPath(err)
			}
			files[name], found = string(text), true
		}
		if !found {
			return 0, page, "", errors.New("start has not made this folder")
		}
		out, err := goTest(ctx, files)
		if err != nil && err != errFailed {
			return 0, page, "", err
		}
		right := regexp.MustCompile(`(?m)^\d+ of \d+` + secret + `(?:\n    derive:.*)?\n    ` + pkg + `:((?: +[A-Z]\d)*) *$`).FindStringSubmatch(out)
		at, crashed := first.FindStringSubmatch(out), crash.FindStringSubmatch(out)
		is := ""
		switch {
		case strings.Contains(out, "failed]"): // [build failed], [setup failed]
			is = "does not compile: " + firstError(out)
		case right == nil && crashed != nil:
			is = crashed[1]
		case right == nil:
			is = fmt.Sprintf("package %s: no result; %s", pkg, cmp.Or(ended.FindString(out), "the tests end too early"))
		case at != nil:
			is = fmt.Sprintf("%s in %s is %s", at[2]+at[5], at[3]+at[4], map[string]string{"next": "open", "wrong": "wrong"}[at[1]])
		}
		if right != nil {
			steps += len(strings.Fields(right[1]))
		}
		problem = cmp.Or(problem, is)
	}
	return steps, page, problem, nil
}

var (
	// first matches the line that says which step is open or wrong.
	first = regexp.MustCompile(`(?m)^(next|wrong): (?:([A-Z]\d) in package (\w+)|in package (\w+), ([A-Z]\d))`)
	// crash matches the line that says why there is no result.
	crash = regexp.MustCompile(`(?m)^wrong: (.*)`)
	// ended matches what Go says of tests that did not get so far as to say it.
	ended = regexp.MustCompile(`(?m)^panic: .*|ran too long`)
)

// firstError returns the first message of the compiler.
func firstError(out string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, ".go:") {
			return strings.TrimSpace(line)
		}
	}
	return strings.TrimSpace(out)
}

// gradePage returns how many equations of a page with blanks are right: "3 of 20".
func gradePage(text, given string) string {
	g, err := page.Read(given)
	if err != nil {
		return err.Error()
	}
	answers := g.Judge(text, page.Points())
	right := 0
	for _, a := range answers {
		if a.Right() {
			right++
		}
	}
	return fmt.Sprintf("%d of %d", right, len(answers))
}
