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
// column of y (n2×m) as its target. Lambda and Alpha are 0; set them before you use
// R1, R2, U1 or U2. It panics if the shapes of p, x and y do not fit together.
func ForwardBatch(p *Params, x, y *matrix.Matrix) *Batch {
	if x.Cols != y.Cols {
		panic(fmt.Sprintf("derive: x is %d×%d and y %d×%d, want one column of each per sample", x.Rows, x.Cols, y.Rows, y.Cols))
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

// Loss returns the data loss of the batch: B1 of L1.
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

// R1 returns the objective J: the data loss and the penalty on the weights of p.
func R1(loss, lambda float64, p *Params) float64 {
	var sum float64
	for _, w := range []*matrix.Matrix{p.W1, p.W2} {
		for _, v := range w.Data {
			sum += v * v
		}
	}
	return loss + lambda/2*sum // R1: J = L + (λ/2)(‖w¹‖² + ‖w²‖²), the sums of squares
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
