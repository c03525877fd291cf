package main

import (
	"strconv"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

// curve is the approximate number of points of a loss curve.
const curve = 20

// A sweep varies one hyperparameter and keeps the others at trial.Defaults.
type sweep struct {
	name   string // the flag of train
	title  string
	axis   string
	values []float64
	set    func(p *trial.Params, v float64)
}

// sweeps are those of Q3, from clearly too small to clearly too large.
var sweeps = []sweep{
	{"hidden", "Hidden nodes", "hidden nodes n1", []float64{2, 4, 8, 16, 32, 64, 128, 256},
		func(p *trial.Params, v float64) { p.Hidden = int(v) }},
	{"rate", "Learning rate", "learning rate α", []float64{0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 4, 8, 16},
		func(p *trial.Params, v float64) { p.LearningRate = v }},
	{"epochs", "Epochs", "epochs", []float64{1, 3, 10, 30, 50, 100, 300},
		func(p *trial.Params, v float64) { p.Epochs = int(v) }},
	{"lambda", "Regularisation", "λ (0 is drawn at 1e-6)", []float64{0, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1},
		func(p *trial.Params, v float64) { p.Lambda = v }},
	{"batch", "Batch size", "batch size (all is drawn at 1437)", []float64{1, 4, 16, 64, 256, 0},
		func(p *trial.Params, v float64) { p.BatchSize = int(v) }},
}

// candidates are the combinations that the search compares: values that were good
// in the sweeps and that suit a ReLU.
func candidates(quick bool) (all []trial.Params) {
	for _, rate := range []float64{0.25, 0.5, 1} {
		for _, lambda := range []float64{1e-4, 3e-4} {
			p := base(quick)
			p.Hidden, p.Activation, p.LearningRate, p.Lambda, p.Epochs = 128, network.ReLU, rate, lambda, 2*p.Epochs
			all = append(all, p)
		}
	}
	return all
}

// label formats a value for the table and the legend.
func (s sweep) label(v float64) string {
	if s.name == "batch" && v == 0 {
		return "all"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// x returns the position of v on the axis, which is logarithmic and has no 0.
func (s sweep) x(v float64) float64 {
	switch {
	case s.name == "lambda" && v == 0:
		return 1e-6
	case s.name == "batch" && v == 0:
		return 1437
	}
	return v
}

// base returns the hyperparameters that the sweeps vary: the defaults, with -quick
// a fifth of the epochs.
func base(quick bool) trial.Params {
	p := trial.Defaults
	if quick {
		p.Epochs /= 5
	}
	return p
}

// few returns hyperparameters with few enough hidden nodes to look at the weights
// of each.
func few(quick bool) trial.Params {
	p := base(quick)
	p.Hidden, p.Lambda = 16, 1e-4
	return p
}

// points returns the hyperparameters for each value of a sweep.
func (s sweep) points(quick bool) (params []trial.Params) {
	for _, v := range s.values {
		p := base(quick)
		s.set(&p, v)
		params = append(params, p)
	}
	return params
}

// planeSeries returns the test experiment of Q2, with the defaults of train.
func planeSeries(quick bool) []series {
	p := trial.Defaults
	p.Epochs = trial.EpochsPlane
	if quick {
		p.Epochs /= 5
	}
	return []series{
		{dataset.Linear(1000, 0, trial.Rand(p.Seed, trial.StreamData)), p},
		{dataset.Moons(1000, trial.NoiseMoons, trial.Rand(p.Seed, trial.StreamData)), p},
	}
}
