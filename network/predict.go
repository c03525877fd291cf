package network

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"chainrule/matrix"
)

// chunk is the number of samples that Predict and Evaluate pass forward at a time:
// enough for fast products, few enough for their columns to stay in the cache.
const chunk = 64

// forwardChunks runs the forward pass for the listed rows of x, chunk by chunk,
// and yields the pass of each chunk with the rows in it. The targets are the same
// rows of y, unless y is nil.
func (n *Network) forwardChunks(x, y *matrix.Matrix, samples []int) iter.Seq2[*Pass, []int] {
	return func(yield func(p *Pass, rows []int) bool) {
		p := n.NewPass(min(chunk, len(samples)))
		for rows := range slices.Chunk(samples, chunk) {
			p.Load(x, y, rows)
			n.Forward(p)
			if !yield(p, rows) {
				return
			}
		}
	}
}

// all returns the numbers from 0 to m−1.
func all(m int) []int {
	samples := make([]int, m)
	for s := range samples {
		samples[s] = s
	}
	return samples
}

// Predict returns the outputs for every row of the table x (m×n0) as a new table
// (m×n2), one sample per row. It panics if x does not have n0 columns.
func (n *Network) Predict(x *matrix.Matrix) *matrix.Matrix {
	_, _, n2 := n.Shape()
	out := matrix.New(x.Rows, n2)
	for p, rows := range n.forwardChunks(x, nil, all(x.Rows)) {
		for s, row := range rows {
			for k := range n2 {
				out.Set(row, k, p.A2.At(k, s))
			}
		}
	}
	return out
}

// ErrNaN is wrapped by the error of Class if an output is not a number. Every
// comparison with NaN is false, so an argmax that ignores NaN would answer 0.
var ErrNaN = errors.New("an output is NaN, so there is no class")

// Class returns the index of the largest output, the first one on a tie; for a
// single output, 1 if it is at least ½, else 0. The targets of a sample have a
// class in the same way. If any output is NaN, the error wraps ErrNaN. There must be
// at least one output.
func Class(outputs []float64) (int, error) {
	best := 0
	for k, v := range outputs {
		if math.IsNaN(v) {
			return 0, fmt.Errorf("output %d of %d: %w", k, len(outputs), ErrNaN)
		}
		if v > outputs[best] {
			best = k
		}
	}
	if len(outputs) == 1 && outputs[0] >= 0.5 {
		return 1, nil
	}
	return best, nil
}

// A Score is the performance of a network on a set of samples.
type Score struct {
	DataLoss float64 // the mean over the samples of ½ Σ_k (y_k − a²_k)², B1
	Penalty  float64 // (λ/2)(‖w¹‖² + ‖w²‖²), of R1
	Total    float64 // J = DataLoss + Penalty
	Accuracy float64 // the fraction of samples classified correctly
}

// Evaluate scores n on the listed rows of the tables x (n0 columns) and y (n2
// columns). An output that is NaN is an error, and so are a list without samples and
// the end of ctx. Evaluate panics if a table does not have one column per node or lacks
// a row.
func (n *Network) Evaluate(ctx context.Context, x, y *matrix.Matrix, samples []int, lambda float64) (Score, error) {
	if len(samples) == 0 {
		return Score{}, errors.New("no samples to evaluate")
	}
	var loss float64
	right := 0
	output := make([]float64, y.Cols)
	for p, rows := range n.forwardChunks(x, y, samples) {
		if err := ctx.Err(); err != nil {
			return Score{}, err
		}
		loss += p.Loss() * float64(len(rows))
		for s, row := range rows {
			for k := range output {
				output[k] = p.A2.At(k, s)
			}
			got, err := Class(output)
			if err != nil {
				return Score{}, fmt.Errorf("sample %d: %w", row, err)
			}
			want, err := Class(y.Row(row))
			if err != nil {
				return Score{}, fmt.Errorf("target of sample %d: %w", row, err)
			}
			if got == want {
				right++
			}
		}
	}
	m := float64(len(samples))
	score := Score{DataLoss: loss / m, Penalty: n.Penalty(lambda), Accuracy: float64(right) / m}
	score.Total = score.DataLoss + score.Penalty
	return score, nil
}
