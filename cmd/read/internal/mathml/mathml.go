// Package mathml writes the formulas of the pages, as package tex has read them,
// in MathML Core: what browsers show without a script or a font of our own.
//
// Every symbol, derivative and application of a function carries a data-q
// attribute with its name in the notation of the code's comments ("w²_jk",
// "∂L/∂w²_jk", "f₁′(z¹_j)"), so that a page can show the value beside it.
package mathml

import (
	"fmt"
	"html"
	"strings"

	"chainrule/docs/tex"
)

// Inline returns the formula for the middle of a sentence. It is an error if
// the formula has more than one line, or a tag.
func Inline(d *tex.Display) (string, error) {
	if len(d.Lines) != 1 || d.Tag != "" {
		return "", fmt.Errorf("%v: a formula of %d lines, tag %q, in a sentence", d.Pos, len(d.Lines), d.Tag)
	}
	w := &writer{}
	w.open("math")
	for _, c := range d.Lines[0] {
		w.chain(c)
	}
	w.close("math")
	return w.result()
}

// Display returns the formula for a paragraph of its own, without its tag. Lines
// are aligned where the TeX has its &.
func Display(d *tex.Display) (string, error) {
	w := &writer{}
	w.WriteString(`<math display="block">`)
	if len(d.Lines) == 1 {
		for _, c := range d.Lines[0] {
			w.chain(c)
		}
	} else {
		w.open("mtable")
		for _, line := range d.Lines {
			w.open("mtr")
			w.open("mtd")
			aligned := false // one column up to the first &, one behind it
			for _, c := range line {
				w.gap(c)
				if c.First != nil {
					w.node(c.First)
				}
				for _, s := range c.Steps {
					if s.Aligned && !aligned {
						aligned = true
						w.close("mtd")
						w.open("mtd")
					}
					w.step(s)
				}
			}
			w.close("mtd")
			w.close("mtr")
		}
		w.close("mtable")
	}
	w.close("math")
	return w.result()
}

// Node returns a part of a formula for the middle of a sentence.
func Node(n tex.Node) (string, error) {
	w := &writer{}
	w.open("math")
	w.node(n)
	w.close("math")
	return w.result()
}

// A writer collects the text and the first error.
type writer struct {
	strings.Builder
	err error
}

func (w *writer) result() (string, error) {
	if w.err != nil {
		return "", w.err
	}
	return string(w.String()), nil
}

func (w *writer) open(element string)  { w.WriteString("<" + element + ">") }
func (w *writer) close(element string) { w.WriteString("</" + element + ">") }

// leaf writes <mi>text</mi>.
func (w *writer) leaf(element, text string) {
	w.open(element)
	w.WriteString(html.EscapeString(text))
	w.close(element)
}

func (w *writer) row(f func()) {
	w.open("mrow")
	f()
	w.close("mrow")
}

func (w *writer) gap(c tex.Chain) {
	switch c.Gap {
	case `\quad`:
		w.WriteString(`<mspace width="1em"/>`)
	case `\qquad`:
		w.WriteString(`<mspace width="2em"/>`)
	}
}

func (w *writer) chain(c tex.Chain) {
	w.gap(c)
	if c.First != nil {
		w.node(c.First)
	}
	for _, s := range c.Steps {
		w.step(s)
	}
}

func (w *writer) step(s tex.Step) {
	w.leaf("mo", s.Rel)
	w.node(s.Right)
}

// node writes n as one element.
func (w *writer) node(n tex.Node) {
	switch n := n.(type) {
	case *tex.Number:
		w.leaf("mn", strings.Replace(n.Text, "-", "−", 1))
	case *tex.Symbol:
		w.symbol(n)
	case *tex.Call:
		w.WriteString("<mrow")
		w.quantity(n)
		w.WriteString(">")
		w.node(n.Func)
		w.WriteString("<mo>&#x2061;</mo>") // function application
		w.node(n.Arg)
		w.close("mrow")
	case *tex.Group:
		w.row(func() {
			stretchy := ` stretchy="false"`
			if n.Big {
				stretchy = ""
			}
			w.WriteString("<mo" + stretchy + ">(</mo>")
			w.node(n.X)
			w.WriteString("<mo" + stretchy + ">)</mo>")
		})
	case *tex.Partial:
		w.row(func() {
			w.leaf("mo", "∂")
			w.node(n.X)
		})
	case *tex.Frac:
		if n.Slash {
			w.row(func() {
				w.node(n.Num)
				w.leaf("mo", "/")
				w.node(n.Den)
			})
			return
		}
		w.WriteString("<mfrac")
		if _, _, ok := n.Derivative(); ok {
			w.quantity(n)
		}
		w.WriteString(">")
		w.node(n.Num)
		w.node(n.Den)
		w.close("mfrac")
	case *tex.Sum:
		w.row(func() {
			w.WriteString(`<munder><mo>∑</mo>`)
			w.leaf("mi", n.Index)
			w.close("munder")
			w.node(n.Body)
		})
	case *tex.Power:
		w.open("msup")
		w.node(n.Base)
		w.node(n.Exp)
		w.close("msup")
	case *tex.Product:
		w.row(func() {
			for i, f := range n.Factors {
				if i > 0 && n.Ops[i-1] != "" {
					w.leaf("mo", n.Ops[i-1])
				} else if i > 0 {
					w.WriteString("<mo>&#x2062;</mo>") // an invisible times
				}
				w.node(f)
			}
		})
	case *tex.Add:
		w.row(func() {
			for i, t := range n.Terms {
				switch {
				case n.Signs[i] == '-':
					w.leaf("mo", "−")
				case i > 0:
					w.leaf("mo", "+")
				}
				w.node(t)
			}
		})
	case *tex.Matrix:
		w.row(func() {
			// The style sheet draws the brackets: not every font can stretch them.
			w.WriteString(`<mtable class="matrix">`)
			for _, row := range n.Rows {
				w.open("mtr")
				for _, x := range row {
					w.open("mtd")
					w.node(x)
					w.close("mtd")
				}
				w.close("mtr")
			}
			w.close("mtable")
		})
	default:
		if w.err == nil {
			w.err = fmt.Errorf("%v: no MathML for a %T", n.Where(), n)
		}
	}
}

func (w *writer) quantity(n tex.Node) {
	w.WriteString(` data-q="` + html.EscapeString(n.String()) + `"`)
}

// symbol writes a letter with its marks: the layer in brackets, T and ′ above,
// the indices below.
func (w *writer) symbol(s *tex.Symbol) {
	var below, above func()
	if len(s.Sub) > 0 {
		below = func() { w.indices(s.Sub) }
	}
	if s.Layer != "" || s.Transposed || s.Prime {
		above = func() {
			w.row(func() {
				if s.Layer != "" {
					w.WriteString("<mo stretchy=\"false\">(</mo>")
					w.leaf("mn", s.Layer)
					w.WriteString("<mo stretchy=\"false\">)</mo>")
				}
				if s.Transposed {
					w.leaf("mi", "T")
				}
				if s.Prime {
					w.WriteString(`<mo lspace="0" rspace="0">′</mo>`)
				}
			})
		}
	}
	element := map[[2]bool]string{{true, true}: "msubsup", {true, false}: "msub", {false, true}: "msup", {}: ""}[[2]bool{below != nil, above != nil}]
	attributes := &writer{}
	if !s.IsFunction() {
		attributes.quantity(s)
	}
	if element == "" {
		w.WriteString("<mi" + attributes.String() + ">" + html.EscapeString(s.Name) + "</mi>")
		return
	}
	w.WriteString("<" + element + attributes.String() + ">")
	w.leaf("mi", s.Name)
	for _, script := range []func(){below, above} {
		if script != nil {
			script()
		}
	}
	w.close(element)
}

// indices writes letters as letters and numbers as numbers.
func (w *writer) indices(sub []string) {
	w.row(func() {
		for _, s := range sub {
			if s[0] >= '0' && s[0] <= '9' {
				w.leaf("mn", s)
			} else {
				w.leaf("mi", s)
			}
		}
	})
}
