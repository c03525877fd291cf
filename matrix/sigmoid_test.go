package matrix

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// The errors that the comment of Sigmoid states, in units in the last place.
func TestSigmoidAccuracy(t *testing.T) {
	const prec = 200
	one := new(big.Float).SetPrec(prec).SetInt64(1)
	exp := func(x float64) *big.Float { // eˣ to 30 digits: a series for x/2¹⁶, squared 16 times
		sum, r := new(big.Float).Set(one), new(big.Float).SetPrec(prec).SetFloat64(x/(1<<16))
		for n := 12.; n > 0; n-- {
			sum.Quo(sum.Mul(sum, r), big.NewFloat(n))
			sum.Add(sum, one)
		}
		for range 16 {
			sum.Mul(sum, sum)
		}
		return sum
	}
	rng := rand.New(rand.NewPCG(1, 2))
	x := New(2, 15000)
	for c := range x.Cols {
		v := []float64{1, 40, 709}[c%3] * rng.Float64()
		x.Set(0, c, v)
		x.Set(1, c, -v)
	}
	got := New(2, x.Cols).Sigmoid(x)
	bounds := []float64{2, 3}
	if strings.HasPrefix(Kernel(), "vectors") {
		bounds[1] = 2.4 // without the last term of the series, 2.49
	}
	for r, want := range bounds {
		var worst, at float64
		for c, v := range x.Row(r) {
			e := exp(-v)
			off, _ := e.Sub(e.Quo(one, e.Add(one, e)), big.NewFloat(got.At(r, c))).Float64()
			if ulp := math.Nextafter(got.At(r, c), 2) - got.At(r, c); !(math.Abs(off)/ulp <= worst) {
				worst, at = math.Abs(off)/ulp, v
			}
		}
		t.Logf("%v to %v: %.3g ulp at %v", x.At(r, 0), x.At(r, x.Cols-1), worst, at)
		if !(worst <= want) {
			t.Errorf("got an error of %.3g ulp at %v, want at most %v", worst, at, want)
		}
	}
}

// Beyond ±709, and where the last vector is not full.
func TestSigmoidLimits(t *testing.T) {
	inf := math.Inf(1)
	for length := 1; length < 20; length++ {
		for _, c := range []struct{ x, low, high float64 }{
			{0, 0.5, 0.5}, {math.SmallestNonzeroFloat64, 0.5, 0.5}, {37, 1 - 0x1p-53, 1}, {-37, 8.5e-17, 8.6e-17},
			{709, 1, 1}, {710, 1, 1}, {1e5, 1, 1}, {math.MaxFloat64, 1, 1}, {inf, 1, 1},
			{-709, 1.2e-308, 1.3e-308}, {-709.01, 0, 1.3e-308}, {-710, 0, 1.3e-308}, {-746, 0, 0}, {-1e5, 0, 0}, {-math.MaxFloat64, 0, 0}, {-inf, 0, 0},
		} {
			x := New(1, length)
			x.Data[length-1] = c.x
			z := New(1, length+1).Resize(1, length).Sigmoid(x)
			if got := z.Data[length-1]; !(got >= c.low && got <= c.high) || length > 1 && z.Data[0] != 0.5 {
				t.Errorf("σ(%v), element %d: got %v, want %v to %v", c.x, length-1, got, c.low, c.high)
			}
			if past := z.Data[:length+1][length]; past != 0 {
				t.Fatalf("length %d: the element after the last is %v, want 0", length, past)
			}
		}
		x := New(1, length)
		for _, nan := range []float64{math.NaN(), math.Float64frombits(0xFFF8000000000FFF), math.Float64frombits(0x7FFFFFFFFFFFFFFF)} {
			x.Data[length-1] = nan
			if z := New(1, length).Sigmoid(x); !math.IsNaN(z.Data[length-1]) {
				t.Errorf("σ(NaN), element %d: got %v, want NaN", length-1, z.Data[length-1])
			}
		}
	}
}
