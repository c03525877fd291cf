package plot

import (
	"fmt"
	"io"
	"math"
)

// Heatmap shows a confusion matrix: a row for each true class, a column for each
// predicted one, the darker the more of the row are there.
type Heatmap struct {
	Title   string
	Classes []string
	Count   [][]int // Count[t][p] of true class t were taken for p
}

// WriteSVG writes the picture. It is an error if there are no classes, or if
// Count has not a row and a column for each.
func (h Heatmap) WriteSVG(w io.Writer) error {
	n := len(h.Classes)
	if n == 0 {
		return errEmpty("classes")
	}
	if len(h.Count) != n {
		return fmt.Errorf("plot: %d rows for %d classes", len(h.Count), n)
	}
	cell, names := 34., 0.
	for _, class := range h.Classes {
		names = max(names, textWidth(class))
	}
	left, top := 34+names, 54.
	cell = max(cell, names+6)
	width := left + cell*float64(n) + 20
	width = max(width, textWidth(h.Title)*1.25+20)
	d := newDrawing(width, top+cell*float64(n)+34, h.Title, "confusion matrix: a row for each true class, a column for each predicted class")
	for t, row := range h.Count {
		if len(row) != n {
			return fmt.Errorf("plot: row %d has %d counts for %d classes", t, len(row), n)
		}
		total := 0
		for _, v := range row {
			total += v
		}
		y := top + cell*float64(t)
		d.text(left-8, y+cell/2+4, "end", "", h.Classes[t])
		d.text(left+cell*(float64(t)+0.5), top-8, "middle", "", h.Classes[t])
		for p, v := range row {
			x := left + cell*float64(p)
			share := 0.
			if total > 0 {
				share = float64(v) / float64(total)
			}
			// The colour is never so strong that the text on it loses its contrast;
			// a single mistake is still to be seen.
			opacity := 0.
			if v > 0 {
				opacity = 0.12 + 0.38*share
			}
			d.printf(`<rect class="f%d" opacity="%.2f" x="%s" y="%s" width="%s" height="%[5]s"/>`+"\n", map[bool]int{true: 0, false: 1}[t == p], opacity, num(x), num(y), num(cell-1))
			if v > 0 {
				d.text(x+cell/2, y+cell/2+4, "middle", "", fmt.Sprint(v))
			}
		}
	}
	d.text(left+cell*float64(n)/2, top+cell*float64(n)+20, "middle", "", "predicted class")
	d.vertical(14, top+cell*float64(n)/2, "true class")
	return d.writeTo(w)
}

// Images shows many small images of numbers around 0, such as the weights into
// each hidden node as an image of the inputs.
type Images struct {
	Title      string
	Rows, Cols int         // of each image
	Data       [][]float64 // of each image, row by row
}

// WriteSVG writes the picture: what is above 0 in one colour, what is below in
// another, the stronger the farther from 0. It is an error if there are no
// images, or if one has not Rows·Cols finite numbers.
func (m Images) WriteSVG(w io.Writer) error {
	if len(m.Data) == 0 {
		return errEmpty("images")
	}
	largest := 0.
	for i, image := range m.Data {
		if len(image) != m.Rows*m.Cols {
			return fmt.Errorf("plot: image %d has %d numbers, want %d×%d", i, len(image), m.Rows, m.Cols)
		}
		for _, v := range image {
			if !finite(v) {
				return fmt.Errorf("plot: image %d has the number %v", i, v)
			}
			largest = max(largest, math.Abs(v))
		}
	}
	columns := int(math.Ceil(math.Sqrt(float64(len(m.Data)))))
	rows := (len(m.Data) + columns - 1) / columns
	pixel := 7.
	w1, h1 := pixel*float64(m.Cols)+8, pixel*float64(m.Rows)+8
	width := max(w1*float64(columns)+24, textWidth(m.Title)*1.25+20)
	d := newDrawing(width, h1*float64(rows)+74, m.Title, fmt.Sprintf("%d images of %d×%d numbers between −%.2g and %.2g", len(m.Data), m.Rows, m.Cols, largest, largest))
	for i, image := range m.Data {
		x, y := 16+w1*float64(i%columns), 36+h1*float64(i/columns)
		d.printf(`<rect class="grid" x="%s" y="%s" width="%s" height="%s"/>`+"\n", num(x-1), num(y-1), num(w1-6), num(h1-6))
		for p, v := range image {
			strength := math.Abs(v) / max(largest, math.SmallestNonzeroFloat64)
			if strength < 0.01 {
				continue
			}
			d.printf(`<rect class="f%d" opacity="%.2f" x="%s" y="%s" width="7" height="7"/>`+"\n", map[bool]int{true: 0, false: 1}[v > 0], strength, num(x+pixel*float64(p%m.Cols)), num(y+pixel*float64(p/m.Cols)))
		}
	}
	y := 36 + h1*float64(rows) + 12
	for k, v := range []string{fmt.Sprintf("above 0, up to %.2g", largest), fmt.Sprintf("below 0, down to −%.2g", largest)} {
		ly := y + 16*float64(k)
		d.printf(`<rect class="f%d" x="16" y="%s" width="12" height="12"/>`+"\n", k, num(ly-10))
		d.text(34, ly, "start", "", v)
	}
	return d.writeTo(w)
}
