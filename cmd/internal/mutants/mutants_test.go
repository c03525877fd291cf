package mutants

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
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

// try runs the tests of the package that m changes, as they are run for every commit,
// with the mutated file in place of the real one, and then the probe with each of
// Lambdas: one result for each or, if m differs there from the real network, only that
// one. With a nil m it runs the tests of both packages unchanged.
func try(t *testing.T, m *Mutant, real []Probed) (results []Probed) {
	var r Result
	packages := []string{"./derive", "./network"}
	if m != nil {
		packages = []string{"./" + filepath.Dir(m.File)}
	}
	overlay, err := m.Overlay(root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
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
		return []Probed{{Result: r}} // the network is the real one
	}
	for l := range Lambdas {
		out, err = run("run", "-overlay", overlay, "./cmd/internal/mutants/probe", fmt.Sprint(l))
		p := Probed{}
		if err == nil {
			err = json.Unmarshal(out, &p)
		}
		if err != nil {
			t.Fatalf("the probe: %v\n%s", err, out)
		}
		p.Check, p.Label, p.Message = r.Check, r.Label, r.Message
		switch {
		case m == nil:
		case !slices.Equal(p.Learned, real[l].Learned):
			p.Changes = Parameters
		case !slices.Equal(p.Reported, real[l].Reported):
			p.Changes = Losses
		}
		if p.Changes != "" {
			return []Probed{p}
		}
		results = append(results, p)
	}
	return results
}

// Every mutant fails the tests that the real network passes, and the first label
// that they name is that of the equation which it breaks.
func TestGallery(t *testing.T) {
	found := Results{Mutants: make([]Result, len(All))}
	real := try(t, nil, nil)
	for _, r := range real {
		if r.Check != "" || len(r.Accuracies) < Seeds || slices.Min(r.Accuracies) < 0.95 || len(r.Wrong) > 0 {
			t.Fatalf("the real network: accuracy %v; %s fails: %s; wrong: %v", r.Result, r.Check, r.Message, r.Wrong)
		}
		found.Real, found.Points = append(found.Real, r.Result), real[0].Points
	}
	t.Run("mutants", func(t *testing.T) {
		for i, m := range All {
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				found.Mutants[i] = try(t, &m, real)[0].Result
			})
		}
	})
	if t.Failed() {
		return
	}
	t.Log("\n" + gallery(found) + accuracy(found))
	var kinds []int
	for i, m := range All {
		switch r := found.Mutants[i]; {
		case (r.Changes == "") != (m.IsCheck() || m.Number == 23):
			t.Errorf("%s changes %q in the runs", m.Name, r.Changes)
		case (m.Number == 9 || m.Name == "all gradients doubled") && r.Suspicious(found.Real[r.Run]):
			t.Errorf("%s: the accuracy reveals it, and %s says that it does not", m.Name, page)
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
	if command := fmt.Sprintf("\n    go run ./cmd/train -data moons -hidden %d -batch %d -lambda %s\n", Hidden, Batch, real[0].Lambda()); !strings.Contains(now, command) {
		t.Errorf("%s lacks the command%s", page, command)
	}
	for name, block := range map[string]string{"gallery": gallery(found), "table accuracy": accuracy(found), "changes": changes()} {
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
// digits of a training differ between kinds of processors, and with vectors.
func compareOrUpdate(t *testing.T, name, is, want string) {
	t.Helper()
	had, has := strings.Split(tail.ReplaceAllString(is, "$1"), "\n"), strings.Split(tail.ReplaceAllString(want, "$1"), "\n")
	if runtime.GOARCH != "amd64" || matrix.Kernel() != "plain loops" || slices.Equal(had, has) {
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
	b.WriteString("| | bug | label named | by | relative error |\n| --- | --- | --- | --- | --- |\n")
	for i, m := range All {
		r, off := found.Mutants[i], "·"
		if e := relErr.FindStringSubmatch(r.Message); e != nil {
			off = e[1]
		}
		fmt.Fprintf(&b, "| %s | %s | [%s](derivation.md#%s) | %s | %s |\n", m.ID(), m.Name, r.Label, r.Label, r.Check, off)
	}
	return b.String()
}

// accuracy returns what the bugs in the network change, and which the accuracy reveals.
func accuracy(found Results) string {
	var b strings.Builder
	b.WriteString("| | bug | λ | changes | accuracy | revealed |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range found.Real {
		fmt.Fprintf(&b, "| | none: the real network | %s | | %s | |\n", r.Lambda(), r)
	}
	count := make(map[string]int)
	revealed, farthest := 0, 0.0
	for i, m := range All {
		if m.IsCheck() {
			continue
		}
		r := found.Mutants[i]
		real, answer := found.Real[r.Run], "no"
		count[r.Changes]++
		switch {
		case r.Changes == "":
			answer = ""
		case r.Suspicious(real):
			revealed++
			answer = "yes"
		default:
			farthest = max(farthest, math.Abs(r.Mean()-real.Mean()))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", m.ID(), m.Name, r.Lambda(), cmp.Or(r.Changes, "nothing"), r, answer)
	}
	acting := count[Parameters] + count[Losses]
	fmt.Fprintf(&b, "\nOf these bugs, %d change the parameters and %d only the reported loss. The accuracy reveals\n"+
		"%d of these %d, and not the other %d: their means differ from that of the real network by at\nmost %.3f.\n",
		count[Parameters], count[Losses], revealed, acting, acting-revealed, farthest)
	return b.String()
}

func changes() string {
	var b strings.Builder
	for _, m := range All {
		fmt.Fprintf(&b, "%s, %s, in [%s](../%s):\n\n```diff\n%s\n```\n\n", m.ID(), m.Name, m.File, m.File, strings.Join(m.Diff(), "\n"))
	}
	return b.String()
}
