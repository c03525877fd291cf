package derive

import "chainrule/matrix"

// A Batch is m samples that went through the same network.
type Batch []*Sample

// ForwardBatch takes every column of x (n0×m), with the same column of y (n2×m) as
// its target, forward through the network p.
func ForwardBatch(p *Params, x, y *matrix.Matrix) Batch {
	b := make(Batch, x.Cols)
	for s := range b {
		b[s] = Forward(p, x.Col(s), y.Col(s))
	}
	return b
}

// mean returns the mean of f over the samples.
func (b Batch) mean(f func(v *Sample) float64) float64 {
	var sum float64
	for _, v := range b {
		sum += f(v)
	}
	return sum / float64(len(b)) // B1: (1/m) Σ_s, for the loss and for each gradient
}

// Loss returns the batch loss.
func (b Batch) Loss() float64 { return b.mean((*Sample).L1) }

// DW2 returns the element (j, k) of ∂L/∂w², by E1.
func (b Batch) DW2(j, k int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E1(j, k) })
}

// DB2 returns the element k of ∂L/∂b², by E2.
func (b Batch) DB2(k int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E2(k) })
}

// DW1 returns the element (i, j) of ∂L/∂w¹, by E3.
func (b Batch) DW1(i, j int) float64 {
	return b.mean(func(v *Sample) float64 { return v.E3(i, j) })
}

// DB1 returns the element j of ∂L/∂b¹, by E4.
func (b Batch) DB1(j int) float64 {
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

// R2 returns ∂J/∂w for one weight w, from dL = ∂L/∂w.
func R2(dL, lambda, w float64) float64 {
	return dL + lambda*w // R2: ∂L/∂w + λ w
}

// U1 returns the weight w after one step at the rate α, from dJ = ∂J/∂w.
func U1(w, alpha, dJ float64) float64 {
	return w - alpha*dJ // U1: w − α ∂J/∂w
}

// U2 returns the bias b after one step at the rate α, from dL = ∂L/∂b.
func U2(b, alpha, dL float64) float64 {
	return b - alpha*dL // U2: b − α ∂L/∂b
}
