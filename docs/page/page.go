// Package page executes docs/derivation.md. It reads the tagged equations of the
// page, computes every quantity at a random point from the page's own definitions
// (F1 to F4, L1, and the names η, δ and J), and compares both sides of every "=".
// It implements sums, products, transposes and the derivatives of +, ·, / and
// exp, and nothing that the derivation derives: ∂X/∂Y is computed, for any X and
// Y, by evaluating the definition of X with dual numbers (a value together with
// its derivative) in which Y is the independent variable.
//
// Package docs compares the values of the page with those of packages derive and
// network. You do not need this package to understand the derivation.
//
// Read markdown.go for the pieces of a page, page.go for its equations, check.go
// for what is claimed, then eval.go, point.go and dual.go for how a formula is
// evaluated.
package page

import (
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// A Page is docs/derivation.md with its tagged equations, in order.
type Page struct {
	Blocks    []Piece
	Equations []*Equation
	defined   map[string]*definition // by the key of the quantity
}

// An Equation is one display of the page with a tag.
type Equation struct {
	Label  string
	Chains []tex.Chain
	// Batch reports that the equation is about a batch: the index s occurs in
	// it, or in an equation before it. L is then the loss of the batch and L_s
	// that of sample s; of the other quantities only the parameters have a value.
	Batch bool

	Defines bool // the equation gives some quantity its value

	claims  []claim // all its steps but those that define a quantity
	visible int     // how many of the page's definitions the equation may use
}

// A claim is that the relation of a step holds between left and the step's right side.
type claim struct {
	left tex.Node
	tex.Step
}

// A definition is the right-hand side that gives a quantity its value.
type definition struct {
	eq     *Equation
	rhs    tex.Node
	before int // the number of definitions before it: those that it may use
}

// Read reads the page. All of the page must parse, not only its equations. An
// error is a *tex.Error; its message starts with the label if there is one.
func Read(markdown string) (_ *Page, err error) {
	defer tex.Recover(&err)
	blocks, err := Split(markdown)
	if err != nil {
		return nil, err
	}
	p := &Page{Blocks: blocks, defined: make(map[string]*definition)}
	batch := false
	for _, b := range blocks {
		if b.Math == nil || b.Math.Tag == "" {
			continue
		}
		eq := &Equation{Label: b.Math.Tag, Chains: b.Math.Chains()}
		if p.Equation(eq.Label) != nil {
			panic(b.Math.Errorf("%s: a second equation with this tag", eq.Label))
		}
		for _, c := range eq.Chains {
			batch = batch || strings.Contains(c.String(), "_s")
		}
		eq.Batch = batch
		for _, c := range eq.Chains {
			defines := p.define(eq, c)
			eq.Defines = eq.Defines || defines || c.Steps[0].Rel == "←"
			left := c.First
			for i, step := range c.Steps {
				if i > 0 || !defines {
					eq.claims = append(eq.claims, claim{left, step})
				}
				left = step.Right
			}
		}
		eq.visible = len(p.defined)
		p.Equations = append(p.Equations, eq)
	}
	return p, nil
}

// define records what the chain defines, and reports whether it does: a quantity
// that is not given and has no definition yet, if it stands alone on the left,
// with all its indices.
func (p *Page) define(eq *Equation, c tex.Chain) bool {
	if len(c.Steps) == 0 {
		panic(c.Errorf("%s: this claims nothing: there is no =", eq.Label))
	}
	for _, step := range c.Steps {
		if step.Rel != "=" && step.Rel != "←" {
			panic(step.Errorf("%s: found %s in a tagged equation, want = or ←", eq.Label, step.Rel))
		}
	}
	left, ok := c.First.(*tex.Symbol)
	if !ok || c.Steps[0].Rel != "=" {
		return false
	}
	key, q, ok := eq.quantity(left, "")
	want := q.letters()
	if !ok || q.given != nil || q.sample == eq.Batch || p.defined[key] != nil || left.Transposed || len(left.Sub) != len(want) {
		return false
	}
	if !slices.Equal(left.Sub, want) {
		panic(left.Errorf("%s: %v: want the index %s", eq.Label, left, strings.Join(want, "")))
	}
	p.defined[key] = &definition{eq, c.Steps[0].Right, len(p.defined)}
	return true
}

// Equation returns the equation with the label, or nil.
func (p *Page) Equation(label string) *Equation {
	for _, eq := range p.Equations {
		if eq.Label == label {
			return eq
		}
	}
	return nil
}

// Claims returns the number of "=" that claim something: all that do not define.
func (eq *Equation) Claims() int {
	n := 0
	for _, c := range eq.claims {
		if c.Rel == "=" {
			n++
		}
	}
	return n
}
