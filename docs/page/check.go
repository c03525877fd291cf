package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/docs/tex"
	"chainrule/matrix"
)

// Tolerance is the largest relative difference of two sides that are the same.
// Both are sums of at most some tens of products, rounded at 1e-16 each; where
// terms cancel at the seeded points, they lose three digits at most.
const Tolerance = 1e-10

// Ledger lists the labels that a page must have, in their order.
var Ledger = strings.Fields("F1 F2 F3 F4 L1 D1 D2 D3 D4 D5 D6 D7 D8 E1 E2 E3 E4 M1 M2 M3 M4 M5 M6 B1 R1 R2 U1 U2")

// A Fault is an "=" of the page that does not hold, or has no meaning.
type Fault struct {
	Label       string
	Step        string // which "=" of it: "line 2, η = (a² − y) ⊙ f₂′(z²)"
	Pos         tex.Pos
	Index       string // "j=0, k=1, s=3"; "" if there is none, or if Reason is not ""
	Left, Right float64
	Reason      string // if not "": why there is nothing to compare
	Point       *Point
}

func (f *Fault) Error() string {
	at := ""
	if f.Index != "" {
		at = " at " + f.Index
	}
	if f.Reason != "" {
		return fmt.Sprintf("%v: %s: %s: %s", f.Pos, f.Label, f.Step, f.Reason)
	}
	return fmt.Sprintf("%v: %s: %s%s: left %.12g, right %.12g (%v)", f.Pos, f.Label, f.Step, at, f.Left, f.Right, f.Point)
}

// Check evaluates every claim of the equation with that label, for all values
// of its free indices and all samples. It returns how many numbers were
// compared, of them how many were not zero on both sides, and the first claim
// that does not hold, or nil.
func (r *Run) Check(label string) (compared, nonzero int, fault *Fault) {
	eq := r.Page.Equation(label)
	if eq == nil {
		return 0, 0, &Fault{Label: label, Step: "the page", Reason: "has no such equation", Point: r.Point}
	}
	for i, c := range eq.Chains {
		left := c.First
		for j, step := range c.Steps {
			if !(j == 0 && eq.defines[i]) {
				n, nz, fault := r.claim(eq, left, step)
				compared, nonzero = compared+n, nonzero+nz
				if fault != nil {
					fault.Label, fault.Point = label, r.Point
					fault.Step = fmt.Sprintf("line %d, %v %s %v", eq.line(step), left, step.Rel, step.Right)
					return compared, nonzero, fault
				}
			}
			left = step.Right
		}
	}
	return compared, nonzero, nil
}

// line returns on which line of its display the step stands, from 1.
func (eq *Equation) line(step tex.Step) int {
	for n, line := range eq.Text.Lines {
		for _, c := range line {
			if slices.ContainsFunc(c.Steps, func(s tex.Step) bool { return s.Pos == step.Pos }) {
				return n + 1
			}
		}
	}
	return 0
}

// claim compares the left side with the step's right side.
func (r *Run) claim(eq *Equation, left tex.Node, step tex.Step) (compared, nonzero int, fault *Fault) {
	for _, f := range r.frames(eq, left, step.Right) {
		a, err := f.try(left)
		b, err2 := f.try(step.Right)
		if err == nil {
			err = err2
		}
		if err == nil && !a.sameShape(b) {
			err = &tex.Error{Pos: step.Pos, Msg: fmt.Sprintf("left %s, right %s", a.shape(), b.shape())}
		}
		if err != nil {
			return compared, nonzero, &Fault{Pos: err.Pos, Reason: err.Msg}
		}
		for e := range a.x {
			if step.Rel != "=" {
				break // an update claims no equality, only that it has the right shape
			}
			x, y := a.x[e].v, b.x[e].v
			compared++
			if x != 0 || y != 0 {
				nonzero++
			}
			if !(math.Abs(x-y) <= Tolerance*max(math.Abs(x), math.Abs(y))) {
				return compared, nonzero, &Fault{Pos: step.Pos, Index: f.where(a, e), Left: x, Right: y}
			}
		}
	}
	return compared, nonzero, nil
}

func (f frame) try(n tex.Node) (v value, failed *tex.Error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*tex.Error)
			if !ok {
				panic(r)
			}
			failed = e
		}
	}()
	return f.eval(n), nil
}

// where returns "j=0, s=2" for element e of a value of the frame.
func (f frame) where(v value, e int) string {
	var at []string
	if f.layer != "" {
		at = append(at, "layer "+f.layer)
	}
	if !v.isNumber() {
		at = append(at, fmt.Sprintf("row %d, column %d", e/v.cols, e%v.cols))
	}
	for _, letter := range []string{"i", "j", "k"} {
		if n, ok := f.index.at(letter); ok {
			at = append(at, fmt.Sprintf("%s=%d", letter, n))
		}
	}
	if !f.eq.Batch {
		at = append(at, fmt.Sprintf("s=%d", f.sample))
	}
	return strings.Join(at, ", ")
}

// frames returns a frame for each sample, each layer and each value of the
// indices that are free in the sides.
func (r *Run) frames(eq *Equation, sides ...tex.Node) []frame {
	samples := r.Point.length("s")
	if eq.Batch {
		samples = 1
	}
	layers := []string{""}
	if slices.ContainsFunc(sides, isGeneric) {
		layers = []string{"1", "2"}
	}
	var frames []frame
	for s := range samples {
		for _, layer := range layers {
			frames = append(frames, frame{Run: r, world: world{sample: s}, eq: eq, layer: layer})
		}
	}
	for _, letter := range free(sides...) {
		var wider []frame
		for _, f := range frames {
			for n := range r.Point.length(letter) {
				wider = append(wider, f.with(letter, n))
			}
		}
		frames = wider
	}
	return frames
}

// isGeneric reports whether a w or b without a layer is in n.
func isGeneric(n tex.Node) (found bool) {
	tex.Walk(n, func(n tex.Node) {
		s, ok := n.(*tex.Symbol)
		found = found || ok && s.Layer == "" && (s.Name == "w" || s.Name == "b")
	})
	return found
}

// free returns the indices among i, j and k that no sum binds, in this order.
func free(sides ...tex.Node) []string {
	var letters []string
	for _, letter := range []string{"i", "j", "k"} {
		if slices.ContainsFunc(sides, func(n tex.Node) bool { return isFree(letter, n) }) {
			letters = append(letters, letter)
		}
	}
	return letters
}

func isFree(letter string, n tex.Node) bool {
	uses := 0
	tex.Walk(n, func(n tex.Node) {
		switch n := n.(type) {
		case *tex.Symbol:
			if slices.Contains(n.Sub, letter) {
				uses++
			}
		case *tex.Sum:
			if n.Index == letter {
				uses -= count(letter, n.Body) // these are bound
			}
		}
	})
	return uses > 0
}

// count returns how many symbols in n have the index.
func count(letter string, n tex.Node) (uses int) {
	tex.Walk(n, func(n tex.Node) {
		if s, ok := n.(*tex.Symbol); ok && slices.Contains(s.Sub, letter) {
			uses++
		}
	})
	return uses
}

// Values are what an equation computes: a matrix, the indices that count its
// rows and columns ("" where there is but one), and its name on the page.
type Values struct {
	*matrix.Matrix
	Name     string
	Row, Col string
	Sample   int // −1 for an equation about a batch
}

// Index returns "j=0, k=1, s=2" for an element.
func (v Values) Index(row, col int) string {
	var at []string
	for _, l := range []struct {
		letter string
		n      int
	}{{v.Row, row}, {v.Col, col}, {"s", v.Sample}} {
		if l.letter != "" && l.n >= 0 {
			at = append(at, fmt.Sprintf("%s=%d", l.letter, l.n))
		}
	}
	return strings.Join(at, ", ")
}

// Evaluate returns what a chain of the equation with that label computes, for
// one sample: the left side of "=", the right side of "←". The chain's free
// indices become the rows and columns, the first of i, j and k the rows. Layer
// says what w and b without a layer mean, and is "" if there are none; an
// equation about a batch does not look at the sample. The error is a *tex.Error,
// or that there is no such chain.
func (r *Run) Evaluate(label string, chain, sample int, layer string) (Values, error) {
	none := Values{Matrix: matrix.New(1, 1)}
	eq := r.Page.Equation(label)
	if eq == nil || chain >= len(eq.Chains) {
		return none, fmt.Errorf("there is no equation %s with %d claims or definitions", label, chain+1)
	}
	c := eq.Chains[chain]
	side := c.First
	if c.Steps[0].Rel == "←" {
		side = c.Steps[0].Right
	}
	f := frame{Run: r, world: world{sample: sample}, eq: eq, layer: layer}
	z := Values{Name: c.First.String(), Sample: sample}
	if eq.Batch {
		f.sample, z.Sample = 0, -1
	}
	indices := append(free(side), "", "")
	z.Row, z.Col = indices[0], indices[1]
	z.Matrix = matrix.New(r.Point.length(z.Row), r.Point.length(z.Col))
	for i := range z.Data {
		v, err := f.with(z.Row, i/z.Cols).with(z.Col, i%z.Cols).try(side)
		if err != nil {
			return none, err
		}
		if !v.isNumber() { // and so it has no free indices: it is the whole
			z.Matrix = matrix.New(v.rows, v.cols)
			for e := range v.x {
				z.Data[e] = v.x[e].v
			}
			z.Row, z.Col = f.counted(c.First)
			return z, nil
		}
		z.Data[i] = v.x[0].v
	}
	return z, nil
}

// counted returns the indices that count the rows and columns of X, or of the
// Y of ∂/∂Y.
func (f frame) counted(n tex.Node) (row, col string) {
	if frac, ok := n.(*tex.Frac); ok {
		if _, y, ok := frac.Derivative(); ok {
			n = y
		}
	}
	if s, ok := n.(*tex.Symbol); ok {
		_, q := f.quantity(s)
		return q.row, q.col
	}
	return "", ""
}
