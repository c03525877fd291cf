package mutants

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/mutants.json, and what docs/mutants.md takes from it")

const (
	root    = "../../.."
	page    = root + "/docs/mutants.md"
	results = root + "/docs/mutants.json"
)

var (
	failed = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
	named  = regexp.MustCompile(`(?m)^.*?\b(([FLDEMBRU]\d): .*)$`)
	relErr = regexp.MustCompile(`relative error ([-+.\w]+)`)
)

// try runs the tests of the package that m changes, as they are run for every
// commit, with the changed file in the place of the real one; then it runs the
// probe. With no change it runs the tests of both packages.
func try(t *testing.T, m *Mutant) (r Result, points [][3]float64) {
	t.Helper()
	dir := t.TempDir()
	replace := make(map[string]string)
	packages := []string{"./derive", "./network"}
	if m != nil {
		packages = []string{"./" + filepath.Dir(m.File)}
		file, err := filepath.Abs(filepath.Join(root, m.File))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := m.Apply(string(text))
		if err != nil {
			t.Fatal(err)
		}
		replace[file] = filepath.Join(dir, "changed.go")
		if err := os.WriteFile(replace[file], []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		c := exec.Command("go", args...)
		c.Dir = root
		out, err := c.CombinedOutput()
		return string(out), err
	}
	out, err := run(append([]string{"test", "-vet=off", "-failfast", "-overlay", overlay}, packages...)...)
	if first := failed.FindStringSubmatchIndex(out); first != nil {
		r.Check = out[first[2]:first[3]]
		if line := named.FindStringSubmatch(out[first[1]:]); line != nil {
			r.Message, r.Label = line[1], line[2]
		}
	} else if err != nil {
		t.Fatalf("no test failed, but: %v\n%s", err, out)
	}
	if m != nil && m.IsCheck() {
		return r, nil // the network is the real one
	}
	out, err = run("run", "-overlay", overlay, "./cmd/internal/mutants/probe")
	var probed Results
	if err == nil {
		err = json.Unmarshal([]byte(out), &probed)
	}
	if err != nil {
		t.Errorf("no accuracy: %v\n%s", err, out)
	}
	r.Off, r.Learnt = probed.Real.Off, probed.Real.Learnt
	return r, probed.Points
}

// Every mutant is rejected by the tests that the real network passes, and the
// first label that they name is that of the equation it breaks.
func TestGallery(t *testing.T) {
	found := Results{Mutants: make([]Result, len(All))}
	var wait sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range work {
				if i == len(All) {
					found.Real, found.Points = try(t, nil)
				} else {
					found.Mutants[i], _ = try(t, &All[i])
				}
			}
		}()
	}
	for i := range len(All) + 1 {
		work <- i
	}
	close(work)
	wait.Wait()
	if t.Failed() {
		return
	}
	if real := found.Real; real.Check != "" || real.Accuracy < "0.95" || len(real.Off) > 0 {
		t.Fatalf("the real network: %+v", real)
	}
	t.Log("\n" + gallery(found))
	var kinds []int
	for i, m := range All {
		switch r := found.Mutants[i]; {
		case r.Check == "":
			t.Errorf("%s: no test fails", m.Name)
		case r.Label != m.Label:
			t.Errorf("%s: %s names %q first, want %s", m.Name, r.Check, r.Label, m.Label)
		}
		if len(kinds) == 0 || kinds[len(kinds)-1] != m.Number {
			kinds = append(kinds, m.Number)
		}
	}
	if got := fmt.Sprint(kinds); got != "[1 2 3 4 5 6 7 8 9 10 11 12 18 19 20 21 22 23 24]" {
		t.Errorf("kinds of bugs: %s", got)
	}
	was, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	now := string(was)
	for name, block := range map[string]string{"gallery": gallery(found), "changes": changes()} {
		at := regexp.MustCompile(`(?s)(<!-- ` + name + ` -->\n).*?(<!-- end -->)`)
		if !at.MatchString(now) {
			t.Fatalf("%s has no block %s", page, name)
		}
		now = at.ReplaceAllStringFunc(now, func(old string) string {
			m := at.FindStringSubmatch(old)
			return m[1] + block + m[2]
		})
	}
	text, err := json.MarshalIndent(found, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	numbers, _ := os.ReadFile(results) // if it is not there, it is stale
	hold(t, page, string(was), now)
	hold(t, results, string(numbers), compact.ReplaceAllString(string(text), "$1,$2,$3")+"\n")
}

var (
	// A point of the drawing, as MarshalIndent writes it.
	compact = regexp.MustCompile(`\n\t\t\t([-.\d]+),\n\t\t\t([-.\d]+),\n\t\t\t(\d)\n\t\t`)
	// What follows the tenth digit of a number: a sum in the order of arrival
	// has others every time.
	tail = regexp.MustCompile(`(\.\d{10})\d+`)
)

// hold compares a file with what it should be now, or makes it that.
func hold(t *testing.T, name, was, now string) {
	t.Helper()
	// The last digits of a training differ from one kind of processor to another.
	if runtime.GOARCH != "amd64" || tail.ReplaceAllString(now, "$1") == tail.ReplaceAllString(was, "$1") {
		return
	}
	if *update {
		if err := os.WriteFile(name, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	had, want := strings.Split(was, "\n"), strings.Split(now, "\n")
	n := 0
	for n < min(len(had), len(want))-1 && tail.ReplaceAllString(had[n], "$1") == tail.ReplaceAllString(want[n], "$1") {
		n++
	}
	t.Errorf("%s:%d is stale; to mend it: go test ./cmd/internal/mutants -update\n-%s\n+%s", strings.TrimPrefix(name, root+"/"), n+1, had[n], want[n])
}

func gallery(found Results) string {
	var b strings.Builder
	b.WriteString("| | bug | label named | by | relative error | accuracy |\n| --- | --- | --- | --- | --- | --- |\n")
	fmt.Fprintf(&b, "| | none: the real network | | | | %s |\n", found.Real.Accuracy)
	for i, m := range All {
		r, off := found.Mutants[i], "·"
		if e := relErr.FindStringSubmatch(r.Message); e != nil {
			off = e[1]
		}
		fmt.Fprintf(&b, "| %d | %s | [%s](derivation.md#%s) | %s | %s | %s |\n", m.Number, m.Name, r.Label, r.Label, r.Check, off, cmp.Or(r.Accuracy, "·"))
	}
	return b.String()
}

func changes() string {
	var b strings.Builder
	for _, m := range All {
		fmt.Fprintf(&b, "%d, %s, in [%s](../%s):\n\n```diff\n", m.Number, m.Name, m.File, m.File)
		for _, side := range []struct{ sign, text string }{{"-", m.Old}, {"+", m.New}} {
			if side.text == "" {
				continue
			}
			for _, line := range strings.Split(strings.TrimSuffix(side.text, "\n"), "\n") {
				b.WriteString(strings.TrimRight(side.sign+line, " ") + "\n")
			}
		}
		b.WriteString("```\n\n")
	}
	return b.String()
}
