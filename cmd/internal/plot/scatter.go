package plot

import (
	"fmt"
	"io"
	"math"
)

// Scatter shows points of the plane with their classes and, behind them, which
// class a network gives to every place.
type Scatter struct {
	Title, XName, YName string
	Classes             []string
	X, Y                []float64
	Class               []int                  // of each point
	Region              func(x, y float64) int // the class of a place; nil for none
}

// cells is how many places Region is asked for along each axis.
const cells = 110

// WriteSVG writes the picture. It is an error if there are no points, if their
// lists differ in length, or if one is not a number.
func (s Scatter) WriteSVG(w io.Writer) error {
	if len(s.X) != len(s.Y) || len(s.X) != len(s.Class) {
		return fmt.Errorf("plot: %d X, %d Y and %d classes of points", len(s.X), len(s.Y), len(s.Class))
	}
	xLow, xHigh, yLow, yHigh := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range s.X {
		if !finite(s.X[i]) || !finite(s.Y[i]) || s.Class[i] < 0 || s.Class[i] >= len(s.Classes) {
			return fmt.Errorf("plot: point %d is (%v, %v) of class %d", i, s.X[i], s.Y[i], s.Class[i])
		}
		extent(&xLow, &xHigh, s.X[i])
		extent(&yLow, &yHigh, s.Y[i])
	}
	if xLow > xHigh {
		return errEmpty("points")
	}
	const left, top, inner, height = 62., 34., 400., 300.
	names := 0.
	for _, class := range s.Classes {
		names = max(names, textWidth(class))
	}
	d := newDrawing(left+inner+40+names+textWidth("class "), top+height+46, s.Title, fmt.Sprintf("%d points of %d classes, %s and %s, and the regions that the network gives to each class", len(s.X), len(s.Classes), s.XName, s.YName))
	x, y := newAxis(xLow, xHigh, false, nil), newAxis(yLow, yHigh, false, nil)
	x.from, x.to, y.from, y.to = left, left+inner, top+height, top
	if s.Region != nil {
		s.regions(d, x, y)
	}
	d.frame(x, y, s.XName, s.YName)
	for i := range s.X {
		d.mark(s.Class[i], x.at(s.X[i]), y.at(s.Y[i]), 2.4)
	}
	for k, class := range s.Classes {
		ly := top + 12 + 20*float64(k)
		d.mark(k, left+inner+16, ly-4, 4)
		d.text(left+inner+28, ly, "start", "", "class "+class)
	}
	return d.writeTo(w)
}

// regions draws one rectangle for each run of cells with the same class.
func (s Scatter) regions(d *drawing, x, y axis) {
	dx, dy := (x.high-x.low)/cells, (y.high-y.low)/cells
	px, py := (x.to-x.from)/cells, (y.from-y.to)/cells
	for r := range cells {
		row := func(c int) int { return s.Region(x.low+(float64(c)+0.5)*dx, y.high-(float64(r)+0.5)*dy) }
		for c := 0; c < cells; {
			class, end := row(c), c+1
			for end < cells && row(end) == class {
				end++
			}
			d.printf(`<rect class="r f%d" x="%s" y="%s" width="%s" height="%s"/>`+"\n", class%colours,
				num(x.from+float64(c)*px), num(y.to+float64(r)*py), num(float64(end-c)*px), num(py))
			c = end
		}
	}
}
