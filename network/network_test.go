package network

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"chainrule/derive"
	"chainrule/matrix"
)

// The homework's Q1.1, with the target y = 1.
func TestForwardQ11(t *testing.T) {
	n := &Network{
		W1: matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), B1: matrix.FromRows([]float64{1, 1, 1}),
		W2: matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), B2: matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0})
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
}

// A Pass has the shapes that its comment states before a batch is loaded, so that the
// first batch allocates nothing either.
func TestNewPass(t *testing.T) {
	const n0, n1, n2, m = 2, 3, 4, 5
	p := New(n0, n1, n2, Sigmoid, rand.New(rand.NewPCG(1, 1))).NewPass(m)
	for quantity, want := range map[string][2]int{
		"a⁰": {n0, m}, "y": {n2, m}, "z¹": {n1, m}, "a¹": {n1, m}, "z²": {n2, m}, "a²": {n2, m}, "L": {1, m},
		"∂a²/∂z²": {n2, m}, "η": {n2, m}, "∂a¹/∂z¹": {n1, m}, "δ": {n1, m},
		"∂L/∂w¹": {n0, n1}, "∂L/∂b¹": {1, n1}, "∂L/∂w²": {n1, n2}, "∂L/∂b²": {1, n2},
		"∂J/∂w¹": {n0, n1}, "∂J/∂w²": {n1, n2},
	} {
		if got := p.Matrix(quantity); [2]int{got.Rows, got.Cols} != want {
			t.Errorf("%s: got %d×%d, want %d×%d", quantity, got.Rows, got.Cols, want[0], want[1])
		}
	}
}

func TestNew(t *testing.T) {
	const n0, n1, n2 = 30, 20, 10
	n := New(n0, n1, n2, Tanh, rand.New(rand.NewPCG(1, 1)))
	if a, b, c := n.Shape(); a != n0 || b != n1 || c != n2 {
		t.Errorf("got shape %d, %d, %d, want %d, %d, %d", a, b, c, n0, n1, n2)
	}
	for _, w := range []*matrix.Matrix{n.W1, n.W2} {
		limit := math.Sqrt(6 / float64(w.Rows+w.Cols))
		lowest, highest := slices.Min(w.Data), slices.Max(w.Data)
		// Of 200 draws or more, the chance that none is in the outer twentieth of
		// one side is below 1%; the seed is fixed.
		if lowest < -limit || highest > limit || lowest > -0.95*limit || highest < 0.95*limit {
			t.Errorf("got weights from %g to %g, want nearly ±%g", lowest, highest, limit)
		}
	}
	if n.B1.SumSquares() != 0 || n.B2.SumSquares() != 0 {
		t.Errorf("got biases %v and %v, want zeros", n.B1, n.B2)
	}
	for seed := range uint64(3) {
		other := New(n0, n1, n2, Tanh, rand.New(rand.NewPCG(seed, 1)))
		if got := same(other, n); got != (seed == 1) {
			t.Errorf("seeds %d and 1 give the same network: got %v, want %v", seed, got, seed == 1)
		}
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
		{Identity, -3, -3, 1}, {Identity, inf, inf, 1}, {Identity, nan, nan, 1},
	} {
		a := activations[c.f].f(matrix.New(1, 1), matrix.FromRows([]float64{c.z})).Data[0]
		prime := activations[c.f].primeFromA(a)
		if equal := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }; !equal(a, c.a) || !equal(prime, c.prime) {
			t.Errorf("%v(%v): got %v with derivative %v, want %v, %v", c.f, c.z, a, prime, c.a, c.prime)
		}
	}
	for f, want := range map[Activation]string{-1: "Activation(-1)", 0: "sigmoid", 1: "tanh", 2: "relu", 3: "identity", 4: "Activation(4)"} {
		if got := f.String(); got != want {
			t.Errorf("activation %d: got name %q, want %q", int(f), got, want)
		}
		if got, err := ParseActivation(want); (f >= 0 && f < 4) != (err == nil) || err == nil && got != f {
			t.Errorf("ParseActivation(%q): got %v, %v", want, got, err)
		}
	}
	const want = `unknown activation "Sigmoid", want one of sigmoid, tanh, relu, identity`
	if _, err := ParseActivation("Sigmoid"); err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

func BenchmarkStep(b *testing.B) {
	for _, s := range []struct{ n0, n1, n2, m int }{{64, 32, 10, 32}, {784, 100, 10, 32}, {64, 32, 10, 1}, {784, 100, 10, 1}} {
		b.Run(fmt.Sprintf("%d-%d-%d/batch=%d", s.n0, s.n1, s.n2, s.m), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			n := New(s.n0, s.n1, s.n2, Sigmoid, rng)
			x, y := tables(rng, s.m, s.n0, s.n2)
			p, order := n.NewPass(s.m), all(s.m)
			b.ReportAllocs()
			for b.Loop() {
				p.Load(x, y, order)
				n.Step(p, 0.1, 0)
			}
			// Two operations per weight forward and two for its gradient, and two
			// per weight of w² to send η back.
			flop := float64(4*s.n0*s.n1 + 6*s.n1*s.n2)
			b.ReportMetric(float64(b.N*s.m)*flop/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

// BenchmarkEpoch trains one epoch on samples of the shape and number of MNIST's, with
// the score that train shows after it.
func BenchmarkEpoch(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := tables(rng, 60000, 784, 10)
	n := New(784, 100, 10, Sigmoid, rng)
	o := Options{LearningRate: 1e-3, Epochs: 1, BatchSize: 16, Rand: rng, Epoch: func(int, Score) {}}
	for b.Loop() {
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil {
			b.Fatal(err)
		}
	}
}

// The loss of a batch is the same to the last bit each time, whatever GOMAXPROCS
// is.
func TestLossIsTheSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	n, x, y, _ := setup(99)
	for i := range y.Data {
		y.Data[i] *= float64(i) // losses of all sizes: their sum depends on the order
	}
	p := n.NewPass(99)
	p.Load(x, y, all(99))
	n.Forward(p)
	want := p.Loss()
	for i := range 20000 { // on a busy machine goroutines may run in one order for long
		if i%1000 == 0 {
			runtime.GOMAXPROCS(1 + i/1000%4)
		}
		if got := p.Loss(); got != want {
			t.Fatalf("B1: L: got %v, then %v", want, got)
		}
	}
}

// A step with helpers allocates no matrix. (Where steps are slow, as with the race
// detector, each starts a helper, which takes some bytes.)
func TestLargeStepAllocatesNothing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	rng := rand.New(rand.NewPCG(1, 2))
	n := New(784, 100, 10, Sigmoid, rng)
	x, y := tables(rng, 32, 784, 10)
	p, samples := n.NewPass(32), all(32)
	const steps = 100
	var got uint64
	for range 10 { // until what products need at once is allocated
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range steps {
			p.Load(x, y, samples)
			n.Step(p, 0.01, 1e-4)
		}
		runtime.ReadMemStats(&after)
		if got = (after.TotalAlloc - before.TotalAlloc) / steps; got <= 100 {
			return
		}
	}
	t.Errorf("got %d bytes per step, want at most 100", got)
}

func TestStepAllocatesNothing(t *testing.T) {
	n, x, y, _ := setup(6)
	for _, m := range []int{1, 6} {
		p, samples := n.NewPass(m), all(m)
		if allocs := testing.AllocsPerRun(50, func() {
			p.Load(x, y, samples)
			n.Step(p, 0.1, 1e-4)
		}); allocs != 0 {
			t.Errorf("batch of %d: got %v allocations per step, want 0", m, allocs)
		}
	}
}
