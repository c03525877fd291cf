package live

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/read/internal/mathml"
	"chainrule/docs"
	"chainrule/docs/tex"
)

// focus shows the equation asked for with its numbers. It also returns the parts of
// the drawing that occur in the equation.
func (s *state) focus() (Focus, map[string]bool) {
	p := &substituter{state: s, lit: make(map[string]bool)}
	p.both()
	for _, c := range s.chains() {
		p.note(c)
		lines, says := p.chain(c)
		p.focus.Lines = append(p.focus.Lines, lines...)
		if p.focus.Says == "" {
			p.focus.Says = s.label + ": " + says
		}
	}
	return p.focus, p.lit
}

// chains returns the chains of the equation. One in which w or b has no layer is
// returned twice: for layer 1 and for layer 2.
func (s *state) chains() (list []tex.Chain) {
	p, err := docs.Page()
	if err != nil {
		panic("live: docs/derivation.md:" + err.Error()) // a test of package docs finds it first
	}
	for _, c := range p.Equation(s.label).Chains {
		first := inLayer(c, "1")
		list = append(list, first)
		if first.String() != c.String() {
			list = append(list, inLayer(c, "2"))
		}
	}
	return list
}

// inLayer replaces every w and b without a layer by an element of the given layer.
func inLayer(c tex.Chain, layer string) tex.Chain {
	sub := map[string][]string{"w1": {"i", "j"}, "w2": {"j", "k"}, "b1": {"j"}, "b2": {"k"}}
	return rewriteChain(c, func(n tex.Node) tex.Node {
		s, ok := n.(*tex.Symbol)
		if !ok || s.Layer != "" || s.Name != "w" && s.Name != "b" {
			return nil
		}
		return &tex.Symbol{Name: s.Name, Layer: layer, Sub: sub[s.Name+layer]}
	})
}

func rewriteChain(c tex.Chain, f func(tex.Node) tex.Node) tex.Chain {
	to := tex.Chain{First: rewrite(c.First, f)}
	for _, s := range c.Steps {
		to.Steps = append(to.Steps, tex.Step{Rel: s.Rel, Right: rewrite(s.Right, f)})
	}
	return to
}

// rewrite returns a copy of n in which f has replaced nodes, from the outside in.
// Where f returns nil, the node stays and its children are rewritten.
func rewrite(n tex.Node, f func(tex.Node) tex.Node) tex.Node {
	if to := f(n); to != nil {
		return to
	}
	switch n := n.(type) {
	case *tex.Call:
		return &tex.Call{Func: n.Func, Arg: rewrite(n.Arg, f).(*tex.Group)}
	case *tex.Group:
		return &tex.Group{X: rewrite(n.X, f), Big: n.Big}
	case *tex.Partial:
		return &tex.Partial{X: rewrite(n.X, f).(*tex.Symbol)}
	case *tex.Frac:
		return &tex.Frac{Num: rewrite(n.Num, f), Den: rewrite(n.Den, f), Slash: n.Slash}
	case *tex.Sum:
		return &tex.Sum{Index: n.Index, Body: rewrite(n.Body, f)}
	case *tex.Power:
		return &tex.Power{Base: rewrite(n.Base, f), Exp: rewrite(n.Exp, f)}
	case *tex.Product:
		return &tex.Product{Factors: rewriteAll(n.Factors, f), Ops: n.Ops}
	case *tex.Add:
		return &tex.Add{Terms: rewriteAll(n.Terms, f), Signs: n.Signs}
	}
	return n
}

func rewriteAll(list []tex.Node, f func(tex.Node) tex.Node) (to []tex.Node) {
	for _, n := range list {
		to = append(to, rewrite(n, f))
	}
	return to
}

// A substituter replaces the symbols of an equation by their numbers.
type substituter struct {
	*state
	lit   map[string]bool // the parts of the drawing that were used
	focus Focus
}

// chain returns a line of MathML for each step of c, with the left side in front of
// the first, and one for the value; and the value as text.
func (p *substituter) chain(c tex.Chain) (lines []string, says string) {
	left, value := p.indexed(c.First), p.left(c)
	first := left
	add := func(rel string, right tex.Node) {
		lines = append(lines, mathml.Inline(&tex.Display{Lines: []tex.Line{{{First: first, Steps: []tex.Step{{Rel: rel, Right: right}}}}}}))
		first = nil
	}
	for _, s := range c.Steps {
		if right := p.substitute(s.Right); right.String() != value.String() {
			add(s.Rel, right)
		}
	}
	add("=", value)
	index := func(r rune) rune {
		switch {
		case r == '_':
			return -1
		case '0' <= r && r <= '9':
			return r - '0' + '₀'
		}
		return r
	}
	return lines, strings.Map(index, left.String()) + " = " + minus(value.String())
}

// indexed returns n with numbers for its indices.
func (p *substituter) indexed(n tex.Node) tex.Node {
	return rewrite(n, func(n tex.Node) tex.Node {
		s, ok := n.(*tex.Symbol)
		if !ok || s.IsFunction() {
			return nil
		}
		to := *s
		to.Sub = nil
		for _, letter := range s.Sub {
			to.Sub = append(to.Sub, strconv.Itoa(p.at[letter]))
		}
		return &to
	})
}

// value returns the number of a symbol or derivative with indices, and the matrix
// of one without.
func (p *substituter) value(n tex.Node) tex.Node {
	q, ok := p.lookup(n)
	if !ok {
		panic(fmt.Sprintf("live: %s: no value for %v", p.label, n)) // a test asks for every label
	}
	for _, part := range p.parts(n) {
		p.lit[part] = true
	}
	if q.letters() == "" || strings.Contains(n.String(), "_") { // a number, or with indices
		return p.number(q.of(p.at))
	}
	rows, cols, at := q.Rows, q.Cols, q.At
	if s, ok := n.(*tex.Symbol); ok && s.Transposed {
		rows, cols, at = cols, rows, func(r, c int) float64 { return q.At(c, r) }
	}
	m := &tex.Matrix{Rows: make([][]tex.Node, rows)}
	for r := range rows {
		for c := range cols {
			m.Rows[r] = append(m.Rows[r], p.number(at(r, c)))
		}
	}
	return m
}

// left returns the value of the left side of c: after the step if c is an update.
func (p *substituter) left(c tex.Chain) tex.Node {
	if c.Steps[0].Rel != "←" {
		return p.value(c.First)
	}
	is, _ := p.computed(c.First)
	was, _ := p.lookup(c.First)
	after := is.of(p.at)
	n := p.number(after)
	if !p.full {
		n.Text = moved(was.of(p.at), after)
	}
	return n
}

// moved formats what a step makes of a number, with four significant digits or as many as
// show the first two of the change.
func moved(before, after float64) string {
	digits := 4
	if change := math.Abs(after - before); change > 0 && after != 0 && finite(change, after) {
		digits = min(17, max(digits, 2+int(math.Floor(math.Log10(math.Abs(after)))-math.Floor(math.Log10(change)))))
	}
	return number(after, digits)
}

func (p *substituter) number(v float64) *tex.Number {
	if p.full {
		return &tex.Number{Text: full(v), Value: v}
	}
	return &tex.Number{Text: short(v), Value: v}
}

// substitute returns n with numbers for its symbols and its sums written out.
func (p *substituter) substitute(n tex.Node) tex.Node { return rewrite(n, p.replace) }

// replace is what substitute does to one node.
func (p *substituter) replace(n tex.Node) tex.Node {
	if _, call := n.(*tex.Call); !call && key(n) != "" {
		return p.value(n)
	}
	switch n := n.(type) {
	case *tex.Group:
		x := p.substitute(n.X)
		return &tex.Group{X: x, Big: n.Big || tall(x)}
	case *tex.Sum:
		return p.sum(n)
	case *tex.Product:
		to := &tex.Product{Factors: rewriteAll(n.Factors, p.replace), Ops: slices.Clone(n.Ops)}
		for i, f := range to.Factors {
			_, sum := f.(*tex.Add)
			to.Factors[i] = bracket(f, sum || i > 0 && negative(f))
			if i > 0 && to.Ops[i-1] == "" && (isNumber(to.Factors[i-1]) || isNumber(f)) {
				to.Ops[i-1] = "·" // without it, 0.4 1 could be read as one number
			}
		}
		return to
	case *tex.Add:
		to := &tex.Add{Terms: rewriteAll(n.Terms, p.replace), Signs: n.Signs}
		for i, t := range to.Terms {
			_, sum := t.(*tex.Add)
			to.Terms[i] = bracket(t, (i > 0 || n.Signs[0] == '-') && (negative(t) || sum && n.Signs[i] == '-'))
		}
		return to
	case *tex.Power:
		base := p.substitute(n.Base)
		return &tex.Power{Base: bracket(base, negative(base)), Exp: n.Exp}
	}
	return nil
}

// sum writes a sum out: one term for each value of its index.
func (p *substituter) sum(n *tex.Sum) tex.Node {
	defer func(was int) { p.at[n.Index] = was }(p.at[n.Index])
	to := &tex.Add{}
	for v := range p.count(n.Index) {
		p.at[n.Index] = v
		t := p.substitute(n.Body)
		to.Terms, to.Signs = append(to.Terms, bracket(t, v > 0 && negative(t))), append(to.Signs, '+')
	}
	if len(to.Terms) == 1 {
		return to.Terms[0]
	}
	return to
}

// bracket returns n, in round brackets if they are needed.
func bracket(n tex.Node, needed bool) tex.Node {
	if !needed {
		return n
	}
	return &tex.Group{X: n, Big: tall(n)}
}

// negative reports whether n is written with a minus sign first.
func negative(n tex.Node) bool { return strings.HasPrefix(minus(n.String()), "−") }

func isNumber(n tex.Node) bool {
	_, ok := n.(*tex.Number)
	return ok
}

// tall reports whether n contains a matrix or a fraction.
func tall(n tex.Node) (yes bool) {
	tex.Walk(n, func(n tex.Node) {
		switch n.(type) {
		case *tex.Matrix, *tex.Frac:
			yes = true
		}
	})
	return yes
}

// both adds what stands for an element of either layer, such as the w of U1, to the focus.
func (p *substituter) both() {
	page, _ := docs.Page()
	for _, c := range page.Equation(p.label).Chains {
		rewriteChain(c, func(n tex.Node) tex.Node {
			frac, isFrac := n.(*tex.Frac)
			if isFrac {
				_, _, isFrac = frac.Derivative()
			}
			first, second := inLayer(tex.Chain{First: n}, "1").First, inLayer(tex.Chain{First: n}, "2").First
			if symbol, ok := n.(*tex.Symbol); first.String() == n.String() || !isFrac && (!ok || symbol.IsFunction()) {
				return nil
			}
			w := Where{Q: n.String(), Name: mathml.Node(p.indexed(first)), Both: true, Lit: append(p.parts(first), p.parts(second)...)}
			one, two := p.value(first), p.value(second)
			w.Value = mathml.Node(one) + ", " + mathml.Node(p.indexed(second)) + " = " + mathml.Node(two)
			w.Text = minus(one.String() + ", " + two.String())
			p.focus.Where = append(p.focus.Where, w)
			return n
		})
	}
}

// note adds the symbols and derivatives of c, with their values, to the focus.
func (p *substituter) note(c tex.Chain) {
	rewriteChain(c, func(n tex.Node) tex.Node {
		if key(n) != "" && !slices.ContainsFunc(p.focus.Where, func(w Where) bool { return w.Q == n.String() }) {
			value := p.value(n)
			p.focus.Where = append(p.focus.Where, Where{Q: n.String(), Name: mathml.Node(p.indexed(n)),
				Value: mathml.Node(value), Text: minus(value.String()), Lit: p.parts(n)})
		}
		if f, ok := n.(*tex.Frac); ok {
			if _, _, derivative := f.Derivative(); derivative {
				return n // its parts are not symbols of the equation
			}
		}
		return nil
	})
}

// drawn has the indices of the quantities whose elements are parts of the drawing, by the
// name that the parts have.
var drawn = map[string]string{"a0": "i", "w1": "ij", "b1": "j", "z1": "j", "a1": "j",
	"w2": "jk", "b2": "k", "z2": "k", "a2": "k", "y": "k", "L": ""}

// parts returns the parts of the drawing that n refers to: "w1-0-2", "a2-0".
func (s *state) parts(n tex.Node) (list []string) {
	tex.Walk(n, func(n tex.Node) {
		symbol, ok := n.(*tex.Symbol)
		if !ok {
			return
		}
		names := []string{symbol.Name + symbol.Layer}
		if shown, ok := map[string][]string{"η": {"a2", "z2"}, "δ": {"a1", "z1"}, "J": {"L"}}[symbol.Name]; ok {
			names = shown
		}
		for _, name := range names {
			letters, ok := drawn[name]
			if !ok {
				continue
			}
			found := []string{name}
			for _, letter := range strings.Split(letters, "") {
				var longer []string
				for n := range s.count(letter) {
					if len(symbol.Sub) > 0 && n != s.at[letter] {
						continue
					}
					for _, start := range found {
						longer = append(longer, fmt.Sprintf("%s-%d", start, n))
					}
				}
				found = longer
			}
			list = append(list, found...)
		}
	})
	return list
}
