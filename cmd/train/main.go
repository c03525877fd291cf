// Command train trains the two-layer network and reports how well it does on
// samples that it has not seen.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := defaults
	cmd := cli.Command{Name: "train", Usage: usageText()}
	c.define(&cmd.Flags)
	return cmd.Run(args, stdout, stderr, func(out io.Writer) error {
		if err := c.check(&cmd.Flags); err != nil {
			return cli.UsageError{Err: err}
		}
		progress := cli.NewProgress(stderr)
		switch {
		case c.predict != "":
			return predict(c, out)
		case c.folds > 0:
			return crossValidate(ctx, c, out, progress)
		}
		note, err := train(ctx, c, out, progress)
		if note != "" {
			fmt.Fprintf(stderr, "train: note: %s\n", note)
		}
		return err
	})
}

// read returns the data that c names, as it is, and completes c with what
// depends on them.
func read(c *config) (*dataset.Set, error) {
	set, err := source(c)
	if err == nil && set.X.Cols == 2 && !c.given["epochs"] {
		c.Epochs = trial.EpochsPlane
	}
	return set, err
}

func source(c *config) (*dataset.Set, error) {
	dir, mnist := strings.CutPrefix(c.data, "mnist:")
	switch {
	case c.x != "" && c.y != "":
		return dataset.CSV{Header: c.header}.ReadXY(c.x, c.y)
	case c.x != "":
		table, err := dataset.CSV{Header: c.header}.ReadFile(c.x)
		if err != nil {
			return nil, err
		}
		return table.Labelled(c.label)
	case mnist:
		return dataset.MNIST(dir)
	case c.data == "moons":
		return dataset.Moons(c.samples, c.noise, trial.Rand(c.Seed, trial.StreamData)), nil
	case c.data == "linear":
		return dataset.Linear(c.samples, c.noise, trial.Rand(c.Seed, trial.StreamData)), nil
	}
	return dataset.Digits()
}

// describe prints what is trained, and with what.
func describe(w io.Writer, c config, set *dataset.Set, training int, rest string, n *network.Network) {
	n0, n1, n2 := n.Shape()
	fmt.Fprintf(w, "%s: %d samples to train on, %s; seed %d\n", set.Name, training, rest, c.Seed)
	fmt.Fprintf(w, "network %d-%d-%d, %v, %d parameters; inputs scaled: %s\n", n0, n1, n2, n.Activation, n0*n1+n1+n1*n2+n2, c.Scaling)
	if c.load == "" || c.given["epochs"] {
		batch := fmt.Sprint(c.BatchSize)
		if c.BatchSize == 0 || c.BatchSize >= training {
			batch = "all"
		}
		fmt.Fprintf(w, "training: rate %g, batch %s, lambda %g, %d epochs\n", c.LearningRate, batch, c.Lambda, c.Epochs)
	}
	fmt.Fprintln(w)
}

// train trains and tests one network. The note is what the user should know
// although it is no error.
func train(ctx context.Context, c config, stdout io.Writer, line *cli.Progress) (note string, err error) {
	set, err := read(&c)
	if err != nil {
		return "", err
	}
	for _, name := range []string{c.save, c.plot} {
		if name != "" {
			if err := cli.CheckFile(name); err != nil {
				return "", err
			}
		}
	}
	held := set.Held
	if held == nil || c.given["test"] {
		_, held = dataset.Split(set.Labels, c.test, trial.Rand(c.Seed, trial.StreamSplit))
	}
	samples := dataset.Without(set.X.Rows, held)
	if len(held) == 0 {
		return "", fmt.Errorf("%s: no class has two samples, one to train on and one to hold out", set.Name)
	}
	var m model
	if c.load != "" {
		if m, err = loadModel(c.load); err == nil {
			err = m.fit(set)
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", c.load, trimName(err, c.load))
		}
		c.Scaling = "as in " + c.load
	} else {
		m = model{c.NewNetwork(set), dataset.FitScaling(c.Scaling, set.X, samples), set.Classes}
		if c.Scaling != "none" {
			m.scaling.Apply(set.X)
		}
	}
	describe(stdout, c, set, len(samples), fmt.Sprintf("%d held out", len(held)), m.network)
	var stopped error
	var h history
	if c.load == "" || c.given["epochs"] {
		if stopped, note, err = fit(ctx, c, m.network, set, samples, line, &h); err != nil {
			return "", err
		}
	}
	if err := report(stdout, m.network, set, samples, held, c.Lambda); err != nil {
		return "", err
	}
	if c.save != "" {
		if err := cli.WriteFile(c.save, m.save); err != nil {
			return "", err
		}
		fmt.Fprintf(stdout, "saved in %s\n", c.save)
	}
	if c.plot != "" {
		if err := cli.WriteFile(c.plot, picture(m, set, held, h)); err != nil {
			return "", err
		}
		fmt.Fprintf(stdout, "drawn in %s\n", c.plot)
	}
	return note, stopped
}

// trimName takes the name of a file off an error that begins with it.
func trimName(err error, name string) error {
	return errors.New(strings.TrimPrefix(err.Error(), name+": "))
}

// fit trains n and shows how far it is. If ctx ended it, stopped says when, and
// n is as far as it got; if it seems too early to stop, note says why.
func fit(ctx context.Context, c config, n *network.Network, set *dataset.Set, samples []int, line *cli.Progress, h *history) (stopped error, note string, err error) {
	first, err := n.Evaluate(set.X, set.Y, samples, c.Lambda)
	if err != nil {
		return nil, "", err
	}
	last, before := first, first
	o := c.Options()
	o.Epoch = func(epoch int, s network.Score) {
		before, last = last, s
		h.add(epoch, s)
		line.Show(epoch, c.Epochs, fmt.Sprintf("epoch %d/%d  data loss %.4f + penalty %.4f = %.4f  train acc. %.4f",
			epoch, c.Epochs, s.DataLoss, s.Penalty, s.Total, s.Accuracy))
	}
	epochs, err := n.Train(ctx, set.X, set.Y, samples, o)
	line.Close()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w in epoch %d of %d", cli.ErrInterrupted, epochs+1, c.Epochs), "", nil
	}
	if err != nil {
		return nil, "", err
	}
	note, err = c.Judge(first.DataLoss, before.DataLoss, last.DataLoss, trial.ConstantLoss(set.Y, samples))
	return nil, note, err
}

// predict prints the class and the outputs for each line of inputs.
func predict(c config, w io.Writer) error {
	m, err := loadModel(c.load)
	if err != nil {
		return err
	}
	table, err := dataset.CSV{Header: c.header}.ReadFile(c.predict)
	if err != nil {
		return err
	}
	if n0, _, _ := m.network.Shape(); table.X.Cols != n0 {
		return fmt.Errorf("%s: found %d columns, want %d, one for each input of %s", c.predict, table.X.Cols, n0, c.load)
	}
	m.scaling.Apply(table.X)
	outputs := m.network.Predict(table.X)
	out := csv.NewWriter(w)
	for s := range outputs.Rows {
		class, err := network.Class(outputs.Row(s))
		if err != nil {
			return fmt.Errorf("%s:%d: %w", c.predict, table.Lines[s], err)
		}
		record := []string{m.classes[class]}
		for _, v := range outputs.Row(s) {
			record = append(record, strconv.FormatFloat(v, 'g', -1, 64))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
