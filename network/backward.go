package network

import "chainrule/matrix"

/*
The backward pass, from the element-level derivation to the six statements.

The chain rule gives each gradient as a product of the factors D1 to D8
(docs/derivation.md has each of them worked out):

	E1: ∂L/∂w²_jk = D1_k · D2_k · D3_jk               = (a²_k − y_k) · f₂′(z²_k) · a¹_j
	E2: ∂L/∂b²_k  = D1_k · D2_k · D4_k                = (a²_k − y_k) · f₂′(z²_k) · 1
	E3: ∂L/∂w¹_ij = Σ_k (D1_k · D2_k · D5_jk) · D6_j · D7_ij
	E4: ∂L/∂b¹_j  = Σ_k (D1_k · D2_k · D5_jk) · D6_j · D8_j

D1·D2 stands in all four, and the sum over k with D6 in the last two. Named once,

	η_k = D1_k · D2_k                                 [M1: (a² − y) ⊙ f₂′(z²)]
	δ_j = Σ_k η_k · w²_jk · f₁′(z¹_j)                 [M4: (w² η) ⊙ f₁′(z¹)]

the four become

	∂L/∂w²_jk = a¹_j η_k                              [M2: a¹ ηᵀ]
	∂L/∂b²_k  = η_k                                   [M3: ηᵀ]
	∂L/∂w¹_ij = a⁰_i δ_j                              [M5: a⁰ δᵀ]
	∂L/∂b¹_j  = δ_j                                   [M6: δᵀ]

which is for one sample. With a column a sample, row j of a¹ times row k of η
is Σ_s a¹_js η_ks: the same products M2 and M5, as they stand, add the gradients
of all samples up. So does the sum over the columns for M3 and M6. B1 divides
by how many they are.
*/

// Backward computes M1 to M6 and the means of B1, for the batch in p that went
// Forward: from p.A2 and p.Y to the gradients of the data loss. It reads the
// parameters of n, writes only to p, and sets everything afresh.
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
