package docs

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
)

// A finding counts the numbers that were compared for one label.
type finding struct{ onPage, nonzero, derive, network int }

// execute runs the page at the points. For each label of the ledger it checks the
// page's own claims, then derive, then network, and returns the first difference.
func execute(p *page.Page, points []*page.Point) (map[string]finding, error) {
	findings := make(map[string]finding)
	runs := make([]*page.Run, len(points))
	for i, pt := range points {
		runs[i] = p.At(pt)
	}
	for _, label := range derive.Labels() {
		var f finding
		for _, r := range runs {
			onPage, nonzero, onItself := r.Check(label)
			inDerive, byDerive := VerifyDerive(r, label)
			inNetwork, byNetwork := VerifyNetwork(r, label)
			if wrong := cmp.Or(verifyLeft(p, label), onItself, byDerive, byNetwork); wrong != nil {
				return nil, wrong
			}
			f = finding{f.onPage + onPage, f.nonzero + nonzero, f.derive + inDerive, f.network + inNetwork}
		}
		findings[label] = f
	}
	return findings, nil
}

// verifyLeft returns the first left side of the equation that is no quantity of the
// ledger under its label, or not with all of its indices or none, or nil.
func verifyLeft(p *page.Page, label string) *derive.Difference {
	eq := p.Equation(label)
	if eq == nil {
		return nil
	}
	for _, left := range eq.LeftSides() {
		ok := slices.ContainsFunc(derive.Ledger, func(row derive.Equation) bool {
			return row.Label == label && row.Quantity == left.Quantity && (left.Letters == "" || left.Letters == strings.TrimSuffix(row.Letters, "s"))
		})
		if !ok {
			return &derive.Difference{Label: label, Quantity: left.Node.String(), Reason: "is not a quantity of the ledger with this label", Where: "page " + left.Node.Where().String()}
		}
	}
	return nil
}

// The page, derive and network agree also where the activations saturate: the
// tolerances are bounds on rounding.
func TestSaturated(t *testing.T) {
	p, _ := statuses(t)
	for _, factor := range []float64{10, 40} {
		points := page.Points()
		for _, pt := range points {
			pt.W1.Scale(factor, pt.W1)
			pt.W2.Scale(factor, pt.W2)
		}
		if _, err := execute(p, points); err != nil {
			t.Errorf("weights times %g: %v", factor, err)
		}
	}
}

// status returns the table at the end of the page.
func status(t *testing.T) string {
	p, all := statuses(t)
	findings, err := execute(p, page.Points())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| label | the page | `derive` | `network` |\n| --- | --- | --- | --- |\n")
	var sum finding
	for _, label := range derive.Labels() {
		s, f := all[label], findings[label]
		sum = finding{sum.onPage + f.onPage, 0, sum.derive + f.derive, sum.network + f.network}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | executed | %s |\n", label, label, s.Page(), s.Implemented())
	}
	fmt.Fprintf(&b, "| | %d numbers | %d numbers | %d numbers |\n", sum.onPage, sum.derive, sum.network)
	return b.String()
}

// The page is run: each of its equalities is true, and derive and network compute
// what it says. How many equalities there are is in the status block of the page.
func TestExecute(t *testing.T) {
	p, all := statuses(t)
	var tags []string
	for _, eq := range p.Equations {
		tags = append(tags, eq.Label)
	}
	if want := derive.Labels(); !slices.Equal(tags, want) {
		t.Fatalf("got equations %v, want %v", tags, want)
	}
	points := page.Points()
	findings, err := execute(p, points)
	if err != nil {
		t.Fatal(err)
	}
	for label, f := range findings {
		// At each point each claim compares at least one number, and most of them
		// are not zero: a claim that 0 = 0 compares nothing. A ReLU gives some zeros.
		if least := len(points) * all[label].Derived; f.onPage < least || f.nonzero < f.onPage*2/3 {
			t.Errorf("%s: got %d numbers compared on the page, %d of them not zero, want at least %d", label, f.onPage, f.nonzero, least)
		}
		if f.derive < len(points) {
			t.Errorf("%s: got %d numbers of derive compared, want at least %d", label, f.derive, len(points))
		}
		// A factor without a matrix of its own is part of a statement that has one.
		if within := all[label].Within; f.network < len(points) && findings[within].network < len(points) {
			t.Errorf("%s: got %d numbers of network compared, and %d of %q, which contains it, want at least %d",
				label, f.network, findings[within].network, within, len(points))
		}
	}
}

// Where the code panics, the difference says at which line, and why.
func TestPanicIsReported(t *testing.T) {
	p, _ := statuses(t)
	point := *page.Points()[0]
	r := p.At(&point)
	r.Check("F3") // the page has its values
	point.B2 = matrix.New(1, 9)
	_, wrong := VerifyNetwork(r, "F3")
	if wrong == nil || !regexp.MustCompile(`^forward.go:\d+: matrix: `).MatchString(wrong.Reason) {
		t.Errorf("got %+v, want the line of the panic", wrong)
	}
}
