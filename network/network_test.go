package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"chainrule/derive"
	"chainrule/matrix"
)

// homework is the network of the homework's Q1.1, with its input loaded and the
// target y = 1.
func homework() (*Network, *Pass) {
	n := &Network{
		Activation: Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0})
	return n, p
}

func TestForwardQ11(t *testing.T) {
	n, p := homework()
	n.Forward(p)
	n.Backward(p)
	// The literals are from a calculation in 50-digit decimal arithmetic.
	for _, c := range []struct {
		name string
		got  *matrix.Matrix
		want []float64
	}{
		{"F1: z1", p.Z1, []float64{1.7, 2.5, 1.7}},
		{"F2: a1", p.A1, []float64{0.84553473491646529567, 0.92414181997875644881, 0.84553473491646529567}},
		{"F3: z2", p.Z2, []float64{1.5303630989122165854}},
		{"F4: a2", p.A2, []float64{0.82205943370636806857}},
		{"D2: f₂′(z²)", p.F2Prime, []float64{0.14627772116073351119}},
		{"M1: eta", p.Eta, []float64{-0.026028740539482907747}},
		{"D6: f₁′(z¹)", p.F1Prime, []float64{0.13060574696620805884, 0.07010371654510815693, 0.13060574696620805884}},
		{"M4: delta", p.Delta, []float64{-0.00067990062014975729828, -0.00036494228976121506686, -0.0027196024805990291931}},
	} {
		for r, want := range c.want {
			if got := c.got.Data[r]; !(math.Abs(got-want) <= 1e-12) {
				t.Errorf("%s[%d] = %.17g, want %.17g, relative error %.2g", c.name, r, got, want, derive.RelErr(got, want))
			}
		}
	}
	if got := fmt.Sprintf("%.2f", p.A2.At(0, 0)); got != "0.82" {
		t.Errorf("the output rounds to %s, want 0.82", got)
	}
}

func TestNew(t *testing.T) {
	const n0, n1, n2 = 30, 20, 10
	n := New(n0, n1, n2, Tanh, rand.New(rand.NewPCG(1, 1)))
	if a, b, c := n.Shape(); a != n0 || b != n1 || c != n2 {
		t.Errorf("shape %d, %d, %d", a, b, c)
	}
	for _, w := range []*matrix.Matrix{n.W1, n.W2} {
		limit := math.Sqrt(6 / float64(w.Rows+w.Cols))
		lowest, highest := slices.Min(w.Data), slices.Max(w.Data)
		// Of 200 draws and more, the chance that none is in the outer tenth on
		// a side is below 1e-4; the seed is fixed.
		if lowest < -limit || highest > limit || lowest > -0.9*limit || highest < 0.9*limit {
			t.Errorf("weights from %g to %g, want nearly ±%g", lowest, highest, limit)
		}
	}
	for _, b := range []*matrix.Matrix{n.B1, n.B2} {
		if b.SumSquares() != 0 {
			t.Errorf("biases %v, want zeros", b)
		}
	}
	if other := New(n0, n1, n2, Tanh, rand.New(rand.NewPCG(1, 1))); !slices.Equal(other.W2.Data, n.W2.Data) {
		t.Error("one seed, two networks")
	}
	if other := New(n0, n1, n2, Tanh, rand.New(rand.NewPCG(2, 1))); slices.Equal(other.W2.Data, n.W2.Data) {
		t.Error("two seeds, one network")
	}
}

func TestActivations(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		f           Activation
		z, a, prime float64
	}{
		{Sigmoid, 0, 0.5, 0.25}, {Sigmoid, inf, 1, 0}, {Sigmoid, -inf, 0, 0}, {Sigmoid, -800, 0, 0}, {Sigmoid, nan, nan, nan},
		{Tanh, 0, 0, 1}, {Tanh, inf, 1, 0}, {Tanh, -inf, -1, 0}, {Tanh, nan, nan, nan},
		{ReLU, 0, 0, 0}, {ReLU, 3, 3, 1}, {ReLU, -3, 0, 0}, {ReLU, inf, inf, 1}, {ReLU, -inf, 0, 0}, {ReLU, nan, nan, nan},
	} {
		a := activations[c.f].f(c.z)
		prime := activations[c.f].primeFromA(a)
		if (a != c.a && !(math.IsNaN(a) && math.IsNaN(c.a))) || (prime != c.prime && !(math.IsNaN(prime) && math.IsNaN(c.prime))) {
			t.Errorf("%v(%v) = %v, derivative %v; want %v, %v", c.f, c.z, a, prime, c.a, c.prime)
		}
	}
	for _, f := range []Activation{Sigmoid, Tanh, ReLU} {
		if got, err := ParseActivation(f.String()); got != f || err != nil {
			t.Errorf("ParseActivation(%q) = %v, %v", f, got, err)
		}
	}
	if _, err := ParseActivation("Sigmoid"); err == nil || err.Error() != `unknown activation "Sigmoid", want one of sigmoid, tanh, relu` {
		t.Errorf("ParseActivation of an unknown name: %v", err)
	}
	for f, want := range map[Activation]string{-1: "Activation(-1)", 3: "Activation(3)"} {
		if got := f.String(); got != want {
			t.Errorf("one past the last: %q, want %q", got, want)
		}
	}
}

// The accuracy that the comment on sigmoid states.
func TestSigmoidAccuracy(t *testing.T) {
	const ulp = 0x1p-52
	// Where e⁻ᶻ is small, the series 1 − e⁻ᶻ + e⁻²ᶻ tells σ to more digits than
	// a float64 has; where it is large, e^z(1 − e^z) does.
	for z := 13.0; z < 36; z += 0.37 {
		e := math.Exp(-z)
		if err := math.Abs(sigmoid(z) - (1 - (e - e*e))); err > 2*ulp {
			t.Errorf("σ(%g) errs by %g", z, err)
		}
		if err := math.Abs(sigmoid(-z)/(e*(1-e+e*e)) - 1); err > 4*ulp {
			t.Errorf("σ(%g) errs by %g, relatively", -z, err)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	for _, s := range []struct{ n0, n1, n2, m int }{{64, 32, 10, 32}, {784, 100, 10, 32}, {64, 32, 10, 1}, {784, 100, 10, 1}} {
		b.Run(fmt.Sprintf("%d-%d-%d/batch=%d", s.n0, s.n1, s.n2, s.m), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			n := New(s.n0, s.n1, s.n2, Sigmoid, rng)
			x, y := tables(rng, s.m, s.n0, s.n2)
			order := rng.Perm(s.m)
			p := n.NewPass(s.m)
			b.ReportAllocs()
			for b.Loop() {
				p.Load(x, y, order)
				n.Step(p, 0.1, 1e-4)
			}
			samples := float64(b.N*s.m) / b.Elapsed().Seconds()
			// Two operations a weight forward and, for its gradient, backward,
			// and two to send η back through w².
			flop := float64(6*(s.n0*s.n1+s.n1*s.n2) - 2*s.n0*s.n1)
			b.ReportMetric(samples, "samples/s")
			b.ReportMetric(samples*flop/1e9, "GFLOP/s")
		})
	}
}

// The loss of a batch is the same to the last bit each time, on however many
// processors.
func TestLossIsTheSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(1, 2))
	n := New(3, 5, 2, Sigmoid, rng)
	x, y := tables(rng, 99, 3, 2)
	p := n.NewPass(99)
	p.Load(x, y, all(99))
	n.Forward(p)
	want := p.Loss()
	for i := range 200 {
		runtime.GOMAXPROCS(1 + i%4)
		if got := p.Loss(); got != want {
			t.Fatalf("B1: the loss is %v, then %v", want, got)
		}
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, m := range []int{1, 6} {
		n := New(5, 7, 3, Sigmoid, rng)
		x, y := tables(rng, 6, 5, 3)
		p := n.NewPass(m)
		order := rng.Perm(6)[:m]
		if allocs := testing.AllocsPerRun(50, func() {
			p.Load(x, y, order)
			n.Step(p, 0.1, 1e-4)
		}); allocs != 0 {
			t.Errorf("batch of %d: %v allocations a step, want 0", m, allocs)
		}
	}
}
