// Package trial trains networks on part of a data set and tests them on the rest:
// once, or many times side by side.
package trial

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"chainrule/cmd/internal/dataset"
	"chainrule/matrix"
	"chainrule/network"
)

// Params are the hyperparameters of a run.
type Params struct {
	Hidden       int
	Activation   network.Activation
	LearningRate float64
	Epochs       int // 0: do not train, only test
	BatchSize    int // 0: all samples
	Lambda       float64
	Scaling      string // one of dataset.Scalings
	Seed         uint64 // of the initial weights and the order of the samples
	Fold         int    // of cross-validation: each fold has its own weights and order
}

// Defaults are the default hyperparameters. In five-fold cross-validation on the
// digits they reach a mean accuracy of 0.97; see docs/experiments.md.
var Defaults = Params{Hidden: 64, Activation: network.Sigmoid, LearningRate: 2, Epochs: 50, BatchSize: 16, Scaling: "none", Seed: 1}

// EpochsPlane is the default of Epochs for data with two inputs: a curved
// boundary takes longer to learn than digits do.
const EpochsPlane = 200

// NoiseMoons is the noise at which the two moons just touch.
const NoiseMoons = 0.15

// Each use of a seed has its own stream of random numbers. The number of hidden
// nodes, for example, thus has no influence on the split or the order of samples.
const (
	StreamData = 10 + iota
	StreamSplit
	streamWeights
	streamOrder
)

// Rand returns the generator for one use of a seed.
func Rand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// rand returns the generator for one use of the seed that differs between folds.
func (p Params) rand(stream uint64) *rand.Rand { return Rand(p.Seed, stream+100*uint64(p.Fold)) }

// Checkpoints returns some ten epochs, spaced about evenly on a logarithmic axis and up
// to the given one. Those for fewer epochs are the first of those for more.
func Checkpoints(epochs int) (at []int) {
	for decade := 1.; ; decade *= 10 {
		for _, step := range []float64{1, 2, 3, 5, 6} {
			if step*decade > float64(epochs) {
				return at
			}
			at = append(at, int(step*decade))
		}
	}
}

// A Model is a network with the scaling of its inputs and the names of its classes.
type Model struct {
	Network *network.Network
	Scaling dataset.Scaling // of the inputs
	Classes []string        // the names of the outputs
}

// NewModel returns an untrained network for the set, with inputs scaled by
// statistics of the training samples alone.
func (p Params) NewModel(set *dataset.Set, training []int) Model {
	n := network.New(set.X.Cols, p.Hidden, set.Y.Cols, p.Activation, p.rand(streamWeights))
	return Model{n, dataset.FitScaling(p.Scaling, set.X, training), set.Classes}
}

// scale returns the scaled inputs: x itself if the scaling changes nothing, so
// that large sets are not copied, and otherwise a copy.
func (m Model) scale(x *matrix.Matrix) *matrix.Matrix {
	identity := func(offset, factor float64) bool { return offset == 0 && factor == 1 }
	if slices.EqualFunc(m.Scaling.Offset, m.Scaling.Factor, identity) {
		return x
	}
	x = x.Clone()
	m.Scaling.Apply(x)
	return x
}

// A Job trains a network on the samples of Set that are not in Held and tests it
// on those that are.
type Job struct {
	Params
	Set   *dataset.Set
	Held  []int
	Model *Model                               // train this one further; nil means NewModel
	At    []int                                // record the scores after these epochs and the last; nil means every epoch
	Epoch func(epoch int, score network.Score) // called with each record, unless nil
}

// A Result is the outcome of a job. If Diverged is not nil, it says why the run
// diverged, and only History is set besides.
type Result struct {
	Model
	Diverged  error
	Note      string // advice if the network has learned nothing so far
	Epochs    int    // complete epochs
	History   []Record
	Train     network.Score // on the training samples
	Test      network.Score // on the held-out samples
	Confusion *Confusion    // of the held-out samples
	ROC       *Curve        // the same, class 1 being positive; nil unless there are two classes, both held out
}

// A Record has the scores after an epoch. Held and Confusion are set if the job lists
// its epochs, unless an output for a held-out sample was NaN.
type Record struct {
	Epoch         int
	network.Score // on the training samples
	Held          network.Score
	Confusion     *Confusion // of the held-out samples
}

// Run runs the job. If ctx is cancelled, it stops training after the current batch and
// returns the result for the network as it is, with context.Canceled unless that is
// complete. Confusion is then nil unless the test is quick. A divergence is a result;
// other errors are wrong parameters.
func Run(ctx context.Context, j Job) (Result, error) {
	samples := dataset.Without(j.Set.X.Rows, j.Held)
	if j.Model == nil {
		m := j.NewModel(j.Set, samples)
		j.Model = &m
	}
	r := Result{Model: *j.Model}
	x := r.scale(j.Set.X)
	err := r.train(ctx, j, x, samples)
	if err == nil || errors.Is(err, context.Canceled) {
		testing, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer stop()
		defer context.AfterFunc(ctx, func() { time.AfterFunc(quick, stop) })()
		if e := r.test(testing, j, x, samples); e != nil {
			err = e
		}
	}
	if errors.Is(err, network.ErrDiverged) {
		return Result{Diverged: err, History: r.History}, nil
	}
	return r, err
}

// quick is the time that a test may go on after ctx is cancelled. It leaves the commands
// enough of theirs (see cli.Main) to save the network.
const quick = 250 * time.Millisecond

func (r *Result) train(ctx context.Context, j Job, x *matrix.Matrix, samples []int) error {
	if j.Epochs == 0 {
		return nil
	}
	first, err := r.Network.Evaluate(ctx, x, j.Set.Y, samples, j.Lambda)
	if err != nil {
		return err
	}
	last, before, weights := first, first, r.Network.Penalty(2)
	r.Epochs, err = r.Network.Train(ctx, x, j.Set.Y, samples, network.Options{
		LearningRate: j.LearningRate, Lambda: j.Lambda, Epochs: j.Epochs, BatchSize: j.BatchSize,
		Rand: j.rand(streamOrder), At: j.At,
		Epoch: func(epoch int, s network.Score) {
			before, last = last, s
			record := Record{Epoch: epoch, Score: s}
			if j.At != nil {
				record.Held, record.Confusion, _, _ = r.held(ctx, j, x)
			}
			r.History = append(r.History, record)
			if j.Epoch != nil {
				j.Epoch(epoch, s)
			}
		},
	})
	if err == nil {
		r.Note, err = j.Judge(first.DataLoss, before.DataLoss, last.DataLoss, constantLoss(j.Set.Y, samples))
	}
	if left := r.Network.Penalty(2) / weights; r.Note != "" && j.Lambda > 0 && left < shrunk {
		r.Note = fmt.Sprintf("the penalty has shrunk ‖w‖² to %.2g of what it was, and the network has learned nothing: try a smaller -lambda", left)
	}
	return err
}

// test sets the scores of the network. A NaN after training is a divergence.
func (r *Result) test(ctx context.Context, j Job, x *matrix.Matrix, samples []int) (err error) {
	if r.Train, err = r.Network.Evaluate(ctx, x, j.Set.Y, samples, j.Lambda); err == nil {
		r.Test, r.Confusion, r.ROC, err = r.held(ctx, j, x)
	}
	if errors.Is(err, network.ErrNaN) && j.Epochs > 0 {
		return fmt.Errorf("%w: %v", network.ErrDiverged, err)
	}
	return err
}

// held returns the scores on the held-out samples.
func (r *Result) held(ctx context.Context, j Job, x *matrix.Matrix) (score network.Score, _ *Confusion, roc *Curve, err error) {
	if score, err = r.Network.Evaluate(ctx, x, j.Set.Y, j.Held, j.Lambda); err != nil {
		return network.Score{}, nil, nil, err
	}
	held := matrix.New(len(j.Held), x.Cols)
	for i, s := range j.Held {
		copy(held.Row(i), x.Row(s))
	}
	outputs := r.Network.Predict(held)
	truth, predicted := make([]int, len(j.Held)), make([]int, len(j.Held))
	scores, positive := make([]float64, len(j.Held)), make([]bool, len(j.Held))
	for i, s := range j.Held {
		truth[i] = j.Set.Labels[s]
		predicted[i], _ = network.Class(outputs.Row(i)) // no NaN, as Evaluate has found
		scores[i], positive[i] = outputs.At(i, outputs.Cols-1), truth[i] == 1
	}
	if len(j.Set.Classes) == 2 {
		roc = ROC(scores, positive)
	}
	return score, NewConfusion(j.Set.Classes, truth, predicted), roc, nil
}

// RunAll runs the jobs, as many at a time as there are processors, and calls done
// with the number of those that have ended, from 1. It returns the first error,
// which stops the jobs in progress; no more are started then. The results do not
// depend on how many jobs run at a time.
func RunAll(ctx context.Context, jobs []Job, done func(n int)) ([]Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	results := make([]Result, len(jobs))
	todo, ended := make(chan int, len(jobs)), make(chan error)
	for i := range jobs {
		todo <- i
	}
	close(todo)
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for i := range todo {
				err := ctx.Err()
				if err == nil {
					results[i], err = Run(ctx, jobs[i])
				}
				ended <- err
			}
		}()
	}
	for n := range jobs {
		if err := <-ended; err != nil {
			cancel(err)
		} else if ctx.Err() == nil {
			done(n + 1)
		}
	}
	return results, context.Cause(ctx)
}

// MeanSD returns the mean of v and its sample standard deviation (divided by
// n−1), which is 0 for a single value. Both are NaN for none.
func MeanSD(v []float64) (mean, sd float64) {
	if len(v) == 0 {
		return math.NaN(), math.NaN()
	}
	for _, x := range v {
		mean += x / float64(len(v))
	}
	if len(v) < 2 {
		return mean, 0
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(len(v)-1)
	}
	return mean, math.Sqrt(sd)
}
