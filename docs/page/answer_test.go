package page

import (
	"fmt"
	"strings"
	"testing"
)

const asked = forward + "# Notes\n<a id=\"X1\"></a>\n```math\n\\frac{\\partial z^{(1)}_j}{\\partial w^{(1)}_{ij}} = \\square \\tag{X1}\n```\n" +
	"```math\n\\begin{aligned} \\frac{\\partial a^{(1)}_j}{\\partial w^{(1)}_{ij}} &= \\square \\\\ &= \\square \\end{aligned} \\tag{X2}\n```\n"

// Each answer is right, open or wrong; of a product, the wrong factor is named.
func TestJudge(t *testing.T) {
	given, err := Read(asked)
	if err != nil {
		t.Fatal(err)
	}
	const chain = `\frac{\partial a^{(1)}_j}{\partial z^{(1)}_j} \frac{\partial z^{(1)}_j}{\partial w^{(1)}_{ij}}`
	for _, c := range []struct{ x1, x2, want string }{
		{`\square`, `\square \\ &= \square`, "open, open"},
		{`a^{(0)}_i`, chain + ` \\ &= f_1'(z^{(1)}_j) a^{(0)}_i`, "right, right"},
		{`a^{(0)}_i`, `a^{(0)}_i f_1'(z^{(1)}_j)`, "right, right"},
		{`a^{(0)}_i`, chain, "right, open"},
		{`a^{(0)}_i`, `\mathrm{X1} \cdot f_1'(z^{(1)}_j)`, "right, open"},
		{`2 a^{(0)}_i`, `\square`, "10:52: 2 a⁰_i: got 0.2144, want 0.1072"},
		{`2 a^{(0)}_i`, `\square`, " at i=0, j=0, s=0 (n0=3 n1=5 n2=2 m=4, f₁=tanh); without the factor 2 it is true"},
		{`a^{(0)}_i`, `a^{(0)}_i f_1'(a^{(1)}_j)`, "right, 13:69: a⁰_i f₁′(a¹_j): got "},
		{`a^{(0)}_i`, `a^{(0)}_i f_1'(a^{(1)}_j)`, "; with another factor in place of f₁′(a¹_j) it is true"},
		{`a^{(0)}_i`, `-f_1'(z^{(1)}_j) \cdot a^{(0)}_i \cdot a^{(1)}_j`, "f₁=tanh)"},
		{`a^{(0)}_i`, `\frac{1}{2} \cdot 2 \cdot f_1'(z^{(1)}_j)`, "; a factor is missing"},
		{`a^{(0)}_i`, `f_1'(z^{(1)}_j) \cdot 1`, "; with another factor in place of 1 it is true"},
		{`a^{(0)}_i`, `a^{(0)}_i f_2'(z^{(2)}_k)`, "right, 13:69: a⁰_i f₂′(z²_k): the left side has no index k, so it has no value here"},
		{`a^{(0)}`, `\square`, "left a number, right 3×1"},
		{`\frac{\partial z^{(1)}_j}{\partial w^{(1)}_{ij}}`, `\square`, "10:52: ∂z¹_j/∂w¹_ij: this repeats what stands before it, open"},
		{`a^{(0)}_i`, chain + ` \\ &= ` + chain, "this repeats"},
		{`a^{(0)}_i < 1`, `\square`, "10:62: found <"},
		{`-a^{(0)}_i`, `\square`, "; with the other sign it is true, open"},
		{`-2 a^{(0)}_i`, `\square`, "f₁=tanh), open"},
		{`a^0_i`, chain + ` \\ &= f_1'(z^{(1)}_j) a^{(0)}_i`, "10:53: a⁰ is a power of a; a layer is written in brackets, as in a^{(0)}, right"},
		{`a_i`, `\square`, "10:52: a_i: a_i is no quantity of the page without a layer, as in a^{(1)}"},
		{`a^{(0)}_{is}`, `\square`, "10:1: the index s has no meaning here"},
	} {
		text := strings.Replace(strings.Replace(asked, `\square`, c.x1, 1), `\square \\ &= \square`, c.x2, 1)
		if got := verdicts(given, text); !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: got %s, want %s", c.x1, c.x2, got, c.want)
		}
	}
	for _, c := range []struct{ old, new, want string }{
		{`\square \tag{X1}`, `\square \tag{X3}`, "8:1: want a formula with \\tag{X1} between ```math and ```, open"},
		{`\square \tag{X1}` + "\n```", `\square \tag{X1}`, "8:1: want a formula with \\tag{X1} between ```math and ```, open"},
		{`\partial z^{(1)}_j}`, `\partial a^{(1)}_j}`, "10:1: want ∂z¹_j/∂w¹_ij = □: replace only the □, open"},
		{`= \square`, `< 1`, "10:50: found < in a tagged equation, want = or ←, open"},
		{"# Notes\n", "<p>$\\mathbf{free} $\n", "open, open"},
	} {
		if got := verdicts(given, strings.Replace(asked, c.old, c.new, 1)); got != c.want {
			t.Errorf("%s in place of %s: got %s, want %s", c.new, c.old, got, c.want)
		}
	}
}

// What is asked for is said without its own name.
func TestPrime(t *testing.T) {
	const asked = "```math\n\\sigma'(x) = \\square \\tag{X1}\n```\n"
	given, err := Read(asked)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ x1, want string }{
		{`f_2'(x)`, "open"},
		{`\sigma(x) (1 - \sigma(x))`, "right"},
	} {
		if got := verdicts(given, strings.Replace(asked, `\square`, c.x1, 1)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.x1, got, c.want)
		}
	}
}

// verdicts returns "right, open".
func verdicts(given *Page, text string) string {
	var list []string
	for _, a := range given.Judge(text, Points()) {
		switch {
		case a.Right():
			list = append(list, "right")
		case a.Wrong != "":
			list = append(list, fmt.Sprintf("%v: %s", a.Pos, a.Wrong))
		default:
			list = append(list, "open")
		}
	}
	return strings.Join(list, ", ")
}

// Whatever stands in place of a blank, or in the whole text, gets a verdict on each
// equation: at a place in the text, in one line.
func FuzzJudge(f *testing.F) {
	given, err := Read(asked)
	if err != nil {
		f.Fatal(err)
	}
	points := Points()[:1]
	for _, x := range []string{
		`a^{(0)}_i`, `-2 \sum_i a^{(0)}_i`, `\square \\ &= \frac{\partial a^{(1)}_j}{\partial z^{(1)}_j} f_1'(z^{(1)}_j)`,
		`w^{(1)T} a^{(0)} + b^{(1)T} \odot \begin{bmatrix} 1 & 2 \end{bmatrix}`, `e^{-z^{(1)}_j}/(1 + 0.5)^2`, `\mathrm{X1} \cdot L`,
	} {
		f.Add(x, false)
		f.Add(strings.Replace(asked, `\square`, x, 1), true)
	}
	f.Fuzz(func(t *testing.T, text string, whole bool) {
		if !whole {
			text = strings.ReplaceAll(asked, `\square`, text)
		}
		list := given.Judge(text, points)
		if len(list) != 2 {
			t.Fatalf("got verdicts on %d equations, want 2", len(list))
		}
		lines := 1 + strings.Count(text, "\n")
		for _, a := range list {
			if a.Wrong != "" && (a.Line < 1 || a.Line > lines || a.Col < 1) || strings.ContainsAny(a.Wrong, "\n\x1b") {
				t.Errorf("%s of %d lines: %d:%d: %q", a.Label, lines, a.Line, a.Col, a.Wrong)
			}
		}
	})
}
