package page

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"chainrule/docs/tex"
)

var kinds = []string{"heading", "p", "table", "bullets", "numbers", "pre", "display", "anchor", "comment", "row", "head", "cell", "item", "text", "code", "formula", "strong", "em", "link", "image"}

// outline writes each piece as kind@position, followed by its level, its strings,
// its formula and its parts.
func outline(pieces []Piece) string {
	var b strings.Builder
	for i, p := range pieces {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%s@%v", kinds[p.Kind], p.Pos)
		if p.Level > 0 {
			fmt.Fprintf(&b, "#%d", p.Level)
		}
		for _, s := range []string{p.Text, p.Language, p.Target} {
			if s != "" {
				fmt.Fprintf(&b, "%q", s)
			}
		}
		if p.Math != nil {
			fmt.Fprintf(&b, "$%v %v$", p.Math.Pos, p.Math.Chains()[0])
		}
		if p.Parts != nil {
			fmt.Fprintf(&b, "[%s]", outline(p.Parts))
		}
	}
	return b.String()
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"\r\n## A `b`\r\n", "heading@2:1#2\"A `b`\"[text@2:4\"A \" code@2:6\"b\"]"},
		{"é *a **b***\nc $x$ [d\n$y$](e#f) ![g](h.svg)<!-- i -->\n<!-- j -->\nk\n\n\nl", `p@1:1"é *a **b***\nc $x$ [d\n$y$](e#f) ![g](h.svg)<!-- i -->"[text@1:1"é " em@1:3[text@1:4"a " strong@1:6[text@1:8"b"]] text@1:12"\nc " formula@2:3$2:4 x$ text@2:6" " link@2:7"e#f"[text@2:8"d\n" formula@3:1$3:2 y$] text@3:10" " image@3:11"g""h.svg"] comment@4:1"j" p@5:1"k"[text@5:1"k"] p@8:1"l"[text@8:1"l"]`},
		{"    a\n", `pre@1:1"a"`},
		{"1 < 2 [no] link!", `p@1:1"1 < 2 [no] link!"[text@1:1"1 " text@1:3"< 2 " text@1:7"[no] link" text@1:16"!"]`},
		{"- a\n  $x$\n- b\n\n10. c\n    `d`", `bullets@1:1[item@1:1[text@1:3"a\n" formula@2:3$2:4 x$] item@3:1[text@3:3"b"]] numbers@5:1[item@5:1[text@5:5"c\n" code@6:5"d"]]`},
		{"|a  | $x$|\n|---|:-: |\n| `é` |$y$ | \n|||", `table@1:1[row@1:1[head@1:2[text@1:2"a"] head@1:7[formula@1:7$1:8 x$]] row@3:1[cell@3:3[code@3:3"é"] cell@3:8[formula@3:8$3:9 y$]] row@4:1[cell@4:2 cell@4:3]]`},
		{"| | |\n| --- | --- |\n| $x$ | b |\n", `table@1:1[row@3:1[cell@3:3[formula@3:3$3:4 x$] cell@3:9[text@3:9"b"]]]`},
		{"a\n- b\n# c\nd\n|e|\n|-|\nf\n```text\n```\n", `p@1:1"a"[text@1:1"a"] bullets@2:1[item@2:1[text@2:3"b"]] heading@3:1#1"c"[text@3:3"c"] p@4:1"d"[text@4:1"d"] table@5:1[row@5:1[head@5:2[text@5:2"e"]]] p@7:1"f"[text@7:1"f"] pre@8:1"text"`},
		{"```math\nx\n = y\n```\n```go\n$\n\n```\n    a\n\n     b\n\np\n<a id=\"F-1\"></a>", `display@1:1"x\n = y""math"$2:1 x = y$ pre@5:1"$\n""go" pre@9:1"a\n\n b" p@13:1"p"[text@13:1"p"] anchor@14:1"F-1"`},
	} {
		pieces, err := Split(c.text)
		if got := outline(pieces); err != nil || got != c.want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", c.text, err, got, c.want)
		}
	}
}

// Markdown that the pages do not use is an error, so that a page is never shown with
// its source in the text; so is an equation that makes no sense. Each error has its
// position, and its label if there is one.
func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a\n\n> quoted\n", `3:1: no block of a page starts with "> quoted"`},
		{"<div>\n", `1:1: no block of a page starts with "<div>"`},
		{" indented\n", `1:1: no block of a page starts with " indented"`},
		{"####### seven\n", `1:1: no block of a page starts with "####### seven"`},
		{"a\n```go\nx\n", "2:1: this fence has no end"},
		{"```python\nx\n```\n", `1:1: found a fence of "python", want go, diff, math or text`},
		{"```math\n\\foo\n```\n", `2:1: \foo is not in the subset, or not allowed here`},
		{"```math\na = b \\foo \\tag{F1}\n```\n", `2:7: F1: found \foo, want the end of the formula`},
		{"a\nb `c\n`d\n", "2:3: no ` on this line closes \"`c\""},
		{"a $b\n", `1:3: no $ on this line closes "$b"`},
		{"a\né $x_$\n", "2:6: found the end of the formula, want an index"},
		{"$\\begin{aligned} x \\\\ y \\end{aligned}$\n", "1:1: a formula in a sentence has one line and no tag"},
		{"a $x \\tag{F1}$\n", "1:3: a formula in a sentence has one line and no tag"},
		{"a *b\nc\n", "1:3: nothing closes this *"},
		{"a **b*\n", "1:6: nothing closes this *"},
		{"[a *b](c)*\n", "1:4: nothing closes this *"},
		{"a <b>c</b>\n", `1:3: found HTML in the text: "<b>c</b>"`},
		{"a </b>\n", `1:3: found HTML in the text: "</b>"`},
		{"a <!-- b\n", "1:3: this comment has no end"},
		{"![a]\n", `1:1: found no image: "![a]"`},
		{"| a |\nb\n", "1:1: a table needs a line of dashes below its head"},
		{"| a |", "1:1: a table needs a line of dashes below its head"},
		{"| a | b |\n| --- | --- |\n| 1 |\n", "3:1: this row has 1 cells, the head of the table has 2"},
		{"| a |\n| --- |\n| 1\n", "3:1: the last | of this row is missing"},
		{"- a\nb\n", "2:1: this line is not indented like the text of its list item"},
		{"- a\n  b\n   c\n", "3:1: this line is not indented like the text of its list item"},
		{forward + forward, "8:1: F1: a second equation with this tag"},
		{"```math\na \\tag{F1}\n```\n", "2:1: F1: this claims nothing: there is no ="},
		{"```math\na = b > c \\tag{F1}\n```\n", "2:7: F1: found > in a tagged equation, want = or ←"},
		{"```math\nz^{(1)}_k = 1 \\tag{F1}\n```\n", "2:1: F1: z¹_k: want the index j"},
	} {
		_, err := Read(c.text)
		if e := (*tex.Error)(nil); !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%q\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}
