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

// seedNetwork is the network of the homework's Q1.1, with its input loaded and
// the target y = 1.
func seedNetwork() (*Network, *Pass) {
	n := &Network{
		F1: Sigmoid,
		W1: matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1: matrix.FromRows([]float64{1, 1, 1}),
		W2: matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2: matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0})
	return n, p
}

func TestForwardQ11(t *testing.T) {
	n, p := seedNetwork()
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
		{"D2: f₂′(z²)", p.D2, []float64{0.14627772116073351119}},
		{"M1: eta", p.Eta, []float64{-0.026028740539482907747}},
		{"D6: f₁′(z¹)", p.D6, []float64{0.13060574696620805884, 0.07010371654510815693, 0.13060574696620805884}},
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

// params are the parameters of n as package derive has them: the same numbers,
// its own activation.
func params(n *Network) *derive.Params {
	return &derive.Params{F1: derive.Named(n.F1.String()), W1: n.W1, B1: n.B1, W2: n.W2, B2: n.B2}
}

// claims are what n says it has computed in p.
func claims(p *Pass) derive.Claims {
	return derive.Claims{
		Z1: p.Z1, A1: p.A1, Z2: p.Z2, A2: p.A2, L: p.L,
		D2: p.D2, Eta: p.Eta, D6: p.D6, Delta: p.Delta,
		DW1: p.DW1, DB1: p.DB1, DW2: p.DW2, DB2: p.DB2,
	}
}

// tables returns random inputs and targets, one sample a row.
func tables(rng *rand.Rand, m, n0, n2 int) (x, y *matrix.Matrix) {
	x, y = matrix.New(m, n0), matrix.New(m, n2)
	for i := range x.Data {
		x.Data[i] = 3*rng.Float64() - 1.5
	}
	for i := range y.Data {
		y.Data[i] = rng.Float64()
	}
	return x, y
}

// TestGradient is the gradient check: every element of every block, against
// derive and against centred differences, for each activation, over shapes
// with n0, n1, n2 and m all different, several seeds, at the first weights and
// after training, without λ and with it.
func TestGradient(t *testing.T) {
	const (
		h     = 1e-5
		alpha = 0.5
	)
	for _, f1 := range []Activation{Sigmoid, Tanh, ReLU} {
		t.Run(f1.String(), func(t *testing.T) {
			var compared, rounded, kinks int
			var worst float64
			for _, shape := range []struct{ n0, n1, n2, m int }{{2, 3, 1, 4}, {3, 2, 4, 1}, {5, 4, 3, 7}, {4, 9, 2, 6}, {7, 5, 6, 3}} {
				for seed := range uint64(4) {
					rng := rand.New(rand.NewPCG(seed, 11))
					n := New(shape.n0, shape.n1, shape.n2, f1, rng)
					for i := range n.B1.Data { // New has them at zero
						n.B1.Data[i] = rng.Float64() - 0.5
					}
					for i := range n.B2.Data {
						n.B2.Data[i] = rng.Float64() - 0.5
					}
					x, y := tables(rng, shape.m, shape.n0, shape.n2)
					p := n.NewPass(shape.m)
					p.Load(x, y, all(shape.m))
					for _, steps := range []int{0, 50} {
						for _, lambda := range []float64{0, 0.3} {
							for range steps {
								n.Step(p, alpha, lambda)
							}
							at := fmt.Sprintf("%v seed %d, after %d steps, λ=%g", shape, seed, steps, lambda)
							if problem := hides(n, p); problem != "" {
								t.Errorf("%s: %s", at, problem)
							}
							worst = max(worst, checkDerive(t, at, n, p, alpha, lambda))
							d := derive.Centred(params(n), p.A0, p.Y, lambda, h)
							kinks += d.Kinks
							for _, g := range []struct {
								name string
								a, n *matrix.Matrix
							}{{"E1: ∂J/∂w²", p.DJW2, d.W2}, {"E2: ∂J/∂b²", p.DB2, d.B2}, {"E3: ∂J/∂w¹", p.DJW1, d.W1}, {"E4: ∂J/∂b¹", p.DB1, d.B1}} {
								for i, slope := range g.n.Data {
									if math.IsNaN(slope) {
										continue // a kink, counted
									}
									ok, round := derive.Agree(g.a.Data[i], slope, d.J, h)
									if !ok {
										t.Errorf("%s: %s element %d is %v, the slope is %v, relative error %.2g", at, g.name, i, g.a.Data[i], slope, derive.RelErr(g.a.Data[i], slope))
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
			}
			t.Logf("%d compared with the slope: %d accepted as rounding, %d kinks left out; worst relative error against derive %.1e", compared, rounded, kinks, worst)
			// n0·n1 + n1 + n1·n2 + n2 parameters of each shape, 4 seeds, 4 points.
			if want := 16 * (13 + 20 + 39 + 65 + 76); compared+kinks != want {
				t.Errorf("compared %d and left out %d, want %d in all", compared, kinks, want)
			}
			// Measured: at most 48 accepted as rounding, and no kinks. If they were
			// many, little would have been compared.
			if rounded > compared/50 || kinks > compared/50 {
				t.Errorf("%d of %d accepted as rounding, %d kinks", rounded, compared, kinks)
			}
		})
	}
}

// hides says what is wrong with a point for a gradient check: with two equal
// weights an index may be another, and with a zero a factor, and the values are
// the same.
func hides(n *Network, p *Pass) string {
	for _, q := range []struct {
		name string
		x    *matrix.Matrix
	}{{"F1: w¹", n.W1}, {"F1: a⁰", p.A0}, {"F1: b¹", n.B1}, {"F3: w²", n.W2}, {"F3: b²", n.B2}, {"L1: y", p.Y}} {
		sorted := slices.Sorted(slices.Values(q.x.Data))
		if slices.Contains(sorted, 0) || len(slices.Compact(sorted)) < len(q.x.Data) {
			return q.name + " has a zero or two equal values, which hide a wrong line"
		}
	}
	return ""
}

// checkDerive holds one step of training, from the batch in p, against the
// derivation, equation by equation. The step is that of a copy of n: n is as it
// was, p as the step left it. Beyond that, checkDerive returns the largest
// relative error of a gradient against the derivation from scratch, which knows
// nothing of what n claims.
func checkDerive(t *testing.T, at string, n *Network, p *Pass, alpha, lambda float64) (worst float64) {
	t.Helper()
	after := n.Clone()
	loss := after.Step(p, alpha, lambda)
	offs := derive.Check(params(n), p.A0, p.Y, claims(p))
	offs = append(offs, derive.CheckStep(params(n), claims(p), derive.StepClaims{
		Lambda: lambda, Alpha: alpha, Loss: loss, J: loss + n.Penalty(lambda),
		DJW1: p.DJW1, DJW2: p.DJW2, W1: after.W1, B1: after.B1, W2: after.W2, B2: after.B2,
	})...)
	for _, o := range offs {
		t.Errorf("%s: %v", at, o)
	}
	b := derive.WalkAll(params(n), p.A0, p.Y)
	for _, g := range []struct {
		name string
		got  *matrix.Matrix
		want func(r, c int) float64
	}{
		{"M2", p.DW2, b.DW2}, {"M3", p.DB2, func(_, k int) float64 { return b.DB2(k) }},
		{"M5", p.DW1, b.DW1}, {"M6", p.DB1, func(_, j int) float64 { return b.DB1(j) }},
	} {
		for i, got := range g.got.Data {
			want := g.want(i/g.got.Cols, i%g.got.Cols)
			e := derive.RelErr(got, want)
			// Some hundred roundings; where terms of order 1 have cancelled, their
			// roundings remain.
			if !(e <= 1e-12) && !(math.Abs(got-want) <= 1e-15) {
				t.Errorf("%s: %s element %d is %v, derived from scratch %v", at, g.name, i, got, want)
			}
			worst = max(worst, e)
		}
	}
	return worst
}

// With targets equal to the outputs the data gradient is zero: what remains is
// the penalty's alone.
func TestGradientOfThePenaltyAlone(t *testing.T) {
	const h, lambda = 1e-5, 0.7
	rng := rand.New(rand.NewPCG(2, 2))
	n := New(4, 3, 2, Tanh, rng)
	x, _ := tables(rng, 5, 4, 2)
	p := n.NewPass(5)
	p.Load(x, n.Predict(x), all(5))
	n.Forward(p)
	if loss := p.Loss(); loss != 0 {
		t.Fatalf("data loss %v, want 0", loss)
	}
	n.Backward(p)
	n.Regularise(p, lambda)
	d := derive.Centred(params(n), p.A0, p.Y, lambda, h)
	for _, g := range [][3]*matrix.Matrix{{p.DJW1, d.W1, n.W1}, {p.DJW2, d.W2, n.W2}} {
		for i, a := range g[0].Data {
			if ok, _ := derive.Agree(a, g[1].Data[i], d.J, h); !ok || a != lambda*g[2].Data[i] {
				t.Errorf("element %d is %v, the slope is %v, λw is %v", i, a, g[1].Data[i], lambda*g[2].Data[i])
			}
		}
	}
	for _, g := range [][2]*matrix.Matrix{{p.DB1, d.B1}, {p.DB2, d.B2}} {
		for i, a := range g[0].Data {
			if ok, _ := derive.Agree(a, g[1].Data[i], d.J, h); !ok || a != 0 {
				t.Errorf("bias element %d is %v, the slope is %v, want 0", i, a, g[1].Data[i])
			}
		}
	}
}

// A second backward pass over the same batch gives the same: nothing
// accumulates, and nothing is left over from another batch.
func TestGradientsAreComputedAfresh(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	n := New(4, 3, 2, ReLU, rng)
	x, y := tables(rng, 9, 4, 2)
	fresh, used := n.NewPass(5), n.NewPass(7)
	used.Load(x, y, []int{8, 7, 6, 5, 4, 3, 2})
	n.Forward(used)
	n.Backward(used)
	used.Load(x, y, []int{0, 1, 2, 3, 4})
	fresh.Load(x, y, []int{0, 1, 2, 3, 4})
	n.Forward(fresh)
	n.Backward(fresh)
	n.Forward(used)
	n.Backward(used)
	n.Backward(used)
	for i, g := range []*matrix.Matrix{fresh.DW1, fresh.DB1, fresh.DW2, fresh.DB2} {
		if got := []*matrix.Matrix{used.DW1, used.DB1, used.DW2, used.DB2}[i]; !slices.Equal(got.Data, g.Data) {
			t.Errorf("B1: gradient %d: %v, want %v", i, got, g)
		}
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
	if got := Activation(9).String(); got != "Activation(9)" {
		t.Errorf("Activation(9) is %q", got)
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
