package network

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/derive"
	"chainrule/matrix"
)

// params are the parameters of n as package derive has them: the same numbers,
// with derive's own activation.
func params(n *Network) *derive.Params {
	return derive.NewParams(n.Activation.String(), n.W1, n.B1, n.W2, n.B2)
}

// tables returns random inputs and targets, one sample per row.
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

// TestGradient is the gradient check: every element of every parameter, against
// derive and against the numerical gradient, for each activation, over shapes with
// n0, n1, n2 and m all different, several seeds, at the first weights and after
// training, without λ and with it.
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
							d := derive.NumericalGradient(params(n), p.A0, p.Y, lambda, h)
							kinks += d.Kinks
							for _, g := range []struct {
								name string
								a, n *matrix.Matrix
							}{{"R2: ∂J/∂w²", p.DJW2, d.W2}, {"M3: ∂J/∂b²", p.DB2, d.B2}, {"R2: ∂J/∂w¹", p.DJW1, d.W1}, {"M6: ∂J/∂b¹", p.DB1, d.B1}} {
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

// hides says why a point is unfit for a gradient check: two equal weights hide a
// wrong index, and a zero hides a wrong factor.
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

// checkDerive compares one training step on the batch in p with the derivation,
// equation by equation. A copy of n takes the step: n is unchanged, p is as the
// step leaves it. It returns the largest relative error of a gradient against the
// derivation from the parameters and the inputs alone, which believes nothing that
// n claims.
func checkDerive(t *testing.T, at string, n *Network, p *Pass, alpha, lambda float64) (worst float64) {
	t.Helper()
	after := n.Clone()
	loss := after.Step(p, alpha, lambda)
	b := derive.ForwardBatch(params(n), p.A0, p.Y)
	b.Lambda, b.Alpha = lambda, alpha
	compared, wrong := derive.Check(b, func(eq derive.Equation) *matrix.Matrix {
		switch {
		case eq.Label == "B1" && eq.Quantity == "L":
			return matrix.FromRows([]float64{loss})
		case eq.Label == "R1":
			return matrix.FromRows([]float64{loss + n.Penalty(lambda)})
		case eq.Label[0] == 'U':
			return map[string]*matrix.Matrix{"w¹": after.W1, "b¹": after.B1, "w²": after.W2, "b²": after.B2}[eq.Quantity]
		}
		return p.Matrix(eq.Quantity)
	})
	for _, d := range wrong {
		t.Errorf("%s: %v", at, d)
	}
	n0, n1, n2 := n.Shape()
	m, weights := p.A0.Cols, n0*n1+n1*n2
	// F1 to F4, D2, D6, η and δ; L of each sample; the gradients; L and J; R2, U1, U2.
	if want := 4*(n1+n2)*m + m + (weights + n1 + n2) + 2 + 2*weights + n1 + n2; compared != want && len(wrong) == 0 {
		t.Errorf("%s: %d numbers compared, want %d", at, compared, want)
	}
	for _, eq := range derive.Ledger {
		if eq.Label != "B1" || eq.Letters == "" {
			continue
		}
		for x := range eq.Elements(b) {
			got, want := p.Matrix(eq.Quantity).At(eq.Place(x)), eq.Element(b, x)
			e := derive.RelErr(got, want)
			// Some hundred roundings; where terms of order 1 have cancelled, their
			// roundings remain.
			if !(e <= 1e-12) && !(math.Abs(got-want) <= 1e-15) {
				t.Errorf("%s: %s: %s at %s is %v, derived from scratch %v", at, eq.Label, eq.Quantity, eq.Name(x), got, want)
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
	d := derive.NumericalGradient(params(n), p.A0, p.Y, lambda, h)
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
