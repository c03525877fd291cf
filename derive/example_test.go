package derive_test

import (
	"fmt"

	"chainrule/derive"
	"chainrule/matrix"
)

// The factors and a gradient of the homework's network, for the target 1.
func ExampleSample() {
	v := derive.Forward(&derive.Params{
		Activation: derive.Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}, []float64{1, 1}, []float64{1})
	fmt.Printf("a²_0 = %.2f\n", v.A2[0])
	fmt.Printf("∂L/∂w²_10 = %.4f · %.4f · %.4f = %.6f\n", v.D1(0), v.D2(0), v.D3(1, 0), v.E1(1, 0))
	// Output:
	// a²_0 = 0.82
	// ∂L/∂w²_10 = -0.1779 · 0.1463 · 0.9241 = -0.024054
}

// An implementation that has forgotten f₁′ in δ, and so in the two gradients
// after it, is told so.
func ExampleCheck() {
	p := &derive.Params{
		Activation: derive.Sigmoid,
		W1:         matrix.FromRows([]float64{0.5, -0.5}), B1: matrix.New(1, 2),
		W2: matrix.FromRows([]float64{1}, []float64{2}), B2: matrix.New(1, 1),
	}
	x, y := matrix.FromRows([]float64{1}), matrix.FromRows([]float64{0})
	v := derive.ForwardBatch(p, x, y)[0]
	column := func(c ...float64) *matrix.Matrix {
		return matrix.New(len(c), 1).AddBias(matrix.New(len(c), 1), matrix.FromRows(c))
	}
	row := func(r ...float64) *matrix.Matrix { return matrix.FromRows(r) }

	eta := v.D1(0) * v.D2(0)
	delta0, delta1 := 1*eta, 2*eta // w² η, and no ⊙ f₁′(z¹)
	for _, off := range derive.Check(p, x, y, derive.Claims{
		Z1: column(v.Z1...), A1: column(v.A1...), Z2: column(v.Z2...), A2: column(v.A2...), L: row(v.L1()),
		D2: column(v.D2(0)), D6: column(v.D6(0), v.D6(1)),
		Eta: column(eta), DW2: column(v.A1[0]*eta, v.A1[1]*eta), DB2: row(eta),
		Delta: column(delta0, delta1), DW1: row(delta0, delta1), DB1: row(delta0, delta1),
	}) {
		fmt.Printf("%s %s, %d of %d off\n", off.Label, off.Quantity, off.Wrong, off.Of)
	}
	// Output:
	// M4 δ, 2 of 2 off
	// M5 ∂L/∂w¹, 2 of 2 off
	// M6 ∂L/∂b¹, 2 of 2 off
}
