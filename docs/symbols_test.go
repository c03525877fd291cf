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

// changes replace one symbol of the page's TeX by others.
var changes = []struct {
	at   *regexp.Regexp
	with []string
}{
	// signs
	{regexp.MustCompile(` [+-] `), []string{" + ", " - "}},
	{regexp.MustCompile(`\(-1\)`), []string{"(1)"}},
	{regexp.MustCompile(`= `), []string{"= -"}},
	// indices and layers
	{regexp.MustCompile(`_[ijk]\b`), []string{"_i", "_j", "_k"}},
	{regexp.MustCompile(`_s\b`), []string{"_i", ""}},
	{regexp.MustCompile(`_\{(ij|jk)\}`), []string{"_{ij}", "_{ji}", "_{ik}", "_{jk}", "_{kj}", ""}},
	{regexp.MustCompile(`\{\([012]\)`), []string{"{(0)", "{(1)", "{(2)"}},
	// functions
	{regexp.MustCompile(`f_[12]`), []string{"f_1", "f_2"}},
	{regexp.MustCompile(`'`), []string{""}},
	{regexp.MustCompile(`\\sigma`), []string{"f_1", `\sigma'`}},
	// transposes and products
	{regexp.MustCompile(`\)T\}`), []string{")}"}},
	{regexp.MustCompile(`\^T`), []string{""}},
	{regexp.MustCompile(`\\eta( |$)`), []string{`\eta^T$1`}},
	{regexp.MustCompile(`\\odot`), []string{`\cdot`}},
	// factors
	{regexp.MustCompile(`\\frac\{1\}\{([2m])\}`), []string{"$1", "1"}},
	{regexp.MustCompile(`\{2\}`), []string{"{3}"}},
	{regexp.MustCompile(`([= ])1( |$)`), []string{"${1}2$2"}},
	{regexp.MustCompile(` 2 `), []string{" 3 "}},
	{regexp.MustCompile(`\)\^2`), []string{")"}},
	{regexp.MustCompile(`\\(eta|delta)`), []string{"", `\eta`, `\delta`}},
	{regexp.MustCompile(`\\(lambda|alpha)`), []string{"", `\lambda`, `\alpha`, "2"}},
	{regexp.MustCompile(`\\cdot [a-z]\^\{\(\d\)\}_\{?\w+\}?`), []string{""}},
	{regexp.MustCompile(`\\sum_[ijks]`), []string{""}},
	// quantities
	{regexp.MustCompile(`([ (]|^)a\^`), []string{"${1}z^", "${1}b^"}},
	{regexp.MustCompile(`z\^`), []string{"a^"}},
	{regexp.MustCompile(`([ {]|^)[wb]\b`), []string{"${1}w", "${1}b"}},
	{regexp.MustCompile(`\b[LJ]\b`), []string{"L", "J"}},
	{regexp.MustCompile(`\by\b`), []string{"1"}},
}

// unchanged are the changes that leave the page true: biases are not regularised,
// so the derivative of J with respect to a bias is that of L.
var unchanged = map[string]bool{`U2: "J" for "L"`: true}

// If any one symbol of a tagged equation is replaced, the run fails, and the first
// label that it names is that of the equation.
func TestEverySymbolCounts(t *testing.T) {
	text := read(t, derivation)
	// No size equals another, and m, the only one that is a symbol, no number.
	point := page.Random(rand.New(rand.NewPCG(1, 1)), "tanh", 5, 3, 2, 4)
	if err := firstError(text, point); err != nil {
		t.Fatalf("the page itself: %v", err)
	}
	for _, label := range derive.Labels() {
		block := display(label).FindStringSubmatchIndex(text)
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
					if has == had || unchanged[what] {
						continue
					}
					tried++
					err := firstError(text[:start+at[0]]+has+text[start+at[1]:], point)
					if err == nil || !strings.Contains(err.Error(), ": "+label+": ") && !strings.HasPrefix(err.Error(), label+": ") {
						t.Errorf("%s:%d: %s: got %v, want an error that names the label", derivation, strings.Count(text[:start+at[0]], "\n")+1, what, err)
					}
				}
			}
		}
		if tried < 3 {
			t.Errorf("%s: got %d changes to try, want at least 3", label, tried)
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
