package plot

import (
	"fmt"
	"io"
	"math"
)

// Heatmap shows a confusion matrix: one row for each true class and one column for
// each predicted class. The larger its share of the row, the darker the cell.
type Heatmap struct {
	Title   string
	Classes []string
	Count   [][]int // Count[t][p] samples of true class t were predicted as p
}

// WriteSVG writes the figure. It is an error if there are no classes, or if Count does
// not have one row and one column for each.
func (h Heatmap) WriteSVG(w io.Writer) error {
	n := len(h.Classes)
	if n == 0 || len(h.Count) != n {
		return fmt.Errorf("plot: got %d classes and %d rows, want one row for each class", n, len(h.Count))
	}
	names := widest(h.Classes)
	margin, top := 34+names, 54.
	cell := max(34, names+6, 160/float64(n))
	side := cell * float64(n)
	d := newDrawing(margin+side+20, top+side+34, h.Title, "confusion matrix: a row for each true class, a column for each predicted class")
	for t, row := range h.Count {
		if len(row) != n {
			return fmt.Errorf("plot: row %d has %d counts, want %d, one for each class", t, len(row), n)
		}
		total := 0
		for _, v := range row {
			total += v
		}
		y := top + cell*float64(t)
		d.text(margin-8, y+cell/2+4, "end", "", h.Classes[t])
		d.text(margin+cell*(float64(t)+0.5), top-8, "middle", "", h.Classes[t])
		for p, v := range row {
			x := margin + cell*float64(p)
			// A single error is visible, and the darkest colour leaves enough
			// contrast for the text.
			opacity := 0.
			if v > 0 {
				opacity = 0.12 + 0.38*(float64(v)/float64(total))
			}
			d.rect(shade(t == p, opacity), x, y, cell-1, cell-1)
			if v > 0 {
				d.text(x+cell/2, y+cell/2+4, "middle", "", fmt.Sprint(v))
			}
		}
	}
	d.text(margin+side/2, top+side+20, "middle", "", "predicted class")
	d.vertical(14, top+side/2, "middle", "", "true class")
	return d.writeTo(w)
}

// Images shows small images whose pixels are numbers around 0, such as the weights into
// each hidden node. One colour is for positive numbers and another for negative ones;
// the larger the absolute value, the stronger the colour.
type Images struct {
	Title      string
	Rows, Cols int         // of each image
	Data       [][]float64 // one image each, row after row
}

// WriteSVG writes the figure. It is an error if there are no images, or if one does not
// have Rows·Cols finite numbers.
func (m Images) WriteSVG(w io.Writer) error {
	if len(m.Data) == 0 {
		return fmt.Errorf("plot: no images to draw")
	}
	largest := 0.
	for i, image := range m.Data {
		if len(image) != m.Rows*m.Cols {
			return fmt.Errorf("plot: image %d has %d numbers, want %d×%d", i, len(image), m.Rows, m.Cols)
		}
		for _, v := range image {
			if !finite(v) {
				return fmt.Errorf("plot: image %d contains %v, want finite numbers", i, v)
			}
			largest = max(largest, math.Abs(v))
		}
	}
	const pixel = 7.
	columns := int(math.Ceil(math.Sqrt(float64(len(m.Data)))))
	rows := (len(m.Data) + columns - 1) / columns
	w1, h1 := pixel*float64(m.Cols)+8, pixel*float64(m.Rows)+8
	d := newDrawing(w1*float64(columns)+24, h1*float64(rows)+74, m.Title, fmt.Sprintf("%d images of %d×%d numbers between −%.2g and %.2g", len(m.Data), m.Rows, m.Cols, largest, largest))
	for i, image := range m.Data {
		x, y := 16+w1*float64(i%columns), 36+h1*float64(i/columns)
		d.rect(`class="grid"`, x-1, y-1, w1-6, h1-6)
		for p, v := range image {
			if strength := math.Abs(v) / largest; strength >= 0.01 { // not if largest is 0
				d.rect(shade(v > 0, strength), x+pixel*float64(p%m.Cols), y+pixel*float64(p/m.Cols), pixel, pixel)
			}
		}
	}
	for k, text := range []string{fmt.Sprintf("above 0, up to %.2g", largest), fmt.Sprintf("below 0, down to −%.2g", largest)} {
		y := 36 + h1*float64(rows) + 12 + 16*float64(k)
		d.rect(fmt.Sprintf(`class="f%d"`, k), 16, y-10, 12, 12)
		d.text(34, y, "start", "", text)
	}
	return d.writeTo(w)
}

// shade returns the attributes for the first colour or else the second, with the given
// opacity.
func shade(first bool, opacity float64) string {
	colour := 1
	if first {
		colour = 0
	}
	return fmt.Sprintf(`class="f%d" opacity="%.2f"`, colour, opacity)
}
