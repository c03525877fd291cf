package derive

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
)

func TestSigmoid(t *testing.T) {
	// Values to 20 digits, from a calculation in 50-digit decimal arithmetic.
	for _, c := range []struct{ z, f, prime float64 }{
		{0, 0.5, 0.25},
		{1.7, 0.84553473491646529567, 0.13060574696620806645},
		{2.5, 0.92414181997875644881, 0.070103716545108140918},
		{-2.5, 0.075858180021243551193, 0.070103716545108140918},
	} {
		// 4 ulp: the rounding of exp, the sum, the quotient and the product.
		f, prime := Sigmoid.F(c.z), Sigmoid.Prime(c.z)
		if !(RelErr(f, c.f) <= 4*epsilon) || !(RelErr(prime, c.prime) <= 16*epsilon) {
			t.Errorf("σ(%g): got %v with derivative %v, want %v, %v", c.z, f, prime, c.f, c.prime)
		}
	}
}

// The derivative of each activation is the slope of the activation.
func TestPrime(t *testing.T) {
	const h = 1e-5
	for _, name := range []string{"sigmoid", "tanh", "relu", "identity"} {
		f := Named(name)
		for z := -4.05; z < 4; z += 0.1 { // stays further than h from 0
			slope := (f.F(z+h) - f.F(z-h)) / (2 * h)
			if ok, _ := Agree(f.Prime(z), slope, 1, h); !ok {
				t.Errorf("%s′(%g): got %v, want the slope %v", name, z, f.Prime(z), slope)
			}
		}
		if !math.IsNaN(f.F(math.NaN())) || name != "identity" && !math.IsNaN(f.Prime(math.NaN())) {
			t.Errorf("%s of NaN: got %v, %v, want NaN", name, f.F(math.NaN()), f.Prime(math.NaN()))
		}
	}
	if d := Named("relu").Prime(0); d != 0 {
		t.Errorf("relu′(0): got %v, want 0", d)
	}
	wantPanic(t, `unknown activation "step"`, func() { Named("step") })
}

// wantPanic fails unless f panics with a message that contains the text.
func wantPanic(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got, _ := recover().(string); !strings.Contains(got, text) {
			t.Errorf("got panic %q, want one with %q", got, text)
		}
	}()
	f()
}

// The homework's example, against a calculation in 50-digit decimal arithmetic.
func TestHomework(t *testing.T) {
	v := Forward(NewParams("sigmoid",
		matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), matrix.FromRows([]float64{1, 1, 1}),
		matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), matrix.FromRows([]float64{0.5})),
		[]float64{1, 1}, []float64{1})
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
	} {
		if e := RelErr(c.got, c.want); !(e <= 1e-14) { // some 50 roundings
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

// random returns a batch with nothing symmetric and nothing zero, and the inputs x
// and the targets y that it was made from. Give it n0, n1, n2 and m that all differ.
func random(seed uint64, f1 string, n0, n1, n2, m int) (b *Batch, x, y *matrix.Matrix) {
	rng := rand.New(rand.NewPCG(seed, 7))
	fill := func(rows, cols int, scale float64) *matrix.Matrix {
		z := matrix.New(rows, cols)
		return z.Apply(func(float64) float64 { return scale * (2*rng.Float64() - 1) }, z)
	}
	p := NewParams(f1, fill(n0, n1, 1), fill(1, n1, 0.5), fill(n1, n2, 1), fill(1, n2, 0.5))
	x, y = fill(n0, m, 1.5), fill(n2, m, 1)
	b = ForwardBatch(p, x, y)
	b.Lambda, b.Alpha = 0.3, 0.5
	return b, x, y
}

// problem returns a random batch of 4 samples of a 3-5-2 network.
func problem(f1 string) *Batch {
	b, _, _ := random(3, f1, 3, 5, 2, 4)
	return b
}

// The ledger's gradients of J are its numerical gradient, for every parameter,
// activation and shape, with and without the penalty.
func TestLedgerIsTheSlope(t *testing.T) {
	const h = 1e-5
	for _, f1 := range []string{"sigmoid", "tanh", "relu"} {
		compared, rounded, kinks := 0, 0, 0
		for seed := range uint64(4) {
			for _, shape := range [][4]int{{2, 3, 1, 4}, {3, 5, 2, 1}, {5, 4, 3, 7}} {
				b, x, y := random(seed, f1, shape[0], shape[1], shape[2], shape[3])
				for _, b.Lambda = range []float64{0, 0.3} {
					d := NumericalGradient(b.Params, x, y, b.Lambda, h)
					kinks += d.Kinks
					slopes := map[string]*matrix.Matrix{"R2 ∂J/∂w¹": d.W1, "B1 ∂L/∂b¹": d.B1, "R2 ∂J/∂w²": d.W2, "B1 ∂L/∂b²": d.B2}
					for _, eq := range Ledger {
						n := slopes[eq.Label+" "+eq.Quantity]
						if n == nil {
							continue
						}
						elements, wrong := eq.Compare(b, func(x Index) float64 { return eq.Element(b, x) }, func(x Index) float64 { return n.At(eq.Place(x)) },
							func(_ Index, got, want float64) bool {
								ok, round := Agree(got, want, d.J, h)
								if round {
									rounded++
								}
								return ok || math.IsNaN(want) // a kink, counted above
							})
						compared += elements
						if wrong != nil {
							t.Errorf("%s %v seed %d λ=%g: the slope of J: %v", f1, shape, seed, b.Lambda, wrong)
						}
					}
				}
			}
		}
		t.Logf("%s: %d compared, %d of them accepted as rounding, %d skipped at kinks", f1, compared, rounded, kinks)
		// Measured: none accepted as rounding, and no kinks. A check that accepts
		// or skips many elements has compared little.
		if compared != 4*2*(13+32+39) || rounded > compared/20 || kinks > compared/20 {
			t.Errorf("%s: got %d compared, %d accepted as rounding and %d kinks", f1, compared, rounded, kinks)
		}
	}
}

// The error of central differences falls as h² until rounding takes over.
func TestErrorFallsAsHSquared(t *testing.T) {
	b, x, y := random(5, "tanh", 3, 4, 2, 5)
	largest := func(h float64) (e float64) {
		for i, slope := range NumericalGradient(b.Params, x, y, 0, h).W1.Data {
			e = max(e, math.Abs(slope-b.DW1(i/4, i%4)))
		}
		return e
	}
	for h := 0.1; h > 1e-4; h /= 2 { // at these h rounding, 2⁻⁵²/h, is far smaller
		ratio := largest(h) / largest(h/2)
		if !(ratio > 3.8 && ratio < 4.2) { // 4, but for terms of order h⁴
			t.Errorf("h=%g: halving h divides the error by %g, want about 4", h, ratio)
		}
	}
	if a, b := largest(1e-5), largest(1e-9); a > b {
		t.Errorf("h=1e-5: got error %g, want less than at h=1e-9, where rounding dominates: %g", a, b)
	}
}

func TestNumericalGradientFindsKinks(t *testing.T) {
	p := NewParams("relu", matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{-1, 0.5}),
		matrix.FromRows([]float64{1}, []float64{2}), matrix.FromRows([]float64{0.1}))
	x, y := matrix.FromRows([]float64{1}), matrix.FromRows([]float64{0})
	// z¹_0 = 1·1 − 1 = 0 is at the kink, which w¹_00 and b¹_0 move it across.
	d := NumericalGradient(p, x, y, 0, 1e-5)
	if d.Kinks != 2 || !math.IsNaN(d.W1.At(0, 0)) || !math.IsNaN(d.B1.At(0, 0)) || math.IsNaN(d.W1.At(0, 1)) {
		t.Errorf("got %d kinks, ∂J/∂w¹ %v, ∂J/∂b¹ %v, want 2, the first element of each", d.Kinks, d.W1, d.B1)
	}
	if p.W1.At(0, 0) != 1 || p.B2.At(0, 0) != 0.1 {
		t.Error("NumericalGradient changed a parameter")
	}
	p.Hidden = Sigmoid
	if d := NumericalGradient(p, x, y, 0, 1e-5); d.Kinks != 0 {
		t.Errorf("sigmoid: got %d kinks, want 0", d.Kinks)
	}
}

func TestAgree(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		a, n, j, h  float64
		ok, rounded bool
	}{
		{1, 1 + 5e-8, 1, 1e-5, true, false}, {1, 1 + 2e-7, 1, 1e-5, false, false},
		{0, 0, 1, 1e-5, true, false}, {0, 2e-10, 1, 1e-5, true, true},
		{0, 3e-10, 1, 1e-5, false, false}, {0, 3e-10, 2, 1e-5, true, true},
		{1, 1.5, 1, 1e-5, false, false}, {1, -1, 1, 1e-5, false, false},
		{nan, 1, 1, 1e-5, false, false}, {1, nan, 1, 1e-5, false, false}, {nan, nan, 1, 1e-5, false, false},
	} {
		if ok, rounded := Agree(c.a, c.n, c.j, c.h); ok != c.ok || rounded != c.rounded {
			t.Errorf("Agree(%v, %v, %v, %v): got %v, %v, want %v, %v", c.a, c.n, c.j, c.h, ok, rounded, c.ok, c.rounded)
		}
	}
}

// M2, M3, M5 and M6 are the gradients of E1 to E4, and B1 is their mean.
func TestGradientsByName(t *testing.T) {
	b, compared := problem("tanh"), 0
	for _, e := range Ledger {
		if e.Label[0] != 'E' {
			continue
		}
		find := func(letter byte) Equation {
			return Ledger[slices.IndexFunc(Ledger, func(eq Equation) bool { return eq.Label[0] == letter && eq.Quantity == e.Quantity })]
		}
		compare := func(eq Equation, x Index, want float64) {
			compared++
			// Some ten factors and sums, and cancellation.
			if got := eq.Element(b, x); !(RelErr(got, want) <= 64*epsilon) || want == 0 {
				t.Errorf("%s: %s at %v: got %v, want %v by %s", eq.Label, eq.Quantity, x, got, want, e.Label)
			}
		}
		for x := range find('B').Elements(b) {
			var sum float64
			for x.S = range b.Samples {
				sum += e.Element(b, x)
				compare(find('M'), x, e.Element(b, x))
			}
			compare(find('B'), x, sum/4)
		}
	}
	if want := (15 + 5 + 10 + 2) * (4 + 1); compared != want {
		t.Errorf("got %d compared, want %d", compared, want)
	}
}
