package plot

import (
	"fmt"
	"io"
)

// Scatter shows points in the plane with their classes and, behind them, the class
// that a network assigns to every place.
type Scatter struct {
	Title, XName, YName string
	Classes             []string
	X, Y                []float64
	Class               []int                  // of each point
	Region              func(x, y float64) int // the class of a place
}

// cells is the number of places along each axis for which Region is called.
const cells = 110

// WriteSVG writes the figure. It is an error if there are no points, if their lists
// differ in length, if a point is not finite, or if its class is unknown.
func (s Scatter) WriteSVG(w io.Writer) error {
	if len(s.X) != len(s.Y) || len(s.X) != len(s.Class) {
		return fmt.Errorf("plot: got %d X, %d Y and %d classes of points, want equal numbers", len(s.X), len(s.Y), len(s.Class))
	}
	var names []string
	for _, class := range s.Classes {
		names = append(names, "class "+class)
	}
	entries, rows, width := legend(names)
	top := 36 + 18*rows
	bottom := top + 250
	x, y := newAxis(left, width-right, false), newAxis(bottom, top, false)
	for i := range s.X {
		if !finite(s.X[i]) || !finite(s.Y[i]) || s.Class[i] < 0 || s.Class[i] >= len(s.Classes) {
			return fmt.Errorf("plot: point %d is (%v, %v) of class %d, want finite numbers and a class below %d", i, s.X[i], s.Y[i], s.Class[i], len(s.Classes))
		}
		x.include(s.X[i])
		y.include(s.Y[i])
	}
	if x.empty() {
		return fmt.Errorf("plot: no points to draw")
	}
	d := newDrawing(width, bottom+46, s.Title, fmt.Sprintf("%d points of %d classes, %s and %s, and the regions that the network gives to each class", len(s.X), len(s.Classes), s.XName, s.YName))
	x.setTicks(nil)
	y.setTicks(nil)
	x.from = y.margin()
	dx, dy := (x.high/2-x.low/2)/(cells/2), (y.high/2-y.low/2)/(cells/2) // high − low may overflow
	px, py := (x.to-x.from)/cells, (y.from-y.to)/cells
	class := func(c, r int) int { return s.Region(x.low+(float64(c)+0.5)*dx, y.high-(float64(r)+0.5)*dy) }
	for r := range cells {
		for c := 0; c < cells; { // one rectangle for each run of cells with the same class
			k, n := class(c, r), 1
			for c+n < cells && class(c+n, r) == k {
				n++
			}
			d.rect(fmt.Sprintf(`class="r f%d"`, k%colours), x.from+float64(c)*px, y.to+float64(r)*py, float64(n)*px, py)
			c += n
		}
	}
	d.frame(x, y, s.XName, s.YName)
	for i := range s.X {
		d.mark(s.Class[i], x.at(s.X[i]), y.at(s.Y[i]), 2.4, false)
	}
	for k, name := range names {
		d.mark(k, entries[k][0]+16, entries[k][1]-4, 4, false)
		d.text(entries[k][0]+28, entries[k][1], "start", "", name)
	}
	return d.writeTo(w)
}
