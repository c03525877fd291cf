package tex

import (
	"fmt"
	"strconv"
	"strings"
)

// An Error says what is wrong in a page, and where.
type Error struct {
	Pos
	Msg string
}

func (e *Error) Error() string { return fmt.Sprintf("%v: %s", e.Pos, e.Msg) }

// Errorf returns an *Error at p. This package and package page panic with it,
// and Recover turns it into the error that a function returns.
func (p Pos) Errorf(format string, args ...any) *Error {
	return &Error{p, fmt.Sprintf(format, args...)}
}

// Recover is deferred by a function whose error result is err: a panic with an
// *Error sets it; every other panic goes on.
func Recover(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}

// Parse parses one formula: the text between two $, or the body of a math fence.
// Its first character is at the given position of the page. Every error is an
// *Error.
func Parse(text string, at Pos) (d *Display, err error) {
	defer Recover(&err)
	p := &parser{tokens: scan(text, at)}
	return p.display(), nil
}

// A parser is a recursive-descent parser with one method for each rule of the
// grammar in the package comment.
type parser struct {
	tokens []token // the rest of the input; the last one is of kind end
	row    int     // the line of the display, from 1
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// have consumes the next token if it is text, and reports whether it did.
func (p *parser) have(text string) bool {
	if p.peek().text != text {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(text, context string) {
	if t := p.peek(); !p.have(text) {
		panic(t.unexpected(text + " " + context))
	}
}

// hints say what to write in place of what the subset does not have.
var hints = map[string]string{
	`\times`: `; write \cdot, or \odot for an elementwise product`,
	`\circ`:  `; write \odot`,
	`\top`:   `; write ^T`,
	"^T":     "; only a symbol can be transposed",
	"^{T}":   "; only a symbol can be transposed",
}

func (t token) unexpected(want string) *Error {
	return t.pos.Errorf("found %v, want %s%s", t, want, hints[t.text])
}

func (p *parser) display() *Display {
	d := &Display{Pos: p.peek().pos, Aligned: p.have(`\begin{aligned}`)}
	d.Lines = []Line{p.line()}
	for d.Aligned && p.have(`\\`) && p.peek().text != `\end{aligned}` {
		d.Lines = append(d.Lines, p.line())
	}
	if d.Aligned {
		p.want(`\end{aligned}`, `or \\ after a line of aligned`)
	}
	if label, ok := strings.CutPrefix(p.peek().text, `\tag{`); ok {
		d.Tag = strings.TrimSuffix(label, "}")
		p.next()
	}
	if t := p.peek(); t.kind != end {
		panic(t.unexpected("the end of the formula"))
	}
	return d
}

func (p *parser) line() Line {
	p.row++
	line := Line{p.chain("")}
	for p.peek().text == `\quad` || p.peek().text == `\qquad` || p.peek().text == `\iff` {
		line = append(line, p.chain(p.next().text))
	}
	return line
}

var relations = map[string]string{"=": "=", `\approx`: "≈", "<": "<", ">": ">", `\le`: "≤", `\ge`: "≥", `\leftarrow`: "←"}

// chain parses a chain. The first of a line may continue the line before, if there is
// one.
func (p *parser) chain(gap string) Chain {
	c := Chain{Pos: p.peek().pos, Gap: gap}
	if next := p.peek().text; p.row == 1 || gap != "" || next != "&" && relations[next] == "" {
		c.First = p.sum()
	}
	for {
		aligned := p.have("&")
		t := p.peek()
		rel, ok := relations[t.text]
		if !ok && aligned {
			panic(t.pos.Errorf("found %v, want a relation after &", t))
		} else if !ok {
			return c
		}
		p.next()
		c.Steps = append(c.Steps, Step{t.pos, p.row, rel, aligned, p.sum()})
	}
}

func (p *parser) sum() Node {
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
		case !startsFactor(t):
			if len(m.Factors) == 1 {
				return m.Factors[0]
			}
			return m
		}
		m.Ops = append(m.Ops, op)
		m.Factors = append(m.Factors, p.factor())
	}
}

// startsFactor reports whether a factor can start with t.
func startsFactor(t token) bool {
	switch t.text {
	case "(", `\partial`, `\frac`, `\sum`, `\left`, `\begin{bmatrix}`:
		return true
	}
	return t.kind == letter || t.kind == number || greek[t.text] != "" || strings.HasPrefix(t.text, `\mathrm{`)
}

func (p *parser) factor() Node {
	n := p.base()
	caret := p.peek()
	if g, ok := n.(*Group); ok && !g.Abs && p.have("_") {
		return &Element{g.Pos, g, p.subscript()}
	}
	if !p.have("^") {
		return n
	}
	if _, ok := n.(*Sum); ok {
		panic(caret.pos.Errorf("the base of this power needs brackets"))
	}
	e := p.exponent()
	if p.peek().text == "_" {
		panic(caret.pos.Errorf("%v is a power of %v; a layer is written in brackets, as in a^{(%v)}", &Power{caret.pos, n, e}, n, e))
	}
	return &Power{caret.pos, n, e}
}

// exponent parses a number, a letter, or {sum}.
func (p *parser) exponent() Node {
	t := p.next()
	switch {
	case t.kind == number:
		return t.number()
	case t.kind == letter:
		return &Symbol{Pos: t.pos, Name: t.text}
	case t.text == "{":
		x := p.sum()
		p.want("}", "after an exponent")
		return x
	}
	panic(t.unexpected("an exponent"))
}

func (t token) number() *Number {
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		panic(t.pos.Errorf("the number %s is too large", t.text))
	}
	return &Number{t.pos, t.text, v}
}

func (p *parser) base() Node {
	t := p.peek()
	switch {
	case t.kind == letter || greek[t.text] != "":
		return p.call()
	case t.kind == number:
		return p.next().number()
	case t.text == "(" || t.text == `\left`:
		return p.group()
	case p.have("|"):
		g := &Group{Pos: t.pos, X: p.sum(), Abs: true}
		p.want("|", fmt.Sprintf("to close the bar of %v", g.Pos))
		return g
	case strings.HasPrefix(t.text, `\mathrm{`):
		p.next()
		return &Label{Pos: t.pos, Name: strings.TrimSuffix(strings.TrimPrefix(t.text, `\mathrm{`), "}")}
	case p.have(`\square`):
		return &Blank{t.pos}
	case p.have(`\partial`):
		return &Partial{t.pos, p.symbol()}
	case p.have(`\frac`):
		return &Frac{Pos: t.pos, Num: p.braced(), Den: p.braced()}
	case p.have(`\sum`):
		p.want("_", `after \sum`)
		index := p.next()
		if index.kind != letter {
			panic(index.pos.Errorf(`found %v, want an index letter after \sum_, as in \sum_k`, index))
		}
		return &Sum{t.pos, index.text, p.product()}
	case p.have(`\begin{bmatrix}`):
		return p.matrix(t.pos)
	case t.kind == command:
		panic(t.pos.Errorf("%s is not in the subset, or not allowed here%s", t.text, hints[t.text]))
	}
	panic(t.pos.Errorf("found %v, want a formula", t))
}

// braced parses {sum}, an argument of \frac.
func (p *parser) braced() Node {
	p.want("{", `after \frac`)
	x := p.sum()
	p.want("}", `after \frac{…`)
	return x
}

func (p *parser) group() *Group {
	g := &Group{Pos: p.peek().pos, Big: p.have(`\left`)}
	p.want("(", `after \left`)
	g.X = p.sum()
	if g.Big {
		p.want(`\right`, `to close \left(`)
	}
	p.want(")", fmt.Sprintf("to close the bracket of %v", g.Pos))
	return g
}

// matrix parses what follows \begin{bmatrix}.
func (p *parser) matrix(at Pos) *Matrix {
	m := &Matrix{Pos: at}
	for more := true; more; more = p.have(`\\`) {
		row := []Node{p.sum()}
		for p.have("&") {
			row = append(row, p.sum())
		}
		if m.Rows = append(m.Rows, row); len(row) != len(m.Rows[0]) {
			panic(row[0].Where().Errorf("this row has %d elements, the first row has %d", len(row), len(m.Rows[0])))
		}
	}
	p.want(`\end{bmatrix}`, `or \\ or & in bmatrix`)
	return m
}
