package derive

import (
	"fmt"
	"math"
	"slices"

	"chainrule/matrix"
)

// Tolerance is the largest error that Check attributes to rounding: 1e-13 times
// the sum of the absolute values of the terms that a value is made of. Adding n
// terms errs by less than n·2⁻⁵³ times that sum, in any order, so this suffices for
// hundreds of terms. The terms of f′ are those of a(1 − a) and 1 − a²: where an
// activation saturates, they are much larger than f′ itself, and so is the error of
// an implementation that computes f′ from a.
const Tolerance = 1e-13

// A Difference says for which equation two values differ that should be equal.
type Difference struct {
	Label     string  // of the ledger: "M4"
	Quantity  string  // what was compared: "δ"
	Index     string  // the element with the largest relative error: "j=0, s=2"
	Got, Want float64 // its two values
	RelErr    float64 // |Got − Want| / max(|Got|, |Want|)
	Wrong, Of int     // how many elements differ, of how many
	Reason    string  // if not empty: why there was nothing to compare
	Where     string  // if not empty: where, such as the sizes of the network
}

func (d *Difference) Error() string {
	text := d.Label + ": " + d.Quantity
	switch {
	case d.Reason != "":
		text += ": " + d.Reason
	case d.Index != "":
		text += " at " + d.Index
		fallthrough
	default:
		text += fmt.Sprintf(": got %.12g, want %.12g, relative error %.2g (%d of %d wrong)", d.Got, d.Want, d.RelErr, d.Wrong, d.Of)
	}
	if d.Where != "" {
		text += " (" + d.Where + ")"
	}
	return text
}

// RelErr returns the relative error |a − b| / max(|a|, |b|). It is 0 for 0 and 0,
// and +∞ if either is NaN or only one is infinite.
func RelErr(a, b float64) float64 {
	if a == b {
		return 0
	}
	if e := math.Abs(a-b) / max(math.Abs(a), math.Abs(b)); !math.IsNaN(e) {
		return e
	}
	return math.Inf(1)
}

// Compare compares got with want for every element of the quantity. It returns
// how many elements it compared, and the difference, or nil if accept accepts
// every pair of values.
func (eq Equation) Compare(b *Batch, got, want func(x Index) float64, accept func(x Index, got, want float64) bool) (compared int, d *Difference) {
	d = &Difference{Label: eq.Label, Quantity: eq.Quantity}
	for x := range eq.Elements(b) {
		d.Of++
		g, w := got(x), want(x)
		if accept(x, g, w) {
			continue
		}
		d.Wrong++
		if e := RelErr(g, w); d.Wrong == 1 || e > d.RelErr {
			d.Index, d.Got, d.Want, d.RelErr = eq.Name(x), g, w, e
		}
	}
	if d.Wrong == 0 {
		return d.Of, nil
	}
	return d.Of, d
}

// Check compares the matrices of another implementation with the derivation. b is
// its batch, with the λ and α of its step; claimed returns its matrix for an
// equation, or nil to skip the equation. Gradients are claimed for B1, as means over
// the samples. Check returns how many numbers it compared, and the equations that
// are wrong, in the order of the ledger: the first is the one to fix.
//
// Each equation is judged by the values that went into it. F1 is derived from the
// parameters and the inputs, F2 from the claimed z¹, and so on; the loss and all
// gradients, by D1 to D8, from the claimed values of the forward pass. An error
// in the forward pass is therefore reported once, not again in every line that
// depends on it. Gradients are never compared with products of the claimed η and
// δ. A wrong gradient is reported as M2, M3, M5 or M6, the product, unless one
// factor explains the errors of all four: then as B1, the mean.
func Check(b *Batch, claimed func(eq Equation) *matrix.Matrix) (compared int, wrong []*Difference) {
	b = b.from(claimed)
	scale := b.Scale()
	var gradients []claimedGradient
	for _, eq := range Ledger {
		z := claimed(eq)
		if z == nil || eq.IsGradient() {
			continue
		}
		if rows, cols := eq.shape(b); z.Rows != rows || z.Cols != cols {
			wrong = append(wrong, &Difference{Label: eq.Label, Quantity: eq.Quantity, Reason: fmt.Sprintf("got a %d×%d matrix, want %d×%d", z.Rows, z.Cols, rows, cols)})
			continue
		}
		got := func(x Index) float64 { return z.At(eq.Place(x)) }
		want := func(x Index) float64 { return eq.Element(b, x) }
		n, d := eq.Compare(b, got, want, func(x Index, got, want float64) bool {
			return math.Abs(got-want) <= Tolerance*math.Abs(eq.Element(scale, x))
		})
		compared += n
		if d != nil {
			wrong = append(wrong, d)
		}
		if eq.Label == "B1" && eq.Quantity != "L" {
			gradients = append(gradients, claimedGradient{eq, got, want, d})
		}
	}
	if !oneFactor(b, scale, gradients) {
		for _, g := range gradients {
			if g.wrong != nil {
				g.wrong.Label = Ledger[slices.IndexFunc(Ledger, func(m Equation) bool { return m.Label[0] == 'M' && m.Quantity == g.Quantity })].Label
			}
		}
	}
	labels := Labels()
	slices.SortStableFunc(wrong, func(a, b *Difference) int {
		return slices.Index(labels, a.Label) - slices.Index(labels, b.Label)
	})
	return compared, wrong
}

// A claimedGradient is ∂L/∂w or ∂L/∂b of a layer, as claimed and as derived.
type claimedGradient struct {
	Equation
	got, want func(x Index) float64
	wrong     *Difference
}

// oneFactor reports whether every gradient is wrong, and all of them are one and
// the same multiple of what they should be.
func oneFactor(b, scale *Batch, gradients []claimedGradient) bool {
	if len(gradients) < 4 || gradients[0].wrong == nil {
		return false
	}
	factor := gradients[0].wrong.Got / gradients[0].wrong.Want
	for _, g := range gradients {
		_, d := g.Compare(b, g.got, g.want, func(x Index, got, want float64) bool {
			return math.Abs(got-factor*want) <= Tolerance*math.Abs(factor*g.Element(scale, x))
		})
		if d != nil || g.wrong == nil {
			return false
		}
	}
	return true
}

// from returns a copy of b whose forward pass has the claimed values, where they are
// claimed in the right shape, and otherwise follows from those before.
func (b *Batch) from(claimed func(eq Equation) *matrix.Matrix) *Batch {
	c := *b
	c.Samples = make([]*Sample, len(b.Samples))
	for s, v := range b.Samples {
		w := *v
		c.Samples[s] = &w
		for n, values := range w.Values() {
			if z := claimed(Ledger[n]); z != nil && z.Rows == len(*values) && z.Cols == len(b.Samples) {
				*values = z.Col(s)
				continue
			}
			*values = make([]float64, len(*values))
			for i := range *values {
				(*values)[i] = Ledger[n].Element(&c, Index{J: i, K: i, S: s})
			}
		}
	}
	return &c
}

// Scale returns b with every input and parameter replaced by its absolute value,
// and y by −|y| and α by −|α|, which are subtracted, and f′ by its terms. Each
// equation then adds up the absolute values of its terms: the scale of its rounding
// error.
func (b *Batch) Scale() *Batch {
	p := *b.Params
	for _, w := range []**matrix.Matrix{&p.W1, &p.B1, &p.W2, &p.B2} {
		*w = (*w).Clone().Apply(math.Abs, *w)
	}
	for _, f := range []*Activation{&p.Hidden, &p.Output} {
		of := *f
		f.Prime = func(z float64) float64 { return of.terms(math.Abs(of.F(z))) }
	}
	abs := &Batch{&p, make([]*Sample, len(b.Samples)), math.Abs(b.Lambda), -math.Abs(b.Alpha)}
	for s, v := range b.Samples {
		abs.Samples[s] = &Sample{&p, absolute(1, v.A0), absolute(-1, v.Y), v.Z1, absolute(1, v.A1), v.Z2, absolute(1, v.A2)}
	}
	return abs
}

// absolute returns sign·|x| for each x of v.
func absolute(sign float64, v []float64) []float64 {
	z := make([]float64, len(v))
	for i, x := range v {
		z[i] = sign * math.Abs(x)
	}
	return z
}
