// Package dataset provides the data that the commands train on, and divides it
// into samples to train on and samples to test with.
package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/matrix"
)

// A Set contains m samples with their classes.
type Set struct {
	Name    string
	X       *matrix.Matrix // m×n0, the inputs, one sample per row
	Y       *matrix.Matrix // m×n2, the targets: 1 for the class of the sample, else 0
	Labels  []int          // m, the class of each sample as an index into Classes
	Classes []string       // n2, the names of the classes
	Held    []int          // the test samples, if the source itself designates some
	Format  string         // of a CSV file: what was taken for what, and the classes with their counts
}

// oneHot returns the targets for the labels of n classes.
func oneHot(labels []int, n int) *matrix.Matrix {
	y := matrix.New(len(labels), n)
	for s, label := range labels {
		y.Set(s, label, 1)
	}
	return y
}

// Take returns the listed samples as a set of their own.
func (s *Set) Take(samples []int) *Set {
	x, labels := matrix.New(len(samples), s.X.Cols), make([]int, len(samples))
	for i, sample := range samples {
		copy(x.Row(i), s.X.Row(sample))
		labels[i] = s.Labels[sample]
	}
	return &Set{Name: s.Name, X: x, Y: oneHot(labels, len(s.Classes)), Labels: labels, Classes: s.Classes}
}

// Mislabel returns a set with the same inputs in which each of the listed samples
// has, with the given probability, one of the other labels.
func (s *Set) Mislabel(samples []int, probability float64, rng *rand.Rand) *Set {
	labels, n := slices.Clone(s.Labels), len(s.Classes)
	for _, sample := range samples {
		if rng.Float64() < probability {
			labels[sample] = (labels[sample] + 1 + rng.IntN(n-1)) % n
		}
	}
	return &Set{Name: s.Name, X: s.X, Y: oneHot(labels, n), Labels: labels, Classes: s.Classes}
}

// byClass returns the list of samples of each class, shuffled by rng.
func byClass(labels []int, rng *rand.Rand) (classes [][]int) {
	classes = make([][]int, slices.Max(labels)+1)
	for s, label := range labels {
		classes[label] = append(classes[label], s)
	}
	for _, samples := range classes {
		rng.Shuffle(len(samples), func(a, b int) { samples[a], samples[b] = samples[b], samples[a] })
	}
	return classes
}

// Folds divides the samples with the given labels into k stratified folds for
// cross-validation, and returns the samples of each. Every sample is in exactly one
// fold. The sizes of the folds differ by at most one, and so do their numbers of
// samples of each class. Folds panics unless 2 ≤ k ≤ len(labels).
func Folds(labels []int, k int, rng *rand.Rand) [][]int {
	if k < 2 || k > len(labels) {
		panic(fmt.Sprintf("dataset: got %d folds for %d samples, want from 2 to %[2]d", k, len(labels)))
	}
	folds := make([][]int, k)
	next := 0 // samples are dealt in turn; the next class continues where the last one ended
	for _, samples := range byClass(labels, rng) {
		for _, s := range samples {
			folds[next%k] = append(folds[next%k], s)
			next++
		}
	}
	return folds
}

// Without returns the numbers from 0 to m−1 that are not in held, in ascending order.
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

// Split divides the samples with the given labels into a training set and a
// held-out set, which gets the given share of each class, rounded to whole samples.
// A class of two or more samples has at least one in each set; the sample of a class
// of one is in the training set. Both lists go class by class, and each class is
// shuffled by rng.
func Split(labels []int, share float64, rng *rand.Rand) (train, held []int) {
	for _, samples := range byClass(labels, rng) {
		n := int(math.Round(share * float64(len(samples))))
		n = max(min(max(n, 1), len(samples)-1), 0) // a class may have no samples
		held = append(held, samples[:n]...)
		train = append(train, samples[n:]...)
	}
	return train, held
}
