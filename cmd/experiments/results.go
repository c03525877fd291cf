package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"

	"chainrule/cmd/internal/trial"
)

// stat is a mean over the folds with its standard deviation.
type stat struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

func (s stat) String() string { return fmt.Sprintf("%.4f ± %.4f", s.Mean, s.SD) }

// statOf returns the statistics of a value of the results.
func statOf(results []trial.Result, value func(trial.Result) float64) stat {
	var v []float64
	for _, r := range results {
		v = append(v, value(r))
	}
	mean, sd := trial.MeanSD(v)
	return stat{round(mean), round(sd)}
}

// round rounds to six decimals: more than the tables show, few enough to read.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// point is the result of one series.
type point struct {
	Value    string  `json:"value"` // of the hyperparameter that is varied, or the name of the data
	Command  string  `json:"command"`
	Train    stat    `json:"train"`
	Held     stat    `json:"held"`
	MacroF1  stat    `json:"f1"`
	AUC      stat    `json:"auc,omitzero"` // of two classes
	Diverged int     `json:"diverged"`     // number of folds that diverged; if not 0, the rest is 0
	Loss     []loss  `json:"loss"`         // means over the folds
	Count    [][]int `json:"count"`        // confusion matrix of all folds together
}

// loss is the loss on the training samples after an epoch.
type loss struct {
	Epoch int     `json:"epoch"`
	Data  float64 `json:"data"`
	Total float64 `json:"total"` // with the penalty
}

// sweepResult is the result of a sweep.
type sweepResult struct {
	Name   string  `json:"name"`
	Points []point `json:"points"`
	Best   string  `json:"best"`   // the value with the highest held-out accuracy
	Border bool    `json:"border"` // whether that is the first or the last value
}

// results is the content of docs/results.json.
type results struct {
	Folds     int           `json:"folds"`
	Quick     bool          `json:"quick"`
	Default   point         `json:"default"`
	Sweeps    []sweepResult `json:"sweeps"`
	Search    []point       `json:"search"`
	Best      point         `json:"best"`      // of the search, by held-out accuracy
	Confirmed point         `json:"confirmed"` // the same on folds of another seed
	Plane     []point       `json:"plane"`     // the test experiment of Q2
}

// summarise returns the point for the results of the folds.
func summarise(value string, s series, results []trial.Result) point {
	pt := point{Value: value, Command: command(s, len(results))}
	for _, r := range results {
		if r.Diverged != nil {
			pt.Diverged++
		}
	}
	if pt.Diverged > 0 {
		return pt
	}
	pt.Train = statOf(results, func(r trial.Result) float64 { return r.Train.Accuracy })
	pt.Held = statOf(results, func(r trial.Result) float64 { return r.Test.Accuracy })
	pt.MacroF1 = statOf(results, func(r trial.Result) float64 { return r.Confusion.Macro().F1 })
	if results[0].ROC != nil {
		pt.AUC = statOf(results, func(r trial.Result) float64 { return r.ROC.AUC })
	}
	for i, h := range results[0].History {
		pt.Loss = append(pt.Loss, loss{
			Epoch: h.Epoch,
			Data:  statOf(results, func(r trial.Result) float64 { return r.History[i].DataLoss }).Mean,
			Total: statOf(results, func(r trial.Result) float64 { return r.History[i].Total }).Mean,
		})
	}
	pt.Count = trial.Sum(results).Count
	return pt
}

// command returns the command that computes the same with train.
func command(s series, folds int) string {
	line := fmt.Sprintf("go run ./cmd/train -folds %d", folds)
	p, d := s.params, trial.Defaults
	for _, f := range []struct {
		name            string
		value, standard any
	}{
		{"data", s.set.Name, "digits"},
		{"hidden", p.Hidden, d.Hidden}, {"activation", p.Activation, d.Activation},
		{"rate", p.LearningRate, d.LearningRate}, {"epochs", p.Epochs, d.Epochs},
		{"batch", p.BatchSize, d.BatchSize}, {"lambda", p.Lambda, d.Lambda}, {"seed", p.Seed, d.Seed},
	} {
		if f.value != f.standard {
			line += fmt.Sprintf(" -%s %v", f.name, f.value)
		}
	}
	return line
}

// best returns the index of the point with the highest held-out accuracy, the
// first one on a tie, and whether it is the first or the last of all. A point that
// diverged is never the best, unless all did.
func best(points []point) (at int, border bool) {
	for i, p := range points {
		if p.Held.Mean > points[at].Held.Mean {
			at = i
		}
	}
	return at, at == 0 || at == len(points)-1
}

// write writes JSON with one point per line.
func (r results) write(w io.Writer) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	b = regexp.MustCompile(`\{"(value|name)":`).ReplaceAll(b, []byte("\n$0"))
	_, err = w.Write(append(b, '\n'))
	return err
}
