package mutants

import (
	"fmt"
	"slices"
	"strconv"
)

// Every network is trained on two moons with this many hidden nodes and samples per
// batch. The last batch of an epoch is smaller.
const (
	Hidden = 16
	Batch  = 15
)

// Seeds is the number of seeds that every network is trained with, from 1. Each seed
// has its own samples, split, first weights and order.
const Seeds = 5

// Lambdas are the values of λ. The results of a mutant are those with the first, or
// with the second if the mutant changes nothing with the first.
var Lambdas = [...]float64{0.00005, 0}

// Results are what the gallery's test finds; docs/mutants.json holds them.
type Results struct {
	Real    []Result `json:"real"`    // the real network, for each of Lambdas
	Mutants []Result `json:"mutants"` // in the order of All
	// Points are the held-out samples of two moons of the first seed: x, y and class,
	// in the units of Boundary.
	Points [][3]float64 `json:"points"`
}

// A Result is the outcome of one mutant.
type Result struct {
	Check   string   `json:"check,omitempty"`   // the first test that fails
	Label   string   `json:"label,omitempty"`   // the first label that it names
	Message string   `json:"message,omitempty"` // the line in which it does so
	Wrong   []string `json:"wrong,omitempty"`   // the equations that network no longer computes
	// What network learns of two moons, unless the mutant is in a check.
	Run        int       `json:"run"`                  // trained with Lambdas[Run]
	Changes    string    `json:"changes,omitempty"`    // what differs from the real network: Parameters, or only Losses
	Accuracies []float64 `json:"accuracies,omitempty"` // on held-out samples, for each seed that does not diverge
	Boundary   string    `json:"boundary,omitempty"`   // between the classes, of the first seed: an SVG path
}

// Probed is what command probe finds.
type Probed struct {
	Result
	Points [][3]float64
	// Learned and Reported are, for each seed, a digest of the trained parameters and of
	// the losses reported after each epoch.
	Learned, Reported []string
}

// What a mutant changes in the runs.
const (
	Parameters = "parameters"
	Losses     = "reported loss"
)

// Mean returns the mean accuracy.
func (r Result) Mean() (mean float64) {
	for _, a := range r.Accuracies {
		mean += a / float64(len(r.Accuracies))
	}
	return mean
}

// String returns the mean accuracy, from the lowest to the highest, and in how many
// runs there is none because training diverges.
func (r Result) String() string {
	diverges := ""
	if n := len(r.Accuracies); n == 0 {
		return "diverges"
	} else if n < Seeds {
		diverges = fmt.Sprintf(", diverges in %d of %d runs", Seeds-n, Seeds)
	}
	return fmt.Sprintf("%.3f (%.3f to %.3f)%s", r.Mean(), slices.Min(r.Accuracies), slices.Max(r.Accuracies), diverges)
}

// Suspicious reports whether the accuracy of a mutant reveals it: some runs diverge, or
// the mean is below what the real network reaches with every seed.
func (r Result) Suspicious(real Result) bool {
	return len(r.Accuracies) < Seeds || r.Mean() < slices.Min(real.Accuracies)
}

// Lambda returns the λ of the run.
func (r Result) Lambda() string { return strconv.FormatFloat(Lambdas[r.Run], 'f', -1, 64) }

// Width and Height are the size of the drawing that Boundary and Points are in.
const (
	Width  = 48
	Height = 36
)
