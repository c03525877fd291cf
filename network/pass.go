package network

import "chainrule/matrix"

// A Pass holds one batch of m samples and everything that the forward and the
// backward pass compute for it: every quantity of the derivation under its own
// name. Make it once and use it for batch after batch: nothing is allocated as
// long as no batch is larger than the first.
type Pass struct {
	A0, Y *matrix.Matrix // n0×m, n2×m: the inputs and the targets

	Z1, A1 *matrix.Matrix // n1×m  F1, F2
	Z2, A2 *matrix.Matrix // n2×m  F3, F4
	L      *matrix.Matrix // 1×m   L1: the loss of each sample

	F2Prime, Eta   *matrix.Matrix // n2×m  f₂′(z²) of D2, and η of M1
	F1Prime, Delta *matrix.Matrix // n1×m  f₁′(z¹) of D6, and δ of M4
	DW1, DB1       *matrix.Matrix // n0×n1, 1×n1   ∂L/∂w¹, ∂L/∂b¹: M5, M6, B1
	DW2, DB2       *matrix.Matrix // n1×n2, 1×n2   ∂L/∂w², ∂L/∂b²: M2, M3, B1
	DJW1, DJW2     *matrix.Matrix // n0×n1, n1×n2  ∂J/∂w¹, ∂J/∂w²: R2

	djw1, djw2 *matrix.Matrix // DJW1 and DJW2 if λ > 0; else those are DW1 and DW2
}

// NewPass returns a Pass for batches of m samples through n. It panics unless m
// is positive.
func (n *Network) NewPass(m int) *Pass {
	n0, n1, n2 := n.Shape()
	djw1, djw2 := matrix.New(n0, n1), matrix.New(n1, n2)
	return &Pass{
		A0: matrix.New(n0, m), Y: matrix.New(n2, m),
		Z1: matrix.New(n1, m), A1: matrix.New(n1, m),
		Z2: matrix.New(n2, m), A2: matrix.New(n2, m),
		L:       matrix.New(1, m),
		F2Prime: matrix.New(n2, m), Eta: matrix.New(n2, m),
		F1Prime: matrix.New(n1, m), Delta: matrix.New(n1, m),
		DW1: matrix.New(n0, n1), DB1: matrix.New(1, n1),
		DW2: matrix.New(n1, n2), DB2: matrix.New(1, n2),
		DJW1: djw1, DJW2: djw2, djw1: djw1, djw2: djw2,
	}
}

// Matrix returns the matrix that holds a quantity of docs/derivation.md, by the
// name that it has there without indices, such as "δ" or "∂L/∂w¹". It returns nil
// if p holds no such matrix. "L" is the loss of each sample.
func (p *Pass) Matrix(quantity string) *matrix.Matrix {
	return map[string]*matrix.Matrix{
		"a⁰": p.A0, "y": p.Y,
		"z¹": p.Z1, "a¹": p.A1, "z²": p.Z2, "a²": p.A2, "L": p.L,
		"∂a²/∂z²": p.F2Prime, "η": p.Eta, "∂a¹/∂z¹": p.F1Prime, "δ": p.Delta,
		"∂L/∂w¹": p.DW1, "∂L/∂b¹": p.DB1, "∂L/∂w²": p.DW2, "∂L/∂b²": p.DB2,
		"∂J/∂w¹": p.DJW1, "∂J/∂w²": p.DJW2,
	}[quantity]
}

// Load makes p the batch of the listed samples: sample s of the batch, a column
// of A0 and of Y, is row samples[s] of the tables x (n0 columns) and y (n2
// columns). A nil y leaves the targets alone, for prediction. The batch may be
// smaller than the one before, as the last of an epoch is. Load panics if a table
// does not have one column per node, if a sample is not in it, or if there are no
// samples.
func (p *Pass) Load(x, y *matrix.Matrix, samples []int) {
	m := len(samples)
	for _, v := range []*matrix.Matrix{p.A0, p.Y, p.Z1, p.A1, p.Z2, p.A2, p.L, p.F2Prime, p.Eta, p.F1Prime, p.Delta} {
		v.Resize(v.Rows, m)
	}
	p.A0.TransposeRows(x, samples)
	if y != nil {
		p.Y.TransposeRows(y, samples)
	}
}
