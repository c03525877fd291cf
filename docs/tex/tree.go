// Package tex reads the mathematics of the project's pages: a small subset of
// TeX, into a tree that says what each symbol is to the others (a factor, a sum
// over an index, a derivative) and keeps what a renderer needs (which operator
// was written, what is aligned where).
//
// # The subset
//
//	display  = lines [ \tag{LABEL} ]
//	lines    = line | \begin{aligned} line { \\ line } \end{aligned}
//	line     = chain { \quad chain | \qquad chain }
//	chain    = [ sum ] { [ & ] relation sum }        no first sum: goes on from the line before
//	relation = "=" | "<" | ">" | \leftarrow
//	sum      = [ "-" ] product { "+" product | "-" product }
//	product  = factor { [ \cdot | \odot | "/" ] factor }
//	factor   = NUMBER | call | \partial symbol | \frac{sum}{sum}
//	         | \sum_LETTER product | ( sum ) | \left( sum \right)
//	         | \begin{bmatrix} sum { & sum } { \\ … } \end{bmatrix}
//	           each of them with a power: ^DIGIT, ^LETTER, ^{sum}
//	call     = symbol [ ( sum ) ]                     the argument: of f and σ alone
//	symbol   = name [ ^{(LAYER)} | ^{(LAYER)T} | ^T ] [ _LETTER | _DIGIT | _{…} ] [ ' ]
//	name     = LETTER | \alpha | \delta | \eta | \lambda | \sigma
//
// A \sum reaches to the end of its product, "/" takes one factor on each side,
// and factors that are multiplied are taken from left to right, whatever stands
// between them. Anything else is an [Error] with its line and column.
//
// Read tree.go for what a formula becomes, then scan.go, parse.go and symbol.go
// for how.
package tex

import "fmt"

// A Pos is a place in a page: line and column, both from 1; columns are
// characters.
type Pos struct{ Line, Col int }

// Where returns p itself: every node has it, by embedding its Pos.
func (p Pos) Where() Pos { return p }

func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

// A Display is a formula as it stands in a page: between $ and $, or in a math
// fence.
type Display struct {
	Pos
	Lines   []Line
	Aligned bool   // it stands in \begin{aligned}
	Tag     string // what \tag says: the label, or ""
}

// A Line is one line of a Display: one chain, or several with gaps between.
type Line []Chain

// A Chain is sums joined by relations: a = b = c. It is one claim a step.
type Chain struct {
	Pos
	Gap   string // \quad or \qquad, if one stands before it
	First Node   // nil if the chain goes on from the line before
	Steps []Step
}

// A Step is a relation with what stands behind it.
type Step struct {
	Pos     // of the relation
	Rel     string
	Aligned bool // an & stands before the relation
	Right   Node
}

// A Node is a part of a formula: one of the types below. String writes it in
// the notation of the code's comments: z¹_j = Σ_i w¹_ij a⁰_i + b¹_j.
type Node interface {
	Where() Pos
	fmt.Stringer
}

// A Number is what it says: 0.5.
type Number struct {
	Pos
	Text  string
	Value float64
}

// A Symbol is a letter with its marks: w^{(1)T}, a^{(1)}_j, f_1', \eta.
type Symbol struct {
	Pos
	Name       string // as in Unicode: "w", "η"
	Layer      string // what stands in the brackets of the superscript: "1"
	Transposed bool
	Prime      bool
	Sub        []string // its subscripts, one a character: "i", "j"
}

// A Call is a function, f₁, f₂ or σ, primed or not, applied to its argument.
type Call struct {
	Pos
	Func *Symbol
	Arg  *Group
}

// A Group is a sum in round brackets.
type Group struct {
	Pos
	X   Node
	Big bool // \left( … \right)
}

// A Partial is the ∂X of a derivative.
type Partial struct {
	Pos
	X *Symbol
}

// A Frac is a quotient; if Num and Den are both a Partial, a derivative.
type Frac struct {
	Pos
	Num, Den Node
	Slash    bool // written with "/", not with \frac
}

// A Sum is Σ over an index of what follows it.
type Sum struct {
	Pos
	Index string
	Body  Node
}

// A Power is Base to the Exp.
type Power struct {
	Pos
	Base, Exp Node
}

// A Product is factors with the operators between them: Ops[i] stands before
// Factors[i+1] and is "" (nothing), "·" or "⊙".
type Product struct {
	Pos
	Factors []Node
	Ops     []string
}

// An Add is terms with their signs, '+' or '-'; a first '+' is not written.
type Add struct {
	Pos
	Terms []Node
	Signs []byte
}

// A Matrix is a bmatrix: rows of the same length, at least one of each.
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

// Chains returns the chains of d, each whole: what goes on over lines is joined.
func (d *Display) Chains() []Chain {
	var chains []Chain
	for _, line := range d.Lines {
		for _, c := range line {
			if c.First == nil {
				last := &chains[len(chains)-1] // the parser has seen that there is one
				last.Steps = append(last.Steps[:len(last.Steps):len(last.Steps)], c.Steps...)
				continue
			}
			chains = append(chains, c)
		}
	}
	return chains
}

// Walk calls visit for n and everything in it, from the outside in.
func Walk(n Node, visit func(Node)) {
	visit(n)
	switch n := n.(type) {
	case *Call:
		Walk(n.Func, visit)
		Walk(n.Arg, visit)
	case *Group:
		Walk(n.X, visit)
	case *Partial:
		Walk(n.X, visit)
	case *Frac:
		Walk(n.Num, visit)
		Walk(n.Den, visit)
	case *Sum:
		Walk(n.Body, visit)
	case *Power:
		Walk(n.Base, visit)
		Walk(n.Exp, visit)
	case *Product:
		for _, f := range n.Factors {
			Walk(f, visit)
		}
	case *Add:
		for _, t := range n.Terms {
			Walk(t, visit)
		}
	case *Matrix:
		for _, row := range n.Rows {
			for _, x := range row {
				Walk(x, visit)
			}
		}
	}
}
