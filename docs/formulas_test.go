package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// formulas runs the claims of a page that have no label, and returns the first error.
// At some point each of them must compare a number.
func formulas(p *page.Page, points []*page.Point) error {
	homework := []*page.Run{p.At(page.Homework())}
	var runs []*page.Run
	for _, pt := range points {
		runs = append(runs, p.At(pt))
	}
	for _, eq := range p.Claims {
		at, compared := runs, 0
		if eq.Homework {
			at = homework
		}
		for _, r := range at {
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
		values["λ"], values["α"], values["x"] = append(values["λ"], pt.Lambda), append(values["α"], pt.Alpha), append(values["x"], pt.Arg)
	}
	between := func(what string) string {
		return fmt.Sprintf("from %.1f to %.1f", slices.Min(values[what]), slices.Max(values[what]))
	}
	return fmt.Sprintf(`There are %d random points: %d for each of the activation functions %s,
and each of the shapes %s.
Parameters, inputs and targets are %s, λ %s (0 at every other point),
α %s, and x, the argument of a function, %s. Besides the
%d equations with a label, this page has %d formulas that claim something, which are
evaluated as well, and %d that only name a quantity, which must exist and have the
right indices.
`, len(all), len(all)/len(activations)/len(shapes), strings.Join(activations, ", "), strings.Join(shapes, "; "),
		between("w"), between("λ"), between("α"), between("x"), len(p.Equations), len(p.Claims), p.Names)
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
	"the same for w²", "the same for b²", // of the statement before
	"the mean over the samples", "1/m Σ_s", // B1
	"(λ/2)(‖w¹‖² + ‖w²‖²)", "J = L + (λ/2)(‖w¹‖² + ‖w²‖²)", // R1
}

// The equation in the comment beside a statement of derive or network stands on the
// page, under the label of the statement or as a claim. A comment without indices may
// be that of an element without its indices.
func TestCommentsAreEquations(t *testing.T) {
	p, all := statuses(t)
	indices := regexp.MustCompile(`_[ijks]+`)
	onPage := make(map[string]bool) // "F2: a¹_j = f₁(z¹_j)", "F2: f₁(z¹_j)"; claims without a label
	add := func(prefix, formula string) {
		onPage[prefix+formula], onPage[prefix+indices.ReplaceAllString(formula, "")] = true, true
	}
	for _, eq := range slices.Concat(p.Equations, p.Claims) {
		prefix := ""
		if eq.Label != "" {
			prefix = eq.Label + ": "
		}
		for _, c := range eq.Chains {
			for _, step := range c.Steps {
				add(prefix, c.First.String()+" "+step.Rel+" "+step.Right.String())
				add(prefix, step.Right.String())
			}
		}
	}
	found := 0
	for _, s := range all {
		for _, at := range slices.Concat(s.Derive, s.Network) {
			lines := strings.Split(read(t, "../"+at.File), "\n")
			_, comment, _ := strings.Cut(lines[at.Line-1], "// ")
			_, formula, _ := strings.Cut(comment, ": ")
			found++
			formula, _, _ = strings.Cut(formula, ", ") // D2: f₂′(z²), from a² = σ(z²)
			formula = strings.NewReplacer("½", "1/2", "(1/m)", "1/m").Replace(formula)
			if !onPage[at.First+": "+formula] && !onPage[formula] && !slices.Contains(words, formula) {
				t.Errorf("%s:%d: %s: %s does not stand on the page", at.File, at.Line, at.First, formula)
			}
		}
	}
	if found < 50 {
		t.Errorf("got %d comments, want at least 50", found)
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
		// left sides of labelled equations, in place of others that are true
		{`\frac{\partial z^{(2)}_k}{\partial b^{(2)}_k} = 1`, `\frac{\partial b^{(2)}_k}{\partial b^{(2)}_k} = 1`},
		{`\frac{\partial L}{\partial b^{(2)}_k}
 &=`, `\frac{\partial L}{\partial z^{(2)}_k}
 &=`},
		{`\frac{\partial a^{(2)}_k}{\partial z^{(2)}_k} &=`, `\frac{\partial a^{(2)}_k}{\partial b^{(2)}_k} &=`},
		{`= a^{(2)}_k - y_k`, `= \frac{1}{0}`},
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

// What is left of a page when everything that is run, generated or code is removed.
var notProse = []*regexp.Regexp{
	regexp.MustCompile("(?ms)^```.*?^```$"),
	regexp.MustCompile(`(?ms)^<!-- (output|code|lines|status|saturation|points|table)\b.*?\n\n`),
	regexp.MustCompile(`(?ms)^<!-- (gallery|changes) -->.*?<!-- end -->`),
	shapes,
	regexp.MustCompile(`(?m)^    .*$`),
	regexp.MustCompile(`(?m)^\| \$[ijks]\$ .*$|^\| \| (weights|biases) .*$`), // TestTableOfLetters
	regexp.MustCompile("`[^`]*`"),
	regexp.MustCompile(`\$[^$]+\$`),
	regexp.MustCompile(`\S+<!-- [\w.+/-]+ -->`),        // a number of results.json
	regexp.MustCompile(`\]\([^)]*\)|<a id="\w+"></a>`), // links and anchors
	regexp.MustCompile(`"="|(the operator|The operator|The arrow) [⊙←]`),
	regexp.MustCompile(`λ = \d[\d.]*`), // a setting
}

// A page has no formula in its prose, where nothing would run it, and the derivation
// has no decimal number there. Labels exist, and a letter stands with its nodes.
func TestProse(t *testing.T) {
	for _, name := range pages {
		for _, problem := range prose(read(t, name), name == derivation) {
			t.Errorf("%s:%s", name, problem)
		}
	}
	for text, want := range map[string]int{
		"a = b": 1, "`a = b` $a = b$ at λ = 0.1, 8×8 pixels": 0, "$i$\n1 − αλ": 1, "f₂′(z)": 1, "n0×n1": 1, "D1 · D2": 1, "w²": 1,
		"F1 to F3": 1, "F1 to F4, then D9": 1, "input node $j$": 1, "hidden node $j$": 0, "rounded: 0.82": 1, "question 1.2": 0,
	} {
		if got := prose(text, true); len(got) != want {
			t.Errorf("%s: got %v, want %d problems", text, got, want)
		}
	}
}

func prose(text string, derivation bool) (problems []string) {
	complain := func(at int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%d: %s", 1+strings.Count(text[:at], "\n"), fmt.Sprintf(format, args...)))
	}
	for _, m := range regexp.MustCompile(`(input|hidden|output) nodes? \$(\w)\$`).FindAllStringSubmatchIndex(text, -1) {
		if kind, letter := text[m[2]:m[3]], text[m[4]:m[5]]; letter != map[string]string{"input": "i", "hidden": "j", "output": "k"}[kind] {
			complain(m[0], "%s node %s", kind, letter)
		}
	}
	for _, r := range notProse {
		text = r.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
	}
	labels := derive.Labels()
	for _, m := range regexp.MustCompile(`\b([FLDEMRU])1 to ([A-Z]\d)\b`).FindAllStringSubmatchIndex(text, -1) {
		letter, last := text[m[2]:m[3]], text[m[4]:m[5]]
		if n := slices.Index(labels, last); n < 0 || last[:1] != letter && last != labels[len(labels)-1] || derivation && n+1 < len(labels) && labels[n+1][:1] == letter {
			complain(m[0], "%s1 to %s is not all of %s", letter, last, letter)
		}
	}
	for _, m := range regexp.MustCompile(`\b[FLDEMBRU]\d\b`).FindAllStringIndex(text, -1) {
		if label := text[m[0]:m[1]]; !slices.Contains(labels, label) && !strings.Contains(text[max(0, m[0]-6):m[0]], "macro") && !strings.Contains(text[max(0, m[0]-6):m[0]], "Macro") {
			complain(m[0], "%s is not in the ledger", label)
		}
	}
	bad := `[=≈⊙∂Σ⟺≤≥←]|\b[A-Z]\d ·|[⁰¹²³ᵀ′‖√]|\bn\d×|×n\d|[αλ]{2}|σ\(`
	if derivation {
		bad += `|\d\.\d`
		text = regexp.MustCompile(`uestion \d\.\d`).ReplaceAllString(text, "")
	}
	for _, m := range regexp.MustCompile(bad).FindAllStringIndex(text, -1) {
		line := strings.LastIndex(text[:m[0]], "\n") + 1
		complain(m[0], "in the prose: %.90s", text[line:])
	}
	return problems
}
