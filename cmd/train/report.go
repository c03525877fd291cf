package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/metrics"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// report prints how n does: the parts of the loss on what it was trained with,
// and everything on what was held out.
func report(w io.Writer, n *network.Network, set *dataset.Set, samples, held []int, lambda float64) error {
	score, err := n.Evaluate(set.X, set.Y, samples, lambda)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Training samples: data loss %.5f + penalty %.5f = %.5f, accuracy %.4f\n", score.DataLoss, score.Penalty, score.Total, score.Accuracy)
	if score, err = n.Evaluate(set.X, set.Y, held, lambda); err != nil {
		return err
	}
	fmt.Fprintf(w, "Held-out samples: data loss %.5f, accuracy %.4f\n", score.DataLoss, score.Accuracy)

	x := matrix.New(len(held), set.X.Cols)
	for i, s := range held {
		copy(x.Row(i), set.X.Row(s))
	}
	outputs := n.Predict(x)
	var truth, predicted []int
	for i, s := range held {
		class, err := network.Class(outputs.Row(i))
		if err != nil {
			return fmt.Errorf("sample %d: %w", s, err)
		}
		truth, predicted = append(truth, set.Labels[s]), append(predicted, class)
	}
	if len(set.Classes) == 2 {
		if curve, err := trial.ROC(set, held, outputs); err == nil {
			fmt.Fprintf(w, "Area under the ROC curve: %.4f (class %s is positive)\n", curve.AUC, set.Classes[1])
		}
	}
	fmt.Fprintln(w)
	metrics.NewConfusion(set.Classes, truth, predicted).WriteReport(w)
	return nil
}

// crossValidate trains a network for each fold, side by side, and prints what
// came of each, mean and standard deviation, and the report on all samples, each
// by the network that had not seen it.
func crossValidate(ctx context.Context, c config, stdout io.Writer, line *cli.Progress) error {
	set, err := read(&c)
	if err != nil {
		return err
	}
	if c.folds > set.X.Rows {
		return fmt.Errorf("-folds %d: %s has only %d samples", c.folds, set.Name, set.X.Rows)
	}
	folds := dataset.Folds(set.Labels, c.folds, trial.Rand(c.Seed, trial.StreamSplit))
	describe(stdout, c, set, set.X.Rows-len(folds[0]), fmt.Sprintf("%d folds", c.folds), c.NewNetwork(set))
	results := make([]trial.Result, len(folds))
	done, mutex := 0, sync.Mutex{}
	err = trial.Each(ctx, len(folds), func(ctx context.Context, i int) (err error) {
		results[i], err = trial.Run(ctx, c.Params, set, folds[i], c.Epochs)
		mutex.Lock()
		defer mutex.Unlock()
		if err == nil {
			done++
			line.Show(done, len(folds), fmt.Sprintf("%d of %d folds done", done, len(folds)))
		}
		return err
	})
	line.Close()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w after %d of %d folds: the mean needs all of them", cli.ErrInterrupted, done, len(folds))
	}
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Diverged != "" {
			return fmt.Errorf("fold %d: %s", i+1, r.Diverged)
		}
	}
	return writeFolds(stdout, set, folds, results)
}

func writeFolds(w io.Writer, set *dataset.Set, folds [][]int, results []trial.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	two := len(set.Classes) == 2
	fmt.Fprint(t, "fold\theld out\ttraining accuracy\taccuracy\tmacro F1\t")
	if two {
		fmt.Fprint(t, "ROC AUC\t")
	}
	fmt.Fprintln(t)
	var columns [4][]float64
	var truth, predicted []int
	for i, r := range results {
		row := []float64{r.Train, r.Held, r.MacroF1}
		auc := ""
		if two {
			if curve, err := trial.ROC(set, folds[i], r.Outputs); err == nil {
				row = append(row, curve.AUC)
			} else {
				auc = "–\t" // a small class is not in every fold
			}
		}
		fmt.Fprintf(t, "%d\t%d\t", i+1, len(folds[i]))
		for c, v := range row {
			columns[c] = append(columns[c], v)
			fmt.Fprintf(t, "%.4f\t", v)
		}
		fmt.Fprintln(t, auc)
		for at, s := range folds[i] {
			class, err := network.Class(r.Outputs.Row(at))
			if err != nil {
				return err
			}
			truth, predicted = append(truth, set.Labels[s]), append(predicted, class)
		}
	}
	var means, deviations string
	for _, v := range columns {
		if v != nil {
			mean, sd := trial.MeanSD(v)
			means += fmt.Sprintf("%.4f\t", mean)
			deviations += fmt.Sprintf("±%.4f\t", sd)
		}
	}
	fmt.Fprintf(t, "mean\t\t%s\nsd\t\t%s\n", means, deviations)
	t.Flush()
	fmt.Fprintln(w, "\nAll samples, each by the network that had not seen it")
	metrics.NewConfusion(set.Classes, truth, predicted).WriteReport(w)
	return nil
}
