package plot

import (
	"fmt"
	"html"
	"io"
)

// A Series is a line through points. A Y that is NaN or infinite leaves a gap.
type Series struct {
	Name string
	X, Y []float64
	Err  []float64 // half the length of each error bar; nil for no bars
}

// Lines is a chart of one or more series.
type Lines struct {
	Title, XName, YName string
	LogX                bool      // every X must be positive
	XTicks              []float64 // nil for round numbers
	YHigh               float64   // if not 0, the Y axis shows 0 to YHigh at least
	Series              []Series
	Marks               bool   // draw a mark at each point
	Notes               []Note // remarks at some X
	roc                 bool   // square, with the diagonal
}

// A Note is a short text at a place on the X axis.
type Note struct {
	X    float64
	Text string
}

// WriteSVG writes the chart. It is an error if there is nothing to draw, if the lists
// of a series differ in length, or if an X is not finite or, with LogX, not positive.
func (l Lines) WriteSVG(w io.Writer) error {
	const left, top, height = 62., 34., 260.
	inner := 430.
	if l.roc {
		inner = height
	}
	x, y := newAxis(left, left+inner, l.LogX), newAxis(top+height, top, false)
	var names []string
	for _, s := range l.Series {
		if len(s.X) != len(s.Y) || s.Err != nil && len(s.Err) != len(s.X) {
			return fmt.Errorf("plot: series %q has %d X, %d Y and %d Err, want equal numbers", s.Name, len(s.X), len(s.Y), len(s.Err))
		}
		names = append(names, s.Name)
		for i, v := range s.X {
			if !finite(v) || l.LogX && v <= 0 {
				return fmt.Errorf("plot: series %q has X %v, want a finite number, positive if LogX", s.Name, v)
			}
			x.include(v)
			y.include(s.Y[i] - s.err(i))
			y.include(s.Y[i] + s.err(i))
		}
	}
	if x.empty() || y.empty() {
		return fmt.Errorf("plot: no points to draw")
	}
	if l.YHigh != 0 {
		y.include(0)
		y.include(l.YHigh)
	}
	d := newDrawing(left+inner+44+widest(names), top+height+46, l.Title, fmt.Sprintf("%s over %s", l.YName, l.XName))
	x.setTicks(l.XTicks)
	y.setTicks(nil)
	d.frame(x, y, l.XName, l.YName)
	if l.roc {
		d.printf(`<path class="axis" stroke-dasharray="3 4" d="M%s %sL%s %s"/>`+"\n", num(x.from), num(y.from), num(x.to), num(y.to))
	}
	for _, n := range l.Notes {
		d.printf(`<path class="axis" stroke-dasharray="1 3" d="M%s %sV%s"/>`+"\n", num(x.at(n.X)), num(y.from), num(y.to))
		d.printf(`<text class="note" transform="translate(%s %s) rotate(-90)" text-anchor="start">%s</text>`+"\n", num(x.at(n.X)-3), num(y.from-6), html.EscapeString(n.Text))
	}
	for i, s := range l.Series {
		colour := fmt.Sprintf("s%d", i%colours)
		path, pen := "", 'M' // L once the line has begun
		over := new(drawing) // the error bars and marks, drawn over the line
		for p, v := range s.Y {
			if !finite(v) {
				pen = 'M'
				continue
			}
			px, py := x.at(s.X[p]), y.at(v)
			path += fmt.Sprintf("%c%s %s", pen, num(px), num(py))
			pen = 'L'
			if e := s.err(p); e > 0 {
				lo, hi := y.at(v-e), y.at(v+e)
				over.line(px, lo, px, hi, colour)
				over.line(px-3, lo, px+3, lo, colour)
				over.line(px-3, hi, px+3, hi, colour)
			}
			if l.Marks {
				over.mark(i, px, py, 3.6)
			}
		}
		stroke := fmt.Sprintf(`<path class="line %s" stroke-dasharray="%s" d="%%s"/>`+"\n", colour, dashes[i%colours])
		d.printf(stroke, path)
		d.Write(over.Bytes())
		lx, ly := left+inner+8, top+12+20*float64(i)
		d.printf(stroke, fmt.Sprintf("M%s %sh24", num(lx), num(ly-4)))
		if l.Marks {
			d.mark(i, lx+12, ly-4, 3.6)
		}
		d.text(lx+30, ly, "start", "", s.Name)
	}
	return d.writeTo(w)
}

// err returns half the length of the error bar of point i, or 0 if it has none.
func (s Series) err(i int) float64 {
	if s.Err == nil || !finite(s.Err[i]) {
		return 0
	}
	return s.Err[i]
}

// ROC returns a square chart of a receiver operating characteristic (ROC) curve with
// its area (AUC) and the diagonal, the curve of guessing.
func ROC(title string, fpr, tpr []float64, auc float64) Lines {
	return Lines{
		Title: title, XName: "false positive rate", YName: "true positive rate",
		Series: []Series{{Name: fmt.Sprintf("AUC %.4f", auc), X: fpr, Y: tpr}},
		YHigh:  1, roc: true,
	}
}
