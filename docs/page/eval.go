package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// A Run evaluates a page at a point.
type Run struct {
	Page   *Page
	Point  *Point
	memory map[memo][]dual // the quantities computed so far
}

// A memo identifies the elements of a quantity in a scope.
type memo struct {
	scope
	key string
}

// A scope is a sample and the element that derivatives are taken with respect to,
// if any. In a scope every quantity has one value.
type scope struct {
	sample      int
	independent element
}

// An element is one number of a quantity: the n-th one in row-major order.
type element struct {
	key string
	n   int
}

// At returns a Run of p at the point.
func (p *Page) At(point *Point) *Run {
	return &Run{p, point, make(map[memo][]dual)}
}

// A frame is what the value of a formula depends on: the scope, the equation that
// it is part of, and the values of the indices. A formula that has no value there
// is a panic with a *tex.Error.
type frame struct {
	*Run
	scope
	eq      *Equation
	visible int    // how many of the page's definitions may be used
	layer   string // the layer of a w or b without one: "1" or "2"
	index   indices
}

func (r *Run) frame(eq *Equation, layer string, sample int) frame {
	return frame{Run: r, scope: scope{sample: sample}, eq: eq, visible: eq.visible, layer: layer}
}

// indices are the values of i, j, k and s, plus 1; 0 if the index has no value.
type indices [len(letters)]int

const letters = "ijks"

// with returns the frame with a value for one more index; "" is no index.
func (f frame) with(letter string, n int) frame {
	if letter != "" {
		f.index[strings.Index(letters, letter)] = n + 1
	}
	return f
}

// at returns the value of an index, and whether it has one.
func (x indices) at(letter string) (n int, ok bool) {
	if at := strings.Index(letters, letter); at >= 0 {
		n = x[at]
	}
	return n - 1, n > 0
}

func (f frame) eval(n tex.Node) value {
	switch n := n.(type) {
	case *tex.Number:
		x := dual{v: n.Value}
		if n.Value != math.Trunc(n.Value) {
			x.ev = ulp / 2 * n.Value // most decimals have no float64
		}
		return number(x)
	case *tex.Symbol:
		return f.symbol(n)
	case *tex.Group:
		x := f.eval(n.X)
		if n.Abs {
			x = x.apply(dual.abs)
		}
		return x
	case *tex.Label:
		return f.eval(n.X)
	case *tex.Element:
		return f.element(n)
	case *tex.Matrix:
		return f.matrix(n)
	case *tex.Call:
		return f.call(n)
	case *tex.Frac:
		if x, y, ok := n.Derivative(); ok {
			return f.derivative(x, y)
		}
		num, den := f.eval(n.Num), f.eval(n.Den)
		if !den.isNumber() {
			panic(n.Errorf("a division by %s, want a number", den.shape()))
		}
		return num.apply(func(x dual) dual { return x.div(den.x[0]) })
	case *tex.Sum:
		return f.sum(n)
	case *tex.Power:
		if s, ok := n.Base.(*tex.Symbol); ok && s.String() == "e" {
			return f.eval(n.Exp).apply(exp)
		}
		base := f.eval(n.Base)
		if e, ok := n.Exp.(*tex.Number); !ok || e.Value != 2 || !base.isNumber() {
			panic(n.Errorf("%v to the power %v: want the square of a number", n.Base, n.Exp))
		}
		return number(base.x[0].mul(base.x[0]))
	case *tex.Product:
		z := f.eval(n.Factors[0])
		for i, factor := range n.Factors[1:] {
			z = multiply(factor.Where(), z, n.Ops[i], f.eval(factor))
		}
		return z
	case *tex.Add:
		var z value
		for i, term := range n.Terms {
			x := f.eval(term)
			if n.Signs[i] == '-' {
				x = x.apply(dual.neg)
			}
			if i == 0 {
				z = x
			} else if !z.sameShape(x) {
				panic(term.Where().Errorf("%s and %s cannot be added", z.shape(), x.shape()))
			} else {
				z = each(z, x, dual.add)
			}
		}
		return z
	}
	panic(n.Where().Errorf("%v has no value here", n))
}

func (f frame) sum(n *tex.Sum) value {
	if !strings.Contains(letters, n.Index) || n.Index == "s" && !f.eq.Batch {
		panic(n.Errorf("a sum over %s, want one over i, j or k", n.Index))
	}
	if _, bound := f.index.at(n.Index); bound {
		panic(n.Errorf("the index %s is in use already", n.Index))
	}
	if !isFree(n.Index, n.Body) {
		panic(n.Errorf("a sum over %s of terms that do not depend on it", n.Index))
	}
	z := f.with(n.Index, 0).eval(n.Body)
	for l := 1; l < f.Point.length(n.Index); l++ {
		z = each(z, f.with(n.Index, l).eval(n.Body), dual.add)
	}
	return z
}

// element returns the element of a matrix that the letters name.
func (f frame) element(n *tex.Element) value {
	z, at, sizes := f.eval(n.X), 0, []int{}
	for _, letter := range n.Sub {
		i, ok := f.index.at(letter)
		if !ok {
			panic(n.Errorf("%v: the index %s has no value here", n, letter))
		}
		size := f.Point.length(letter)
		at, sizes = at*size+i, append(sizes, size)
	}
	if len(sizes) == 1 {
		sizes = append(sizes, 1) // of a column
	}
	if !slices.Equal(sizes, []int{z.rows, z.cols}) {
		panic(n.Errorf("%v: %s has no element %s", n, z.shape(), strings.Join(n.Sub, "")))
	}
	return number(z.x[at])
}

// matrix returns the matrix whose elements are written out.
func (f frame) matrix(n *tex.Matrix) value {
	z := value{rows: len(n.Rows), cols: len(n.Rows[0])}
	for _, x := range tex.Children(n) {
		v := f.eval(x)
		if !v.isNumber() {
			panic(x.Where().Errorf("found %s as an element, want a number", v.shape()))
		}
		z.x = append(z.x, v.x[0])
	}
	return z
}

// named are the functions of the page by their names there. f₁ is the point's.
var named = map[string]string{"σ": "sigmoid", "f₂": "sigmoid", "tanh": "tanh", "cosh": "cosh", "ReLU": "relu"}

// function returns the name of the function in functions, or "" for f₁, and panics
// if it is none of the page.
func function(s *tex.Symbol) string {
	fn := strings.TrimSuffix(s.String(), "′")
	name, ok := named[fn]
	if !ok && fn != "f₁" {
		panic(s.Errorf("%v is no function of the page", fn))
	}
	return name
}

func (f frame) call(n *tex.Call) value {
	function := functions[cmp.Or(function(n.Func), f.Point.Activation)]
	return f.eval(n.Arg).apply(func(x dual) dual {
		if !n.Func.Prime {
			return function(x)
		}
		if x.d != 0 {
			panic(n.Errorf("a second derivative: %v depends on the variable of the ∂", n.Arg))
		}
		prime := function(dual{v: x.v, d: 1, ev: x.ev})
		return dual{v: prime.d, ev: prime.ed}
	})
}

// derivative returns ∂X/∂Y: it evaluates X with the derivative of Y set to 1. If Y
// is a whole row, column or matrix, it does so for each element of Y, and the
// result has the shape of Y.
func (f frame) derivative(x, y *tex.Symbol) value {
	if f.independent != (element{}) {
		panic(x.Errorf("a derivative of a derivative"))
	}
	key, q := f.quantity(y)
	if f.eq.Batch && q.sample {
		panic(y.Errorf("%v has a value for each sample, want a parameter", y))
	}
	by := func(n int) dual {
		g := f
		g.independent = element{key, n}
		v := g.symbol(x)
		if !v.isNumber() {
			panic(x.Errorf("∂%v: a derivative of %s, want a number", x, v.shape()))
		}
		return dual{v: v.x[0].d, ev: v.x[0].ed}
	}
	if n, ok := f.place(y, q); ok {
		return number(by(n))
	}
	return f.whole(y, q, by)
}

// whole returns the matrix of all elements of the quantity that s stands for,
// transposed if s is. In a batch, each sample has its column.
func (f frame) whole(s *tex.Symbol, q quantity, at func(n int) dual) value {
	rows, cols := f.Point.length(q.row), f.Point.length(q.col)
	if f.eq.Batch && q.sample {
		cols = f.Point.length("s")
	}
	z := value{rows, cols, make([]dual, rows*cols)}
	for n := range z.x {
		z.x[n] = at(n)
	}
	if s.Transposed {
		return z.transpose()
	}
	return z
}

// place returns the number of the element that s names by its indices. It reports
// false if s has no indices but its quantity does: s is then all of the quantity.
func (f frame) place(s *tex.Symbol, q quantity) (n int, ok bool) {
	want := q.letters(f.eq.Batch)
	switch {
	case len(s.Sub) == 0 && len(want) > 0:
		return 0, false
	case s.Transposed:
		panic(s.Errorf("%v: a number has no transpose", s))
	}
	q.wantLetters(s, f.eq.Batch)
	for _, letter := range want {
		i, ok := f.index.at(letter)
		if !ok { // in a definition, whose left-hand side has other indices
			panic(s.Errorf("%v: the index %s has no value here", s, letter))
		}
		n = n*f.Point.length(letter) + i
	}
	return n, true
}

// eitherLayer reports whether s is a w or b without a layer, in an equation that
// holds for both layers.
func eitherLayer(s *tex.Symbol) bool {
	return s.Layer == "" && (s.Name == "w" || s.Name == "b")
}

// quantity returns the quantity that s stands for. A w or b without a layer is
// that of the given layer.
func (eq *Equation) quantity(s *tex.Symbol, layer string) (key string, q quantity, ok bool) {
	key = s.Name + s.Layer
	if eitherLayer(s) {
		key += layer
	} else if key == "L" && eq.Batch && len(s.Sub) == 0 {
		key = "batch L"
	}
	q, ok = quantities[key]
	return key, q, ok && !s.Prime
}

func (f frame) quantity(s *tex.Symbol) (string, quantity) {
	key, q, ok := f.eq.quantity(s, f.layer)
	if !ok {
		hint := ""
		if _, layered := quantities[s.Name+"1"]; layered && s.Layer == "" {
			hint = fmt.Sprintf(" without a layer, as in %s^{(1)}", s.Name)
		}
		panic(s.Errorf("%v is no quantity of the page%s", s, hint))
	}
	return key, q
}

func (f frame) symbol(s *tex.Symbol) value {
	key, q := f.quantity(s)
	if !f.eq.Batch && !q.sample && q.given == nil {
		panic(s.Errorf("%v belongs to a batch, and this equation is about one sample", s))
	}
	at := func(n int) dual { return f.values(key, s)[n] }
	if f.eq.Batch && q.sample {
		m := f.Point.length("s")
		at = func(n int) dual {
			f.sample = n % m
			return f.values(key, s)[n/m]
		}
	}
	if n, ok := f.place(s, q); ok {
		return number(at(n))
	}
	return f.whole(s, q, at)
}

// values returns all elements of a quantity in the frame's scope.
func (f frame) values(key string, s *tex.Symbol) []dual {
	known, ok := f.memory[memo{f.scope, key}]
	if ok {
		return known
	}
	var x []dual
	if given := quantities[key].given; given != nil {
		for _, v := range given(f.Point, f.sample) {
			x = append(x, dual{v: v})
		}
	} else {
		x = f.computed(key, s)
	}
	if f.independent.key == key {
		x[f.independent.n].d = 1
	}
	f.memory[memo{f.scope, key}] = x
	return x
}

// computed evaluates the page's definition of a quantity, element by element. It
// may use only definitions before it, so that none depends on itself.
func (f frame) computed(key string, s *tex.Symbol) []dual {
	d := f.Page.defined[key]
	if d == nil || d.before >= f.visible {
		panic(s.Errorf("%v has no definition up to here", s))
	}
	f.eq, f.visible, f.index, f.layer = d.eq, d.before, indices{}, ""
	var x []dual
	row := quantities[key].row // the only index: all that is defined is a number or a column
	for n := range f.Point.length(row) {
		v := f.with(row, n).eval(d.rhs)
		if !v.isNumber() {
			panic(d.rhs.Where().Errorf("found %s, want a number", v.shape()))
		}
		x = append(x, v.x[0])
	}
	return x
}
