// Package trial trains networks on parts of a data set and tests them on the
// rest: one, K folds, or many of them side by side.
package trial

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/metrics"
	"chainrule/matrix"
	"chainrule/network"
)

// Params are what a person varies.
type Params struct {
	Hidden       int
	Activation   network.Activation
	LearningRate float64
	Epochs       int
	BatchSize    int // 0: all
	Lambda       float64
	Scaling      string // of dataset.Scalings
	Seed         uint64 // of the first weights and of the order of the samples
}

// Defaults are the parameters where nothing else is said. On the digits they give
// a mean accuracy of 0.97 in five folds; docs/experiments.md has the figures.
var Defaults = Params{Hidden: 64, Activation: network.Sigmoid, LearningRate: 2, Epochs: 50, BatchSize: 16, Scaling: "none", Seed: 1}

// EpochsPlane is the default of Epochs where there are only two inputs: a bent
// boundary takes longer to learn than digits do.
const EpochsPlane = 200

// NoiseMoons is the noise at which the two moons just touch.
const NoiseMoons = 0.15

// Each use of a seed has a stream of random numbers of its own: another number
// of hidden nodes, say, leaves the split and the order as they are.
const (
	StreamData = 10 + iota
	StreamSplit
	streamWeights
	streamOrder
)

// Rand returns the generator of a seed for one use of it.
func Rand(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// NewNetwork returns the network that training begins with.
func (p Params) NewNetwork(set *dataset.Set) *network.Network {
	return network.New(set.X.Cols, p.Hidden, set.Y.Cols, p.Activation, Rand(p.Seed, streamWeights))
}

// Options returns how to train it.
func (p Params) Options() network.Options {
	return network.Options{LearningRate: p.LearningRate, Lambda: p.Lambda, Epochs: p.Epochs, BatchSize: p.BatchSize, Rand: Rand(p.Seed, streamOrder)}
}

// A Result is what a training with its test came to.
type Result struct {
	Diverged  string  // if not empty: it diverged, and this is how; the rest is 0
	Train     float64 // accuracy on the samples trained on
	Held      float64 // accuracy on those held out
	MacroF1   float64 // on those held out
	Loss      []Loss  // after some of the epochs, the last among them
	Confusion *metrics.Confusion
	Outputs   *matrix.Matrix // for each sample held out, in their order
	Network   *network.Network
}

// Loss is how training was after an epoch.
type Loss struct {
	Epoch int     `json:"epoch"`
	Data  float64 `json:"data"`  // data loss on the samples trained on
	Total float64 `json:"total"` // with the penalty
}

// Run trains a network on the samples of set that are not in held and tests it
// on those that are. The loss is noted after every so many epochs and after the
// last. The only errors are that of ctx and those of wrong parameters: to diverge
// is a result.
func Run(ctx context.Context, p Params, set *dataset.Set, held []int, every int) (Result, error) {
	samples := dataset.Without(set.X.Rows, held)
	x := set.X
	if p.Scaling != "none" {
		x = x.Clone()
		dataset.FitScaling(p.Scaling, x, samples).Apply(x)
	}
	n := p.NewNetwork(set)
	first, err := n.Evaluate(x, set.Y, samples, p.Lambda)
	if err != nil {
		return Result{}, err
	}
	r := Result{Network: n}
	o := p.Options()
	o.Every = every
	o.Epoch = func(epoch int, s network.Score) {
		r.Train = s.Accuracy
		r.Loss = append(r.Loss, Loss{epoch, s.DataLoss, s.Total})
	}
	if _, err := n.Train(ctx, x, set.Y, samples, o); errors.Is(err, network.ErrDiverged) {
		return Result{Diverged: err.Error(), Loss: r.Loss}, nil
	} else if err != nil {
		return r, err
	}
	last := r.Loss[len(r.Loss)-1].Data
	before := first.DataLoss
	if len(r.Loss) > 1 {
		before = r.Loss[len(r.Loss)-2].Data
	}
	if _, err := p.Judge(first.DataLoss, before, last, ConstantLoss(set.Y, samples)); err != nil {
		return Result{Diverged: err.Error(), Loss: r.Loss}, nil
	}
	r.Outputs = n.Predict(rows(x, held))
	truth, predicted := make([]int, len(held)), make([]int, len(held))
	for i, s := range held {
		class, err := network.Class(r.Outputs.Row(i))
		if err != nil {
			return Result{Diverged: fmt.Sprintf("%v: %v", network.ErrDiverged, err)}, nil
		}
		truth[i], predicted[i] = set.Labels[s], class
	}
	r.Confusion = metrics.NewConfusion(set.Classes, truth, predicted)
	r.Held, r.MacroF1 = r.Confusion.Accuracy(), r.Confusion.Macro().F1
	return r, nil
}

// ROC returns the receiver operating characteristic of a set of two classes, by
// the second output for the samples held out, its class being positive.
func ROC(set *dataset.Set, held []int, outputs *matrix.Matrix) (metrics.Curve, error) {
	scores, positive := make([]float64, len(held)), make([]bool, len(held))
	for i, s := range held {
		scores[i], positive[i] = outputs.At(i, 1), set.Labels[s] == 1
	}
	return metrics.ROC(scores, positive)
}

// rows returns the listed rows of x.
func rows(x *matrix.Matrix, list []int) *matrix.Matrix {
	z := matrix.New(len(list), x.Cols)
	for i, r := range list {
		copy(z.Row(i), x.Row(r))
	}
	return z
}

// Each calls f(0) to f(n−1), as many at a time as there are processors, and
// returns the error that came first; after an error or the end of ctx no more
// are begun, and those that run have their ctx cancelled. What f(i) computes
// must depend on i alone: then the result is the same however many run side by
// side.
func Each(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range next {
				if err := f(ctx, i); err != nil {
					cancel(err)
				}
			}
		}()
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wait.Wait()
	return context.Cause(ctx)
}

// Folds runs p on each of the folds, which are what is held out in turn.
func Folds(ctx context.Context, p Params, set *dataset.Set, folds [][]int, every int) ([]Result, error) {
	results := make([]Result, len(folds))
	err := Each(ctx, len(folds), func(ctx context.Context, i int) (err error) {
		results[i], err = Run(ctx, p, set, folds[i], every)
		return err
	})
	return results, err
}

// MeanSD returns the mean of v and its standard deviation, that of a sample:
// with n−1 below. One value has the deviation 0.
func MeanSD(v []float64) (mean, sd float64) {
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
