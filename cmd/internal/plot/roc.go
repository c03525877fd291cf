package plot

import (
	"fmt"
	"io"
)

// ROC shows a receiver operating characteristic (ROC) curve with its area (AUC), the
// diagonal, which is the curve of guessing, and the upper left corner enlarged.
type ROC struct {
	Title    string
	FPR, TPR []float64
	AUC      float64
}

// WriteSVG writes the figure. It is an error if there are no points, if the lists
// differ in length, or if a rate is not from 0 to 1.
func (r ROC) WriteSVG(w io.Writer) error {
	if len(r.FPR) == 0 || len(r.FPR) != len(r.TPR) {
		return fmt.Errorf("plot: got %d false and %d true positive rates, want equal numbers, at least 1", len(r.FPR), len(r.TPR))
	}
	for i, fpr := range r.FPR {
		if !(fpr >= 0 && fpr <= 1 && r.TPR[i] >= 0 && r.TPR[i] <= 1) {
			return fmt.Errorf("plot: point %d is (%v, %v), want rates from 0 to 1", i, fpr, r.TPR[i])
		}
	}
	const top, inset, corner = 36., 170., 0.1
	const side = figureWidth - left - right
	d := newDrawing(left+side+right, top+side+46, r.Title, fmt.Sprintf("true positive rate over false positive rate, with an area of %.4f under the curve", r.AUC))
	r.panel(d, left, top, side, 1)
	d.printf(`<path class="axis" stroke-dasharray="3 4" d="M%s %sl%s %[4]s"/>`+"\n", num(left), num(top+side), num(side), num(-side))
	d.printf(`<path class="axis" d="M%s %sh%sv%[3]sh-%[3]sz"/>`+"\n", num(left), num(top), num(side*corner))
	x, y := left+side-inset-12, top+side-inset-28
	d.rect(`class="bg"`, x-38, y-44, inset+48, inset+68)
	d.text(x+inset/2, y-28, "middle", "title", fmt.Sprintf("AUC %.4f", r.AUC))
	d.text(x+inset/2, y-10, "middle", "", "the corner enlarged")
	r.panel(d, x, y, inset, corner)
	return d.writeTo(w)
}

// panel draws the curve in a square with its upper left corner at (left, top). It shows
// false positive rates up to span and true positive rates from 1 − span.
func (r ROC) panel(d *drawing, left, top, side, span float64) {
	x, y := newAxis(left, left+side, false), newAxis(top+side, top, false)
	x.low, x.high, y.low, y.high = 0, span, 1-span, 1
	x.setTicks(nil)
	y.setTicks(nil)
	xName, yName := "false positive rate", "true positive rate"
	if span < 1 {
		xName, yName = "", ""
	}
	d.frame(x, y, xName, yName)
	path := ""
	for i, fpr := range r.FPR {
		path += fmt.Sprintf("%c%s %s", "ML"[min(i, 1)], num(x.at(fpr)-left+2), num(y.at(r.TPR[i])-top+2))
	}
	d.printf(`<svg x="%s" y="%s" width="%s" height="%[3]s">`+"\n", num(left-2), num(top-2), num(side+4)) // cuts the path off
	d.stroke(0, false, path)
	d.printf("</svg>\n")
}
