// Package network is the two-layer neural network in matrix form: the forward
// pass F1 to F4, the backward pass M1 to M6, the update, and training. Every
// statement that computes an equation of docs/derivation.md carries its label.
//
// # Names
//
//	i = 0 … n0−1  input node      A0 (n0×m)      the inputs
//	j = 0 … n1−1  hidden node     Z1, A1 (n1×m)  before and after f₁
//	k = 0 … n2−1  output node     Z2, A2 (n2×m)  before and after f₂ = σ
//	s = 0 … m−1   sample          Y (n2×m)       the targets
//
//	W1 (n0×n1), W2 (n1×n2)        W[i][j] connects node i of the layer before
//	B1 (1×n1), B2 (1×n2)          to node j of this one; biases are rows
//
// DX is ∂L/∂X, where L is the mean loss of the batch, and DJX is ∂J/∂X. A batch is a
// matrix with one column per sample. A data set is a table with one sample per row,
// as in a file; [Pass.Load] is the one place where rows of the table become columns
// of the batch.
//
// # Order of calls
//
// [Pass.Load] comes first, then what [Network.Step] calls: Forward, [Pass.Loss],
// Backward, Regularise, Update. Each needs the results of those before it. A method
// that is called too early computes with old values in the pass.
//
// # Panics
//
// [New] makes matrices that fit together. In a Network or a Pass built by hand,
// shapes that do not fit are a programming error: package matrix panics, with both
// shapes in the message. Forward panics for an unknown activation. What a user can
// get wrong (hyperparameters, numbers in a table) is an error of [Network.Train].
//
// Read the files in this order: activation, network, pass, forward, backward,
// update, predict, parts, train.
package network

import (
	"fmt"
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// A Network consists of its parameters and the activation f₁ of its hidden layer.
// The activation f₂ of the output layer is σ.
type Network struct {
	Activation Activation
	W1, B1     *matrix.Matrix // n0×n1, 1×n1
	W2, B2     *matrix.Matrix // n1×n2, 1×n2
}

// New returns a network with n0 inputs, n1 hidden nodes and n2 outputs. Each
// weight is drawn from rng, uniformly within ±√(6/(n_in + n_out)), where n_in
// and n_out are the numbers of nodes that its matrix connects: values and
// gradients then have about the same spread in every layer (Glorot and Bengio
// 2010, equation 16). Biases are zero. New panics unless all three are positive.
func New(n0, n1, n2 int, f1 Activation, rng *rand.Rand) *Network {
	n := &Network{
		Activation: f1,
		W1:         matrix.New(n0, n1), B1: matrix.New(1, n1),
		W2: matrix.New(n1, n2), B2: matrix.New(1, n2),
	}
	for _, w := range []*matrix.Matrix{n.W1, n.W2} {
		limit := math.Sqrt(6 / float64(w.Rows+w.Cols))
		for i := range w.Data {
			w.Data[i] = limit * (2*rng.Float64() - 1)
		}
	}
	return n
}

// Shape returns n0, n1 and n2, the numbers of inputs, hidden nodes and outputs.
func (n *Network) Shape() (n0, n1, n2 int) {
	return n.W1.Rows, n.W1.Cols, n.W2.Cols
}

// Clone returns a copy of n with parameters of its own.
func (n *Network) Clone() *Network {
	return &Network{n.Activation, n.W1.Clone(), n.B1.Clone(), n.W2.Clone(), n.B2.Clone()}
}

// checkFinite returns an error that names the first parameter that is NaN or
// infinite.
func (n *Network) checkFinite() error {
	for _, p := range []struct {
		name string
		x    *matrix.Matrix
	}{{"w1", n.W1}, {"b1", n.B1}, {"w2", n.W2}, {"b2", n.B2}} {
		for i, v := range p.x.Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s[%d][%d] is %v, want a finite number", p.name, i/p.x.Cols, i%p.x.Cols, v)
			}
		}
	}
	return nil
}
