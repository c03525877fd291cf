package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
)

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
