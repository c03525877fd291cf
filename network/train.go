package network

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// Options say how to train.
type Options struct {
	LearningRate float64    // α > 0
	Lambda       float64    // λ ≥ 0; 0 is no penalty
	Epochs       int        // passes over all samples, at least 1
	BatchSize    int        // samples a batch, at least 1; 0, or more than there are, means all
	Rand         *rand.Rand // shuffles the samples anew each epoch; required

	// Epoch, if not nil, is called after each epoch with its number, from 1,
	// and the score of the network as it then is on all the training samples.
	// That costs one more forward pass over them: with Every above 1 it is called
	// only after each Every-th epoch and the last.
	Epoch func(epoch int, score Score)
	Every int
}

// ErrDiverged is wrapped by the error with which training stops when the loss
// or a parameter is no longer a finite number.
var ErrDiverged = errors.New("training diverged")

// Train fits n to the listed rows of the tables x (m×n0) and y (m×n2), which
// hold one sample a row; samples of nil means every row. It changes neither
// the tables nor the list. The last batch of an epoch has what remains and
// divides by its own size.
//
// It returns how many epochs are complete, and an error if an option, a shape
// or a number in the tables is wrong, if training diverges (ErrDiverged), or
// if ctx ends (its error); ctx is looked at between batches. After ctx has
// ended, n is as the last batch left it; after divergence, n is of no use.
//
// The same network, data, options and state of Rand give the same result to
// the last bit, however many processors there are.
func (n *Network) Train(ctx context.Context, x, y *matrix.Matrix, samples []int, o Options) (int, error) {
	if samples == nil {
		samples = all(x.Rows)
	}
	if err := n.checkTraining(x, y, samples, o); err != nil {
		return 0, err
	}
	order := append([]int(nil), samples...)
	batch := min(o.BatchSize, len(order))
	if batch == 0 {
		batch = len(order)
	}
	p := n.NewPass(batch)
	for epoch := 1; epoch <= o.Epochs; epoch++ {
		o.Rand.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for start := 0; start < len(order); start += batch {
			if err := ctx.Err(); err != nil {
				return epoch - 1, err
			}
			p.Load(x, y, order[start:min(start+batch, len(order))])
			if loss := n.Step(p, o.LearningRate, o.Lambda); math.IsNaN(loss) {
				return epoch - 1, diverged(epoch, "the data loss is NaN", o)
			}
		}
		if err := n.checkFinite(); err != nil {
			return epoch - 1, diverged(epoch, err.Error(), o)
		}
		if o.Epoch == nil || epoch%max(o.Every, 1) != 0 && epoch != o.Epochs {
			continue
		}
		score, err := n.Evaluate(x, y, samples, o.Lambda)
		if err != nil {
			return epoch - 1, diverged(epoch, err.Error(), o)
		}
		o.Epoch(epoch, score)
	}
	return o.Epochs, nil
}

// diverged says at which epoch, what is no longer a number, and what to try.
// With λ, each step multiplies a weight by 1 − αλ; at αλ > 2 that alone
// makes the weights grow without end.
func diverged(epoch int, what string, o Options) error {
	try := fmt.Sprintf("try a learning rate below %g", o.LearningRate)
	if o.LearningRate*o.Lambda > 2 {
		try = fmt.Sprintf("rate·lambda is %g and must stay below 2", o.LearningRate*o.Lambda)
	}
	return fmt.Errorf("%w in epoch %d: %s; %s", ErrDiverged, epoch, what, try)
}

// checkTraining returns an error for what a person may have chosen wrongly.
func (n *Network) checkTraining(x, y *matrix.Matrix, samples []int, o Options) error {
	n0, _, n2 := n.Shape()
	switch {
	case !(o.LearningRate > 0) || math.IsInf(o.LearningRate, 0):
		return fmt.Errorf("learning rate %v, want a finite number above 0", o.LearningRate)
	case !(o.Lambda >= 0) || math.IsInf(o.Lambda, 0):
		return fmt.Errorf("lambda %v, want a finite number, 0 or above", o.Lambda)
	case o.Epochs < 1:
		return fmt.Errorf("%d epochs, want at least 1", o.Epochs)
	case o.BatchSize < 0:
		return fmt.Errorf("batch of %d samples, want 1 or more, or 0 for all", o.BatchSize)
	case o.Rand == nil:
		return errors.New("no random numbers to shuffle by: Options.Rand is nil")
	case x.Cols != n0 || y.Cols != n2:
		return fmt.Errorf("%d inputs and %d targets a sample, the network has %d and %d", x.Cols, y.Cols, n0, n2)
	case x.Rows != y.Rows:
		return fmt.Errorf("%d samples of inputs, %d of targets", x.Rows, y.Rows)
	case len(samples) == 0:
		return errors.New("no samples to train on")
	}
	for _, row := range samples {
		if row < 0 || row >= x.Rows {
			return fmt.Errorf("sample %d, want 0 to %d", row, x.Rows-1)
		}
		for c, v := range x.Row(row) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sample %d: input %d is %v, want a finite number", row, c, v)
			}
		}
		for c, v := range y.Row(row) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sample %d: target %d is %v, want a finite number", row, c, v)
			}
		}
	}
	return nil
}
