package main

import (
	_ "embed"
	"fmt"
	"go/format"
	"regexp"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs"
)

//go:embed page.md.txt
var asks string

//go:embed readme.md.txt
var readme string

// inNetwork says what to write for a label in package network.
var inNetwork = map[string]string{
	"F1": "set p.Z1 (n1×m) to z¹ of every sample, from p.A0 (n0×m), n.W1 (n0×n1) and n.B1 (1×n1)",
	"F2": "set p.A1 (n1×m) to a¹, from p.Z1; activations[n.Activation].f(a, z) sets a to f₁(z)",
	"F3": "set p.Z2 (n2×m) to z², from p.A1, n.W2 (n1×n2) and n.B2 (1×n2)",
	"F4": "set p.A2 (n2×m) to a², from p.Z2; f₂ is σ, as in a.Sigmoid(z)",
	"L1": "set p.L (1×m) to the loss of each sample, from p.Y and p.A2 (n2×m), and return their mean, L of B1",
	"M1": "set p.F2Prime (n2×m) to ∂a²/∂z², with sigmoidPrimeFromA, and p.Eta (n2×m) to η, which is ∂L/∂z²",
	"M2": "set p.DW2 (n1×n2) to the sum of ∂L/∂w² over the samples",
	"M3": "set p.DB2 (1×n2) to the sum of ∂L/∂b² over the samples",
	"M4": "set p.F1Prime (n1×m) to ∂a¹/∂z¹, with activations[n.Activation].primeFromA, and p.Delta (n1×m) to δ, which is ∂L/∂z¹",
	"M5": "set p.DW1 (n0×n1) to the sum of ∂L/∂w¹ over the samples",
	"M6": "set p.DB1 (1×n1) to the sum of ∂L/∂b¹ over the samples",
	"B1": "make the four gradients those of the batch",
	"R1": "return the part of J that is not the data loss, from n.W1 and n.W2",
	"R2": "set p.DJW1 (n0×n1) and p.DJW2 (n1×n2) to ∂J/∂w¹ and ∂J/∂w²",
	"U1": "set n.W1 and n.W2 to the weights after the step",
	"U2": "set n.B1 and n.B2 to the biases after the step",
}

// stub fills a hole with a panic that names the equation, and says in words what to
// write. In package derive that is the left side of the equation; its doc comment
// says it for B1 to U2.
func stub(pkg string) func(h hole, was string) string {
	return func(h hole, was string) string {
		says := ""
		switch {
		case pkg == "network":
			says = comment(h.label + ": " + inNetwork[h.label])
		case h.comments != "" && !strings.Contains("BRU", h.label[:1]):
			says = comment(returns(h.label))
		}
		return says + panics(h)
	}
}

// comment returns the text as a comment in lines of ordinary width.
func comment(text string) string {
	return "// " + strings.ReplaceAll(cli.Wrap(text+".", cli.Width), "\n", "\n\t// ") + "\n\t"
}

// returns says which quantity an equation of package derive returns: the left side that
// the page has.
func returns(label string) string {
	p, err := docs.Page()
	if err != nil {
		panic(err) // its tests read it
	}
	name := p.Equation(label).Chains[0].First.String()
	if label == "M3" || label == "M6" {
		return fmt.Sprintf("%s returns an element of %s", label, name)
	}
	return fmt.Sprintf("%s returns %s", label, name)
}

// edits are the places outside of the holes that give an answer away.
var edits = []struct{ file, old, new string }{
	{"derive/sample.go", `. f′ is
// computed in a form that loses no digits, however large |z| is: with a = f(z),
// a(1 − a) and 1 − a² are the same functions, but the difference cancels where a is
// close to 1. Relative error: below 1e-14 for |z| ≤ 700.
`, ".\n"},
	{"derive/sample.go", "\n	// terms is the sum of the absolute values of the terms of f′ when it is computed\n	// from a, as package network does: the scale of the rounding error.\n",
		"\n	// terms is the scale of the rounding error of f′.\n"},
	{"derive/sample.go", "as well. Its\n// derivative is σ(z) σ(−z), because 1 − σ(z) = σ(−z).\n", "as well. Its\n// derivative is yours, a part of D2.\n"},
	{"derive/sample.go", "{ return sigmoid(z) * sigmoid(-z) }", `{ panic("D2` + docs.NotYetWritten + `") }`},
	{"derive/sample.go", ": products of local derivatives, and for the first layer sums\n// over k.\n", ".\n"},
	{"derive/sample.go", "{ return a * (1 + a) }", "{ return 2 }"},
	{"derive/check.go", "The terms of f′ are those of a(1 − a) and 1 − a²: where an\n// activation saturates, they are much larger than f′ itself, and so is the error of\n// an implementation that computes f′ from a.", "Where an\n// activation saturates, the terms are much larger than f′ itself, and so is the error of\n// an implementation that computes f′ from a."},
	{"network/activation.go", "from a = σ(z):\n//\n//	σ′(z) = e⁻ᶻ / (1 + e⁻ᶻ)²                      [quotient rule]\n//	      = 1/(1 + e⁻ᶻ) · (1 − 1/(1 + e⁻ᶻ))       [e⁻ᶻ = (1 + e⁻ᶻ) − 1]\n//	      = a (1 − a)\n", "from a = σ(z), for M1.\n"},
	{"network/activation.go", "{ return a * (1 - a) }", `{ panic("M1` + docs.NotYetWritten + `") }`},
	{"network/pass.go", "f₂′(z²) of D2, and η of M1", "∂a²/∂z² of D2, and η of M1"},
	{"network/pass.go", "f₁′(z¹) of D6, and δ of M4", "∂a¹/∂z¹ of D6, and δ of M4"},
	{"network/update.go", "Biases are not regularised: their\n// gradients of J are p.DB1 and p.DB2. With λ = 0", "Biases are not regularised. With\n// λ = 0"},
	{"network/train.go", " With λ, each step multiplies a weight by\n// 1 − αλ; for αλ > 2 that alone makes the weights grow without bound.", ""},
	{"docs/verify.go", "//go:embed derivation.md", "//go:embed given.md"},
}

var (
	blockComment = regexp.MustCompile(`(?s)\n/\*.*?\*/\n`)
	afterStub    = regexp.MustCompile(`(?m)^(func \(v \*Sample\) ([A-Z][0-9])\(.*panic\(.*\) \})\s*//.*$`)
)

// withhold removes from a file what gives an answer away, after the holes have been cut.
func withhold(name, text string) (string, error) {
	for _, e := range edits {
		if e.file != name {
			continue
		}
		if strings.Count(text, e.old) != 1 {
			return "", fmt.Errorf("got %d places, want one: %q", strings.Count(text, e.old), e.old)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	if name == "network/backward.go" {
		text = blockComment.ReplaceAllString(text, "")
	}
	text = afterStub.ReplaceAllStringFunc(text, func(line string) string {
		m := afterStub.FindStringSubmatch(line)
		return m[1] + " // " + returns(m[2])
	})
	if !strings.HasSuffix(name, ".go") {
		return text, nil
	}
	formatted, err := format.Source([]byte(text))
	return string(formatted), err
}

// given are the labels of definitions. B1 begins with one, too.
const given = "F1 F2 F3 F4 L1 R1 U1"

// means says as what a name of the derivation is asked for.
var means = map[string]string{
	`\eta_k`:   `\frac{\partial L}{\partial z^{(2)}_k}`,
	`\delta_j`: `\frac{\partial L}{\partial z^{(1)}_j}`,
}

// second is what a second line is about, if not about the left side of the first.
var second = map[string]string{"D2": `\sigma'(z^{(2)}_k) `}

// fence matches an equation of the page.
var fence = regexp.MustCompile("(?s)<a id=\"([A-Z][0-9])\"></a>\n\n```math\n(.*?)\\s*\\\\tag\\{..\\}\n```\n")

// blanks returns each equation of the page by its label, with a blank in place of each
// right side but those of the definitions. An equation that has more than two lines on
// the page has two.
func blanks(page string) map[string]string {
	list := make(map[string]string)
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		label, lines := m[1], []string{}
		body := strings.TrimSuffix(strings.TrimPrefix(m[2], `\begin{aligned}`), `\end{aligned}`)
		parts := strings.Split(body, `\\`)
		for n, part := range parts {
			left, _, _ := strings.Cut(strings.ReplaceAll(part, "&", ""), "=")
			left = strings.TrimSpace(left)
			switch {
			case strings.Contains(given, label), label == "B1" && n == 0:
				lines = append(lines, strings.TrimSpace(part))
			case label == "U2": // for biases, the definition that U1 is for weights
				lines = append(lines, strings.Replace(strings.TrimSpace(part), `\partial L`, `\partial J`, 1))
			case left == "" && n == 1 && len(parts) == 3:
				lines = append(lines, second[label]+`&= \square`)
			case left == "":
			case means[left] != "":
				lines = append(lines, left+" &= "+means[left], `&= \square`)
			default:
				lines = append(lines, left+` &= \square`)
			}
		}
		text := strings.Join(lines, " \\\\\n")
		if len(lines) > 1 || strings.Contains(text, `\square`) { // a line may follow
			text = "\\begin{aligned}\n" + text + "\n\\end{aligned}"
		}
		list[label] = fmt.Sprintf("<a id=%q></a>\n\n```math\n%s\n\\tag{%s}\n```\n", label, text, label)
	}
	return list
}

// withheld returns the page with blanks, and its equations alone.
func withheld(page string) (text, alone string) {
	equations := blanks(page)
	_, first, _ := strings.Cut(page, "## 1 The network\n")
	first, _, _ = strings.Cut(first, "## 4 ")
	before, after, _ := strings.Cut(first, "In `network` each of the four")
	_, after, _ = strings.Cut(after, "### The homework's numbers\n")
	text = "# The derivation\n\n## 1 The network\n" + links.ReplaceAllString(before+"### The homework's numbers\n"+after, "") + asks
	alone = "The equations of derivation.md before anything is filled in. The test reads them.\n"
	for _, label := range derive.Labels() {
		text = strings.Replace(text, "\n{"+label+"}\n", "\n"+equations[label], 1)
		alone += "\n" + equations[label]
	}
	return text, alone
}
