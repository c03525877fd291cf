package page

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// An element is one number of a quantity: by its key, row and column.
type element struct {
	key      string
	row, col int
}

// A world is one sample, and at most one element made independent: in it every
// quantity has one value.
type world struct {
	sample      int
	independent element
}

// A Run evaluates a page at a point, and remembers the quantities of each
// world.
type Run struct {
	Page   *Page
	Point  *Point
	memory map[world]map[string][]dual
	active map[string]bool // the definitions for a batch that are being evaluated
}

// At returns a Run of p at the point.
func (p *Page) At(point *Point) *Run {
	return &Run{p, point, make(map[world]map[string][]dual), make(map[string]bool)}
}

// fail ends an evaluation that has no value; frame.try turns that into an error.
func fail(at tex.Pos, format string, args ...any) {
	panic(&tex.Error{Pos: at, Msg: fmt.Sprintf(format, args...)})
}

// A frame is where a formula is evaluated: in which world, with which values of
// the indices.
type frame struct {
	*Run
	world
	eq    *Equation // whose formula it is
	layer string    // what w and b without a layer mean: "1" or "2"
	index indices
}

// indices are the values of i, j, k and s, plus 1; 0 means that it has none.
type indices [len(letters)]int

const letters = "ijks"

// with returns the frame with one index more; no letter is none.
func (f frame) with(letter string, n int) frame {
	if letter != "" {
		f.index[strings.Index(letters, letter)] = n + 1
	}
	return f
}

// at returns the value of an index, and whether it has one; that of no letter
// is 0.
func (x indices) at(letter string) (n int, ok bool) {
	if letter == "" {
		return 0, true
	}
	n = x[strings.Index(letters, letter)]
	return n - 1, n > 0
}

func (f frame) eval(n tex.Node) value {
	switch n := n.(type) {
	case *tex.Number:
		return number(dual{n.Value, 0})
	case *tex.Symbol:
		return f.symbol(n)
	case *tex.Group:
		return f.eval(n.X)
	case *tex.Call:
		return f.call(n)
	case *tex.Frac:
		if x, y, ok := n.Derivative(); ok {
			return f.derivative(x, y)
		}
		num, den := f.eval(n.Num), f.eval(n.Den)
		if !den.isNumber() {
			fail(n.Pos, "a division by %s, want a number", den.shape())
		}
		return num.apply(func(x dual) dual { return x.div(den.x[0]) })
	case *tex.Sum:
		return f.sum(n)
	case *tex.Power:
		base := f.eval(n.Base)
		if e, ok := n.Exp.(*tex.Number); !ok || e.Value != 2 || !base.isNumber() {
			fail(n.Pos, "%v to the power %v: want the square of a number", n.Base, n.Exp)
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
				continue
			}
			if !z.sameShape(x) {
				fail(term.Where(), "%s and %s do not add up", z.shape(), x.shape())
			}
			z = each(z, x, dual.add)
		}
		return z
	}
	fail(n.Where(), "%v has no value here", n)
	return value{}
}

func multiply(at tex.Pos, a value, op string, b value) value {
	if op == "⊙" {
		if a.isNumber() || !a.sameShape(b) {
			fail(at, "%s ⊙ %s: want two matrices of one shape", a.shape(), b.shape())
		}
		return each(a, b, dual.mul)
	}
	z, ok := product(a, b)
	if !ok {
		fail(at, "there is no product of %s and %s", a.shape(), b.shape())
	}
	return z
}

func (f frame) sum(n *tex.Sum) value {
	if !strings.Contains(letters, n.Index) || n.Index == "s" && !f.eq.Batch {
		fail(n.Pos, "a sum over %s, want one over i, j or k", n.Index)
	}
	if _, bound := f.index.at(n.Index); bound {
		fail(n.Pos, "the index %s is taken already", n.Index)
	}
	if !isFree(n.Index, n.Body) {
		fail(n.Pos, "a sum over %s of what does not depend on it", n.Index)
	}
	z := f.with(n.Index, 0).eval(n.Body)
	for l := 1; l < f.Point.length(n.Index); l++ {
		z = each(z, f.with(n.Index, l).eval(n.Body), dual.add)
	}
	return z
}

func (f frame) call(n *tex.Call) value {
	name := "sigmoid"
	switch fn := strings.TrimSuffix(n.Func.String(), "′"); fn {
	case "σ", "f₂":
	case "f₁":
		name = f.Point.Activation
	default:
		fail(n.Pos, "%v is no function of the page, want f₁, f₂ or σ", fn)
	}
	function := functions[name]
	return f.eval(n.Arg).apply(func(x dual) dual {
		if !n.Func.Prime {
			return function(x)
		}
		if x.d != 0 {
			fail(n.Pos, "a second derivative: %v depends on what ∂ is by", n.Arg)
		}
		return dual{function(dual{x.v, 1}).d, 0}
	})
}

// derivative returns ∂X/∂Y: X where Y has the derivative 1, along the
// definitions. If Y is a whole row, column or matrix, so is the result.
func (f frame) derivative(x, y *tex.Symbol) value {
	if f.independent != (element{}) {
		fail(x.Pos, "a derivative of a derivative")
	}
	key, q := f.quantity(y)
	rows, cols := f.Point.length(q.row), f.Point.length(q.col)
	by := func(row, col int) dual {
		g := f
		g.independent = element{key, row, col}
		v := g.symbol(x)
		if !v.isNumber() {
			fail(x.Pos, "∂%v: a derivative of %s, want a number", x, v.shape())
		}
		return dual{v.x[0].d, 0}
	}
	if row, col, ok := f.place(y, q); ok {
		return number(by(row, col))
	}
	z := value{rows, cols, make([]dual, rows*cols)}
	if len(q.letters()) == 0 {
		return number(by(0, 0))
	}
	for i := range z.x {
		z.x[i] = by(i/cols, i%cols)
	}
	return z.marked(y)
}

// marked applies the transposition that y is marked with.
func (a value) marked(y *tex.Symbol) value {
	if y.Transposed {
		return a.transpose()
	}
	return a
}

// quantity returns what s stands for. A w or b without a layer is that of the
// frame's.
func (f frame) quantity(s *tex.Symbol) (string, quantity) {
	key := s.Name + s.Layer
	if s.Layer == "" && (s.Name == "w" || s.Name == "b") {
		key += f.layer
	}
	q, ok := quantities[key]
	if !ok || s.Prime {
		fail(s.Pos, "%v is no quantity of the page", s)
	}
	return key, q
}

// place returns the row and column of the element that s names by its indices.
// It is not ok if s has none: then the whole is meant.
func (f frame) place(s *tex.Symbol, q quantity) (row, col int, ok bool) {
	if len(s.Sub) == 0 {
		return 0, 0, false
	}
	if s.Transposed {
		fail(s.Pos, "%v: an element has no transpose", s)
	}
	if letters := q.letters(); !slices.Equal(s.Sub, letters) {
		fail(s.Pos, "%v: want the index %s", s, strings.Join(letters, ""))
	}
	at := func(letter string) int {
		n, ok := f.index.at(letter)
		if !ok { // in a definition, whose left side has other indices
			fail(s.Pos, "%v: the index %s has no value here", s, letter)
		}
		return n
	}
	return at(q.row), at(q.col), true
}

func (f frame) symbol(s *tex.Symbol) value {
	key, q := f.quantity(s)
	if f.eq.Batch && q.sample {
		switch {
		case key == "L" && len(s.Sub) == 0:
			return f.define("batch L", s)
		case key == "L" && slices.Equal(s.Sub, []string{"s"}):
			n, ok := f.index.at("s")
			if !ok {
				fail(s.Pos, "%v stands outside of a sum over s", s)
			}
			f.sample = n
			return number(f.values(key, s)[0])
		}
		fail(s.Pos, "%v belongs to one sample, and this equation is about a batch", s)
	}
	if key == "J" {
		if !f.eq.Batch {
			fail(s.Pos, "%v belongs to a batch, and this equation is about one sample", s)
		}
		return f.define("batch J", s)
	}
	if row, col, ok := f.place(s, q); ok {
		return number(f.values(key, s)[row*f.Point.length(q.col)+col])
	}
	x := f.values(key, s)
	if len(q.letters()) == 0 {
		if s.Transposed {
			fail(s.Pos, "%v: a number has no transpose", s)
		}
		return number(x[0])
	}
	return value{f.Point.length(q.row), f.Point.length(q.col), x}.marked(s)
}

// definition returns the definition of what s stands for, which must not come
// after the formula that uses it.
func (f frame) definition(key string, s *tex.Symbol) definition {
	d, ok := f.Page.defined[key]
	if !ok || d.by.order > f.eq.order {
		fail(s.Pos, "%v has no definition up to here", s)
	}
	return d
}

// define evaluates what the page defines for a batch, where s asks for it.
func (f frame) define(key string, s *tex.Symbol) value {
	d := f.definition(key, s)
	if f.active[key] {
		fail(s.Pos, "%v is defined by itself", s)
	}
	f.active[key] = true
	defer delete(f.active, key)
	f.eq, f.index, f.layer = d.by, indices{}, ""
	return f.eval(d.rhs)
}

// values returns all elements of a quantity in the frame's world.
func (f frame) values(key string, s *tex.Symbol) []dual {
	known := f.memory[f.world]
	if known == nil {
		known = make(map[string][]dual)
		f.memory[f.world] = known
	}
	x, ok := known[key]
	if ok {
		if x == nil {
			fail(s.Pos, "%v is defined by itself", s)
		}
		return x
	}
	known[key] = nil // until it is known
	defer func() {
		if known[key] == nil {
			delete(known, key)
		}
	}()
	q := quantities[key]
	if q.given {
		for _, v := range f.Point.given(key, f.sample) {
			x = append(x, dual{v, 0})
		}
	} else {
		x = f.computed(key, q, s)
	}
	if f.independent.key == key {
		x[f.independent.row*f.Point.length(q.col)+f.independent.col].d = 1
	}
	known[key] = x
	return x
}

// computed evaluates the page's definition of a quantity, element by element.
func (f frame) computed(key string, q quantity, s *tex.Symbol) []dual {
	d := f.definition(key, s)
	f.eq, f.index, f.layer = d.by, indices{}, ""
	var x []dual
	for l := range f.Point.length(q.row) { // no quantity that is defined is a row or a matrix
		v := f.with(q.row, l).eval(d.rhs)
		if !v.isNumber() {
			fail(d.rhs.Where(), "%s, want a number", v.shape())
		}
		x = append(x, v.x[0])
	}
	return x
}
