package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
)

// Text says in words what was found.
func (f Finding) Text() string {
	var all []string
	for _, m := range f.Mistakes {
		all = append(all, f.sentence(m))
	}
	switch text := strings.Join(all, "; or "); len(all) {
	case 0:
		return "No known mistake explains your " + symbols(f.Explains) + "."
	case 1:
		return "Y" + text[1:] + "." // Your
	default:
		return "These numbers cannot tell which: " + text + "."
	}
}

// sentence says what the mistake is: "your δ is …".
func (f Finding) sentence(m Mistake) string {
	of := slices.DeleteFunc(slices.Clone(m.of), func(name string) bool { return !slices.Contains(f.Explains, name) })
	hidden := len(of) == 0
	if hidden {
		of = m.of
	}
	byText := make(map[string][]string)
	var texts []string
	for _, name := range of {
		text := strings.NewReplacer(new(values).layer(name).symbols...).Replace(m.is)
		if byText[text] == nil {
			texts = append(texts, text)
		}
		byText[text] = append(byText[text], name)
	}
	for n, text := range texts {
		verb := " is "
		if names := byText[text]; len(names) > 1 {
			verb = " are each "
		}
		texts[n] = "your " + symbols(byText[text]) + verb + text
	}
	s := strings.Join(texts, ", and ")
	if hidden {
		s += fmt.Sprintf("; that explains your %s", symbols(f.Explains))
	}
	if m.kind == convention {
		s += " (another convention, not a mistake)"
	}
	return s
}

// symbols joins the symbols of quantities: "∂L/∂w¹, ∂L/∂b¹ and δ".
func symbols(names []string) string {
	var list []string
	for _, eq := range claim.Equations() {
		if slices.Contains(names, claim.Name(eq)) {
			symbol := eq.Quantity
			if strings.HasPrefix(claim.Name(eq), "after.") {
				symbol += " after the step"
			}
			list = append(list, symbol)
		}
	}
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
