package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"chainrule/derive"
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

// equation prints a label, its equation, and under it a line for each value:
// what it is, what went into it, and the result, at full precision. A line
// that is too wide is broken before each of its terms.
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

// forward prints F1 to F4 with the numbers put in, and the answer.
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

// sums returns the lines of z = wᵀa + bᵀ.
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

// sigmas returns the lines of a = σ(z).
func sigmas(name string, a, z *matrix.Matrix) (lines [][3]string) {
	for r := range a.Rows {
		lines = append(lines, [3]string{fmt.Sprintf("%s_%d", name, r), fmt.Sprintf("1/(1 + e^−%v)", z.At(r, 0)), fmt.Sprint(a.At(r, 0))})
	}
	return lines
}

// factors prints L1, D1 to D8 and E1 to E4, as derive computes them.
func factors(w io.Writer, v *derive.Sample) {
	heading(w, fmt.Sprintf("Q1.2  Backward pass for y = %v, one scalar at a time", v.Y[0]))
	t := table(w)
	// row prints an equation, with its value for each of m times n indices.
	row := func(label, what, is, letters string, m, n int, f func(a, b int) float64) {
		for a := range m {
			for b := range n {
				at := strings.NewReplacer("a", fmt.Sprint(a), "b", fmt.Sprint(b)).Replace(letters)
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t% v\n", label, what, is, at, f(a, b))
				label, what, is = "", "", ""
			}
		}
	}
	n0, n1, n2 := len(v.A0), len(v.A1), len(v.A2)
	row("L1", "L", "= ½ Σ_k (y_k − a²_k)²", "", 1, 1, func(_, _ int) float64 { return v.L1() })
	row("D1", "∂L/∂a²_k", "= a²_k − y_k", "k=a", n2, 1, func(k, _ int) float64 { return v.D1(k) })
	row("D2", "∂a²_k/∂z²_k", "= σ(z²_k)(1 − σ(z²_k))", "k=a", n2, 1, func(k, _ int) float64 { return v.D2(k) })
	row("D3", "∂z²_k/∂w²_jk", "= a¹_j", "j=a k=b", n1, n2, v.D3)
	row("D4", "∂z²_k/∂b²_k", "= 1", "k=a", n2, 1, func(k, _ int) float64 { return v.D4(k) })
	row("D5", "∂z²_k/∂a¹_j", "= w²_jk", "j=a k=b", n1, n2, v.D5)
	row("D6", "∂a¹_j/∂z¹_j", "= f₁′(z¹_j), as D2", "j=a", n1, 1, func(j, _ int) float64 { return v.D6(j) })
	row("D7", "∂z¹_j/∂w¹_ij", "= a⁰_i", "i=a j=b", n0, n1, v.D7)
	row("D8", "∂z¹_j/∂b¹_j", "= 1", "j=a", n1, 1, func(j, _ int) float64 { return v.D8(j) })
	row("E1", "∂L/∂w²_jk", "= D1·D2·D3", "j=a k=b", n1, n2, v.E1)
	row("E2", "∂L/∂b²_k", "= D1·D2·D4", "k=a", n2, 1, func(k, _ int) float64 { return v.E2(k) })
	row("E3", "∂L/∂w¹_ij", "= Σ_k (D1·D2·D5)·D6·D7", "i=a j=b", n0, n1, v.E3)
	row("E4", "∂L/∂b¹_j", "= Σ_k (D1·D2·D5)·D6·D8", "j=a", n1, 1, func(j, _ int) float64 { return v.E4(j) })
	t.Flush()
}

// matrices prints M1 to M6 as the network computed them.
func matrices(w io.Writer, p *network.Pass) {
	heading(w, "The same in matrix form, as network computes it")
	for _, m := range []struct {
		label, what, is string
		x               *matrix.Matrix
	}{
		{"M1", "η", "(a² − y) ⊙ f₂′(z²)", p.Eta},
		{"M2", "∂L/∂w²", "a¹ ηᵀ", p.DW2},
		{"M3", "∂L/∂b²", "ηᵀ", p.DB2},
		{"M4", "δ", "(w² η) ⊙ f₁′(z¹)", p.Delta},
		{"M5", "∂L/∂w¹", "a⁰ δᵀ", p.DW1},
		{"M6", "∂L/∂b¹", "δᵀ", p.DB1},
	} {
		fmt.Fprintf(w, "%s  %s = %s\n", m.label, m.what, m.is)
		show(w, "    ", m.x)
	}
}

// show prints a matrix behind what stands before its first row. Sixteen digits
// let three columns fit the width.
func show(w io.Writer, before string, x *matrix.Matrix) {
	indent := "\n" + strings.Repeat(" ", utf8.RuneCountInString(before))
	fmt.Fprintf(w, "%s%s\n", before, strings.ReplaceAll(fmt.Sprintf("%.16g", x), "\n", indent))
}
