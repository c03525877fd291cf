// Command experiments measures what docs/experiments.md shows: the homework's test
// experiment (Q2), its sweeps on real digits (Q3), and what its Q4 asks about.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

const usage = `Usage: go run ./cmd/experiments [-quick | -speed] [-out DIR]

Runs the homework's experiments, each setting with five seeds and five folds:
the test experiment on two moons and on a linearly separable set, and on the
handwritten digits one sweep each of hidden nodes, learning rate, epochs,
regularisation and batch size. Further comparisons show the effect of the bend
of the activation, of the number of steps, of unknown writers, and of few and
noisy training samples. Last, it searches for a good combination and tests it on
samples that were set aside before. It takes about five minutes on two cores.

It prints the tables. Into DIR it writes results.json and the figures, and it
updates the tables and numbers in experiments.md and answers.md. The same
program gives the same results, to the last digit, on the same kind of CPU.

  -quick     a shorter version, in seconds: two seeds, two folds and a tenth of
             the epochs; without -out it writes no files
  -speed     run the benchmarks of docs/speed.md in place of the experiments,
             with and without vectors, which needs Go 1.27.3, and write
             speed.json, two figures and the numbers in speed.md and README.md;
             it takes about three minutes, on a machine that is otherwise idle
  -out DIR   the folder to write to, which must contain the pages
             (default docs)
`

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "experiments", Usage: usage}
	quick := c.Flags.Bool("quick", false, "")
	fast := c.Flags.Bool("speed", false, "")
	dir := c.Flags.String("out", "", "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		if *dir == "" && !*quick {
			*dir = "docs"
		}
		switch {
		case *fast && *quick:
			return cli.UsageError{Err: errors.New("-speed and -quick cannot be used together")}
		case *fast:
			return measureSpeed(ctx, *dir, cli.NewProgress(stderr))
		}
		return experiments(ctx, *quick, *dir, out, cli.NewProgress(stderr))
	})
}

func experiments(ctx context.Context, quick bool, dir string, stdout io.Writer, progress *cli.Progress) error {
	if dir != "" {
		if err := checkPages(dir, pages); err != nil {
			return err
		}
	}
	digits, err := dataset.Digits()
	if err != nil {
		return err
	}
	x := &runner{seeds: 5, folds: 5, progress: progress, results: make(map[series][]trial.Result)}
	shorten := 1
	if quick {
		x.seeds, x.folds, shorten = 2, 2, 10
	}
	r := results{Seeds: x.seeds, Folds: x.folds, Quick: quick}
	d := newSources(digits)
	todo, images := newPlan(d, shorten), weights(d, shorten)
	if err := x.measure(ctx, "measure", &r, todo, images); err != nil {
		return err
	}
	if err := x.measure(ctx, "test", &r, final(d, todo, r.group("search"), shorten)); err != nil {
		return err
	}
	last := r.Groups[len(r.Groups)-1].Points
	_, aside := d.aside.splits(1, 1)[0].counts()
	for i, p := range last {
		last[i].Wilson = new(interval)
		if p.Runs[0] != nil {
			*last[i].Wilson = wilson(int(math.Round(*p.Runs[0]*float64(aside))), aside)
		}
	}
	fmt.Fprint(stdout, text(r))
	if dir == "" {
		return nil
	}
	first := func(s series) trial.Result { return x.results[s][0] }
	if err := write(r, figures(r, first, d, todo, images), dir); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nwritten to %s: results.json, figures, pages\n", dir)
	return nil
}

// A runner runs series and keeps their results. Each series is run once, even if
// several points need it.
type runner struct {
	seeds, folds int
	progress     *cli.Progress
	results      map[series][]trial.Result // seed by seed and fold by fold
}

// measure runs what the plan needs, and more series if there are any, and adds the
// groups of the plan to the results.
func (x *runner) measure(ctx context.Context, phase string, r *results, todo plan, more ...series) error {
	list := more
	for _, g := range todo {
		for _, e := range g.entries {
			list = append(list, e.series)
		}
	}
	if err := x.run(ctx, phase, list); err != nil {
		return err
	}
	for _, g := range todo {
		done := group{Name: g.name, Splits: g.entries[0].perSeed(x.folds), Ratio: g.ratio(x.folds)}
		for _, e := range g.entries {
			p := summarise(e.value, tested(x.results[e.series], e.after), e.perSeed(x.folds))
			p.Command = e.command(x.folds)
			done.Points = append(done.Points, p)
		}
		if g.paired() {
			done.compare()
		}
		r.Groups = append(r.Groups, done)
	}
	return nil
}

// run runs the series that have not been run.
func (x *runner) run(ctx context.Context, phase string, list []series) error {
	var todo []series
	var jobs []trial.Job
	for _, s := range list {
		if _, ok := x.results[s]; ok {
			continue
		}
		x.results[s] = nil
		todo = append(todo, s)
		jobs = append(jobs, s.jobs(x.seeds, x.folds)...)
	}
	done, err := trial.RunAll(ctx, jobs, func(n int) {
		x.progress.Show(n, len(jobs), fmt.Sprintf("%s: %d of %d runs done", phase, n, len(jobs)))
	})
	x.progress.Close()
	for _, s := range todo {
		n := len(s.jobs(x.seeds, x.folds))
		x.results[s], done = done[:n], done[n:]
	}
	return err
}

// jobs returns the runs of the series, seed by seed and fold by fold.
func (s series) jobs(seeds, folds int) (jobs []trial.Job) {
	if s.seeds > 0 {
		seeds = min(seeds, s.seeds)
	}
	for seed := range uint64(seeds) {
		for fold, sp := range s.splits(seed+1, folds) {
			p := s.Params
			p.Seed, p.Fold = seed+1, fold
			jobs = append(jobs, trial.Job{Params: p, Set: sp.set, Held: sp.held, At: trial.Checkpoints(p.Epochs)})
		}
	}
	return jobs
}

// tested returns the results as they were at the last record up to an epoch; 0 means
// the end.
func tested(results []trial.Result, after int) []trial.Result {
	if after == 0 {
		return results
	}
	early := make([]trial.Result, len(results))
	for i, r := range results {
		for n, h := range r.History {
			if h.Epoch <= after {
				early[i] = trial.Result{Diverged: r.Diverged, History: r.History[:n+1], Train: h.Score, Test: h.Held, Confusion: h.Confusion}
			}
		}
	}
	return early
}
