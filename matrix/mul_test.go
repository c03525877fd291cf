package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The plain triple loops: one element after the other, the index t of the sum
// innermost. They are the definitions, to which the three products are held,
// and what the benchmarks measure them against.

func plainMul(z, x, y *Matrix) *Matrix {
	for r := 0; r < z.Rows; r++ {
		for c := 0; c < z.Cols; c++ {
			var s float64
			for t := 0; t < x.Cols; t++ {
				s += x.Data[r*x.Cols+t] * y.Data[t*y.Cols+c]
			}
			z.Data[r*z.Cols+c] = s
		}
	}
	return z
}

func plainTMul(z, x, y *Matrix) *Matrix {
	for r := 0; r < z.Rows; r++ {
		for c := 0; c < z.Cols; c++ {
			var s float64
			for t := 0; t < x.Rows; t++ {
				s += x.Data[t*x.Cols+r] * y.Data[t*y.Cols+c]
			}
			z.Data[r*z.Cols+c] = s
		}
	}
	return z
}

func plainMulT(z, x, y *Matrix) *Matrix {
	for r := 0; r < z.Rows; r++ {
		for c := 0; c < z.Cols; c++ {
			var s float64
			for t := 0; t < x.Cols; t++ {
				s += x.Data[r*x.Cols+t] * y.Data[c*y.Cols+t]
			}
			z.Data[r*z.Cols+c] = s
		}
	}
	return z
}

// products are the three, for an R×C result with T terms an element.
var products = []struct {
	name        string
	fast, plain func(z, x, y *Matrix) *Matrix
	operands    func(r, t, c int) (x, y [2]int) // their shapes
	transposed  [2]bool                         // is x, is y
}{
	{"Mul", (*Matrix).Mul, plainMul, func(r, t, c int) (x, y [2]int) { return [2]int{r, t}, [2]int{t, c} }, [2]bool{false, false}},
	{"TMul", (*Matrix).TMul, plainTMul, func(r, t, c int) (x, y [2]int) { return [2]int{t, r}, [2]int{t, c} }, [2]bool{true, false}},
	{"MulT", (*Matrix).MulT, plainMulT, func(r, t, c int) (x, y [2]int) { return [2]int{r, t}, [2]int{c, t} }, [2]bool{false, true}},
}

func random(rng *rand.Rand, shape [2]int) *Matrix {
	z := New(shape[0], shape[1])
	for i := range z.Data {
		z.Data[i] = 2*rng.Float64() - 1
	}
	return z
}

func TestProducts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 9} // on both sides of the four rows at once
	for _, p := range products {
		for _, r := range sizes {
			for _, terms := range sizes {
				for _, c := range sizes {
					xs, ys := p.operands(r, terms, c)
					x, y := random(rng, xs), random(rng, ys)
					want, got := New(r, c), random(rng, [2]int{r, c})
					p.plain(want, x, y)
					if p.fast(got, x, y) != got {
						t.Fatalf("%s does not return its receiver", p.name)
					}
					// Terms are within ±1: the rounding of either sum is below
					// terms²·2⁻⁵³ < 1e-14.
					for i := range want.Data {
						if !(math.Abs(got.Data[i]-want.Data[i]) < 1e-14) {
							t.Fatalf("%s %d×%d of %d terms: element %d is %v, want %v", p.name, r, c, terms, i, got.Data[i], want.Data[i])
						}
					}
				}
			}
		}
	}
}

// A zero in one operand does not hide a NaN or an infinity in the other.
func TestProductsPropagateNaN(t *testing.T) {
	for _, p := range products {
		for _, c := range []int{1, 6} {
			for _, poison := range []float64{math.NaN(), math.Inf(1)} {
				for _, which := range []int{0, 1} {
					for at := range 5 { // the term: in the block of four, or after it
						xs, ys := p.operands(3, 5, c)
						operands := [2]*Matrix{New(xs[0], xs[1]), New(ys[0], ys[1])}
						r, col := 1, at // of x: (row, term)
						if which == 1 {
							r, col = at, c-1 // of y: (term, column)
						}
						if p.transposed[which] {
							r, col = col, r
						}
						operands[which].Set(r, col, poison)
						z := p.fast(New(3, c), operands[0], operands[1])
						for i, v := range z.Data {
							hit := which == 0 && i/c == 1 || which == 1 && i%c == c-1
							if math.IsNaN(v) != hit {
								t.Fatalf("%s, %v in operand %d, term %d: element %d is %v, hit: %v", p.name, poison, which, at, i, v, hit)
							}
						}
					}
				}
			}
		}
	}
}

func BenchmarkProducts(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	// In the network the three are F1, w²η and M5; here all three have the size
	// of the first layer, so that they can be compared.
	for _, s := range []struct{ n0, n1, m int }{{64, 32, 32}, {784, 100, 32}, {64, 32, 1}, {784, 100, 1}} {
		for _, p := range products {
			r, t, c := s.n1, s.n0, s.m
			if p.name == "MulT" {
				r, t, c = s.n0, s.m, s.n1
			}
			xs, ys := p.operands(r, t, c)
			x, y, z := random(rng, xs), random(rng, ys), New(r, c)
			for _, f := range []struct {
				name string
				f    func(z, x, y *Matrix) *Matrix
			}{{"chainrule", p.fast}, {"plain", p.plain}} {
				b.Run(fmt.Sprintf("%s/%d-%d/batch=%d/%s", p.name, s.n0, s.n1, s.m, f.name), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						f.f(z, x, y)
					}
					b.ReportMetric(float64(b.N)*float64(2*r*t*c)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}
