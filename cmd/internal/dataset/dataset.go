// Package dataset provides the data that the commands train on, and its split
// into a part to learn from and a part to be tested with.
package dataset

import (
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// A Set is m samples with their classes.
type Set struct {
	Name    string
	X       *matrix.Matrix // m×n0, the inputs, one sample a row
	Y       *matrix.Matrix // m×n2, the targets: 1 for the sample's class, else 0
	Labels  []int          // m, the class of each sample as an index into Classes
	Classes []string       // n2, the names of the classes
}

// oneHot returns the targets for labels of n classes.
func oneHot(labels []int, n int) *matrix.Matrix {
	y := matrix.New(len(labels), n)
	for s, label := range labels {
		y.Set(s, label, 1)
	}
	return y
}

// Split divides the samples with the given labels into those to train on and
// those held out, which are the given share of each class, rounded to whole
// samples. A class of two samples and more has at least one on either side; the
// sample of a class of one is to train on. Both lists are in the order that rng
// shuffled each class to, class by class.
func Split(labels []int, share float64, rng *rand.Rand) (train, held []int) {
	var classes [][]int // the samples of each class
	for s, label := range labels {
		for len(classes) <= label {
			classes = append(classes, nil)
		}
		classes[label] = append(classes[label], s)
	}
	for _, samples := range classes {
		rng.Shuffle(len(samples), func(a, b int) { samples[a], samples[b] = samples[b], samples[a] })
		n := int(math.Round(share * float64(len(samples))))
		n = min(max(n, 1), len(samples)-1)
		held = append(held, samples[:max(n, 0)]...)
		train = append(train, samples[max(n, 0):]...)
	}
	return train, held
}
