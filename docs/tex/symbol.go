package tex

import "strings"

// greek maps the commands that are names to the letters or words they print.
var greek = map[string]string{
	`\alpha`: "α", `\delta`: "δ", `\eta`: "η", `\lambda`: "λ", `\sigma`: "σ",
	`\tanh`: "tanh", `\cosh`: "cosh", `\mathrm{ReLU}`: "ReLU",
}

// IsFunction reports whether s is a function: f, σ, tanh, cosh or ReLU. Brackets after
// a function hold its argument.
func (s *Symbol) IsFunction() bool { return s.Name == "f" || s.Name == "σ" || len(s.Name) > 2 }

func (p *parser) call() Node {
	s := p.symbol()
	if t := p.peek(); !s.IsFunction() || t.text != "(" && t.text != `\left` {
		return s
	}
	return &Call{s.Pos, s, p.group()}
}

// symbol parses a name with its marks, each at most once and in any order.
func (p *parser) symbol() *Symbol {
	t := p.next()
	s := &Symbol{Pos: t.pos, Name: t.text}
	if t.kind != letter {
		if s.Name = greek[t.text]; s.Name == "" {
			panic(t.pos.Errorf("found %v, want a symbol", t))
		}
	}
	for {
		switch t := p.peek(); {
		case p.have("'"):
			if s.Prime {
				panic(t.pos.Errorf("a second derivative is not in the subset"))
			}
			s.Prime = true
		case p.have("_"):
			if s.Sub != nil {
				panic(t.pos.Errorf("a second subscript"))
			}
			s.Sub = p.subscript()
		case t.kind == marks:
			if s.Layer != "" || s.Transposed {
				panic(t.pos.Errorf("a second superscript"))
			}
			p.next()
			s.Layer, s.Transposed = strings.Trim(t.text, "^{()T}"), strings.Contains(t.text, "T")
		default:
			return s
		}
	}
}

// subscript parses one letter or digit, or several in braces.
func (p *parser) subscript() []string {
	var sub []string
	braces := p.have("{")
	for more := true; more; more = braces && !p.have("}") {
		t := p.next()
		if t.kind != letter && (t.kind != number || len(t.text) > 1) {
			panic(t.pos.Errorf("found %v, want an index", t))
		}
		sub = append(sub, t.text)
	}
	return sub
}
