package derive

import (
	"testing"
)

// The derivatives lose no digits where the activation saturates. The values are from
// a calculation in 60-digit decimal arithmetic: e⁻ᶻ/(1 + e⁻ᶻ)², and 1/cosh² z.
func TestPrimeIsExact(t *testing.T) {
	for _, c := range []struct{ z, sigmoid, tanh float64 }{
		{0, 0.25, 1},
		{0.5, 2.35003712201594489069e-1, 7.86447732965927410150e-1},
		{1.7, 1.30605746966208058844e-1, 1.25009870633446586659e-1},
		{2.5, 7.01037165451081569323e-2, 2.65922266831606196560e-2},
		{10, 4.53958077359516710324e-5, 8.24461445576739737461e-9},
		{20, 2.06115361394184934365e-9, 1.69934170211663558369e-17},
		{30, 9.35762296883842330276e-14, 3.50260430507860813540e-26},
		{40, 4.24835425529158895923e-18, 7.21940555138166068925e-35},
		{100, 3.72007597602083596296e-44, 5.53558610694695012259e-87},
		{350, 9.92959039626497929628e-153, 3.94387061750390834268e-304},
		{700, 9.85967654375977085671e-305, 0}, // 3.9e-608
	} {
		for _, z := range []float64{c.z, -c.z} {
			if e := RelErr(Sigmoid.Prime(z), c.sigmoid); !(e <= 1e-14) {
				t.Errorf("σ′(%g) = %v, want %v, relative error %.2g", z, Sigmoid.Prime(z), c.sigmoid, e)
			}
			if got := Named("tanh").Prime(z); !(RelErr(got, c.tanh) <= 1e-14) {
				t.Errorf("tanh′(%g) = %v, want %v, relative error %.2g", z, got, c.tanh, RelErr(got, c.tanh))
			}
		}
	}
}
