package derive_test

import (
	"fmt"

	"chainrule/derive"
	"chainrule/matrix"
)

// The factors and a gradient of the homework's network, for the target 1.
func ExampleSample() {
	p := derive.NewParams("sigmoid",
		matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), matrix.FromRows([]float64{1, 1, 1}),
		matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), matrix.FromRows([]float64{0.5}))
	v := derive.Forward(p, []float64{1, 1}, []float64{1})
	fmt.Printf("a²_0 = %.2f\n", v.A2[0])
	fmt.Printf("∂L/∂w²_10 = %.4f · %.4f · %.4f = %.6f\n", v.D1(0), v.D2(0), v.D3(1, 0), v.E1(1, 0))
	// Output:
	// a²_0 = 0.82
	// ∂L/∂w²_10 = -0.1779 · 0.1463 · 0.9241 = -0.024054
}

// An implementation forgets f₁′ in δ, and so in the two gradients that follow from
// it. Check reports M4 first: the equation to fix.
func ExampleCheck() {
	p := derive.NewParams("sigmoid",
		matrix.FromRows([]float64{0.5, -0.5}), matrix.New(1, 2), matrix.FromRows([]float64{1}, []float64{2}), matrix.New(1, 1))
	b := derive.ForwardBatch(p, matrix.FromRows([]float64{1}), matrix.FromRows([]float64{0}))
	eta := b.Samples[0].D1(0) * b.Samples[0].D2(0)
	claims := map[string]*matrix.Matrix{
		"η":      matrix.FromRows([]float64{eta}),
		"δ":      matrix.FromRows([]float64{1 * eta}, []float64{2 * eta}), // w² η, and no ⊙ f₁′(z¹)
		"∂L/∂w¹": matrix.FromRows([]float64{1 * eta, 2 * eta}),
		"∂L/∂b¹": matrix.FromRows([]float64{1 * eta, 2 * eta}),
	}
	compared, wrong := derive.Check(b, func(eq derive.Equation) *matrix.Matrix { return claims[eq.Quantity] })
	fmt.Println(compared, "numbers compared")
	for _, d := range wrong {
		fmt.Printf("%s %s, %d of %d wrong\n", d.Label, d.Quantity, d.Wrong, d.Of)
	}
	// Output:
	// 7 numbers compared
	// M4 δ, 2 of 2 wrong
	// M5 ∂L/∂w¹, 2 of 2 wrong
	// M6 ∂L/∂b¹, 2 of 2 wrong
}
