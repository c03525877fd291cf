package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/mutants"
	"chainrule/derive"
)

// goTool runs the go command in dir.
func goTool(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// The module compiles, is formatted, contains no solution, and says where to
// begin.
func TestStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	var out, errs bytes.Buffer
	if code := run([]string{"start", dir}, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if text, err := goTool(t, dir, "vet", "-unreachable=false", "./..."); err != nil {
		t.Errorf("go vet: %v\n%s", err, text)
	}
	text, err := goTool(t, dir, "test")
	if err == nil || !strings.Contains(text, "next: F1 in package derive (0 of 44 done)") || !strings.Contains(text, "z¹_j = Σ_i w¹_ij a⁰_i + b¹_j") {
		t.Errorf("go test: %v\n%s", err, text)
	}
	exercises, err := os.ReadFile("../../docs/exercises.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)<!-- exercise -->\n```text\n(.*?)```").FindStringSubmatch(string(exercises))
	said := regexp.MustCompile(`(?m)^ +check_test.go:\d+: `).ReplaceAllString(text, "")
	if shown == nil || !strings.Contains(said, shown[1]) {
		t.Errorf("docs/exercises.md shows\n%v\nand go test says\n%s", shown, said)
	}
	if n := fmt.Sprintf("N is 1 to %d.", len(bugs())); !strings.Contains(string(exercises), n) {
		t.Errorf("docs/exercises.md does not say: %s", n)
	}
	for _, name := range []string{"derive/sample.go", "derive/batch.go", "network/forward.go", "network/backward.go", "network/update.go"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		real, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		// Every label of the real file is here, and its statement is not.
		for _, m := range regexp.MustCompile(`(?m)^(.*?)(// [A-Z][0-9](?:, [A-Z][0-9])*: .*)$`).FindAllStringSubmatch(string(real), -1) {
			if !strings.Contains(string(text), m[2]) {
				t.Errorf("%s: the label's comment is gone: %s", name, m[2])
			}
			statement := regexp.MustCompile(`^.*\{ (return .*) \}`).ReplaceAllString(strings.TrimSpace(m[1]), "$1")
			if len(statement) > 8 && strings.Contains(string(text), statement) {
				t.Errorf("%s: the solution is there: %s", name, statement)
			}
		}
	}
	derivation, err := os.ReadFile(filepath.Join(dir, "docs/derivation.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, solution := range []string{"p.Eta", "sum +=", "AddScaled", "](../derive/ledger.go#L", "## Status"} {
		if strings.Contains(string(derivation), solution) {
			t.Errorf("docs/derivation.md has %q", solution)
		}
	}
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
	files := make(map[string]string)
	for _, pkg := range []string{"derive", "network"} {
		part, err := module(nil, func(h hole, was string) string {
			name := h.label + " in package " + pkg
			filled[name]++
			wrong := ""
			if h.result {
				wrong = "return 0\n"
			}
			return fmt.Sprintf("if switches.Wrong == %q {\n%s} else {\nif switches.Done(%q) {\n%s\n} else {\n%s\n}\n}\n%s",
				name, wrong, name, was, missing(h, ""), map[bool]string{true: "panic(\"unreachable\")\n"}[h.result])
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range part {
			if strings.HasPrefix(name, pkg+"/") && strings.Contains(text, "switches.") {
				text = strings.Replace(text, "package "+pkg+"\n", "package "+pkg+"\n\nimport \"chainrule/switches\"\n", 1)
			}
			if files[name] == "" || strings.HasPrefix(name, pkg+"/") {
				files[name] = text
			}
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
		c := exec.Command("./check.test", "-test.v")
		c.Dir = dir
		c.Env = append(os.Environ(), "LAST="+last, "WRONG="+wrong)
		out, err := c.CombinedOutput()
		if (err == nil) != strings.Contains(string(out), "all 44 equations are right") {
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
		if out := says(last, ""); !strings.Contains(out, fmt.Sprintf("next: %s (%d of 44 done)", name, i)) {
			t.Errorf("after %q, not %s:\n%s", last, name, out)
		}
		if out := says(last, name); !strings.Contains(out, "wrong: in package "+pkg+", "+label+": ") || !strings.Contains(out, ": got ") {
			t.Errorf("%s is wrong:\n%s", name, out)
		} else if !strings.Contains(out, ", want ") || !strings.Contains(out, "docs/derivation.md#") {
			t.Errorf("%s: no equation:\n%s", name, out)
		}
		last = name
	}
	if out := says(last, ""); !strings.Contains(out, "all 44 equations are right") {
		t.Errorf("all filled in:\n%s", out)
	}
}

// A module with a bug differs from the correct one in one file.
func TestBugs(t *testing.T) {
	list := bugs()
	if len(list) < 15 {
		t.Fatalf("%d bugs", len(list))
	}
	whole, err := module(&mutants.Mutant{}, missing)
	if err != nil {
		t.Fatal(err)
	}
	for n, bug := range list {
		files, err := module(&bug, missing)
		if err != nil {
			t.Fatal(err)
		}
		var differ []string
		for name := range whole {
			if files[name] != whole[name] {
				differ = append(differ, name)
			}
		}
		if !slices.Equal(differ, []string{bug.File}) {
			t.Errorf("bug %d: %v differ, want %s", n+1, differ, bug.File)
		}
	}
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if code := run([]string{"bug", "3", dir}, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if text, err := goTool(t, dir, "test"); err == nil || !strings.Contains(text, "wrong: in package network, M4: δ at ") {
		t.Errorf("go test with bug 3: %v\n%s", err, text)
	}
	out.Reset()
	if code := run([]string{"hint", "3"}, &out, &errs); code != 0 || !strings.Contains(out.String(), "Count the factors") {
		t.Errorf("hint: exit %d, %s", code, out.String())
	}
}

func TestWrongArguments(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "want start, bug or hint"},
		{"stop x", 2, `unknown exercise "stop"`},
		{"start", 2, "start: wrong number of arguments: got 0, want 1"},
		{"bug 3", 2, "bug: wrong number of arguments: got 1, want 2"},
		{"bug 99 x", 2, `bug "99", want a number from 1 to `},
		{"hint x", 2, `bug "x", want a number`},
		{"start " + full, 1, "contains 1 files or folders, want an empty or a new folder"},
		{"start " + filepath.Join(full, "mine"), 1, "not a directory"},
		{"start " + filepath.Join(full, "no", "where"), 1, "no such file"},
	} {
		var out, errs bytes.Buffer
		if code := run(strings.Fields(c.args), &out, &errs); code != c.code || !strings.Contains(errs.String(), c.want) || out.Len() > 0 {
			t.Errorf("%q: exit %d, %s; want %d, %s", c.args, code, errs.String(), c.code, c.want)
		}
	}
	entries, err := os.ReadDir(full)
	if err != nil || len(entries) != 1 {
		t.Errorf("files left behind: %v, %v", entries, err)
	}
}
