package network

import (
	"context"

	"chainrule/matrix"
)

// PartSize is the largest number of samples that Train passes through the network at
// a time. A larger batch goes in parts, so that memory does not grow with the batch.
// That many samples are enough for the products to be fast.
const PartSize = 2048

// sums holds the gradients of a batch in parts: the sum over the parts so far.
type sums [4]*matrix.Matrix

func (n *Network) newSums() (s sums) {
	for i, w := range [...]*matrix.Matrix{n.W1, n.B1, n.W2, n.B2} {
		s[i] = matrix.New(w.Rows, w.Cols)
	}
	return s
}

// stepInParts is Load and Step for a batch of any size, with at most size samples at a
// time. The mean over a batch is the sum of the means over its parts, each times its
// share of the samples; p ends with the gradients of the batch, and otherwise with the
// values of the last part. If ctx ends between two parts, the parameters are as before.
func (n *Network) stepInParts(ctx context.Context, p *Pass, s sums, x, y *matrix.Matrix, batch []int, size int, o Options) (loss float64, err error) {
	gradients := sums{p.DW1, p.DB1, p.DW2, p.DB2}
	for start := 0; start < len(batch); start += size {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		part := batch[start:min(start+size, len(batch))]
		share := float64(len(part)) / float64(len(batch))
		p.Load(x, y, part)
		n.Forward(p)
		loss += share * p.Loss()
		n.Backward(p)
		for i, g := range gradients {
			if start == 0 {
				s[i].Scale(share, g)
			} else {
				s[i].AddScaled(s[i], share, g)
			}
		}
	}
	for i, g := range gradients {
		g.Scale(1, s[i])
	}
	n.Regularise(p, o.Lambda)
	n.Update(p, o.LearningRate)
	return loss, nil
}
