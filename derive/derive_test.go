package derive

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/matrix"
)

// seed is the network of the homework's Q1.1.
func seed() *Params {
	return &Params{
		Activation: Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
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

// The seed's example, against a calculation in 50-digit decimal arithmetic.
func TestSeed(t *testing.T) {
	v := Forward(seed(), []float64{1, 1}, []float64{1})
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

// problem is a network with a batch, nothing symmetric and nothing zero, and
// n0, n1, n2 and m all different.
func problem(rng *rand.Rand, f1 string, n0, n1, n2, m int) (p *Params, x, y *matrix.Matrix) {
	random := func(rows, cols int, scale float64) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = scale * (2*rng.Float64() - 1)
		}
		return z
	}
	p = &Params{Named(f1), random(n0, n1, 1), random(1, n1, 0.5), random(n1, n2, 1), random(1, n2, 0.5)}
	return p, random(n0, m, 1.5), random(n2, m, 1)
}

// truth are the claims of an implementation that is right: this package.
func truth(p *Params, x, y *matrix.Matrix) Claims {
	n0, n1, n2, m := p.W1.Rows, p.W1.Cols, p.W2.Cols, x.Cols
	b := ForwardBatch(p, x, y)
	fill := func(rows, cols int, f func(r, c int) float64) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = f(i/cols, i%cols)
		}
		return z
	}
	return Claims{
		Z1:    fill(n1, m, func(j, s int) float64 { return b[s].Z1[j] }),
		A1:    fill(n1, m, func(j, s int) float64 { return b[s].A1[j] }),
		Z2:    fill(n2, m, func(k, s int) float64 { return b[s].Z2[k] }),
		A2:    fill(n2, m, func(k, s int) float64 { return b[s].A2[k] }),
		L:     fill(1, m, func(_, s int) float64 { return b[s].L1() }),
		D2:    fill(n2, m, func(k, s int) float64 { return b[s].D2(k) }),
		D6:    fill(n1, m, func(j, s int) float64 { return b[s].D6(j) }),
		Eta:   fill(n2, m, func(k, s int) float64 { return b[s].M1(k) }),
		Delta: fill(n1, m, func(j, s int) float64 { return b[s].M4(j) }),
		DW2:   fill(n1, n2, b.DW2),
		DB2:   fill(1, n2, func(_, k int) float64 { return b.DB2(k) }),
		DW1:   fill(n0, n1, b.DW1),
		DB1:   fill(1, n1, func(_, j int) float64 { return b.DB1(j) }),
	}
}

// E1 to E4 are the slopes of J, for every parameter, activation and shape.
func TestLedgerIsTheSlope(t *testing.T) {
	const h = 1e-5
	for _, f1 := range []string{"sigmoid", "tanh", "relu"} {
		compared, rounded, kinks := 0, 0, 0
		for s := range uint64(4) {
			for _, shape := range [][4]int{{2, 3, 1, 4}, {3, 5, 2, 1}, {5, 4, 3, 7}} {
				rng := rand.New(rand.NewPCG(s, 7))
				p, x, y := problem(rng, f1, shape[0], shape[1], shape[2], shape[3])
				for _, lambda := range []float64{0, 0.3} {
					c, d := truth(p, x, y), NumericalGradient(p, x, y, lambda, h)
					kinks += d.Kinks
					for _, g := range []struct {
						name     string
						d, dL, w *matrix.Matrix
					}{{"E1", d.W2, c.DW2, p.W2}, {"E2", d.B2, c.DB2, nil}, {"E3", d.W1, c.DW1, p.W1}, {"E4", d.B1, c.DB1, nil}} {
						for i, n := range g.d.Data {
							if math.IsNaN(n) {
								continue // a kink: Centred counted it
							}
							a := g.dL.Data[i]
							if g.w != nil {
								a = R2(a, lambda, g.w.Data[i])
							}
							ok, round := Agree(a, n, d.J, h)
							if !ok {
								t.Errorf("%s %v seed %d λ=%g: %s: element %d is %v, the slope is %v, relative error %.2g", f1, shape, s, lambda, g.name, i, a, n, RelErr(a, n))
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

// The error of the centred difference falls as h² until rounding takes over.
func TestCentredErrorFallsAsHSquared(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(5, 5)), "tanh", 3, 4, 2, 5)
	want := truth(p, x, y).DW1
	largest := func(h float64) (e float64) {
		d := NumericalGradient(p, x, y, 0, h)
		for i, n := range d.W1.Data {
			e = max(e, math.Abs(n-want.Data[i]))
		}
		return e
	}
	for h := 0.1; h > 1e-4; h /= 2 { // above 1e-4 rounding (2⁻⁵²/h) is far below
		ratio := largest(h) / largest(h/2)
		t.Logf("h=%.2e: error %.2e, over that at h/2: %.3f", h, largest(h), ratio)
		if !(ratio > 3.8 && ratio < 4.2) { // 4, but for terms of order h⁴
			t.Errorf("h=%g: halving h divides the error by %g, want 4", h, ratio)
		}
	}
	if a, b := largest(1e-5), largest(1e-9); a > b {
		t.Errorf("the error at h=1e-5, %g, exceeds that at 1e-9, %g, where rounding rules", a, b)
	}
}

func TestCentredFindsKinks(t *testing.T) {
	p := &Params{
		Activation: Named("relu"),
		W1:         matrix.FromRows([]float64{1, 1}), B1: matrix.FromRows([]float64{-1, 0.5}),
		W2: matrix.FromRows([]float64{1}, []float64{2}), B2: matrix.FromRows([]float64{0.1}),
	}
	x, y := matrix.FromRows([]float64{1}), matrix.FromRows([]float64{0})
	// z¹_0 = 1·1 − 1 = 0: on the corner, for w¹_00 and b¹_0.
	d := NumericalGradient(p, x, y, 0, 1e-5)
	if d.Kinks != 2 || !math.IsNaN(d.W1.At(0, 0)) || !math.IsNaN(d.B1.At(0, 0)) || math.IsNaN(d.W1.At(0, 1)) {
		t.Errorf("%d kinks, ∂J/∂w¹ = %v, ∂J/∂b¹ = %v; want 2, in the first of each", d.Kinks, d.W1, d.B1)
	}
	if p.W1.At(0, 0) != 1 || p.B2.At(0, 0) != 0.1 {
		t.Error("Centred left a parameter changed")
	}
	p.Activation = Sigmoid
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

// By η and δ, the gradients are what they are by E1 to E4.
func TestGradientsByName(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	same := func(label string, a, b float64) {
		t.Helper()
		if !(RelErr(a, b) <= 16*epsilon) || a == 0 { // the order of some ten factors and sums
			t.Errorf("%s: %v and %v", label, a, b)
		}
	}
	for _, v := range ForwardBatch(p, x, y) {
		for j := range 5 {
			same("M6", v.M6(j), v.E4(j))
			for i := range 3 {
				same("M5", v.M5(i, j), v.E3(i, j))
			}
			for k := range 2 {
				same("M2", v.M2(j, k), v.E1(j, k))
				same("M3", v.M3(k), v.E2(k))
			}
		}
	}
}

func TestBatchIsTheMean(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	b := ForwardBatch(p, x, y)
	var loss, e1 float64
	for _, v := range b {
		loss += v.L1()
		e1 += v.E1(4, 1)
	}
	if got := b.Loss(); RelErr(got, loss/4) > 4*epsilon {
		t.Errorf("loss %v, want %v", got, loss/4)
	}
	if got := b.DW2(4, 1); RelErr(got, e1/4) > 4*epsilon {
		t.Errorf("∂L/∂w² %v, want %v", got, e1/4)
	}
	if !slices.Equal(b[2].A0, []float64{x.At(0, 2), x.At(1, 2), x.At(2, 2)}) {
		t.Error("sample 2 is not column 2")
	}
}
