// Package network is the two-layer neural network in matrix form: the forward
// pass F1 to F4, the backward pass M1 to M6, the update, and training. Every
// statement that computes an equation of docs/derivation.md carries its label.
//
// # Names
//
//	i = 0 … n0−1  input node      a0 (n0×m)      the inputs
//	j = 0 … n1−1  hidden node     z1, a1 (n1×m)  before and after f₁
//	k = 0 … n2−1  output node     z2, a2 (n2×m)  before and after f₂ = σ
//	s = 0 … m−1   sample          y (n2×m)       the targets
//
//	w1 (n0×n1), w2 (n1×n2)        w[i][j] joins node i of the layer before
//	b1 (1×n1), b2 (1×n2)          to node j of this one; biases are rows
//
// dX is ∂L/∂X. A layer's values are columns, so a batch has one column a
// sample. A data set is a table as in a file, one sample a row; [Pass.Load] is
// the one place where rows of the table become columns of a batch.
//
// Read forward.go, backward.go, update.go, then train.go.
package network

import (
	"fmt"
	"math"
	"math/rand/v2"

	"chainrule/matrix"
)

// A Network is its parameters and the activation f₁ of its hidden layer. The
// output layer's f₂ is σ.
type Network struct {
	Activation Activation
	W1, B1     *matrix.Matrix // n0×n1, 1×n1
	W2, B2     *matrix.Matrix // n1×n2, 1×n2
}

// New returns a network of n0 inputs, n1 hidden nodes and n2 outputs. Each
// weight is drawn from rng, uniformly within ±√(6/(n_in + n_out)), where n_in
// and n_out are the nodes that its layer joins; this keeps the spread of the
// values and of the gradients alike from layer to layer (Glorot and Bengio
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

// Shape returns n0, n1 and n2: how many inputs, hidden nodes and outputs.
func (n *Network) Shape() (n0, n1, n2 int) {
	return n.W1.Rows, n.W1.Cols, n.W2.Cols
}

// Clone returns a copy of n with parameters of its own.
func (n *Network) Clone() *Network {
	return &Network{n.Activation, n.W1.Clone(), n.B1.Clone(), n.W2.Clone(), n.B2.Clone()}
}

// parameters calls f with the name and the values of each parameter matrix,
// and returns the first error.
func (n *Network) parameters(f func(name string, x *matrix.Matrix) error) error {
	for _, p := range []struct {
		name string
		x    *matrix.Matrix
	}{{"w1", n.W1}, {"b1", n.B1}, {"w2", n.W2}, {"b2", n.B2}} {
		if err := f(p.name, p.x); err != nil {
			return err
		}
	}
	return nil
}

// checkFinite returns an error that names the first parameter that is NaN or
// infinite.
func (n *Network) checkFinite() error {
	return n.parameters(func(name string, x *matrix.Matrix) error {
		for i, v := range x.Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s[%d][%d] is %v, want a finite number", name, i/x.Cols, i%x.Cols, v)
			}
		}
		return nil
	})
}
