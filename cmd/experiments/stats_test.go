package main

import (
	"math"
	"slices"
	"testing"
)

// list returns the values as runs; NaN stands for one that diverged.
func list(values ...float64) (runs []*float64) {
	for _, v := range values {
		if math.IsNaN(v) {
			runs = append(runs, nil)
		} else {
			runs = append(runs, &v)
		}
	}
	return runs
}

func TestNewStat(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values []*float64
		folds  int
		want   stat
	}{
		{list(0.5), 1, stat{0.5, 0, 0, 0, 0.5}},
		// The means 2, 4 and 9 have the mean 5 and the variance (9 + 1 + 16)/2 = 13;
		// t(2) = 4.302653. The squares within the seeds are 2, 0 and 8, with one degree
		// of freedom each. Sorted: 1 3 4 4 7 11.
		{list(1, 3, 4, 4, 7, 11), 2, stat{5, 8.956686, 3.605551, 1.825742, 4}},
		// A run that diverged does not count; a seed of which all diverged neither.
		{list(1, 3, nan, 4, nan, nan), 2, stat{3, 12.706205, 1.414214, 1.414214, 3}},
	} {
		if got := newStat(c.values, c.folds); got != c.want {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
	}
}

func TestPaired(t *testing.T) {
	// The differences 1, 2 and 3 have the variance 1: 4.302653 √(1/3 + 1/4).
	nan := math.NaN()
	if got, want := paired(list(2, 4, nan, 7, 8), list(1, 2, 3, 4, nan), 5, 0.25), (interval{2, 3.286206}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	// Without shared training samples: 1.5 and 4 for the two seeds.
	if got, want := paired(list(1, 2, 3, 5), list(0, 0, 0, 0), 2, 0), (interval{2.75, 15.882756}); got != want {
		t.Errorf("paired: %v, want %v", got, want)
	}
}

// Wilson's interval for 8 of 10, by its formula: centre (0.8 + 0.19207)/(1.38415).
func TestWilson(t *testing.T) {
	got := wilson(8, 10)
	if lo, hi := got.Mean-got.Half, got.Mean+got.Half; math.Abs(lo-0.490162) > 2e-6 || math.Abs(hi-0.943318) > 2e-6 {
		t.Errorf("from %v to %v, want from 0.490162 to 0.943318", lo, hi)
	}
	if got := wilson(10, 10); got.Mean+got.Half != 1 {
		t.Errorf("all correct: up to %v, want 1", got.Mean+got.Half)
	}
}

// The integral of the density of Student's t from 0 to the 97.5 % quantile is 0.475.
func TestQuantile(t *testing.T) {
	for n := 1; n <= 24; n++ {
		nu, top := float64(n), quantile(n)
		a, _ := math.Lgamma((nu + 1) / 2)
		b, _ := math.Lgamma(nu / 2)
		sum := 0.0
		const steps = 20000
		for i := range steps {
			x := (float64(i) + 0.5) * top / steps
			sum += math.Pow(1+x*x/nu, -(nu+1)/2) * top / steps
		}
		if p := math.Exp(a-b) / math.Sqrt(nu*math.Pi) * sum; math.Abs(p-0.475) > 1e-7 {
			t.Errorf("%d degrees of freedom: 0.5 + %v below %v, want 0.975", n, p, top)
		}
	}
}

func TestCompare(t *testing.T) {
	pt := func(value string, diverged int, runs ...float64) point {
		return point{Value: value, Diverged: diverged, Runs: list(runs...), Held: newStat(list(runs...), 2)}
	}
	nan := math.NaN()
	for _, c := range []struct {
		points []point
		best   []bool
		border bool
	}{
		// The differences to the leader: 0.1 ± 0, then 0.0 ± 0.3 or so.
		{[]point{pt("1", 0, 0.4, 0.5, 0.6, 0.7), pt("2", 0, 0.5, 0.6, 0.7, 0.8), pt("4", 0, 0.8, 0.5, 0.6, 0.6)}, []bool{false, true, true}, true},
		{[]point{pt("1", 0, 0.1, 0.1, 0.1, 0.1), pt("2", 0, 0.5, 0.6, 0.7, 0.8), pt("4", 1, 0.9, 0.9, 0.9, nan)}, []bool{false, true, false}, false},
		{[]point{pt("b", 0, 0.5, 0.6, 0.7, 0.8), pt("a", 0, 0.5, 0.6, 0.7, 0.8)}, []bool{true, true}, false}, // not a sweep
		{[]point{pt("1", 1, 0.5, 0.6, 0.7, nan)}, []bool{false}, false},
	} {
		g := group{Points: c.points, Splits: 2, Ratio: 0.25}
		g.compare()
		var best []bool
		for _, p := range g.Points {
			best = append(best, p.Best)
		}
		if !slices.Equal(best, c.best) || g.Border != c.border {
			t.Errorf("%v: best %v, border %v; want %v, %v", c.points, best, g.Border, c.best, c.border)
		}
	}
}
