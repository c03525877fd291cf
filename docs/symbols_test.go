package docs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
)

// changes replace one symbol of the page's TeX by another.
var changes = []struct {
	what string
	at   *regexp.Regexp
	with []string
}{
	{"sign", regexp.MustCompile(` \+ `), []string{" - "}},
	{"sign", regexp.MustCompile(` - `), []string{" + "}},
	{"sign", regexp.MustCompile(`\(-1\)`), []string{"(1)"}},
	{"sign", regexp.MustCompile(`= `), []string{"= -"}},
	{"index", regexp.MustCompile(`_i\b`), []string{"_j", "_k"}},
	{"index", regexp.MustCompile(`_j\b`), []string{"_i", "_k"}},
	{"index", regexp.MustCompile(`_k\b`), []string{"_i", "_j"}},
	{"index", regexp.MustCompile(`_s\b`), []string{"_i", ""}},
	{"index", regexp.MustCompile(`_\{ij\}`), []string{"_{ji}", "_{ik}", "_{jk}", ""}},
	{"index", regexp.MustCompile(`_\{jk\}`), []string{"_{kj}", "_{ik}", "_{ij}", ""}},
	{"layer", regexp.MustCompile(`\{\(0\)`), []string{"{(1)"}},
	{"layer", regexp.MustCompile(`\{\(1\)`), []string{"{(2)", "{(0)"}},
	{"layer", regexp.MustCompile(`\{\(2\)`), []string{"{(1)"}},
	{"function", regexp.MustCompile(`f_1`), []string{"f_2"}},
	{"function", regexp.MustCompile(`f_2`), []string{"f_1"}},
	{"function", regexp.MustCompile(`'`), []string{""}},
	{"function", regexp.MustCompile(`\\sigma`), []string{"f_1", `\sigma'`}},
	{"transpose", regexp.MustCompile(`\)T\}`), []string{")}"}},
	{"transpose", regexp.MustCompile(`\^T`), []string{""}},
	{"transpose", regexp.MustCompile(`\\eta( |$)`), []string{`\eta^T$1`}},
	{"product", regexp.MustCompile(`\\odot`), []string{`\cdot`}},
	{"factor", regexp.MustCompile(`\\frac\{1\}\{2\}`), []string{"2", "1"}},
	{"factor", regexp.MustCompile(`\\frac\{1\}\{m\}`), []string{"m", "1"}},
	{"factor", regexp.MustCompile(`\{2\}`), []string{"{3}"}},
	{"factor", regexp.MustCompile(`([= ])1( |$)`), []string{"${1}2$2"}},
	{"factor", regexp.MustCompile(` 2 `), []string{" 3 "}},
	{"factor", regexp.MustCompile(`\)\^2`), []string{")"}},
	{"factor", regexp.MustCompile(`\\eta`), []string{"", `\delta`}},
	{"factor", regexp.MustCompile(`\\delta`), []string{"", `\eta`}},
	{"factor", regexp.MustCompile(`\\lambda`), []string{"", `\alpha`, "2"}},
	{"factor", regexp.MustCompile(`\\alpha`), []string{"", `\lambda`}},
	{"factor", regexp.MustCompile(`\\cdot [a-z]\^\{\(\d\)\}_\{?\w+\}?`), []string{""}},
	{"factor", regexp.MustCompile(`\\sum_[ijks]`), []string{""}},
	{"quantity", regexp.MustCompile(`([ (]|^)a\^`), []string{"${1}z^", "${1}b^"}},
	{"quantity", regexp.MustCompile(`z\^`), []string{"a^"}},
	{"quantity", regexp.MustCompile(`([ {]|^)w\b`), []string{"${1}b"}},
	{"quantity", regexp.MustCompile(`([ {]|^)b\b`), []string{"${1}w"}},
	{"quantity", regexp.MustCompile(`\bL\b`), []string{"J"}},
	{"quantity", regexp.MustCompile(`\bJ\b`), []string{"L"}},
	{"quantity", regexp.MustCompile(`\by\b`), []string{"1"}},
}

// unchanged are the changes that leave the page true: biases are not regularised,
// so the derivative of J with respect to a bias is that of L.
var unchanged = map[string]bool{`U2: "J" for "L"`: true}

// For every tagged equation: if any one of its symbols is replaced, the run fails,
// and the first label that it names is that of the equation.
func TestEverySymbolCounts(t *testing.T) {
	text := read(t, derivation)
	// No size equals another, and m, the only one that is a symbol, no number.
	point := page.Random(rand.New(rand.NewPCG(1, 1)), "tanh", 5, 3, 2, 4)
	if err := firstError(text, point); err != nil {
		t.Fatalf("the page itself: %v", err)
	}
	for _, label := range derive.Labels() {
		block := regexp.MustCompile(`(?s)<a id="` + label + `"></a>\n\n` + "```math\n(.*?)" + `\s*\\tag`).FindStringSubmatchIndex(text)
		if block == nil {
			t.Fatalf("%s: no display with this tag", label)
		}
		start, tex := block[2], text[block[2]:block[3]]
		tried := 0
		for _, c := range changes {
			for _, at := range c.at.FindAllStringSubmatchIndex(tex, -1) {
				for _, with := range c.with {
					had, has := tex[at[0]:at[1]], string(c.at.ExpandString(nil, with, tex, at))
					what := fmt.Sprintf("%s: %q for %q", label, has, had)
					if unchanged[what] {
						continue
					}
					tried++
					err := firstError(text[:start+at[0]]+has+text[start+at[1]:], point)
					if err == nil || !strings.Contains(err.Error(), ": "+label+": ") && !strings.HasPrefix(err.Error(), label+": ") {
						t.Errorf("%s:%d: %s (%s): %v", derivation, strings.Count(text[:start+at[0]], "\n")+1, what, c.what, err)
					}
				}
			}
		}
		if tried < 3 {
			t.Errorf("%s: %d changes tried, want at least 3", label, tried)
		}
	}
}

func firstError(text string, point *page.Point) error {
	p, err := page.Read(text)
	if err != nil {
		return fmt.Errorf("%s:%w", derivation, err)
	}
	_, err = execute(p, []*page.Point{point})
	return err
}
