package page

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"chainrule/docs/tex"
	"chainrule/matrix"
)

// A Point gives values to everything that the page does not define: the
// parameters, a batch of m samples, λ and α.
type Point struct {
	Activation    string         // f₁: sigmoid, tanh or relu
	W1, B1        *matrix.Matrix // n0×n1, 1×n1
	W2, B2        *matrix.Matrix // n1×n2, 1×n2
	X, Y          *matrix.Matrix // m×n0, m×n2: inputs and targets, one sample per row
	Lambda, Alpha float64
	Arg           float64 // x, the argument of a function
}

// Homework returns the network and the sample of the homework's question 1, with the
// target 1.
func Homework() *Point {
	return &Point{
		Activation: "sigmoid",
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
		X:          matrix.FromRows([]float64{1, 1}),
		Y:          matrix.FromRows([]float64{1}),
	}
}

// Random returns a point with random values: parameters, inputs and targets from −1
// to 1, λ and α from 0.1 to 3.1, and x from −3 to 3. With probability 1 they are
// distinct and not zero, so that an equation that holds at the point is no
// coincidence.
func Random(rng *rand.Rand, activation string, n0, n1, n2, m int) *Point {
	random := func(rows, cols int) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = 2*rng.Float64() - 1
		}
		return z
	}
	return &Point{
		Activation: activation,
		W1:         random(n0, n1), B1: random(1, n1), W2: random(n1, n2), B2: random(1, n2),
		X: random(m, n0), Y: random(m, n2),
		Lambda: 0.1 + 3*rng.Float64(), Alpha: 0.1 + 3*rng.Float64(), Arg: 6*rng.Float64() - 3,
	}
}

func (p *Point) String() string {
	return fmt.Sprintf("n0=%d n1=%d n2=%d m=%d, f₁=%s", p.X.Cols, p.W1.Cols, p.W2.Cols, p.X.Rows, p.Activation)
}

// Points returns the points at which a page, and the code that follows it, is
// evaluated: for each activation three shapes, with n0, n1, n2 and m all different,
// and for each of these two seeds, one with λ = 0 and one with a penalty.
func Points() []*Point {
	var points []*Point
	for _, activation := range []string{"tanh", "sigmoid", "relu"} {
		for _, n := range [][4]int{{3, 5, 2, 4}, {2, 3, 4, 5}, {4, 2, 5, 3}} {
			for with := range 2 {
				pt := Random(rand.New(rand.NewPCG(uint64(len(points)), 0)), activation, n[0], n[1], n[2], n[3])
				pt.Lambda *= float64(with)
				points = append(points, pt)
			}
		}
	}
	return points
}

// Scalars returns small points with many values of x, α and λ, from very small to
// large, 0 among those of x and λ.
func Scalars() []*Point {
	var points []*Point
	for n := range 2001 {
		pt := Random(rand.New(rand.NewPCG(uint64(n), 1)), "sigmoid", 1, 1, 1, 1)
		pt.Arg, pt.Lambda, pt.Alpha = float64(n-1000)/100, float64(n%5)/2, pt.Alpha*pt.Alpha
		points = append(points, pt)
	}
	return points
}

// length returns the number of values that an index takes: n0, n1, n2 or m, and 1
// for "".
func (p *Point) length(letter string) int {
	if letter == "" {
		return 1
	}
	return [...]int{p.X.Cols, p.W1.Cols, p.W2.Cols, p.X.Rows}[strings.Index(letters, letter)]
}

// A quantity is what a symbol of the page stands for: a number, column, row or
// matrix.
type quantity struct {
	row, col string                          // the indices of its rows and columns, or ""
	sample   bool                            // each sample of a batch has its own
	given    func(p *Point, s int) []float64 // its elements for sample s; nil if the page defines it
}

// quantities are those of the page, by the key name + layer. The L of a batch has
// a key of its own.
var quantities = map[string]quantity{
	"a0": {"i", "", true, func(p *Point, s int) []float64 { return p.X.Row(s) }},
	"y":  {"k", "", true, func(p *Point, s int) []float64 { return p.Y.Row(s) }},
	"w1": {"i", "j", false, func(p *Point, _ int) []float64 { return p.W1.Data }},
	"b1": {"", "j", false, func(p *Point, _ int) []float64 { return p.B1.Data }},
	"w2": {"j", "k", false, func(p *Point, _ int) []float64 { return p.W2.Data }},
	"b2": {"", "k", false, func(p *Point, _ int) []float64 { return p.B2.Data }},
	"λ":  {"", "", false, func(p *Point, _ int) []float64 { return []float64{p.Lambda} }},
	"α":  {"", "", false, func(p *Point, _ int) []float64 { return []float64{p.Alpha} }},
	"x":  {"", "", false, func(p *Point, _ int) []float64 { return []float64{p.Arg} }},
	"m":  {"", "", false, func(p *Point, _ int) []float64 { return []float64{float64(p.X.Rows)} }},
	"z1": {"j", "", true, nil}, "a1": {"j", "", true, nil}, "δ": {"j", "", true, nil},
	"z2": {"k", "", true, nil}, "a2": {"k", "", true, nil}, "η": {"k", "", true, nil},
	"L": {"", "", true, nil}, "batch L": {"", "", false, nil}, "J": {"", "", false, nil},
}

// Shape returns how many rows and columns the symbol has, as "n1" and "1". A quantity
// of one sample has a column for each sample of a batch. It reports false for a symbol
// that is no quantity.
func Shape(s *tex.Symbol, batch bool) (rows, cols string, ok bool) {
	_, q, ok := (&Equation{Batch: batch}).quantity(s, "")
	counts := map[string]string{"": "1", "i": "n0", "j": "n1", "k": "n2"}
	rows, cols = counts[q.row], counts[q.col]
	if batch && q.sample {
		cols = "m"
	}
	if s.Transposed {
		rows, cols = cols, rows
	}
	return rows, cols, ok
}

// letters returns the indices of an element, in order. In a batch, a quantity of one
// sample has the index s as well.
func (q quantity) letters(batch bool) []string {
	list := []string{q.row, q.col}
	if batch && q.sample {
		list = append(list, "s")
	}
	return slices.DeleteFunc(list, func(l string) bool { return l == "" })
}

// wantLetters panics unless s, which stands for q, has the indices of an element.
func (q quantity) wantLetters(s *tex.Symbol, batch bool) {
	if want := q.letters(batch); !slices.Equal(s.Sub, want) {
		panic(s.Errorf("%v: want the index %s", s, strings.Join(want, "")))
	}
}
