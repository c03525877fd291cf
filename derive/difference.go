package derive

import (
	"math"

	"chainrule/matrix"
)

// Gradient are the gradients of J with respect to every parameter, found
// without calculus.
type Gradient struct {
	W1, B1, W2, B2 *matrix.Matrix // shaped as the parameters
	J              float64        // the objective at the parameters themselves

	// Kinks counts the parameters for which some z¹_j changed its sign between
	// the two points. A ReLU has its corner there, and the quotient is no
	// estimate of a derivative: the element is NaN.
	Kinks int
}

// J returns the objective of the network p for the inputs x (n0×m) and the
// targets y (n2×m): F1 to F4 and L1 for each sample, then B1 and R1.
func J(p *Params, x, y *matrix.Matrix, lambda float64) float64 {
	return R1(ForwardBatch(p, x, y).Loss(), lambda, p)
}

// NumericalGradient returns the centred differences of J, for each parameter θ
//
//	(J(θ + h) − J(θ − h)) / 2h  =  ∂J/∂θ + O(h²)
//
// with every other parameter as it is in p. It knows F1 to F4, L1, B1 and R1,
// and no rule of differentiation. The parameters of p are the same afterwards.
// The cost is two forward passes a parameter.
func NumericalGradient(p *Params, x, y *matrix.Matrix, lambda, h float64) Gradient {
	d := Gradient{J: J(p, x, y, lambda)}
	// A sigmoid or a tanh has no corner: only for f₁ with one at 0, where the
	// slopes on both sides differ, are the signs of z¹ looked at.
	corner := p.Activation.Prime(math.SmallestNonzeroFloat64) != p.Activation.Prime(-math.SmallestNonzeroFloat64)
	differences := func(theta *matrix.Matrix) *matrix.Matrix {
		z := matrix.New(theta.Rows, theta.Cols)
		for i, v := range theta.Data {
			theta.Data[i] = v + h
			above := ForwardBatch(p, x, y)
			jAbove := R1(above.Loss(), lambda, p)
			theta.Data[i] = v - h
			below := ForwardBatch(p, x, y)
			jBelow := R1(below.Loss(), lambda, p)
			theta.Data[i] = v
			z.Data[i] = (jAbove - jBelow) / (2 * h)
			if corner && signsDiffer(above, below) {
				z.Data[i] = math.NaN()
				d.Kinks++
			}
		}
		return z
	}
	d.W1, d.B1 = differences(p.W1), differences(p.B1)
	d.W2, d.B2 = differences(p.W2), differences(p.B2)
	return d
}

// signsDiffer reports whether some z¹_j is on one side of 0 in a and on the
// other, or at 0, in b.
func signsDiffer(a, b Batch) bool {
	for s := range a {
		for j, z := range a[s].Z1 {
			if (z > 0) != (b[s].Z1[j] > 0) {
				return true
			}
		}
	}
	return false
}

// epsilon is the distance from 1 to the next float64, 2⁻⁵².
const epsilon = 0x1p-52

// Agree reports whether the gradient a and the centred difference n, found
// with the step h on an objective of value j, are the same as far as floating
// point can tell:
//
//	|a − n| ≤ 10·2⁻⁵²·max(1, |j|)/h     rounding of J, divided by 2h, or
//	|a − n| ≤ 1e-7·max(|a|, |n|)        the O(h²) of the difference
//
// The second arm is the sharp one. Rounded reports that only the first
// accepted: a caller should count these. NaN never agrees.
func Agree(a, n, j, h float64) (ok, rounded bool) {
	e := math.Abs(a - n)
	if e <= 1e-7*max(math.Abs(a), math.Abs(n)) {
		return true, false
	}
	rounded = e <= 10*epsilon*max(1, math.Abs(j))/h
	return rounded, rounded
}
