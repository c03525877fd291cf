package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/matrix"
)

// unbend maps the arc of class 1 of the moons to that of class 0.
func unbend(x []float64, class int) (x0, x1 float64) {
	if class == 1 {
		return 1 - x[0], 0.5 - x[1]
	}
	return x[0], x[1]
}

// Without noise, every point is where its class belongs.
func TestGenerated(t *testing.T) {
	for name, g := range map[string]struct {
		make func(m int, noise float64, rng *rand.Rand) *Set
		is   func(x []float64, class int) bool
	}{
		"moons": {Moons, func(x []float64, class int) bool {
			x0, x1 := unbend(x, class)
			return math.Abs(math.Hypot(x0, x1)-1) < 1e-12 && x1 > -1e-12
		}},
		"linear": {Linear, func(x []float64, class int) bool {
			return (x[1] > x[0]) == (class == 1) && math.Abs(x[1]-x[0]) > 0.05*math.Sqrt2 && max(math.Abs(x[0]), math.Abs(x[1])) <= 1
		}},
	} {
		set := g.make(501, 0, rng(1))
		count := [2]int{}
		for s, label := range set.Labels {
			count[label]++
			if !g.is(set.X.Row(s), label) || set.Y.At(s, label) != 1 || set.Y.At(s, 1-label) != 0 {
				t.Fatalf("%s: sample %d of class %d is %v, targets %v", name, s, label, set.X.Row(s), set.Y.Row(s))
			}
		}
		if set.Y.Cols != 2 || set.Name != name || count != [2]int{251, 250} || set.X.Cols != 2 || !slices.Equal(set.Classes, []string{"0", "1"}) {
			t.Errorf("%s: named %s, %v samples per class, %d inputs, classes %v", name, set.Name, count, set.X.Cols, set.Classes)
		}
		same := func(noise float64, seed uint64) bool {
			return slices.Equal(g.make(501, noise, rng(seed)).X.Data, set.X.Data)
		}
		if !same(0, 1) || same(0, 2) || same(1e-9, 1) {
			t.Errorf("%s: the same set again: %v, with another seed: %v, with noise: %v", name, same(0, 1), same(0, 2), same(1e-9, 1))
		}
	}
	// Linear fills its square up to the strip along the line.
	linear := Linear(501, 0, rng(1))
	for c := range 2 {
		var values []float64
		for s := range linear.Labels {
			values = append(values, linear.X.At(s, c))
		}
		if slices.Min(values) > -0.95 || slices.Max(values) < 0.95 {
			t.Errorf("linear: coordinate %d goes from %v to %v, want -1 to 1", c, slices.Min(values), slices.Max(values))
		}
	}
	nearest := math.Inf(1)
	for s := range linear.Labels {
		nearest = min(nearest, math.Abs(linear.X.At(s, 1)-linear.X.At(s, 0))/math.Sqrt2)
	}
	if nearest > 0.055 {
		t.Errorf("linear: the nearest sample is %v from the line, want 0.05", nearest)
	}
	// Both coordinates have noise of the given strength.
	const noise = 0.3
	for name, make := range map[string]func(m int, noise float64, rng *rand.Rand) *Set{"moons": Moons, "linear": Linear} {
		without, with := make(2000, 0, rng(1)), make(2000, noise, rng(1))
		square := 0.
		for i, v := range with.X.Data {
			square += (v - without.X.Data[i]) * (v - without.X.Data[i]) / 4000
		}
		if sd := math.Sqrt(square); sd < 0.95*noise || sd > 1.05*noise { // 4000 draws estimate it to 1 %
			t.Errorf("%s: the noise has the standard deviation %.3f, want about %g", name, sd, noise)
		}
	}
	var square [2]float64
	set := Moons(4000, noise, rng(3))
	for s, label := range set.Labels {
		d := math.Hypot(unbend(set.X.Row(s), label)) - 1
		square[label] += d * d / 2000
	}
	for label, s := range square {
		// Except at the ends, the distance from the arc is the noise in the direction
		// across it; 2000 draws estimate a standard deviation to 2 %.
		if sd := math.Sqrt(s); sd < 0.9*noise || sd > 1.1*noise {
			t.Errorf("class %d: standard deviation %.3f across the arc, want about %g", label, sd, noise)
		}
	}
}

func TestScaling(t *testing.T) {
	// The last row is not a training sample.
	x := matrix.FromRows([]float64{0, 5 + 1e-13, 1e300, 2, 0}, []float64{4, 5, -1e300, 4, 1e-320}, []float64{2, 5, 0, 6, 0}, []float64{100, 7, 5, 0, 1})
	sd := math.Sqrt(8. / 3)
	for name, want := range map[string][2][]float64{ // what 0 and 1 become in each column
		"none":     {{0, 0, 0, 0, 0}, {1, 1, 1, 1, 1}},
		"range":    {{0, -5, 0.5, -0.5, 0}, {0.25, -4, 0.5, -0.25, 1}},
		"standard": {{-2 / sd, -5, 0, -4 / sd, 0}, {-1 / sd, -4, 0, -3 / sd, 1}},
	} {
		z := FitScaling(name, x, []int{0, 1, 2})
		for v, want := range want {
			got := matrix.FromRows(slices.Repeat([]float64{float64(v)}, x.Cols))
			z.Apply(got)
			for c, w := range want {
				if d := math.Abs(got.At(0, c) - w); !(d < 1e-12) { // a few roundings
					t.Errorf("%s: column %d: %d becomes %v, want %v", name, c, v, got.At(0, c), w)
				}
			}
		}
		scaled := x.Clone()
		z.Apply(scaled)
		for i, v := range scaled.Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: element %d is %v", name, i, v)
			}
		}
	}
	// The unit does not matter, and no sum, difference or square overflows or underflows.
	for _, name := range []string{"range", "standard"} {
		var want []float64
		for e := 0; e <= 1022; e += 7 {
			for _, unit := range []float64{math.Ldexp(1, e), math.Ldexp(1, -e)} {
				x := matrix.New(4, 1)
				for i, v := range []float64{-1.9, 1.9, 0.3, -0.7} {
					x.Data[i] = v * unit
				}
				FitScaling(name, x, []int{0, 1, 2, 3}).Apply(x)
				if want == nil {
					want = x.Data
				}
				for i, v := range x.Data {
					if !(math.Abs(v-want[i]) < 1e-14) {
						t.Fatalf("%s, unit %g: got %v, want %v", name, unit, x.Data, want)
					}
				}
			}
		}
	}
}

// A spread that the rounding of the values may have made is none.
func TestScalingThreshold(t *testing.T) {
	for _, c := range []struct{ value, spread, factor float64 }{{1, 0x1p-10, 0x1p10}, {-1, 0x1p-10, 0x1p10}, {1, 0x1p-45, 1}, {-1, 0x1p-45, 1}} {
		x := matrix.FromRows([]float64{c.value}, []float64{c.value - c.spread})
		if z := FitScaling("range", x, []int{0, 1}); z.Factor[0] != c.factor {
			t.Errorf("%+v: got the factor %v", c, z.Factor[0])
		}
	}
	far := matrix.FromRows([]float64{1e9}, []float64{1e9 + 1}, []float64{1e9 + 2})
	if z := FitScaling("standard", far, []int{0, 1, 2}); !(math.Abs(z.Factor[0]-math.Sqrt(1.5)) < 1e-9) {
		t.Errorf("far from 0: got the factor %v, want %v", z.Factor[0], math.Sqrt(1.5))
	}
	func() {
		defer func() {
			if got := recover(); got != `dataset: got scaling "log", want one of ["none" "range" "standard"]` {
				t.Errorf("an unknown scaling: got %v", got)
			}
		}()
		FitScaling("log", matrix.New(1, 1), []int{0})
	}()
	defer func() {
		if got := recover(); got != "dataset: got a 1×3 table, want 2 columns as in the scaling" {
			t.Errorf("a table of another width: got %v", got)
		}
	}()
	FitScaling("none", matrix.New(1, 2), []int{0}).Apply(matrix.New(1, 3))
}
