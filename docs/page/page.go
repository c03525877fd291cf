// Package page executes docs/derivation.md. It reads every formula of the page,
// computes every quantity at a random point from the page's own definitions
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
// evaluated. answer.go judges a page with blanks that somebody has filled in.
package page

import (
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// A Page is docs/derivation.md, or another page that uses its definitions. Each
// formula is an equation with a tag, a claim without one, a name (a symbol, a
// derivative or the value of a function), or notation.
type Page struct {
	Blocks    []Piece
	Equations []*Equation            // the displays with a tag, in order
	Claims    []*Equation            // the claims of the other formulas, one each, in order
	Names     []tex.Node             // the formulas that only name something
	Notation  []string               // the TeX of the formulas that are marked as notation
	defined   map[string]*definition // by the key of the quantity
}

// An Equation is a formula of the page that states something.
type Equation struct {
	tex.Pos
	Label  string // "" without a tag
	Chains []tex.Chain
	// Batch reports that the equation is about a batch: the index s occurs in
	// it, or in an equation before it. L is then the loss of the batch and L_s
	// that of sample s; a quantity of one sample becomes a matrix with one column
	// per sample.
	Batch bool
	// Homework reports that the equation is about the numbers of the homework: it
	// is evaluated at the point Homework, where a 1×1 matrix is a number.
	Homework bool

	Defines bool // the equation gives some quantity its value

	claims  []claim // all its steps but those that define a quantity
	visible int     // how many of the page's definitions the equation may use
}

// A claim is that the relation of a step holds between left and the step's right side.
type claim struct {
	left tex.Node
	tex.Step
	iff *claim // if not nil: that it holds wherever this claim does, and nowhere else
}

// A definition is the right-hand side that gives a quantity its value.
type definition struct {
	eq     *Equation
	rhs    tex.Node
	before int // the number of definitions before it: those that it may use
}

// AtHomework is the comment after which the formulas, up to the next heading, are
// about the homework's numbers.
const AtHomework = "at the homework's numbers"

// Read reads the page. All of the page must parse, not only its formulas. An
// error is a *tex.Error; its message starts with the label if there is one.
func Read(markdown string) (*Page, error) {
	blocks, err := Split(markdown)
	if err != nil {
		return nil, err
	}
	return Of(blocks)
}

// Of returns the page that consists of the blocks.
func Of(blocks []Piece) (*Page, error) {
	return (&Page{Blocks: blocks, defined: make(map[string]*definition)}).read()
}

// Read reads another page, whose formulas use the definitions and labels of p. It
// must not have equations with a tag.
func (p *Page) Read(markdown string) (*Page, error) {
	blocks, err := Split(markdown)
	if err != nil {
		return nil, err
	}
	return (&Page{Blocks: blocks, Equations: slices.Clip(p.Equations), defined: p.defined}).read()
}

func (p *Page) read() (_ *Page, err error) {
	defer tex.Recover(&err)
	r := reader{Page: p, tagged: len(p.Equations) == 0}
	r.pieces(p.Blocks)
	return p, nil
}

// A reader reads the formulas of a page, in order.
type reader struct {
	*Page
	tagged          bool // equations may have a tag
	batch, homework bool // as in Equation
}

func (r *reader) pieces(list []Piece) {
	for n, p := range list {
		switch {
		case p.Kind == Heading:
			r.homework = false
		case p.Kind == Comment && p.Text == AtHomework:
			if n == 0 || list[n-1].Kind != Heading {
				panic(p.Errorf("%s: want this comment directly below a heading", p.Text))
			}
			r.homework = true
		case p.Math != nil && p.Notation:
			r.Notation = append(r.Notation, p.Math.Chains()[0].String())
		case p.Math != nil:
			r.formula(p.Math)
		}
		r.pieces(p.Parts)
	}
}

func (r *reader) formula(d *tex.Display) {
	eq := &Equation{Pos: d.Pos, Label: d.Tag, Chains: d.Chains(), Homework: r.homework}
	if eq.Label != "" && (!r.tagged || r.Equation(eq.Label) != nil) {
		panic(d.Errorf("%s: a second equation with this tag", eq.Label))
	}
	for _, c := range eq.Chains {
		c.Walk(func(n tex.Node) {
			switch n := n.(type) {
			case *tex.Symbol:
				r.batch = r.batch || slices.Contains(n.Sub, "s")
			case *tex.Element:
				r.batch = r.batch || slices.Contains(n.Sub, "s")
			case *tex.Label:
				if named := r.Equation(n.Name); named == nil {
					panic(n.Errorf("no equation %s up to here", n.Name))
				} else {
					n.X = named.Chains[0].First
				}
			}
		})
	}
	eq.Batch = r.batch
	for _, c := range eq.Chains {
		if len(c.Steps) == 0 && eq.Label == "" && c.Gap != iff {
			eq.name(c.First)
			r.Names = append(r.Names, c.First)
			continue
		}
		r.chain(eq, c)
	}
	eq.visible = len(r.defined)
	if eq.Label != "" {
		r.Equations = append(r.Equations, eq)
		return
	}
	for _, c := range eq.claims {
		one := *eq
		one.Pos, one.claims = c.Step.Pos, []claim{c}
		one.Chains = []tex.Chain{{Pos: one.Pos, First: c.left, Steps: []tex.Step{c.Step}}}
		if c.iff != nil {
			one.Chains = append(one.Chains, tex.Chain{Pos: c.iff.Pos, Gap: iff, First: c.iff.left, Steps: []tex.Step{c.iff.Step}})
		}
		r.Page.Claims = append(r.Page.Claims, &one)
	}
}

// iff joins two chains of one relation each to one claim.
const iff = `\iff`

// chain adds the claims of a chain to the equation.
func (r *reader) chain(eq *Equation, c tex.Chain) {
	if len(c.Steps) == 0 {
		panic(c.Errorf("%sthis claims nothing: there is no =", eq.prefix()))
	}
	for _, step := range c.Steps {
		if eq.Label != "" && step.Rel != "=" && step.Rel != "←" {
			panic(step.Errorf("%sfound %s in a tagged equation, want = or ←", eq.prefix(), step.Rel))
		}
	}
	if i := slices.IndexFunc(c.Steps, func(s tex.Step) bool { return s.Rel == "←" }); i >= 0 {
		if s, ok := c.First.(*tex.Symbol); !ok || s.Name != "w" && s.Name != "b" || len(c.Steps) > 1 {
			panic(c.Steps[i].Errorf("%sonly one parameter is updated by ←, and nothing else is claimed of it", eq.prefix()))
		}
	}
	if c.Gap == iff {
		last := len(eq.claims) - 1
		if len(c.Steps) != 1 || last < 0 || eq.claims[last].iff != nil {
			panic(c.Errorf("%swant one relation on each side of ⟺", eq.prefix()))
		}
		eq.claims[last].iff = &claim{left: c.First, Step: c.Steps[0]}
		return
	}
	defines := eq.Label != "" && r.define(eq, c)
	eq.Defines = eq.Defines || defines || c.Steps[0].Rel == "←"
	left := c.First
	for i, step := range c.Steps {
		if (i > 0 || !defines) && !isOpen(left) && !isOpen(step.Right) {
			eq.claims = append(eq.claims, claim{left: left, Step: step})
		}
		left = step.Right
	}
}

// prefix returns the label with a colon, or "".
func (eq *Equation) prefix() string {
	if eq.Label == "" {
		return ""
	}
	return eq.Label + ": "
}

// name panics unless n is the name of something: an index, a function, a quantity
// without or with all its indices, a derivative, or the value of a function.
func (eq *Equation) name(n tex.Node) {
	switch n := n.(type) {
	case *tex.Symbol:
		_, q, ok := eq.quantity(n, "1")
		switch {
		case n.IsFunction():
			function(n)
			return
		case strings.Contains(letters, n.String()):
			return
		case !ok:
			panic(n.Errorf("%v is no quantity of the page", n))
		case len(n.Sub) > 0:
			q.wantLetters(n, eq.Batch)
		}
		return
	case *tex.Frac:
		if x, y, ok := n.Derivative(); ok {
			eq.name(x)
			eq.name(y)
			return
		}
	case *tex.Call:
		function(n.Func)
		eq.name(n.Arg.X)
		return
	case *tex.Label:
		return
	}
	panic(n.Where().Errorf("%v is neither a name nor a claim; a formula that is not run needs %s", n, notation))
}

// define records what the chain defines, and reports whether it does: a quantity
// that is not given and has no definition yet, if it stands alone on the left,
// with all its indices.
func (p *Page) define(eq *Equation, c tex.Chain) bool {
	left, ok := c.First.(*tex.Symbol)
	if !ok || c.Steps[0].Rel != "=" {
		return false
	}
	key, q, ok := eq.quantity(left, "")
	want := q.letters(false)
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

// Derived returns the number of "=" that claim something: all that do not define.
func (eq *Equation) Derived() int {
	n := 0
	for _, c := range eq.claims {
		if c.Rel == "=" {
			n++
		}
	}
	return n
}
