package plot

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// A Series is a line of points. Y of NaN is a gap.
type Series struct {
	Name string
	X, Y []float64
	Err  []float64 // half the length of the error bars; nil for none
}

// Lines is a chart of one series and more over a common axis.
type Lines struct {
	Title, XName, YName string
	LogX                bool      // X must be above 0
	XTicks              []float64 // nil: round numbers
	YLow, YHigh         float64   // what the axis must reach; NaN or both 0: as the data ask
	Series              []Series
	Marks               bool   // a mark at each point
	Notes               []Note // what is to be said at some X
	Square              bool   // as high as wide
	Diagonal            bool   // a line from corner to corner
}

// A Note is a short text at a place of the X axis, at the upper edge.
type Note struct {
	X    float64
	Text string
}

// dashes tell the lines apart; the first is solid.
var dashes = [...]string{"", "7 3", "2 3", "9 3 2 3", "4 4", "12 3", "1 2"}

// WriteSVG writes the chart. It is an error if there is nothing to draw, if the
// parts of a series differ in length, or if LogX meets an X that is not above 0.
func (l Lines) WriteSVG(w io.Writer) error {
	xLow, xHigh, yLow, yHigh := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	names := 0.
	for _, s := range l.Series {
		if len(s.X) != len(s.Y) || s.Err != nil && len(s.Err) != len(s.X) {
			return fmt.Errorf("plot: the series %q has %d X, %d Y and %d Err", s.Name, len(s.X), len(s.Y), len(s.Err))
		}
		names = max(names, textWidth(s.Name))
		for i, x := range s.X {
			if !finite(x) || l.LogX && x <= 0 {
				return fmt.Errorf("plot: the series %q has the X %v", s.Name, x)
			}
			extent(&xLow, &xHigh, x)
			e := 0.
			if s.Err != nil && finite(s.Err[i]) {
				e = s.Err[i]
			}
			extent(&yLow, &yHigh, s.Y[i]-e)
			extent(&yLow, &yHigh, s.Y[i]+e)
		}
	}
	if xLow > xHigh || yLow > yHigh {
		return errEmpty("points")
	}
	if l.YLow != l.YHigh {
		yLow, yHigh = min(yLow, l.YLow), max(yHigh, l.YHigh)
	}

	const left, top, height = 62., 34., 260.
	inner := 430.
	if l.Square {
		inner = height
	}
	width := left + inner + 44 + names
	d := newDrawing(width, top+height+46, l.Title, fmt.Sprintf("%s over %s", l.YName, l.XName))
	x := newAxis(xLow, xHigh, l.LogX, l.XTicks)
	x.from, x.to = left, left+inner
	y := newAxis(yLow, yHigh, false, nil)
	y.from, y.to = top+height, top
	d.frame(x, y, l.XName, l.YName)
	if l.Diagonal {
		d.printf(`<path class="axis" stroke-dasharray="3 4" d="M%s %sL%s %s"/>`+"\n", num(x.from), num(y.from), num(x.to), num(y.to))
	}
	for _, n := range l.Notes {
		d.printf(`<path class="axis" stroke-dasharray="1 3" d="M%s %sV%s"/>`+"\n", num(x.at(n.X)), num(y.from), num(y.to))
		d.printf(`<text class="note" transform="translate(%s %s) rotate(-90)" text-anchor="start">%s</text>`+"\n", num(x.at(n.X)-3), num(y.from-6), html.EscapeString(n.Text))
	}
	for i, s := range l.Series {
		var path strings.Builder
		down := false
		for p, v := range s.Y {
			if !finite(v) {
				down = false
				continue
			}
			fmt.Fprintf(&path, "%c%s %s", "ML"[map[bool]int{true: 1}[down]], num(x.at(s.X[p])), num(y.at(v)))
			down = true
		}
		d.printf(`<path class="line s%d" stroke-dasharray="%s" d="%s"/>`+"\n", i%colours, dashes[i%len(dashes)], path.String())
		for p, v := range s.Y {
			if !finite(v) {
				continue
			}
			px, py := x.at(s.X[p]), y.at(v)
			if s.Err != nil && s.Err[p] > 0 {
				lo, hi := y.at(v-s.Err[p]), y.at(v+s.Err[p])
				d.line(px, lo, px, hi, fmt.Sprintf("s%d", i%colours))
				d.line(px-3, lo, px+3, lo, fmt.Sprintf("s%d", i%colours))
				d.line(px-3, hi, px+3, hi, fmt.Sprintf("s%d", i%colours))
			}
			if l.Marks {
				d.mark(i, px, py, 3.6)
			}
		}
		ly := top + 12 + 20*float64(i)
		lx := left + inner + 8
		d.printf(`<path class="line s%d" stroke-dasharray="%s" d="M%s %sh24"/>`+"\n", i%colours, dashes[i%len(dashes)], num(lx), num(ly-4))
		if l.Marks {
			d.mark(i, lx+12, ly-4, 3.6)
		}
		d.text(lx+30, ly, "start", "", s.Name)
	}
	return d.writeTo(w)
}

// ROC returns the chart of a receiver operating characteristic, square, with
// the diagonal of guessing.
func ROC(title string, fpr, tpr []float64, auc float64) Lines {
	return Lines{
		Title: title, XName: "false positive rate", YName: "true positive rate",
		Series: []Series{{Name: fmt.Sprintf("AUC %.4f", auc), X: fpr, Y: tpr}},
		YLow:   0, YHigh: 1, Square: true, Diagonal: true,
	}
}
