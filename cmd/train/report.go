package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

// describe prints the data, the network, the hyperparameters and, if it is much, the
// memory that the run takes.
func describe(w io.Writer, c config, set *dataset.Set, training int, rest string, m trial.Model, memory float64) {
	n0, n1, n2 := m.Network.Shape()
	fmt.Fprintf(w, "%s: %d training samples, %s; seed %d\n", set.Name, training, rest, c.Seed)
	fmt.Fprintf(w, "network: %d-%d-%d, %v, %d parameters; input scaling: %s\n", n0, n1, n2, m.Network.Activation, n0*n1+n1+n1*n2+n2, c.Scaling)
	if c.Epochs > 0 {
		batch := fmt.Sprint(c.BatchSize)
		if c.BatchSize == 0 || c.BatchSize >= training {
			batch = "all"
		}
		fmt.Fprintf(w, "training: learning rate %g, batch size %s, lambda %g, %s\n", c.LearningRate, batch, c.Lambda, cli.Count(c.Epochs, "epoch"))
	}
	if memory > 1e9 {
		fmt.Fprintf(w, "memory: about %.1f GB\n", memory/1e9)
	}
	fmt.Fprintln(w)
}

// report prints the losses on the training samples and everything about the
// held-out samples.
func report(w io.Writer, r trial.Result) {
	fmt.Fprintf(w, "Training samples: data loss %.5f + penalty %.5f = %.5f, accuracy %.4f\n", r.Train.DataLoss, r.Train.Penalty, r.Train.Total, r.Train.Accuracy)
	fmt.Fprintf(w, "Held-out samples: data loss %.5f, accuracy %.4f\n", r.Test.DataLoss, r.Test.Accuracy)
	if r.ROC != nil {
		fmt.Fprintf(w, "Area under the ROC curve: %.4f (class %s is positive)\n", r.ROC.AUC, r.Classes[1])
	}
	fmt.Fprintln(w)
	r.Confusion.WriteReport(w)
}

// crossValidate trains one network per fold, side by side. It prints the scores of
// each fold, their mean and standard deviation, and a report on all samples, each
// classified by the network that was not trained on it.
func crossValidate(ctx context.Context, c config, set *dataset.Set, stdout, stderr io.Writer) error {
	if c.folds > set.X.Rows {
		return fmt.Errorf("-folds %d: %s has only %d samples", c.folds, set.Name, set.X.Rows)
	}
	folds := dataset.Folds(set.Labels, c.folds, trial.Rand(c.Seed, trial.StreamSplit))
	training := dataset.Without(set.X.Rows, folds[0])
	memory, err := c.memory(set, len(training), min(c.folds, runtime.GOMAXPROCS(0)))
	if err != nil {
		return err
	}
	describe(stdout, c, set, len(training), fmt.Sprintf("%d folds", c.folds), c.NewModel(set, training), memory)
	var jobs []trial.Job
	for fold, held := range folds {
		p := c.Params
		p.Fold = fold
		jobs = append(jobs, trial.Job{Params: p, Set: set, Held: held, At: trial.Checkpoints(p.Epochs)})
	}
	done, progress := 0, cli.NewProgress(stderr)
	results, err := trial.RunAll(ctx, jobs, func(n int) {
		done = n
		progress.Show(n, len(folds), fmt.Sprintf("%d of %d folds done", n, len(folds)))
	})
	progress.Close()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w after %d of %d folds; there is no mean without all of them", cli.ErrInterrupted, done, len(folds))
	}
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Diverged != nil {
			return fmt.Errorf("fold %d: %w", i+1, r.Diverged)
		}
	}
	writeFolds(stdout, folds, results)
	fmt.Fprintln(stdout, "\nAll samples, each classified by the network that was not trained on it")
	trial.Sum(results).WriteReport(stdout)
	for i, r := range results {
		if r.Note != "" {
			fmt.Fprintf(stderr, "train: note: fold %d: %s\n", i+1, r.Note)
		}
	}
	return nil
}

// writeFolds prints one row per fold, and the mean and standard deviation of each
// column. The AUC is missing where a fold has samples of one class only.
func writeFolds(w io.Writer, folds [][]int, results []trial.Result) {
	names := []string{"training accuracy", "accuracy", "macro F1"}
	if len(results[0].Classes) == 2 {
		names = append(names, "ROC AUC")
	}
	columns := make([][]float64, len(names))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "fold\theld out\t%s\t\n", strings.Join(names, "\t"))
	for i, r := range results {
		row := []float64{r.Train.Accuracy, r.Test.Accuracy, r.Confusion.Macro().F1}
		if r.ROC != nil {
			row = append(row, r.ROC.AUC)
		}
		fmt.Fprintf(t, "%d\t%d\t", i+1, len(folds[i]))
		for c, v := range row {
			columns[c] = append(columns[c], v)
			fmt.Fprintf(t, "%.4f\t", v)
		}
		if len(row) < len(names) {
			fmt.Fprint(t, "–\t")
		}
		fmt.Fprintln(t)
	}
	means, deviations := "mean\t\t", "sd\t\t"
	for _, v := range columns {
		mean, sd := trial.MeanSD(v)
		means += fmt.Sprintf("%.4f\t", mean)
		deviations += fmt.Sprintf("±%.4f\t", sd)
	}
	fmt.Fprintf(t, "%s\n%s\n", means, deviations)
	t.Flush()
}
