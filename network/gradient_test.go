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

// fill sets every element of the matrices to a random number from low to high.
func fill(rng *rand.Rand, low, high float64, matrices ...*matrix.Matrix) {
	for _, z := range matrices {
		z.Apply(func(float64) float64 { return low + (high-low)*rng.Float64() }, z)
	}
}

// tables returns random inputs and targets, one sample per row.
func tables(rng *rand.Rand, m, n0, n2 int) (x, y *matrix.Matrix) {
	x, y = matrix.New(m, n0), matrix.New(m, n2)
	fill(rng, -1.5, 1.5, x)
	fill(rng, 0, 1, y)
	return x, y
}

// The gradient check: every element of every gradient, against derive and against
// the numerical gradient. It runs for each activation, for shapes whose n0, n1, n2
// and m all differ, for several seeds, before and after training, with and without
// the penalty.
func TestGradient(t *testing.T) {
	const h, alpha = 1e-5, 0.5
	for _, f1 := range []Activation{Sigmoid, Tanh, ReLU, Identity} {
		t.Run(f1.String(), func(t *testing.T) {
			var compared, rounded, kinks int
			for _, shape := range []struct{ n0, n1, n2, m int }{{2, 3, 1, 4}, {3, 2, 4, 1}, {5, 4, 3, 7}, {4, 9, 2, 6}, {7, 5, 6, 3}} {
				for seed := range uint64(4) {
					rng := rand.New(rand.NewPCG(seed, 11))
					n := New(shape.n0, shape.n1, shape.n2, f1, rng)
					fill(rng, -0.5, 0.5, n.B1, n.B2) // New sets them to zero
					x, y := tables(rng, shape.m, shape.n0, shape.n2)
					p := n.NewPass(shape.m)
					p.Load(x, y, all(shape.m))
					for _, c := range []struct {
						steps  int
						lambda float64
					}{{0, 0}, {0, 1}, {50, 0}, {50, 0.3}} {
						for range c.steps {
							n.Step(p, alpha, c.lambda)
						}
						at := fmt.Sprintf("%v seed %d, %+v", shape, seed, c)
						if problem := hides(n, p); problem != "" {
							t.Errorf("%s: %s", at, problem)
						}
						b := checkDerive(t, at, n, p, alpha, c.lambda)
						d := derive.NumericalGradient(b.Params, p.A0, p.Y, c.lambda, h)
						slopes := map[string]*matrix.Matrix{"R2 ∂J/∂w¹": d.W1, "B1 ∂L/∂b¹": d.B1, "R2 ∂J/∂w²": d.W2, "B1 ∂L/∂b²": d.B2}
						for _, eq := range derive.Ledger {
							slope := slopes[eq.Label+" "+eq.Quantity]
							if slope == nil {
								continue
							}
							elements, wrong := eq.Compare(b, element(p, eq), func(x derive.Index) float64 { return slope.At(eq.Place(x)) },
								func(_ derive.Index, got, want float64) bool {
									if math.IsNaN(want) {
										kinks++
										return true
									}
									ok, round := derive.Agree(got, want, d.J, h)
									if round {
										rounded++
									}
									return ok
								})
							compared += elements
							// From the parameters and the inputs alone, a gradient has some hundred roundings.
							// Where terms of order 1 cancel, their rounding errors remain.
							_, scratch := eq.Compare(b, element(p, eq), func(x derive.Index) float64 { return eq.Element(b, x) },
								func(_ derive.Index, got, want float64) bool {
									return derive.RelErr(got, want) <= 1e-12 || math.Abs(got-want) <= 1e-15
								})
							if wrong != nil || scratch != nil {
								t.Errorf("%s: by the slope: %v; derived from scratch: %v", at, wrong, scratch)
							}
						}
					}
				}
			}
			t.Logf("%d elements compared with slopes, %d of them accepted as rounding, %d skipped at kinks", compared, rounded, kinks)
			// n0·n1 + n1 + n1·n2 + n2 parameters of each shape, 4 seeds, 4 points.
			if want := 16 * (13 + 20 + 39 + 65 + 76); compared != want {
				t.Errorf("got %d elements compared, want %d", compared, want)
			}
			// Measured: at most 48 accepted as rounding, and no kinks. A check that
			// accepts or skips many elements has compared little.
			if rounded > compared/50 || kinks > compared/50 {
				t.Errorf("got %d of %d accepted as rounding and %d kinks, want at most 2%% of each", rounded, compared, kinks)
			}
		})
	}
}

// hides explains why a point is unfit for a gradient check, or returns "": two equal
// values hide a wrong index, and a zero hides a wrong factor.
func hides(n *Network, p *Pass) string {
	for _, q := range []struct {
		name string
		x    *matrix.Matrix
	}{{"F1: w¹", n.W1}, {"F1: a⁰", p.A0}, {"F1: b¹", n.B1}, {"F3: w²", n.W2}, {"F3: b²", n.B2}, {"L1: y", p.Y}} {
		sorted := slices.Sorted(slices.Values(q.x.Data))
		if slices.Contains(sorted, 0) || len(slices.Compact(sorted)) < len(q.x.Data) {
			return q.name + " has a zero or two equal values, which can hide an error"
		}
	}
	return ""
}

// checkDerive compares one training step on the batch in p with the derivation,
// equation by equation. A copy of n takes the step: n is unchanged, and p holds the
// results. It returns the batch as derive computes it.
func checkDerive(t *testing.T, at string, n *Network, p *Pass, alpha, lambda float64) *derive.Batch {
	t.Helper()
	after := n.Clone()
	loss := after.Step(p, alpha, lambda)
	if shared := [2]bool{p.DJW1 == p.DW1, p.DJW2 == p.DW2}; shared != [2]bool{lambda == 0, lambda == 0} {
		t.Errorf("%s: ∂J/∂w¹ and ∂J/∂w² are the matrices of ∂L/∂w¹ and ∂L/∂w²: got %v, want both %v with λ = %v", at, shared, lambda == 0, lambda)
	}
	b := derive.ForwardBatch(derive.NewParams(n.Activation.String(), n.W1, n.B1, n.W2, n.B2), p.A0, p.Y)
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
		t.Errorf("%s: got %d numbers compared, want %d", at, compared, want)
	}
	return b
}

// element returns the function that gives an element of a quantity as p has it.
func element(p *Pass, eq derive.Equation) func(x derive.Index) float64 {
	return func(x derive.Index) float64 { return p.Matrix(eq.Quantity).At(eq.Place(x)) }
}

// A second backward pass over the same batch gives the same gradients: nothing
// accumulates, and nothing is left over from another batch.
func TestGradientsAreComputedAfresh(t *testing.T) {
	n, x, y, _ := setup(9)
	fresh, used := n.NewPass(5), n.NewPass(7)
	backward := func(p *Pass, samples ...int) {
		p.Load(x, y, samples)
		n.Forward(p)
		n.Backward(p)
	}
	backward(used, 8, 7, 6, 5, 4, 3, 2)
	backward(used, 0, 1, 2, 3, 4)
	n.Backward(used)
	backward(fresh, 0, 1, 2, 3, 4)
	for _, quantity := range []string{"∂L/∂w¹", "∂L/∂b¹", "∂L/∂w²", "∂L/∂b²"} {
		if got, want := used.Matrix(quantity), fresh.Matrix(quantity); !slices.Equal(got.Data, want.Data) {
			t.Errorf("B1: %s: got %v, want %v", quantity, got, want)
		}
	}
}
