package dataset

import (
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// Moons returns m samples of two classes that no line separates: two interlocking
// half circles of radius 1,
//
//	class 0: (cos t, sin t)    class 1: (1 − cos t, ½ − sin t)    0 ≤ t ≤ π
//
// with normal noise of the given standard deviation added to both coordinates.
// The gap between the arcs is about 0.5 wide; with a noise of about 0.15 the classes
// begin to touch. Samples alternate between the classes; t is drawn from rng.
func Moons(m int, noise float64, rng *rand.Rand) *Set {
	return generate("moons", m, func(class int) (x0, x1 float64) {
		sin, cos := math.Sincos(math.Pi * rng.Float64())
		if class == 1 {
			sin, cos = 0.5-sin, 1-cos
		}
		return cos + noise*rng.NormFloat64(), sin + noise*rng.NormFloat64()
	})
}

// Linear returns m samples of two classes that the line x₁ = x₀ separates. They
// are uniform in the square from −1 to 1, except for an empty strip of 0.05 on either
// side of the line; then normal noise of the given standard deviation is added, which
// may carry a sample across. Samples alternate between the classes; class 1 is above
// the line.
func Linear(m int, noise float64, rng *rand.Rand) *Set {
	const margin = 0.05
	return generate("linear", m, func(class int) (x0, x1 float64) {
		for {
			x0, x1 = 2*rng.Float64()-1, 2*rng.Float64()-1
			if d := (x1 - x0) / math.Sqrt2; d > margin && class == 1 || d < -margin && class == 0 {
				return x0 + noise*rng.NormFloat64(), x1 + noise*rng.NormFloat64()
			}
		}
	})
}

// generate returns a set of m points in the plane, alternating between the classes 0
// and 1.
func generate(name string, m int, point func(class int) (x0, x1 float64)) *Set {
	x := matrix.New(m, 2)
	labels := make([]int, m)
	for s := range labels {
		labels[s] = s % 2
		x.Data[2*s], x.Data[2*s+1] = point(labels[s])
	}
	return &Set{Name: name, X: x, Y: oneHot(labels, 2), Labels: labels, Classes: []string{"0", "1"}}
}
