package docs

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// formulas runs the claims of a page that have no label, and returns the first error.
// Each of them must compare a number at some point. Those about x, α and λ alone are
// run at many more points, because an inequality is easily true at a few.
func formulas(p *page.Page, points []*page.Point) error {
	if err := vacuous(p); err != nil {
		return err
	}
	at := func(points ...*page.Point) (runs []*page.Run) {
		for _, pt := range points {
			runs = append(runs, p.At(pt))
		}
		return runs
	}
	q11 := page.Homework()
	q11.Lambda, q11.Alpha, q11.Arg = math.NaN(), math.NaN(), math.NaN() // Q1 has none
	random, homework, scalars := at(points...), at(q11), at(page.Scalars()...)
	for _, eq := range p.Claims {
		runs, compared := random, 0
		if eq.Homework {
			runs = homework
		} else if isScalar(eq) {
			runs = scalars
		}
		for _, r := range runs {
			n, _, wrong := r.CheckEquation(eq)
			if wrong != nil {
				return wrong
			}
			compared += n
		}
		if compared == 0 {
			return fmt.Errorf("%v: %v: holds at none of the points", eq.Pos, eq.Chains[0])
		}
	}
	return nil
}

// symbols returns the quantities in a claim.
func symbols(eq *page.Equation) (list []string) {
	for _, c := range eq.Chains {
		c.Walk(func(n tex.Node) {
			if s, ok := n.(*tex.Symbol); ok && !s.IsFunction() && s.Name != "e" {
				list = append(list, s.Name)
			}
		})
	}
	return list
}

func isScalar(eq *page.Equation) bool {
	return !slices.ContainsFunc(symbols(eq), func(name string) bool { return !strings.Contains("xαλ", name) })
}

// vacuous returns an error for a formula that says nothing: a claim with the same on
// both sides; an inequality between quantities, which random points cannot test; the
// name of a derivative that is not in the ledger.
func vacuous(p *page.Page) error {
	for _, eq := range p.Claims {
		step := eq.Chains[0].Steps[0]
		switch left := eq.Chains[0].First.String(); {
		case left == step.Right.String():
			return fmt.Errorf("%v: both sides are %s", eq.Pos, left)
		case strings.Contains("< > ≤ ≥", step.Rel) && !isScalar(eq):
			return fmt.Errorf("%v: %v: want an inequality of x, α and λ alone", eq.Pos, eq.Chains[0])
		}
	}
	for _, n := range p.Names {
		if f, ok := n.(*tex.Frac); ok && !inLedger(f) {
			return fmt.Errorf("%v: %v is not in the ledger", f.Pos, f)
		}
	}
	return nil
}

// notation lists the formulas of all pages that are not run.
var notation = []string{
	// docs/homework.md: slips of the sample solution
	"w²_i", "a¹_i", "w²_j",
	"σ(z²) (1 − σ(z²))",
	"w² · η ⊙ f₁′(z¹)", "L′",
}

// Every formula of every page is run, or is in the list above.
func TestEveryFormulaIsRun(t *testing.T) {
	derivation, _ := statuses(t)
	var found []string
	for _, name := range pages {
		p := derivation
		if name != "derivation.md" {
			var err error
			if p, err = derivation.Read(read(t, name)); err != nil {
				t.Fatalf("%s:%v", name, err)
			}
		}
		if err := formulas(p, page.Points()); err != nil {
			t.Errorf("%s:%v", name, err)
		}
		found = append(found, p.Notation...)
	}
	if len(derivation.Claims) < 35 {
		t.Errorf("got %d claims without a label, want at least 35", len(derivation.Claims))
	}
	if !slices.Equal(found, notation) {
		t.Errorf("got as notation %q, want %q", found, notation)
	}
}

// points says where the page is run, and how many of its formulas have no label.
func points(t *testing.T) string {
	p, _ := statuses(t)
	all := page.Points()
	var activations, shapes []string
	values := make(map[string][]float64)
	for _, pt := range all {
		if !slices.Contains(activations, pt.Activation) {
			activations = append(activations, pt.Activation)
		}
		shape, _, _ := strings.Cut(pt.String(), ",")
		if !slices.Contains(shapes, shape) {
			shapes = append(shapes, shape)
		}
		for _, z := range []*matrix.Matrix{pt.W1, pt.B1, pt.W2, pt.B2, pt.X, pt.Y} {
			values["w"] = append(values["w"], z.Data...)
		}
		values["λ"], values["α"] = append(values["λ"], pt.Lambda), append(values["α"], pt.Alpha)
	}
	between := func(what string) string {
		return fmt.Sprintf("from %.1f to %.1f", slices.Min(values[what]), slices.Max(values[what]))
	}
	return fmt.Sprintf(`There are %d random points: %d for each of the activation functions %s,
and each of the shapes %s.
Parameters, inputs and targets are %s, λ %s (0 at every other point), and
α %s. Besides the %d equations with a label, this page makes %d claims, which
are evaluated in the same way; those about the homework's numbers at these, and those
about x, α and λ alone at %d points. Another %d formulas only name a quantity, an index or
a function: it must exist, and its indices must be in order.
`, len(all), len(all)/len(activations)/len(shapes), strings.Join(activations, ", "), strings.Join(shapes, "; "),
		between("w"), between("λ"), between("α"), len(p.Equations), len(p.Claims), len(page.Scalars()), len(p.Names))
}

// Every number on the page with ten or more digits is one that network computes for
// question 1, to the last digit where arithmetic rounds as it did where it was written.
func TestLongNumbers(t *testing.T) {
	pt := page.Homework()
	step := Train(NetworkAt(pt), pt.X, pt.Y, []int{0}, 0, 0)
	var computed []float64
	for _, eq := range derive.Ledger {
		if z := step.Matrix(eq); z != nil {
			computed = append(computed, z.Data...)
		}
	}
	slack := 32 * 0x1p-52 // exp may differ in its last bit, and a² − 1 makes that five times as large
	if sameArithmetic() {
		slack = 0
	}
	numbers := regexp.MustCompile(`-?\d\.\d{10,}`).FindAllString(read(t, derivation), -1)
	for _, number := range numbers {
		v, err := strconv.ParseFloat(number, 64)
		i := slices.IndexFunc(computed, func(c float64) bool { return math.Abs(c-v) <= slack*math.Abs(v) })
		if err != nil || i < 0 || slack == 0 && strconv.FormatFloat(computed[i], 'f', -1, 64) != number {
			t.Errorf("%s: network does not compute %s", derivation, number)
		}
	}
	if len(numbers) < 20 {
		t.Errorf("got %d numbers, want at least 20", len(numbers))
	}
}
