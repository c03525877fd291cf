package page

import (
	"fmt"
	"math"

	"chainrule/docs/tex"
)

// A dual is a dual number v + d·ε, where ε² = 0: a value v together with its
// derivative d with respect to the independent element. Ordinary arithmetic on
// dual numbers, with ε² dropped, gives the rules of differentiation below.
type dual struct{ v, d float64 }

func (x dual) add(y dual) dual { return dual{x.v + y.v, x.d + y.d} }
func (x dual) neg() dual       { return dual{-x.v, -x.d} }
func (x dual) mul(y dual) dual { return dual{x.v * y.v, x.d*y.v + x.v*y.d} }

// div: (v + dε)/(w + eε) = (v + dε)(w − eε)/w².
func (x dual) div(y dual) dual { return dual{x.v / y.v, (x.d*y.v - x.v*y.d) / (y.v * y.v)} }

// exp: e^(v + dε) = eᵛ(1 + dε).
func exp(x dual) dual { e := math.Exp(x.v); return dual{e, e * x.d} }

var one = dual{1, 0}

// functions are σ, which is f₂, and the choices for f₁. They are built from exp and
// arithmetic, so that their derivatives follow from the rules above.
var functions = map[string]func(x dual) dual{
	"sigmoid": func(x dual) dual { return one.div(one.add(exp(x.neg()))) },
	"tanh": func(x dual) dual { // (1 − e⁻²ˣ)/(1 + e⁻²ˣ)
		e := exp(x.neg().add(x.neg()))
		return one.add(e.neg()).div(one.add(e))
	},
	"relu": func(x dual) dual {
		if x.v > 0 {
			return x
		}
		return dual{}
	},
}

// A value is a number (with 0 rows and columns) or a matrix in row-major order.
type value struct {
	rows, cols int
	x          []dual
}

func number(x dual) value { return value{0, 0, []dual{x}} }

func (a value) isNumber() bool { return a.rows == 0 }

func (a value) shape() string {
	if a.isNumber() {
		return "a number"
	}
	return fmt.Sprintf("%d×%d", a.rows, a.cols)
}

func (a value) sameShape(b value) bool { return a.rows == b.rows && a.cols == b.cols }

// each applies f to every pair of elements of two values of the same shape.
func each(a, b value, f func(x, y dual) dual) value {
	z := value{a.rows, a.cols, make([]dual, len(a.x))}
	for i := range z.x {
		z.x[i] = f(a.x[i], b.x[i])
	}
	return z
}

func (a value) apply(f func(x dual) dual) value {
	return each(a, a, func(x, _ dual) dual { return f(x) })
}

func (a value) transpose() value {
	z := value{a.cols, a.rows, make([]dual, len(a.x))}
	for i := range a.x {
		z.x[i%a.cols*a.rows+i/a.cols] = a.x[i]
	}
	return z
}

// multiply returns a·b, the product of numbers or matrices, or the elementwise
// product a ⊙ b of matrices. The factor b is at the given position.
func multiply(at tex.Pos, a value, op string, b value) value {
	switch {
	case op == "⊙" && (a.isNumber() || !a.sameShape(b)):
		panic(at.Errorf("%s ⊙ %s: want two matrices of one shape", a.shape(), b.shape()))
	case op == "⊙":
		return each(a, b, dual.mul)
	case a.isNumber():
		return b.apply(a.x[0].mul)
	case b.isNumber():
		return a.apply(b.x[0].mul)
	case a.cols != b.rows:
		panic(at.Errorf("there is no product of %s and %s", a.shape(), b.shape()))
	}
	z := value{a.rows, b.cols, make([]dual, a.rows*b.cols)}
	for r := range a.rows {
		for c := range b.cols {
			for l := range a.cols {
				z.x[r*z.cols+c] = z.x[r*z.cols+c].add(a.x[r*a.cols+l].mul(b.x[l*b.cols+c]))
			}
		}
	}
	return z
}
