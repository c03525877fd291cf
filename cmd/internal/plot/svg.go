// Package plot draws the pictures of the experiments as SVG: small, legible in
// light and dark, and the same to the last byte for the same data.
//
// Classes and series are told apart by the shape of their marks and the dashes
// of their lines as well as by colour; the colours are those of Okabe and Ito,
// which colour-blind readers can distinguish, darkened or lightened where a
// background asks for it.
package plot

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// style colours everything by class, for a light and for a dark background.
const style = `<style>
svg{font:12px system-ui,sans-serif}
.bg{fill:#fff}text{fill:#222}.title{font-size:14px;font-weight:600}.note{font-size:10px}
.axis{stroke:#555;fill:none}.grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:1.8}
.f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#00805e}.f3{fill:#b0568a}.f4{fill:#8a6d00}.f5{fill:#2f86bd}.f6{fill:#555}
.s0{stroke:#0072b2}.s1{stroke:#d55e00}.s2{stroke:#00805e}.s3{stroke:#b0568a}.s4{stroke:#8a6d00}.s5{stroke:#2f86bd}.s6{stroke:#555}
.r{opacity:.2}.mark{stroke:#fff;stroke-width:.6}
@media(prefers-color-scheme:dark){
.bg{fill:#14171a}text{fill:#ddd}.axis{stroke:#999}.grid{stroke:#333}.mark{stroke:#14171a}
.f0{fill:#56b4e9}.f1{fill:#f08c3c}.f2{fill:#2ec79b}.f3{fill:#dd92bf}.f4{fill:#e5c747}.f5{fill:#9ad0f2}.f6{fill:#bbb}
.s0{stroke:#56b4e9}.s1{stroke:#f08c3c}.s2{stroke:#2ec79b}.s3{stroke:#dd92bf}.s4{stroke:#e5c747}.s5{stroke:#9ad0f2}.s6{stroke:#bbb}
}
</style>
`

// colours is how many series and classes have a colour of their own.
const colours = 7

// A drawing collects the elements of one picture.
type drawing struct {
	bytes.Buffer
	width, height float64
}

// newDrawing begins a picture, with a title that is shown and one that is read
// aloud.
func newDrawing(width, height float64, title, description string) *drawing {
	d := &drawing{width: width, height: height}
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img">`+"\n", num(width), num(height))
	d.printf("<title>%s</title><desc>%s</desc>\n%s<rect class=\"bg\" width=\"100%%\" height=\"100%%\"/>\n", html.EscapeString(title), html.EscapeString(description), style)
	d.text(width/2, 20, "middle", "title", title)
	return d
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.Buffer, format, args...) }

// writeTo ends the picture and writes it.
func (d *drawing) writeTo(w io.Writer) error {
	d.printf("</svg>\n")
	_, err := w.Write(d.Bytes())
	return err
}

// num writes a coordinate: a hundredth of a pixel is more than enough.
func num(v float64) string {
	s := fmt.Sprintf("%.2f", v)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// text draws s at the baseline y; anchor is start, middle or end.
func (d *drawing) text(x, y float64, anchor, class, s string) {
	d.printf(`<text x="%s" y="%s" text-anchor="%s" class="%s">%s</text>`+"\n", num(x), num(y), anchor, class, html.EscapeString(s))
}

// vertical draws s upward, centred at (x, y).
func (d *drawing) vertical(x, y float64, s string) {
	d.printf(`<text transform="translate(%s %s) rotate(-90)" text-anchor="middle">%s</text>`+"\n", num(x), num(y), html.EscapeString(s))
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	d.printf(`<path class="%s" d="M%s %sL%s %s"/>`+"\n", class, num(x1), num(y1), num(x2), num(y2))
}

// mark draws the sign of series or class i at (x, y), of radius r.
func (d *drawing) mark(i int, x, y, r float64) {
	class := fmt.Sprintf("mark f%d", i%colours)
	path := func(points ...float64) {
		var b strings.Builder
		for p := 0; p < len(points); p += 2 {
			fmt.Fprintf(&b, "%c%s %s", "ML"[min(p, 1)], num(x+r*points[p]), num(y+r*points[p+1]))
		}
		d.printf(`<path class="%s" d="%sZ"/>`+"\n", class, b.String())
	}
	switch i % colours {
	case 0:
		d.printf(`<circle class="%s" cx="%s" cy="%s" r="%s"/>`+"\n", class, num(x), num(y), num(r))
	case 1:
		path(0, -1.2, 1.1, 0.9, -1.1, 0.9)
	case 2:
		path(-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9)
	case 3:
		path(0, -1.3, 1.1, 0, 0, 1.3, -1.1, 0)
	case 4:
		path(0, 1.2, 1.1, -0.9, -1.1, -0.9)
	case 5:
		path(-1.2, -0.4, 1.2, -0.4, 1.2, 0.4, -1.2, 0.4)
	default:
		path(-0.4, -1.2, 0.4, -1.2, 0.4, 1.2, -0.4, 1.2)
	}
}

// textWidth estimates how wide s is at 12 pixels, rather too wide than too
// narrow: without the font, no more is known.
func textWidth(s string) float64 { return 7 * float64(len([]rune(s))) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
