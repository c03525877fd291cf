package docs

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// formulas runs the claims of a page that have no label, and returns the first error.
// Each of them must compare a number at some point. Those about x, α and λ alone are
// run at many more points, because an inequality is easily true at a few.
func formulas(p *page.Page, points []*page.Point) error {
	if err := vacuous(p); err != nil {
		return err
	}
	at := func(points ...*page.Point) (runs []*page.Run) {
		for _, pt := range points {
			runs = append(runs, p.At(pt))
		}
		return runs
	}
	q11 := page.Homework()
	q11.Lambda, q11.Alpha, q11.Arg = math.NaN(), math.NaN(), math.NaN() // Q1 has none
	random, homework, scalars := at(points...), at(q11), at(page.Scalars()...)
	for _, eq := range p.Claims {
		runs, compared := random, 0
		if eq.Homework {
			runs = homework
		} else if isScalar(eq) {
			runs = scalars
		}
		for _, r := range runs {
			n, _, wrong := r.CheckEquation(eq)
			if wrong != nil {
				return wrong
			}
			compared += n
		}
		if compared == 0 {
			return fmt.Errorf("%v: %v: holds at none of the points", eq.Pos, eq.Chains[0])
		}
	}
	return nil
}

// symbols returns the quantities in a claim.
func symbols(eq *page.Equation) (list []string) {
	for _, c := range eq.Chains {
		c.Walk(func(n tex.Node) {
			if s, ok := n.(*tex.Symbol); ok && !s.IsFunction() && s.Name != "e" {
				list = append(list, s.Name)
			}
		})
	}
	return list
}

func isScalar(eq *page.Equation) bool {
	return !slices.ContainsFunc(symbols(eq), func(name string) bool { return !strings.Contains("xαλ", name) })
}

// vacuous returns an error for a formula that says nothing: a claim with the same on
// both sides; an inequality between quantities, which random points cannot test; the
// name of a derivative that is not in the ledger.
func vacuous(p *page.Page) error {
	for _, eq := range p.Claims {
		step := eq.Chains[0].Steps[0]
		switch left := eq.Chains[0].First.String(); {
		case left == step.Right.String():
			return fmt.Errorf("%v: both sides are %s", eq.Pos, left)
		case strings.Contains("< > ≤ ≥", step.Rel) && !isScalar(eq):
			return fmt.Errorf("%v: %v: want an inequality of x, α and λ alone", eq.Pos, eq.Chains[0])
		}
	}
	for _, n := range p.Names {
		if f, ok := n.(*tex.Frac); ok && !inLedger(f) {
			return fmt.Errorf("%v: %v is not in the ledger", f.Pos, f)
		}
	}
	return nil
}

// notation lists the formulas of all pages that are not run.
var notation = []string{
	// docs/homework.md: slips of the sample solution
	"w²_i", "a¹_i", "w²_j",
	"σ(z²) (1 − σ(z²))",
	"w² · η ⊙ f₁′(z¹)", "L′",
}

// Every formula of every page is run, or is in the list above.
func TestEveryFormulaIsRun(t *testing.T) {
	derivation, _ := statuses(t)
	var found []string
	for _, name := range pages {
		p := derivation
		if name != "derivation.md" {
			var err error
			if p, err = derivation.Read(read(t, name)); err != nil {
				t.Fatalf("%s:%v", name, err)
			}
		}
		if err := formulas(p, page.Points()); err != nil {
			t.Errorf("%s:%v", name, err)
		}
		found = append(found, p.Notation...)
	}
	if len(derivation.Claims) < 35 {
		t.Errorf("got %d claims without a label, want at least 35", len(derivation.Claims))
	}
	if !slices.Equal(found, notation) {
		t.Errorf("got as notation %q, want %q", found, notation)
	}
}

// points says where the page is run, and how many of its formulas have no label.
func points(t *testing.T) string {
	p, _ := statuses(t)
	all := page.Points()
	var activations, shapes []string
	values := make(map[string][]float64)
	for _, pt := range all {
		if !slices.Contains(activations, pt.Activation) {
			activations = append(activations, pt.Activation)
		}
		shape, _, _ := strings.Cut(pt.String(), ",")
		if !slices.Contains(shapes, shape) {
			shapes = append(shapes, shape)
		}
		for _, z := range []*matrix.Matrix{pt.W1, pt.B1, pt.W2, pt.B2, pt.X, pt.Y} {
			values["w"] = append(values["w"], z.Data...)
		}
		values["λ"], values["α"] = append(values["λ"], pt.Lambda), append(values["α"], pt.Alpha)
	}
	between := func(what string) string {
		return fmt.Sprintf("from %.1f to %.1f", slices.Min(values[what]), slices.Max(values[what]))
	}
	return fmt.Sprintf(`There are %d random points: %d for each of the activation functions %s,
and each of the shapes %s.
Parameters, inputs and targets are %s, λ %s (0 at every other point), and
α %s. Besides the %d equations with a label, this page makes %d claims, which
are evaluated in the same way; those about the homework's numbers at these, and those
about x, α and λ alone at %d points. Another %d formulas only name a quantity, an index or
a function: it must exist, and its indices must be in order.
`, len(all), len(all)/len(activations)/len(shapes), strings.Join(activations, ", "), strings.Join(shapes, "; "),
		between("w"), between("λ"), between("α"), len(p.Equations), len(p.Claims), len(page.Scalars()), len(p.Names))
}

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

// words are the comments beside a statement that are no equation of the page.
var words = []string{
	"R2: the same for w²", "U1: the same for w²", "U2: the same for b²", // as in the statement before
	"B1: the mean over the samples", "B1: (1/m) Σ_s, for the loss and for each gradient",
	"R1: (λ/2)(‖w¹‖² + ‖w²‖²)", "R1: J = L + (λ/2)(‖w¹‖² + ‖w²‖²), the sums of squares",
}

// The equation in the comment beside a statement of derive or network stands on the
// page, under the label of the statement or as a claim; so does the one that follows
// ", from". A comment without indices may be that of an element without its indices.
func TestCommentsAreEquations(t *testing.T) {
	p, all := statuses(t)
	indices := regexp.MustCompile(`_[ijks]+`)
	onPage := make(map[string]bool) // "F2: a¹_j = f₁(z¹_j)", "F2: f₁(z¹_j)", "a¹_j = f₁(z¹_j)"
	add := func(formula string) {
		onPage[formula], onPage[indices.ReplaceAllString(formula, "")] = true, true
	}
	claims := make(map[string]bool) // without a label
	for _, eq := range slices.Concat(p.Equations, p.Claims) {
		for _, c := range eq.Chains {
			for _, step := range c.Steps {
				whole := c.First.String() + " " + step.Rel + " " + step.Right.String()
				if add(whole); eq.Label != "" {
					add(eq.Label + ": " + whole)
					add(eq.Label + ": " + step.Right.String())
				} else {
					claims[whole] = true
				}
			}
		}
	}
	found := 0
	for _, s := range all {
		for _, at := range slices.Concat(s.Derive, s.Network) {
			line := strings.Split(read(t, "../"+at.File), "\n")[at.Line-1]
			_, comment, _ := strings.Cut(line, "// ")
			_, comment, _ = strings.Cut(comment, ": ")
			found++
			formula, from, _ := strings.Cut(comment, ", from ") // D2: f₂′(z²), from a² = σ(z²)
			formula = strings.NewReplacer("½", "1/2", "(1/m)", "1/m").Replace(formula)
			if (!onPage[at.First+": "+formula] && !claims[formula] || from != "" && !onPage[from]) && !slices.Contains(words, at.First+": "+comment) {
				t.Errorf("%s:%d: %s: %s does not stand on the page", at.File, at.Line, at.First, comment)
			}
		}
	}
	if found < 50 {
		t.Errorf("got %d comments, want at least 50", found)
	}
}

// Every number on the page with ten or more digits is one that network computes for
// question 1, to the last digit where arithmetic rounds as it did where it was written.
func TestLongNumbers(t *testing.T) {
	pt := page.Homework()
	step := Train(NetworkAt(pt), pt.X, pt.Y, []int{0}, 0, 0)
	var computed []float64
	for _, eq := range derive.Ledger {
		if z := step.Matrix(eq); z != nil {
			computed = append(computed, z.Data...)
		}
	}
	slack := 32 * 0x1p-52 // exp may differ in its last bit, and a² − 1 makes that five times as large
	if sameArithmetic() {
		slack = 0
	}
	numbers := regexp.MustCompile(`-?\d\.\d{10,}`).FindAllString(read(t, derivation), -1)
	for _, number := range numbers {
		v, err := strconv.ParseFloat(number, 64)
		i := slices.IndexFunc(computed, func(c float64) bool { return math.Abs(c-v) <= slack*math.Abs(v) })
		if err != nil || i < 0 || slack == 0 && strconv.FormatFloat(computed[i], 'f', -1, 64) != number {
			t.Errorf("%s: network does not compute %s", derivation, number)
		}
	}
	if len(numbers) < 20 {
		t.Errorf("got %d numbers, want at least 20", len(numbers))
	}
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
		{`0.9241418199787566 + 0.8`, `0.9241418199787566 + 0.7`},
		{`0.8455347349164652 + 0.5`, `0.8455347349164652`},
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

// A page has no formula in its prose, where nothing would run it. The derivation has
// neither decimal numbers there nor code of its own. Labels exist, and a letter stands
// with its nodes.
func TestProse(t *testing.T) {
	for _, name := range pages {
		for _, problem := range prose(read(t, name), name == derivation) {
			t.Errorf("%s:%s", name, problem)
		}
	}
	for text, want := range map[string]int{
		"a = b": 1, "`a = b`": 1, "![a = b](c.svg)": 1, "`a` $a = b$ at 8×8 pixels": 0, "$i$\n1 − αλ": 1, "f₂′(z)": 1, "n0×n1": 1, "m×1": 1, "D1 · D2": 1, "w²": 1, "α > 1": 1, "η · w": 1, "e⁻ˣ": 1,
		"F1 to F3": 1, "F1 to F4, then D9": 1, "X1": 1, "Q1": 0, "input node $j$": 1, "hidden node $j$": 0, "rounded: 0.82": 1, "question 1.2": 0, "    code\n": 1, "```go\nx\n```": 1,
		"<!-- gallery -->\na = b\n\n<!-- end -->": 1, "<!-- status -->\n| a = b |\n| --- |\n\nc = d": 1,
	} {
		if got := prose("| |\n|-|\n\n"+text, true); len(got) != want {
			t.Errorf("%s: got %v, want %d problems", text, got, want)
		}
	}
}

var (
	nodes   = regexp.MustCompile(`(input|hidden|output) nodes? \$(\w)\$`)
	ranges  = regexp.MustCompile(`\b([FLDEMRU])1 to ([A-Z]\d)\b`)
	labels  = regexp.MustCompile(`\b[A-PR-Z]\d\b`) // Q1 is a question
	formula = regexp.MustCompile(`[=≈≠<>⟺⇔→⊙∂Σ≤≥←‖√]|[⁰¹²³⁻ˣ₀-₉ᵀ′]|[^ ] [+−·/] |[nm\d]×[nm]|[nm]\d?×|[αλ]{2}|σ\(`)
	// What formula may find in a sentence.
	allowed = regexp.MustCompile(`"="|[Tt]he operator ⊙|The arrow ←|\) ·\s|λ = \d[\d.e-]*|uestion \d\.\d`)
	decimal = regexp.MustCompile(`\d\.\d`)
)

// prose returns what is wrong with the text between the formulas, each with its line.
func prose(text string, derivation bool) (problems []string) {
	complain := func(line int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%d: %s", line, fmt.Sprintf(format, args...)))
	}
	for _, m := range nodes.FindAllStringSubmatchIndex(text, -1) {
		if kind, letter := text[m[2]:m[3]], text[m[4]:m[5]]; letter != map[string]string{"input": "i", "hidden": "j", "output": "k"}[kind] {
			complain(1+strings.Count(text[:m[0]], "\n"), "%s node %s", kind, letter)
		}
	}
	blocks, err := page.Split(shapes.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }))
	if err != nil {
		return append(problems, err.Error())
	}
	ledger := derive.Labels()
	check := func(p page.Piece) {
		text := allowed.ReplaceAllString(p.Text, "")
		at := func(m []int) int { return p.Line + strings.Count(text[:m[0]], "\n") }
		for _, m := range ranges.FindAllStringSubmatchIndex(text, -1) {
			letter, last := text[m[2]:m[3]], text[m[4]:m[5]]
			if n := slices.Index(ledger, last); n < 0 || last[:1] != letter && last != ledger[len(ledger)-1] || derivation && n+1 < len(ledger) && ledger[n+1][:1] == letter {
				complain(at(m), "%s1 to %s is not all of %s", letter, last, letter)
			}
		}
		for _, m := range labels.FindAllStringIndex(text, -1) {
			if label := text[m[0]:m[1]]; !slices.Contains(ledger, label) {
				complain(at(m), "%s is not in the ledger", label)
			}
		}
		if m := formula.FindStringIndex(text); m != nil {
			complain(at(m), "in the prose: %q", text[max(0, m[0]-20):min(len(text), m[1]+20)])
		}
		if m := decimal.FindStringIndex(text); m != nil && derivation {
			complain(at(m), "a number in the prose: %.40q", text[m[0]:])
		}
	}
	var pieces func(list []page.Piece)
	pieces = func(list []page.Piece) {
		for _, p := range list {
			switch p.Kind {
			case page.Text, page.Image:
				check(p)
			case page.Code:
				if strings.ContainsAny(p.Text, "=≈≠⟺") {
					complain(p.Line, "a formula as code: %s", p.Text)
				}
			}
			pieces(p.Parts)
		}
	}
	table, until := 0, "" // the number of tables so far; the comment that ends a generated part
	for n, b := range blocks {
		mark := ""
		if n > 0 && blocks[n-1].Kind == page.Comment {
			mark, _, _ = strings.Cut(strings.ReplaceAll(blocks[n-1].Text, ":", ""), " ")
		}
		if b.Kind == page.Table {
			table++
		}
		switch generated := slices.Contains([]string{"code", "status", "saturation", "points"}, mark); {
		case b.Kind == page.Comment && !derivation && (b.Text == "gallery" || b.Text == "changes"):
			until = "end"
		case b.Kind == page.Comment && b.Text == until:
			until = ""
		case until != "" || generated:
		case derivation && b.Kind == page.CodeBlock:
			complain(b.Line, "code that is not generated")
		case derivation && b.Kind == page.Table && table == 1: // of letters
		case !derivation && slices.Contains([]string{"output", "lines", "table"}, mark):
		default:
			pieces([]page.Piece{b})
		}
	}
	return problems
}
