package network

import (
	"fmt"

	"chainrule/matrix"
)

// A Pass holds one batch of m samples on its way through a network and back:
// every quantity of the derivation under its own name. It is made once and
// used for batch after batch; nothing is allocated as long as no batch is
// larger than the first.
type Pass struct {
	A0, Y *matrix.Matrix // n0×m, n2×m: the inputs and the targets

	Z1, A1 *matrix.Matrix // n1×m  F1, F2
	Z2, A2 *matrix.Matrix // n2×m  F3, F4
	L      *matrix.Matrix // 1×m   L1: the loss of each sample

	F2Prime, Eta   *matrix.Matrix // n2×m  f₂′(z²), and η of M1
	F1Prime, Delta *matrix.Matrix // n1×m  f₁′(z¹), and δ of M4
	DW1, DB1       *matrix.Matrix // n0×n1, 1×n1  ∂L/∂w¹, ∂L/∂b¹: M5, M6, B1
	DW2, DB2       *matrix.Matrix // n1×n2, 1×n2  ∂L/∂w², ∂L/∂b²: M2, M3, B1
	DJW1, DJW2     *matrix.Matrix // n0×n1, n1×n2  ∂J/∂w¹, ∂J/∂w²: R2
}

// NewPass returns a Pass for batches of m samples through n.
func (n *Network) NewPass(m int) *Pass {
	n0, n1, n2 := n.Shape()
	return &Pass{
		A0: matrix.New(n0, m), Y: matrix.New(n2, m),
		Z1: matrix.New(n1, m), A1: matrix.New(n1, m),
		Z2: matrix.New(n2, m), A2: matrix.New(n2, m),
		L:       matrix.New(1, m),
		F2Prime: matrix.New(n2, m), Eta: matrix.New(n2, m),
		F1Prime: matrix.New(n1, m), Delta: matrix.New(n1, m),
		DW1: matrix.New(n0, n1), DB1: matrix.New(1, n1),
		DW2: matrix.New(n1, n2), DB2: matrix.New(1, n2),
		DJW1: matrix.New(n0, n1), DJW2: matrix.New(n1, n2),
	}
}

// Load makes p the batch of the listed samples: sample s of the batch, a
// column of A0 and of Y, is row samples[s] of the tables x (n0 columns) and y
// (n2 columns). A y of nil leaves the targets alone, for prediction. The batch
// may be shorter than the one before, as the last of an epoch is. Load panics
// if a table is not as wide as the network, or if there are no samples.
func (p *Pass) Load(x, y *matrix.Matrix, samples []int) {
	m := len(samples)
	for _, v := range []*matrix.Matrix{p.A0, p.Y, p.Z1, p.A1, p.Z2, p.A2, p.L, p.F2Prime, p.Eta, p.F1Prime, p.Delta} {
		v.Resize(v.Rows, m)
	}
	columns(p.A0, x, samples)
	if y != nil {
		columns(p.Y, y, samples)
	}
}

// columns sets column s of z to row samples[s] of the table.
func columns(z, table *matrix.Matrix, samples []int) {
	if table.Cols != z.Rows {
		panic(fmt.Sprintf("network: a table of %d×%d, one sample a row, for a layer of %d nodes", table.Rows, table.Cols, z.Rows))
	}
	for s, row := range samples {
		for r, v := range table.Row(row) {
			z.Data[r*z.Cols+s] = v
		}
	}
}
