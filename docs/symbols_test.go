package docs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
)

// texToken matches one token of the page's TeX, without the spaces after it.
var texToken = regexp.MustCompile(`\\(?:begin|end)\{\w+\}|\\[a-zA-Z]+|\\\\|\^\{\(\d\)T?\}|\^T|\d+|\S`)

// equivalent are the replacements that leave an equation true, with the reason.
var equivalent = []struct{ old, new, reason string }{
	{`&`, `\\`, "the claim continues on the next line"},
	{`\cdot`, "1", "a factor 1"},
	{`\\`, "1", "a factor 1, and one line in place of two"},
}

// If any one token of a labelled equation is replaced by any token that occurs in one,
// the page does not parse or the run fails, and the first label that it names is that
// of the equation.
func TestEveryTokenCounts(t *testing.T) {
	p, _ := statuses(t)
	var equations []page.Piece // the displays with a tag
	var vocabulary []string
	for _, b := range p.Blocks {
		if b.Math != nil && b.Math.Tag != "" {
			equations = append(equations, b)
			vocabulary = append(vocabulary, texToken.FindAllString(untagged(b), -1)...)
		}
	}
	slices.Sort(vocabulary)
	vocabulary = slices.Compact(vocabulary)
	// A small point refuses most replacements quickly. In the large one, no size
	// equals another, or a number on the page.
	points := []*page.Point{
		page.Random(rand.New(rand.NewPCG(1, 1)), "tanh", 1, 2, 1, 1),
		page.Random(rand.New(rand.NewPCG(1, 2)), "tanh", 4, 3, 5, 6),
	}
	for _, point := range points {
		if err := firstError(equations, "", point); err != nil {
			t.Fatalf("the equations themselves: %v", err)
		}
	}
	for n, b := range equations {
		t.Run(b.Math.Tag, func(t *testing.T) {
			t.Parallel()
			tex, tried := untagged(b), 0
			for _, at := range texToken.FindAllStringIndex(tex, -1) {
				old := tex[at[0]:at[1]]
				for _, with := range vocabulary {
					if with != old {
						tried++
						changed := tex[:at[0]] + with + " " + tex[at[1]:]
						if why := accepted(equations, n, changed, points); why != "" && !slices.ContainsFunc(equivalent, func(e struct{ old, new, reason string }) bool { return e.old == old && e.new == with }) {
							t.Errorf("%s:%v: %s for %s: %s\n%s", derivation, b.Pos, with, old, why, changed)
						}
					}
				}
			}
			if tried < 500 {
				t.Errorf("%s: got %d replacements, want at least 500", b.Math.Tag, tried)
			}
		})
	}
}

// untagged returns the TeX of a labelled equation before its tag.
func untagged(b page.Piece) string {
	text, _, _ := strings.Cut(b.Text, `\tag`)
	return text
}

// accepted says what is wrong if the n-th equation with another text is not refused
// under its label, and otherwise returns "".
func accepted(equations []page.Piece, n int, text string, points []*page.Point) string {
	b := equations[n]
	label := b.Math.Tag
	d, err := tex.Parse(text+`\tag{`+label+`}`, b.Pos)
	if err != nil {
		return ""
	}
	b.Math = d
	changed := slices.Clone(equations)
	changed[n] = b
	for _, point := range points {
		if err = firstError(changed, label, point); err != nil && strings.Contains(err.Error(), label+": ") {
			return ""
		}
	}
	return fmt.Sprintf("got %v, want an error that names the label", err)
}

// firstError runs the equations at a point, if there is a label the one that has it
// first, and then all.
func firstError(equations []page.Piece, label string, point *page.Point) error {
	p, err := page.Of(equations)
	if err != nil {
		return err
	}
	if err := foreign(p); err != nil {
		return err
	}
	if r := p.At(point); label != "" {
		if _, _, wrong := r.Check(label); wrong != nil {
			return wrong
		}
		if _, wrong := VerifyDerive(r, label); wrong != nil {
			return wrong
		}
	}
	_, err = execute(p, []*page.Point{point})
	return err
}

// foreign returns an error if a labelled equation contains a derivative that is not in
// the ledger, or its own left side on the right. Such a derivative can have the right
// value: ∂a²/∂b² is ∂a²/∂z².
func foreign(p *page.Page) (err error) {
	for _, eq := range p.Equations {
		for _, c := range eq.Chains {
			c.Walk(func(n tex.Node) {
				if n != c.First && n.String() == c.First.String() && c.Steps[0].Rel != "←" {
					err = fmt.Errorf("%v: %s: the left side stands on the right as well", n.Where(), eq.Label)
				}
				if f, ok := n.(*tex.Frac); ok && err == nil && !inLedger(f) {
					err = fmt.Errorf("%v: %s: %v is not in the ledger", f.Pos, eq.Label, f)
				}
			})
		}
	}
	return err
}

// inLedger reports whether the ledger has the derivative. Any other quotient counts as
// well.
func inLedger(f *tex.Frac) bool {
	_, _, ok := f.Derivative()
	return !ok || slices.ContainsFunc(derive.Ledger, func(row derive.Equation) bool {
		return row.Quantity == page.Quantity(f, "1") || row.Quantity == page.Quantity(f, "2")
	})
}
