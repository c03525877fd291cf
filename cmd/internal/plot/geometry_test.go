package plot

import (
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	nan         = math.NaN()
	pathCommand = regexp.MustCompile(`([A-Za-z])([^A-Za-z]*)`)
	ascii       = strings.NewReplacer("all", "256", "·10", "e", "−", "-", "⁻", "-", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")
)

type point [2]float64 // in pixels

// An element is one of an SVG file.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`

	points         []point // the corners
	x0, y0, x1, y1 float64 // the box around them
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) dashed() bool { return e.attr("stroke-dasharray") != "" }

func (e element) middle() point { return point{(e.x0 + e.x1) / 2, (e.y0 + e.y1) / 2} }

// within reports whether e lies in the box, with a hundredth of a pixel for rounding.
func (e element) within(x0, y0, x1, y1 float64) bool {
	return e.x0 >= x0-0.01 && e.y0 >= y0-0.01 && e.x1 <= x1+0.01 && e.y1 <= y1+0.01
}

func (e element) overlaps(o element) bool {
	return o.x0 < e.x1 && e.x0 < o.x1 && o.y0 < e.y1 && e.y0 < o.y1
}

// place sets the corners and the box of e, which is moved by (dx, dy). Capitals are 9
// pixels high, and letters reach 3 pixels below the baseline.
func (e *element) place(dx, dy float64) {
	add := func(x, y float64) { e.points = append(e.points, point{x + dx, y + dy}) }
	number := func(name string) float64 { v, _ := strconv.ParseFloat(e.attr(name), 64); return v }
	x, y := number("x"), number("y")
	switch e.XMLName.Local {
	case "rect", "svg":
		add(x, y)
		add(x+number("width"), y+number("height"))
	case "circle":
		r := number("r")
		add(number("cx")-r, number("cy")-r)
		add(number("cx")+r, number("cy")+r)
	case "text":
		w := textWidth(e.Text)
		before := map[string]float64{"middle": w / 2, "end": w}[e.attr("text-anchor")]
		if n, _ := fmt.Sscanf(e.attr("transform"), "translate(%g %g) rotate(-90)", &x, &y); n == 2 {
			add(x-9, y+before-w)
			add(x+3, y+before)
		} else {
			add(x-before, y-9)
			add(x-before+w, y+3)
		}
	case "path":
		for _, m := range pathCommand.FindAllStringSubmatch(e.attr("d"), -1) {
			var a, b float64
			fmt.Sscan(m[2], &a, &b)
			switch m[1] {
			case "M", "L":
				x, y = a, b
			case "l":
				x, y = x+a, y+b
			case "V":
				y = a
			case "h":
				x += a
			case "v":
				y += a
			}
			add(x, y)
		}
	}
	e.x0, e.y0, e.x1, e.y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range e.points {
		e.x0, e.y0, e.x1, e.y1 = min(e.x0, p[0]), min(e.y0, p[1]), max(e.x1, p[0]), max(e.y1, p[1])
	}
}

// failIf reports an error if what is drawn is wrong.
func failIf(t *testing.T, wrong bool, format string, args ...any) {
	t.Helper()
	if wrong {
		t.Errorf(format, args...)
	}
}

// A figure is the elements of an SVG file in the order in which they are drawn, without
// the style and the background.
type figure []element

func (f figure) find(ok func(e element) bool) (found figure) {
	for _, e := range f {
		if ok(e) {
			found = append(found, e)
		}
	}
	return found
}

// class returns the elements whose class begins with the name.
func (f figure) class(name string) figure {
	return f.find(func(e element) bool { return strings.HasPrefix(e.attr("class"), name) })
}

// at returns the elements whose middle is at (x, y), or in line with that if one is NaN,
// to little more than a pixel: neither marks nor letters are symmetric.
func (f figure) at(x, y float64) figure {
	return f.find(func(e element) bool {
		m := e.middle()
		return !(math.Abs(m[0]-x) > 1.6 || math.Abs(m[1]-y) > 1.6)
	})
}

func (f figure) texts(x0, y0, x1, y1 float64) figure {
	return f.find(func(e element) bool { return e.XMLName.Local == "text" && e.within(x0, y0, x1, y1) })
}

// drawn draws p and checks what holds for every figure: all lies inside, no two texts
// overlap, the style has all classes, and the title stands at the top.
func drawn(t *testing.T, p picture) (f figure) {
	t.Helper()
	var root element
	if err := xml.Unmarshal([]byte(svg(t, p)), &root); err != nil {
		t.Fatal(err)
	}
	var width, height float64
	n, _ := fmt.Sscanf(root.attr("viewBox"), "0 0 %g %g", &width, &height)
	var add func(list []element, dx, dy float64)
	add = func(list []element, dx, dy float64) {
		for _, e := range list {
			e.place(dx, dy)
			f = append(f, e)
			add(e.Children, e.x0, e.y0)
		}
	}
	add(root.Children[4:], 0, 0) // after title, description, style and background
	for i, e := range f {
		failIf(t, (i == 0 || f[i-1].XMLName.Local != "svg") && !e.within(0, 0, width, height),
			"%s %q from (%.1f, %.1f) to (%.1f, %.1f), want inside %v×%v", e.XMLName.Local, e.Text, e.x0, e.y0, e.x1, e.y1, width, height) // an inner svg cuts its path off
		for _, class := range strings.Fields(e.attr("class")) {
			failIf(t, !regexp.MustCompile(`\.`+class+`\b`).MatchString(style), "the style has no class %q", class)
		}
		for _, o := range f[:i].find(e.overlaps) {
			failIf(t, e.XMLName.Local == "text" && o.XMLName == e.XMLName, "the texts %q and %q overlap", e.Text, o.Text)
		}
	}
	title := f.texts(0, 0, width, 30).at(width/2, nan)
	failIf(t, strings.TrimSpace(root.Text) != "" || n != 2 || root.attr("width") != num(width) ||
		root.attr("height") != num(height) || len(title) != 1 || title[0].Text != root.Children[0].Text,
		"%v has the title %v", root.Attrs, title)
	return f
}

// A scale is an axis as a reader sees it: its ends, its ticks with their pixels, and the
// pixel of 0 if it is logarithmic.
type scale struct {
	from, to, zero float64
	ticks, pixels  []float64
	log            bool
}

// at returns the pixel of v according to the first and the last tick.
func (s scale) at(v float64) float64 {
	n := len(s.ticks) - 1
	low, high := s.ticks[0], s.ticks[n]
	if s.log && v == 0 {
		return s.zero
	}
	if s.log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	return s.pixels[0] + (s.pixels[n]-s.pixels[0])*(v-low)/(high-low)
}

// scales reads the axes of a chart. Each tick has a line across the frame and, if there is
// room, its label at the end of it. Values or their logarithms are proportional to pixels.
func (f figure) scales(t *testing.T, logX, logY bool) (x, y scale) {
	t.Helper()
	axes := f.class("axis").find(func(e element) bool { return !e.dashed() && !strings.HasSuffix(e.attr("d"), "z") })
	if len(axes) != 2 || axes[0].points[0] != axes[1].points[0] {
		t.Fatalf("found the axes %v", axes)
	}
	x, y = scale{from: axes[0].x0, to: axes[0].x1, log: logX}, scale{from: axes[1].y1, to: axes[1].y0, log: logY}
	for _, line := range f.class("grid") {
		s, pixel := &x, line.x0
		label := f.texts(0, y.from+4, 1e9, y.from+24).find(func(e element) bool { return math.Abs(e.middle()[0]-pixel) < 0.02 })
		if line.x0 < line.x1 {
			s, pixel = &y, line.y0
			label = f.texts(17, 0, x.from-4, 1e9).at(nan, pixel)
		}
		across := s == &x && line.y0 == y.to && line.y1 == y.from || s == &y && line.x0 == x.from && line.x1 == x.to
		if s == &x && len(label) == 0 { // no room
			continue
		} else if !across || len(label) != 1 {
			t.Fatalf("the line at %v has the labels %v", line.points, label)
		}
		text := label[0].Text
		if power, ok := strings.CutPrefix(text, "10"); ok && power > "~" {
			text = "1·" + text
		}
		v, _ := strconv.ParseFloat(ascii.Replace(text), 64)
		if s.log && v == 0 {
			s.zero = pixel
		} else {
			s.ticks, s.pixels = append(s.ticks, v), append(s.pixels, pixel)
		}
	}
	for i, s := range []scale{x, y} {
		for i, v := range s.ticks {
			failIf(t, !(math.Abs(s.at(v)-s.pixels[i]) < 0.02), "the tick %v is at %v, want %v as the others have it", v, s.pixels[i], s.at(v))
		}
		failIf(t, s.zero != 0 != (len(axes[i].points) == 8), "an axis with the ticks %v is drawn as %q", s.ticks, axes[i].attr("d")) // two lines and two strokes
	}
	return x, y
}

// verifyNames checks that the names stand in the middle of the axes, and nothing else
// beyond the labels of the ticks.
func (f figure) verifyNames(t *testing.T, x, y scale, xName, yName string) {
	t.Helper()
	below, beside := f.texts(0, y.from+10, 1e9, 1e9).at((x.from+x.to)/2, nan), f.texts(0, 30, 24, 1e9).at(nan, (y.from+y.to)/2)
	failIf(t, len(below) == 0 || below[len(below)-1].Text != xName || len(beside) != 1 ||
		beside[0].Text != yName,
		"the axes have the names %v and %v, want %q and %q", below, beside, xName, yName)
}

// hasEntry reports whether the legend has the name right of the mark.
func (f figure) hasEntry(name string, mark element) bool {
	entry := f.texts(mark.x1+4, 0, 1e9, 1e9).at(nan, mark.middle()[1]).find(func(e element) bool { return e.x0 < mark.x1+16 })
	return len(entry) == 1 && entry[0].Text == name
}

// near reports whether two points are the same but for rounding.
func near(a, b point) bool { return math.Hypot(a[0]-b[0], a[1]-b[1]) < 0.05 }

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
