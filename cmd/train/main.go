// Command train trains a two-layer network and reports how well it classifies
// samples that it was not trained on.
package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := defaults
	cmd := cli.Command{Name: "train", Usage: usageText()}
	c.define(&cmd.Flags)
	return cmd.Run(args, stdout, stderr, func(out io.Writer) error {
		c.given = cmd.Given()
		if err := c.check(); err != nil {
			return cli.UsageError{Err: err}
		}
		if c.predict != "" {
			return predict(c, out)
		}
		set, err := read(c)
		if err != nil {
			return err
		}
		if c.x != "" {
			fmt.Fprintln(out, set.Format)
		}
		if set.X.Cols == 2 && !c.given["epochs"] {
			c.Epochs = trial.EpochsPlane
		}
		if c.folds > 0 {
			return crossValidate(ctx, c, set, out, stderr)
		}
		return train(ctx, c, set, out, stderr)
	})
}

// read returns the data set that the flags name.
func read(c config) (*dataset.Set, error) {
	dir, mnist := strings.CutPrefix(c.data, "mnist:")
	switch {
	case c.y != "":
		return dataset.CSV{Header: c.header, Index: c.index}.ReadXY(c.x, c.y)
	case c.x != "":
		return dataset.CSV{Header: c.header, Index: c.index, Label: c.label}.ReadLabelled(c.x)
	case mnist:
		return dataset.MNIST(dir)
	case c.data == "moons":
		return dataset.Moons(c.samples, c.noise, trial.Rand(c.Seed, trial.StreamData)), nil
	case c.data == "linear":
		return dataset.Linear(c.samples, c.noise, trial.Rand(c.Seed, trial.StreamData)), nil
	}
	return dataset.Digits()
}

// train trains and tests one network. If it is interrupted, it reports and saves
// what it has.
func train(ctx context.Context, c config, set *dataset.Set, stdout, stderr io.Writer) error {
	for _, name := range []string{c.save, c.plot} {
		if name != "" {
			if err := cli.CheckFile(name); err != nil {
				return err
			}
		}
	}
	held := set.Held
	if held == nil || c.given["test"] {
		_, held = dataset.Split(set.Labels, c.test, trial.Rand(c.Seed, trial.StreamSplit))
	}
	if len(held) == 0 {
		return fmt.Errorf("%s: no class has two samples, one to train on and one to hold out", set.Name)
	}
	training := dataset.Without(set.X.Rows, held)
	var m trial.Model
	if c.load != "" {
		var err error
		if m, err = loadModel(c.load); err != nil {
			return err
		}
		_, c.Hidden, _ = m.Network.Shape()
		if err := adapt(set, m); err != nil {
			return fmt.Errorf("%s: %w", c.load, err)
		}
		c.Scaling = "as in " + c.load
		if !c.given["epochs"] {
			c.Epochs = 0
			if c.plot != "" && set.X.Cols != 2 {
				return errors.New("-plot: without -epochs, -load draws nothing for data of more than two inputs")
			}
		}
	}
	memory, err := c.memory(set, len(training), 1)
	if err != nil {
		return err
	}
	if c.load == "" {
		m = c.NewModel(set, training)
	}
	describe(stdout, c, set, len(training), fmt.Sprintf("%d held out", len(held)), m, memory)
	fmt.Fprintf(stderr, "kernel: %s; processors: %d\n", matrix.Kernel(), runtime.GOMAXPROCS(0))
	progress, start := cli.NewProgress(stderr), time.Now()
	r, err := trial.Run(ctx, trial.Job{Params: c.Params, Set: set, Held: held, Model: &m, Epoch: func(epoch int, s network.Score) {
		loss := fmt.Sprintf("data loss %.4f", s.DataLoss)
		if c.Lambda > 0 {
			loss += fmt.Sprintf(" + penalty %.4f = %.4f", s.Penalty, s.Total)
		}
		progress.Show(epoch, c.Epochs, fmt.Sprintf("epoch %d/%d  %s  train acc. %.4f  %.0f samples/s",
			epoch, c.Epochs, loss, s.Accuracy, float64(epoch*len(training))/time.Since(start).Seconds()))
	}})
	progress.Close()
	var interrupted error
	switch {
	case errors.Is(err, context.Canceled):
		interrupted = fmt.Errorf("%w after %d of %d epochs", cli.ErrInterrupted, r.Epochs, c.Epochs)
	case err != nil:
		return err
	case r.Diverged != nil:
		return r.Diverged
	}
	// The files come first: the report may be cut off, by a pipe that ends or by a signal.
	saved, err := "", error(nil)
	save := func(what, name string, write func(io.Writer) error) {
		if name == "" || err != nil {
			return
		}
		if err = cli.WriteFile(name, write); err == nil {
			saved += fmt.Sprintf("%s saved to %s\n", what, name)
		}
	}
	save("model", c.save, saveModel(m))
	if interrupted == nil || len(r.History) > 0 {
		save("figure", c.plot, picture(r, set, held))
	}
	if r.Confusion != nil {
		report(stdout, r)
	}
	fmt.Fprint(stdout, saved)
	if r.Note != "" {
		fmt.Fprintf(stderr, "train: note: %s\n", r.Note)
	}
	return cmp.Or(err, interrupted)
}

// predict prints the class and the outputs for each row of inputs.
func predict(c config, w io.Writer) error {
	m, err := loadModel(c.load)
	if err != nil {
		return err
	}
	table, err := dataset.CSV{Header: c.header, Index: c.index}.ReadFile(c.predict)
	if err != nil {
		return err
	}
	if n0, _, _ := m.Network.Shape(); table.X.Cols != n0 {
		return fmt.Errorf("%s: got %s, want %d, one per input of %s", c.predict, cli.Count(table.X.Cols, "column"), n0, c.load)
	}
	return predictions(m, table, w)
}

// predictions prints the class and the outputs for each row of the table, which it
// scales.
func predictions(m trial.Model, table *dataset.Table, w io.Writer) error {
	m.Scaling.Apply(table.X)
	outputs := m.Network.Predict(table.X)
	out := csv.NewWriter(w)
	for s := range outputs.Rows {
		class, err := network.Class(outputs.Row(s))
		if err != nil {
			return fmt.Errorf("%s:%d: %w", table.Name, table.Lines[s], err)
		}
		record := []string{m.Classes[class]}
		for _, v := range outputs.Row(s) {
			record = append(record, fmt.Sprint(v))
		}
		out.Write(record)
	}
	out.Flush()
	return out.Error() // of the first write that failed
}
