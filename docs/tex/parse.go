package tex

import (
	"fmt"
	"strconv"
)

// Limits of what Parse takes: far beyond any formula that a person could read,
// and small enough that no input makes it slow or exhausts the stack.
const (
	MaxSize  = 1 << 16 // bytes of one formula
	MaxDepth = 64      // of brackets, fractions and braces in each other
)

// An Error is what is wrong with a formula, and where.
type Error struct {
	Pos
	Msg string
}

func (e *Error) Error() string { return fmt.Sprintf("%v: %s", e.Pos, e.Msg) }

// Parse reads one formula, the text between the $ or in the fence, which begins
// at the given place of its page. Every error is an *Error.
func Parse(text string, at Pos) (d *Display, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			d, err = nil, r
		default:
			panic(r)
		}
	}()
	if len(text) > MaxSize {
		fail(at, "a formula of %d bytes, want at most %d", len(text), MaxSize)
	}
	p := &parser{tokens: scan(text, at)}
	return p.display(), nil
}

func fail(at Pos, format string, args ...any) {
	panic(&Error{at, fmt.Sprintf(format, args...)})
}

// A parser descends along the grammar of the package comment, a method a rule.
type parser struct {
	tokens []token // what is left, the last of kind end
	depth  int
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// have takes the next token if it is text.
func (p *parser) have(text string) bool {
	if t := p.peek(); t.kind == end || t.text != text {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(text, after string) {
	if t := p.peek(); !p.have(text) {
		fail(t.pos, "found %v, want %s %s", t, text, after)
	}
}

// word reads {word}, as in \begin{aligned}, and returns its letters and digits.
func (p *parser) word(after string) string {
	p.want("{", "after "+after)
	var word string
	for t := p.peek(); t.kind == letter || t.kind == number; t = p.peek() {
		word += p.next().text
	}
	p.want("}", "after "+after+"{"+word)
	return word
}

func (p *parser) display() *Display {
	d := &Display{Pos: p.peek().pos}
	if begin := p.peek(); p.startsEnvironment("aligned") {
		p.next()
		p.word(begin.text)
		d.Aligned = true
	}
	for {
		d.Lines = append(d.Lines, p.line(d))
		if t := p.peek(); t.kind != newline {
			break
		} else if !d.Aligned {
			fail(t.pos, `\\ outside of aligned`)
		}
		p.next()
	}
	if d.Aligned {
		t := p.peek()
		p.want(`\end`, `or \\ after a line of aligned`)
		if name := p.word(`\end`); name != "aligned" {
			fail(t.pos, `found \end{%s}, want \end{aligned}`, name)
		}
	}
	if p.have(`\tag`) {
		d.Tag = p.word(`\tag`)
	}
	if t := p.peek(); t.kind != end {
		fail(t.pos, "found %v, want the end of the formula", t)
	}
	return d
}

// startsEnvironment reports whether \begin{name} comes next.
func (p *parser) startsEnvironment(name string) bool {
	rest := p.tokens
	if rest[0].text != `\begin` || len(rest) < len(name)+3 {
		return false
	}
	for i, c := range name {
		if rest[2+i].text != string(c) {
			return false
		}
	}
	return rest[1].text == "{" && rest[2+len(name)].text == "}"
}

func (p *parser) line(d *Display) Line {
	var line Line
	gap := ""
	for {
		c := p.chain()
		c.Gap = gap
		if c.First == nil && (len(line) > 0 || len(d.Lines) == 0 || len(c.Steps) == 0) {
			if len(c.Steps) == 0 {
				p.base() // says what it finds instead
			}
			fail(c.Pos, "found %s, want a formula", c.Steps[0].Rel)
		}
		line = append(line, c)
		if t := p.peek(); t.text != `\quad` && t.text != `\qquad` {
			return line
		}
		gap = p.next().text
	}
}

func (p *parser) chain() Chain {
	c := Chain{Pos: p.peek().pos}
	if _, relation := p.relation(); !relation && p.peek().text != "&" && p.peek().text != "-" && !p.startsFactor() {
		return c
	} else if !relation && p.peek().text != "&" {
		c.First = p.sum()
	}
	for {
		aligned := p.have("&")
		rel, ok := p.relation()
		if !ok {
			if t := p.peek(); aligned {
				fail(t.pos, "found %v, want a relation after &", t)
			}
			return c
		}
		at := p.next().pos
		c.Steps = append(c.Steps, Step{at, rel, aligned, p.sum()})
	}
}

// relation returns the relation that comes next, without taking it.
func (p *parser) relation() (string, bool) {
	switch t := p.peek(); t.text {
	case "=", "<", ">":
		return t.text, true
	case `\leftarrow`:
		return "←", true
	}
	return "", false
}

// deeper counts how deep the parser is; the caller defers what it returns.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > MaxDepth {
		fail(p.peek().pos, "more than %d brackets in each other", MaxDepth)
	}
	return func() { p.depth-- }
}

func (p *parser) sum() Node {
	defer p.deeper()()
	s := &Add{Pos: p.peek().pos}
	sign := byte('+')
	if p.have("-") {
		sign = '-'
	}
	for {
		s.Signs = append(s.Signs, sign)
		s.Terms = append(s.Terms, p.product())
		switch {
		case p.have("+"):
			sign = '+'
		case p.have("-"):
			sign = '-'
		case len(s.Terms) == 1 && s.Signs[0] == '+':
			return s.Terms[0]
		default:
			return s
		}
	}
}

func (p *parser) product() Node {
	m := &Product{Pos: p.peek().pos, Factors: []Node{p.factor()}}
	for {
		op := ""
		switch t := p.peek(); {
		case p.have("/"):
			last := &m.Factors[len(m.Factors)-1]
			*last = &Frac{t.pos, *last, p.factor(), true}
			continue
		case p.have(`\cdot`):
			op = "·"
		case p.have(`\odot`):
			op = "⊙"
		case !p.startsFactor():
			if len(m.Factors) == 1 {
				return m.Factors[0]
			}
			return m
		}
		m.Ops = append(m.Ops, op)
		m.Factors = append(m.Factors, p.factor())
	}
}

func (p *parser) startsFactor() bool {
	switch t := p.peek(); t.kind {
	case letter, number:
		return true
	case char:
		return t.text == "("
	case command:
		switch t.text {
		case `\partial`, `\frac`, `\sum`, `\left`, `\begin`:
			return true
		}
		return greek[t.text] != ""
	}
	return false
}

func (p *parser) factor() Node {
	n := p.base()
	caret := p.peek()
	if !p.have("^") {
		return n
	}
	if _, ok := n.(*Sum); ok {
		fail(caret.pos, "the base of this power needs brackets")
	}
	defer p.deeper()()
	return &Power{caret.pos, n, p.exponent()}
}

// exponent reads a number, a letter, or {sum}.
func (p *parser) exponent() Node {
	t := p.next()
	switch {
	case t.kind == number:
		return p.number(t)
	case t.kind == letter:
		return &Symbol{Pos: t.pos, Name: t.text}
	case t.text == "{":
		x := p.sum()
		p.want("}", "after an exponent")
		return x
	}
	fail(t.pos, "found %v, want an exponent", t)
	return nil
}

func (p *parser) number(t token) *Number {
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		fail(t.pos, "the number %s is too large", t.text)
	}
	return &Number{t.pos, t.text, v}
}

func (p *parser) base() Node {
	t := p.peek()
	switch {
	case t.kind == letter || greek[t.text] != "":
		return p.call()
	case t.kind == number:
		return p.number(p.next())
	case t.text == "(" || t.text == `\left`:
		return p.group()
	case p.have(`\partial`):
		return &Partial{t.pos, p.symbol()}
	case p.have(`\frac`):
		f := &Frac{Pos: t.pos}
		for _, x := range []*Node{&f.Num, &f.Den} {
			p.want("{", `after \frac`)
			*x = p.sum()
			p.want("}", `after \frac{…`)
		}
		return f
	case p.have(`\sum`):
		defer p.deeper()()
		p.want("_", `after \sum`)
		index := p.next()
		if index.kind != letter {
			fail(index.pos, `found %v, want an index letter after \sum_`, index)
		}
		return &Sum{t.pos, index.text, p.product()}
	case p.startsEnvironment("bmatrix"):
		return p.matrix()
	case t.kind == command:
		fail(t.pos, "%s is not in the subset, or not here", t.text)
	}
	fail(t.pos, "found %v, want a formula", t)
	return nil
}

func (p *parser) group() *Group {
	g := &Group{Pos: p.peek().pos, Big: p.have(`\left`)}
	p.want("(", "here")
	g.X = p.sum()
	if g.Big {
		p.want(`\right`, `to end \left(`)
	}
	p.want(")", fmt.Sprintf("to end the bracket of %v", g.Pos))
	return g
}

func (p *parser) matrix() *Matrix {
	m := &Matrix{Pos: p.next().pos}
	p.word(`\begin`)
	for {
		row := []Node{p.sum()}
		for p.have("&") {
			row = append(row, p.sum())
		}
		if m.Rows = append(m.Rows, row); len(row) != len(m.Rows[0]) {
			fail(row[0].Where(), "a row of %d in a matrix with rows of %d", len(row), len(m.Rows[0]))
		}
		if !p.have(`\\`) {
			break
		}
	}
	t := p.peek()
	p.want(`\end`, `or \\ or & in bmatrix`)
	if name := p.word(`\end`); name != "bmatrix" {
		fail(t.pos, `found \end{%s}, want \end{bmatrix}`, name)
	}
	return m
}
