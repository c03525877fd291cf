package diagnose

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/mutants"
)

const root = "../../.."

// gallery says what is found in each bug of the gallery that one step on one batch can
// show. The others need a second batch, an order, a NaN, or are in a check.
var gallery = map[string]string{
	"double sigmoid":                             "in place of {f}′({z})",
	"no f₂′ in η":                                "{back} without ⊙ {f}′({z})",
	"no f₁′ in δ":                                "{back} without ⊙ {f}′({z})",
	"½ lost in the loss":                         "computed without the ½",
	"all gradients doubled":                      "twice the right value",
	"another loss is reported":                   "the sum of |y − a²|",
	"w² moves before δ is computed":              "computed from w² after its update",
	"λ divided by the batch size":                "λ is divided by the number of samples",
	"a bias is regularised":                      "biases are not regularised",
	"λ = 0 switches off the gradient":            "as in the file",
	"w²_kj for w²_jk":                            "the indices of w² exchanged",
	"y − a for a − y":                            "the right value with the wrong sign",
	"a bias learns from one sample":              "that of sample 0 alone, divided by m",
	"the last batch is divided by the full size": "in place of m =",
	"a gradient accumulates":                     "",
	"the last batch is dropped":                  "",
	"a sum in the order of arrival":              "",
	"NaN is class 0":                             "",
}

// Every bug of the gallery is found by its name, at every point at which it makes a
// difference, and the correct network is right.
func TestGallery(t *testing.T) {
	bugs := map[string]*mutants.Mutant{"none": nil}
	for _, m := range mutants.All {
		if !m.IsCheck() {
			bugs[m.Name] = &m
		}
	}
	for name, m := range bugs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, known := gallery[name]
			if !known && m != nil {
				t.Fatal("the gallery has a new bug: what should be found?")
			}
			wrong := 0
			for n, f := range probe(t, m) {
				r := Judge(f, 0)
				if len(r.Findings) == 0 {
					continue
				}
				wrong++
				for _, found := range r.Findings {
					if want == "" || !slices.ContainsFunc(found.Mistakes, func(m Mistake) bool { return strings.Contains(m.is, want) }) {
						t.Errorf("point %d: got %s, want %q", n, found.Text(), want)
					}
				}
			}
			if (want != "") != (wrong >= 6) {
				t.Errorf("off at %d points", wrong)
			}
		})
	}
}

// probe returns what network claims with the bug in it; nil is the correct network.
func probe(t *testing.T, m *mutants.Mutant) (files []*claim.File) {
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	overlay, err := m.Overlay(root, t.TempDir())
	check(err)
	c := exec.Command("go", "run", "-overlay", overlay, "./cmd/internal/diagnose/probe", dir)
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	check(err)
	for _, name := range names {
		in, err := os.Open(name)
		check(err)
		f, err := claim.Read(in, name)
		check(err)
		in.Close()
		files = append(files, f)
	}
	if len(files) < 18 {
		t.Fatalf("got %d files, want at least 18", len(files))
	}
	return files
}
