package plot

import (
	"fmt"
	"io"
)

// A Series is a line through points. A Y that is NaN or infinite leaves a gap.
type Series struct {
	Name      string // in the legend; empty for no entry
	X, Y      []float64
	Low, High []float64 // the interval around each Y; nil for none, NaN for none at a point
	Dashed    bool      // dashed, with open marks, in the colour of the series before
}

// Lines is a chart of one or more series. The first lies on top. A logarithmic axis
// shows 0 before a gap.
type Lines struct {
	Title, XName, YName string
	LogX, LogY          bool
	XTicks              []float64          // nil for round numbers
	XLabels             map[float64]string // what stands at a tick instead of its number
	Unit                bool               // the Y axis shows 0 to 1 at least
	Series              []Series
	Notes               []Note // remarks at some X
}

// A Note is a short text at a place on the X axis.
type Note struct {
	X    float64
	Text string
}

// Two figures of figureWidth fit into a row of a page. left is the margin for the ticks
// and the name of the Y axis, right that beyond the X axis.
const figureWidth, left, right = 390., 68., 12.

// WriteSVG writes the chart. It is an error if there is nothing to draw, if the lists
// of a series differ in length, if an X is not finite, or if a value on a logarithmic
// axis is negative.
func (l Lines) WriteSVG(w io.Writer) error {
	var names []string
	colour := make([]int, len(l.Series))
	for i, s := range l.Series {
		names = append(names, s.Name)
		if i > 0 {
			colour[i] = colour[i-1]
			if !s.Dashed {
				colour[i]++
			}
		}
	}
	entries, rows, width := legend(names)
	top, bottom := 36+18*rows, 274+max(0, 18*(rows-3))
	x, y := newAxis(left, width-right, l.LogX), newAxis(bottom, top, l.LogY)
	for _, s := range l.Series {
		if len(s.X) != len(s.Y) || s.Low != nil && len(s.Low) != len(s.X) || len(s.Low) != len(s.High) {
			return fmt.Errorf("plot: series %q has %d X, %d Y, %d Low and %d High, want equal numbers", s.Name, len(s.X), len(s.Y), len(s.Low), len(s.High))
		}
		for i, v := range s.X {
			if !finite(v) || l.LogX && v < 0 || l.LogY && s.Y[i] < 0 {
				return fmt.Errorf("plot: series %q has the point (%v, %v), want a finite X, and on a logarithmic axis no negative value", s.Name, v, s.Y[i])
			}
			x.include(v)
			y.include(s.Y[i])
			if low, high, ok := s.interval(i); ok {
				y.include(high)
				if l.LogY {
					low = max(low, s.Y[i]/2) // more of it would compress the rest
				}
				y.include(low)
			}
		}
	}
	if x.empty() || y.empty() {
		return fmt.Errorf("plot: no points to draw")
	}
	if l.Unit {
		y.include(0)
		y.include(1)
	}
	x.labels = l.XLabels
	x.setTicks(l.XTicks)
	y.setTicks(nil)
	x.from = y.margin()
	d := newDrawing(width, bottom+46, l.Title, fmt.Sprintf("%s over %s", l.YName, l.XName))
	d.frame(x, y, l.XName, l.YName)
	for i := len(l.Series) - 1; i >= 0; i-- {
		s := l.Series[i]
		shift := 0. // keeps intervals at the same X apart
		if s.Low != nil {
			shift = 5 * (float64(i) - float64(len(l.Series)-1)/2)
		}
		s.draw(d, x, y, colour[i], shift)
		if s.Name != "" {
			lx, ly := entries[i][0], entries[i][1]
			d.stroke(colour[i], s.Dashed, fmt.Sprintf("M%s %sh22", num(lx), num(ly-4)))
			d.mark(colour[i], lx+11, ly-4, 3.4, s.Dashed)
			d.text(lx+28, ly, "start", "", s.Name)
		}
	}
	for _, n := range l.Notes {
		l.note(d, x, y, n)
	}
	return d.writeTo(w)
}

// draw draws s in the colour k, moved to the right by shift.
func (s Series) draw(d *drawing, x, y axis, k int, shift float64) {
	path, pen := "", 'M' // L once the line has begun
	over := new(drawing) // the intervals and marks, drawn over the line
	// Marks without intervals are apart, and begin where those of the other series do
	// not.
	next := x.from + 12*float64(k)
	for p, v := range s.Y {
		if !finite(v) {
			pen = 'M'
			continue
		}
		if p > 0 && (x.gapBetween(s.X[p-1], s.X[p]) || y.gapBetween(s.Y[p-1], v)) {
			pen = 'M'
		}
		px, py := x.at(s.X[p])+shift, y.at(v)
		path += fmt.Sprintf("%c%s %s", pen, num(px), num(py))
		pen = 'L'
		low, high, ok := s.interval(p)
		if ok {
			over.interval(k, px, y, low, high)
		}
		if ok || px >= next {
			over.mark(k, px, py, 3.4, s.Dashed)
			next = px + 40
		}
	}
	d.stroke(k, s.Dashed, path)
	d.Write(over.Bytes())
}

// interval returns the interval of point i and whether it has one.
func (s Series) interval(i int) (low, high float64, ok bool) {
	if s.Low != nil {
		low, high = s.Low[i], s.High[i]
		ok = finite(low) && finite(high)
	}
	return low, high, ok
}

// interval draws an interval in the colour k at px. What a logarithmic axis cannot show
// of it is cut off, without the stroke that ends it.
func (d *drawing) interval(k int, px float64, y axis, low, high float64) {
	colour := fmt.Sprintf("s%d", k%colours)
	from, to := y.at(max(low, y.low)), y.at(high)
	d.line(px, from, px, to, colour)
	d.line(px-3, to, px+3, to, colour)
	if low >= y.low {
		d.line(px-3, from, px+3, from, colour)
	}
}

// note draws a dotted line with the text of n beside it, at the top unless there are
// points.
func (l Lines) note(d *drawing, x, y axis, n Note) {
	px, py, beside, anchor := x.at(n.X), y.to+4, -4., "end"
	if px < (x.from+x.to)/2 {
		beside = 11
	}
	for _, s := range l.Series {
		for i, v := range s.Y {
			if s.X[i] == n.X && finite(v) && y.at(v) < (y.from+y.to)/2 {
				py, anchor = y.from-4, "start"
			}
		}
	}
	d.printf(`<path class="axis" stroke-dasharray="1 3" d="M%s %sV%s"/>`+"\n", num(px), num(y.from), num(y.to))
	d.vertical(px+beside, py, anchor, "note", n.Text)
}

// legend returns the places of the names that are not empty, in rows below the title,
// the number of rows, and the width of a figure that has room for them.
func legend(names []string) (at [][2]float64, rows, width float64) {
	const start, sample, space = left - 24, 28., 14. // of a row, for a line with its mark, between names
	width = max(figureWidth, start+sample+widest(names)+space)
	x := start
	for _, name := range names {
		w := sample + textWidth(name) + space
		if x+w-space > width {
			x, rows = start, rows+1
		}
		at = append(at, [2]float64{x, 42 + 18*rows})
		if name != "" {
			x += w
		}
	}
	if x > start {
		rows++
	}
	return at, rows, width
}
