package network

import (
	"errors"
	"fmt"
	"math"

	"chainrule/matrix"
)

// chunk is how many samples at a time Predict and Evaluate send forward: wide
// enough for the products to be fast, small enough for their columns to stay
// in the cache.
const chunk = 64

// forwardChunks sends the listed rows of x forward, chunk by chunk, and calls
// f after each with the pass and the rows it holds. Rows of y, if there is a y,
// are the targets.
func (n *Network) forwardChunks(x, y *matrix.Matrix, samples []int, f func(p *Pass, rows []int) error) error {
	p := n.NewPass(max(1, min(chunk, len(samples))))
	for start := 0; start < len(samples); start += chunk {
		rows := samples[start:min(start+chunk, len(samples))]
		p.Load(x, y, rows)
		n.Forward(p)
		if err := f(p, rows); err != nil {
			return err
		}
	}
	return nil
}

// all returns the numbers from 0 to m−1.
func all(m int) []int {
	samples := make([]int, m)
	for s := range samples {
		samples[s] = s
	}
	return samples
}

// Predict returns the outputs for every row of the table x (m×n0): a new
// table, m×n2, one sample a row. It panics if x is not as wide as the network.
func (n *Network) Predict(x *matrix.Matrix) *matrix.Matrix {
	_, _, n2 := n.Shape()
	out := matrix.New(x.Rows, n2)
	n.forwardChunks(x, nil, all(x.Rows), func(p *Pass, rows []int) error {
		for s, row := range rows {
			for k := range n2 {
				out.Set(row, k, p.A2.At(k, s))
			}
		}
		return nil
	})
	return out
}

// ErrNaN is what Class returns if an output is not a number. Comparisons with
// NaN are all false, so an argmax that ignores it answers with class 0.
var ErrNaN = errors.New("an output is NaN, so it has no class")

// Class returns the class that the outputs of one sample, or its targets, say:
// the index of the largest, the first of equals. A single output says class 1
// from ½ upward and class 0 below. Any NaN is ErrNaN.
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

// A Score is how a network does on a set of samples.
type Score struct {
	DataLoss float64 // the mean over the samples of ½ Σ_k (y_k − a²_k)², B1
	Penalty  float64 // (λ/2)(‖w¹‖² + ‖w²‖²), of R1
	Total    float64 // J = DataLoss + Penalty
	Accuracy float64 // the part of the samples, 0 to 1, whose class is right
}

// Evaluate scores n on the listed rows of the tables x (n0 columns) and y (n2
// columns). It returns an error if an output is NaN or if there are no samples.
func (n *Network) Evaluate(x, y *matrix.Matrix, samples []int, lambda float64) (Score, error) {
	if len(samples) == 0 {
		return Score{}, errors.New("no samples to evaluate")
	}
	var loss float64
	right := 0
	output := make([]float64, y.Cols)
	err := n.forwardChunks(x, y, samples, func(p *Pass, rows []int) error {
		loss += p.Loss() * float64(len(rows))
		for s, row := range rows {
			for k := range output {
				output[k] = p.A2.At(k, s)
			}
			got, err := Class(output)
			if err != nil {
				return fmt.Errorf("sample %d: %w", row, err)
			}
			want, err := Class(y.Row(row))
			if err != nil {
				return fmt.Errorf("target of sample %d: %w", row, err)
			}
			if got == want {
				right++
			}
		}
		return nil
	})
	if err != nil {
		return Score{}, err
	}
	m := float64(len(samples))
	score := Score{DataLoss: loss / m, Penalty: n.Penalty(lambda), Accuracy: float64(right) / m}
	score.Total = score.DataLoss + score.Penalty
	return score, nil
}
