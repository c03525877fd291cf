package tex

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`z^{(1)}_j = \sum_i w^{(1)}_{ij} a^{(0)}_i + b^{(1)}_j`, "z¹_j = Σ_i w¹_ij a⁰_i + b¹_j"},
		{`z^{(1)} = w^{(1)T} a^{(0)} + b^{(1)T}`, "z¹ = w¹ᵀ a⁰ + b¹ᵀ"},
		{`A a = f_1 \left( Z z \right)`, "A a = f₁(Z z)"},
		{`\eta^T \cdot \delta^{T} \odot f_2'(z^{(2)}_k)`, "ηᵀ · δᵀ ⊙ f₂′(z²_k)"},
		{`\frac{\partial L}{\partial w^{(2)}_{jk}} = \frac{1}{2} \cdot 2`, "∂L/∂w²_jk = 1/2 · 2"},
		{`2 \partial L / \partial b^{(1)} \sum_i a`, "2 ∂L/∂b¹ Σ_i a"},
		{`\sigma'(x) = e^{-x}/(1 + e^{-x})^2`, "σ′(x) = e^(−x)/(1 + e^(−x))²"},
		{`w \leftarrow w - \alpha \frac{\partial J}{\partial w}`, "w ← w − α ∂J/∂w"},
		{`J = L + \frac{\lambda}{2} \left( \sum_i \sum_j (w^{(1)}_{ij})^2 + x^k \right)`, "J = L + λ/2 (Σ_i Σ_j (w¹_ij)² + x^k)"},
		{`\begin{bmatrix} 0.4 & -1 \\ a b & 2 \end{bmatrix} > 0 < 1`, "[0.4 −1; a b 2] > 0 < 1"},
		{`-\frac{a + b}{c d} (-1) + 2`, "−(a + b)/(c d) (−1) + 2"},
		{`|1 - \alpha\lambda| \ge 1 \iff (\mathrm{D1} \eta^T)_{jk} \le \tanh'(x)^2 \approx \mathrm{ReLU}(x)`, `|1 − α λ| ≥ 1 \iff (D1 ηᵀ)_jk ≤ tanh′(x)² ≈ ReLU(x)`},
		{`f_1' \quad f_1(x) \qquad 2 \tag{F2}`, "f₁′ \\quad f₁(x) \\qquad 2 \\tag{F2}"},
		{`\begin{aligned} a &= b \\ \end{aligned} \tag{M1}`, `a = b \tag{M1}`},
		{"\\begin{aligned}\n a &= b \\\\\n &= c \\\\ d &= e = f \\quad g = h \\end{aligned}\n\\tag{M1}", "a = b = c \\\\ d = e = f \\quad g = h \\tag{M1}"},
	} {
		d, err := Parse(c.text, Pos{1, 1})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := ""
		for i, chain := range d.Chains() {
			if chain.Gap == "" && i > 0 {
				got += ` \\`
			}
			got += " " + strings.TrimSpace(chain.Gap+" "+chain.String())
		}
		if d.Tag != "" {
			got += ` \tag{` + d.Tag + "}"
		}
		if got != " "+c.want {
			t.Errorf("%s\ngot %s\nwant %s", c.text, got, c.want)
		}
	}
}

// The tree groups what belongs together, and its nodes know their positions.
func TestTree(t *testing.T) {
	d, err := Parse("x =\n \\sum_i a_i b_i \\cdot c + (d)^2 e", Pos{10, 5})
	if err != nil {
		t.Fatal(err)
	}
	step := d.Lines[0][0].Steps[0]
	if step.Pos != (Pos{10, 7}) || step.Aligned {
		t.Errorf("step %+v", step)
	}
	add := step.Right.(*Add)
	sum := add.Terms[0].(*Sum)
	if body := sum.Body.(*Product); sum.Pos != (Pos{11, 2}) || len(body.Factors) != 3 || body.Ops[0] != "" || body.Ops[1] != "·" {
		t.Errorf("the sum does not extend over its whole product: %+v at %v", body, sum.Pos)
	}
	power := add.Terms[1].(*Product).Factors[0].(*Power)
	if n, ok := power.Exp.(*Number); !ok || n.Value != 2 || power.Base.Where() != (Pos{11, 27}) {
		t.Errorf("power %+v, base at %v", power, power.Base.Where())
	}
	visited := 0
	Walk(add, func(Node) { visited++ })
	// Add; Sum, Product, a, b, c; Product, Power, Group, d, 2, e.
	if visited != 12 {
		t.Errorf("visited %d nodes, want 12", visited)
	}
}

// Everything outside the subset is an error that gives position and cause.
func TestErrors(t *testing.T) {
	nines := strings.Repeat("9", 400)
	for _, c := range []struct{ text, want string }{
		{``, `3:7: found the end of the formula, want a formula`},
		{`a + \foo`, `3:11: \foo is not in the subset, or not allowed here`},
		{`a \, b`, `3:9: "\\," is not in the subset`},
		{"a\n\\", `4:1: "\\" is not in the subset`},
		{"a\n + µ", `4:4: the character 'µ' is not in the subset`},
		{`a 1.`, `3:10: the character '.' is not in the subset`},
		{`a = b \\ c`, `3:13: found \\, want the end of the formula`},
		{`a & b`, `3:11: found b, want a relation after &`},
		{`a = = b`, `3:11: found =, want a formula`},
		{`(a + b`, `3:13: found the end of the formula, want ) to close the bracket of 3:7`},
		{`\left( a )`, `3:16: found ), want \right to close \left(`},
		{`\frac 1 2`, `3:13: found 1, want { after \frac`},
		{`\frac{1}{2`, `3:17: found the end of the formula, want } after \frac{…`},
		{`\sum_{ij} a`, `3:12: found {, want an index letter after \sum_, as in \sum_k`},
		{`\sum a`, `3:12: found a, want _ after \sum`},
		{`\sum_i a ^2 ^2`, `3:19: the base of this power needs brackets`},
		{`a^2^2`, `3:10: found ^, want the end of the formula`},
		{`(\sum_i a)^2`, ``},
		{`\partial 2`, `3:16: found 2, want a symbol`},
		{`a_i_j`, `3:10: a second subscript`},
		{`a^T^T`, `3:10: a second superscript`},
		{`a^{(1)}^{(2)}`, `3:14: a second superscript`},
		{`a^{(1T}`, `3:13: found }, want ) to close the bracket of 3:10`},
		{`f''`, `3:9: a second derivative is not in the subset`},
		{`a_`, `3:9: found the end of the formula, want an index`},
		{`a_{12}`, `3:10: found 12, want an index`},
		{`a^2_k`, `3:8: a² is a power of a; a layer is written in brackets, as in a^{(2)}`},
		{`a \times b`, `3:9: found \times, want the end of the formula; write \cdot, or \odot for an elementwise product`},
		{`(a \circ b)`, `3:10: found \circ, want ) to close the bracket of 3:7; write \odot`},
		{`(a)^T`, `3:10: found ^T, want the end of the formula; only a symbol can be transposed`},
		{`a^\top`, `3:9: found \top, want an exponent; write ^T`},
		{`a^{\top}`, `3:10: \top is not in the subset, or not allowed here; write ^T`},
		{`a^`, `3:9: found the end of the formula, want an exponent`},
		{`a^{2`, `3:11: found the end of the formula, want } after an exponent`},
		{`\begin{array} a \end{array}`, `3:7: \begin{array} is not in the subset, or not allowed here`},
		{`\begin{aligned} a \\ \\ \end{aligned}`, `3:28: found \\, want a formula`},
		{`\begin{aligned} a \end{bmatrix}`, `3:25: found \end{bmatrix}, want \end{aligned} or \\ after a line of aligned`},
		{`\begin{aligned} &= a \end{aligned}`, `3:23: found &, want a formula`},
		{`\begin{aligned} a \\ b \quad = c \end{aligned}`, `3:36: found =, want a formula`},
		{`\begin{bmatrix} a \end{aligned}`, `3:25: found \end{aligned}, want \end{bmatrix} or \\ or & in bmatrix`},
		{`\begin{bmatrix} a & b \\ c \end{bmatrix}`, `3:32: this row has 1 elements, the first row has 2`},
		{`|a + b`, `3:13: found the end of the formula, want | to close the bar of 3:7`},
		{`|a|_i`, `3:10: found _, want the end of the formula`},
		{`\mathrm{d} + \operatorname{foo} y`, `3:20: \operatorname is not in the subset, or not allowed here`},
		{`a \tag{F1} b`, `3:18: found b, want the end of the formula`},
		{`a \tag{F 1`, `3:9: found \tag, want the end of the formula`},
		{nines, "3:7: the number " + nines + " is too large"},
	} {
		_, err := Parse(c.text, Pos{3, 7})
		if c.want == "" && err == nil {
			continue
		}
		if e := (*Error)(nil); !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}

// Only an *Error becomes an error: a bug is not hidden.
func TestRecover(t *testing.T) {
	defer func() {
		if r := recover(); r != "bug" {
			t.Errorf("got %v, want the panic to go on", r)
		}
	}()
	var err error
	defer Recover(&err)
	panic("bug")
}

// The parser never panics. A formula that parses can be printed, and
// has one step for each relation.
func FuzzParse(f *testing.F) {
	f.Add(`z^{(1)}_j = \sum_i w^{(1)}_{ij} a^{(0)}_i + b^{(1)}_j`)
	f.Add(`\begin{aligned} a &= \frac{\partial L}{\partial w} \\ &= -f_1'(x)^2 \end{aligned} \tag{X1}`)
	f.Add(`\begin{bmatrix} 1 & 2.5 \\ a & b^{(1)T} \end{bmatrix} \quad w \leftarrow \left( e^{-x}/2 \right)`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text, Pos{1, 1})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Col < 1 || e.Msg == "" {
				t.Errorf("error %v", err)
			}
			return
		}
		steps := 0
		for _, c := range d.Chains() {
			if c.First == nil || c.String() == "" {
				t.Errorf("a chain without a first sum: %+v", c)
			}
			steps += len(c.Steps)
		}
		if relations := len(regexp.MustCompile(`[=<>]|\\(approx|le|ge|leftarrow)([^a-zA-Z]|$)`).FindAllString(text, -1)); steps != relations {
			t.Errorf("got %d steps for %d relations", steps, relations)
		}
	})
}
