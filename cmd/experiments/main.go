// Command experiments measures what docs/experiments.md shows: the homework's
// test experiment (Q2) and its sweeps on real digits (Q3).
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

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

  -quick     a shorter version, in seconds: two folds, a fifth of the epochs and
             at most 100; it writes no files unless -out is given
  -out DIR   the folder to write to, which must contain the two pages
             (default docs)

Exit status: 0 success, 1 an error, 2 wrong flags, 130 interrupted by Ctrl-C.
`

// curve is about how many points a loss curve has.
const curve = 20

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "experiments", Usage: usage}
	quick := c.Flags.Bool("quick", false, "")
	dir := c.Flags.String("out", "", "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		if *dir == "" && !*quick {
			*dir = "docs"
		}
		err := experiments(ctx, *quick, *dir, out, cli.NewProgress(stderr))
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("%w; the same command continues from here", cli.ErrInterrupted)
		}
		return err
	})
}

func experiments(ctx context.Context, small bool, out string, stdout io.Writer, line *cli.Progress) error {
	if out != "" {
		for _, page := range pages { // before minutes of work, not after
			if _, err := os.Stat(filepath.Join(out, page)); err != nil {
				return err
			}
		}
	}
	set, err := dataset.Digits()
	if err != nil {
		return err
	}
	r := results{Folds: 5, Quick: small}
	if small {
		r.Folds = 2
	}
	l := &lab{set: set, line: line, done: make(map[string]outcome)}
	l.open(stateFile())
	// All that does not depend on a result is known before, for the time left.
	todo := jobs(base(small), r.Folds)
	for _, s := range sweeps {
		_, params := s.points(small)
		for _, p := range params {
			todo = append(todo, jobs(p, r.Folds)...)
		}
	}
	for _, p := range candidates(small) {
		todo = append(todo, jobs(p, r.Folds)...)
	}
	todo = uniq(todo)
	l.plan(todo, jobs(candidates(small)[0], r.Folds)) // the last of them to confirm the best
	if err := l.run(ctx, todo); err != nil {
		return err
	}
	measure := func(value string, p trial.Params) point {
		return summarise(value, p, l.outcomes(jobs(p, r.Folds)))
	}
	r.Default = measure("default", base(small))
	for _, s := range sweeps {
		sr := sweepResult{Name: s.name}
		values, params := s.points(small)
		for i, p := range params {
			sr.Points = append(sr.Points, measure(s.label(values[i]), p))
		}
		at, border := best(sr.Points)
		sr.Best, sr.Border = at.Value, border
		r.Sweeps = append(r.Sweeps, sr)
	}
	for i, p := range candidates(small) {
		r.Search = append(r.Search, measure(fmt.Sprint(i+1), p))
	}
	r.Best, _ = best(r.Search)
	for i, p := range candidates(small) {
		if r.Search[i].Value == r.Best.Value {
			p.Seed++
			if err := l.run(ctx, jobs(p, r.Folds)); err != nil {
				return err
			}
			r.Confirmed = measure("confirmed", p)
		}
	}
	if r.Plane, err = planes(ctx, r.Folds, small); err != nil {
		return err
	}
	line.Close()
	fmt.Fprint(stdout, text(r))
	if out != "" {
		if err := write(r, out); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "\nwritten to %s: results.json, figures, pages\n", out)
	}
	os.Remove(l.state)
	return nil
}

// A lab does jobs and remembers what came of them, also from one run of the
// program to the next.
type lab struct {
	set   *dataset.Set
	line  *cli.Progress
	state string // the file; "" for none

	mutex       sync.Mutex
	done        map[string]outcome
	saved       time.Time
	start       time.Time
	cost, total float64 // of what this run has done, and of all it has to do
	count, all  int
}

// stateFile is where an interrupted run is remembered; "" is nowhere. The name
// holds a sum of the program itself: another program may compute something else.
func stateFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	program, err := os.Executable()
	if err != nil {
		return ""
	}
	b, err := os.ReadFile(program)
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "chainrule", fmt.Sprintf("experiments-%.6x.json", sha256.Sum256(b)))
}

// open reads what an interrupted run has done. A file that cannot be read is as
// good as none.
func (l *lab) open(state string) {
	l.state, l.start = state, time.Now()
	if b, err := os.ReadFile(state); err == nil && json.Unmarshal(b, &l.done) != nil {
		l.done = make(map[string]outcome)
	}
}

// save writes what has been done so far.
func (l *lab) save() {
	if l.state == "" || os.MkdirAll(filepath.Dir(l.state), 0o755) != nil {
		return
	}
	// Without it nothing is lost but the time to do it again.
	_ = cli.WriteFile(l.state, func(w io.Writer) error { return json.NewEncoder(w).Encode(l.done) })
	l.saved = time.Now()
}

// plan counts what is to be done, in all.
func (l *lab) plan(lists ...[]job) {
	for _, list := range lists {
		for _, j := range list {
			l.all++
			if _, ok := l.done[j.key()]; ok {
				l.count++
			} else {
				l.total += j.cost()
			}
		}
	}
}

// run does the jobs that have not been done, side by side.
func (l *lab) run(ctx context.Context, list []job) error {
	var todo []job
	for _, j := range list {
		if _, ok := l.done[j.key()]; !ok {
			todo = append(todo, j)
		}
	}
	folds := make(map[[2]uint64][][]int)
	for _, j := range todo {
		id := [2]uint64{j.Params.Seed, uint64(j.Folds)}
		if folds[id] == nil {
			folds[id] = dataset.Folds(l.set.Labels, j.Folds, trial.Rand(j.Params.Seed, trial.StreamSplit))
		}
	}
	err := trial.Each(ctx, len(todo), func(ctx context.Context, i int) error {
		j := todo[i]
		r, err := trial.Run(ctx, j.Params, l.set, folds[[2]uint64{j.Params.Seed, uint64(j.Folds)}][j.Fold], max(1, j.Params.Epochs/curve))
		if err != nil {
			return err
		}
		o := outcome{Diverged: r.Diverged, Train: r.Train, Held: r.Held, MacroF1: r.MacroF1, Loss: r.Loss}
		if r.Confusion != nil {
			o.Count = r.Confusion.Count
		}
		l.finish(j, o)
		return nil
	})
	if err != nil {
		l.line.Close()
		l.save()
	}
	return err
}

// finish notes what came of a job, and shows how far all is.
func (l *lab) finish(j job, o outcome) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.done[j.key()] = o
	l.count++
	l.cost += j.cost()
	left := time.Duration(float64(time.Since(l.start)) * (l.total - l.cost) / l.cost)
	l.line.Show(l.count, l.all, fmt.Sprintf("%d of %d trainings done, about %v left", l.count, l.all, left.Round(time.Second)))
	if time.Since(l.saved) > 2*time.Second {
		l.save()
	}
}

func (l *lab) outcomes(list []job) (all []outcome) {
	for _, j := range list {
		all = append(all, l.done[j.key()])
	}
	return all
}
