package mutants

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
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
// commit, with the mutated file in place of the real one, and then the probe. With
// a nil m it runs the tests of both packages unchanged.
func try(dir string, m *Mutant) (r Result, points [][3]float64, err error) {
	replace := make(map[string]string)
	packages := []string{"./derive", "./network"}
	if m != nil {
		packages = []string{"./" + filepath.Dir(m.File)}
		file, err := filepath.Abs(filepath.Join(root, m.File))
		if err != nil {
			return r, nil, err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return r, nil, err
		}
		mutated, err := m.Apply(string(text))
		if err != nil {
			return r, nil, err
		}
		replace[file] = filepath.Join(dir, "mutated.go")
		if err := os.WriteFile(replace[file], []byte(mutated), 0o644); err != nil {
			return r, nil, err
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return r, nil, err
	}
	if err := os.WriteFile(overlay, text, 0o644); err != nil {
		return r, nil, err
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
		return r, nil, fmt.Errorf("no test failed, but: %v\n%s", err, out)
	}
	if m != nil && m.IsCheck() {
		return r, nil, nil // the network is the real one
	}
	out, err = run("run", "-overlay", overlay, "./cmd/internal/mutants/probe")
	var probed Results
	if err == nil {
		err = json.Unmarshal([]byte(out), &probed)
	}
	if err != nil {
		return r, nil, fmt.Errorf("the probe: %v\n%s", err, out)
	}
	r.Wrong, r.Learned = probed.Real.Wrong, probed.Real.Learned
	return r, probed.Points, nil
}

// Every mutant fails the tests that the real network passes, and the first label
// that they name is that of the equation which it breaks.
func TestGallery(t *testing.T) {
	found := Results{Mutants: make([]Result, len(All))}
	dirs := make([]string, len(All)+1)
	for i := range dirs {
		dirs[i] = t.TempDir()
	}
	errs := make([]error, len(dirs))
	next := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range next {
				if i == len(All) {
					found.Real, found.Points, errs[i] = try(dirs[i], nil)
				} else {
					found.Mutants[i], _, errs[i] = try(dirs[i], &All[i])
				}
			}
		}()
	}
	for i := range dirs {
		next <- i
	}
	close(next)
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if real := found.Real; real.Check != "" || real.Accuracy == nil || *real.Accuracy < 0.95 || len(real.Wrong) > 0 {
		t.Fatalf("the real network: %v, %+v", real.Learned, real)
	}
	t.Log("\n" + gallery(found))
	var kinds []int
	for i, m := range All {
		switch r := found.Mutants[i]; {
		case !m.IsCheck() && r.String() == "":
			t.Errorf("%s: no accuracy", m.Name)
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
	compareOrUpdate(t, page, string(was), now)
	compareOrUpdate(t, results, string(numbers), compact.ReplaceAllString(string(text), "$1,$2,$3")+"\n")
}

var (
	// compact matches a point of the drawing as MarshalIndent writes it.
	compact = regexp.MustCompile(`\n\t\t\t([-.\d]+),\n\t\t\t([-.\d]+),\n\t\t\t(\d)\n\t\t`)
	// tail matches what follows the tenth digit of a number: a sum in the order of
	// arrival has other digits every time.
	tail = regexp.MustCompile(`(\.\d{10})\d+`)
)

// compareOrUpdate compares a file with what it should be, or rewrites it. The last
// digits of a training differ between kinds of processors.
func compareOrUpdate(t *testing.T, name, is, want string) {
	t.Helper()
	had, has := strings.Split(tail.ReplaceAllString(is, "$1"), "\n"), strings.Split(tail.ReplaceAllString(want, "$1"), "\n")
	if runtime.GOARCH != "amd64" || slices.Equal(had, has) {
		return
	}
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	n := 0
	for n < min(len(had), len(has))-1 && had[n] == has[n] {
		n++
	}
	t.Errorf("%s:%d is stale; to update it: go test ./cmd/internal/mutants -update\n-%s\n+%s", strings.TrimPrefix(name, root+"/"), n+1, had[n], has[n])
}

func gallery(found Results) string {
	var b strings.Builder
	b.WriteString("| | bug | label named | by | relative error | accuracy |\n| --- | --- | --- | --- | --- | --- |\n")
	fmt.Fprintf(&b, "| | none: the real network | | | | %s |\n", found.Real)
	for i, m := range All {
		r, off := found.Mutants[i], "·"
		if e := relErr.FindStringSubmatch(r.Message); e != nil {
			off = e[1]
		}
		fmt.Fprintf(&b, "| %d | %s | [%s](derivation.md#%s) | %s | %s | %s |\n", m.Number, m.Name, r.Label, r.Label, r.Check, off, cmp.Or(r.String(), "·"))
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
