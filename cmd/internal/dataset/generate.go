package dataset

import (
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// Moons returns m samples of two classes that no line separates: two half
// circles of radius 1 that reach into each other,
//
//	class 0: (cos t, sin t)    class 1: (1 − cos t, ½ − sin t)    0 ≤ t ≤ π
//
// with normal noise of the given standard deviation added to both coordinates.
// The gap between the arcs is about 0.5 wide; near a noise of 0.15 the classes
// begin to touch. Every other sample is of class 1; t is drawn from rng.
func Moons(m int, noise float64, rng *rand.Rand) *Set {
	return generate("moons", m, func(class int) (x0, x1 float64) {
		sin, cos := math.Sincos(math.Pi * rng.Float64())
		if class == 1 {
			sin, cos = 0.5-sin, 1-cos
		}
		return cos + noise*rng.NormFloat64(), sin + noise*rng.NormFloat64()
	})
}

// Linear returns m samples of two classes that a line separates, uniform in the
// square from −1 to 1 but for a strip of 0.05 on either side of the line x₁ = x₀,
// with normal noise of the given standard deviation added after that: without
// noise, the classes do not touch. Every other sample is of class 1, above the
// line.
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

// generate returns a set of m samples in the plane, of the classes 0 and 1 in
// turn.
func generate(name string, m int, point func(class int) (x0, x1 float64)) *Set {
	x := matrix.New(m, 2)
	labels := make([]int, m)
	for s := range labels {
		labels[s] = s % 2
		x.Data[2*s], x.Data[2*s+1] = point(labels[s])
	}
	return &Set{Name: name, X: x, Y: oneHot(labels, 2), Labels: labels, Classes: []string{"0", "1"}}
}
