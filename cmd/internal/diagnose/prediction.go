package diagnose

import (
	"maps"
	"math"
	"math/rand/v2"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

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
	swap := maps.Clone(j.swap)
	maps.Copy(swap, mistake)
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
