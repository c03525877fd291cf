package plot

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// verifyLines checks that points, intervals and notes are where the axes say.
func verifyLines(t *testing.T, l Lines) {
	t.Helper()
	f := drawn(t, l)
	x, y := f.scales(t, l.LogX, l.LogY)
	f.verifyNames(t, x, y, l.XName, l.YName)
	failIf(t, y.from-y.to < 180 || l.YHigh != 0 && (y.at(0) > y.from || y.at(l.YHigh) < y.to), "the Y axis is %v high and shows %v, want 0 to %v", y.from-y.to, y.ticks, l.YHigh)
	lines, places := f.class("line "), map[string][]point{} // where a mark may be
	solid := slices.DeleteFunc(slices.Clone(l.Series), func(s Series) bool { return s.Dashed })
	colour := len(solid) - 1
	for i := len(l.Series) - 1; i >= 0; i-- { // the first lies on top
		s, shift := l.Series[i], 0.
		class, mark := fmt.Sprintf("s%d", colour%colours), fmt.Sprintf("mark f%d", colour%colours)
		if s.Dashed {
			mark = "bg " + class
		} else {
			colour--
		}
		if s.Low != nil {
			shift = 5 * (float64(i) - float64(len(l.Series)-1)/2)
		}
		want, parts := []point(nil), 0
		for p, v := range s.Y {
			if !finite(v) {
				continue
			}
			if p == 0 || !finite(s.Y[p-1]) || l.LogX && s.X[p-1] == 0 || l.LogY && (v == 0) != (s.Y[p-1] == 0) {
				parts++
			}
			at := point{x.at(s.X[p]) + shift, y.at(v)}
			want = append(want, at)
			if low, high, ok := s.interval(p); ok {
				n, from := 3, y.at(low)  // a line with strokes at its ends
				if l.LogY && low < v/2 { // cut off, as more would compress the rest
					if n, from = 2, y.from; y.zero != 0 {
						from = y.zero - 18
					}
				}
				bars := f.class(class).at(at[0], nan)
				failIf(t, len(f.class(mark).at(at[0], at[1])) == 0 || len(bars) != n ||
					!near(bars[0].points[0], point{at[0], from}) || !near(bars[0].points[1], point{at[0], y.at(high)}) ||
					bars[1].y0 != bars[0].y0 || bars[1].y1 != bars[0].y0 || bars[n-1].y0 != bars[n-1].y1,
					"%q at %v: the interval is drawn as %v, want from %v to %v", s.Name, at, bars, from, y.at(high))
			}
		}
		line := lines[0]
		lines = lines[1:]
		failIf(t, line.attr("class") != "line "+class || !slices.EqualFunc(line.points, want, near) ||
			strings.Count(line.attr("d"), "M") != parts || line.dashed() != s.Dashed,
			"%q is drawn as %v, want the class %s and %d parts through %.2f", s.Name, line.Attrs, class, parts, want)
		if s.Name != "" {
			sample := lines[0]
			lines = lines[1:]
			m := sample.middle()
			failIf(t, len(f.class(mark).at(m[0], m[1])) != 1 || !f.hasEntry(s.Name, sample) ||
				sample.attr("class") != line.attr("class") || sample.dashed() != s.Dashed,
				"the legend has no entry %q, or no mark in it", s.Name)
			want = append(want, m)
		}
		places[mark] = append(places[mark], want...)
	}
	for mark, points := range places {
		for _, e := range f.class(mark) {
			found := slices.ContainsFunc(points, func(p point) bool { return len(figure{e}.at(p[0], p[1])) > 0 })
			failIf(t, !found, "a %s is at %v, where no point is", mark, e.middle())
		}
	}
	for i, n := range l.Notes {
		e, at := f.class("note")[i], x.at(n.X)
		line := f.class("axis").at(at, nan).find(element.dashed)
		failIf(t, len(line) != 1 || line[0].x0 != line[0].x1 || e.Text != n.Text || !e.within(max(at-16, x.from), y.to, min(at+16, x.to), y.from) || e.x0 <= at && e.x1 >= at ||
			len(f.class("mark ").find(e.overlaps)) > 0 || strings.HasSuffix(n.Text, "bottom") != (e.middle()[1] > (y.from+y.to)/2), "the note %q at %v is %v with the line %v", n.Text, at, e, line)
	}
}

func TestLines(t *testing.T) {
	two, four := []float64{1, 2}, []float64{0, 1, 2, 3}
	many := Lines{YHigh: 2, Series: []Series{
		{X: []float64{0, 1, 2, 4}, Y: []float64{0.5, 1, nan, 0.7}},
		{Name: strings.Repeat("a name that needs room ", 3), X: four, Y: []float64{0.5, 0.6, 0.8, 0.7}},
	}}
	for k := range 7 {
		at := float64(k+1) / 10
		many.Series = append(many.Series, Series{Name: fmt.Sprintf("a series with the number %d", k), X: four, Y: []float64{at, nan, at, at},
			Low: []float64{at / 2, nan, nan, at / 2}, High: []float64{1, nan, 1, nan}})
	}
	var squares []float64
	for v := range 40 {
		squares = append(squares, float64(100+v*v))
	}
	for _, l := range []Lines{
		many,
		{Notes: []Note{{0, "bottom"}, {1, "top"}, {2, "top"}, {3, "bottom"}}, Series: []Series{{X: four, Y: []float64{1, 0, 0.4, 0.6}}}},
		{XTicks: squares, Series: []Series{{X: squares, Y: squares}}}, // not all labels have room
		{Series: []Series{{X: two, Y: []float64{1e6, 1e6 + 0.002}}}},  // wide labels
		{LogY: true, Series: []Series{{X: two, Y: two, Low: []float64{0.1, 1}, High: []float64{2, 3}}}},
	} {
		l.Title, l.XName, l.YName = "Lines", "x", "y"
		verifyLines(t, l)
	}
	for _, name := range []string{"lines", "loss", "zero"} {
		verifyLines(t, pictures()[name].(Lines))
	}
}

// Every point is at its place, and the colour of every place is that of its class.
func TestScatter(t *testing.T) {
	s, places := pictures()["scatter"].(Scatter), map[point]int{}
	region := s.Region
	s.Region = func(x, y float64) int {
		places[point{x, y}] = region(x, y)
		return region(x, y)
	}
	f := drawn(t, s)
	x, y := f.scales(t, false, false)
	f.verifyNames(t, x, y, s.XName, s.YName)
	area, regions, marks := 0., []figure{f.class("r f0"), f.class("r f1")}, f.class("mark ")
	for _, r := range f.class("r ") {
		area += (r.x1 - r.x0) * (r.y1 - r.y0)
	}
	failIf(t, math.Abs(area/(x.to-x.from)/(y.from-y.to)-1) > 0.01 || len(places) != 110*110,
		"the regions cover %v pixels with %d places", area, len(places)) // the heights are rounded
	for p, k := range places {
		at := point{x.at(p[0]), y.at(p[1])}
		if len(regions[k].find(func(e element) bool { return e.x0 < at[0] && at[0] < e.x1 && math.Abs(e.middle()[1]-at[1]) < 0.02 })) != 1 {
			t.Fatalf("the place %v is not in a region of class %d", at, k)
		}
	}
	for i, k := range append(s.Class, 0, 1) {
		m := marks[i]
		failIf(t, m.attr("class") != fmt.Sprintf("mark f%d", k) ||
			i < len(s.X) && len(marks[i:i+1].at(x.at(s.X[i]), y.at(s.Y[i]))) == 0 ||
			i >= len(s.X) && !f.hasEntry("class "+s.Classes[k], m),
			"the mark %d is %v, want class %d", i, m, k)
	}
	drawn(t, Scatter{Classes: []string{"a"}, X: []float64{1, 2}, Y: []float64{1e6, 1e6 + 0.002}, Class: []int{0, 0}, Region: func(x, y float64) int { return 0 }}) // wide labels
}

// The corner that is enlarged is that of the square in the main panel.
func TestROC(t *testing.T) {
	r := pictures()["roc"].(ROC)
	f := drawn(t, r)
	split := slices.IndexFunc(f, func(e element) bool { return e.attr("class") == "bg" })
	diagonal, square := f.find(element.dashed), f.find(func(e element) bool { return strings.HasSuffix(e.attr("d"), "z") })
	for i, span := range []float64{1, 0.1} {
		panel := []figure{f[:split], f[split+1:]}[i]
		x, y := panel.scales(t, false, false)
		failIf(t, !near(point{x.at(0), x.at(span)}, point{x.from, x.to}) || !near(point{y.at(1 - span), y.at(1)}, point{y.from, y.to}), "panel %d has the axes %v and %v", i, x, y)
		var want []point
		for p, fpr := range r.FPR {
			want = append(want, point{x.at(fpr), y.at(r.TPR[p])})
		}
		cut, curve := panel.find(func(e element) bool { return e.XMLName.Local == "svg" }), panel.class("line s0")
		failIf(t, len(curve) != 1 || !slices.EqualFunc(curve[0].points, want, near) || len(cut) != 1 ||
			!cut[0].within(x.from-2, y.to-2, x.to+2, y.from+2),
			"panel %d: the curve is %v, cut off at %v, want %v", i, curve, cut, want)
		if i == 0 {
			panel.verifyNames(t, x, y, "false positive rate", "true positive rate")
			failIf(t, len(diagonal) != 1 || !near(diagonal[0].points[0], point{x.from, y.from}) ||
				!near(diagonal[0].points[1], point{x.to, y.to}) ||
				!near(point{square[0].x0, square[0].y0}, point{x.from, y.to}) ||
				!near(point{square[0].x1, square[0].y1}, point{x.at(0.1), y.at(0.9)}),
				"the diagonal is %v, the corner %v", diagonal, square)
			continue
		}
		names := panel.texts(0, 0, 1e9, y.to-4).at((x.from+x.to)/2, nan)
		failIf(t, len(names) != 2 || names[0].Text != "AUC 0.9700" || names[1].Text != "the corner enlarged", "above the corner: %v", names)
	}
}

func TestHeatmap(t *testing.T) {
	h := pictures()["heat"].(Heatmap)
	for _, h.Classes = range [][]string{h.Classes, {"setosa", "versicolor or virginica", "no"}} {
		f, n := drawn(t, h), len(h.Classes)
		cells := f.class("f")
		for i, c := range cells {
			v, row, m, size := h.Count[i/n][i%n], cells[i/n*n], c.middle(), cells[0].x1-cells[0].x0
			at := point{cells[0].x0 + float64(i%n)*(size+1), cells[0].y0 + float64(i/n)*(size+1)}
			opacity, _ := strconv.ParseFloat(c.attr("opacity"), 64)
			failIf(t, (i/n == i%n) != (c.attr("class") == "f0") || (v > 0) != (opacity > 0.1) || opacity > 0.5 ||
				h.Count[i/n][0] < v && row.attr("opacity") >= c.attr("opacity") || !near(c.points[0], at) ||
				!near(c.points[1], point{at[0] + size, at[1] + size}),
				"the cell %d, %d with %d is %v", i/n, i%n, v, c.Attrs)
			text := f.texts(c.x0, c.y0, c.x1, c.y1).at(m[0], m[1])
			left, above := f.texts(20, 0, c.x0, 1e9).at(nan, m[1]), f.texts(c.x0, 30, c.x1, cells[0].y0-4).at(m[0], nan)
			failIf(t, v > 0 != (len(text) == 1) || v > 0 && text[0].Text != fmt.Sprint(v) ||
				left[0].Text != h.Classes[i/n] || len(above) != 1 || above[0].Text != h.Classes[i%n],
				"the cell %d, %d has %v, left %v, above %v; want %d", i/n, i%n, text, left, above, v)
		}
		f.verifyNames(t, scale{from: cells[0].x0, to: cells[n*n-1].x1}, scale{from: cells[n*n-1].y1, to: cells[0].y0}, "predicted class", "true class")
	}
}

func TestImages(t *testing.T) {
	m := Images{Title: "Weights of all the hidden nodes", Rows: 2, Cols: 3}
	for i := range 5 {
		m.Data = append(m.Data, []float64{-0.25, 0.125, 0, 0.0025, 0.0024, float64(i+1) / 100})
	}
	f := drawn(t, m)
	frames, rects := f.class("grid"), f.class("f")
	for i, image := range m.Data {
		frame := frames[i]
		failIf(t, len(frames[:i].find(frame.overlaps)) > 0, "image %d covers another", i)
		for p, v := range image {
			if math.Abs(v) < 0.0025 { // a hundredth of the largest
				continue
			}
			e, x, y := rects[0], frame.x0+1+7*float64(p%3), frame.y0+1+7*float64(p/3)
			rects = rects[1:]
			failIf(t, e.attr("class") != fmt.Sprintf("f%d", map[bool]int{true: 1}[v < 0]) ||
				e.attr("opacity") != fmt.Sprintf("%.2f", math.Abs(v)/0.25) || e.points[0] != (point{x, y}) ||
				e.points[1] != (point{x + 7, y + 7}) || !e.within(frame.x0, frame.y0, frame.x1, frame.y1),
				"image %d, number %d, %v: found %v", i, p, v, e.Attrs)
		}
	}
	for k, text := range []string{"above 0, up to 0.25", "below 0, down to −0.25"} {
		e := rects[k]
		failIf(t, len(rects) != 2 || e.attr("class") != fmt.Sprintf("f%d", k) || !f.hasEntry(text, e) || e.y0 < frames[4].y1, "%q is not beside %v in the legend", text, e.points)
	}
}
