package docs

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
)

// claims is the least number of "=" of each equation that claim something: a page
// with fewer has lost a line of the derivation.
var claims = map[string]int{
	"F1": 1, "F2": 0, "F3": 1, "F4": 0, "L1": 0,
	"D1": 2, "D2": 3, "D3": 1, "D4": 1, "D5": 1, "D6": 1, "D7": 1, "D8": 1,
	"E1": 3, "E2": 3, "E3": 3, "E4": 3,
	"M1": 1, "M2": 2, "M3": 1, "M4": 1, "M5": 2, "M6": 1,
	"B1": 2, "R1": 0, "R2": 1, "U1": 0, "U2": 0,
}

// definitions are the equations that give something its value or its name.
const definitions = "F1 F2 F3 F4 L1 M1 M4 B1 R1 U1 U2"

// A finding is how many numbers were compared for one label.
type finding struct{ onPage, nonzero, derive, network int }

// execute runs the page at the points, label by label in the order of the ledger:
// the page's own claims, then derive, then network.
func execute(p *page.Page, points []*page.Point) (map[string]finding, error) {
	findings := make(map[string]finding)
	runs := make([]*page.Run, len(points))
	for i, pt := range points {
		runs[i] = p.At(pt)
	}
	for _, label := range derive.Labels() {
		var f finding
		for _, r := range runs {
			onPage, nonzero, wrong := r.Check(label)
			if wrong != nil {
				return nil, wrong
			}
			inDerive, wrong := VerifyDerive(r, label)
			if wrong != nil {
				return nil, wrong
			}
			inNetwork, wrong := VerifyNetwork(r, label)
			if wrong != nil {
				return nil, wrong
			}
			f = finding{f.onPage + onPage, f.nonzero + nonzero, f.derive + inDerive, f.network + inNetwork}
		}
		findings[label] = f
	}
	return findings, nil
}

// The page, derive and network agree also where the activations saturate: the
// tolerances are bounds on rounding.
func TestSaturated(t *testing.T) {
	p, err := Page()
	if err != nil {
		t.Fatal(err)
	}
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
func status(p *page.Page) (string, error) {
	findings, err := execute(p, page.Points())
	if err != nil {
		return "", err
	}
	list, err := Statuses(p, "..")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| label | the page | `derive` | `network` |\n| --- | --- | --- | --- |\n")
	var sum finding
	for _, s := range list {
		f := findings[s.Label]
		sum = finding{sum.onPage + f.onPage, 0, sum.derive + f.derive, sum.network + f.network}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | executed | %s |\n", s.Label, s.Label, s.Page(), s.Implemented())
	}
	fmt.Fprintf(&b, "| | %d numbers | %d numbers | %d numbers |\n", sum.onPage, sum.derive, sum.network)
	return b.String(), nil
}

// panicked returns "M2: " if the error is that the line which computes M2 panicked:
// a later line of the code may come earlier in the ledger.
func panicked(err error, all map[string]Status) string {
	var d *derive.Difference
	if errors.As(err, &d) {
		for _, s := range all {
			for _, at := range append(s.Derive, s.Network...) {
				if strings.HasPrefix(d.Reason, fmt.Sprintf("%s:%d: ", filepath.Base(at.File), at.Line)) {
					return at.First + ": "
				}
			}
		}
	}
	return ""
}

// The page is run: every "=" of it is true, and derive and network compute what it
// says.
func TestExecute(t *testing.T) {
	all := statuses(t)
	p, err := Page()
	if err != nil {
		t.Fatal(err)
	}
	labels := derive.Labels()
	if len(p.Equations) != len(labels) {
		t.Fatalf("%d tagged equations, want %d", len(p.Equations), len(labels))
	}
	for i, eq := range p.Equations {
		if eq.Label != labels[i] {
			t.Fatalf("equation %d has the tag %s, want %s", i, eq.Label, labels[i])
		}
		if eq.Claims() < claims[eq.Label] {
			t.Errorf("%s claims %d equalities, want at least %d", eq.Label, eq.Claims(), claims[eq.Label])
		}
		if want := strings.Contains(definitions, eq.Label); eq.Defines() != want {
			t.Errorf("%s defines something: %v, want %v", eq.Label, eq.Defines(), want)
		}
	}
	points := page.Points()
	findings, err := execute(p, points)
	if err != nil {
		t.Fatalf("%s%v", panicked(err, all), err)
	}
	for label, f := range findings {
		// At each point each claim compares at least one number, and a claim that
		// 0 = 0 compares none; a ReLU with z < 0 accounts for some.
		if least := len(points) * claims[label]; f.onPage < least || f.nonzero < f.onPage*2/3 {
			t.Errorf("%s: %d numbers compared on the page, %d of them not 0; want at least %d", label, f.onPage, f.nonzero, least)
		}
		if f.derive < len(points) {
			t.Errorf("%s: %d numbers of derive, want at least %d", label, f.derive, len(points))
		}
		// A factor without a matrix of its own is in a statement that has one.
		if within := all[label].Within; f.network < len(points) && findings[within].network < len(points) {
			t.Errorf("%s: %d numbers of network compared, and %d of %s, which computes it", label, f.network, findings[within].network, within)
		}
	}
}
