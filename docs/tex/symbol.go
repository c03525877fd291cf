package tex

// greek are the names that are commands.
var greek = map[string]string{`\alpha`: "α", `\delta`: "δ", `\eta`: "η", `\lambda`: "λ", `\sigma`: "σ"}

// IsFunction reports whether s is a function, which takes what stands in the
// brackets behind it as its argument.
func (s *Symbol) IsFunction() bool {
	return s.Name == "σ" || s.Name == "f"
}

func (p *parser) call() Node {
	s := p.symbol()
	if t := p.peek(); !s.IsFunction() || t.text != "(" && t.text != `\left` {
		return s
	}
	return &Call{s.Pos, s, p.group()}
}

// symbol reads a name with its marks, each at most once.
func (p *parser) symbol() *Symbol {
	t := p.next()
	s := &Symbol{Pos: t.pos, Name: t.text}
	if t.kind == command {
		s.Name = greek[t.text]
	}
	if t.kind != letter && greek[t.text] == "" {
		fail(t.pos, "found %v, want a symbol", t)
	}
	for {
		switch t := p.peek(); {
		case t.text == "'":
			if p.next(); s.Prime {
				fail(t.pos, "a second derivative is not in the subset")
			}
			s.Prime = true
		case t.text == "_":
			if p.next(); s.Sub != nil {
				fail(t.pos, "a second subscript")
			}
			s.Sub = p.subscript()
		case t.text == "^" && p.marks(s):
		default:
			return s
		}
	}
}

// subscript reads one letter or digit, or several in braces.
func (p *parser) subscript() []string {
	one := func() string {
		t := p.next()
		if t.kind != letter && (t.kind != number || len(t.text) > 1) {
			fail(t.pos, "found %v, want an index", t)
		}
		return t.text
	}
	if !p.have("{") {
		return []string{one()}
	}
	sub := []string{one()}
	for !p.have("}") {
		sub = append(sub, one())
	}
	return sub
}

// marks takes a superscript that is no power: T, {T}, {(1)} or {(1)T}. The ^
// has not been taken yet, and is not if it is a power.
func (p *parser) marks(s *Symbol) bool {
	texts := make([]string, 6)
	for i := range min(len(texts), len(p.tokens)-1) {
		texts[i] = p.tokens[1+i].text
	}
	layer, transposed, length := "", false, 0
	switch {
	case texts[0] == "T":
		transposed, length = true, 1
	case texts[0] == "{" && texts[1] == "T" && texts[2] == "}":
		transposed, length = true, 3
	case texts[0] == "{" && texts[1] == "(" && p.tokens[3].kind == number && texts[3] == ")" && texts[4] == "}":
		layer, length = texts[2], 5
	case texts[0] == "{" && texts[1] == "(" && p.tokens[3].kind == number && texts[3] == ")" && texts[4] == "T" && texts[5] == "}":
		layer, transposed, length = texts[2], true, 6
	default:
		return false
	}
	if s.Layer != "" || s.Transposed {
		fail(p.peek().pos, "a second superscript")
	}
	s.Layer, s.Transposed = layer, transposed
	p.tokens = p.tokens[1+length:]
	return true
}
