package page

import (
	"fmt"
	"strings"
	"testing"
)

const asked = forward + "```math\n\\frac{\\partial z^{(1)}_j}{\\partial w^{(1)}_{ij}} = \\square \\tag{X1}\n```\n" +
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
		{`2 a^{(0)}_i`, `\square`, "8: 2 a⁰_i: got 0.2144, want 0.1072"},
		{`2 a^{(0)}_i`, `\square`, " at i=0, j=0, s=0 (n0=3 n1=5 n2=2 m=4, f₁=tanh); without the factor 2 it is true"},
		{`a^{(0)}_i`, `a^{(0)}_i f_1'(a^{(1)}_j)`, "right, 11: a⁰_i f₁′(a¹_j): got "},
		{`a^{(0)}_i`, `a^{(0)}_i f_1'(a^{(1)}_j)`, "; with another factor in place of f₁′(a¹_j) it is true"},
		{`a^{(0)}_i`, `-f_1'(z^{(1)}_j) \cdot a^{(0)}_i \cdot a^{(1)}_j`, "f₁=tanh)"},
		{`a^{(0)}_i`, `\frac{1}{2} \cdot 2 \cdot f_1'(z^{(1)}_j)`, "; a factor is missing"},
		{`a^{(0)}_i`, `f_1'(z^{(1)}_j) \cdot 1`, "; with another factor in place of 1 it is true"},
		{`a^{(0)}_i`, `a^{(0)}_i f_2'(z^{(2)}_k)`, "right, 11: a⁰_i f₂′(z²_k): the index k is on the right only"},
		{`a^{(0)}`, `\square`, "left a number, right 3×1"},
		{`\frac{\partial z^{(1)}_j}{\partial w^{(1)}_{ij}}`, `\square`, "8: ∂z¹_j/∂w¹_ij: this repeats what stands before it, open"},
		{`a^{(0)}_i`, chain + ` \\ &= ` + chain, "this repeats"},
		{`a^{(0)}_i < 1`, `\square`, "error: 8:62: X1: found <"},
		{`a^{(0)}_{is}`, `\square`, "error: 8:1: X1: the index s has no meaning here"},
	} {
		text := strings.Replace(strings.Replace(asked, `\square`, c.x1, 1), `\square \\ &= \square`, c.x2, 1)
		if got := verdicts(given, text); !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: got %s, want %s", c.x1, c.x2, got, c.want)
		}
	}
	for old, changed := range map[string]string{
		`\tag{X1}`: `\tag{X3}`, `f_1(`: `f_2(`, `\partial z^{(1)}_j}`: `\partial a^{(1)}_j}`, `= \square`: `< 1`,
	} {
		if got := verdicts(given, strings.Replace(asked, old, changed, 1)); !strings.HasPrefix(got, "error: ") {
			t.Errorf("%s in place of %s: got %s, want an error", changed, old, got)
		}
	}
}

// verdicts returns "right, open", or the error.
func verdicts(given *Page, text string) string {
	p, err := Read(text)
	var answers []Answer
	if err == nil {
		answers, err = p.Judge(given, Points())
	}
	if err != nil {
		return "error: " + err.Error()
	}
	var list []string
	for _, a := range answers {
		switch {
		case a.Right():
			list = append(list, "right")
		case a.Wrong != "":
			list = append(list, fmt.Sprintf("%d: %s", a.Line, a.Wrong))
		default:
			list = append(list, "open")
		}
	}
	return strings.Join(list, ", ")
}
