package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/derive"
	"chainrule/docs/tex"
)

// sharp is the largest relative error bound of the two sides with which a comparison
// counts. Where more digits are lost, as in 1 − a for an a close to 1, the sides are
// compared all the same, and not counted.
const sharp = 1e-10

// underflow is an error bound so small that 0 counts as compared to 0.
const underflow = 1e-300

// Check evaluates every claim of the equation with the given label, for all values
// of its free indices and all samples. It returns how many numbers it compared, how
// many of them were not zero on both sides, and the first claim that is wrong, or
// nil: Got is its left side, Want its right side.
func (r *Run) Check(label string) (compared, nonzero int, wrong *derive.Difference) {
	eq := r.Page.Equation(label)
	if eq == nil {
		return 0, 0, &derive.Difference{Label: label, Quantity: "the page", Reason: "has no such equation", Where: r.Point.String()}
	}
	return r.CheckEquation(eq)
}

// CheckEquation does for any equation of the page what Check does for one with a
// label.
//
// The sides of = may differ by the bounds on their rounding errors. Infinity and NaN
// are wrong on either side of any relation. With ≈, the right side is a decimal number, and the left
// side rounds to it. A claim that joins two relations by ⟺ is compared only where
// they hold.
func (r *Run) CheckEquation(eq *Equation) (compared, nonzero int, wrong *derive.Difference) {
	for _, c := range eq.claims {
		sides := []tex.Node{c.left, c.Right}
		if c.iff != nil {
			sides = append(sides, c.iff.left, c.iff.Right)
		}
		unknown := rightOnly(c.left, c.Right)
		for _, f := range r.frames(eq, sides...) {
			n, nz, wrong := f.compare(c)
			if len(unknown) > 0 && wrong == nil && c.iff == nil {
				wrong = &derive.Difference{Reason: "the index " + unknown[0] + " is on the right only", Where: f.at(c.Step.Pos)}
			}
			if c.iff != nil && (wrong == nil || wrong.Reason == "") {
				_, _, other := f.compare(*c.iff)
				switch holds := wrong == nil; {
				case other != nil && other.Reason != "":
					wrong = other
				case holds != (other == nil):
					wrong = &derive.Difference{Reason: "does not hold exactly where the other side of ⟺ does", Index: f.where(value{}, 0), Where: f.at(c.Step.Pos)}
				case !holds:
					n, nz, wrong = 0, 0, nil
				}
			}
			compared, nonzero = compared+n, nonzero+nz
			if wrong != nil {
				wrong.Label = cmp.Or(eq.Label, eq.Pos.String())
				wrong.Quantity = fmt.Sprintf("line %d, %v %s %v", c.Row, c.left, c.Rel, c.Right)
				return compared, nonzero, wrong
			}
		}
	}
	return compared, nonzero, nil
}

// at returns a position on the page and the point.
func (f frame) at(pos tex.Pos) string { return fmt.Sprintf("page %v, %v", pos, f.Point) }

// compare compares the two sides of a claim.
func (f frame) compare(c claim) (compared, nonzero int, wrong *derive.Difference) {
	a, b, err := f.sides(c)
	if e, ok := err.(*tex.Error); ok {
		return 0, 0, &derive.Difference{Reason: e.Msg, Where: f.at(e.Pos)}
	}
	for e := range a.x {
		x, y := a.x[e].v, b.x[e].v
		bound := 2 * (a.x[e].ev + b.x[e].ev) // 2: the bounds are of first order
		holds := true
		switch c.Rel {
		case "=":
			holds = abs(x-y) <= bound
		case "≈":
			holds = abs(x-y) <= bound+lastDigit(c.Right)/2
		case "<":
			holds = x < y
		case ">":
			holds = x > y
		case "≤":
			holds = x <= y
		case "≥":
			holds = x >= y
		case "←": // an update claims only that both sides have the same shape
			return 0, 0, nil
		}
		holds = holds && !math.IsInf(x, 0) && !math.IsInf(y, 0) && !math.IsInf(bound, 0)
		if bound <= sharp*max(abs(x), abs(y))+underflow {
			compared++
			if x != 0 || y != 0 {
				nonzero++
			}
		}
		if !holds {
			return compared, nonzero, &derive.Difference{Index: f.where(a, e), Got: x, Want: y, RelErr: derive.RelErr(x, y), Wrong: 1, Of: 1, Where: f.at(c.Step.Pos)}
		}
	}
	return compared, nonzero, nil
}

// lastDigit returns what one unit in the last digit of a decimal number is worth.
func lastDigit(n tex.Node) float64 {
	number, ok := n.(*tex.Number)
	if !ok {
		panic(n.Where().Errorf("found %v after ≈, want a decimal number", n))
	}
	_, digits, _ := strings.Cut(number.Text, ".")
	return math.Pow10(-len(digits))
}

// sides evaluates the two sides of a claim, which must have the same shape.
func (f frame) sides(c claim) (a, b value, err error) {
	defer tex.Recover(&err)
	a, b = f.eval(c.left), f.eval(c.Right)
	if f.eq.Homework && len(a.x) == 1 && len(b.x) == 1 {
		a.rows, a.cols, b.rows, b.cols = 0, 0, 0, 0
	}
	if !a.sameShape(b) {
		panic(c.Errorf("left %s, right %s", a.shape(), b.shape()))
	}
	if c.Rel == "≈" {
		lastDigit(c.Right)
	}
	return a, b, nil
}

// where returns "j=0, s=2" for element e of a value of the frame.
func (f frame) where(v value, e int) string {
	var at []string
	if f.layer != "" {
		at = append(at, "layer "+f.layer)
	}
	if v.x != nil && !v.isNumber() {
		at = append(at, fmt.Sprintf("row %d, column %d", e/v.cols, e%v.cols))
	}
	for _, letter := range letters {
		if n, ok := f.index.at(string(letter)); ok {
			at = append(at, fmt.Sprintf("%c=%d", letter, n))
		}
	}
	if !f.eq.Batch {
		at = append(at, fmt.Sprintf("s=%d", f.sample))
	}
	return strings.Join(at, ", ")
}

// frames returns one frame for each combination of a sample, a layer and values of
// the indices that are free in the sides.
func (r *Run) frames(eq *Equation, sides ...tex.Node) []frame {
	samples := r.Point.length("s")
	if eq.Batch {
		samples = 1
	}
	var frames []frame
	for s := range samples {
		for _, layer := range layers(sides...) {
			frames = append(frames, r.frame(eq, layer, s))
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

// free returns the indices that occur in the sides and are not bound by a sum.
func free(sides ...tex.Node) []string {
	return slices.DeleteFunc(strings.Split(letters, ""), func(letter string) bool {
		return !slices.ContainsFunc(sides, func(n tex.Node) bool { return isFree(letter, n) })
	})
}

// rightOnly returns the free indices of the right side that the left does not have.
func rightOnly(left, right tex.Node) []string {
	return slices.DeleteFunc(free(right), func(letter string) bool { return isFree(letter, left) })
}

// isFree reports whether the index occurs in n outside of a sum over it.
func isFree(letter string, n tex.Node) bool {
	switch n := n.(type) {
	case *tex.Symbol:
		return slices.Contains(n.Sub, letter)
	case *tex.Element:
		return slices.Contains(n.Sub, letter) || isFree(letter, n.X)
	case *tex.Sum:
		if n.Index == letter {
			return false
		}
	}
	return slices.ContainsFunc(tex.Children(n), func(c tex.Node) bool { return isFree(letter, c) })
}

// Value returns element x of a quantity by the equation with the given label: the
// left side of "=", the right side of "←". The quantity is named as in package
// derive's ledger, by the left side without indices. An equation about a batch
// ignores the sample. The error is a *tex.Error, or that there is no such
// quantity.
func (r *Run) Value(label, quantity string, x derive.Index) (_ float64, err error) {
	defer tex.Recover(&err) // a left side may be no quantity
	if eq := r.Page.Equation(label); eq != nil {
		for _, c := range eq.Chains {
			for _, layer := range layers(c.First) {
				if Quantity(c.First, layer) == quantity {
					return r.value(eq, c, layer, x), nil
				}
			}
		}
	}
	return 0, fmt.Errorf("no equation %s for %s", label, quantity)
}

func (r *Run) value(eq *Equation, c tex.Chain, layer string, x derive.Index) float64 {
	f := r.frame(eq, layer, x.S)
	if eq.Batch {
		f.sample = 0
	}
	for _, letter := range free(c.First, c.Steps[0].Right) {
		f = f.with(letter, x.At(rune(letter[0])))
	}
	v := f.eval(c.First)
	if c.Steps[0].Rel == "←" {
		was := v
		if v = f.eval(c.Steps[0].Right); !v.sameShape(was) {
			panic(c.Steps[0].Errorf("left %s, right %s", was.shape(), v.shape()))
		}
	}
	if v.isNumber() {
		return v.x[0].v
	}
	var whole *tex.Symbol // c.First, or Y if that is ∂X/∂Y: v has its rows and columns
	tex.Walk(c.First, func(n tex.Node) {
		if s, ok := n.(*tex.Symbol); ok {
			whole = s
		}
	})
	_, q := f.quantity(whole)
	if whole.Transposed {
		v = v.transpose()
	}
	n := 0
	for _, letter := range q.letters(false) {
		n = n*f.Point.length(letter) + x.At(rune(letter[0]))
	}
	return v.x[n].v
}

// layers returns the layers that a w or b without a layer stands for in the sides.
func layers(sides ...tex.Node) []string {
	list := []string{""}
	for _, n := range sides {
		tex.Walk(n, func(n tex.Node) {
			if s, ok := n.(*tex.Symbol); ok && eitherLayer(s) {
				list = []string{"1", "2"}
			}
		})
	}
	return list
}

// A Left is a left side of an equation, in one layer if it is about both.
type Left struct {
	tex.Node
	Quantity string // as package derive's ledger names it
	Letters  string // the indices that it has, in order
}

// LeftSides returns the left sides of the chains of an equation.
func (eq *Equation) LeftSides() (list []Left) {
	for _, c := range eq.Chains {
		for _, layer := range layers(c.First) {
			list = append(list, Left{c.First, Quantity(c.First, layer), strings.Join(free(c.First), "")})
		}
	}
	return list
}

// Quantity returns the name that package derive's ledger has for a left side: it has
// no indices, and a w or b without a layer is in the given one. That of ∂L/∂w_ij in
// layer "2" is "∂L/∂w²".
func Quantity(n tex.Node, layer string) string {
	switch n := n.(type) {
	case *tex.Symbol:
		s := *n
		s.Sub, s.Transposed = nil, false
		if eitherLayer(n) {
			s.Layer = layer
		}
		return s.String()
	case *tex.Frac:
		if x, y, ok := n.Derivative(); ok {
			return "∂" + Quantity(x, layer) + "/∂" + Quantity(y, layer)
		}
	}
	return n.String()
}
