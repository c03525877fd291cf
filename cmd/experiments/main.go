// Command experiments measures what docs/experiments.md shows: the homework's test
// experiment (Q2) and its sweeps on real digits (Q3).
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

const usage = `Usage: go run ./cmd/experiments [-quick] [-out DIR]

Runs the homework's experiments with five-fold cross-validation: the test
experiment on two moons and on a linearly separable set, and on the handwritten
digits one sweep each of hidden nodes, learning rate, epochs, regularisation and
batch size. Then it searches for the best combination and confirms it on other
folds. It takes about two minutes on two cores.

It prints the tables. Into DIR it writes results.json and the figures, and it
updates the tables and numbers in experiments.md and answers.md. The same
program gives the same results, to the last digit, on the same kind of CPU.

  -quick     a shorter version, in seconds: two folds and a fifth of the epochs,
             but for the sweep of epochs; without -out it writes no files
  -out DIR   the folder to write to, which must contain the two pages
             (default docs)
`

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "experiments", Usage: usage}
	quick := c.Flags.Bool("quick", false, "")
	dir := c.Flags.String("out", "", "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		if *dir == "" && !*quick {
			*dir = "docs"
		}
		return experiments(ctx, *quick, *dir, out, cli.NewProgress(stderr))
	})
}

func experiments(ctx context.Context, quick bool, dir string, stdout io.Writer, progress *cli.Progress) error {
	if dir != "" {
		for _, page := range pages { // before the measurements, not after them
			if _, err := os.Stat(filepath.Join(dir, page)); err != nil {
				return fmt.Errorf("-out %s: want a folder with %s: %w", dir, strings.Join(pages, " and "), err)
			}
		}
	}
	digits, err := dataset.Digits()
	if err != nil {
		return err
	}
	x := &runner{folds: 5, progress: progress, results: make(map[series][]trial.Result)}
	if quick {
		x.folds = 2
	}
	r := results{Folds: x.folds, Quick: quick}

	search, plane := candidates(quick), planeSeries(quick)
	params := append([]trial.Params{base(quick), few(quick)}, search...)
	for _, s := range sweeps {
		params = append(params, s.points(quick)...)
	}
	list := plane
	for _, p := range params {
		list = append(list, series{digits, p})
	}
	if err := x.run(ctx, "measure", list); err != nil {
		return err
	}
	measured := func(value string, p trial.Params) point {
		s := series{digits, p}
		return summarise(value, s, x.results[s])
	}
	r.Default = measured("default", base(quick))
	for _, s := range sweeps {
		result := sweepResult{Name: s.name}
		for i, p := range s.points(quick) {
			result.Points = append(result.Points, measured(s.label(s.values[i]), p))
		}
		at, border := best(result.Points)
		result.Best, result.Border = result.Points[at].Value, border
		r.Sweeps = append(r.Sweeps, result)
	}
	for i, p := range search {
		r.Search = append(r.Search, measured(fmt.Sprint(i+1), p))
	}
	at, _ := best(r.Search)
	r.Best = r.Search[at]
	p := search[at]
	p.Seed++
	if err := x.run(ctx, "confirm", []series{{digits, p}}); err != nil {
		return err
	}
	r.Confirmed = measured("confirmed", p)
	for _, s := range plane {
		r.Plane = append(r.Plane, summarise(s.set.Name, s, x.results[s]))
	}
	fmt.Fprint(stdout, text(r))
	if dir == "" {
		return nil
	}
	if err := write(r, figures(r, x, digits, plane), dir); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nwritten to %s: results.json, figures, pages\n", dir)
	return nil
}

// A series is a set of hyperparameters to be run on each fold of a data set.
type series struct {
	set    *dataset.Set
	params trial.Params
}

func (s series) folds(k int) [][]int {
	return dataset.Folds(s.set.Labels, k, trial.Rand(s.params.Seed, trial.StreamSplit))
}

// A runner runs series and keeps their results. Each series is run once, even if
// it is a point of several sweeps.
type runner struct {
	folds    int
	progress *cli.Progress
	results  map[series][]trial.Result // one per fold
}

func (x *runner) run(ctx context.Context, phase string, list []series) error {
	var todo []series
	var jobs []trial.Job
	for _, s := range list {
		if _, ok := x.results[s]; ok {
			continue
		}
		x.results[s] = nil
		todo = append(todo, s)
		for _, held := range s.folds(x.folds) {
			jobs = append(jobs, trial.Job{Params: s.params, Set: s.set, Held: held, Every: max(1, s.params.Epochs/curve)})
		}
	}
	done, err := trial.RunAll(ctx, jobs, func(n int) {
		x.progress.Show(n, len(jobs), fmt.Sprintf("%s: %d of %d runs done", phase, n, len(jobs)))
	})
	x.progress.Close()
	for i, s := range todo {
		x.results[s] = done[i*x.folds : (i+1)*x.folds]
	}
	return err
}
