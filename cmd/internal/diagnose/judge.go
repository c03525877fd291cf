// Package diagnose judges what an implementation claims of a network and a batch, and
// names the mistake that explains what is off.
//
// Each claim is compared with what package derive computes from the parameters. If it is
// off, it is compared once more with what follows from the claims before it: an error
// counts where it begins. There the known mistakes are computed, and compared with the
// claims.
//
// Read judge.go for the order of things, values.go for what is computed, mistakes.go for
// the mistakes, reading.go for files that are not as the format has them, precision.go for
// how exact numbers are, and text.go for the sentences.
package diagnose

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

// A Verdict says what is to be said of a claim.
type Verdict int

const (
	Right   Verdict = iota // as derive computes it from the parameters
	Follows                // off, and right given the claims before it, which are off
	Off
)

// A Judgement is about one claim.
type Judgement struct {
	Name  string // in the format: "dw1"
	Label string // of its equation; that of a gradient is the one of the product, M2, not B1
	Verdict
	*derive.Difference          // nil if the claim is right; Index is the first that is off
	From               []string // for Follows: names of the quantities from which it follows
}

// A Report is about one file.
type Report struct {
	Precision string // of the numbers, as it was assumed
	Claims    []Judgement
	Findings  []Finding
}

// Right returns how many claims are right.
func (r Report) Right() (n int) {
	for _, j := range r.Claims {
		if j.Verdict == Right {
			n++
		}
	}
	return n
}

// A judge judges one file.
type judge struct {
	*claim.File
	precision
	swap    map[string]formula // mistakes that were found in quantities that are not claimed
	claimed map[string]*matrix.Matrix
	factors map[string]bool // texts of the multiples that were found
	tried   bool            // no known mistake explains what is open
	pairs   bool            // pairs of mistakes are tried
}

// Judge judges the claims of a file. With tol > 0 it accepts relative errors up to tol;
// otherwise, what rounding to the digits of the numbers in the file explains. If another
// reading of the file leaves less to explain, it judges by that.
func Judge(f *claim.File, tol float64) Report {
	best := judgeAs(f, tol, true)
	if best.unexplained() == 0 && len(best.Findings) < 2 {
		return best
	}
	for _, reading := range readings(f) {
		r := judgeAs(reading.file, tol, false)
		r.Findings = append([]Finding{{reading: reading.is}}, r.Findings...)
		if cmp.Or(r.unexplained()-best.unexplained(), len(r.Findings)-len(best.Findings)) < 0 {
			best = r
		}
	}
	return best
}

// unexplained returns how many claims are off that no known mistake explains.
func (r Report) unexplained() (n int) {
	for _, f := range r.Findings {
		if len(f.Mistakes) == 0 {
			n += len(f.Explains)
		}
	}
	return n
}

// judgeAs judges the claims of a file as it is, with or without pairs of mistakes.
func judgeAs(f *claim.File, tol float64, pairs bool) Report {
	j := &judge{f, precisionOf(f, tol), make(map[string]formula), f.Claims, make(map[string]bool), false, pairs}
	var r Report
	b := f.Batch()
	_, tolerance := j.predict(nil, nil)
	at := make(map[string]int)
	for _, eq := range claim.Equations() {
		name := claim.Name(eq)
		if f.Claims[name] == nil {
			continue
		}
		at[name] = len(r.Claims)
		c := Judgement{Name: name, Label: eq.Label, Difference: j.difference(eq, b, tolerance[name])}
		if c.Difference != nil && j.reduce(name, f.Claimed[name]) {
			c.Difference = j.difference(eq, b, tolerance[name])
		}
		if n := slices.IndexFunc(derive.Ledger, func(m derive.Equation) bool { return m.Label[0] == 'M' && m.Quantity == eq.Quantity }); n >= 0 {
			c.Label = derive.Ledger[n].Label
		}
		r.Claims = append(r.Claims, c)
	}
	r.Precision = j.name
	var open []string // claims that are off and not explained
	for _, q := range quantities {
		if n, ok := at[q.name]; ok && r.Claims[n].Difference != nil {
			r.Claims[n].Verdict = Off
			open = append(open, q.name)
		}
	}
	for {
		want, tolerance := j.predict(j.claimed, nil)
		open = slices.DeleteFunc(open, func(name string) bool {
			c := &r.Claims[at[name]]
			if !j.fits(name, want, tolerance) {
				return false
			}
			c.Verdict, c.From = Follows, j.from(name, r.Claims)
			return true
		})
		if len(open) == 0 {
			first := func(f Finding) int {
				return slices.IndexFunc(r.Claims, func(c Judgement) bool { return slices.Contains(f.Explains, c.Name) })
			}
			slices.SortStableFunc(r.Findings, func(a, b Finding) int { return first(a) - first(b) })
			return r
		}
		found := j.find(open, want, tolerance)
		open = slices.DeleteFunc(open, func(name string) bool { return slices.Contains(found.Explains, name) })
		if len(found.Mistakes) > 0 {
			for name, f := range found.Mistakes[0].swap() {
				if j.claimed[name] == nil {
					j.swap[name], j.tried = f, false
				}
			}
			if found.Mistakes[0].kind == same {
				for _, name := range found.Explains {
					c := &r.Claims[at[name]]
					c.Verdict, c.From = Follows, j.from(name, r.Claims)
				}
				continue
			}
		}
		r.add(found)
	}
}

// add adds a finding to the report, or to an earlier finding of the same mistake.
func (r *Report) add(f Finding) {
	for n, e := range r.Findings {
		if slices.EqualFunc(e.Mistakes, f.Mistakes, func(a, b Mistake) bool {
			return a.is == b.is && a.and == nil && b.and == nil && slices.Contains(e.Explains, subject(a.of[0])) && slices.Contains(f.Explains, subject(b.of[0]))
		}) {
			for i, m := range f.Mistakes {
				e.Mistakes[i].of = append(e.Mistakes[i].of, m.of...)
			}
			r.Findings[n].Explains = append(e.Explains, f.Explains...)
			return
		}
	}
	r.Findings = append(r.Findings, f)
}

// from returns the names of the quantities before the named one that are off, the nearest
// on each way.
func (j *judge) from(name string, claims []Judgement) (names []string) {
	for _, input := range quantityOf(name).inputs {
		if subject(input) == name {
			names = append(names, j.from(input, claims)...)
			continue
		}
		n := slices.IndexFunc(claims, func(c Judgement) bool { return c.Name == input })
		switch {
		case n >= 0 && claims[n].Verdict != Right || n < 0 && j.swap[input] != nil:
			names = append(names, subject(input))
		case n < 0:
			names = append(names, j.from(input, claims)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// trials is how often noise is added, and safety how far beyond the largest effect of it
// a rounding error may be: with so many trials of errors as large as they can be, it is above
// the standard deviation.
const (
	trials = 16
	safety = 2
)

// predict returns what the quantities are, given the claims, if the mistake is made, or by
// the page if it is nil; and for each element how far off rounding may be. It returns nil
// if the mistake is not possible here.
func (j *judge) predict(claimed map[string]*matrix.Matrix, mistake map[string]formula) (want, tolerance map[string]*matrix.Matrix) {
	if want = j.exactly(claimed, mistake, nil); want == nil {
		return nil, nil
	}
	rng := rand.New(rand.NewPCG(1, 2))
	sign := func() float64 { return float64(2*rng.IntN(2) - 1) }
	noise := func(v float64) float64 { return v * (1 + j.unit*sign()) }
	swap := j.with(mistake)
	tolerance = make(map[string]*matrix.Matrix)
	for name, z := range want {
		tolerance[name] = matrix.New(z.Rows, z.Cols)
	}
	for range trials {
		noisy := compute(j.File, claimed, swap, func(name string, v float64) float64 {
			round := j.claims[name]
			if round == nil {
				round = j.given
			}
			return noise(v + round(v)*sign())
		}, noise, nil)
		for name, z := range noisy {
			for i, v := range z.Data {
				t := &tolerance[name].Data[i]
				*t = max(*t, math.Abs(v-want[name].Data[i]))
			}
		}
	}
	for _, t := range tolerance {
		t.Scale(safety, t)
	}
	return want, tolerance
}

// exactly returns what predict does, without the tolerance. base is what it returns without
// the mistake, or nil.
func (j *judge) exactly(claimed map[string]*matrix.Matrix, mistake map[string]formula, base map[string]*matrix.Matrix) map[string]*matrix.Matrix {
	return compute(j.File, claimed, j.with(mistake), nil, nil, base)
}

// with returns the mistakes that were found, and one more.
func (j *judge) with(mistake map[string]formula) map[string]formula {
	swap := make(map[string]formula)
	for _, m := range []map[string]formula{j.swap, mistake} {
		for name, f := range m {
			swap[name] = f
		}
	}
	return swap
}

// accepts reports whether a claim may be got where want is right, if rounding explains the
// tolerance.
func (j *judge) accepts(name string, got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance+j.claims[name](got)*(1+1e-9)+j.unit*math.Abs(got)+j.rel*max(math.Abs(got), math.Abs(want))
}

// fits reports whether every element of a claim is as predicted.
func (j *judge) fits(name string, want, tolerance map[string]*matrix.Matrix) bool {
	for i, got := range j.claimed[name].Data {
		if !j.accepts(name, got, want[name].Data[i], tolerance[name].Data[i]) {
			return false
		}
	}
	return true
}

// difference compares a claim with what derive computes.
func (j *judge) difference(eq derive.Equation, b *derive.Batch, tolerance *matrix.Matrix) *derive.Difference {
	d := new(derive.Difference)
	z := j.claimed[claim.Name(eq)]
	for x := range eq.Elements(b) {
		d.Of++
		row, col := eq.Place(x)
		got, want := z.At(row, col), eq.Element(b, x)
		if j.accepts(claim.Name(eq), got, want, tolerance.At(row, col)) {
			continue
		}
		if d.Wrong++; d.Wrong == 1 {
			d.Index, d.Got, d.Want, d.RelErr = eq.Name(x), got, want, derive.RelErr(got, want)
		}
	}
	if d.Wrong == 0 {
		return nil
	}
	return d
}

// A Finding says what explains that claims are off.
type Finding struct {
	reading  string   // if not empty: how the file was read
	Explains []string // names of claims
	// Mistakes has one element if one mistake explains them, more if the numbers cannot
	// tell mistakes apart, and none if no known mistake does.
	Mistakes []Mistake
}

// Pairs of mistakes are tried if a pass through the network takes at most so many
// multiplications, and if the numbers are at least so exact: with fewer digits, some pair
// fits anything.
const (
	pairsCost  = 100_000
	pairsExact = 1e-5
)

// find returns the finding that explains the most of the open claims. want and tolerance
// are what the page predicts.
func (j *judge) find(open []string, want, tolerance map[string]*matrix.Matrix) Finding {
	if j.tried {
		return j.other(open[0], want, tolerance)
	}
	all := mistakes(j.File)
	best := j.best(all, open, want, tolerance)
	cost := j.X.Rows * j.W1.Cols * (j.W1.Rows + j.W2.Cols)
	if best.Mistakes == nil && j.pairs && cost <= pairsCost && j.claims[open[0]](1)+j.unit+j.rel < pairsExact {
		var pairs []Mistake
		for n, a := range all {
			for _, b := range all[:n] {
				if a.pairs && b.pairs && !slices.ContainsFunc(a.of, func(name string) bool { return slices.Contains(b.of, name) }) {
					b.and = &a
					pairs = append(pairs, b)
				}
			}
		}
		best = j.best(pairs, open, want, tolerance)
	}
	if best.Mistakes == nil {
		j.tried = true
		return j.other(open[0], want, tolerance)
	}
	return best
}

// other returns what is left to say of a claim that no known mistake explains.
func (j *judge) other(name string, want, tolerance map[string]*matrix.Matrix) Finding {
	found := Finding{Explains: []string{name}, Mistakes: j.proportional(name, want, tolerance)}
	if g := j.Given; found.Mistakes == nil && g.Significant >= 3 && !isFloat64(g) && !isFloat32(g) {
		rounded := *j
		rounded.given = decimals(g)
		if want, tolerance := rounded.predict(j.claimed, nil); j.fits(name, want, tolerance) {
			found.Mistakes = []Mistake{{of: found.Explains, is: "right if the parameters, x or y are rounded: export them with all their digits"}}
		}
	}
	return found
}

// best returns the finding with those mistakes that explain the most of the open claims. Of
// several with the same text it has the one in the fewest quantities, if possible in one that
// is claimed.
func (j *judge) best(list []Mistake, open []string, want, tolerance map[string]*matrix.Matrix) (best Finding) {
	for _, m := range list {
		explains := j.explained(m, open, want, tolerance)
		switch n := len(explains) - len(best.Explains); {
		case len(explains) == 0 || n < 0:
		case n > 0:
			best = Finding{Explains: explains, Mistakes: []Mistake{m}}
		case slices.Equal(explains, best.Explains):
			best.Mistakes = append(best.Mistakes, m)
		}
	}
	size := func(m Mistake) int { // one in what is claimed comes before one in what is not
		n := len(m.swap())
		if !slices.ContainsFunc(m.of, func(name string) bool { return slices.Contains(best.Explains, subject(name)) }) {
			n += len(quantities)
		}
		return n
	}
	slices.SortStableFunc(best.Mistakes, func(a, b Mistake) int { return size(a) - size(b) })
	seen := make(map[string]bool)
	best.Mistakes = slices.DeleteFunc(best.Mistakes, func(m Mistake) bool {
		text := m.is
		if m.and != nil {
			text += m.and.is
		}
		defer func() { seen[text] = true }()
		return seen[text]
	})
	return best
}

// explained returns the open claims that the mistake explains, or none if it contradicts a
// claim that is right without it.
func (j *judge) explained(m Mistake, open []string, want, tolerance map[string]*matrix.Matrix) (names []string) {
	swap := m.swap()
	for name := range swap {
		if j.swap[name] != nil {
			return nil
		}
	}
	with := j.exactly(j.claimed, swap, want)
	if with == nil || !slices.ContainsFunc(open, func(name string) bool { return j.near(name, with[name]) }) {
		return nil
	}
	with, rounding := j.predict(j.claimed, swap)
	for _, q := range quantities {
		if j.claimed[q.name] == nil || slices.Equal(with[q.name].Data, want[q.name].Data) {
			continue
		}
		switch fits := j.fits(q.name, with, rounding); {
		case slices.Contains(open, q.name):
			if fits {
				names = append(names, q.name)
			}
		case !fits && j.fits(q.name, want, tolerance):
			return nil
		}
	}
	return names
}

// near reports whether a claim is so near to a matrix that a closer look is worth it:
// within a thousand times what rounding the claim does.
func (j *judge) near(name string, z *matrix.Matrix) bool {
	size, off := 0.0, 0.0
	for i, got := range j.claimed[name].Data {
		size, off = max(size, math.Abs(got)), max(off, math.Abs(got-z.Data[i]))
	}
	return off <= (1e-3+j.rel)*size+1e3*j.claims[name](size)
}

// proportional returns the mistake that the claim, or the step that it claims, is a multiple
// of what it should be, or contains the parameter with an unknown λ; or none. It takes more
// than one number to see that, the first time.
func (j *judge) proportional(name string, want, tolerance map[string]*matrix.Matrix) []Mistake {
	is, zero := want[name], matrix.New(want[name].Rows, want[name].Cols)
	found := func(numbers int, format string, args ...any) []Mistake {
		text := fmt.Sprintf(format, args...)
		if numbers < 2 && !j.factors[text] {
			return nil
		}
		j.factors[text] = true
		return []Mistake{{of: []string{name}, is: text}}
	}
	step, isStep := strings.CutPrefix(name, "after.")
	parameter := map[string]*matrix.Matrix{"w1": j.W1, "b1": j.B1, "w2": j.W2, "b2": j.B2}[strings.TrimPrefix(step, "d")]
	if isStep {
		if c, n := j.factor(name, parameter, plus(is, -1, parameter), tolerance[name]); n > 0 {
			return found(n, "that of a step that is %s", times(c, float64(j.X.Rows)))
		}
	} else if c, n := j.factor(name, zero, is, tolerance[name]); n > 0 {
		return found(n, "%s", times(c, float64(j.X.Rows)))
	}
	if parameter == nil {
		return nil
	}
	c, n := j.factor(name, is, parameter, tolerance[name])
	if n == 0 {
		return nil
	}
	if isStep {
		c /= -j.Alpha
	}
	if step[len(step)-2] == 'b' {
		return found(n, "regularised, with λ = %.4g: biases are not", c)
	}
	if isStep {
		c += j.Lambda
	}
	has := "has none"
	if j.Lambda > 0 {
		has = fmt.Sprintf("has %.4g", j.Lambda)
	}
	return found(n, "computed with a penalty of λ = %.4g; the file %s", c, has)
}

// times says that something is c times what it should be; m is the number of samples.
func times(c, m float64) string {
	if n := m / c; n > 0.5 && math.Abs(n-math.Round(n)) < 1e-5*n {
		return fmt.Sprintf("divided by %.0f in place of m = %.0f", n, m)
	}
	return fmt.Sprintf("%.4g times what it should be", c)
}

// factor returns c, not 0, if the claim is base + c·direction, and how many of its numbers say
// so, or 0.
func (j *judge) factor(name string, base, direction, tolerance *matrix.Matrix) (c float64, numbers int) {
	got, largest := j.claimed[name].Data, 0
	for i, d := range direction.Data {
		if d != 0 {
			numbers++
		}
		if math.Abs(d) > math.Abs(direction.Data[largest]) {
			largest = i
		}
	}
	if c = (got[largest] - base.Data[largest]) / direction.Data[largest]; numbers == 0 || c == 0 {
		return 0, 0
	}
	for i, g := range got {
		if !j.accepts(name, g, base.Data[i]+c*direction.Data[i], (1+2*math.Abs(c))*(tolerance.Data[i]+j.claims[name](g))) {
			return 0, 0
		}
	}
	return c, numbers
}
