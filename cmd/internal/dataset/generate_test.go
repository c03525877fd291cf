package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Without noise, every point is where its class says.
func TestGenerated(t *testing.T) {
	rng := func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
	for name, g := range map[string]struct {
		make func(m int, noise float64, rng *rand.Rand) *Set
		is   func(x0, x1 float64, class int) bool
	}{
		"moons": {Moons, func(x0, x1 float64, class int) bool {
			if class == 1 {
				x0, x1 = 1-x0, 0.5-x1
			}
			return math.Abs(math.Hypot(x0, x1)-1) < 1e-12 && x1 > -1e-12
		}},
		"linear": {Linear, func(x0, x1 float64, class int) bool {
			return (x1 > x0) == (class == 1) && math.Abs(x1-x0) > 0.05*math.Sqrt2 && max(math.Abs(x0), math.Abs(x1)) <= 1
		}},
	} {
		set := g.make(501, 0, rng(1))
		count := [2]int{}
		for s, label := range set.Labels {
			count[label]++
			if x := set.X.Row(s); !g.is(x[0], x[1], label) || set.Y.At(s, label) != 1 || set.Y.At(s, 1-label) != 0 {
				t.Fatalf("%s: sample %d of class %d is %v, targets %v", name, s, label, x, set.Y.Row(s))
			}
		}
		if set.Name != name || count != [2]int{251, 250} || set.X.Cols != 2 || len(set.Classes) != 2 {
			t.Errorf("%s: named %s, %v samples a class, %d inputs", name, set.Name, count, set.X.Cols)
		}
		if again, other := g.make(501, 0, rng(1)), g.make(501, 0, rng(2)); !slices.Equal(again.X.Data, set.X.Data) || slices.Equal(other.X.Data, set.X.Data) {
			t.Errorf("%s: one seed is not one set", name)
		}
		if noisy := g.make(501, 1e-9, rng(1)); slices.Equal(noisy.X.Data, set.X.Data) {
			t.Errorf("%s: no noise", name)
		}
	}
	// Both coordinates have the noise, and it is as strong as asked for.
	const noise = 0.3
	var square [2]float64
	set := Moons(4000, noise, rng(3))
	for s, label := range set.Labels {
		x0, x1 := set.X.At(s, 0), set.X.At(s, 1)
		if label == 1 {
			x0, x1 = 1-x0, 0.5-x1
		}
		d := math.Hypot(x0, x1) - 1
		square[label] += d * d / 2000
	}
	for label, s := range square {
		// The distance from the arc is the noise in the direction across it, but
		// at the ends; 2000 draws estimate a deviation to 2 %.
		if sd := math.Sqrt(s); sd < 0.9*noise || sd > 1.1*noise {
			t.Errorf("class %d: deviation %.3f across the arc, want about %g", label, sd, noise)
		}
	}
}

func TestFolds(t *testing.T) {
	var labels []int
	for class, n := range []int{33, 12, 0, 4, 1} {
		for range n {
			labels = append(labels, class)
		}
	}
	for _, k := range []int{2, 3, 5, 7, 50} {
		folds := Folds(labels, k, rand.New(rand.NewPCG(1, 1)))
		var all []int
		sizes := make([]int, 0, k)
		counts := make([][]int, 5)
		for _, held := range folds {
			all = append(all, held...)
			sizes = append(sizes, len(held))
			count := make([]int, 5)
			for _, s := range held {
				count[labels[s]]++
			}
			for class, n := range count {
				counts[class] = append(counts[class], n)
			}
			train := Without(len(labels), held)
			both := slices.Concat(train, held)
			slices.Sort(both)
			if !slices.Equal(both, Without(len(labels), nil)) {
				t.Errorf("%d folds: held out and the rest are not all", k)
			}
		}
		slices.Sort(all)
		if len(folds) != k || !slices.Equal(all, Without(len(labels), nil)) {
			t.Errorf("%d folds: not every sample once", k)
		}
		for _, n := range append(counts, sizes) {
			if slices.Max(n)-slices.Min(n) > 1 {
				t.Errorf("%d folds: %v samples a fold", k, n)
			}
		}
		if other := Folds(labels, k, rand.New(rand.NewPCG(2, 1))); k < 50 && slices.Equal(other[0], folds[0]) {
			t.Errorf("%d folds: two seeds, one result", k)
		}
	}
	for _, k := range []int{1, 51} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d folds: no panic", k)
				}
			}()
			Folds(labels, k, rand.New(rand.NewPCG(1, 1)))
		}()
	}
}

func TestScaling(t *testing.T) {
	// The last row is not among those to train on.
	rows := [][]float64{{0, 5, 1e300, 2}, {4, 5, -1e300, 4}, {2, 5, 0, 6}, {100, 7, 5, 0}}
	for _, c := range []struct {
		name string
		want [][2]float64 // of each column: what 0 and what 1 become
	}{
		{"none", [][2]float64{{0, 1}, {0, 1}, {0, 1}, {0, 1}}},
		{"range", [][2]float64{{0, 0.25}, {-5, -4}, {0.5, 0.5}, {-0.5, -0.25}}},
		{"standard", [][2]float64{{-2 / math.Sqrt(8./3), -1 / math.Sqrt(8./3)}, {-5, -4}, {0, 0}, {-4 / math.Sqrt(8./3), -3 / math.Sqrt(8./3)}}},
	} {
		x := FromRows(rows)
		z := FitScaling(c.name, x, []int{0, 1, 2})
		probe := FromRows([][]float64{{0, 0, 0, 0}, {1, 1, 1, 1}})
		z.Apply(probe)
		for col, want := range c.want {
			for r := range 2 {
				// A few roundings; in column 2 a variance of 1e600 overflows, which
				// leaves a factor of 1 or one that makes everything 0.
				if got := probe.At(r, col); !(math.Abs(got-want[r]) < 1e-12) && col != 2 || math.IsNaN(got) {
					t.Errorf("%s: column %d: %v becomes %v, want %v", c.name, col, float64(r), got, want[r])
				}
			}
		}
		z.Apply(x)
		for i, v := range x.Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: element %d is %v", c.name, i, v)
			}
		}
	}
}
