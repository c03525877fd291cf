package tex

import "strings"

var superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
var subscript = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉")

func (n *Number) String() string { return n.Text }

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

func (c *Call) String() string    { return c.Func.String() + c.Arg.String() }
func (g *Group) String() string   { return "(" + g.X.String() + ")" }
func (p *Partial) String() string { return "∂" + p.X.String() }
func (s *Sum) String() string     { return "Σ_" + s.Index + " " + s.Body.String() }

func (f *Frac) String() string { return tight(f.Num) + "/" + tight(f.Den) }

// tight returns n, with brackets around what a slash would tear apart.
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
	var b strings.Builder
	for i, f := range p.Factors {
		if i > 0 {
			b.WriteByte(' ')
			if op := p.Ops[i-1]; op != "" {
				b.WriteString(op + " ")
			}
		}
		b.WriteString(f.String())
	}
	return b.String()
}

func (a *Add) String() string {
	var b strings.Builder
	for i, t := range a.Terms {
		switch minus := a.Signs[i] == '-'; {
		case i == 0 && minus:
			b.WriteString("−")
		case minus:
			b.WriteString(" − ")
		case i > 0:
			b.WriteString(" + ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

func (m *Matrix) String() string {
	var rows []string
	for _, row := range m.Rows {
		var cells []string
		for _, x := range row {
			cells = append(cells, x.String())
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return "[" + strings.Join(rows, "; ") + "]"
}

func (c Chain) String() string {
	var b strings.Builder
	if c.First != nil {
		b.WriteString(c.First.String())
	}
	for _, s := range c.Steps {
		b.WriteString(" " + s.Rel + " " + s.Right.String())
	}
	return strings.TrimSpace(b.String())
}
