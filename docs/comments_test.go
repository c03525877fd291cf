package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

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
