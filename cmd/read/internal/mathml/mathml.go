// Package mathml renders formulas that package tex has parsed in MathML Core,
// which browsers display without a script or a font of ours.
//
// Each symbol, derivative and function call has a data-q attribute: its name in
// the notation of the code's comments ("w²_jk", "∂L/∂w²_jk", "f₁′(z¹_j)"). A page
// can use it to show the value beside the formula.
package mathml

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"chainrule/docs/tex"
)

// Inline returns a formula of one line, for the middle of a sentence.
func Inline(d *tex.Display) string {
	return element("math", line(d.Lines[0], ""))
}

// Display returns a formula as a block of its own, without its tag. Lines are
// aligned at the first & of each. A formula with more than 40 characters in a line
// has the class wide.
func Display(d *tex.Display) string {
	content, class := line(d.Lines[0], ""), ""
	for _, l := range d.Lines {
		if utf8.RuneCountInString(tags.ReplaceAllString(line(l, ""), "")) > 40 {
			class = ` class="wide"`
		}
	}
	if len(d.Lines) > 1 {
		content = ""
		for _, l := range d.Lines {
			content += element("mtr", element("mtd", line(l, "</mtd><mtd>")))
		}
		content = element("mtable", content)
	}
	return `<math display="block"` + class + ">" + content + "</math>"
}

var tags = regexp.MustCompile(`<[^>]*>`)

// Node returns a part of a formula, for the middle of a sentence.
func Node(n tex.Node) string {
	return element("math", node(n))
}

func element(name, content string) string {
	return "<" + name + ">" + content + "</" + name + ">"
}

// leaf returns an element of text.
func leaf(name, text string) string { return element(name, html.EscapeString(text)) }

// row groups elements into one.
func row(content ...string) string {
	if len(content) == 1 {
		return content[0]
	}
	return element("mrow", strings.Join(content, ""))
}

var gaps = map[string]string{`\quad`: `<mspace width="1em"/>`, `\qquad`: `<mspace width="2em"/>`, `\iff`: `<mo lspace="0.5em" rspace="0.5em">⟺</mo>`}

// line returns the chains of a line, with align in the place of its first &.
func line(l tex.Line, align string) string {
	text := ""
	for _, c := range l {
		text += gaps[c.Gap]
		if c.First != nil {
			text += node(c.First)
		}
		for _, s := range c.Steps {
			if s.Aligned {
				text += align
				align = ""
			}
			text += leaf("mo", s.Rel) + node(s.Right)
		}
	}
	return text
}

// node returns n as one element.
func node(n tex.Node) string {
	switch n := n.(type) {
	case *tex.Number:
		return leaf("mn", strings.ReplaceAll(n.Text, "-", "−"))
	case *tex.Symbol:
		return symbol(n)
	case *tex.Call:
		return "<mrow" + name(n) + ">" + node(n.Func) + "<mo>&#x2061;</mo>" + node(n.Arg) + "</mrow>" // function application
	case *tex.Label:
		return leaf("mi", n.Name)
	case *tex.Element:
		var below []string
		for _, index := range n.Sub {
			below = append(below, leaf("mi", index))
		}
		return element("msub", node(n.X)+row(below...))
	case *tex.Group:
		if n.Abs {
			return row(`<mo stretchy="false">|</mo>`, node(n.X), `<mo stretchy="false">|</mo>`)
		}
		stretchy := ` stretchy="false"`
		if n.Big {
			stretchy = ""
		}
		return row("<mo"+stretchy+">(</mo>", node(n.X), "<mo"+stretchy+">)</mo>")
	case *tex.Partial:
		return row(leaf("mo", "∂"), node(n.X))
	case *tex.Frac:
		if n.Slash {
			return row(node(n.Num), leaf("mo", "/"), node(n.Den))
		}
		attribute := ""
		if _, _, ok := n.Derivative(); ok {
			attribute = name(n)
		}
		return "<mfrac" + attribute + ">" + node(n.Num) + node(n.Den) + "</mfrac>"
	case *tex.Sum:
		return row(element("munder", leaf("mo", "∑")+leaf("mi", n.Index)), node(n.Body))
	case *tex.Power:
		return element("msup", node(n.Base)+node(n.Exp))
	case *tex.Product:
		text := []string{node(n.Factors[0])}
		for i, f := range n.Factors[1:] {
			text = append(text, leaf("mo", cmp.Or(n.Ops[i], "\u2062")), node(f)) // invisible times
		}
		return row(text...)
	case *tex.Add:
		var text []string
		for i, t := range n.Terms {
			if n.Signs[i] == '-' {
				text = append(text, leaf("mo", "−"))
			} else if i > 0 {
				text = append(text, leaf("mo", "+"))
			}
			text = append(text, node(t))
		}
		return row(text...)
	case *tex.Matrix:
		text := ""
		for _, r := range n.Rows {
			cells := ""
			for _, x := range r {
				cells += element("mtd", node(x))
			}
			text += element("mtr", cells)
		}
		// The style sheet draws the brackets: not every font can stretch them.
		return `<mtable class="matrix">` + text + "</mtable>"
	}
	panic(fmt.Sprintf("mathml: no rendering for a %T", n))
}

// name returns the data-q attribute.
func name(n tex.Node) string {
	return ` data-q="` + html.EscapeString(n.String()) + `"`
}

// symbol returns a letter with its marks: the layer in brackets, T and ′ above,
// the indices below.
func symbol(s *tex.Symbol) string {
	var above, below []string
	if s.Layer != "" {
		above = append(above, leaf("mtext", "("+s.Layer+")"))
	}
	if s.Transposed {
		above = append(above, leaf("mi", "T"))
	}
	if s.Prime {
		above = append(above, leaf("mo", "′"))
	}
	for _, index := range s.Sub {
		if index[0] >= '0' && index[0] <= '9' {
			below = append(below, leaf("mn", index))
		} else {
			below = append(below, leaf("mi", index))
		}
	}
	tag, attribute := "mi", ""
	if !s.IsFunction() {
		attribute = name(s)
	}
	content := html.EscapeString(s.Name)
	switch {
	case above != nil && below != nil:
		tag, content = "msubsup", leaf("mi", s.Name)+row(below...)+row(above...)
	case above != nil:
		tag, content = "msup", leaf("mi", s.Name)+row(above...)
	case below != nil:
		tag, content = "msub", leaf("mi", s.Name)+row(below...)
	}
	return "<" + tag + attribute + ">" + content + "</" + tag + ">"
}
