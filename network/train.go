package network

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/matrix"
)

// Options are the hyperparameters of training, the random number generator and a
// callback. The zero value is invalid: LearningRate, Epochs and Rand must be set.
type Options struct {
	LearningRate float64    // α > 0
	Lambda       float64    // λ ≥ 0; 0 means no penalty
	Epochs       int        // passes over all samples, at least 1
	BatchSize    int        // samples per batch; 0, or more than there are, means all of them
	Rand         *rand.Rand // shuffles the samples before each epoch

	// Epoch, if not nil, is called after the epochs in At and after the last, with the
	// number of the epoch, from 1, and the score of the network on all training
	// samples, which costs one forward pass over them. A nil At means every epoch.
	Epoch func(epoch int, score Score)
	At    []int
}

// ErrDiverged is wrapped by the error of Train if the data loss, the penalty or a
// parameter is no longer a finite number.
var ErrDiverged = errors.New("training diverged")

// Train fits n to the listed rows of the tables x (m×n0) and y (m×n2), which hold
// one sample per row; a nil list means every row. It changes neither the tables
// nor the list. The last batch of an epoch holds the samples that remain, and
// its mean is over those.
//
// Train returns the number of complete epochs, and an error if an option, a shape
// or a number in the tables is invalid, if training diverges (ErrDiverged), or if
// ctx ends (its error). ctx is checked between batches, between the parts of a large
// one, and in Evaluate. After ctx has ended, n has the parameters that the last batch
// left; after divergence the parameters are not usable.
//
// The same network, data, options and state of Rand give the same result to the
// last bit, whatever GOMAXPROCS is.
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
	p := n.NewPass(min(batch, PartSize))
	var s sums
	if batch > PartSize {
		s = n.newSums()
	}
	for epoch := 1; epoch <= o.Epochs; epoch++ {
		o.Rand.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for start := 0; start < len(order); start += batch {
			err := ctx.Err()
			if err != nil {
				return epoch - 1, err
			}
			var loss float64
			if list := order[start:min(start+batch, len(order))]; len(list) <= PartSize {
				p.Load(x, y, list)
				loss = n.Step(p, o.LearningRate, o.Lambda)
			} else if loss, err = n.stepInParts(ctx, p, s, x, y, list, PartSize, o); err != nil {
				return epoch - 1, err
			}
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				return epoch - 1, diverged(epoch, fmt.Sprintf("the data loss is %v", loss), o)
			}
		}
		if err := n.checkFinite(); err != nil {
			return epoch - 1, diverged(epoch, err.Error(), o)
		}
		if penalty := n.Penalty(o.Lambda); math.IsInf(penalty, 0) {
			return epoch - 1, diverged(epoch, fmt.Sprintf("the penalty is %v", penalty), o)
		}
		if o.Epoch == nil || o.At != nil && !slices.Contains(o.At, epoch) && epoch != o.Epochs {
			continue
		}
		score, err := n.Evaluate(ctx, x, y, samples, o.Lambda)
		if ctx.Err() != nil {
			return epoch - 1, ctx.Err()
		}
		if err != nil {
			return epoch - 1, diverged(epoch, err.Error(), o)
		}
		o.Epoch(epoch, score)
	}
	return o.Epochs, nil
}

// diverged returns an error that says in which epoch training diverged, what is no
// longer a number, and what to try. With λ, each step multiplies a weight by
// 1 − αλ; for αλ > 2 that alone makes the weights grow without bound.
func diverged(epoch int, what string, o Options) error {
	try := fmt.Sprintf("try a learning rate below %g", o.LearningRate)
	if o.LearningRate*o.Lambda > 2 {
		try = fmt.Sprintf("learning rate times lambda is %g, want below 2", o.LearningRate*o.Lambda)
	}
	return fmt.Errorf("%w in epoch %d: %s; %s", ErrDiverged, epoch, what, try)
}

// checkTraining returns an error for an invalid option, shape or number.
func (n *Network) checkTraining(x, y *matrix.Matrix, samples []int, o Options) error {
	n0, _, n2 := n.Shape()
	switch {
	case !(o.LearningRate > 0) || math.IsInf(o.LearningRate, 0):
		return fmt.Errorf("learning rate %v, want a finite number above 0", o.LearningRate)
	case !(o.Lambda >= 0) || math.IsInf(o.Lambda, 0):
		return fmt.Errorf("lambda %v, want a finite number, 0 or above", o.Lambda)
	case o.Epochs < 1:
		return fmt.Errorf("got %d epochs, want at least 1", o.Epochs)
	case o.BatchSize < 0:
		return fmt.Errorf("batch size %d, want 1 or more, or 0 for all samples", o.BatchSize)
	case o.Rand == nil:
		return errors.New("Options.Rand is nil, want a random number generator")
	case x.Cols != n0 || y.Cols != n2:
		return fmt.Errorf("samples have %d inputs and %d targets, the network has %d and %d", x.Cols, y.Cols, n0, n2)
	case x.Rows != y.Rows:
		return fmt.Errorf("got %d rows of inputs and %d rows of targets, want the same number", x.Rows, y.Rows)
	case len(samples) == 0:
		return errors.New("no samples to train on")
	}
	for _, row := range samples {
		if row < 0 || row >= x.Rows {
			return fmt.Errorf("sample %d does not exist, want 0 to %d", row, x.Rows-1)
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
