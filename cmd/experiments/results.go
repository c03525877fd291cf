package main

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"

	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

// results is the content of docs/results.json.
type results struct {
	Seeds  int     `json:"seeds"`
	Folds  int     `json:"folds"`
	Quick  bool    `json:"quick"`
	Groups []group `json:"groups"`
}

// A group is a list of points that are compared with each other: a sweep, for
// example.
type group struct {
	Name   string  `json:"name"`
	Points []point `json:"points"`
	Splits int     `json:"splits"` // runs of a seed that belong together, because they share samples
	Ratio  float64 `json:"ratio"`  // held-out samples per training sample; 0 if the runs of a seed share no training samples
	Border bool    `json:"border"` // whether the first or the last point is one of the best
}

// A point is the result of one series, a setting that was run with several seeds and
// folds. Runs that diverged count in Diverged only: the rest is about the others.
type point struct {
	Value    string     `json:"value"`             // what distinguishes the point from the others of its group
	Command  string     `json:"command,omitempty"` // the train command that repeats the runs of seed 1
	Runs     []*float64 `json:"runs"`              // held-out accuracies, seed by seed and fold by fold; null if diverged
	Losses   []*float64 `json:"losses"`            // held-out data losses, likewise
	Diverged int        `json:"diverged"`          // number of runs
	Train    stat       `json:"train"`             // accuracy on the training samples
	Held     stat       `json:"held"`              // accuracy on the held-out samples
	MacroF1  stat       `json:"f1"`                // on the held-out samples
	AUC      stat       `json:"auc,omitzero"`      // the same, of two classes
	HeldLoss stat       `json:"loss"`              // data loss on the held-out samples
	Behind   interval   `json:"behind"`            // held-out accuracy of the leader − that of this point, paired
	Best     bool       `json:"best"`              // whether Behind contains 0
	Curve    []record   `json:"curve"`             // during training
	Count    [][]int    `json:"count"`             // confusion matrix of all runs together
	Wilson   *interval  `json:"wilson,omitempty"`  // of the accuracy of the network of seed 1
}

// A record has means over the runs after an epoch.
type record struct {
	Epoch int     `json:"epoch"`
	Train float64 `json:"train"` // data loss on the training samples
	Held  float64 `json:"held"`  // data loss on the held-out samples
	Right float64 `json:"right"` // accuracy on the held-out samples
}

// group returns the group with the given name.
func (r results) group(name string) group {
	for _, g := range r.Groups {
		if g.Name == name {
			return g
		}
	}
	return group{Name: name}
}

// point returns the point with the given value.
func (g group) point(value string) point {
	for _, p := range g.Points {
		if p.Value == value {
			return p
		}
	}
	return point{Value: value}
}

// summarise returns the point for the results of a series, seed by seed and fold by
// fold.
func summarise(value string, results []trial.Result, folds int) point {
	// each returns a value of every run.
	each := func(value func(trial.Result) float64) []*float64 {
		v := make([]*float64, len(results))
		for i, r := range results {
			if r.Diverged == nil {
				x := value(r)
				v[i] = &x
			}
		}
		return v
	}
	statOf := func(value func(trial.Result) float64) stat { return newStat(each(value), folds) }
	pt := point{
		Value:  value,
		Runs:   each(func(r trial.Result) float64 { return r.Test.Accuracy }),
		Losses: each(func(r trial.Result) float64 { return round(r.Test.DataLoss) }),
	}
	var done []trial.Result
	for _, r := range results {
		if r.Diverged != nil {
			pt.Diverged++
		} else {
			done = append(done, r)
		}
	}
	if len(done) == 0 {
		return pt
	}
	pt.Train = statOf(func(r trial.Result) float64 { return r.Train.Accuracy })
	pt.Held = newStat(pt.Runs, folds)
	pt.MacroF1 = statOf(func(r trial.Result) float64 { return r.Confusion.Macro().F1 })
	pt.HeldLoss = newStat(pt.Losses, folds)
	if done[0].ROC != nil {
		pt.AUC = statOf(func(r trial.Result) float64 { return r.ROC.AUC })
	}
	for i, h := range done[0].History {
		mean := func(value func(network.Score) float64, of func(trial.Record) network.Score) (sum float64) {
			for _, r := range done {
				sum += value(of(r.History[i])) / float64(len(done))
			}
			return round(sum)
		}
		dataLoss := func(s network.Score) float64 { return s.DataLoss }
		held := func(h trial.Record) network.Score { return h.Held }
		pt.Curve = append(pt.Curve, record{
			Epoch: h.Epoch,
			Train: mean(dataLoss, func(h trial.Record) network.Score { return h.Score }),
			Held:  mean(dataLoss, held),
			Right: mean(func(s network.Score) float64 { return s.Accuracy }, held),
		})
	}
	pt.Count = trial.Sum(done).Count
	return pt
}

// leader returns the index of the point with the largest mean held-out accuracy, the
// first one on a tie, among those of which no run diverged; 0 if there is none.
func (g group) leader() (lead int) {
	for i, p := range g.Points {
		if l := g.Points[lead]; p.Diverged == 0 && (l.Diverged > 0 || p.Held.Mean > l.Held.Mean) {
			lead = i
		}
	}
	return lead
}

// compare sets Behind and Best of all points, which must have the same splits, and
// Border. A point of which a run diverged is never one of the best.
func (g *group) compare() {
	lead := g.leader()
	for i := range g.Points {
		p := &g.Points[i]
		p.Behind = paired(g.Points[lead].Runs, p.Runs, g.Splits, g.Ratio)
		p.Best = p.Diverged == 0 && p.Behind.Mean <= p.Behind.Half
	}
	for i := range g.Points {
		g.Border = g.Border || g.border(i)
	}
}

// border reports whether point i of a sweep is one of the best and at the end of the
// range, where a better value may lie beyond it. No value lies beyond λ = 0, one epoch,
// one sample or all samples per batch.
func (g group) border(i int) bool {
	_, err := strconv.ParseFloat(g.Points[0].Value, 64) // a sweep, with an order
	end := i == 0 || i == len(g.Points)-1
	return err == nil && end && g.Points[i].Best && !slices.Contains([]string{"0", "1", "all"}, g.Points[i].Value)
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
