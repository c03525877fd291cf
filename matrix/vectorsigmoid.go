//go:build goexperiment.simd && go1.27

package matrix

import (
	"math"
	"simd"
)

// sigmoidVector computes the rows from ≤ r < to of σ(x).
func sigmoidVector(z *Matrix, o operands, from, to int) {
	sigmoidSlice(z.rows(from, to), o.x.rows(from, to))
	clearUpper()
}

// sigmoidSlice sets z to σ(x).
func sigmoidSlice(z, x []float64) {
	var v simd.Float64s
	w := v.Len()
	i := 0
	for ; i+w <= len(z); i += w {
		sigma(simd.LoadFloat64s(x[i : i+w])).Store(z[i : i+w])
	}
	if i < len(z) {
		p, _ := simd.LoadFloat64sPart(x[i:])
		sigma(p).StorePart(z[i:])
	}
}

// inverseFactorials holds 1/n! for n = 13 down to 0.
var inverseFactorials = [...]float64{
	1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880,
	1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1,
}

// sigma returns 1/(1 + eᵘ) with u = −x. The exponential is eᵘ = 2ⁿ·eʳ, where n is
// the integer next to u/ln 2 and r = u − n ln 2, so that |r| ≤ (ln 2)/2. For such r the
// Taylor series Σ r^k/k! up to k = 13 is exact to 4e-18. At 800,000 random x, σ is off by up
// to 1.5 ulp for x > 0 and 2.3 for x < 0; TestSigmoidAccuracy accepts 2 and 2.4.
//
// Adding shift to u/ln 2 rounds it to an integer, since the sum has no bits for a
// fraction, and leaves n in the last bits of the sum. ln 2 is taken in two parts: the
// first has so few bits that n times it is exact.
//
// For u > 709 the result is 0, and for u < −709 it is that of −709, which is 1. NaN
// passes both comparisons and stays NaN.
func sigma(x simd.Float64s) simd.Float64s {
	const (
		shift = 3 << 51
		ln2a  = 0x1.62e42feep-1
		ln2b  = math.Ln2 - ln2a
	)
	one, limit := simd.BroadcastFloat64s(1), simd.BroadcastFloat64s(709)
	u := x.Neg()
	tooLarge := u.Greater(limit)
	u = limit.Neg().IfElse(u.Less(limit.Neg()), u)
	n := u.MulAdd(simd.BroadcastFloat64s(1/math.Ln2), simd.BroadcastFloat64s(shift))
	power := n.ToBits().Add(simd.BroadcastUint64s(1023)).ShiftAllLeft(52).BitsToFloat64() // 2ⁿ
	n = n.Sub(simd.BroadcastFloat64s(shift))
	r := n.MulAdd(simd.BroadcastFloat64s(-ln2a), u)
	r = n.MulAdd(simd.BroadcastFloat64s(-ln2b), r)
	exp := simd.BroadcastFloat64s(inverseFactorials[0])
	for k := 1; k < len(inverseFactorials); k++ {
		exp = exp.MulAdd(r, simd.BroadcastFloat64s(inverseFactorials[k]))
	}
	var zero simd.Float64s
	return zero.IfElse(tooLarge, one.Div(exp.MulAdd(power, one)))
}
