package mutants

import (
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

var update = flag.Bool("update", false, "rewrite the table and the changes in docs/mutants.md")

const (
	root = "../../.."
	page = root + "/docs/mutants.md"
)

// A verdict is what the project's tests say, and what the network still learns.
type verdict struct {
	check, label, relErr string // the first test that fails, the first label it names
	accuracy             string
}

var (
	failed   = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)
	named    = regexp.MustCompile(`(?m)^.*?\b([FLDEMBRU]\d): .*$`)
	relErr   = regexp.MustCompile(`relative error ([-+.\w]+)`)
	accuracy = regexp.MustCompile(`(?m)^accuracy (\S+)`)
)

// try runs the tests of the package that m changes, as they are run for every
// commit, with the changed file in the place of the real one; then it trains
// on two moons. With no change it runs the tests of both packages.
func try(t *testing.T, m *Mutant) verdict {
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
	var v verdict
	out, err := run(append([]string{"test", "-vet=off", "-failfast", "-overlay", overlay}, packages...)...)
	if first := failed.FindStringSubmatchIndex(out); first != nil {
		v.check = out[first[2]:first[3]]
		if line := named.FindStringSubmatch(out[first[1]:]); line != nil {
			v.label = line[1]
			if e := relErr.FindStringSubmatch(line[0]); e != nil {
				v.relErr = e[1]
			}
		}
	} else if err != nil {
		t.Fatalf("no test failed, but: %v\n%s", err, out)
	}
	if m != nil && m.IsCheck() {
		return v // the network is the real one
	}
	out, err = run("run", "-overlay", overlay, "./cmd/train", "-data", "moons", "-hidden", "16", "-epochs", "100")
	if found := accuracy.FindStringSubmatch(out); found != nil {
		v.accuracy = found[1]
	} else if strings.Contains(out, "training diverged") {
		v.accuracy = "diverges"
	} else {
		t.Errorf("no accuracy: %v\n%s", err, out)
	}
	return v
}

// Every mutant is rejected by the tests that the real network passes, and the
// first label that they name is that of the equation it breaks.
func TestGallery(t *testing.T) {
	verdicts := make([]verdict, len(All)+1)
	var wait sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range work {
				if i == len(All) {
					verdicts[i] = try(t, nil)
				} else {
					verdicts[i] = try(t, &All[i])
				}
			}
		}()
	}
	for i := range verdicts {
		work <- i
	}
	close(work)
	wait.Wait()
	if t.Failed() {
		return
	}
	real := verdicts[len(All)]
	if real.check != "" || real.accuracy < "0.95" {
		t.Fatalf("the real network: %+v", real)
	}
	t.Log("\n" + gallery(verdicts))
	var kinds []int
	for i, m := range All {
		switch v := verdicts[i]; {
		case v.check == "":
			t.Errorf("%s: no test fails", m.Name)
		case v.label != m.Label:
			t.Errorf("%s: %s names %q first, want %s", m.Name, v.check, v.label, m.Label)
		}
		if len(kinds) == 0 || kinds[len(kinds)-1] != m.Number {
			kinds = append(kinds, m.Number)
		}
	}
	if got := fmt.Sprint(kinds); got != "[1 2 3 4 5 6 7 8 9 10 11 12 18 19 20 21 22 23 24]" {
		t.Errorf("kinds of bugs: %s", got)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	now := string(text)
	for name, block := range map[string]string{"gallery": gallery(verdicts), "changes": changes()} {
		at := regexp.MustCompile(`(?s)(<!-- ` + name + ` -->\n).*?(<!-- end -->)`)
		if !at.MatchString(now) {
			t.Fatalf("%s has no block %s", page, name)
		}
		now = at.ReplaceAllStringFunc(now, func(old string) string {
			m := at.FindStringSubmatch(old)
			return m[1] + block + m[2]
		})
	}
	// The last digits of a training differ from one kind of processor to another.
	if runtime.GOARCH != "amd64" || now == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(page, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	had, want := strings.Split(string(text), "\n"), strings.Split(now, "\n")
	for n := range min(len(had), len(want)) {
		if had[n] != want[n] {
			t.Fatalf("docs/mutants.md:%d is stale; to mend it: go test ./cmd/internal/mutants -update\n-%s\n+%s", n+1, had[n], want[n])
		}
	}
	t.Fatal("docs/mutants.md is stale; to mend it: go test ./cmd/internal/mutants -update")
}

func gallery(verdicts []verdict) string {
	var b strings.Builder
	b.WriteString("| | bug | label named | by | relative error | accuracy |\n| --- | --- | --- | --- | --- | --- |\n")
	real := verdicts[len(All)]
	fmt.Fprintf(&b, "| | none: the real network | | | | %s |\n", real.accuracy)
	for i, m := range All {
		v := verdicts[i]
		if v.relErr == "" {
			v.relErr = "·"
		}
		if v.accuracy == "" {
			v.accuracy = "·"
		}
		fmt.Fprintf(&b, "| %d | %s | [%s](derivation.md#%s) | %s | %s | %s |\n", m.Number, m.Name, v.label, v.label, v.check, v.relErr, v.accuracy)
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
