package network

// Forward computes F1 to F4 for the batch in p, from p.A0 to p.A2, one column per
// sample. It reads the parameters of n and writes only to p.
//
// In package matrix the receiver is the destination: z.TMul(w, a) sets z to wᵀa
// and returns z, and z.AddBias(x, b) adds bᵀ to every column of x. Calls can
// therefore be nested, and one statement is one equation: F1 first sets Z1 to
// w¹ᵀa⁰, then adds the bias to it in place.
func (n *Network) Forward(p *Pass) {
	p.Z1.AddBias(p.Z1.TMul(n.W1, p.A0), n.B1) // F1: z¹ = w¹ᵀ a⁰ + b¹ᵀ
	activations[n.Activation].f(p.A1, p.Z1)   // F2: a¹ = f₁(z¹)
	p.Z2.AddBias(p.Z2.TMul(n.W2, p.A1), n.B2) // F3: z² = w²ᵀ a¹ + b²ᵀ
	p.A2.Sigmoid(p.Z2)                        // F4: a² = f₂(z²)
}

// Loss computes the loss of each sample from p.A2 and p.Y, stores it in p.L, and
// returns the mean: the data loss of the batch, without the penalty. Call Forward
// first.
func (p *Pass) Loss() float64 {
	var sum float64
	for s := range p.L.Cols {
		var l float64
		for k := range p.Y.Rows {
			e := p.Y.At(k, s) - p.A2.At(k, s)
			l += e * e / 2 // L1: L = ½ Σ_k (y_k − a²_k)²
		}
		p.L.Data[s] = l
		sum += l
	}
	return sum / float64(p.L.Cols) // B1: (1/m) Σ_s L_s
}

// Penalty returns the part of the objective J that regularises the weights. J is
// the data loss plus the penalty.
func (n *Network) Penalty(lambda float64) float64 {
	if lambda == 0 {
		return 0 // even if the sum of the squares overflows
	}
	return lambda / 2 * (n.W1.SumSquares() + n.W2.SumSquares()) // R1: (λ/2)(‖w¹‖² + ‖w²‖²)
}
