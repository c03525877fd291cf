// Command demo works through question 1 of the homework: the forward pass to 0.82
// step by step, then every factor and every gradient beside two independent
// computations of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

func main() {
	cli.Main(func(_ context.Context, args []string, stdout, stderr io.Writer) int {
		return run(args, stdout, stderr, (*network.Network).Backward)
	})
}

const usage = `Usage: go run ./cmd/demo [-y TARGET | FILE.json]

Works through question 1 of the homework: the forward pass of the 2-3-1 network
step by step, to the output 0.82, and then, for a target y, the loss, each
factor of the chain rule and each gradient. A table compares every gradient with
two independent computations of it. The labels are those of docs/derivation.md.

  -y TARGET   the target, from 0 to 1 (default 1)
  FILE.json   your own network, of any shape and activation, and your own
              sample, the first one in the file; docs/check.md has the format.
              Claims, lambda and rate are ignored. - reads standard input.
`

// step is h in the central differences, unless numbers are larger than 1. Their
// truncation error is about h² and their rounding error about 2⁻⁵²/h; the sum is
// smallest near h = 1e-5.
const step = 1e-5

// stepOf returns step, divided by the largest factor with which a parameter moves z² or
// z¹.
func stepOf(n *network.Network, p *network.Pass) float64 {
	largest := 1.0
	for _, x := range []*matrix.Matrix{p.A0, p.A1, n.W2} {
		for _, v := range x.Data {
			largest = max(largest, math.Abs(v))
		}
	}
	return step / largest
}

// run is the command. The backward pass is a parameter so that a test can pass a
// wrong one.
func run(args []string, stdout, stderr io.Writer, backward func(*network.Network, *network.Pass)) int {
	c := cli.Command{Name: "demo", Usage: usage, Args: true}
	y := c.Flags.Float64("y", 1, "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		pt := page.Homework()
		switch files := c.Flags.Args(); {
		case len(files) > 1 || len(files) == 1 && c.Given()["y"]:
			return cli.Usagef("want one file, without -y, or no file")
		case len(files) == 1:
			f, err := claim.Open(files[0], os.Stdin)
			if err != nil {
				return err
			}
			pt = &f.Point
		case !(*y >= 0 && *y <= 1):
			return cli.Usagef("-y %v: want a number from 0 to 1, the range of σ", *y)
		default:
			pt.Y.Data[0] = *y
		}
		return demo(out, pt, backward)
	})
}

// demo prints everything for the network and the first sample of a point. It returns an
// error that lists the values that differ.
func demo(stdout io.Writer, pt *page.Point, backward func(*network.Network, *network.Pass)) error {
	n := docs.NetworkAt(pt) // a file with another activation is refused when it is read
	p := n.NewPass(1)
	p.Load(pt.X, pt.Y, []int{0})
	n.Forward(p)
	p.Loss()
	backward(n, p)
	text, err := docs.Page()
	if err != nil {
		return err
	}
	params := derive.NewParams(pt.Activation, n.W1, n.B1, n.W2, n.B2)
	b := derive.ForwardBatch(params, p.A0, p.Y)

	forward(stdout, n, p, pt.X.Rows)
	if len(p.Y.Data) == 1 {
		heading(stdout, fmt.Sprintf("Q1.2  Backward pass for y = %v, one scalar at a time", p.Y.Data[0]))
	} else {
		heading(stdout, "Q1.2  Backward pass, one scalar at a time")
		show(stdout, "y = ", p.Y)
		fmt.Fprintln(stdout)
	}
	equations(stdout, text, b, "LDE", func(eq derive.Equation, x derive.Index) float64 { return eq.Element(b, x) })
	heading(stdout, "The same in matrix form, as network computes it")
	equations(stdout, text, b, "M", func(eq derive.Equation, x derive.Index) float64 {
		return p.Matrix(eq.Quantity).At(eq.Place(x))
	})
	h := stepOf(n, p)
	gradients, wrong := compare(stdout, p, b, derive.NumericalGradient(params, p.A0, p.Y, 0, h), h)
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
	fmt.Fprintf(stdout, "\nAll agree: %d values of network with those of derive, and the %d gradients\nwith central differences (step %.0e), as far as rounding lets one tell.\n", compared, gradients, h)
	return nil
}

// compare prints every gradient by network, by derive and by central differences. It
// returns how many have a central difference, and a line for each that differs from it.
func compare(w io.Writer, p *network.Pass, b *derive.Batch, g derive.Gradient, h float64) (compared int, wrong []string) {
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
			for n, letter := range strings.TrimSuffix(eq.Letters, "s") {
				if n > 0 && max(b.W1.Rows, b.W1.Cols, b.W2.Cols) > 10 {
					name += ","
				}
				name += fmt.Sprint(x.At(letter))
			}
			got, derived, slope := p.Matrix(eq.Quantity).At(eq.Place(x)), eq.Element(b, x), slopes.At(eq.Place(x))
			if math.IsNaN(slope) {
				fmt.Fprintf(t, "%s\t%s\t%+.8e\t%+.8e\t%s\t%.0e\n", eq.Label, name, got, derived, "none: a kink", derive.RelErr(got, derived))
				continue
			}
			compared++
			fmt.Fprintf(t, "%s\t%s\t%+.8e\t%+.8e\t%+.8e\t%.0e  %.0e\n", eq.Label, name, got, derived, slope, derive.RelErr(got, derived), derive.RelErr(got, slope))
			if ok, _ := derive.Agree(got, slope, g.J, h); !ok {
				wrong = append(wrong, fmt.Sprintf("%s: ∂L/∂%s is %v, by central differences %v", eq.Label, name, got, slope))
			}
		}
	}
	t.Flush()
	return compared, wrong
}
