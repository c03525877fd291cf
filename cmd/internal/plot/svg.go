// Package plot draws the figures of the experiments as SVG. They are small, legible
// on light and dark backgrounds, and identical byte for byte for the same data.
//
// Classes and series differ in the shape of their marks as well as in colour. The colours are those of Okabe and Ito, which colour-blind
// readers can distinguish, made darker or lighter where the background requires it.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
)

// style defines the colours of all classes of elements, for a light and for a dark
// background.
const style = `<style>
svg{font:12px system-ui,sans-serif}
.bg{fill:#fff}text{fill:#222}.title{font-size:14px;font-weight:600}.note{font-size:10px;paint-order:stroke;stroke:#fff;stroke-width:3px}
.axis{stroke:#555;fill:none}.grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:1.8}
.f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#00805e}.f3{fill:#b0568a}.f4{fill:#8a6d00}.f5{fill:#2f86bd}.f6{fill:#555}
.s0{stroke:#0072b2}.s1{stroke:#d55e00}.s2{stroke:#00805e}.s3{stroke:#b0568a}.s4{stroke:#8a6d00}.s5{stroke:#2f86bd}.s6{stroke:#555}
.r{opacity:.2}.mark{stroke:#fff;stroke-width:.6}
@media(prefers-color-scheme:dark){
.bg{fill:#14171a}text{fill:#ddd}.axis{stroke:#999}.grid{stroke:#333}.mark,.note{stroke:#14171a}
.f0{fill:#56b4e9}.f1{fill:#f08c3c}.f2{fill:#2ec79b}.f3{fill:#dd92bf}.f4{fill:#e5c747}.f5{fill:#9ad0f2}.f6{fill:#bbb}
.s0{stroke:#56b4e9}.s1{stroke:#f08c3c}.s2{stroke:#2ec79b}.s3{stroke:#dd92bf}.s4{stroke:#e5c747}.s5{stroke:#9ad0f2}.s6{stroke:#bbb}
}
</style>
`

// colours is the number of series or classes that have their own colour and mark.
const colours = 7

// marks are the corners of the marks, in units of their radius; nil is a circle.
var marks = [colours][][2]float64{
	nil,
	{{0, -1.2}, {1.1, 0.9}, {-1.1, 0.9}},
	{{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}},
	{{0, -1.3}, {1.1, 0}, {0, 1.3}, {-1.1, 0}},
	{{0, 1.2}, {1.1, -0.9}, {-1.1, -0.9}},
	{{-1.2, -0.4}, {1.2, -0.4}, {1.2, 0.4}, {-1.2, 0.4}},
	{{-0.4, -1.2}, {0.4, -1.2}, {0.4, 1.2}, {-0.4, 1.2}},
}

// A drawing collects the elements of one figure.
type drawing struct{ bytes.Buffer }

// newDrawing begins a figure with a visible title and a description for screen
// readers.
func newDrawing(width, height float64, title, description string) *drawing {
	d := new(drawing)
	width = max(width, 1.15*textWidth(title)+20)
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img">`+"\n", num(width), num(height))
	d.printf("<title>%s</title><desc>%s</desc>\n%s<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n", html.EscapeString(title), html.EscapeString(description), style)
	d.text(width/2, 20, "middle", "title", title)
	return d
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.Buffer, format, args...) }

// writeTo ends the figure and writes it to w.
func (d *drawing) writeTo(w io.Writer) error {
	d.printf("</svg>\n")
	_, err := w.Write(d.Bytes())
	return err
}

// num formats a coordinate, to a hundredth of a pixel.
func num(v float64) string {
	return strconv.FormatFloat(math.Round(100*v)/100+0, 'f', -1, 64) // + 0 turns −0 into 0
}

// text draws s with its baseline at y; anchor is start, middle or end.
func (d *drawing) text(x, y float64, anchor, class, s string) {
	d.printf(`<text x="%s" y="%s" text-anchor="%s" class="%s">%s</text>`+"\n", num(x), num(y), anchor, class, html.EscapeString(s))
}

// vertical draws s upwards, with its baseline at x.
func (d *drawing) vertical(x, y float64, anchor, class, s string) {
	d.printf(`<text transform="translate(%s %s) rotate(-90)" text-anchor="%s" class="%s">%s</text>`+"\n", num(x), num(y), anchor, class, html.EscapeString(s))
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	d.printf(`<path class="%s" d="M%s %sL%s %s"/>`+"\n", class, num(x1), num(y1), num(x2), num(y2))
}

func (d *drawing) rect(attributes string, x, y, width, height float64) {
	d.printf(`<rect %s x="%s" y="%s" width="%s" height="%s"/>`+"\n", attributes, num(x), num(y), num(width), num(height))
}

// stroke draws a path in the colour of series k.
func (d *drawing) stroke(k int, dashed bool, path string) {
	dashes := ""
	if dashed {
		dashes = ` stroke-dasharray="5 3"`
	}
	d.printf(`<path class="line s%d"%s d="%s"/>`+"\n", k%colours, dashes, path)
}

// mark draws the mark of series or class i with radius r at (x, y), filled or open.
func (d *drawing) mark(i int, x, y, r float64, open bool) {
	i %= colours
	class := fmt.Sprintf("mark f%d", i)
	if open {
		class = fmt.Sprintf("bg s%d", i)
	}
	if marks[i] == nil {
		d.printf(`<circle class="%s" cx="%s" cy="%s" r="%s"/>`+"\n", class, num(x), num(y), num(r))
		return
	}
	path := ""
	for n, p := range marks[i] {
		path += fmt.Sprintf("%c%s %s", "ML"[min(n, 1)], num(x+r*p[0]), num(y+r*p[1]))
	}
	d.printf(`<path class="%s" d="%sZ"/>`+"\n", class, path)
}

// textWidth estimates the width of s at 12 pixels. Without the font it can only be
// estimated; it is rather too wide than too narrow.
func textWidth(s string) float64 { return 7 * float64(len([]rune(s))) }

// widest returns the largest text width of the names.
func widest(names []string) (width float64) {
	for _, name := range names {
		width = max(width, textWidth(name))
	}
	return width
}
