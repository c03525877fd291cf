package live

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/derive"
	"chainrule/matrix"
)

// Places in the drawing, in its own units.
const (
	width   = 418.
	spacing = 56. // from one node to the next one below it
	inputX  = 26.
	hiddenX = 165.
	outputX = 306.
	lossX   = 391.
	half    = 38. // half the width of a node with z and a
	tallest = 13. // half its height
	room    = 24. // half the width of a number on an edge
)

// nodeY returns the y coordinate of node n of count.
func nodeY(n, count int, height float64) float64 {
	return height/2 + (float64(n)-float64(count-1)/2)*spacing
}

// diagram draws the network. Each part has its name in data-part, the name of its input in
// data-grip if it can be dragged, and the class on if it is lit. An edge is as thick as its
// weight is large, relative to the largest weight; an edge with a negative weight is dashed.
func (s *state) diagram(lit map[string]bool) string {
	pass := s.sample().step.Pass
	n0, n1, n2 := s.net.Shape()
	height := float64(max(n0, n1, n2, 2))*spacing + 12
	var b strings.Builder
	class := func(name, part string) string {
		if lit[part] {
			name += " on"
		}
		return fmt.Sprintf(`class="%s" data-part="%s"`, name, part)
	}
	largest := 0.0
	for _, v := range slices.Concat(s.net.W1.Data, s.net.W2.Data) {
		largest = max(largest, math.Abs(v))
	}
	text := func(name string, x, y float64, s string) {
		fit := ""
		if name == "value" && len(s) > 6 { // else it is wider than its node
			fit = ` textLength="34" lengthAdjust="spacingAndGlyphs"`
		}
		fmt.Fprintf(&b, `<text class="%s" x="%g" y="%g"%s>%s</text>`, name, x, y, fit, minus(s))
	}
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img" aria-label="The network: %d inputs, %d hidden nodes, %d outputs; %d of its parts occur in equation %s">`,
		width, height, n0, n1, n2, len(lit), s.label)
	// What the equation puts on an edge is written there, where there is room.
	flow := map[string]*matrix.Matrix{}
	switch s.label {
	case "F1":
		flow["w1"] = s.net.W1
	case "F3":
		flow["w2"] = s.net.W2
	case "E1", "M2":
		flow["w2"] = pass.DW2
	case "E3", "M5":
		flow["w1"] = pass.DW1
	case "M4":
		flow["w2"] = s.net.W2.Clone() // w²_jk η_k
		for i, v := range s.net.W2.Data {
			flow["w2"].Data[i] = v * pass.Eta.Data[i%n2]
		}
	case "R2", "U1":
		flow["w1"], flow["w2"] = s.all.step.Pass.DJW1, s.all.step.Pass.DJW2
	}
	edges := func(name string, w *matrix.Matrix, left, right float64) {
		var labels []func() // written last, so that no edge crosses them
		// At this part of the way, the labels are equally far from one another.
		at := 1 / float64(w.Cols+1)
		if w.Rows < w.Cols {
			at = 1 - 1/float64(w.Rows+1)
		}
		for r := range w.Rows {
			for c, v := range w.Row(r) {
				thickness, dashes := 0.6, ""
				if largest > 0 && finite(v) && finite(largest) {
					thickness += 4 * math.Abs(v) / largest
				}
				if v < 0 {
					dashes = ` stroke-dasharray="5 3"`
				}
				part := fmt.Sprintf("%s-%d-%d", name, r, c)
				fmt.Fprintf(&b, `<line %s x1="%g" y1="%g" x2="%g" y2="%g" stroke-width="%.2f"%s/>`,
					class("edge", part), left, nodeY(r, w.Rows, height), right, nodeY(c, w.Cols, height), thickness, dashes)
				fmt.Fprintf(&b, `<path class="grip" data-grip="%s" d="M%g %gL%g %g"/>`, part, left, nodeY(r, w.Rows, height), right, nodeY(c, w.Cols, height))
				if on := flow[name]; on != nil && len(on.Data) <= 12 {
					labels = append(labels, func() {
						x := min(max(left+at*(right-left), left+room), right-room)
						text("on flow", x, (1-at)*nodeY(r, w.Rows, height)+at*nodeY(c, w.Cols, height)+3, number(on.At(r, c), 2))
					})
				}
			}
		}
		for _, label := range labels {
			label()
		}
	}
	edges("w1", s.net.W1, inputX+20, hiddenX-half)
	edges("w2", s.net.W2, hiddenX+half, outputX-half)
	for i, v := range pass.A0.Data {
		y := nodeY(i, n0, height)
		fmt.Fprintf(&b, `<circle %s data-grip="x-%d-%d" cx="%g" cy="%g" r="20"/>`, class("node", fmt.Sprintf("a0-%d", i)), s.at["s"], i, inputX, y)
		text("value", inputX, y+4, number(v, 3))
	}
	// A node shows z and a in its two halves, and its bias below.
	nodes := func(layer string, x float64, z, a, bias []float64, factor string, factors []float64) {
		for n := range z {
			y := nodeY(n, len(z), height)
			for i, v := range [2]float64{z[n], a[n]} {
				left := x + float64(i-1)*half
				part := fmt.Sprintf("%c%s-%d", "za"[i], layer, n)
				fmt.Fprintf(&b, `<rect %s x="%g" y="%g" width="%g" height="%g"/>`, class("node", part), left, y-tallest, half, 2*tallest)
				text("value", left+half/2, y+4, number(v, 3))
			}
			fmt.Fprintf(&b, `<text %s data-grip="b%s-0-%d" x="%g" y="%g">b %s</text>`, class("bias", fmt.Sprintf("b%s-%d", layer, n)), layer, n, x, y+tallest+12, minus(number(bias[n], 3)))
			if factors != nil { // above the node
				text("on", x, y-tallest-3, factor+" "+number(factors[n], 2))
			}
		}
	}
	// From M1 on, a node of the output has its η, and from M4 on a hidden one its δ.
	var eta, delta []float64
	if n := slices.Index(derive.Labels(), s.label); s.label[0] == 'M' {
		eta = pass.Eta.Data
		if n >= slices.Index(derive.Labels(), "M4") {
			delta = pass.Delta.Data
		}
	}
	nodes("1", hiddenX, pass.Z1.Data, pass.A1.Data, s.net.B1.Data, "δ", delta)
	nodes("2", outputX, pass.Z2.Data, pass.A2.Data, s.net.B2.Data, "η", eta)
	for k, v := range pass.Y.Data {
		y := nodeY(k, n2, height)
		fmt.Fprintf(&b, `<line class="way" x1="%g" y1="%g" x2="%g" y2="%g"/>`, outputX+half, y, lossX-24, height/2)
		fmt.Fprintf(&b, `<text %s data-grip="y-%d-%d" x="%g" y="%g">y %s</text>`, class("bias", fmt.Sprintf("y-%d", k)), s.at["s"], k, lossX, height/2+40+14*float64(k), minus(number(v, 3)))
	}
	fmt.Fprintf(&b, `<circle %s cx="%g" cy="%g" r="24"/>`, class("node", "L"), lossX, height/2)
	text("value", lossX, height/2+4, number(pass.L.Data[0], 3))
	text("head", lossX, height/2-30, "L")
	if delta == nil {
		text("head", hiddenX, 12, "z¹ | a¹") // at the top, where no edge can cross it
	}
	if eta == nil {
		text("head", outputX, nodeY(0, n2, height)-tallest-6, "z² | a²")
	}
	text("head", inputX, max(9, nodeY(0, n0, height)-26), "a⁰")
	b.WriteString("</svg>")
	return b.String()
}

// curve draws J over the steps, and with the bug.
func (s *state) curve() string {
	const width, height, edge = 200., 44., 3.
	low, high := 0., 0.
	for _, v := range slices.Concat(s.objective, s.buggy) {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img" aria-label="The objective J at each step: %s">`, width, height, s.steps())
	for n, values := range [][]float64{s.buggy, s.objective} {
		if values == nil {
			continue
		}
		name := []string{"bad ", ""}[n]
		var points []byte
		x, y := edge, height-edge
		for n, v := range values {
			if finite(v) {
				x = edge + (width-2*edge)*float64(n)/float64(max(1, s.taken))
				y = height - edge - (height-2*edge)*(v-low)/max(high-low, math.SmallestNonzeroFloat64)
				points = fmt.Appendf(points, "%.1f,%.1f ", x, y)
			}
		}
		fmt.Fprintf(&b, `<polyline class="%scurve" points="%s"/><circle class="%sdot" cx="%.1f" cy="%.1f" r="2.5"/>`, name, bytes.TrimSpace(points), name, x, y)
	}
	return b.String() + "</svg>"
}
