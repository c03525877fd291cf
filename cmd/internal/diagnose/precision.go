package diagnose

import (
	"fmt"
	"math"

	"chainrule/cmd/internal/claim"
)

// A precision says how exact the numbers of a file are.
type precision struct {
	name   string
	given  func(v float64) float64 // the largest rounding error of a parameter, an input or a target
	claims func(v float64) float64 // the same of a claim
	unit   float64                 // the relative rounding error of arithmetic, with a margin
	rel    float64                 // with -tol, the relative error that is accepted besides
}

// Arithmetic adds terms in some order, and computes e^z to a few units of the last place:
// 16 times the rounding error of one operation, which the noise then adds up.
const (
	unit64 = 16 * 0x1p-53
	unit32 = 16 * 0x1p-24
)

// typed is the largest number of digits with which parameters, inputs and targets are
// always taken to be exact: somebody typed them. With more they are, too, if they have
// fewer digits than the claims.
const typed = 2

// precisionOf returns the precision of the numbers in a file. Numbers that are not printed
// with all digits of a float64 have as many digits as the longest of the claims.
func precisionOf(f *claim.File, tol float64) precision {
	c, g := f.Claimed, f.Given
	p := precision{name: "float64", given: exact, claims: exact, unit: unit64, rel: tol}
	switch {
	case tol > 0:
		p.name = fmt.Sprintf("float64, relative errors up to %g accepted", tol)
	case c.Significant == 0 || c.Significant >= 16 && c.Double:
	case !c.Double && c.Significant > 5:
		p.name, p.unit, p.claims = "float32", unit32, float32Error
	default:
		digits := max(2, c.Significant)
		p.name = fmt.Sprintf("%d digits", digits)
		if digits <= 9 { // perhaps computed in float32
			p.unit = unit32
		}
		p.claims = decimalError(digits, max(2, c.Decimals))
		if g.Significant > typed && g.Significant < 16 && (g.Significant >= digits || g.Decimals >= c.Decimals) {
			p.given = decimalError(g.Significant, g.Decimals)
		}
	}
	return p
}

func exact(float64) float64 { return 0 }

func float32Error(v float64) float64 { return 0x1p-24*math.Abs(v) + 0x1p-150 }

// decimalError returns half a unit of the last digit, of a number with so many
// significant digits or so many decimal places, whichever is less.
func decimalError(digits, decimals int) func(v float64) float64 {
	return func(v float64) float64 {
		half := math.Pow10(-decimals) / 2
		if v != 0 {
			half += math.Pow10(int(math.Floor(math.Log10(math.Abs(v))))+1-digits) / 2
		}
		return half
	}
}
