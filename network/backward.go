package network

import "chainrule/matrix"

/*
The backward pass, from the derivation for one element to six matrix equations.

By the chain rule each gradient is a product of the local derivatives D1 to D8,
which docs/derivation.md works out one by one:

	E1: ∂L/∂w²_jk = D1_k · D2_k · D3_jk               = (a²_k − y_k) · f₂′(z²_k) · a¹_j
	E2: ∂L/∂b²_k  = D1_k · D2_k · D4_k                = (a²_k − y_k) · f₂′(z²_k) · 1
	E3: ∂L/∂w¹_ij = Σ_k (D1_k · D2_k · D5_jk) · D6_j · D7_ij
	E4: ∂L/∂b¹_j  = Σ_k (D1_k · D2_k · D5_jk) · D6_j · D8_j

All four contain D1·D2, and the last two the sum over k times D6. With a name for
each of the two,

	η_k = D1_k · D2_k                                 [M1: (a² − y) ⊙ f₂′(z²)]
	δ_j = Σ_k η_k · w²_jk · f₁′(z¹_j)                 [M4: (w² η) ⊙ f₁′(z¹)]

the four become

	∂L/∂w²_jk = a¹_j η_k                              [M2: a¹ ηᵀ]
	∂L/∂b²_k  = η_k                                   [M3: ηᵀ]
	∂L/∂w¹_ij = a⁰_i δ_j                              [M5: a⁰ δᵀ]
	∂L/∂b¹_j  = δ_j                                   [M6: δᵀ]

for one sample. For a batch, with one column per sample, element (j, k) of a¹ ηᵀ is
Σ_s a¹_js η_ks: the products M2 and M5 as they stand add up the gradients of all
samples, and so do the sums over the columns for M3 and M6. B1 divides by the
number of samples.
*/

// Backward computes M1 to M6 and the means of B1 for the batch in p, from p.A2 and
// p.Y to the gradients of the data loss. Call Forward first. Backward reads the
// parameters of n, writes only to p, and computes every gradient afresh: nothing
// accumulates.
func (n *Network) Backward(p *Pass) {
	p.F2Prime.Apply(sigmoidPrimeFromA, p.A2)                    // D2: f₂′(z²), from a² = σ(z²)
	p.Eta.Hadamard(p.Eta.Sub(p.A2, p.Y), p.F2Prime)             // M1, D1: η = (a² − y) ⊙ f₂′(z²)
	p.DW2.MulT(p.A1, p.Eta)                                     // M2, E1, D3: ∂L/∂w² = a¹ ηᵀ
	p.DB2.SumCols(p.Eta)                                        // M3, E2, D4: ∂L/∂b² = ηᵀ
	p.F1Prime.Apply(activations[n.Activation].primeFromA, p.A1) // D6: f₁′(z¹), from a¹ = f₁(z¹)
	p.Delta.Hadamard(p.Delta.Mul(n.W2, p.Eta), p.F1Prime)       // M4, D5: δ = (w² η) ⊙ f₁′(z¹)
	p.DW1.MulT(p.A0, p.Delta)                                   // M5, E3, D7: ∂L/∂w¹ = a⁰ δᵀ
	p.DB1.SumCols(p.Delta)                                      // M6, E4, D8: ∂L/∂b¹ = δᵀ

	m := float64(p.A0.Cols)
	for _, d := range [...]*matrix.Matrix{p.DW1, p.DB1, p.DW2, p.DB2} {
		d.Scale(1/m, d) // B1: the mean over the samples
	}
}
