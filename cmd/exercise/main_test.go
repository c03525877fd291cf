package main

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs"
)

// goTool runs the go command in dir.
func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// command runs the command, and returns what it prints.
func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), code
}

func TestMain(m *testing.M) {
	limit = 3 * time.Second
	os.Exit(m.Run())
}

// The module compiles, is formatted, and says where to begin, in both forms; the message
// is the one that docs/exercises.md shows.
func TestStart(t *testing.T) {
	t.Parallel()
	exercises, err := os.ReadFile("../../docs/exercises.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)<!-- exercise -->\n```text\n(.*?)```").FindStringSubmatch(string(exercises))
	for _, form := range []string{"-equations", "-equations=false"} {
		dir, own := filepath.Join(t.TempDir(), "new"), filepath.Join(t.TempDir(), "own.json")
		if err := os.WriteFile(own, []byte(`{"w1": [[1, -2]], "b1": [0, 1e300], "w2": [[1], [0.5]], "b2": [4], "x": [[5], [6]], "y": [[7], [8]]}`), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, errs, code := command(t, "start", form, "-point", own, dir); code != 0 {
			t.Fatalf("exit %d: %s", code, errs)
		}
		if text, err := goTool(t, dir, "vet", "-unreachable=false", "./derive", "./network"); err != nil {
			t.Errorf("go vet: %v\n%s", err, text)
		}
		formatted(t, dir)
		text, err := goTool(t, dir, "test")
		if form == "-equations" { // the comments are longer
			line := regexp.MustCompile(`sample.go:\d+`)
			text = line.ReplaceAllString(text, line.FindString(string(exercises)))
		}
		if err == nil || shown == nil || !strings.Contains(text, shown[1]) {
			t.Errorf("%s: docs/exercises.md shows\n%v\nand go test says\n%s", form, shown, text)
		}
		if asks := strings.Contains(text, "on the page, 0 of 20 equations are right\n    open: D1, D2, "); asks != (form != "-equations") {
			t.Errorf("%s: %s", form, text)
		}
	}
	if n := fmt.Sprintf("N is one of %s;", numbers(bugs())); !strings.Contains(strings.ReplaceAll(string(exercises), "\n", " "), n) {
		t.Errorf("docs/exercises.md does not say: %s", n)
	}
}

// formatted fails for each Go file of a folder that gofmt would change.
func formatted(t *testing.T, dir string) {
	for name, text := range readAll(t, dir) {
		if good, err := format.Source([]byte(text)); strings.HasSuffix(name, ".go") && (err != nil || string(good) != text) {
			t.Errorf("%s is not formatted, %v", name, err)
		}
	}
}

// readAll returns the text of every file in dir, by name.
func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// One by one, in the order of the ledger, the check asks for an equation, rejects it
// if it is wrong, and goes on to the next when it is right. Each hole contains its
// real body and a wrong one behind a switch, so that the module is compiled once.
func TestPath(t *testing.T) {
	var path []string // what the check asks for: "M4 in package network"
	for _, label := range derive.Labels() {
		path = append(path, label+" in package derive")
	}
	for _, label := range derive.Labels() {
		if !strings.Contains("DE", label[:1]) {
			path = append(path, label+" in package network")
		}
	}
	filled := make(map[string]int)
	files, err := module(form{withheld: true, trains: true, fill: func(pkg string) func(h hole, was string) string {
		return func(h hole, was string) string {
			name := h.label + " in package " + pkg
			filled[name]++
			wrong := ""
			if h.result {
				wrong = "return 0\n"
			}
			return fmt.Sprintf("if switches.Wrong == %q {\n%s} else {\nif switches.Done(%q) {\n%s\n} else {\n%s\n}\n}\n%s",
				name, wrong, name, was, panics(h), map[bool]string{true: "panic(\"unreachable\")\n"}[h.result])
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.Contains(text, "switches.") {
			pkg := "package " + filepath.Dir(name) + "\n"
			files[name] = strings.Replace(text, pkg, pkg+"\nimport \"chainrule/switches\"\n", 1)
		}
	}
	for _, e := range edits { // the derivative of the sigmoid has no hole
		if strings.Contains(e.new, docs.NotYetWritten) {
			files[e.file] = strings.Replace(files[e.file], e.new, e.old, 1)
		}
	}
	files["switches/switches.go"] = fmt.Sprintf(`package switches

import (
	"os"
	"slices"
)

var path = %#v

var Wrong = os.Getenv("WRONG")

var last = slices.Index(path, os.Getenv("LAST"))

func Done(name string) bool { return slices.Index(path, name) <= last }
`, path)
	dir := filepath.Join(t.TempDir(), "new")
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	if text, err := goTool(t, dir, "test", "-c", "-o", "check.test", "."); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, text)
	}
	says := func(last, wrong string) string {
		c := exec.Command("./check.test")
		c.Dir = dir
		c.Env = append(os.Environ(), "LAST="+last, "WRONG="+wrong)
		out, err := c.CombinedOutput()
		if (err == nil) != strings.Contains(string(out), "44 of 44 steps are right") {
			t.Errorf("after %s: %v\n%s", last, err, out)
		}
		return string(out)
	}
	last := ""
	for i, name := range path {
		label, pkg, _ := strings.Cut(name, " in package ")
		if filled[name] == 0 {
			t.Errorf("no hole for %s", name)
		}
		done := fmt.Sprintf("%d of 44 steps are right", i)
		if out := says(last, ""); !strings.Contains(out, done) || !strings.Contains(out, "next: "+name+"\n") {
			t.Errorf("after %q, not %s:\n%s", last, name, out)
		}
		if out := says(last, name); !strings.Contains(out, done) || !strings.Contains(out, "wrong: in package "+pkg+", "+label+": ") {
			t.Errorf("%s is wrong:\n%s", name, out)
		} else if !regexp.MustCompile(": not set |: got .*, want ").MatchString(out) || !strings.Contains(out, "docs/derivation.md#") {
			t.Errorf("%s: no equation:\n%s", name, out)
		}
		last = name
	}
	out, err := goTool(t, dir, "run", "./cmd/train")
	if err == nil || !strings.HasPrefix(out, "train: F1: not yet written; run go test first") {
		t.Errorf("train before all is written: %v\n%s", err, out)
	}
	t.Setenv("LAST", last)
	if out, err := goTool(t, dir, "test"); err != nil || !strings.Contains(out, "U1 U2\nnext: go run ./cmd/train") {
		t.Errorf("all filled in: %v\n%s", err, out)
	}
	out, err = goTool(t, dir, "run", "./cmd/train", "-epochs", "3")
	if err != nil || !strings.Contains(out, "accuracy") || !strings.Contains(out, "onfusion") {
		t.Errorf("the reward: %v\n%s", err, out)
	}
}

// The right sides of the project's page are the answers to the page with blanks.
func TestPageAnswered(t *testing.T) {
	text, alone := withheld(docs.Derivation)
	answered := 0
	for _, m := range fence.FindAllStringSubmatch(docs.Derivation, -1) {
		body := m[2]
		for name, quotient := range means {
			body = strings.Replace(body, name+" &= ", name+" &= "+quotient+` \\ &= `, 1)
		}
		if left := second[m[1]]; left != "" {
			body = strings.Replace(body, `&= \sigma`, left+`&= \sigma`, 1)
		}
		if blank := blanks(docs.Derivation)[m[1]]; strings.Contains(blank, `\square`) {
			text = strings.Replace(text, blank, "```math\n"+body+` \tag{`+m[1]+"}\n```\n", 1)
			answered++
		}
	}
	if got, want := gradePage(text, alone), fmt.Sprintf("%d of %[1]d", answered); got != want || answered != 20 {
		t.Errorf("got %s, want %s, 20", got, want)
	}
}

// A module with a bug differs from the correct one in one file, which is formatted and
// has no comment that the correct one has not.
func TestBugs(t *testing.T) {
	t.Parallel()
	list := bugs()
	if len(list) < 15 {
		t.Fatalf("%d bugs", len(list))
	}
	correct, err := module(form{fill: whole})
	if err != nil {
		t.Fatal(err)
	}
	comment := regexp.MustCompile(`//.*`)
	for _, bug := range list {
		files, err := module(form{bug: &bug})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range correct {
			if (files[name] != text) != (name == bug.File) {
				t.Errorf("bug %s, in %s: %s is changed: %t", bug.ID(), bug.File, name, files[name] != text)
			}
		}
		text := files[bug.File]
		if good, err := format.Source([]byte(text)); err != nil || string(good) != text {
			t.Errorf("bug %s: %s is not formatted, %v", bug.ID(), bug.File, err)
		}
		if !slices.Equal(comment.FindAllString(text, -1), comment.FindAllString(correct[bug.File], -1)) {
			t.Errorf("bug %s: a comment in %s is changed", bug.ID(), bug.File)
		}
	}
	dir := t.TempDir()
	if _, errs, code := command(t, "bug", "2b", dir); code != 0 {
		t.Fatal(errs)
	}
	if text, err := goTool(t, dir, "test"); err == nil || !strings.Contains(text, "wrong: in package network, M4: δ at ") {
		t.Errorf("go test with bug 2b: %v\n%s", err, text)
	}
	if out, _, _ := command(t, "hint", "2b"); !strings.Contains(out, "Count the factors") {
		t.Errorf("hint: %s", out)
	}
}

func TestWrongArguments(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	bug4 := filepath.Join(t.TempDir(), "bug4")
	if err := os.MkdirAll(filepath.Join(bug4, cli.Temporary+"1"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := command(t, "bug", "4", bug4); code != 0 { // after an interrupted one
		t.Error(errs)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "want start, bug, hint, judge or grade"},
		{"start |", 2, "start: an empty argument"},
		{"judge 5 " + bug4, 2, "is the folder of bug 4, got 5"},
		{"stop x", 2, `unknown exercise "stop"`},
		{"start", 2, "start: wrong number of arguments: got 0, want 1"},
		{"bug 4", 2, "bug: wrong number of arguments: got 1, want 2"},
		{"bug 99 x", 2, `bug "99", want one of 1, 2a, 2b, 3a, `},
		{"hint 2", 2, `bug "2", want one of`},
		{"grade", 2, "grade: wrong number of arguments: got 0, want 1"},
		{"judge 23", 2, "judge: wrong number of arguments: got 1, want 2"},
		{"judge 23 nowhere", 1, "nowhere"},
		{"start -csv x", 2, "-equations and -point are for start, and -csv is for grade"},
		{"start " + full, 1, "contains 1 files or folders, want an empty or a new folder"},
		{"start " + filepath.Join(full, "mine"), 1, "not a directory"},
		{"start " + filepath.Join(full, "no", "where"), 1, "no such file"},
	} {
		if out, errs, code := command(t, strings.Split(strings.ReplaceAll(c.args, "|", ""), " ")...); code != c.code || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%q: exit %d, %s; want %d, %s", c.args, code, errs, c.code, c.want)
		}
	}
	entries, err := os.ReadDir(full)
	if err != nil || len(entries) != 1 {
		t.Errorf("files left behind: %v, %v", entries, err)
	}
}
