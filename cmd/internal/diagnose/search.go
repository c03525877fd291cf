package diagnose

import (
	"math"
	"slices"

	"chainrule/matrix"
)

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
		if m.kind == same { // no mistake at all
			return 0
		}
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
		again := seen[text]
		seen[text] = true
		return again
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
	if with == nil || !slices.ContainsFunc(open, func(name string) bool { return j.near(name, with[name], tolerance[name]) }) {
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

// near reports whether a claim is so near to a matrix that a closer look is worth it: no
// element is off by more than a thousand times the most that rounding does to any. tolerance
// is that of what the page predicts.
func (j *judge) near(name string, z, tolerance *matrix.Matrix) bool {
	size, off, rounding := 0.0, 0.0, 0.0
	for i, got := range j.claimed[name].Data {
		size, off, rounding = max(size, math.Abs(got)), max(off, math.Abs(got-z.Data[i])), max(rounding, tolerance.Data[i])
	}
	return off <= 1e3*(rounding+j.claims[name](size)+j.unit*size)+j.rel*size
}
