package diagnose

import (
	"fmt"
	"math"

	"chainrule/cmd/internal/claim"
)

// A precision says how exact the numbers of a file are.
type precision struct {
	name   string
	given  rounding            // of the parameters, the inputs and the targets
	claims map[string]rounding // of each claim
	unit   float64             // the relative rounding error of arithmetic, with a margin
	rel    float64             // with -tol, the relative error that is accepted besides
}

// A rounding is the largest error that a number has because it was rounded.
type rounding func(v float64) float64

// Arithmetic adds terms in some order, and computes e^z to a few units of the last place:
// 32 times the rounding error of one operation, which the noise then adds up.
const (
	unit64 = 32 * 0x1p-53
	unit32 = 32 * 0x1p-24
)

// precisionOf returns the precision of the numbers in a file. All claims have as many digits
// as the longest of them. The loss is a single number that often has another type than the
// arrays from which it is computed: it says nothing of these.
func precisionOf(f *claim.File, tol float64) precision {
	p := precision{given: exact, claims: make(map[string]rounding), unit: unit64, rel: tol}
	var all claim.Digits
	for name, d := range f.Claimed {
		if name != "loss" || len(f.Claimed) == 1 {
			all.Merge(d)
		}
		if isFloat32(d) {
			p.unit = unit32
		}
	}
	g, round := f.Given, exact
	if p.name, round = kindOf(all); tol > 0 {
		p.name, p.unit, round = fmt.Sprintf("float64, relative errors up to %g accepted", tol), unit64, exact
	} else if isFloat32(g) || all.Significant > 0 && all.Significant <= 9 { // perhaps computed in float32
		p.unit = unit32
	}
	for name := range f.Claimed {
		p.claims[name] = round
	}
	// With fewer digits than the claims, somebody typed the parameters.
	if tol == 0 && all.Significant > 0 && !isFloat64(all) && !isFloat32(all) && !isFloat64(g) && (g.Significant >= max(2, all.Significant) || g.Decimals >= max(2, all.Decimals)) {
		p.given = decimals(g)
	}
	return p
}

// reduce takes a claim as rounded to the digits that it has itself. It reports whether that
// says more than the precision of all claims.
func (p *precision) reduce(name string, d claim.Digits) bool {
	kind, round := kindOf(d)
	if p.rel > 0 || kind == p.name || d.Significant == 0 || d.Significant > 12 && d.Double {
		return false
	}
	p.claims[name] = round
	p.name += fmt.Sprintf(", %s as %s", name, kind)
	return true
}

func isFloat64(d claim.Digits) bool { return d.Significant >= 16 && d.Double }
func isFloat32(d claim.Digits) bool { return d.Significant > 5 && !d.Double }

// kindOf returns the name of the kind of numbers that have these digits, and their rounding.
func kindOf(d claim.Digits) (string, rounding) {
	switch {
	case d.Significant == 0 || isFloat64(d):
		return "float64", exact
	case isFloat32(d):
		return "float32", func(v float64) float64 { return 0x1p-24*math.Abs(v) + 0x1p-150 }
	}
	return fmt.Sprintf("%d digits", max(2, d.Significant)), decimals(d)
}

func exact(float64) float64 { return 0 }

// decimals returns half a unit of the last digit, of a number with so many significant
// digits or so many decimal places, whichever is less.
func decimals(d claim.Digits) rounding {
	return func(v float64) float64 {
		half := math.Pow10(-max(2, d.Decimals)) / 2
		if v != 0 {
			half += math.Pow10(int(math.Floor(math.Log10(math.Abs(v))))+1-max(2, d.Significant)) / 2
		}
		return half
	}
}
