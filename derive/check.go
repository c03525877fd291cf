package derive

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/matrix"
)

// Tolerance bounds what Check takes for rounding: an error of at most 1e-12
// times the sum of the absolute values of the terms that a value is made of.
// Adding n terms in any order errs by less than n·2⁻⁵³ times that sum, so this
// suffices for thousands of terms, and no wrong equation is ever that close.
const Tolerance = 1e-12

// Claims are the values that an implementation says it has computed for a
// batch of m samples, each matrix with the shape of the derivation.
type Claims struct {
	Z1, A1    *matrix.Matrix // n1×m
	Z2, A2    *matrix.Matrix // n2×m
	L         *matrix.Matrix // 1×m, the loss of each sample
	D2, Eta   *matrix.Matrix // n2×m, f₂′(z²) and η
	D6, Delta *matrix.Matrix // n1×m, f₁′(z¹) and δ
	DW1, DB1  *matrix.Matrix // n0×n1, 1×n1, means over the samples
	DW2, DB2  *matrix.Matrix // n1×n2, 1×n2, means over the samples
}

// StepClaims are the values that an implementation says it has computed when
// it took one step of training from there.
type StepClaims struct {
	Lambda, Alpha float64        // λ and α of the step: given, not claimed
	Loss, J       float64        // B1 and R1
	DJW1, DJW2    *matrix.Matrix // ∂J/∂w: n0×n1, n1×n2
	W1, B1        *matrix.Matrix // after the update: n0×n1, 1×n1
	W2, B2        *matrix.Matrix // after the update: n1×n2, 1×n2
}

// Off is an equation of the ledger that the claimed values do not satisfy.
type Off struct {
	Label    string  // of the ledger: "M4"
	Quantity string  // what the equation computes: "δ"
	Index    string  // of the element with the largest relative error: "j=0, s=2"
	Claimed  float64 // its value as claimed
	Derived  float64 // its value by the derivation
	RelErr   float64 // |claimed − derived| / max(|claimed|, |derived|); 0/0 is 0
	Wrong    int     // how many elements are off …
	Of       int     // … of how many
	Reason   string  // if not empty: why there was nothing to compare
}

func (o Off) String() string {
	if o.Reason != "" {
		return fmt.Sprintf("%s: %s %s", o.Label, o.Quantity, o.Reason)
	}
	at := ""
	if o.Index != "" {
		at = " at " + o.Index
	}
	return fmt.Sprintf("%s: %s%s: claimed %.12g, derived %.12g, relative error %.2g (%d of %d off)",
		o.Label, o.Quantity, at, o.Claimed, o.Derived, o.RelErr, o.Wrong, o.Of)
}

// RelErr returns |a − b| / max(|a|, |b|). It is 0 for 0 and 0, and +∞ if
// either is NaN.
func RelErr(a, b float64) float64 {
	switch e := math.Abs(a-b) / max(math.Abs(a), math.Abs(b)); {
	case a == b:
		return 0
	case math.IsNaN(e):
		return math.Inf(1)
	default:
		return e
	}
}

// A line is one equation of the ledger with what is claimed for it.
type line struct {
	label, quantity string
	letters         string // of row and column: "js"; a blank for the row of a 1×n
	claimed         *matrix.Matrix
	rows, cols      int
	value           func(b Batch, r, c int) float64 // by the derivation
}

// off reports whether the claim differs from derived by more than rounding,
// given the sizes of the terms, and by how much. It fails closed: a claim that
// is missing, of another shape, or NaN is off.
func (l line) off(derived, sizes func(r, c int) float64) (Off, bool) {
	o := Off{Label: l.label, Quantity: l.quantity, Of: l.rows * l.cols, RelErr: -1}
	if l.claimed == nil {
		o.Reason = "is not claimed"
		return o, true
	}
	if l.claimed.Rows != l.rows || l.claimed.Cols != l.cols {
		o.Reason = fmt.Sprintf("is claimed as %d×%d, want %d×%d", l.claimed.Rows, l.claimed.Cols, l.rows, l.cols)
		return o, true
	}
	for r := range l.rows {
		for c := range l.cols {
			x, d := l.claimed.At(r, c), derived(r, c)
			if math.Abs(x-d) <= Tolerance*math.Abs(sizes(r, c)) {
				continue
			}
			o.Wrong++
			if e := RelErr(x, d); e > o.RelErr {
				o.Claimed, o.Derived, o.RelErr = x, d, e
				o.Index = l.index(r, c)
			}
		}
	}
	return o, o.Wrong > 0
}

// index returns "j=0, s=2".
func (l line) index(r, c int) string {
	at := ""
	for i, n := range [2]int{r, c} {
		if l.letters[i] != ' ' {
			at += fmt.Sprintf(", %c=%d", l.letters[i], n)
		}
	}
	return strings.TrimPrefix(at, ", ")
}

// Check holds the claims against the derivation, for the network p, the inputs
// x (n0×m) and the targets y (n2×m), and returns the equations that are off, in
// the order in which a network computes them: the first is the one to mend.
//
// Each equation is judged by the values that went into it. F1 is derived from
// p and x, F2 from the claimed z¹, and so on; the loss and all gradients, by D1
// to D8 and E1 to E4, from the claimed values of the forward pass. So a wrong
// line of the forward pass does not put the lines after it in the wrong, and
// no gradient is believed because it follows from the claimed η or δ. If all
// that is wrong is that the four gradients are one and the same multiple of
// the derived ones, the label is B1.
//
// Check panics if p, x and y do not fit each other.
func Check(p *Params, x, y *matrix.Matrix, c Claims) []Off {
	n0, n1, n2, m := p.W1.Rows, p.W1.Cols, p.W2.Cols, x.Cols
	if p.B1.Cols != n1 || p.W2.Rows != n1 || p.B2.Cols != n2 || x.Rows != n0 || y.Rows != n2 || y.Cols != m {
		panic(fmt.Sprintf("derive: w1 is %d×%d, b1 1×%d, w2 %d×%d, b2 1×%d, x %d×%d, y %d×%d",
			n0, n1, p.B1.Cols, p.W2.Rows, n2, p.B2.Cols, x.Rows, m, y.Rows, y.Cols))
	}
	b := ForwardBatch(p, x, y)
	for s, v := range b {
		v.Z1, v.A1 = orClaimed(v.Z1, c.Z1, m, s), orClaimed(v.A1, c.A1, m, s)
		v.Z2, v.A2 = orClaimed(v.Z2, c.Z2, m, s), orClaimed(v.A2, c.A2, m, s)
	}
	sizes := b.sizes()
	lines := []line{
		{"F1", "z¹", "js", c.Z1, n1, m, func(b Batch, j, s int) float64 { return b[s].F1(j) }},
		{"F2", "a¹", "js", c.A1, n1, m, func(b Batch, j, s int) float64 { return b[s].F2(j) }},
		{"F3", "z²", "ks", c.Z2, n2, m, func(b Batch, k, s int) float64 { return b[s].F3(k) }},
		{"F4", "a²", "ks", c.A2, n2, m, func(b Batch, k, s int) float64 { return b[s].F4(k) }},
		{"L1", "L", " s", c.L, 1, m, func(b Batch, _, s int) float64 { return b[s].L1() }},
		{"D2", "f₂′(z²)", "ks", c.D2, n2, m, func(b Batch, k, s int) float64 { return b[s].D2(k) }},
		{"M1", "η", "ks", c.Eta, n2, m, func(b Batch, k, s int) float64 { return b[s].M1(k) }},
		{"M2", "∂L/∂w²", "jk", c.DW2, n1, n2, Batch.DW2},
		{"M3", "∂L/∂b²", " k", c.DB2, 1, n2, func(b Batch, _, k int) float64 { return b.DB2(k) }},
		{"D6", "f₁′(z¹)", "js", c.D6, n1, m, func(b Batch, j, s int) float64 { return b[s].D6(j) }},
		{"M4", "δ", "js", c.Delta, n1, m, func(b Batch, j, s int) float64 { return b[s].M4(j) }},
		{"M5", "∂L/∂w¹", "ij", c.DW1, n0, n1, Batch.DW1},
		{"M6", "∂L/∂b¹", " j", c.DB1, 1, n1, func(b Batch, _, j int) float64 { return b.DB1(j) }},
	}
	// multiple returns what of lines is off if all is to be q times as large.
	multiple := func(q float64, lines []line) (offs []Off, labels string) {
		for _, l := range lines {
			derived := func(r, c int) float64 { return q * l.value(b, r, c) }
			if o, off := l.off(derived, func(r, c int) float64 { return q * l.value(sizes, r, c) }); off {
				offs, labels = append(offs, o), labels+l.label
			}
		}
		return offs, labels
	}
	offs, labels := multiple(1, lines)
	if labels == "M2M3M5M6" {
		q := offs[0].Claimed / offs[0].Derived
		gradients := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !strings.Contains(labels, l.label) })
		if _, rest := multiple(q, gradients); rest == "" {
			offs[0].Label = "B1"
			return offs[:1]
		}
	}
	return offs
}

// orClaimed returns column s of the claim, or v if there is no such claim.
func orClaimed(v []float64, claim *matrix.Matrix, m, s int) []float64 {
	if claim == nil || claim.Rows != len(v) || claim.Cols != m {
		return v
	}
	return claim.Col(s)
}

// sizes returns a batch whose equations are, each, the sum of the absolute
// values of the terms they have in b: no term is negative, and a difference
// has become a sum, because −y stands for y.
func (b Batch) sizes() Batch {
	abs := make(Batch, len(b))
	for s, v := range b {
		p := *v.Params
		for _, w := range []**matrix.Matrix{&p.W1, &p.B1, &p.W2, &p.B2} {
			*w = (*w).Clone().Apply(math.Abs, *w)
		}
		abs[s] = &Sample{&p, absolute(1, v.A0), absolute(-1, v.Y), v.Z1, absolute(1, v.A1), v.Z2, absolute(1, v.A2)}
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

// CheckStep holds what an implementation claims of one step of training
// against B1, R1, R2, U1 and U2, each judged by the claimed values that went
// into it: p is the network before the step, c what Check was given.
func CheckStep(p *Params, c Claims, t StepClaims) []Off {
	var offs []Off
	// hold compares a claim with f of x and d, element by element. If x or d is
	// itself not claimed, or has not the shape of x0, nothing is derivable.
	hold := func(label, quantity, letters string, claim, x0, x, d *matrix.Matrix, f func(x, d float64) float64) {
		if x == nil || d == nil || x.Rows != x0.Rows || x.Cols != x0.Cols || d.Rows != x0.Rows || d.Cols != x0.Cols {
			claim = nil
			x, d = x0, x0
		}
		l := line{label, quantity, letters, claim, x0.Rows, x0.Cols, nil}
		o, off := l.off(
			func(r, c int) float64 { return f(x.At(r, c), d.At(r, c)) },
			func(r, c int) float64 { // one of the two adds up where f subtracts
				x, d := math.Abs(x.At(r, c)), math.Abs(d.At(r, c))
				return math.Abs(f(x, d)) + math.Abs(f(x, -d))
			})
		if off {
			offs = append(offs, o)
		}
	}
	scalar := func(v float64) *matrix.Matrix { return matrix.FromRows([]float64{v}) }
	mean := math.NaN()
	if c.L != nil {
		mean = 0
		for _, l := range c.L.Data {
			mean += l / float64(c.L.Cols)
		}
	}
	one := scalar(mean)
	hold("B1", "batch loss", "  ", scalar(t.Loss), one, one, one, func(mean, _ float64) float64 { return mean })
	hold("R1", "J", "  ", scalar(t.J), one, scalar(t.Loss), one, func(loss, _ float64) float64 { return R1(loss, t.Lambda, p) })
	regularised := func(dL, w float64) float64 { return R2(dL, t.Lambda, w) }
	hold("R2", "∂J/∂w¹", "ij", t.DJW1, p.W1, c.DW1, p.W1, regularised)
	hold("R2", "∂J/∂w²", "jk", t.DJW2, p.W2, c.DW2, p.W2, regularised)
	weight := func(w, dJ float64) float64 { return U1(w, t.Alpha, dJ) }
	hold("U1", "w¹", "ij", t.W1, p.W1, p.W1, t.DJW1, weight)
	hold("U1", "w²", "jk", t.W2, p.W2, p.W2, t.DJW2, weight)
	bias := func(b, dL float64) float64 { return U2(b, t.Alpha, dL) }
	hold("U2", "b¹", " j", t.B1, p.B1, p.B1, c.DB1, bias)
	hold("U2", "b²", " k", t.B2, p.B2, p.B2, c.DB2, bias)
	return offs
}
