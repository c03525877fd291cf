// This test lets go test -run TestForwardQ11 work in the root of the repository. It
// uses the public API only.
package chainrule_test

import (
	"fmt"
	"math"
	"testing"

	"chainrule/matrix"
	"chainrule/network"
)

// TestForwardQ11 is the homework's Q1.1: the output of the 2-3-1 network is
// 0.82.
func TestForwardQ11(t *testing.T) {
	n := &network.Network{
		Activation: network.Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), nil, []int{0})
	n.Forward(p)
	// The literals are from a calculation in 50-digit decimal arithmetic.
	for _, c := range []struct {
		name string
		got  *matrix.Matrix
		want []float64
	}{
		{"z1", p.Z1, []float64{1.7, 2.5, 1.7}},
		{"a1", p.A1, []float64{0.845534734916465, 0.924141819978756, 0.845534734916465}},
		{"z2", p.Z2, []float64{1.530363098912217}},
		{"a2", p.A2, []float64{0.822059433706368}},
	} {
		if c.got.Rows != len(c.want) || c.got.Cols != 1 {
			t.Fatalf("%s is %d×%d, want %d×1", c.name, c.got.Rows, c.got.Cols, len(c.want))
		}
		for r, want := range c.want {
			// The literals have 15 digits, the calculation some ten roundings.
			if got := c.got.At(r, 0); !(math.Abs(got-want) <= 1e-12) {
				t.Errorf("%s[%d] = %.17g, want %.15g", c.name, r, got, want)
			}
		}
	}
	if got := fmt.Sprintf("%.2f", p.A2.At(0, 0)); got != "0.82" {
		t.Errorf("the output rounds to %s, want 0.82", got)
	}
}
