package live

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/read/internal/mathml"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// focus shows the equation asked for with its numbers, and returns which parts of
// the drawing it is about.
func (w *world) focus() (Focus, map[string]bool) {
	f := Focus{Label: w.Label}
	p := &plugger{world: w, at: map[string]int{"i": w.I, "j": w.J, "k": w.K}, lit: make(map[string]bool)}
	eq := derivation().Equation(w.Label)
	for _, c := range eq.Chains {
		for _, layer := range layers(c) {
			chain := inLayer(c, layer)
			p.where(chain)
			lines, says := p.chain(chain)
			f.Lines = append(f.Lines, lines...)
			if f.Says == "" {
				f.Says = w.Label + ": " + says
			}
		}
	}
	f.Where = p.found
	return f, p.lit
}

// layers returns the layers that a chain is about: w and b without a layer stand
// for those of either.
func layers(c tex.Chain) []string {
	generic := false
	walk(c, func(n tex.Node) {
		if s, ok := n.(*tex.Symbol); ok && s.Layer == "" && (s.Name == "w" || s.Name == "b") {
			generic = true
		}
	})
	if generic {
		return []string{"1", "2"}
	}
	return []string{""}
}

func walk(c tex.Chain, visit func(tex.Node)) {
	if c.First != nil {
		tex.Walk(c.First, visit)
	}
	for _, s := range c.Steps {
		tex.Walk(s.Right, visit)
	}
}

// inLayer returns the chain with one element of that layer's w and b in the place
// of those that have no layer.
func inLayer(c tex.Chain, layer string) tex.Chain {
	if layer == "" {
		return c
	}
	one := func(n tex.Node) tex.Node {
		return rewrite(n, func(n tex.Node) tex.Node {
			s, ok := n.(*tex.Symbol)
			if !ok || s.Layer != "" || s.Name != "w" && s.Name != "b" {
				return nil
			}
			copied := *s
			copied.Layer = layer
			copied.Sub = map[string][]string{"w1": {"i", "j"}, "w2": {"j", "k"}, "b1": {"j"}, "b2": {"k"}}[s.Name+layer]
			return &copied
		})
	}
	d := tex.Chain{Pos: c.Pos, First: one(c.First)}
	for _, s := range c.Steps {
		d.Steps = append(d.Steps, tex.Step{Pos: s.Pos, Rel: s.Rel, Right: one(s.Right)})
	}
	return d
}

// rewrite returns n with every part for which f does not return nil replaced by
// that. The tree of n stays as it is.
func rewrite(n tex.Node, f func(tex.Node) tex.Node) tex.Node {
	if to := f(n); to != nil {
		return to
	}
	again := func(n tex.Node) tex.Node { return rewrite(n, f) }
	switch n := n.(type) {
	case *tex.Call:
		return &tex.Call{Pos: n.Pos, Func: n.Func, Arg: again(n.Arg).(*tex.Group)}
	case *tex.Group:
		return &tex.Group{Pos: n.Pos, X: again(n.X), Big: n.Big}
	case *tex.Partial:
		return &tex.Partial{Pos: n.Pos, X: again(n.X).(*tex.Symbol)}
	case *tex.Frac:
		return &tex.Frac{Pos: n.Pos, Num: again(n.Num), Den: again(n.Den), Slash: n.Slash}
	case *tex.Sum:
		return &tex.Sum{Pos: n.Pos, Index: n.Index, Body: again(n.Body)}
	case *tex.Power:
		return &tex.Power{Pos: n.Pos, Base: again(n.Base), Exp: again(n.Exp)}
	case *tex.Product:
		return &tex.Product{Pos: n.Pos, Factors: all(n.Factors, again), Ops: n.Ops}
	case *tex.Add:
		return &tex.Add{Pos: n.Pos, Terms: all(n.Terms, again), Signs: n.Signs}
	}
	return n
}

func all(list []tex.Node, f func(tex.Node) tex.Node) []tex.Node {
	var to []tex.Node
	for _, n := range list {
		to = append(to, f(n))
	}
	return to
}

// A plugger puts numbers in the place of symbols.
type plugger struct {
	*world
	at    map[string]int // the value of each index
	lit   map[string]bool
	found []Where
}

// text writes a number with the digits that were asked for.
func (p *plugger) text(v float64) string {
	if p.Full {
		return full(v)
	}
	return short(v)
}

// chain returns a line of MathML for each step: the left side with its indices,
// every right side with its numbers, and the value; and the value in words.
func (p *plugger) chain(c tex.Chain) (lines []string, says string) {
	left, value := p.named(c.First), p.value(c.First)
	if c.Steps[0].Rel == "←" {
		value = p.updated(c.First)
	}
	before := ""
	for n, s := range c.Steps {
		first := left
		if n > 0 {
			first = nil
		}
		right := p.plug(s.Right)
		if text := right.String(); text == before || text == value.String() {
			continue // what is already a number has nothing to be plugged in
		} else {
			before = text
		}
		lines = append(lines, render(tex.Chain{First: first, Steps: []tex.Step{{Rel: s.Rel, Right: right}}}))
	}
	if len(lines) > 0 {
		left = nil
	}
	lines = append(lines, render(tex.Chain{First: left, Steps: []tex.Step{{Rel: "=", Right: value}}}))
	return lines, minus(fmt.Sprintf("%v = %v", p.named(c.First), value))
}

// minus writes the sign of a number as such.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

func render(c tex.Chain) string {
	return mathml.Inline(&tex.Display{Lines: []tex.Line{{c}}})
}

// named returns the symbol or derivative with the numbers of its indices.
func (p *plugger) named(n tex.Node) tex.Node {
	return rewrite(n, func(n tex.Node) tex.Node {
		s, ok := n.(*tex.Symbol)
		if !ok || len(s.Sub) == 0 || s.IsFunction() {
			return nil
		}
		copied := *s
		copied.Sub = nil
		for _, letter := range s.Sub {
			copied.Sub = append(copied.Sub, strconv.Itoa(p.at[letter]))
		}
		return &copied
	})
}

// indices returns the indices that stand below n.
func indices(n tex.Node) (sub []string) {
	tex.Walk(n, func(n tex.Node) {
		if s, ok := n.(*tex.Symbol); ok && !s.IsFunction() {
			sub = append(sub, s.Sub...)
		}
	})
	return sub
}

// value returns the number of a symbol or derivative with indices, and the matrix
// of one without.
func (p *plugger) value(n tex.Node) tex.Node {
	q, ok := p.lookup(key(n))
	if !ok {
		panic(fmt.Sprintf("live: %s: no value for %v", p.Label, n)) // a test asks for every label
	}
	if len(indices(n)) > 0 || q.letters() == "" {
		p.light(n)
		return p.number(q.of(p.at))
	}
	p.light(n)
	s, _ := n.(*tex.Symbol)
	return p.matrix(q.Matrix, s != nil && s.Transposed)
}

// updated returns the value of a parameter after the step.
func (p *plugger) updated(n tex.Node) tex.Node {
	to := map[string]*matrix.Matrix{"w1": p.after.W1, "w2": p.after.W2, "b1": p.after.B1, "b2": p.after.B2}[key(n)]
	q, _ := p.lookup(key(n))
	q.Matrix = to
	return p.number(q.of(p.at))
}

func (p *plugger) number(v float64) *tex.Number {
	return &tex.Number{Text: p.text(v), Value: v}
}

func (p *plugger) matrix(x *matrix.Matrix, transposed bool) tex.Node {
	m := &tex.Matrix{}
	rows, cols := x.Rows, x.Cols
	if transposed {
		rows, cols = cols, rows
	}
	for r := range rows {
		var row []tex.Node
		for c := range cols {
			if transposed {
				row = append(row, p.number(x.At(c, r)))
			} else {
				row = append(row, p.number(x.At(r, c)))
			}
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// plug returns n with numbers for its symbols, and its sums written out.
func (p *plugger) plug(n tex.Node) tex.Node {
	return rewrite(n, func(n tex.Node) tex.Node {
		if _, call := n.(*tex.Call); !call && key(n) != "" {
			return p.value(n)
		}
		switch n := n.(type) {
		case *tex.Group:
			x := p.plug(n.X)
			return &tex.Group{X: x, Big: n.Big || tall(x)}
		case *tex.Sum:
			return p.sum(n)
		case *tex.Product:
			to := &tex.Product{Factors: all(n.Factors, p.plug), Ops: append([]string(nil), n.Ops...)}
			for i, f := range to.Factors {
				if _, sum := f.(*tex.Add); sum || i > 0 && negative(f) {
					to.Factors[i] = &tex.Group{X: f, Big: tall(f)}
				}
				if i > 0 && to.Ops[i-1] == "" && (numeric(to.Factors[i-1]) || numeric(f)) {
					to.Ops[i-1] = "·" // 0.4 1 would be read as one number, or as two
				}
			}
			return to
		case *tex.Add:
			to := &tex.Add{Terms: all(n.Terms, p.plug), Signs: n.Signs}
			for i, t := range to.Terms {
				if _, sum := t.(*tex.Add); (i > 0 || n.Signs[0] == '-') && (negative(t) || sum && n.Signs[i] == '-') {
					to.Terms[i] = &tex.Group{X: t, Big: tall(t)}
				}
			}
			return to
		case *tex.Power:
			base := p.plug(n.Base)
			if negative(base) {
				base = &tex.Group{X: base}
			}
			return &tex.Power{Base: base, Exp: n.Exp}
		}
		return nil
	})
}

// sum writes a sum out: one term for each value of the index.
func (p *plugger) sum(n *tex.Sum) tex.Node {
	was, had := p.at[n.Index]
	defer func() {
		if p.at[n.Index] = was; !had {
			delete(p.at, n.Index)
		}
	}()
	to := &tex.Add{}
	for v := range p.count(n.Index) {
		p.at[n.Index] = v
		t := p.plug(n.Body)
		if v > 0 && negative(t) {
			t = &tex.Group{X: t}
		}
		to.Terms, to.Signs = append(to.Terms, t), append(to.Signs, '+')
	}
	if len(to.Terms) == 1 {
		return to.Terms[0]
	}
	return to
}

// negative reports whether n begins with a minus when it is written.
func negative(n tex.Node) bool {
	switch n := n.(type) {
	case *tex.Number:
		return strings.HasPrefix(n.Text, "-")
	case *tex.Product:
		return negative(n.Factors[0])
	case *tex.Add:
		return n.Signs[0] == '-' || negative(n.Terms[0])
	}
	return false
}

// numeric reports whether n is written as digits and nothing around them.
func numeric(n tex.Node) bool {
	_, ok := n.(*tex.Number)
	return ok
}

// tall reports whether there is a matrix or a fraction in n.
func tall(n tex.Node) (yes bool) {
	tex.Walk(n, func(n tex.Node) {
		switch n.(type) {
		case *tex.Matrix, *tex.Frac:
			yes = true
		}
	})
	return yes
}

// where notes what the symbols of the chain stand for.
func (p *plugger) where(c tex.Chain) {
	note := func(n tex.Node) {
		if key(n) == "" {
			return
		}
		for _, had := range p.found {
			if had.Q == n.String() {
				return
			}
		}
		inside := &plugger{world: p.world, at: p.at, lit: make(map[string]bool)}
		value := inside.value(n)
		w := Where{Q: n.String(), Name: mathml.Node(p.named(n)), Value: mathml.Node(value), Text: minus(value.String())}
		w.Lit = slices.Sorted(maps.Keys(inside.lit))
		p.found = append(p.found, w)
	}
	within := 0 // symbols that are part of a derivative
	walk(c, func(n tex.Node) {
		if within > 0 {
			if _, ok := n.(*tex.Symbol); ok {
				within--
			}
			return
		}
		if f, ok := n.(*tex.Frac); ok {
			if _, _, derivative := f.Derivative(); derivative {
				within = 2
			}
		}
		note(n)
	})
}

// drawn are the quantities that the drawing has a part for, for each element.
var drawn = map[string]bool{"a0": true, "w1": true, "b1": true, "z1": true, "a1": true, "w2": true, "b2": true, "z2": true, "a2": true, "y": true, "L": true}

// light notes the parts of the drawing that n is: "w1-0-2", "a2-0".
func (p *plugger) light(n tex.Node) {
	tex.Walk(n, func(n tex.Node) {
		s, ok := n.(*tex.Symbol)
		if !ok {
			return
		}
		for _, name := range map[string][]string{"η": {"a2", "z2"}, "δ": {"a1", "z1"}, "J": {"L"}}[s.Name] {
			copied := *s
			copied.Name, copied.Layer = name, ""
			p.light(&copied)
		}
		name := s.Name + s.Layer
		if !drawn[name] {
			return
		}
		q, _ := p.lookup(name)
		for r := range q.Rows {
			for c := range q.Cols {
				if len(s.Sub) > 0 && (q.row != "" && r != p.at[q.row] || q.col != "" && c != p.at[q.col]) {
					continue
				}
				p.lit[part(name, q, r, c)] = true
			}
		}
	})
}

// part returns the name of an element in the drawing.
func part(name string, q quantity, r, c int) string {
	if q.row != "" {
		name += fmt.Sprintf("-%d", r)
	}
	if q.col != "" {
		name += fmt.Sprintf("-%d", c)
	}
	return name
}
