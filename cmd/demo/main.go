// Command demo works Q1 of the homework on the screen: the forward pass to
// 0.82 step by step, then every factor and every gradient, each beside two
// independent calculations of the same. It exits with 1 if they disagree.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/matrix"
	"chainrule/network"
)

func main() {
	cli.Main(func(_ context.Context, args []string, stdout, stderr io.Writer) int {
		return run(args, stdout, stderr, (*network.Network).Backward)
	})
}

const usage = `Usage: go run ./cmd/demo [-y TARGET]

Works through question 1 of the homework: the forward pass of the 2-3-1 network
step by step, to the output 0.82, and then, for a target y, the loss, each
factor of the chain rule and each gradient. A table compares every gradient with
two independent computations of it. The labels are those of docs/derivation.md.

  -y TARGET   the target, from 0 to 1 (default 1)

Exit status: 0 if all values agree; 1 if some differ, with their labels, or on
another error; 2 for wrong flags.
`

// step is h in the central differences. Their truncation error is about h² and
// their rounding error about 2⁻⁵²/h; the sum is smallest near h = 1e-5.
const step = 1e-5

// run is the command. The backward pass is a parameter so that a test can pass a
// wrong one.
func run(args []string, stdout, stderr io.Writer, backward func(*network.Network, *network.Pass)) int {
	c := cli.Command{Name: "demo", Usage: usage}
	y := c.Flags.Float64("y", 1, "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		if !(*y >= 0 && *y <= 1) {
			return cli.Usagef("-y %v: want a number from 0 to 1, the range of σ", *y)
		}
		return demo(out, *y, backward)
	})
}

// demo prints everything and returns an error that lists the values that differ.
func demo(stdout io.Writer, y float64, backward func(*network.Network, *network.Pass)) error {
	n := &network.Network{
		Activation: network.Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{y}), []int{0})
	n.Forward(p)
	p.Loss()
	backward(n, p)
	params := &derive.Params{Activation: derive.Sigmoid, W1: n.W1, B1: n.B1, W2: n.W2, B2: n.B2}
	v := derive.Forward(params, []float64{1, 1}, []float64{y})
	d := derive.NumericalGradient(params, p.A0, p.Y, 0, step)

	forward(stdout, n, p)
	factors(stdout, v)
	matrices(stdout, p)
	wrong := compare(stdout, p, v, d)
	for _, o := range derive.Check(params, p.A0, p.Y, derive.Claims{
		Z1: p.Z1, A1: p.A1, Z2: p.Z2, A2: p.A2, L: p.L,
		D2: p.F2Prime, Eta: p.Eta, D6: p.F1Prime, Delta: p.Delta,
		DW1: p.DW1, DB1: p.DB1, DW2: p.DW2, DB2: p.DB2,
	}) {
		wrong = append(wrong, o.String())
	}
	if len(wrong) > 0 {
		return errors.New("network and derivation disagree:\n  " + strings.Join(wrong, "\n  "))
	}
	fmt.Fprintf(stdout, "\nAll agree: F1–F4, L1 and M1–M6 with derive to %.0e, the 13 gradients with\nthe centred differences (h = %.0e) to 1e-7 or their rounding.\n", derive.Tolerance, step)
	return nil
}

// A gradient is one parameter's: by the network, by derive, by differences.
type gradient struct {
	label, name                  string
	network, derived, difference float64
}

// gradients lists those of all 13 parameters.
func gradients(p *network.Pass, v *derive.Sample, d derive.Gradient) (g []gradient) {
	for i := range v.A0 {
		for j := range v.A1 {
			g = append(g, gradient{"E3", fmt.Sprintf("w¹_%d%d", i, j), p.DW1.At(i, j), v.E3(i, j), d.W1.At(i, j)})
		}
	}
	for j := range v.A1 {
		g = append(g, gradient{"E4", fmt.Sprintf("b¹_%d", j), p.DB1.At(0, j), v.E4(j), d.B1.At(0, j)})
	}
	for j := range v.A1 {
		for k := range v.A2 {
			g = append(g, gradient{"E1", fmt.Sprintf("w²_%d%d", j, k), p.DW2.At(j, k), v.E1(j, k), d.W2.At(j, k)})
		}
	}
	for k := range v.A2 {
		g = append(g, gradient{"E2", fmt.Sprintf("b²_%d", k), p.DB2.At(0, k), v.E2(k), d.B2.At(0, k)})
	}
	return g
}

// compare prints the gradients side by side and returns a line for each that
// is not its centred difference.
func compare(w io.Writer, p *network.Pass, v *derive.Sample, d derive.Gradient) (wrong []string) {
	heading(w, "Every gradient, three ways")
	t := table(w)
	fmt.Fprint(t, "\t∂L/∂\tnetwork\tderive\tdifference\trel. errors\n")
	for _, g := range gradients(p, v, d) {
		fmt.Fprintf(t, "%s\t%s\t%+.8e\t%+.8e\t%+.8e\t%.0e  %.0e\n", g.label, g.name, g.network, g.derived, g.difference,
			derive.RelErr(g.network, g.derived), derive.RelErr(g.network, g.difference))
		if ok, _ := derive.Agree(g.network, g.difference, d.J, step); !ok {
			wrong = append(wrong, fmt.Sprintf("%s: ∂L/∂%s is %v, the centred difference is %v", g.label, g.name, g.network, g.difference))
		}
	}
	t.Flush()
	if d.Kinks > 0 || math.IsNaN(d.J) {
		wrong = append(wrong, fmt.Sprintf("the differences are no evidence: %d kinks, J = %v", d.Kinks, d.J))
	}
	return wrong
}
