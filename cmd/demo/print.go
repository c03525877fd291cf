package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// width is what fits a terminal of 80 columns.
const width = 79

func heading(w io.Writer, text string) {
	fmt.Fprintf(w, "\n%s\n\n", text)
}

func table(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
}

// equation prints a label and its equation, and below it a line for each value: its
// name, what goes into it, and the result at full precision. A line that is too
// wide is broken before each term.
func equation(w io.Writer, label, text string, lines ...[3]string) {
	fmt.Fprintf(w, "%s  %s\n", label, text)
	t := table(w)
	for _, l := range lines {
		if terms := strings.Split(l[1], " + "); len(terms) > 1 && len(l[0])+len(l[1])+len(l[2]) > width {
			indent := fmt.Sprintf("\n    %*s ", utf8.RuneCountInString(l[0]), "")
			fmt.Fprintf(w, "    %s = %s%s= %s\n", l[0], strings.Join(terms, indent+"+ "), indent, l[2])
			continue
		}
		fmt.Fprintf(t, "    %s = %s\t= %s\n", l[0], l[1], l[2])
	}
	t.Flush()
}

// forward prints F1 to F4 with numbers in place of the symbols, and the answer.
func forward(w io.Writer, n *network.Network, p *network.Pass) {
	fmt.Fprint(w, "Q1.1  Forward pass of the 2-3-1 network, f₁ = f₂ = σ\n\n")
	fmt.Fprint(w, "Indices count from 0: i input node, j hidden node, k output node.\n\n")
	show(w, "a⁰ = ", p.A0)
	show(w, "w¹ = ", n.W1)
	show(w, "b¹ = ", n.B1)
	show(w, "w² = ", n.W2)
	show(w, "b² = ", n.B2)
	fmt.Fprintln(w)
	equation(w, "F1", "z¹_j = Σ_i w¹_ij a⁰_i + b¹_j", sums("z¹", p.Z1, n.W1, p.A0, n.B1)...)
	equation(w, "F2", "a¹_j = f₁(z¹_j) = 1/(1 + e^−z¹_j)", sigmas("a¹", p.A1, p.Z1)...)
	equation(w, "F3", "z²_k = Σ_j w²_jk a¹_j + b²_k", sums("z²", p.Z2, n.W2, p.A1, n.B2)...)
	equation(w, "F4", "a²_k = f₂(z²_k) = 1/(1 + e^−z²_k)", sigmas("a²", p.A2, p.Z2)...)
	fmt.Fprintf(w, "\nThe output, rounded to two digits:\n\n%.2f\n", p.A2.At(0, 0))
}

// sums returns the lines for z = wᵀa + bᵀ.
func sums(name string, z, w, a, b *matrix.Matrix) (lines [][3]string) {
	for c := range w.Cols {
		var terms []string
		for r := range w.Rows {
			terms = append(terms, fmt.Sprintf("%v·%v", w.At(r, c), a.At(r, 0)))
		}
		terms = append(terms, fmt.Sprint(b.At(0, c)))
		lines = append(lines, [3]string{fmt.Sprintf("%s_%d", name, c), strings.Join(terms, " + "), fmt.Sprint(z.At(c, 0))})
	}
	return lines
}

// sigmas returns the lines for a = σ(z).
func sigmas(name string, a, z *matrix.Matrix) (lines [][3]string) {
	for r := range a.Rows {
		lines = append(lines, [3]string{fmt.Sprintf("%s_%d", name, r), fmt.Sprintf("1/(1 + e^−%v)", z.At(r, 0)), fmt.Sprint(a.At(r, 0))})
	}
	return lines
}

// equations prints the equations whose labels begin with one of the letters, as
// the page has them, each with the value of every element.
func equations(w io.Writer, text *page.Page, b *derive.Batch, letters string, value func(eq derive.Equation, x derive.Index) float64) {
	for _, eq := range derive.Ledger {
		if !strings.Contains(letters, eq.Label[:1]) {
			continue
		}
		chains := text.Equation(eq.Label).Chains
		c := chains[0]
		if eq.Label[0] == 'M' {
			c = chains[len(chains)-1] // the matrix form
		}
		right := c.Steps[min(1, len(c.Steps)-1)].Right // of the three lines of E1, the second
		fmt.Fprintf(w, "%s  %v = %v\n", eq.Label, c.First, right)
		t := table(w)
		for x := range eq.Elements(b) {
			fmt.Fprintf(t, "    %s\t% v\n", strings.TrimSuffix(strings.TrimSuffix(eq.Name(x), "s=0"), ", "), value(eq, x))
		}
		t.Flush()
	}
}

// show prints a matrix after the text that precedes its first row.
func show(w io.Writer, before string, x *matrix.Matrix) {
	indent := "\n" + strings.Repeat(" ", utf8.RuneCountInString(before))
	fmt.Fprintf(w, "%s%s\n", before, strings.ReplaceAll(fmt.Sprint(x), "\n", indent))
}
