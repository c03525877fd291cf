package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"chainrule/cmd/internal/trial"
)

// outcome is what is kept of one job.
type outcome struct {
	Diverged string       `json:"diverged,omitempty"`
	Train    float64      `json:"train"` // accuracy on the samples trained on
	Held     float64      `json:"held"`  // accuracy on those held out
	MacroF1  float64      `json:"f1"`    // on those held out
	Loss     []trial.Loss `json:"loss"`
	Count    [][]int      `json:"count,omitempty"` // the confusion matrix
}

// stat is a mean over folds with its standard deviation.
type stat struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

func (s stat) String() string { return fmt.Sprintf("%.4f ± %.4f", s.Mean, s.SD) }

// point is what the folds of one set of parameters came to.
type point struct {
	Value    string       `json:"value"` // of the parameter that is varied
	Command  string       `json:"command"`
	Train    stat         `json:"train"`
	Held     stat         `json:"held"`
	MacroF1  stat         `json:"f1"`
	Diverged int          `json:"diverged"` // how many of the folds diverged; then the rest is 0
	Loss     []trial.Loss `json:"loss"`     // means over the folds
	Count    [][]int      `json:"count"`    // the confusion matrix, all folds together
}

// sweepResult is what a sweep came to.
type sweepResult struct {
	Name   string  `json:"name"`
	Points []point `json:"points"`
	Best   string  `json:"best"`   // the value with the largest held-out accuracy
	Border bool    `json:"border"` // that value is the first or the last
}

// results is all that is measured: docs/results.json.
type results struct {
	Folds     int           `json:"folds"`
	Quick     bool          `json:"quick"`
	Default   point         `json:"default"`
	Sweeps    []sweepResult `json:"sweeps"`
	Search    []point       `json:"search"`
	Best      point         `json:"best"`      // of the search, by held-out accuracy
	Confirmed point         `json:"confirmed"` // the same on folds of another seed
	Plane     []plane       `json:"plane"`     // Q2's test experiment
}

// plane is the test experiment on one 2-D data set.
type plane struct {
	Name    string  `json:"name"`
	Command string  `json:"command"`
	Held    stat    `json:"held"`
	MacroF1 stat    `json:"f1"`
	AUC     stat    `json:"auc"`
	Count   [][]int `json:"count"`
}

// summarise returns the point of the outcomes of its folds.
func summarise(value string, p trial.Params, outcomes []outcome) point {
	pt := point{Value: value, Command: command(p, len(outcomes))}
	var train, held, f1 []float64
	for _, o := range outcomes {
		if o.Diverged != "" {
			pt.Diverged++
			continue
		}
		train, held, f1 = append(train, o.Train), append(held, o.Held), append(f1, o.MacroF1)
	}
	if pt.Diverged > 0 {
		return pt
	}
	mean := func(v []float64) (s stat) {
		s.Mean, s.SD = trial.MeanSD(v)
		return stat{round(s.Mean), round(s.SD)}
	}
	pt.Train, pt.Held, pt.MacroF1 = mean(train), mean(held), mean(f1)
	for i := range outcomes[0].Loss {
		l := trial.Loss{Epoch: outcomes[0].Loss[i].Epoch}
		for _, o := range outcomes {
			l.Data += o.Loss[i].Data / float64(len(outcomes))
			l.Total += o.Loss[i].Total / float64(len(outcomes))
		}
		pt.Loss = append(pt.Loss, trial.Loss{Epoch: l.Epoch, Data: round(l.Data), Total: round(l.Total)})
	}
	for _, o := range outcomes {
		pt.Count = addCounts(pt.Count, o.Count)
	}
	return pt
}

// round keeps six digits behind the point: more than is shown, and few enough
// to read.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// addCounts returns a + b; a of nil is zero.
func addCounts(a, b [][]int) [][]int {
	if a == nil {
		a = make([][]int, len(b))
		for t := range a {
			a[t] = make([]int, len(b[t]))
		}
	}
	for t, row := range b {
		for p, n := range row {
			a[t][p] += n
		}
	}
	return a
}

// command is how train computes the same.
func command(p trial.Params, folds int) string {
	s := fmt.Sprintf("go run ./cmd/train -folds %d", folds)
	d := trial.Defaults
	add := func(differs bool, flag string, v any) {
		if differs {
			s += fmt.Sprintf(" -%s %v", flag, v)
		}
	}
	add(p.Hidden != d.Hidden, "hidden", p.Hidden)
	add(p.Activation != d.Activation, "activation", p.Activation)
	add(p.LearningRate != d.LearningRate, "rate", p.LearningRate)
	add(p.Epochs != d.Epochs, "epochs", p.Epochs)
	add(p.BatchSize != d.BatchSize, "batch", p.BatchSize)
	add(p.Lambda != d.Lambda, "lambda", p.Lambda)
	add(p.Seed != d.Seed, "seed", p.Seed)
	return s
}

// best returns the point with the largest held-out accuracy that did not
// diverge, the first of equals, and whether it is the first or the last.
func best(points []point) (at point, border bool) {
	found := -1
	for i, p := range points {
		if p.Diverged == 0 && (found < 0 || p.Held.Mean > points[found].Held.Mean) {
			found = i
		}
	}
	if found < 0 {
		return point{}, false
	}
	return points[found], found == 0 || found == len(points)-1
}

func (r results) write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(r)
}
