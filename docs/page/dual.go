package page

import (
	"fmt"
	"math"

	"chainrule/docs/tex"
)

// A dual is a dual number v + d·ε, where ε² = 0: a value v together with its
// derivative d with respect to the independent element. Ordinary arithmetic on
// dual numbers, with ε² dropped, gives the rules of differentiation below.
//
// ev and ed are bounds on the rounding errors of v and d: each operation passes on
// the errors of its operands, to first order, and adds its own rounding.
type dual struct{ v, d, ev, ed float64 }

// ulp bounds the relative rounding error of one operation, and tiny the absolute
// error of one that underflows. The error of exp is below 2 ulp, as package network
// measures in TestSigmoidAccuracy.
const (
	ulp  = 0x1p-52
	tiny = 0x1p-1074
)

var abs = math.Abs

// rounded adds the rounding of the last operation to the errors, and of the terms
// of d.
func rounded(v, d, ev, ed, terms float64) dual {
	return dual{v, d, ev + ulp*abs(v) + tiny, ed + ulp*(abs(d)+terms) + tiny}
}

func (x dual) add(y dual) dual { return rounded(x.v+y.v, x.d+y.d, x.ev+y.ev, x.ed+y.ed, 0) }
func (x dual) abs() dual {
	if x.v < 0 {
		return x.neg()
	}
	return x
}
func (x dual) neg() dual { return dual{-x.v, -x.d, x.ev, x.ed} }

func (x dual) mul(y dual) dual {
	return rounded(x.v*y.v, x.d*y.v+x.v*y.d, abs(x.v)*y.ev+abs(y.v)*x.ev,
		abs(x.d)*y.ev+abs(y.v)*x.ed+abs(x.v)*y.ed+abs(y.d)*x.ev, abs(x.d*y.v)+abs(x.v*y.d))
}

// div: (v + dε)/(w + eε) = q + (d − qe)/w·ε with q = v/w.
func (x dual) div(y dual) dual {
	q, w := x.v/y.v, abs(y.v)
	d, eq := (x.d-q*y.d)/y.v, (x.ev+abs(x.v/y.v)*y.ev)/w
	return rounded(q, d, eq, (x.ed+abs(q)*y.ed+abs(y.d)*(eq+ulp*abs(q))+abs(d)*y.ev)/w, (abs(x.d)+abs(q*y.d))/w)
}

// exp: e^(v + dε) = eᵛ(1 + dε).
func exp(x dual) dual {
	e := math.Exp(x.v)
	ee := e * (x.ev + ulp)
	return rounded(e, e*x.d, ee, ee*abs(x.d)+e*x.ed, 0)
}

var one = dual{v: 1}

// functions are σ, which is f₂, the choices for f₁, and cosh. They are built from exp and
// arithmetic, so that their derivatives follow from the rules above, and in the form
// in which exp does not overflow.
var functions = map[string]func(x dual) dual{
	"sigmoid": func(x dual) dual { // 1/(1 + e⁻ˣ) = eˣ/(eˣ + 1)
		if x.v < 0 {
			e := exp(x)
			return e.div(e.add(one))
		}
		return one.div(one.add(exp(x.neg())))
	},
	"tanh": tanh,
	"cosh": func(x dual) dual { // (eˣ + e⁻ˣ)/2
		return exp(x).add(exp(x.neg())).div(one.add(one))
	},
	"relu": func(x dual) dual {
		if x.v > 0 {
			return x
		}
		return dual{}
	},
	"identity": func(x dual) dual { return x },
}

// tanh x = (1 − e⁻²ˣ)/(1 + e⁻²ˣ) = −tanh(−x).
func tanh(x dual) dual {
	if x.v < 0 {
		return tanh(x.neg()).neg()
	}
	e := exp(x.neg().add(x.neg()))
	return one.add(e.neg()).div(one.add(e))
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
