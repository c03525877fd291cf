// Package tex parses the mathematics of the project's pages. They use a small
// subset of TeX; the result is a tree that gives each symbol its role (a factor,
// a sum over an index, a derivative) and keeps what a renderer needs (which
// operator was written, where lines are aligned).
//
// # The subset
//
//	display  = lines [ \tag{LABEL} ]
//	lines    = line | \begin{aligned} line { \\ line } [ \\ ] \end{aligned}
//	line     = chain { \quad chain | \qquad chain | \iff chain }
//	chain    = [ sum ] { [ & ] relation sum }        no first sum: continues the line before
//	relation = "=" | \approx | "<" | ">" | \le | \ge | \leftarrow
//	sum      = [ "-" ] product { "+" product | "-" product }
//	product  = factor { [ \cdot | \odot | "/" ] factor }
//	factor   = NUMBER | \square | call | \partial symbol | \frac{sum}{sum} | \mathrm{LABEL}
//	         | \sum_LETTER product | ( sum ) | \left( sum \right) | "|" sum "|"
//	         | \begin{bmatrix} sum { & sum } { \\ … } \end{bmatrix}
//	           each with an optional power: ^DIGIT, ^LETTER, ^{sum}
//	         | ( sum ) subscript                      an element of a matrix
//	call     = symbol [ ( sum ) ]                     only functions have an argument
//	symbol   = name [ ^{(LAYER)} | ^{(LAYER)T} | ^T ] [ subscript ] [ ' ]
//	subscript = _LETTER | _DIGIT | _{…}
//	name     = LETTER | \alpha | \delta | \eta | \lambda
//	         | \sigma | \tanh | \cosh | \mathrm{ReLU}
//
// A \sum extends to the end of its product. "/" takes one factor on each side.
// Products associate to the left, whatever their operators. A layer and a T are
// written without spaces. A | within a product closes the one before. Anything else is an [Error] with its line and column.
//
// Read tree.go for the tree, then scan.go, parse.go and symbol.go for how a
// formula becomes one.
package tex

import (
	"fmt"
	"slices"
)

// A Pos is a position in a page: line and column, both from 1. Columns count
// characters.
type Pos struct{ Line, Col int }

// Where returns p. Every node embeds its Pos and so has this method.
func (p Pos) Where() Pos { return p }

func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

// A Display is a whole formula: what stands between two $ or in a math fence.
type Display struct {
	Pos
	Lines   []Line
	Aligned bool   // the lines are in \begin{aligned}
	Tag     string // the label in \tag, or ""
}

// A Line is one line of a Display: one chain, or several with gaps between them.
type Line []Chain

// A Chain is a sequence of sums joined by relations, a = b = c. Each step of it
// is a claim.
type Chain struct {
	Pos
	Gap   string // \quad, \qquad or \iff if the chain follows one
	First Node   // nil if the chain continues the line before
	Steps []Step
}

// A Step is a relation and its right-hand side.
type Step struct {
	Pos         // of the relation
	Row     int // the line of the display, from 1
	Rel     string
	Aligned bool // the relation follows an &
	Right   Node
}

// A Node is a part of a formula: one of the types below. String returns it in the
// notation of the code's comments: z¹_j = Σ_i w¹_ij a⁰_i + b¹_j.
type Node interface {
	Where() Pos
	fmt.Stringer
}

// A Number is a decimal number without a sign.
type Number struct {
	Pos
	Text  string
	Value float64
}

// A Blank is a place to fill in, in an exercise.
type Blank struct{ Pos }

// A Symbol is a letter with its marks: w^{(1)T}, a^{(1)}_j, f_1', \eta.
type Symbol struct {
	Pos
	Name       string // in Unicode: "w", "η"
	Layer      string // the number in brackets of the superscript: "1"
	Transposed bool
	Prime      bool
	Sub        []string // the subscripts, one character each: "i", "j"
}

// A Call is a function, with or without a prime, applied to its argument.
type Call struct {
	Pos
	Func *Symbol
	Arg  *Group
}

// A Group is a sum in round brackets, or between bars: its absolute value.
type Group struct {
	Pos
	X   Node
	Big bool // \left( … \right)
	Abs bool // | … |
}

// An Element is one element of the matrix that a group stands for.
type Element struct {
	Pos
	X   *Group
	Sub []string
}

// A Label stands for the left side of the equation with that label.
type Label struct {
	Pos
	Name string
	X    Node // the left side; Parse leaves it nil
}

// A Partial is ∂X, the numerator or denominator of a derivative.
type Partial struct {
	Pos
	X *Symbol
}

// A Frac is a quotient. If both Num and Den are a Partial, it is a derivative.
type Frac struct {
	Pos
	Num, Den Node
	Slash    bool // written with "/", not with \frac
}

// A Sum is Σ over Index of Body.
type Sum struct {
	Pos
	Index string
	Body  Node
}

// A Power is Base to the power Exp.
type Power struct {
	Pos
	Base, Exp Node
}

// A Product is a list of factors. The operator Ops[i] stands before Factors[i+1]:
// "" (nothing written), "·" or "⊙".
type Product struct {
	Pos
	Factors []Node
	Ops     []string
}

// An Add is a list of terms with their signs, '+' or '-'. A leading '+' is not
// written.
type Add struct {
	Pos
	Terms []Node
	Signs []byte
}

// A Matrix is a bmatrix. Its rows have the same length, and there is at least one
// element.
type Matrix struct {
	Pos
	Rows [][]Node
}

// Derivative returns X and Y if f is ∂X/∂Y.
func (f *Frac) Derivative() (x, y *Symbol, ok bool) {
	num, ok1 := f.Num.(*Partial)
	den, ok2 := f.Den.(*Partial)
	if !ok1 || !ok2 {
		return nil, nil, false
	}
	return num.X, den.X, true
}

// Chains returns the chains of d. A chain that continues over several lines is
// returned as one.
func (d *Display) Chains() []Chain {
	var chains []Chain
	for _, line := range d.Lines {
		for _, c := range line {
			if c.First == nil { // the parser allows this on later lines only
				last := &chains[len(chains)-1]
				last.Steps = slices.Concat(last.Steps, c.Steps)
				continue
			}
			chains = append(chains, c)
		}
	}
	return chains
}

// Walk calls visit for n and each node in it, parents first.
func Walk(n Node, visit func(Node)) {
	visit(n)
	for _, child := range Children(n) {
		Walk(child, visit)
	}
}

// Walk calls visit for each node of the chain, parents first.
func (c Chain) Walk(visit func(Node)) {
	if c.First != nil {
		Walk(c.First, visit)
	}
	for _, s := range c.Steps {
		Walk(s.Right, visit)
	}
}

// Children returns the nodes that n consists of.
func Children(n Node) []Node {
	switch n := n.(type) {
	case *Call:
		return []Node{n.Func, n.Arg}
	case *Group:
		return []Node{n.X}
	case *Element:
		return []Node{n.X}
	case *Label:
		if n.X != nil {
			return []Node{n.X}
		}
	case *Partial:
		return []Node{n.X}
	case *Frac:
		return []Node{n.Num, n.Den}
	case *Sum:
		return []Node{n.Body}
	case *Power:
		return []Node{n.Base, n.Exp}
	case *Product:
		return n.Factors
	case *Add:
		return n.Terms
	case *Matrix:
		return slices.Concat(n.Rows...)
	}
	return nil
}
