package derive

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"chainrule/matrix"
)

// homework is the network of the homework's Q1.1.
func homework() *Params {
	return NewParams("sigmoid",
		matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), matrix.FromRows([]float64{1, 1, 1}),
		matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), matrix.FromRows([]float64{0.5}))
}

func TestSigmoid(t *testing.T) {
	// Values to 20 digits, from a calculation in 50-digit decimal arithmetic.
	for _, c := range []struct{ z, f, prime float64 }{
		{0, 0.5, 0.25},
		{1.7, 0.84553473491646529567, 0.13060574696620806645},
		{2.5, 0.92414181997875644881, 0.070103716545108140918},
		{-2.5, 0.075858180021243551193, 0.070103716545108140918},
	} {
		// 4 ulp: the rounding of exp, the sum, the quotient and the product.
		if e := RelErr(Sigmoid.F(c.z), c.f); !(e <= 4*epsilon) {
			t.Errorf("σ(%g) = %v, want %v", c.z, Sigmoid.F(c.z), c.f)
		}
		if e := RelErr(Sigmoid.Prime(c.z), c.prime); !(e <= 16*epsilon) {
			t.Errorf("σ′(%g) = %v, want %v", c.z, Sigmoid.Prime(c.z), c.prime)
		}
	}
}

// The derivative of each activation is the slope of the activation.
func TestPrime(t *testing.T) {
	const h = 1e-5
	for _, name := range []string{"sigmoid", "tanh", "relu"} {
		f := Named(name)
		for z := -4.05; z < 4; z += 0.1 { // passes by 0 at a distance over h
			slope := (f.F(z+h) - f.F(z-h)) / (2 * h)
			if ok, _ := Agree(f.Prime(z), slope, 1, h); !ok {
				t.Errorf("%s′(%g) = %v, the slope is %v", name, z, f.Prime(z), slope)
			}
		}
		if !math.IsNaN(f.F(math.NaN())) || !math.IsNaN(f.Prime(math.NaN())) {
			t.Errorf("%s of NaN: %v, %v", name, f.F(math.NaN()), f.Prime(math.NaN()))
		}
	}
	if d := Named("relu").Prime(0); d != 0 {
		t.Errorf("relu′(0) = %v, want 0", d)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for an unknown activation")
		}
	}()
	Named("step")
}

// The homework's example, against a calculation in 50-digit decimal arithmetic.
func TestHomework(t *testing.T) {
	v := Forward(homework(), []float64{1, 1}, []float64{1})
	eta := -0.026028740539482907747
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"a²", v.A2[0], 0.82205943370636806857},
		{"L", v.L1(), 0.015831422566449210118},
		{"E1 j=0", v.E1(0, 0), -0.022008204232261134294},
		{"E1 j=1", v.E1(1, 0), -0.024054247653912573342},
		{"E2", v.E2(0), eta},
		{"E3 j=0", v.E3(0, 0), -0.00067990062014975729828},
		{"E3 j=1", v.E3(1, 1), -0.00036494228976121506686},
		{"E4 j=2", v.E4(2), -0.0027196024805990291931},
		{"M1", v.M1(0), eta},
		{"M4 j=2", v.M4(2), -0.0027196024805990291931},
	} {
		if e := RelErr(c.got, c.want); !(e <= 1e-14) { // some 50 roundings
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// problem returns a batch with nothing symmetric and nothing zero; give it n0, n1,
// n2 and m that are all different.
func problem(rng *rand.Rand, f1 string, n0, n1, n2, m int) *Batch {
	random := func(rows, cols int, scale float64) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = scale * (2*rng.Float64() - 1)
		}
		return z
	}
	p := NewParams(f1, random(n0, n1, 1), random(1, n1, 0.5), random(n1, n2, 1), random(1, n2, 0.5))
	b := ForwardBatch(p, random(n0, m, 1.5), random(n2, m, 1))
	b.Lambda, b.Alpha = 0.3, 0.5
	return b
}

// numerical is NumericalGradient for a batch.
func numerical(b *Batch, h float64) Gradient {
	x, y := matrix.New(len(b.Samples[0].A0), len(b.Samples)), matrix.New(len(b.Samples[0].Y), len(b.Samples))
	for s, v := range b.Samples {
		for i, a := range v.A0 {
			x.Set(i, s, a)
		}
		for k, a := range v.Y {
			y.Set(k, s, a)
		}
	}
	return NumericalGradient(b.Params, x, y, b.Lambda, h)
}

// The ledger's gradients of J are its numerical gradient, for every parameter,
// activation and shape, with a penalty and without.
func TestLedgerIsTheSlope(t *testing.T) {
	const h = 1e-5
	for _, f1 := range []string{"sigmoid", "tanh", "relu"} {
		compared, rounded, kinks := 0, 0, 0
		for seed := range uint64(4) {
			for _, shape := range [][4]int{{2, 3, 1, 4}, {3, 5, 2, 1}, {5, 4, 3, 7}} {
				b := problem(rand.New(rand.NewPCG(seed, 7)), f1, shape[0], shape[1], shape[2], shape[3])
				for _, lambda := range []float64{0, 0.3} {
					b.Lambda = lambda
					d := numerical(b, h)
					kinks += d.Kinks
					slopes := map[string]*matrix.Matrix{"R2 ∂J/∂w¹": d.W1, "B1 ∂L/∂b¹": d.B1, "R2 ∂J/∂w²": d.W2, "B1 ∂L/∂b²": d.B2}
					for _, eq := range Ledger {
						n := slopes[eq.Label+" "+eq.Quantity]
						if n == nil {
							continue
						}
						for x := range eq.Elements(b) {
							slope := n.At(eq.Place(x))
							if math.IsNaN(slope) {
								continue // a kink, counted
							}
							ok, round := Agree(eq.Element(b, x), slope, d.J, h)
							if !ok {
								t.Errorf("%s %v seed %d λ=%g: %s: %s at %s is %v, the slope is %v, relative error %.2g",
									f1, shape, seed, lambda, eq.Label, eq.Quantity, eq.Name(x), eq.Element(b, x), slope, RelErr(eq.Element(b, x), slope))
							}
							compared++
							if round {
								rounded++
							}
						}
					}
				}
			}
		}
		t.Logf("%s: %d compared, %d of them accepted as rounding, %d left out for kinks", f1, compared, rounded, kinks)
		// Measured: none accepted as rounding, no kinks. If many were, little
		// would have been compared.
		if compared+kinks != 4*2*(13+32+39) || rounded > compared/20 || kinks > compared/20 {
			t.Errorf("%s: %d compared, %d accepted as rounding, %d kinks", f1, compared, rounded, kinks)
		}
	}
}

// The error of central differences falls as h² until rounding takes over.
func TestErrorFallsAsHSquared(t *testing.T) {
	b := problem(rand.New(rand.NewPCG(5, 5)), "tanh", 3, 4, 2, 5)
	b.Lambda = 0
	largest := func(h float64) (e float64) {
		d := numerical(b, h)
		for i := range 3 {
			for j := range 4 {
				e = max(e, math.Abs(d.W1.At(i, j)-b.DW1(i, j)))
			}
		}
		return e
	}
	for h := 0.1; h > 1e-4; h /= 2 { // above 1e-4 rounding (2⁻⁵²/h) is far below
		ratio := largest(h) / largest(h/2)
		if !(ratio > 3.8 && ratio < 4.2) { // 4, but for terms of order h⁴
			t.Errorf("h=%g: halving h divides the error by %g, want 4", h, ratio)
		}
	}
	if a, b := largest(1e-5), largest(1e-9); a > b {
		t.Errorf("the error at h=1e-5 is %g, want less than at 1e-9, %g, where rounding dominates", a, b)
	}
}

func TestNumericalGradientFindsKinks(t *testing.T) {
	p := NewParams("relu", matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{-1, 0.5}),
		matrix.FromRows([]float64{1}, []float64{2}), matrix.FromRows([]float64{0.1}))
	x, y := matrix.FromRows([]float64{1}), matrix.FromRows([]float64{0})
	// z¹_0 = 1·1 − 1 = 0: on the corner, for w¹_00 and b¹_0.
	d := NumericalGradient(p, x, y, 0, 1e-5)
	if d.Kinks != 2 || !math.IsNaN(d.W1.At(0, 0)) || !math.IsNaN(d.B1.At(0, 0)) || math.IsNaN(d.W1.At(0, 1)) {
		t.Errorf("%d kinks, ∂J/∂w¹ = %v, ∂J/∂b¹ = %v; want 2, in the first of each", d.Kinks, d.W1, d.B1)
	}
	if p.W1.At(0, 0) != 1 || p.B2.At(0, 0) != 0.1 {
		t.Error("a parameter is not restored")
	}
	p.Hidden = Sigmoid
	if d := NumericalGradient(p, x, y, 0, 1e-5); d.Kinks != 0 {
		t.Errorf("sigmoid: %d kinks, want 0", d.Kinks)
	}
}

func TestAgree(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		a, n, j, h  float64
		ok, rounded bool
	}{
		{1, 1 + 5e-8, 1, 1e-5, true, false},
		{1, 1 + 2e-7, 1, 1e-5, false, false},
		{0, 0, 1, 1e-5, true, false},
		{0, 2e-10, 1, 1e-5, true, true},
		{0, 3e-10, 1, 1e-5, false, false},
		{0, 3e-10, 2, 1e-5, true, true},
		{1, 1.5, 1, 1e-5, false, false},
		{1, -1, 1, 1e-5, false, false},
		{nan, 1, 1, 1e-5, false, false},
		{1, nan, 1, 1e-5, false, false},
		{nan, nan, 1, 1e-5, false, false},
	} {
		if ok, rounded := Agree(c.a, c.n, c.j, c.h); ok != c.ok || rounded != c.rounded {
			t.Errorf("Agree(%v, %v, %v, %v) = %v, %v", c.a, c.n, c.j, c.h, ok, rounded)
		}
	}
}

// With η and δ, and as means, the gradients are what E1 to E4 say.
func TestGradientsByName(t *testing.T) {
	b := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	sums, found := make(map[string]float64), make(map[string]float64)
	for _, eq := range Ledger {
		for x := range eq.Elements(b) {
			v, key := eq.Element(b, x), fmt.Sprint(eq.Quantity, x.I, x.J, x.K)
			switch {
			case eq.Label[0] == 'E':
				sums[key] += v / 4
			case eq.IsGradient():
				found["M"+key] += v / 4
			case eq.Label == "B1":
				found["B"+key] = v
			}
		}
	}
	for key, want := range sums {
		for _, label := range []string{"M", "B"} {
			if e := RelErr(found[label+key], want); !(e <= 64*epsilon) || want == 0 { // some ten factors and sums, and cancellation
				t.Errorf("%s: %s is %v, the mean of E is %v", label, key, found[label+key], want)
			}
		}
	}
	if len(sums) != 15+5+10+2 {
		t.Errorf("%d gradients, want 32", len(sums))
	}
}
