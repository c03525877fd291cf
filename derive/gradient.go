package derive

import (
	"math"

	"chainrule/matrix"
)

// A Gradient is the gradient of J with respect to every parameter, found without
// calculus.
type Gradient struct {
	W1, B1, W2, B2 *matrix.Matrix // shaped as the parameters
	J              float64        // the objective at the parameters themselves

	// Kinks counts the parameters θ for which some z¹_j changed its sign between
	// θ − h and θ + h. A ReLU has its kink there, and the difference quotient
	// estimates no derivative: the element is NaN.
	Kinks int
}

// NumericalGradient returns the gradient of J by central differences, for the
// network p, the inputs x (n0×m) and the targets y (n2×m). For each parameter θ,
// with the finite-difference step h > 0, it computes
//
//	(J(θ + h) − J(θ − h)) / 2h  =  ∂J/∂θ + O(h²)
//
// from F1 to F4, L1, B1 and R1 alone: it knows no rule of differentiation. It
// changes p while it runs and restores it. The cost is two forward passes per
// parameter. It panics as ForwardBatch does.
func NumericalGradient(p *Params, x, y *matrix.Matrix, lambda, h float64) Gradient {
	objective := func() (b *Batch, j float64) {
		b = ForwardBatch(p, x, y)
		return b, R1(b.Loss(), lambda, p)
	}
	var g Gradient
	_, g.J = objective()
	// Only an activation whose slopes on the two sides of 0 differ has a kink.
	kinked := p.Hidden.Prime(math.SmallestNonzeroFloat64) != p.Hidden.Prime(-math.SmallestNonzeroFloat64)
	differences := func(theta *matrix.Matrix) *matrix.Matrix {
		z := matrix.New(theta.Rows, theta.Cols)
		for i, v := range theta.Data {
			theta.Data[i] = v + h
			above, jAbove := objective()
			theta.Data[i] = v - h
			below, jBelow := objective()
			theta.Data[i] = v
			z.Data[i] = (jAbove - jBelow) / (2 * h)
			if kinked && signsDiffer(above, below) {
				z.Data[i] = math.NaN()
				g.Kinks++
			}
		}
		return z
	}
	g.W1, g.B1 = differences(p.W1), differences(p.B1)
	g.W2, g.B2 = differences(p.W2), differences(p.B2)
	return g
}

// signsDiffer reports whether some z¹_j is positive in one batch and not in the
// other.
func signsDiffer(a, b *Batch) bool {
	for s, v := range a.Samples {
		for j, z := range v.Z1 {
			if (z > 0) != (b.Samples[s].Z1[j] > 0) {
				return true
			}
		}
	}
	return false
}

// epsilon is the distance from 1 to the next float64, 2⁻⁵².
const epsilon = 0x1p-52

// Agree reports whether the gradient a equals the numerical gradient n, found
// with step h on an objective of the given value J, as far as floating point can
// tell:
//
//	|a − n| ≤ 1e-7·max(|a|, |n|)        the O(h²) of central differences, or
//	|a − n| ≤ 10·2⁻⁵²·max(1, |J|)/h     rounding of J, divided by 2h
//
// The first test is the sharp one. If only the second accepts, rounded is true:
// count these, because a check that accepts most elements as rounding has
// compared little. NaN never agrees.
func Agree(a, n, objective, h float64) (ok, rounded bool) {
	e := math.Abs(a - n)
	if e <= 1e-7*max(math.Abs(a), math.Abs(n)) {
		return true, false
	}
	rounded = e <= 10*epsilon*max(1, math.Abs(objective))/h
	return rounded, rounded
}
