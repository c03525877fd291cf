package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/docs/page"
	"chainrule/docs/tex"
)

// letters compares the table of letters with what the evaluator knows: each index has
// its nodes, and each quantity its shape.
func letters(p *page.Page) (problems []string) {
	complain := func(at tex.Pos, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%v: %s", at, fmt.Sprintf(format, args...)))
	}
	i := slices.IndexFunc(p.Blocks, func(b page.Piece) bool { return b.Kind == page.Table })
	counts := map[string]string{"i": "input nodes n0", "j": "hidden nodes n1", "k": "output nodes n2", "s": "samples in a batch m"}
	quantities := 0
	for _, row := range p.Blocks[i].Parts[1:] {
		cells := row.Parts
		letter, count := "", plain(cells[1])+" "+plain(cells[2])
		if len(cells[0].Parts) > 0 {
			letter = cells[0].Parts[0].Math.Chains()[0].String()
			if count != counts[letter] {
				complain(row.Pos, "got %s for %s, want %s", count, letter, counts[letter])
			}
			delete(counts, letter)
		}
		shapes := strings.Split(plain(cells[4]), ", ")
		n := 0
		for _, part := range cells[3].Parts {
			if part.Math == nil {
				continue
			}
			s := part.Math.Chains()[0].First.(*tex.Symbol)
			if s.IsFunction() {
				continue
			}
			rows, cols, _ := page.Shape(s, letter == "s")
			if got, want := shapes[min(n, len(shapes)-1)], rows+"×"+cols; got != want {
				complain(part.Pos, "got shape %s for %v, want %s", got, s, want)
			}
			n++
		}
		quantities += n
	}
	if len(counts) > 0 || quantities < 12 {
		complain(p.Blocks[i].Pos, "no row for the letters %v, and %d quantities, want at least 12", counts, quantities)
	}
	return problems
}

// plain returns the text of a piece, without formulas.
func plain(piece page.Piece) string {
	text := ""
	for _, p := range piece.Parts {
		if p.Kind == page.Text {
			text += p.Text
		}
	}
	return text
}

// wrong returns everything that is wrong with a text of the derivation, each with its
// line.
func wrong(t *testing.T, text string) (problems []string) {
	p, err := page.Read(text)
	if err == nil {
		problems = letters(p)
		err = formulas(p, page.Points())
	}
	if err == nil {
		err = foreign(p)
	}
	if err == nil {
		_, err = execute(p, page.Points()[:1])
	}
	if err != nil {
		problems = append(problems, err.Error())
	}
	if shaped := reshape(t, text); shaped != text {
		is, want := strings.Split(text, "\n"), strings.Split(shaped, "\n")
		n := slices.IndexFunc(is, func(line string) bool { return !slices.Contains(want, line) })
		problems = append(problems, fmt.Sprintf("%d: got %s", n+1, is[n]))
	}
	return append(problems, prose(text, true)...)
}

// False statements outside of the labelled equations are found, with their line.
func TestFalseStatements(t *testing.T) {
	text := read(t, derivation)
	if got := wrong(t, text); got != nil {
		t.Fatalf("%s:%s", derivation, strings.Join(got, "\n"))
	}
	for _, c := range []struct{ old, new string }{
		{`{1 + e^{-x}}`, `{1 + e^{x}}`},
		{`{1 + e^{-x}}`, `{2 + e^{-x}}`},
		{`0.4 & 0.6`, `0.7 & 0.6`},
		{`\begin{bmatrix} 1.7 \\`, `\begin{bmatrix} 1.9 \\`},
		{`0.3 \cdot 1 + 1 \\`, `0.3 \cdot 1 \\`},
		{`\sigma(1.7) \\ \sigma(2.5)`, `\sigma(2.5) \\ \sigma(1.7)`},
		{`0.8455347349164652 \\ 0.9241418199787566`, `0.9241418199787566 \\ 0.8455347349164652`},
		{`0.2 & 0.2 & 0.8 \end`, `0.2 & 0.2 & 0.7 \end`},
		{`+ \begin{bmatrix} 0.5 \end{bmatrix} \\`, `\\`},
		{`1.5303630989122166) = 0.822`, `1.5303630989122166) = 0.832`},
		{`\approx 0.82$`, `\approx 0.83$`},
		{`(0.822059433706368 - 1)`, `(1 - 0.822059433706368)`},
		{`-0.02200820423226114 \\ -0.024054247653912585`, `-0.024054247653912585 \\ -0.02200820423226114`},
		{`$L = 0.0158`, `$L = 0.0258`},
		{`(n1×1)·(n2×1)ᵀ = n1×n2`, `(n2×1)·(n1×1)ᵀ = n2×n1`},
		{`(n0×n1)ᵀ·(n0×1)`, `(n1×n0)·(n0×1)`},
		{`(n1×m)·(n2×m)ᵀ`, `(n1×m)·(n2×m)`},
		{`n0×n1, n1×n2 |`, `n1×n0, n2×n1 |`},
		{`| n2×1 |`, `| n1×1 |`},
		{`input nodes | n0`, `input nodes | n1`},
		{`$w^{(1)}_{ij}$ connects`, `$w^{(1)}_{ji}$ connects`},
		{`input node $i$
to hidden node $j$`, `input node $j$
to hidden node $i$`},
		{`_{ji} = w^{(1)}_{ij}$`, `_{ij} = w^{(1)}_{ij}$`},
		{`1 - \tanh(x)^2$. For ReLU`, `1 + \tanh(x)^2$. For ReLU`},
		{`\mathrm{ReLU}(x) = x \iff x \ge 0`, `\mathrm{ReLU}(x) = x \iff x \le 0`},
		{`\mathrm{ReLU}'(x) = 1 \iff x > 0`, `\mathrm{ReLU}'(x) = 1 \iff x > 1`},
		{`e^{-x}/(1 + e^{-x})^2`, `e^{-x}/(1 + e^{-x})`},
		{`$e^{-x} = (1 + e^{-x}) - 1$`, `$e^{-x} = (1 + e^{-x}) + 1$`},
		{`(1 - \alpha \lambda) w`, `(1 - \alpha + \lambda) w`},
		{`\alpha \lambda > 2`, `\alpha \lambda > 1`},
		{`\alpha \lambda > 2`, `\alpha \lambda > 3`},
		{`\sum_s a^{(1)}_{js} \eta_{ks}`, `\sum_s a^{(1)}_{ks} \eta_{js}`},
		{`\frac{1}{m} a^{(1)} \eta^T`, `a^{(1)} \eta^T`},
		{`\frac{1}{m} \sum_s \eta_{ks}`, `\sum_s \eta_{ks}`},
		{`\mathrm{D1} \cdot \mathrm{D2} \cdot \mathrm{D3}$`, `\mathrm{D1} \cdot \mathrm{D2} \cdot \mathrm{D5}$`},
		{`= \eta_k \cdot \mathrm{D3}`, `= \eta_k \cdot \mathrm{D4}`},
		{`= (w^{(2)} \eta)_j`, `= (w^{(2)} \eta)_k`},
		{`\partial J}{\partial b} = \frac{\partial L}`, `\partial J}{\partial b} = 2 \frac{\partial L}`},
		{`\frac{\lambda}{2} \cdot 2 w = \lambda w`, `\frac{\lambda}{2} \cdot 2 w = 2 \lambda w`},
		{`\sigma(x) \sigma(-x)`, `\sigma(x) \sigma(x)`},
		{`1/\cosh(x)^2`, `1/\cosh(x)`},
		{`$\lambda \ge 0$`, `$\lambda > 0$`},
		{`those of D1 to D8`, `those of D1 to D7`},
		{`F1 to F4, M1 and M4`, `F1 to F3, M1 and M4`},
		{`## 4 The local`, "A new one: $a^{(2)} = z^{(2)}$.\n\n## 4 The local"},
		{`## 4 The local`, "A new one: 1 − αλ.\n\n## 4 The local"},
		{`## 4 The local`, "The output is 0.83.\n\n## 4 The local"},
		{`## 4 The local`, "```math\na^{(2)} = z^{(2)}\n```\n\n## 4 The local"},
		{`## 4 The local`, "The number $a^{(2)} + 1$ is new.\n\n## 4 The local"},
		{`$\alpha > 0$`, `$\alpha > 0.25$`},
		{`\alpha \lambda > 2`, `\alpha \lambda > 1.95`},
		{`$\mathrm{ReLU}(x) = x \iff x \ge 0$`, `$\mathrm{ReLU}(x) = x \iff x > 0$`},
		{`$L = 0.01583142256644922$`, `$\lambda = 0$`},
		{`$e^{-x} = (1 + e^{-x}) - 1$`, `$e^{-x} = e^{-x}$`},
		{`$e^{-x} = (1 + e^{-x}) - 1$`, `$e^{900} > 3$`},
		{`a^{(2)} = 0.822059433706368$`, `1 + 1 = 2 \quad \lambda > 9 \iff \lambda > 8$`},
		{`$L_s$ is the loss`, `$f_3$ is the loss`},
		{`$L_s$ is the loss`, `$\frac{\partial w}{\partial L}$ is the loss`},
		{`$\alpha > 0$ is`, `$w > -9$ is`},
		{`## 4 The local`, "<!-- at the homework's numbers -->\n$a^{(2)} \\approx 0.82$.\n\n## 4 The local"},
		// left sides of labelled equations, in place of others that are true
		{`\frac{\partial z^{(2)}_k}{\partial b^{(2)}_k} = 1`, `\frac{\partial b^{(2)}_k}{\partial b^{(2)}_k} = 1`},
		{`\frac{\partial L}{\partial b^{(2)}_k}
 &=`, `\frac{\partial L}{\partial z^{(2)}_k}
 &=`},
		{`\frac{\partial a^{(2)}_k}{\partial z^{(2)}_k} &=`, `\frac{\partial a^{(2)}_k}{\partial b^{(2)}_k} &=`},
		{`= a^{(2)}_k - y_k`, `= \frac{1}{0}`},
		{`= 1 \tag{D4}`, `= \mathrm{D3} / a^{(1)}_j \tag{D4}`},
		{`f_1'(z^{(1)}_j) \cdot 1 \\`, `f_1'(z^{(1)}_j) \cdot 1 = \frac{\partial L}{\partial b^{(1)}_j} \\`},
	} {
		at := strings.Index(text, c.old)
		if at < 0 {
			t.Errorf("%s has no %q", derivation, c.old)
			continue
		}
		changed := text[:at] + c.new + text[at+len(c.old):]
		line := regexp.MustCompile(fmt.Sprintf(`(^|page |: )(%d|%d):`, strings.Count(text[:at], "\n")+1, strings.Count(text[:at], "\n")+2)) // 2: after a fence
		if got := wrong(t, changed); !slices.ContainsFunc(got, func(problem string) bool { return line.MatchString(problem) }) {
			t.Errorf("%q for %q: got %q, want one that names line %d", c.new, c.old, got, strings.Count(text[:at], "\n")+1)
		}
	}
}
