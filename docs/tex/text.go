package tex

import "strings"

var (
	superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
	subscript   = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉")
)

func (n *Number) String() string  { return n.Text }
func (b *Blank) String() string   { return "□" }
func (c *Call) String() string    { return c.Func.String() + c.Arg.String() }
func (e *Element) String() string { return e.X.String() + "_" + strings.Join(e.Sub, "") }
func (l *Label) String() string   { return l.Name }
func (p *Partial) String() string { return "∂" + p.X.String() }
func (s *Sum) String() string     { return "Σ_" + s.Index + " " + s.Body.String() }
func (f *Frac) String() string    { return tight(f.Num) + "/" + tight(f.Den) }

func (g *Group) String() string {
	if g.Abs {
		return "|" + g.X.String() + "|"
	}
	return "(" + g.X.String() + ")"
}

func (s *Symbol) String() string {
	text := s.Name + superscript.Replace(s.Layer)
	if s.Transposed {
		text += "ᵀ"
	}
	if sub := strings.Join(s.Sub, ""); s.IsFunction() {
		text += subscript.Replace(sub)
	} else if sub != "" {
		text += "_" + sub
	}
	if s.Prime {
		text += "′"
	}
	return text
}

// tight returns n as text, in brackets if a slash or a power beside it would
// otherwise apply to a part of it.
func tight(n Node) string {
	switch n.(type) {
	case *Add, *Product, *Frac, *Sum:
		return "(" + n.String() + ")"
	}
	return n.String()
}

func (p *Power) String() string {
	if n, ok := p.Exp.(*Number); ok && !strings.Contains(n.Text, ".") {
		return tight(p.Base) + superscript.Replace(n.Text)
	}
	return tight(p.Base) + "^" + tight(p.Exp)
}

func (p *Product) String() string {
	text := p.Factors[0].String()
	for i, f := range p.Factors[1:] {
		if p.Ops[i] != "" {
			text += " " + p.Ops[i]
		}
		text += " " + f.String()
	}
	return text
}

func (a *Add) String() string {
	text := ""
	for i, t := range a.Terms {
		switch minus := a.Signs[i] == '-'; {
		case i == 0 && minus:
			text = "−"
		case minus:
			text += " − "
		case i > 0:
			text += " + "
		}
		text += t.String()
	}
	return text
}

func (m *Matrix) String() string {
	var rows []string
	for _, row := range m.Rows {
		var elements []string
		for _, x := range row {
			elements = append(elements, x.String())
		}
		rows = append(rows, strings.Join(elements, " "))
	}
	return "[" + strings.Join(rows, "; ") + "]"
}

// String returns the chain, which must have a First.
func (c Chain) String() string {
	text := c.First.String()
	for _, s := range c.Steps {
		text += " " + s.Rel + " " + s.Right.String()
	}
	return text
}
