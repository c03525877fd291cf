// Package page executes docs/derivation.md: it reads the tagged equations of
// the page, gives every quantity its value at a random point by the page's own
// definitions (F1 to F4, L1, and the names η, δ and J), and evaluates both sides
// of every "=". It knows what a sum, a product and a transpose are, and the
// derivatives of +, ·, / and exp; of the derivation it knows nothing. ∂X/∂Y,
// whatever X and Y are, is computed with dual numbers, along the definitions,
// with Y made independent.
//
// Package docs holds the values of the page against packages derive and
// network. No one needs this package to understand the derivation.
//
// Read page.go for what is read, check.go for what is claimed, eval.go and
// dual.go for how it is evaluated.
package page

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// A Page is the tagged equations of docs/derivation.md, in their order.
type Page struct {
	Equations []*Equation
	defined   map[string]definition // by key; those of a batch have the key "batch L"
}

// An Equation is one display of the page with a tag.
type Equation struct {
	Label  string
	Text   *tex.Display
	Chains []tex.Chain
	// Batch reports that the equation is about a batch: it has the index s, or
	// stands behind one that has. L is then the loss of the batch, L_s that of
	// sample s, and of the other quantities only the parameters have a value.
	Batch bool

	order   int    // on the page, from 0
	defines []bool // for each chain: its first step is a definition
}

// A definition is the right-hand side that gives a quantity its value.
type definition struct {
	by  *Equation
	rhs tex.Node
}

// A Formula is a piece of TeX on a page: between $ and $, or in a math fence.
type Formula struct {
	Text   string
	Pos    tex.Pos // where Text begins
	Inline bool
}

// Formulas returns all formulas of a Markdown text. Code, between ` and ` or
// in a fence of its own, holds none. A $ without its end, or a fence without,
// is an error.
func Formulas(markdown string) ([]Formula, error) {
	var found []Formula
	fence := "" // the line that opened the fence
	var math Formula
	for n, line := range strings.SplitAfter(markdown, "\n") {
		at := tex.Pos{Line: n + 1, Col: 1}
		text := strings.TrimRight(line, "\r\n")
		switch {
		case fence == "" && strings.HasPrefix(text, "```"):
			fence, math = text, Formula{Pos: tex.Pos{Line: n + 2, Col: 1}}
		case fence == "":
			inline, err := inlineFormulas(text, at)
			if err != nil {
				return nil, err
			}
			found = append(found, inline...)
		case text == "```":
			if fence == "```math" {
				found = append(found, math)
			}
			fence = ""
		default:
			math.Text += line
		}
	}
	if fence != "" {
		return nil, &tex.Error{Pos: math.Pos, Msg: "the fence that opens above this line has no end"}
	}
	return found, nil
}

// inlineFormulas returns what stands between $ and $ on one line.
func inlineFormulas(line string, at tex.Pos) ([]Formula, error) {
	var found []Formula
	for {
		n := strings.IndexAny(line, "`$")
		if n < 0 {
			return found, nil
		}
		mark := line[n : n+1]
		at.Col += len([]rune(line[:n+1]))
		text, rest, ok := strings.Cut(line[n+1:], mark)
		if !ok && mark == "$" {
			return nil, &tex.Error{Pos: tex.Pos{Line: at.Line, Col: at.Col - 1}, Msg: "this $ has no second one on its line"}
		}
		if mark == "$" {
			found = append(found, Formula{text, at, true})
		}
		at.Col += len([]rune(text)) + 1
		line = rest
	}
}

var tagged = regexp.MustCompile(`\\tag\{(\w+)\}`)

// Read reads the page. What is wrong with its TeX is a *tex.Error with line
// and column, and the label if there is one; all displays must parse, not only
// the tagged ones.
func Read(markdown string) (*Page, error) {
	formulas, err := Formulas(markdown)
	if err != nil {
		return nil, err
	}
	p := &Page{defined: make(map[string]definition)}
	for _, f := range formulas {
		if f.Inline {
			continue
		}
		err := p.add(f)
		if e := (*tex.Error)(nil); errors.As(err, &e) {
			if label := tagged.FindStringSubmatch(f.Text); label != nil {
				e.Msg = label[1] + ": " + e.Msg
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// add reads one display; one without a tag is only parsed.
func (p *Page) add(f Formula) error {
	d, err := tex.Parse(f.Text, f.Pos)
	if err != nil || d.Tag == "" {
		return err
	}
	if p.Equation(d.Tag) != nil {
		return &tex.Error{Pos: d.Pos, Msg: "a second equation with this tag"}
	}
	eq := &Equation{Label: d.Tag, Text: d, Chains: d.Chains(), order: len(p.Equations)}
	eq.Batch = eq.order > 0 && p.Equations[eq.order-1].Batch || slices.ContainsFunc(eq.Chains, hasSamples)
	p.Equations = append(p.Equations, eq)
	return p.define(eq)
}

// hasSamples reports whether the index s stands somewhere in the chain.
func hasSamples(c tex.Chain) (found bool) {
	look := func(n tex.Node) {
		if s, ok := n.(*tex.Symbol); ok {
			found = found || slices.Contains(s.Sub, "s")
		}
	}
	tex.Walk(c.First, look)
	for _, s := range c.Steps {
		tex.Walk(s.Right, look)
	}
	return found
}

// define notes what eq defines: a quantity that is not given and has no
// definition yet, if it stands alone on the left, with all of its indices.
func (p *Page) define(eq *Equation) error {
	eq.defines = make([]bool, len(eq.Chains))
	for i, c := range eq.Chains {
		if len(c.Steps) == 0 {
			return &tex.Error{Pos: c.Pos, Msg: "nothing is claimed here: there is no ="}
		}
		for _, step := range c.Steps {
			if step.Rel != "=" && step.Rel != "←" {
				return &tex.Error{Pos: step.Pos, Msg: step.Rel + " in a tagged equation, want = or ←"}
			}
		}
		left, ok := c.First.(*tex.Symbol)
		if !ok || c.Steps[0].Rel != "=" {
			continue
		}
		q, known := quantities[left.Name+left.Layer]
		key := left.Name + left.Layer
		if eq.Batch {
			key = "batch " + key
		}
		if _, again := p.defined[key]; !known || q.given || again || len(left.Sub) != len(q.letters()) {
			continue
		}
		for n, letter := range q.letters() {
			if left.Sub[n] != letter {
				return &tex.Error{Pos: left.Pos, Msg: fmt.Sprintf("%v: the index of this quantity is %s", left, letter)}
			}
		}
		p.defined[key] = definition{eq, c.Steps[0].Right}
		eq.defines[i] = true
	}
	return nil
}

// Equation returns the equation with that label, or nil.
func (p *Page) Equation(label string) *Equation {
	for _, eq := range p.Equations {
		if eq.Label == label {
			return eq
		}
	}
	return nil
}

// Defines reports whether the equation gives some quantity its value.
func (eq *Equation) Defines() bool {
	return slices.Contains(eq.defines, true) || slices.ContainsFunc(eq.Chains, func(c tex.Chain) bool { return c.Steps[0].Rel == "←" })
}

// Claims returns how many of its "=" claim something: all but those that
// define.
func (eq *Equation) Claims() int {
	n := 0
	for i, c := range eq.Chains {
		for j, step := range c.Steps {
			if step.Rel == "=" && !(j == 0 && eq.defines[i]) {
				n++
			}
		}
	}
	return n
}
