// Package diagnose judges what an implementation claims of a network and a batch, and
// names the mistake that explains what is off.
//
// Each claim is compared with what package derive computes from the parameters. If it is
// off, it is compared once more with what follows from the claims before it: an error
// counts where it begins. There the known mistakes are computed, and compared with the
// claims.
//
// Read the files in this order:
//
//	judge.go       what is judged, in which order
//	values.go      what is computed, with operations.go
//	precision.go   how exact the numbers of a file are
//	prediction.go  what follows from claims, and how far rounding may move it
//	search.go      the mistake that explains the most
//	mistakes.go    the known mistakes, which are in forward.go, backward.go and step.go
//	multiple.go    multiples by a factor that is not known before
//	reading.go     files that are not as the format has them
//	text.go        the sentences
package diagnose

import (
	"cmp"
	"slices"

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
	r := Report{Claims: j.compare()}
	r.Precision = j.name // after compare, which may add to it
	at := make(map[string]int)
	for n, c := range r.Claims {
		at[c.Name] = n
	}
	var open []string // claims that are off and not explained
	for _, q := range quantities {
		if n, ok := at[q.name]; ok && r.Claims[n].Verdict == Off {
			open = append(open, q.name)
		}
	}
	for len(open) > 0 {
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
			break
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
	first := func(f Finding) int {
		return slices.IndexFunc(r.Claims, func(c Judgement) bool { return slices.Contains(f.Explains, c.Name) })
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return first(a) - first(b) })
	return r
}

// compare compares each claim with what derive computes from the parameters.
func (j *judge) compare() (list []Judgement) {
	b := j.Batch()
	_, tolerance := j.predict(nil, nil)
	for _, eq := range claim.Equations() {
		name := claim.Name(eq)
		if j.claimed[name] == nil {
			continue
		}
		c := Judgement{Name: name, Label: eq.Label, Difference: j.difference(eq, b, tolerance[name])}
		if c.Difference != nil && j.reduce(name, j.Claimed[name]) {
			c.Difference = j.difference(eq, b, tolerance[name])
		}
		if c.Difference != nil {
			c.Verdict = Off
		}
		if n := slices.IndexFunc(derive.Ledger, func(m derive.Equation) bool { return m.Label[0] == 'M' && m.Quantity == eq.Quantity }); n >= 0 {
			c.Label = derive.Ledger[n].Label
		}
		list = append(list, c)
	}
	return list
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
