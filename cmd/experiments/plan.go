package main

import (
	"fmt"
	"slices"
	"strconv"

	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

// A sweep varies one parameter, with the others at trial.Defaults.
type sweep struct {
	name   string // of the parameter, as train has it
	title  string
	axis   string
	values []float64
	log    bool // the values are drawn on a logarithmic axis
	set    func(p *trial.Params, v float64)
}

// sweeps are Q3's, from clearly too little to clearly too much.
var sweeps = []sweep{
	{"hidden", "Hidden nodes", "hidden nodes n1", []float64{2, 4, 8, 16, 32, 64, 128, 256}, true,
		func(p *trial.Params, v float64) { p.Hidden = int(v) }},
	{"rate", "Learning rate", "learning rate α", []float64{0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 4, 8, 16}, true,
		func(p *trial.Params, v float64) { p.LearningRate = v }},
	{"epochs", "Epochs", "epochs", []float64{1, 3, 10, 30, 50, 100, 300}, true,
		func(p *trial.Params, v float64) { p.Epochs = int(v) }},
	{"lambda", "Regularisation", "λ (0 is drawn at 1e-6)", []float64{0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1}, true,
		func(p *trial.Params, v float64) { p.Lambda = v }},
	{"batch", "Batch size", "samples a batch (all is drawn at 1437)", []float64{1, 4, 16, 64, 256, 0}, true,
		func(p *trial.Params, v float64) { p.BatchSize = int(v) }},
}

// candidates are the combinations among which the best is looked for: what the
// sweeps say is good, around what is known to suit a ReLU.
func candidates(small bool) (all []trial.Params) {
	for _, rate := range []float64{0.25, 0.5, 1} {
		for _, lambda := range []float64{1e-4, 3e-4} {
			p := base(small)
			p.Hidden, p.Activation, p.LearningRate, p.Lambda, p.Epochs = 128, network.ReLU, rate, lambda, 2*p.Epochs
			all = append(all, p)
		}
	}
	return all
}

// label writes the value of a sweep as its table and its axis have it.
func (s sweep) label(v float64) string {
	if s.name == "batch" && v == 0 {
		return "all"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// x returns where v is drawn: a logarithmic axis has no 0.
func (s sweep) x(v float64) float64 {
	switch {
	case s.name == "lambda" && v == 0:
		return 1e-6
	case s.name == "batch" && v == 0:
		return 1437
	}
	return v
}

// A job is one training with its test: one of the folds that the seed of its
// parameters makes.
type job struct {
	Params trial.Params
	Folds  int
	Fold   int
}

// key names the job in the file of what has been done.
func (j job) key() string { return fmt.Sprintf("%+v", j) }

// cost is about how long the job takes, in units of its own. A short batch makes
// the products less efficient.
func (j job) cost() float64 {
	batch := float64(j.Params.BatchSize)
	if batch == 0 {
		batch = 64
	}
	return float64(j.Params.Epochs) * (float64(j.Params.Hidden) + 8) * (1 + 3/batch)
}

// jobs returns one for each fold.
func jobs(p trial.Params, folds int) (all []job) {
	for fold := range folds {
		all = append(all, job{p, folds, fold})
	}
	return all
}

// base is what the sweeps vary: the defaults, or for a quick look the same with
// a fifth of the epochs.
func base(small bool) trial.Params {
	p := trial.Defaults
	if small {
		p.Epochs /= 5
	}
	return p
}

// points returns the values of a sweep with their parameters. A quick look leaves
// out what takes longest.
func (s sweep) points(small bool) (values []float64, params []trial.Params) {
	for _, v := range s.values {
		p := base(small)
		s.set(&p, v)
		if small && p.Epochs > 100 {
			continue
		}
		values, params = append(values, v), append(params, p)
	}
	return values, params
}

// uniq removes the jobs that stand twice: the default is a point of each sweep.
func uniq(all []job) []job {
	seen := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(all), func(j job) bool {
		twice := seen[j.key()]
		seen[j.key()] = true
		return twice
	})
}
