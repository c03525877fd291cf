// Command check judges a forward pass, gradients and a step that were computed in any
// language, equation by equation, and names the mistake.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/diagnose"
	"chainrule/docs"
)

func main() {
	cli.Main(func(_ context.Context, args []string, stdout, stderr io.Writer) int {
		return run(args, os.Stdin, stdout, stderr)
	})
}

const usage = `Usage: go run ./cmd/check [-tol TOLERANCE] [-csv] FILE.json...

Compares what your own network computes with the equations of
docs/derivation.md: the forward pass, the loss, the gradients and one step, or
any of these. For what is off, it looks for a known mistake that explains your
numbers. Several files make a table with one line each. docs/check.md has an
exporter for numpy.

  -tol TOLERANCE   accept relative errors up to TOLERANCE; without it, what is
                   explained by rounding to the digits that your numbers have
  -csv             write the table as CSV
  FILE.json        - reads standard input

A file is one JSON object. A matrix is a list of rows.

  w1, b1         hidden layer, n0×n1 and 1×n1
  w2, b2         output layer, n1×n2 and 1×n2
  x, y           inputs and targets, one sample per row, m×n0 and m×n2
  samples        "columns" if x, y, z1, a1, z2, a2, eta and delta have one
                 sample per column; else "rows"
  activation     of the hidden layer: "sigmoid" (default), "tanh", "relu" or
                 "identity"
  lambda, rate   the weight of the penalty (default 0), and the learning rate
  claims         an object with what you computed, as much of it as you like:
    z1 a1 z2 a2  one sample per row
    eta delta    the same: η of M1, and δ of M4
    loss         the mean over the samples, without the penalty
    dw1 db1      gradients of this loss, in the shape of their parameter
    dw2 db2
    after        an object with w1, b1, w2, b2 after one step

If a claim is off, the exit status is 1; if a file cannot be judged, 2.
`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "check", Usage: usage, Args: true}
	tol := c.Flags.Float64("tol", 0, "")
	table := c.Flags.Bool("csv", false, "")
	status := 0
	code := c.Run(args, stdout, stderr, func(out io.Writer) error {
		files := c.Flags.Args()
		switch {
		case len(files) == 0:
			return cli.Usagef("want at least one file")
		case c.Given()["tol"] && !(*tol > 0 && *tol < 1):
			return cli.Usagef("-tol %v: want a number above 0 and below 1; without -tol, the digits of the numbers decide", *tol)
		}
		var results []result
		for _, name := range files {
			r := result{name: name}
			var in *claim.File
			if in, r.err = claim.Open(name, stdin); r.err == nil && len(in.Claims) == 0 {
				r.err = errors.New(name + ": the file has no claims")
			}
			if r.err == nil {
				r.Report = diagnose.Judge(in, *tol)
				r.shape = fmt.Sprintf("%d-%d-%d, %s, m=%d", in.W1.Rows, in.W1.Cols, in.W2.Cols, in.Activation, in.X.Rows)
			}
			results = append(results, r)
			status = max(status, r.status())
		}
		switch {
		case *table:
			return writeCSV(out, results)
		case len(results) > 1:
			return writeTable(out, results)
		case results[0].err != nil:
			fmt.Fprintf(stderr, "check: %v\n", results[0].err)
			return nil
		}
		return results[0].write(out)
	})
	return max(code, status)
}

// A result is what became of one file.
type result struct {
	name, shape string
	diagnose.Report
	err error
}

func (r result) status() int {
	switch {
	case r.err != nil:
		return 2
	case r.Right() < len(r.Claims) || len(r.Findings) > 0:
		return 1
	}
	return 0
}

// write writes a line for each claim, and what explains those that are off.
func (r result) write(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s; numbers taken as %s\n\n", r.name, r.shape, r.Precision)
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if r.status() > 0 {
		fmt.Fprint(t, "\tclaim\t\tgot\twant\terror\toff\n")
	}
	for _, c := range r.Claims {
		fmt.Fprintf(t, "%s\t%s\t", c.Label, c.Name)
		switch c.Verdict {
		case diagnose.Right:
			fmt.Fprint(t, "right\t\t\t\t\n")
		case diagnose.Follows:
			fmt.Fprintf(t, "follows from %s\t\t\t\t\n", strings.Join(c.From, ", "))
		default:
			at := "off"
			if c.Index != "" {
				at += " at " + c.Index
			}
			fmt.Fprintf(t, "%s\t%.7g\t%.7g\t%.0e\t%d of %d\n", at, c.Got, c.Want, c.RelErr, c.Wrong, c.Of)
		}
	}
	t.Flush()
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	if r.status() == 0 {
		fmt.Fprint(w, "\nAll is right.\n")
	}
	for _, f := range r.Findings {
		text := f.Text()
		if len(f.Mistakes) == 0 && len(f.Explains) > 0 {
			equation, err := r.equation(f.Explains[0])
			if err != nil {
				return err
			}
			text += " " + equation
		}
		fmt.Fprintf(w, "\n%s\n", cli.Wrap(text, cli.Width))
	}
	return nil
}

// equation says with which equation of the page a claim can be compared.
func (r result) equation(name string) (string, error) {
	page, err := docs.Page()
	if err != nil {
		return "", err
	}
	c := r.Claims[slices.IndexFunc(r.Claims, func(c diagnose.Judgement) bool { return c.Name == name })]
	chains := page.Equation(c.Label).Chains
	chain := chains[len(chains)-1]
	if name == "loss" {
		chain = chains[0]
	}
	return fmt.Sprintf("Begin with %s of docs/derivation.md: %v %s %v", c.Label, chain.First, chain.Steps[0].Rel, chain.Steps[0].Right), nil
}

// fields returns a line of the table of several files: the name, the first label that is
// off, why, and the percentage of claims that are right.
func (r result) fields() [4]string {
	if r.err != nil {
		return [4]string{r.name, "not judged", strings.TrimSpace(strings.TrimPrefix(r.err.Error(), r.name+":")), ""}
	}
	first, why := "", ""
	for _, c := range r.Claims {
		if c.Verdict == diagnose.Off {
			first = c.Label
			break
		}
	}
	for _, f := range r.Findings {
		why = strings.TrimSpace(why + " " + f.Text())
	}
	return [4]string{r.name, first, why, fmt.Sprintf("%.0f %%", math.Floor(100*float64(r.Right())/float64(len(r.Claims))))}
}

var head = [4]string{"file", "first off", "mistake", "right"}

// writeTable writes a line for each file, which it shortens to the width.
func writeTable(w io.Writer, results []result) error {
	rows := [][4]string{head}
	for _, r := range results {
		rows = append(rows, r.fields())
	}
	var widths [4]int
	for _, row := range rows {
		for c, text := range row {
			widths[c] = max(widths[c], utf8.RuneCountInString(text))
		}
	}
	widths[2] = max(20, min(widths[2], cli.Width-widths[0]-widths[1]-widths[3]-6))
	for _, row := range rows {
		if text := []rune(row[2]); len(text) > widths[2] {
			row[2] = string(text[:widths[2]-1]) + "…"
		}
		line := fmt.Sprintf("%-*s  %-*s  %*s  %s", widths[0], row[0], widths[1], row[1], widths[3], row[3], row[2])
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
	return nil
}

// writeCSV writes a record for each file.
func writeCSV(w io.Writer, results []result) error {
	out := csv.NewWriter(w)
	out.Write(head[:])
	for _, r := range results {
		row := r.fields()
		row[3] = strings.TrimSuffix(row[3], " %")
		out.Write(row[:])
	}
	out.Flush()
	return out.Error()
}
