package docs

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/docs/page"
)

// claims is how many "=" of each equation claim something: a page with fewer has
// lost a line of the derivation, and one with more is welcome here.
var claims = map[string]int{
	"F1": 1, "F2": 0, "F3": 1, "F4": 0, "L1": 0,
	"D1": 2, "D2": 3, "D3": 1, "D4": 1, "D5": 1, "D6": 1, "D7": 1, "D8": 1,
	"E1": 3, "E2": 3, "E3": 3, "E4": 3,
	"M1": 1, "M2": 2, "M3": 1, "M4": 1, "M5": 2, "M6": 1,
	"B1": 2, "R1": 0, "R2": 1, "U1": 0, "U2": 0,
}

// definitions are the equations that give something its value or its name.
const definitions = "F1 F2 F3 F4 L1 M1 M4 B1 R1 U1 U2"

// A finding is what the execution of the page came to, for one label.
type finding struct {
	onPage, nonzero, derive, network int // numbers compared
}

// execute runs the page at the points: label by label in the order of the
// ledger, the page's own claims, then derive, then network.
func execute(p *page.Page, points []*page.Point) (map[string]finding, error) {
	findings := make(map[string]finding)
	runs := make([]*page.Run, len(points))
	for i, pt := range points {
		runs[i] = p.At(pt)
	}
	for _, label := range page.Ledger {
		var f finding
		for _, r := range runs {
			onPage, nonzero, fault := r.Check(label)
			if fault != nil {
				return nil, fmt.Errorf("%s:%w", derivation, fault)
			}
			inDerive, d := Executed(r, label)
			if d != nil {
				return nil, d
			}
			inNetwork, d := Implemented(r, label)
			if d != nil {
				return nil, d
			}
			f.onPage += onPage
			f.nonzero += nonzero
			f.derive += inDerive
			f.network += inNetwork
		}
		findings[label] = f
	}
	return findings, nil
}

// status returns the table at the end of the page.
func status(findings map[string]finding, p *page.Page, code map[string]map[string][]line) string {
	var b strings.Builder
	b.WriteString("| label | the page | `derive` | `network` |\n| --- | --- | --- | --- |\n")
	var sum finding
	for _, label := range page.Ledger {
		f, eq := findings[label], p.Equation(label)
		sum.onPage += f.onPage
		sum.derive += f.derive
		sum.network += f.network
		var onPage []string
		if eq.Defines() {
			onPage = append(onPage, "defined")
		}
		if n := eq.Claims(); n > 0 {
			onPage = append(onPage, fmt.Sprintf("derived (%d)", n))
		}
		implemented := "implemented"
		if f.network == 0 { // by the statement that carries it
			implemented += " in " + code["network"][label][0].first
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | executed, %s | %s, %s |\n", label, label, strings.Join(onPage, ", "),
			linked(code["derive"][label]), implemented, linked(code["network"][label]))
	}
	fmt.Fprintf(&b, "| | %d numbers | %d numbers | %d numbers |\n", sum.onPage, sum.derive, sum.network)
	return b.String()
}

// panicked returns "M2: " if the difference is that the line which computes M2
// panicked: what comes after it in the code may come before it in the ledger.
func panicked(err error, code map[string]map[string][]line) string {
	var d *Difference
	if errors.As(err, &d) {
		for _, lines := range code[d.Package] {
			for _, at := range lines {
				if strings.HasPrefix(d.Reason, fmt.Sprintf("%s:%d: ", filepath.Base(at.file), at.number)) {
					return at.first + ": "
				}
			}
		}
	}
	return ""
}

// The page is run: every "=" of it holds, and derive and network compute what it
// says.
func TestExecute(t *testing.T) {
	p, err := page.Read(read(t))
	if err != nil {
		t.Fatalf("%s:%v", derivation, err)
	}
	for i, eq := range p.Equations {
		if i >= len(page.Ledger) || eq.Label != page.Ledger[i] {
			t.Fatalf("equation %d has the tag %s, the ledger is %v", i, eq.Label, page.Ledger)
		}
		if eq.Claims() < claims[eq.Label] {
			t.Errorf("%s claims %d equalities, want at least %d", eq.Label, eq.Claims(), claims[eq.Label])
		}
		if want := strings.Contains(definitions, eq.Label); eq.Defines() != want {
			t.Errorf("%s defines something: %v, want %v", eq.Label, eq.Defines(), want)
		}
	}
	if len(p.Equations) < len(page.Ledger) {
		t.Fatalf("%d tagged equations, want %d", len(p.Equations), len(page.Ledger))
	}
	points := page.Points()
	code := allCarriers(t)
	findings, err := execute(p, points)
	if err != nil {
		t.Fatalf("%s%v", panicked(err, code), err)
	}
	for label, f := range findings {
		// At each point each claim is of one number and more, and a claim that
		// 0 = 0 is none; a ReLU at rest accounts for some.
		if least := len(points) * claims[label]; f.onPage < least || f.nonzero < f.onPage*2/3 {
			t.Errorf("%s: %d numbers compared on the page, %d of them not 0; want at least %d", label, f.onPage, f.nonzero, least)
		}
		if f.derive < len(points) {
			t.Errorf("%s: %d numbers of derive, want at least %d", label, f.derive, len(points))
		}
		// A factor without a matrix of its own is in a statement that has one.
		if first := code["network"][label][0].first; f.network < len(points) && findings[first].network < len(points) {
			t.Errorf("%s: %d numbers of network compared, and %d of %s, which computes it", label, f.network, findings[first].network, first)
		}
	}
}

func TestDifferenceSaysWhere(t *testing.T) {
	pt := page.Points()[0]
	for _, c := range []struct {
		d    Difference
		want string
	}{
		{Difference{"M4", "network", "δ_j", "j=0, s=2", 0.5, 0.25, "", pt}, "M4 in network: δ_j at j=0, s=2 is 0.5, by the page 0.25 (n0=3 n1=5 n2=2 m=4, f₁=tanh)"},
		{Difference{"R1", "derive", "J", "", 0.5, 0.25, "", pt}, "R1 in derive: J is 0.5, by the page 0.25 (n0=3 n1=5 n2=2 m=4, f₁=tanh)"},
		{Difference{"R1", "derive", "J", "", 0, 0, "ledger.go:3: index out of range", pt}, "R1 in derive: J: ledger.go:3: index out of range"},
	} {
		if got := c.d.Error(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}
