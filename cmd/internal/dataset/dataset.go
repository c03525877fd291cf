// Package dataset provides the data that the commands train on, and its split
// into a part to learn from and a part to be tested with.
package dataset

import (
	"fmt"
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
	Held    []int          // the samples that the source itself holds out, if it does
}

// oneHot returns the targets for labels of n classes.
func oneHot(labels []int, n int) *matrix.Matrix {
	y := matrix.New(len(labels), n)
	for s, label := range labels {
		y.Set(s, label, 1)
	}
	return y
}

// byClass returns the samples of each class, each list shuffled by rng.
func byClass(labels []int, rng *rand.Rand) (classes [][]int) {
	for s, label := range labels {
		for len(classes) <= label {
			classes = append(classes, nil)
		}
		classes[label] = append(classes[label], s)
	}
	for _, samples := range classes {
		rng.Shuffle(len(samples), func(a, b int) { samples[a], samples[b] = samples[b], samples[a] })
	}
	return classes
}

// Folds divides the samples with the given labels into k parts, each of which
// is to be held out once: every sample is in exactly one. The sizes of the parts
// differ by one at most, and so do the numbers of samples of each class in them.
// It panics unless 2 ≤ k ≤ len(labels).
func Folds(labels []int, k int, rng *rand.Rand) [][]int {
	if k < 2 || k > len(labels) {
		panic(fmt.Sprintf("dataset: %d folds of %d samples", k, len(labels)))
	}
	folds := make([][]int, k)
	next := 0 // dealt in turn, on from class to class
	for _, samples := range byClass(labels, rng) {
		for _, s := range samples {
			folds[next%k] = append(folds[next%k], s)
			next++
		}
	}
	return folds
}

// Without returns the numbers from 0 to m−1 that are not in held, in order.
func Without(m int, held []int) []int {
	out := make([]bool, m)
	for _, s := range held {
		out[s] = true
	}
	var rest []int
	for s := range m {
		if !out[s] {
			rest = append(rest, s)
		}
	}
	return rest
}

// Split divides the samples with the given labels into those to train on and
// those held out, which are the given share of each class, rounded to whole
// samples. A class of two samples and more has at least one on either side; the
// sample of a class of one is to train on. Both lists are in the order that rng
// shuffled each class to, class by class.
func Split(labels []int, share float64, rng *rand.Rand) (train, held []int) {
	for _, samples := range byClass(labels, rng) {
		n := int(math.Round(share * float64(len(samples))))
		n = min(max(n, 1), len(samples)-1)
		held = append(held, samples[:max(n, 0)]...)
		train = append(train, samples[max(n, 0):]...)
	}
	return train, held
}
