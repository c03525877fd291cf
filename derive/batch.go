package derive

import (
	"fmt"

	"chainrule/matrix"
)

// A Batch is m samples that went forward through one network, with the
// hyperparameters of the training step that follows.
type Batch struct {
	*Params
	Samples       []*Sample
	Lambda, Alpha float64 // λ, the weight of the penalty; α, the learning rate
}

// ForwardBatch computes F1 to F4 for every column of x (n0×m), with the same
// column of y (n2×m) as its target. λ and α of the batch are 0. It panics if the
// shapes of p, x and y do not fit together.
func ForwardBatch(p *Params, x, y *matrix.Matrix) *Batch {
	n0, n1, n2 := p.W1.Rows, p.W1.Cols, p.W2.Cols
	if p.B1.Cols != n1 || p.W2.Rows != n1 || p.B2.Cols != n2 || x.Rows != n0 || y.Rows != n2 || y.Cols != x.Cols {
		panic(fmt.Sprintf("derive: shapes do not fit: w1 is %d×%d, b1 1×%d, w2 %d×%d, b2 1×%d, x %d×%d, y %d×%d",
			n0, n1, p.B1.Cols, p.W2.Rows, n2, p.B2.Cols, x.Rows, x.Cols, y.Rows, y.Cols))
	}
	b := &Batch{Params: p, Samples: make([]*Sample, x.Cols)}
	for s := range b.Samples {
		b.Samples[s] = Forward(p, x.Col(s), y.Col(s))
	}
	return b
}

// mean returns the mean of f over the samples.
func (b *Batch) mean(f func(v *Sample) float64) float64 {
	var sum float64
	for _, v := range b.Samples {
		sum += f(v)
	}
	return sum / float64(len(b.Samples)) // B1: (1/m) Σ_s, for the loss and for each gradient
}

// Loss returns the loss of the batch: B1 of L1.
func (b *Batch) Loss() float64 { return b.mean((*Sample).L1) }

// DW2 returns element (j, k) of ∂L/∂w²: B1 of E1.
func (b *Batch) DW2(j, k int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E1(j, k) })
}

// DB2 returns element k of ∂L/∂b²: B1 of E2.
func (b *Batch) DB2(k int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E2(k) })
}

// DW1 returns element (i, j) of ∂L/∂w¹: B1 of E3.
func (b *Batch) DW1(i, j int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E3(i, j) })
}

// DB1 returns element j of ∂L/∂b¹: B1 of E4.
func (b *Batch) DB1(j int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E4(j) })
}

// R1 returns J, the batch loss and the penalty on the weights of p.
func R1(loss, lambda float64, p *Params) float64 {
	var sum float64
	for _, w := range append(append([]float64(nil), p.W1.Data...), p.W2.Data...) {
		sum += w * w
	}
	return loss + lambda/2*sum // R1: batch loss + (λ/2)(‖w¹‖² + ‖w²‖²)
}

// R2 returns ∂J/∂w for one weight w, given dL = ∂L/∂w.
func R2(dL, lambda, w float64) float64 {
	return dL + lambda*w // R2: ∂L/∂w + λ w
}

// U1 returns the weight w after one step with the learning rate α, given
// dJ = ∂J/∂w.
func U1(w, alpha, dJ float64) float64 {
	return w - alpha*dJ // U1: w − α ∂J/∂w
}

// U2 returns the bias b after one step with the learning rate α, given
// dL = ∂L/∂b.
func U2(b, alpha, dL float64) float64 {
	return b - alpha*dL // U2: b − α ∂L/∂b
}
