// Command demo works through question 1 of the homework: the forward pass to 0.82
// step by step, then every factor and every gradient beside two independent
// computations of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs"
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
	text, err := docs.Page()
	if err != nil {
		return err
	}
	params := derive.NewParams("sigmoid", n.W1, n.B1, n.W2, n.B2)
	b := derive.ForwardBatch(params, p.A0, p.Y)

	forward(stdout, n, p)
	heading(stdout, fmt.Sprintf("Q1.2  Backward pass for y = %v, one scalar at a time", y))
	equations(stdout, text, b, "LDE", func(eq derive.Equation, x derive.Index) float64 { return eq.Element(b, x) })
	heading(stdout, "The same in matrix form, as network computes it")
	equations(stdout, text, b, "M", func(eq derive.Equation, x derive.Index) float64 {
		return p.Matrix(eq.Quantity).At(eq.Place(x))
	})
	wrong := compare(stdout, p, b, derive.NumericalGradient(params, p.A0, p.Y, 0, step))
	compared, found := derive.Check(b, func(eq derive.Equation) *matrix.Matrix {
		if eq.Label[0] == 'R' || eq.Label == "B1" && eq.Quantity == "L" {
			return nil // no penalty, and the loss is that of L1
		}
		return p.Matrix(eq.Quantity)
	})
	for _, d := range found {
		wrong = append(wrong, d.Error())
	}
	if len(wrong) > 0 {
		return errors.New("network and derivation disagree:\n  " + strings.Join(wrong, "\n  "))
	}
	fmt.Fprintf(stdout, "\nAll agree: %d values of network with those of derive, and the 13 gradients\nwith central differences (step %.0e), as far as rounding lets one tell.\n", compared, step)
	return nil
}

// compare prints every gradient by network, by derive and by central differences,
// and returns a line for each that differs from the latter.
func compare(w io.Writer, p *network.Pass, b *derive.Batch, g derive.Gradient) (wrong []string) {
	heading(w, "Every gradient, three ways")
	t := table(w)
	fmt.Fprint(t, "\t∂L/∂\tnetwork\tderive\tcentral diff.\trel. errors\n")
	numerical := map[string]*matrix.Matrix{"∂L/∂w¹": g.W1, "∂L/∂b¹": g.B1, "∂L/∂w²": g.W2, "∂L/∂b²": g.B2}
	for _, eq := range derive.Ledger {
		slopes := numerical[eq.Quantity]
		if slopes == nil || eq.Label[0] != 'M' {
			continue
		}
		for x := range eq.Elements(b) {
			name := strings.TrimPrefix(eq.Quantity, "∂L/∂") + "_"
			for _, letter := range strings.TrimSuffix(eq.Letters, "s") {
				name += fmt.Sprint(x.At(letter))
			}
			got, derived, slope := p.Matrix(eq.Quantity).At(eq.Place(x)), eq.Element(b, x), slopes.At(eq.Place(x))
			fmt.Fprintf(t, "%s\t%s\t%+.8e\t%+.8e\t%+.8e\t%.0e  %.0e\n", eq.Label, name, got, derived, slope, derive.RelErr(got, derived), derive.RelErr(got, slope))
			if ok, _ := derive.Agree(got, slope, g.J, step); !ok {
				wrong = append(wrong, fmt.Sprintf("%s: ∂L/∂%s is %v, by central differences %v", eq.Label, name, got, slope))
			}
		}
	}
	t.Flush()
	return wrong
}
