package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/tex"
)

// tight removes from a text what does not matter when a formula or a statement is
// searched for.
var tight = strings.NewReplacer(" ", "", "\t", "", "\n", "", "//", "", "&", "", `\cdot`, "", "·", "", `\left`, "", `\right`, "", "`", "", "$", "").Replace

// A leak is a text that must not stand in a withheld folder.
type leak struct{ step, text string }

// leaks returns the answers to the 44 steps: the right sides on the page, as TeX and as
// text; the equations in the comments; and the statements. A right side that is a single
// symbol or number comes with its left side.
func leaks(t *testing.T) (list []leak) {
	t.Helper()
	p, err := docs.Page()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(docs.Derivation, "\n")
	for _, label := range derive.Labels() {
		for n, c := range p.Equation(label).Chains {
			if strings.Contains(given, label) || label == "B1" && n == 0 {
				continue
			}
			for _, step := range c.Steps {
				source := regexp.MustCompile(`^(.*?)(=|\\leftarrow)(.*?)( \\\\)?( \\tag.*)?$`).FindStringSubmatch(lines[step.Line-1])
				text := []string{c.First.String(), step.Rel, step.Right.String()}
				switch step.Right.(type) {
				case *tex.Symbol, *tex.Number:
					list = append(list, leak{"derive " + label, source[1] + source[2] + source[3]}, leak{"derive " + label, strings.Join(text, "")})
				default:
					list = append(list, leak{"derive " + label, source[3]}, leak{"derive " + label, text[2]})
				}
			}
		}
	}
	for _, pkg := range []string{"derive", "network"} {
		paths, _ := filepath.Glob("../../" + pkg + "/*.go")
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			cuts, err := holes(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range cuts {
				start := 1 + bytes.LastIndexByte(text[:h.start], '\n')
				end := h.end + bytes.IndexByte(text[h.end:], '\n')
				for line := range strings.Lines(string(text[start:end])) {
					statement, comment, _ := strings.Cut(line, "//")
					statement = strings.TrimSpace(statement)
					if len(statement) > 8 && strings.ContainsAny(statement, "=*/.1") && !strings.HasSuffix(statement, "{") {
						list = append(list, leak{pkg + " " + h.label, statement})
					}
					labels, equation, _ := strings.Cut(strings.TrimSpace(comment), ": ")
					if labels = strings.Split(labels, ",")[0]; docs.Labels("// "+labels+": ") == nil || strings.Contains(given, labels) || !strings.ContainsAny(equation, "=·−+") {
						continue
					}
					if _, right, ok := strings.Cut(equation, " = "); ok && strings.Contains(right, " ") {
						equation = right
					}
					list = append(list, leak{pkg + " " + h.label, equation})
				}
			}
		}
	}
	for _, text := range []string{"a (1 - a)", "a (1 − a)", "sigmoid(z) * sigmoid(-z)", "σ(z) σ(−z)", "σ(z)(1 − σ(z))", "(1 + e⁻ᶻ)²", "f₂′(z²)", "f₁′(z¹)"} {
		list = append(list, leak{"derive D2", text})
	}
	return append(list, leak{"derive R2", "by 1 − αλ"}) // what follows from it
}

// A withheld folder has no answer to any of the 44 steps in any file, nor does the go
// command print one. All that is searched for stands in the project.
func TestWithheld(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	if _, errs, code := command(t, "start", dir); code != 0 {
		t.Fatal(errs)
	}
	files := readAll(t, dir)
	files["go test"], _ = goTool(t, dir, "test", "-v")
	for _, name := range []string{"exercises.md", "experiments.md"} { // all that read -without derivation has
		text, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files["docs/"+name] = string(text)
	}
	whole, err := module(form{fill: whole})
	if err != nil {
		t.Fatal(err)
	}
	project := tight(docs.Derivation)
	for _, text := range whole {
		project += tight(text)
	}
	p, err := docs.Page()
	if err != nil {
		t.Fatal(err)
	}
	for _, eq := range p.Equations {
		for _, c := range eq.Chains {
			project += tight(c.String())
		}
	}
	steps := make(map[string]bool)
	for _, l := range leaks(t) {
		steps[l.step] = true
		if l.text = tight(l.text); !strings.Contains(project, l.text) && l.step != "derive D2" {
			t.Errorf("%s: %s does not stand in the project", l.step, l.text)
		}
		for name, text := range files {
			if !strings.HasPrefix(name, "matrix/") && strings.Contains(tight(text), l.text) {
				t.Errorf("%s has the answer to %s: %s", name, l.step, l.text)
			}
		}
	}
	if len(steps) != 44 {
		t.Errorf("got answers to %d steps", len(steps))
	}
}
