package page

import (
	"fmt"
	"math/rand/v2"

	"chainrule/matrix"
)

// A Point is values for all that the page leaves open: the parameters, a batch
// of m samples, λ and α.
type Point struct {
	Activation    string         // f₁: sigmoid, tanh or relu
	W1, B1        *matrix.Matrix // n0×n1, 1×n1
	W2, B2        *matrix.Matrix // n1×n2, 1×n2
	X, Y          *matrix.Matrix // m×n0, m×n2: inputs and targets, one sample per row
	Lambda, Alpha float64
}

// Random returns a point with weights, biases, inputs and targets from rng, none
// of them zero, and no two the same. An equation that holds there, holds.
func Random(rng *rand.Rand, f1 string, n0, n1, n2, m int) *Point {
	random := func(rows, cols int) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = 2*rng.Float64() - 1
		}
		return z
	}
	return &Point{
		Activation: f1,
		W1:         random(n0, n1), B1: random(1, n1), W2: random(n1, n2), B2: random(1, n2),
		X: random(m, n0), Y: random(m, n2),
		Lambda: 0.1 + rng.Float64(), Alpha: 0.1 + rng.Float64(),
	}
}

func (p *Point) String() string {
	return fmt.Sprintf("n0=%d n1=%d n2=%d m=%d, f₁=%s", p.X.Cols, p.W1.Cols, p.W2.Cols, p.X.Rows, p.Activation)
}

// Points returns the points at which a page, and the code that follows it, is
// evaluated: for each activation three shapes, with n0, n1, n2 and m all different,
// and for each of these two seeds, one with a penalty and one with λ = 0.
func Points() []*Point {
	var points []*Point
	for _, f1 := range []string{"tanh", "sigmoid", "relu"} {
		for _, n := range [][4]int{{3, 5, 2, 4}, {2, 3, 4, 5}, {4, 2, 5, 3}} {
			for seed := range uint64(2) {
				pt := Random(rand.New(rand.NewPCG(seed, 0)), f1, n[0], n[1], n[2], n[3])
				if seed == 1 {
					pt.Lambda = 0
				}
				points = append(points, pt)
			}
		}
	}
	return points
}

// length returns how many values an index takes: n0, n1, n2 or m.
func (p *Point) length(letter string) int {
	switch letter {
	case "i":
		return p.X.Cols
	case "j":
		return p.W1.Cols
	case "k":
		return p.W2.Cols
	case "s":
		return p.X.Rows
	}
	return 1
}

// A quantity is what a letter of the page stands for: a number, a column, a
// row or a matrix, with the index that counts its rows, and its columns.
type quantity struct {
	row, col string
	given    bool // by the point
	sample   bool // each sample has its own
}

var quantities = map[string]quantity{
	"a0": {"i", "", true, true}, "y": {"k", "", true, true},
	"w1": {"i", "j", true, false}, "b1": {"", "j", true, false},
	"w2": {"j", "k", true, false}, "b2": {"", "k", true, false},
	"z1": {"j", "", false, true}, "a1": {"j", "", false, true},
	"z2": {"k", "", false, true}, "a2": {"k", "", false, true},
	"η": {"k", "", false, true}, "δ": {"j", "", false, true},
	"L": {"", "", false, true}, "J": {"", "", false, false},
	"λ": {"", "", true, false}, "α": {"", "", true, false}, "m": {"", "", true, false},
}

// letters returns the indices of an element, in their order.
func (q quantity) letters() []string {
	var letters []string
	for _, l := range []string{q.row, q.col} {
		if l != "" {
			letters = append(letters, l)
		}
	}
	return letters
}

// given returns the values of a quantity that the point gives, for sample s.
func (p *Point) given(key string, s int) []float64 {
	switch key {
	case "a0":
		return p.X.Row(s)
	case "y":
		return p.Y.Row(s)
	case "w1":
		return p.W1.Data
	case "b1":
		return p.B1.Data
	case "w2":
		return p.W2.Data
	case "b2":
		return p.B2.Data
	case "λ":
		return []float64{p.Lambda}
	case "α":
		return []float64{p.Alpha}
	case "m":
		return []float64{float64(p.X.Rows)}
	}
	panic("page: " + key + " is not given")
}
