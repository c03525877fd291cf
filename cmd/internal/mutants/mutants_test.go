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
	"slices"
	"strings"
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
func try(t *testing.T, m *Mutant) (r Result, points [][3]float64) {
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	replace := make(map[string]string)
	packages := []string{"./derive", "./network"}
	if m != nil {
		packages = []string{"./" + filepath.Dir(m.File)}
		file, err := filepath.Abs(filepath.Join(root, m.File))
		check(err)
		text, err := os.ReadFile(file)
		check(err)
		mutated, err := m.Apply(string(text))
		check(err)
		replace[file] = filepath.Join(t.TempDir(), "mutated.go")
		check(os.WriteFile(replace[file], []byte(mutated), 0o644))
	}
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	check(err)
	check(os.WriteFile(overlay, text, 0o644))
	run := func(args ...string) ([]byte, error) {
		c := exec.Command("go", args...)
		c.Dir = root
		return c.CombinedOutput()
	}
	out, err := run(append([]string{"test", "-vet=off", "-failfast", "-overlay", overlay}, packages...)...)
	if first := failed.FindSubmatchIndex(out); first != nil {
		r.Check = string(out[first[2]:first[3]])
		if line := named.FindSubmatch(out[first[1]:]); line != nil {
			r.Message, r.Label = string(line[1]), string(line[2])
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
		err = json.Unmarshal(out, &probed)
	}
	if err != nil {
		t.Fatalf("the probe: %v\n%s", err, out)
	}
	probed.Real.Check, probed.Real.Label, probed.Real.Message = r.Check, r.Label, r.Message
	return probed.Real, probed.Points
}

// Every mutant fails the tests that the real network passes, and the first label
// that they name is that of the equation which it breaks.
func TestGallery(t *testing.T) {
	found := Results{Mutants: make([]Result, len(All))}
	t.Run("mutants", func(t *testing.T) {
		t.Run("none", func(t *testing.T) {
			t.Parallel()
			found.Real, found.Points = try(t, nil)
		})
		for i, m := range All {
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				found.Mutants[i], _ = try(t, &m)
			})
		}
	})
	if t.Failed() {
		return
	}
	if real := found.Real; real.Check != "" || real.Accuracy == nil || *real.Accuracy < 0.95 || len(real.Wrong) > 0 {
		t.Fatalf("the real network: accuracy %v; %s fails: %s; wrong: %v", real, real.Check, real.Message, real.Wrong)
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
		fmt.Fprintf(&b, "%d, %s, in [%s](../%s):\n\n```diff\n%s\n```\n\n", m.Number, m.Name, m.File, m.File, strings.Join(m.Diff(), "\n"))
	}
	return b.String()
}
