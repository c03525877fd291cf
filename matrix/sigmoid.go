package matrix

import "math"

// Sigmoid sets each element of z to σ of that element of x and returns z:
//
//	σ(x) = 1/(1 + e⁻ˣ)
//
// It panics unless both have the same shape. z may be x.
//
// Special cases: σ(+∞) = 1, σ(−∞) = 0, σ(NaN) = NaN. Where e⁻ˣ overflows
// to +∞, σ is 0: for x < −709.8, on amd64 already for x < −709.4, and with vectors
// for x < −709. There the exact value is below 1.3e-308.
//
// Accuracy: the relative error of exp is scaled by 1 − σ; the sum and the quotient
// each round once more. Against math/big, on amd64, at millions of random x within
// ±700, math.Exp is off by up to 1.75 ulp, σ by 1.5 for x > 0 and 2.6 for x < 0.
// TestSigmoidAccuracy repeats this at fewer points and accepts 2 and 3.
func (z *Matrix) Sigmoid(x *Matrix) *Matrix {
	z.same("Sigmoid", x)
	z.share(loops.sigmoid, operands{x: x}, exponential)
	return z
}

// sigmoidRows computes the rows from ≤ r < to of σ(x).
func sigmoidRows(z *Matrix, o operands, from, to int) {
	zd := z.rows(from, to)
	for i, v := range o.x.rows(from, to) {
		zd[i] = 1 / (1 + math.Exp(-v))
	}
}
