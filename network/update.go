package network

// Regularise computes R2, the gradients of J with respect to the weights, into
// p.DJW1 and p.DJW2. Call Backward first. Biases are not regularised: their
// gradients of J are p.DB1 and p.DB2. With λ = 0 the gradients of J are those of L,
// and p.DJW1 and p.DJW2 become the matrices p.DW1 and p.DW2, not copies of them.
func (n *Network) Regularise(p *Pass, lambda float64) {
	if lambda == 0 {
		p.DJW1, p.DJW2 = p.DW1, p.DW2
		return
	}
	p.DJW1, p.DJW2 = p.djw1, p.djw2
	p.DJW1.AddScaled(p.DW1, lambda, n.W1) // R2: ∂J/∂w = ∂L/∂w + λ w
	p.DJW2.AddScaled(p.DW2, lambda, n.W2) // R2: the same for w²
}

// Update subtracts α times the gradients in p from the parameters of n: one step of
// gradient descent. Call Regularise first.
func (n *Network) Update(p *Pass, alpha float64) {
	n.W1.AddScaled(n.W1, -alpha, p.DJW1) // U1: w ← w − α ∂J/∂w
	n.W2.AddScaled(n.W2, -alpha, p.DJW2) // U1: the same for w²
	n.B1.AddScaled(n.B1, -alpha, p.DB1)  // U2: b ← b − α ∂L/∂b
	n.B2.AddScaled(n.B2, -alpha, p.DB2)  // U2: the same for b²
}

// Step runs one training step on the batch in p: forward, loss, backward,
// regularise, update. It returns the data loss before the update. All gradients
// are computed before any parameter changes.
func (n *Network) Step(p *Pass, alpha, lambda float64) float64 {
	n.Forward(p)
	loss := p.Loss()
	n.Backward(p)
	n.Regularise(p, lambda)
	n.Update(p, alpha)
	return loss
}
