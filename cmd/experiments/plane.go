package main

import (
	"context"
	"fmt"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

// planeSets are the sets of the test experiment, as train makes them.
func planeSets() []*dataset.Set {
	seed := trial.Defaults.Seed
	return []*dataset.Set{
		dataset.Linear(1000, 0, trial.Rand(seed, trial.StreamData)),
		dataset.Moons(1000, trial.NoiseMoons, trial.Rand(seed, trial.StreamData)),
	}
}

// planeParams are the defaults of train for two inputs.
func planeParams(small bool) trial.Params {
	p := trial.Defaults
	p.Epochs = trial.EpochsPlane
	if small {
		p.Epochs /= 5
	}
	return p
}

// planes runs the test experiment on each of its sets.
func planes(ctx context.Context, k int, small bool) (all []plane, err error) {
	for _, set := range planeSets() {
		p := planeParams(small)
		folds := dataset.Folds(set.Labels, k, trial.Rand(p.Seed, trial.StreamSplit))
		rs, err := trial.Folds(ctx, p, set, folds, p.Epochs)
		if err != nil {
			return nil, err
		}
		out := plane{Name: set.Name, Command: fmt.Sprintf("go run ./cmd/train -data %s -folds %d", set.Name, k)}
		var held, f1, auc []float64
		for i, r := range rs {
			if r.Diverged != "" {
				return nil, fmt.Errorf("%s: %s", set.Name, r.Diverged)
			}
			c, err := trial.ROC(set, folds[i], r.Outputs)
			if err != nil {
				return nil, err
			}
			held, f1, auc = append(held, r.Held), append(f1, r.MacroF1), append(auc, c.AUC)
			out.Count = addCounts(out.Count, r.Confusion.Count)
		}
		for _, v := range []struct {
			to   *stat
			from []float64
		}{{&out.Held, held}, {&out.MacroF1, f1}, {&out.AUC, auc}} {
			mean, sd := trial.MeanSD(v.from)
			*v.to = stat{round(mean), round(sd)}
		}
		all = append(all, out)
	}
	return all, nil
}
