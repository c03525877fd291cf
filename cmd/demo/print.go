package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

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
		if terms := strings.Split(l[1], " + "); len(terms) > 1 && len(l[0])+len(l[1])+len(l[2]) > cli.Width {
			indent := fmt.Sprintf("\n    %*s ", utf8.RuneCountInString(l[0]), "")
			fmt.Fprintf(w, "    %s = %s%s= %s\n", l[0], strings.Join(terms, indent+"+ "), indent, l[2])
			continue
		}
		fmt.Fprintf(t, "    %s = %s\t= %s\n", l[0], l[1], l[2])
	}
	t.Flush()
}

// function says how f(z) is written for each activation, and how it is computed.
var function = map[network.Activation]struct{ name, formula string }{
	network.Sigmoid:  {"σ", "1/(1 + e^−%s)"},
	network.Tanh:     {"tanh", "tanh(%s)"},
	network.ReLU:     {"ReLU", "max(0, %s)"},
	network.Identity: {"the identity", "%s"},
}

// forward prints F1 to F4 with numbers in place of the symbols, and the answer, for the
// first of so many samples.
func forward(w io.Writer, n *network.Network, p *network.Pass, samples int) {
	f1, f2 := function[n.Activation], function[network.Sigmoid]
	n0, n1, n2 := n.Shape()
	functions, first := "f₁ = f₂ = σ", ""
	if n.Activation != network.Sigmoid {
		functions = "f₁ = " + f1.name + ", f₂ = σ"
	}
	if samples > 1 {
		first = fmt.Sprintf("The sample is the first of %d.\n\n", samples)
	}
	fmt.Fprintf(w, "Q1.1  Forward pass of the %d-%d-%d network, %s\n\n%s", n0, n1, n2, functions, first)
	fmt.Fprint(w, "Indices count from 0: i input node, j hidden node, k output node.\n\n")
	show(w, "a⁰ = ", p.A0)
	show(w, "w¹ = ", n.W1)
	show(w, "b¹ = ", n.B1)
	show(w, "w² = ", n.W2)
	show(w, "b² = ", n.B2)
	fmt.Fprintln(w)
	equation(w, "F1", "z¹_j = Σ_i w¹_ij a⁰_i + b¹_j", sums("z¹", p.Z1, n.W1, p.A0, n.B1)...)
	equation(w, "F2", "a¹_j = f₁(z¹_j) = "+fmt.Sprintf(f1.formula, "z¹_j"), activations("a¹", f1.formula, p.A1, p.Z1)...)
	equation(w, "F3", "z²_k = Σ_j w²_jk a¹_j + b²_k", sums("z²", p.Z2, n.W2, p.A1, n.B2)...)
	equation(w, "F4", "a²_k = f₂(z²_k) = "+fmt.Sprintf(f2.formula, "z²_k"), activations("a²", f2.formula, p.A2, p.Z2)...)
	fmt.Fprintf(w, "\nThe output, rounded to two digits:\n\n%s\n", list(p.A2.Data, "%.2f", "  "))
}

// list formats numbers and joins them.
func list(numbers []float64, format, separator string) string {
	texts := make([]string, len(numbers))
	for n, v := range numbers {
		texts[n] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, separator)
}

// number returns v as a factor or a term: a negative number in parentheses.
func number(v float64) string {
	if v < 0 {
		return fmt.Sprintf("(%v)", v)
	}
	return fmt.Sprint(v)
}

// sums returns the lines for z = wᵀa + bᵀ.
func sums(name string, z, w, a, b *matrix.Matrix) (lines [][3]string) {
	for c := range w.Cols {
		var terms []string
		for r := range w.Rows {
			terms = append(terms, number(w.At(r, c))+"·"+number(a.At(r, 0)))
		}
		terms = append(terms, number(b.At(0, c)))
		lines = append(lines, [3]string{fmt.Sprintf("%s_%d", name, c), strings.Join(terms, " + "), fmt.Sprint(z.At(c, 0))})
	}
	return lines
}

// activations returns the lines for a = f(z).
func activations(name, formula string, a, z *matrix.Matrix) (lines [][3]string) {
	for r := range a.Rows {
		argument := fmt.Sprint(z.At(r, 0))
		if strings.Contains(formula, "−") { // a sign stands before it
			argument = number(z.At(r, 0))
		}
		lines = append(lines, [3]string{fmt.Sprintf("%s_%d", name, r), fmt.Sprintf(formula, argument), fmt.Sprint(a.At(r, 0))})
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

// show prints a matrix after the text that precedes its first row. Numbers that are too
// wide are rounded to fewer digits.
func show(w io.Writer, before string, x *matrix.Matrix) {
	text, rounded := fmt.Sprint(x), ""
	for digits := 6; digits > 1; digits-- {
		if row, _, _ := strings.Cut(text, "\n"); utf8.RuneCountInString(before+row) <= cli.Width {
			break
		}
		text, rounded = fmt.Sprintf("%.*g", digits, x), fmt.Sprintf("%*s(rounded to %d digits)\n", utf8.RuneCountInString(before), "", digits)
	}
	indent := "\n" + strings.Repeat(" ", utf8.RuneCountInString(before))
	fmt.Fprintf(w, "%s%s\n%s", before, strings.ReplaceAll(text, "\n", indent), rounded)
}
