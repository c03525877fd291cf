// Package mutants is a gallery of bugs that teaching networks really have, each as
// a change in one place of this project's own sources. Its test runs the tests of the
// mutated package on every one of them.
package mutants

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Mutant is a source file with one piece of it replaced.
type Mutant struct {
	Number   int    // the kind of bug, as in docs/mutants.md
	Name     string // "double sigmoid"
	Label    string // the equation that it breaks, or that the broken check misjudges first
	Hint     string // for those who look for it
	File     string // "network/backward.go"
	Old, New string // Old occurs once in File
}

// IsCheck reports whether the mutant breaks a check and not the network.
func (m Mutant) IsCheck() bool {
	return strings.HasPrefix(m.File, "derive/") || strings.HasSuffix(m.File, "_test.go")
}

// ID is the number of the mutant on the page, with a letter if several have that number:
// "2b".
func (m Mutant) ID() string {
	same, at := 0, 0
	for _, other := range All {
		if other.Number == m.Number {
			if other.Name == m.Name {
				at = same
			}
			same++
		}
	}
	if same == 1 {
		return fmt.Sprint(m.Number)
	}
	return fmt.Sprintf("%d%c", m.Number, 'a'+at)
}

// Apply returns the text of m.File with the bug in it. Old must occur in it exactly
// once.
func (m Mutant) Apply(text string) (string, error) {
	if n := strings.Count(text, m.Old); n != 1 {
		return "", fmt.Errorf("%s: got %d places in %s to change, want one: %q", m.Name, n, m.File, m.Old)
	}
	return strings.Replace(text, m.Old, m.New, 1), nil
}

// Overlay writes into dir the file of m with the bug in it, and a file for go's flag
// -overlay that puts it in the place of the one in the project at root. It returns the
// name of the latter. If m is nil, nothing is replaced.
func (m *Mutant) Overlay(root, dir string) (overlay string, err error) {
	replace := make(map[string]string)
	if m != nil {
		file, err := filepath.Abs(filepath.Join(root, m.File))
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		mutated, err := m.Apply(string(text))
		if err != nil {
			return "", err
		}
		replace[file] = filepath.Join(dir, "mutated.go")
		if err := os.WriteFile(replace[file], []byte(mutated), 0o644); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o644)
}

// Diff returns the lines that m deletes, each after a "-", and those that it inserts,
// each after a "+".
func (m Mutant) Diff() (lines []string) {
	for _, side := range []struct{ sign, text string }{{"-", m.Old}, {"+", m.New}} {
		for line := range strings.Lines(side.text) {
			lines = append(lines, side.sign+strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

// All is the gallery, in the order of Number.
var All = []Mutant{
	{1, "double sigmoid", "D2", "Is this derivative a function of z or of a?", "network/activation.go",
		"func sigmoidPrimeFromA(a float64) float64 { return a * (1 - a) }",
		"func sigmoidPrimeFromA(a float64) float64 { return math.Exp(-a) / ((1 + math.Exp(-a)) * (1 + math.Exp(-a))) }"},
	{2, "no f₂′ in η", "M1", "Count the factors of the second layer's gradients.", "network/backward.go",
		"p.Eta.Hadamard(p.Eta.Sub(p.A2, p.Y), p.F2Prime)",
		"p.Eta.Sub(p.A2, p.Y)"},
	{2, "no f₁′ in δ", "M4", "Count the factors of the first layer's gradients.", "network/backward.go",
		"p.Delta.Hadamard(p.Delta.Mul(n.W2, p.Eta), p.F1Prime)",
		"p.Delta.Mul(n.W2, p.Eta)"},
	{3, "½ lost in the loss", "L1", "Is the loss that is reported the one that is differentiated?", "network/forward.go",
		"l += e * e / 2",
		"l += e * e"},
	{3, "all gradients doubled", "B1", "Every gradient is wrong by the same factor. Where could it come from?", "network/backward.go",
		"d.Scale(1/m, d)",
		"d.Scale(2/m, d)"},
	{4, "a gradient accumulates", "M2", "The first step is right.", "network/backward.go",
		"p.DW2.MulT(p.A1, p.Eta)",
		"p.DW2.AddScaled(p.DW2, 1, matrix.New(p.DW2.Rows, p.DW2.Cols).MulT(p.A1, p.Eta))"},
	{5, "another loss is reported", "L1", "Is the loss that is reported the one that is differentiated?", "network/forward.go",
		"l += e * e / 2",
		"l += max(e, -e)"},
	{6, "w² moves before δ is computed", "M4", "In which order does a step compute things?", "network/update.go",
		"	n.Backward(p)\n",
		"	n.Backward(p)\n	n.W2.AddScaled(n.W2, -alpha, p.DW2)\n	n.Backward(p)\n	n.W2.AddScaled(n.W2, alpha, p.DW2)\n"},
	{7, "λ divided by the batch size", "R2", "Compare a batch of one with a batch of many.", "network/update.go",
		"p.DJW1.AddScaled(p.DW1, lambda, n.W1)",
		"p.DJW1.AddScaled(p.DW1, lambda/float64(p.A0.Cols), n.W1)"},
	{7, "a bias is regularised", "M6", "Which parameters are in the penalty?", "network/update.go",
		"p.DJW2.AddScaled(p.DW2, lambda, n.W2)",
		"p.DB1.AddScaled(p.DB1, lambda, n.B1)\n	p.DJW2.AddScaled(p.DW2, lambda, n.W2)"},
	{8, "λ = 0 switches off the gradient", "R2", "Compare a step with λ > 0 and one with λ = 0.", "network/update.go",
		"		p.DJW1, p.DJW2 = p.DW1, p.DW2\n		return",
		"		return"},
	{9, "w²_kj for w²_jk", "M4", "It is hard to see with as many hidden nodes as outputs, and easy with other numbers.", "network/backward.go",
		"p.Delta.Mul(n.W2, p.Eta)",
		"p.Delta.TMul(n.W2.Clone().Resize(n.W2.Cols, n.W2.Rows), p.Eta)"},
	{10, "y − a for a − y", "M1", "Does the loss fall?", "network/backward.go",
		"p.Eta.Sub(p.A2, p.Y)",
		"p.Eta.Sub(p.Y, p.A2)"},
	{11, "a bias learns from one sample", "M6", "Change the samples of a batch one by one: what follows?", "network/backward.go",
		"p.DB1.SumCols(p.Delta)",
		"for j := range p.DB1.Data {\n		p.DB1.Data[j] = p.Delta.At(j, 0)\n	}"},
	{12, "the last batch is dropped", "B1", "Count the samples of an epoch.", "network/train.go",
		"start < len(order); start += batch",
		"start+batch <= len(order); start += batch"},
	{12, "the last batch is divided by the full size", "B1", "What is the size of each batch?", "network/backward.go",
		"m := float64(p.A0.Cols)",
		"m := float64(cap(p.A0.Data) / p.A0.Rows)"},
	{18, "the difference steps from x+h to x−2h", "B1", "What does a difference quotient divide by?", "derive/gradient.go",
		"theta.Data[i] = v - h",
		"theta.Data[i] = v - 2*h"},
	{19, "the check prints and does not fail", "F1", "What does the check return?", "derive/check.go",
		"	return compared, wrong\n",
		"	fmt.Println(\"okay:\", 0)\n	return compared, nil\n"},
	{20, "nothing is on the list of checks", "F1", "How many equations are compared?", "derive/check.go",
		"	for _, eq := range Ledger {\n		z := claimed(eq)",
		"	for _, eq := range Ledger[:0] {\n		z := claimed(eq)"},
	{21, "a tolerance of 1e-2", "F1", "How wrong may a value be?", "derive/check.go",
		"const Tolerance = 1e-13",
		"const Tolerance = 1e-2"},
	{21, "0/0 is an error", "F2", "What is the relative error of 0 for 0?", "derive/check.go",
		"math.Abs(got-want) <= Tolerance*math.Abs(eq.Element(scale, x))",
		"math.Abs(got-want)/math.Abs(want) <= Tolerance"},
	{22, "a sum in the order of arrival", "B1", "Run it twice.", "network/forward.go",
		"		p.L.Data[s] = l\n		sum += l\n	}\n",
		"		p.L.Data[s] = l\n	}\n	done := make(chan float64)\n	for _, l := range p.L.Data {\n		go func() { done <- l }()\n	}\n	for range p.L.Data {\n		sum += <-done\n	}\n"},
	{23, "NaN is class 0", "F4", "Which class has an output that is not a number?", "network/predict.go",
		"		if math.IsNaN(v) {",
		"		if math.IsNaN(v) && len(outputs) == 1 {"},
	{24, "the check starts from equal weights", "F3", "At which weights is the gradient checked?", "network/gradient_test.go",
		"					n := New(shape.n0, shape.n1, shape.n2, f1, rng)\n",
		"					n := New(shape.n0, shape.n1, shape.n2, f1, rng)\n					for i := range n.W2.Data {\n						n.W2.Data[i] = 0.5\n					}\n"},
}
