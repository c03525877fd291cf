// Package derive is the derivation of docs/derivation.md, executed: every
// equation as it stands there, one scalar at a time, with the chain rule
// multiplied out and nothing simplified. It is slow on purpose and shares nothing
// with package network but the type of a matrix. Package network computes the same
// quantities in matrix form. Because the two computations are independent, their
// agreement is evidence that both are right.
//
// Index letters are those of the page and count from 0: i input node, j hidden
// node, k output node, s sample.
//
// Read sample.go for one sample and batch.go for several; ledger.go lists every
// equation with its label; gradient.go differentiates without calculus; check.go
// compares somebody else's numbers with the derivation.
//
// Shapes that do not fit together are a programming error: [Forward] and
// [ForwardBatch] panic, with the shapes in the message.
package derive

import (
	"fmt"
	"math"

	"chainrule/matrix"
)

// An Activation is a function f and its derivative f′, both as functions of z. f′ is
// computed in a form that loses no digits, however large |z| is: with a = f(z),
// a(1 − a) and 1 − a² are the same functions, but the difference cancels where a is
// close to 1. Relative error: below 1e-14 for |z| ≤ 700.
type Activation struct {
	F, Prime func(z float64) float64

	// terms is the sum of the absolute values of the terms of f′ when it is computed
	// from a, as package network does: the scale of the rounding error.
	terms func(a float64) float64
}

// Sigmoid is σ(z) = 1/(1 + e⁻ᶻ): always f₂, and in the homework f₁ as well. Its
// derivative is σ(z) σ(−z), because 1 − σ(z) = σ(−z).
var Sigmoid = Activation{
	F:     sigmoid,
	Prime: func(z float64) float64 { return sigmoid(z) * sigmoid(-z) },
	terms: func(a float64) float64 { return a * (1 + a) },
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// Named returns the activation with the given name: sigmoid, tanh, relu or identity. At 0,
// where relu has no derivative, Prime returns 0. Any other name panics.
func Named(name string) Activation {
	switch name {
	case "sigmoid":
		return Sigmoid
	case "tanh":
		return Activation{
			math.Tanh,
			func(z float64) float64 { return 1 / math.Cosh(z) * (1 / math.Cosh(z)) }, // 1 − tanh² = 1/cosh²
			func(a float64) float64 { return 1 + a*a }}
	case "relu":
		return Activation{
			func(z float64) float64 { return max(0, z) },
			func(z float64) float64 {
				switch {
				case z > 0:
					return 1
				case z <= 0:
					return 0
				}
				return z // NaN
			},
			func(a float64) float64 { return 1 }}
	case "identity":
		one := func(float64) float64 { return 1 }
		return Activation{func(z float64) float64 { return z }, one, one}
	}
	panic(fmt.Sprintf("derive: unknown activation %q, want sigmoid, tanh, relu or identity", name))
}

// Params are the parameters of a two-layer network and its activations.
type Params struct {
	Hidden, Output Activation     // f₁ and f₂
	W1, B1         *matrix.Matrix // n0×n1, 1×n1
	W2, B2         *matrix.Matrix // n1×n2, 1×n2
}

// NewParams returns parameters with the named activation in the hidden layer, and
// Sigmoid in the output layer. The matrices are not copied. It panics for a name
// that Named does not know.
func NewParams(hidden string, w1, b1, w2, b2 *matrix.Matrix) *Params {
	return &Params{Named(hidden), Sigmoid, w1, b1, w2, b2}
}

// A Sample is one input a⁰ with its target y, and every intermediate value of
// the forward pass. Its methods are the equations of the derivation, each for
// the element with the given indices:
//
//	F1(j) z¹_j        D1(k)   ∂L/∂a²_k        D6(j)   ∂a¹_j/∂z¹_j
//	F2(j) a¹_j        D2(k)   ∂a²_k/∂z²_k     D7(i,j) ∂z¹_j/∂w¹_ij
//	F3(k) z²_k        D3(j,k) ∂z²_k/∂w²_jk    D8(j)   ∂z¹_j/∂b¹_j
//	F4(k) a²_k        D4(k)   ∂z²_k/∂b²_k     E1(j,k) ∂L/∂w²_jk
//	L1()  L           D5(j,k) ∂z²_k/∂a¹_j     E2(k)   ∂L/∂b²_k
//	M1(k) η_k         M2(j,k) E1, with η      E3(i,j) ∂L/∂w¹_ij
//	M4(j) δ_j         M3(k)   E2, with η      E4(j)   ∂L/∂b¹_j
//	                  M5(i,j) E3, with δ
//	                  M6(j)   E4, with δ
type Sample struct {
	*Params
	A0, Y          []float64 // n0, n2
	Z1, A1, Z2, A2 []float64 // n1, n1, n2, n2
}

// Forward computes F1 to F4 for one sample, the input a0 (n0) with its target y
// (n2). It panics if their lengths or the shapes of the parameters do not fit
// together.
func Forward(p *Params, a0, y []float64) *Sample {
	n0, n1, n2 := p.W1.Rows, p.W1.Cols, p.W2.Cols
	if p.B1.Rows != 1 || p.B1.Cols != n1 || p.W2.Rows != n1 || p.B2.Rows != 1 || p.B2.Cols != n2 || len(a0) != n0 || len(y) != n2 {
		panic(fmt.Sprintf("derive: shapes do not fit: w1 is %d×%d, b1 %d×%d, w2 %d×%d, b2 %d×%d, the sample has %d inputs and %d targets",
			n0, n1, p.B1.Rows, p.B1.Cols, p.W2.Rows, n2, p.B2.Rows, p.B2.Cols, len(a0), len(y)))
	}
	v := &Sample{p, a0, y, make([]float64, n1), make([]float64, n1), make([]float64, n2), make([]float64, n2)}
	for j := range v.Z1 {
		v.Z1[j] = v.F1(j)
		v.A1[j] = v.F2(j)
	}
	for k := range v.Z2 {
		v.Z2[k] = v.F3(k)
		v.A2[k] = v.F4(k)
	}
	return v
}

// Values returns where the sample keeps the results of F1 to F4: z¹, a¹, z², a².
func (v *Sample) Values() [4]*[]float64 { return [4]*[]float64{&v.Z1, &v.A1, &v.Z2, &v.A2} }

// The forward pass and the loss.

func (v *Sample) F1(j int) float64 {
	var sum float64
	for i := range v.A0 {
		sum += v.W1.At(i, j) * v.A0[i]
	}
	return sum + v.B1.At(0, j) // F1: z¹_j = Σ_i w¹_ij a⁰_i + b¹_j
}

func (v *Sample) F2(j int) float64 {
	return v.Hidden.F(v.Z1[j]) // F2: a¹_j = f₁(z¹_j)
}

func (v *Sample) F3(k int) float64 {
	var sum float64
	for j := range v.A1 {
		sum += v.W2.At(j, k) * v.A1[j]
	}
	return sum + v.B2.At(0, k) // F3: z²_k = Σ_j w²_jk a¹_j + b²_k
}

func (v *Sample) F4(k int) float64 {
	return v.Output.F(v.Z2[k]) // F4: a²_k = f₂(z²_k)
}

func (v *Sample) L1() float64 {
	var sum float64
	for k := range v.A2 {
		sum += (v.Y[k] - v.A2[k]) * (v.Y[k] - v.A2[k])
	}
	return 0.5 * sum // L1: L = ½ Σ_k (y_k − a²_k)²
}

// The local derivatives.

func (v *Sample) D1(k int) float64    { return v.A2[k] - v.Y[k] }        // D1: ∂L/∂a²_k = a²_k − y_k
func (v *Sample) D2(k int) float64    { return v.Output.Prime(v.Z2[k]) } // D2: ∂a²_k/∂z²_k = f₂′(z²_k)
func (v *Sample) D3(j, k int) float64 { return v.A1[j] }                 // D3: ∂z²_k/∂w²_jk = a¹_j
func (v *Sample) D4(k int) float64    { return 1 }                       // D4: ∂z²_k/∂b²_k = 1
func (v *Sample) D5(j, k int) float64 { return v.W2.At(j, k) }           // D5: ∂z²_k/∂a¹_j = w²_jk
func (v *Sample) D6(j int) float64    { return v.Hidden.Prime(v.Z1[j]) } // D6: ∂a¹_j/∂z¹_j = f₁′(z¹_j)
func (v *Sample) D7(i, j int) float64 { return v.A0[i] }                 // D7: ∂z¹_j/∂w¹_ij = a⁰_i
func (v *Sample) D8(j int) float64    { return 1 }                       // D8: ∂z¹_j/∂b¹_j = 1

// The gradients: products of local derivatives, and for the first layer sums
// over k.

func (v *Sample) E1(j, k int) float64 {
	return v.D1(k) * v.D2(k) * v.D3(j, k) // E1: ∂L/∂w²_jk = D1 · D2 · D3
}

func (v *Sample) E2(k int) float64 {
	return v.D1(k) * v.D2(k) * v.D4(k) // E2: ∂L/∂b²_k = D1 · D2 · D4
}

func (v *Sample) E3(i, j int) float64 {
	var sum float64
	for k := range v.A2 {
		sum += v.D1(k) * v.D2(k) * v.D5(j, k)
	}
	return sum * v.D6(j) * v.D7(i, j) // E3: ∂L/∂w¹_ij = Σ_k (D1 · D2 · D5) · D6 · D7
}

func (v *Sample) E4(j int) float64 {
	var sum float64
	for k := range v.A2 {
		sum += v.D1(k) * v.D2(k) * v.D5(j, k)
	}
	return sum * v.D6(j) * v.D8(j) // E4: ∂L/∂b¹_j = Σ_k (D1 · D2 · D5) · D6 · D8
}

// η and δ are the factors that the gradients share. M2, M3, M5 and M6 are the
// gradients written with them.

func (v *Sample) M1(k int) float64 {
	return v.D1(k) * v.D2(k) // M1: η_k = D1 · D2
}

func (v *Sample) M2(j, k int) float64 { return v.A1[j] * v.M1(k) } // M2: ∂L/∂w²_jk = a¹_j η_k
func (v *Sample) M3(k int) float64    { return v.M1(k) }           // M3: ∂L/∂b²_k = η_k

func (v *Sample) M4(j int) float64 {
	var sum float64
	for k := range v.A2 {
		sum += v.M1(k) * v.D5(j, k)
	}
	return sum * v.D6(j) // M4: δ_j = Σ_k (η_k · w²_jk) · f₁′(z¹_j)
}

func (v *Sample) M5(i, j int) float64 { return v.A0[i] * v.M4(j) } // M5: ∂L/∂w¹_ij = a⁰_i δ_j
func (v *Sample) M6(j int) float64    { return v.M4(j) }           // M6: ∂L/∂b¹_j = δ_j
