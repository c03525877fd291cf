package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
)

// Text says in words what was found.
func (f Finding) Text() string {
	if f.reading != "" {
		return f.reading
	}
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

// subject returns the name of the claim of which a mistake in the quantity is said: η and δ
// for their factors.
func subject(name string) string {
	switch name {
	case "back1", "prime1":
		return "delta"
	case "back2", "prime2":
		return "eta"
	}
	return name
}

// sentence says what the mistake is: "your δ is …".
func (f Finding) sentence(m Mistake) string {
	var of, names, texts []string
	for _, name := range m.of {
		of = append(of, subject(name))
	}
	for _, name := range of {
		if slices.Contains(f.Explains, name) {
			names = append(names, name)
		}
	}
	hidden := len(names) == 0
	if hidden {
		names = of
	}
	byText := make(map[string][]string)
	for _, name := range names {
		text := strings.NewReplacer(new(values).layer(name).symbols...).Replace(m.is)
		if byText[text] == nil {
			texts = append(texts, text)
		}
		byText[text] = append(byText[text], name)
	}
	for n, text := range texts {
		texts[n] = subjects(byText[text]) + text
	}
	s := strings.Join(texts, ", and ")
	if m.kind == convention {
		s += " (another convention, not a mistake)"
	}
	if m.and != nil {
		next, own := f.sentence(*m.and), subjects(names)
		if strings.HasPrefix(s, own) {
			next = strings.TrimPrefix(next, own)
		}
		s += ", and " + next
	} else if hidden {
		s += fmt.Sprintf("; that explains your %s", symbols(f.Explains))
	}
	return s
}

// subjects begins a sentence about quantities: "your ∂L/∂w¹ and ∂L/∂b¹ are each ".
func subjects(names []string) string {
	verb := "is"
	if len(names) > 1 {
		verb = "are each"
	}
	return fmt.Sprintf("your %s %s ", symbols(names), verb)
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
