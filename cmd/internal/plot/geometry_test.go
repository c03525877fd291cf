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

// An element is one of an SVG file, with its place in pixels.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`

	points         [][2]float64 // the corners
	x0, y0, x1, y1 float64      // the box around them
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// number returns an attribute that is a number of pixels.
func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attr(name), 64)
	if err != nil {
		t.Fatalf("%s of %v: %v", name, e.Attrs, err)
	}
	return v
}

var pathCommand = regexp.MustCompile(`([MLVhvlzZ])([^A-Za-z]*)`)

// place sets the corners and the box of e, which is dx to the right and dy below what
// its attributes say. Capitals are 9 pixels high, and letters reach 3 pixels below the
// baseline.
func (e *element) place(t *testing.T, dx, dy float64) {
	add := func(x, y float64) { e.points = append(e.points, [2]float64{x + dx, y + dy}) }
	switch e.XMLName.Local {
	case "rect", "svg":
		x, y, w, h := e.number(t, "x"), e.number(t, "y"), e.number(t, "width"), e.number(t, "height")
		add(x, y)
		add(x+w, y+h)
	case "circle":
		x, y, r := e.number(t, "cx"), e.number(t, "cy"), e.number(t, "r")
		add(x-r, y-r)
		add(x+r, y+r)
	case "text":
		w := textWidth(e.Text)
		before, ok := map[string]float64{"start": 0, "middle": w / 2, "end": w}[e.attr("text-anchor")]
		if !ok {
			t.Errorf("%q has the anchor %q", e.Text, e.attr("text-anchor"))
		}
		if m := regexp.MustCompile(`^translate\((\S+) (\S+)\) rotate\(-90\)$`).FindStringSubmatch(e.attr("transform")); m != nil {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			add(x-9, y+before)
			add(x+3, y+before-w)
		} else {
			x, y := e.number(t, "x"), e.number(t, "y")
			add(x-before, y-9)
			add(x-before+w, y+3)
		}
	case "path":
		x, y := 0., 0.
		path := e.attr("d")
		for _, m := range pathCommand.FindAllStringSubmatch(path, -1) {
			var v [2]float64
			for i, field := range strings.Fields(m[2]) {
				v[min(i, 1)], _ = strconv.ParseFloat(field, 64)
			}
			switch m[1] {
			case "M", "L":
				x, y = v[0], v[1]
			case "l":
				x, y = x+v[0], y+v[1]
			case "V":
				y = v[0]
			case "h":
				x += v[0]
			case "v":
				y += v[0]
			default:
				continue
			}
			add(x, y)
		}
		if rest := pathCommand.ReplaceAllString(path, ""); rest != "" || len(e.points) == 0 {
			t.Errorf("the path %q has %q", path, rest)
		}
	default:
		t.Fatalf("found the element %s", e.XMLName.Local)
	}
	e.x0, e.y0, e.x1, e.y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range e.points {
		e.x0, e.y0, e.x1, e.y1 = min(e.x0, p[0]), min(e.y0, p[1]), max(e.x1, p[0]), max(e.y1, p[1])
	}
}

func (e element) centre() [2]float64 { return [2]float64{(e.x0 + e.x1) / 2, (e.y0 + e.y1) / 2} }

// within reports whether e lies in the box, with a hundredth of a pixel for rounding.
func (e element) within(x0, y0, x1, y1 float64) bool {
	return e.x0 >= x0-0.01 && e.y0 >= y0-0.01 && e.x1 <= x1+0.01 && e.y1 <= y1+0.01
}

func (e element) overlaps(f element) bool {
	return e.x0 < f.x1 && f.x0 < e.x1 && e.y0 < f.y1 && f.y0 < e.y1
}

// A figure is an SVG file: its size and its elements, without title, description, style
// and background.
type figure struct {
	width, height float64
	description   string
	elements      []element
}

// drawn draws p and checks what holds for every figure: all lies inside, no two texts
// overlap, and the style has all classes.
func drawn(t *testing.T, p picture) (f figure) {
	t.Helper()
	var root element
	if err := xml.Unmarshal([]byte(svg(t, p)), &root); err != nil {
		t.Fatal(err)
	}
	f.width, f.height = root.number(t, "width"), root.number(t, "height")
	if box := "0 0 " + root.attr("width") + " " + root.attr("height"); root.attr("viewBox") != box {
		t.Errorf("viewBox %q, want %q", root.attr("viewBox"), box)
	}
	if c := root.Children; len(c) < 4 || c[0].Text == "" || c[1].Text == "" || c[2].XMLName.Local != "style" || c[3].attr("class") != "bg" || c[3].attr("width") != "100%" || c[3].attr("height") != "100%" {
		t.Fatalf("begins with %v", c[:4])
	}
	f.description = root.Children[1].Text
	if text := strings.TrimSpace(root.Text); text != "" {
		t.Errorf("found %q between the elements", text)
	}
	var add func(list []element, dx, dy float64)
	add = func(list []element, dx, dy float64) {
		for _, e := range list {
			e.place(t, dx, dy)
			f.elements = append(f.elements, e)
			add(e.Children, e.x0, e.y0)
		}
	}
	add(root.Children[4:], 0, 0)
	for i, e := range f.elements {
		if !e.within(0, 0, f.width, f.height) && e.attr("class") != "line s0" { // which an inner svg cuts off
			t.Errorf("%s %q from (%.1f, %.1f) to (%.1f, %.1f), want inside %v×%v", e.XMLName.Local, e.Text, e.x0, e.y0, e.x1, e.y1, f.width, f.height)
		}
		if strings.HasSuffix(e.attr("d"), "Z") && strings.Count(e.attr("d"), "M") != 1 {
			t.Errorf("a mark is drawn as %q", e.attr("d"))
		}
		for _, class := range strings.Fields(e.attr("class")) {
			if !regexp.MustCompile(`\.` + class + `\b`).MatchString(style) {
				t.Errorf("%s has the class %q, which the style does not have", e.XMLName.Local, class)
			}
		}
		for _, o := range f.elements[:i] {
			if e.XMLName.Local == "text" && o.XMLName.Local == "text" && e.overlaps(o) {
				t.Errorf("the texts %q and %q overlap", e.Text, o.Text)
			}
		}
	}
	if title := f.texts(0, 0, f.width, 30); len(title) != 1 || title[0].attr("class") != "title" || title[0].Text != root.Children[0].Text || math.Abs(title[0].centre()[0]-f.width/2) > 0.02 || 1.15*textWidth(title[0].Text) > f.width {
		t.Errorf("the title is %v", title)
	}
	return f
}

// texts returns the texts in the box.
func (f figure) texts(x0, y0, x1, y1 float64) []element { return f.find("text", "", x0, y0, x1, y1) }

// find returns the elements in the box with the given name and, unless it is "", class.
func (f figure) find(name, class string, x0, y0, x1, y1 float64) (found []element) {
	for _, e := range f.elements {
		if e.XMLName.Local == name && (class == "" || e.attr("class") == class) && e.within(x0, y0, x1, y1) {
			found = append(found, e)
		}
	}
	return found
}

// A scale is an axis as a reader sees it: its pixels, and values at some of them.
type scale struct {
	from, to float64
	ticks    map[float64]float64 // the pixels of values
	log      bool
}

// at returns the pixel of v according to the first and last tick.
func (s scale) at(v float64) float64 {
	if p, ok := s.ticks[v]; ok {
		return p
	}
	low, high := math.Inf(1), math.Inf(-1)
	for v := range s.ticks {
		if !s.log || v > 0 {
			low, high = min(low, v), max(high, v)
		}
	}
	at := func(v float64) float64 { return v }
	if s.log {
		at = math.Log
	}
	return s.ticks[low] + (s.ticks[high]-s.ticks[low])*(at(v)-at(low))/(at(high)-at(low))
}

var (
	powerLabel = regexp.MustCompile(`^(?:([−\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$`)
	plain      = strings.NewReplacer("−", "-", "⁻", "-", "⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")
)

// value returns the number that the label of a tick shows.
func value(t *testing.T, label string) float64 {
	t.Helper()
	if m := powerLabel.FindStringSubmatch(label); m != nil {
		label = m[1] + "e" + m[2]
		if m[1] == "" {
			label = "1" + label
		}
	}
	v, err := strconv.ParseFloat(plain.Replace(label), 64)
	if err != nil {
		t.Errorf("the label of a tick: %v", err)
	}
	return v
}

// scales reads the axes of the chart whose frame lies in the box. labels are those that
// are no numbers. Each tick has a line across the frame and its label at the end of that,
// and the values of the ticks are evenly spaced, or their logarithms are.
func (f figure) scales(t *testing.T, box element, logX, logY bool, labels map[string]float64) (x, y scale) {
	t.Helper()
	x, y = scale{ticks: map[float64]float64{}, log: logX}, scale{ticks: map[float64]float64{}, log: logY}
	grid := f.find("path", "grid", box.x0, box.y0, box.x1, box.y1)
	spines := f.find("path", "axis", box.x0, box.y0, box.x1, box.y1)
	spines = slices.DeleteFunc(spines, func(e element) bool { return e.attr("stroke-dasharray") != "" || strings.HasSuffix(e.attr("d"), "z") })
	if len(grid) < 4 || len(spines) != 2 {
		t.Fatalf("found %d lines of the grid and %d axes", len(grid), len(spines))
	}
	ends := func(e element) (a, b [2]float64) { return e.points[0], e.points[len(e.points)-1] }
	a, b := ends(spines[0])
	c, d := ends(spines[1])
	x.from, x.to, y.from, y.to = a[0], b[0], c[1], d[1]
	if a != c || a[1] != b[1] || c[0] != d[0] || x.from >= x.to || y.from <= y.to {
		t.Fatalf("the axes go from %v to %v and from %v to %v", a, b, c, d)
	}
	for _, line := range grid {
		var label []element
		s, along := &x, line.x0
		if line.x0 == line.x1 {
			if line.y0 != y.to || line.y1 != y.from {
				t.Errorf("a line of the grid goes from %v to %v, want %v to %v", line.y0, line.y1, y.to, y.from)
			}
			label = f.texts(line.x0-60, y.from+4, line.x0+60, y.from+24)
			label = slices.DeleteFunc(label, func(e element) bool { return math.Abs(e.centre()[0]-line.x0) > 0.01 })
			if len(label) == 0 { // it has no room
				continue
			}
		} else {
			s, along = &y, line.y0
			if line.x0 != x.from || line.x1 != x.to || line.y0 != line.y1 {
				t.Errorf("a line of the grid goes from %v to %v, want %v to %v", line.x0, line.x1, x.from, x.to)
			}
			label = f.texts(x.from-60, line.y0-9, x.from-4, line.y0+9)
			label = slices.DeleteFunc(label, func(e element) bool {
				return e.attr("text-anchor") != "end" || math.Abs(e.y0+5-line.y0) > 0.01 || e.x1 < x.from-10
			})
		}
		if len(label) != 1 {
			t.Fatalf("a line of the grid at (%v, %v) has the labels %v, want one beside it", line.x0, line.y0, label)
		}
		v, ok := labels[label[0].Text]
		if !ok {
			v = value(t, label[0].Text)
		}
		s.ticks[v] = along
	}
	for i, s := range []scale{x, y} {
		_, zero := s.ticks[0]
		spines[i].verifyGap(t, i, s.from, s.log && zero)
		for v, p := range s.ticks {
			if delete(s.ticks, v); !(math.Abs(s.at(v)-p) <= 0.02) && !(s.log && v == 0) && len(s.ticks) > 1 {
				t.Errorf("the tick %v is at %v, want %.2f as the others have it", v, p, s.at(v))
			}
			s.ticks[v] = p
		}
	}
	return x, y
}

// verifyGap checks the gap in the line of an axis, or that it has none: two strokes across the
// line, at the ends of its two parts. along is 0 for the X axis and 1 for the Y axis.
func (e element) verifyGap(t *testing.T, along int, from float64, gap bool) {
	t.Helper()
	if !gap && len(e.points) == 2 {
		return
	}
	if !gap || len(e.points) != 8 || strings.Count(e.attr("d"), "M") != 4 {
		t.Fatalf("the line of an axis is %q", e.attr("d"))
	}
	for _, i := range []int{2, 4} {
		a, b, end := e.points[i], e.points[i+1], e.points[i/2*5-4] // 1 and 6
		middle := [2]float64{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		if across := math.Abs(a[1-along] - b[1-along]); middle != end || across < 8 || across > 12 || math.Abs(a[along]-b[along]) != 4 {
			t.Errorf("a stroke from %v to %v, want it across the end of the line at %v", a, b, end)
		}
	}
	if wide := math.Abs(e.points[6][along] - e.points[1][along]); wide != 6 || math.Abs(e.points[1][along]-from) > math.Abs(e.points[6][along]-from) {
		t.Errorf("the parts of an axis end at %v and begin at %v", e.points[1], e.points[6])
	}
}

// near reports whether two points are the same to a few hundredths of a pixel.
func near(a, b [2]float64) bool { return math.Hypot(a[0]-b[0], a[1]-b[1]) < 0.05 }

// verifyNames checks the names of the axes: in the middle of each, beyond the labels.
func (f figure) verifyNames(t *testing.T, x, y scale, xName, yName string) {
	t.Helper()
	below, beside := f.texts(0, y.from+24, f.width, f.height), f.texts(0, y.to, 24, y.from)
	if len(below) != 1 || below[0].Text != xName || below[0].centre()[0] != (x.from+x.to)/2 {
		t.Errorf("below the X axis: %v, want %q in the middle", below, xName)
	}
	if len(beside) != 1 || beside[0].Text != yName || beside[0].centre()[1] != (y.from+y.to)/2 {
		t.Errorf("beside the Y axis: %v, want %q in the middle", beside, yName)
	}
}

// verifyEntry checks the entry of the legend: name right of the mark of series k at the
// same height, between the title and the frame.
func (f figure) verifyEntry(t *testing.T, y scale, name string, nth int, mark string) (centre [2]float64) {
	t.Helper()
	entries := slices.DeleteFunc(f.texts(0, 30, f.width, y.to), func(e element) bool { return e.Text != name })
	if len(entries) <= nth {
		t.Fatalf("found %d entries %q in the legend", len(entries), name)
	}
	e := entries[nth]
	for _, m := range f.elements {
		if m.attr("class") == mark && e.x0-m.x1 > 4 && e.x0-m.x1 < 16 && math.Abs(m.centre()[1]-(e.y0+5)) < 1 {
			return m.centre()
		}
	}
	t.Errorf("the entry %q of the legend has no %s", name, mark)
	return centre
}

// A chart can be read back: its axes give every point, interval and note its place.
func verifyLines(t *testing.T, l Lines) {
	t.Helper()
	f := drawn(t, l)
	labels := map[string]float64{}
	for v, text := range l.XLabels {
		labels[text] = v
	}
	x, y := f.scales(t, element{x0: 0, y0: 30, x1: f.width, y1: f.height}, l.LogX, l.LogY, labels)
	f.verifyNames(t, x, y, l.XName, l.YName)
	if f.description != l.YName+" over "+l.XName {
		t.Errorf("the description is %q", f.description)
	}
	if height := y.from - y.to; height < 180 || height > 240 {
		t.Errorf("the frame is %v high", height)
	}
	_, zero := y.ticks[0]
	if _, high := y.ticks[l.YHigh]; l.YHigh != 0 && !(zero && high) {
		t.Errorf("the Y axis shows %v, want 0 to %v", y.ticks, l.YHigh)
	}
	rows := []float64{33} // of the legend
	for _, e := range f.texts(0, 30, f.width, y.to) {
		rows = append(rows, e.y0)
	}
	slices.Sort(rows)
	for i, next := range append(rows[1:], y.to) {
		if next-rows[i] > 22 {
			t.Errorf("between %v and %v, the legend has an empty row", rows[i], next)
		}
	}
	var lines []element
	for _, e := range f.elements {
		if strings.HasPrefix(e.attr("class"), "line ") {
			lines = append(lines, e)
		}
	}
	colours := make([]int, len(l.Series))
	for i := range l.Series {
		if i > 0 {
			colours[i] = colours[i-1]
			if !l.Series[i].Dashed {
				colours[i]++
			}
		}
	}
	count := map[string]int{}                 // of entries that were found
	for i := len(l.Series) - 1; i >= 0; i-- { // the first lies on top
		s, shift := l.Series[i], 0.
		class, mark := fmt.Sprintf("line s%d", colours[i]%7), fmt.Sprintf("mark f%d", colours[i]%7)
		if s.Dashed {
			mark = fmt.Sprintf("bg s%d", colours[i]%7)
		}
		if s.Low != nil {
			shift = 5 * (float64(i) - float64(len(l.Series)-1)/2)
		}
		want, parts, next, marks := [][2]float64(nil), 0, x.from+12*float64(colours[i]), 0
		for p, v := range s.Y {
			before := p > 0 && finite(s.Y[p-1])
			if !finite(v) {
				continue
			}
			if !before || l.LogX && s.X[p-1] == 0 || l.LogY && (v == 0) != (s.Y[p-1] == 0) {
				parts++
			}
			at := [2]float64{x.at(s.X[p]) + shift, y.at(v)}
			want = append(want, at)
			interval := s.Low != nil && finite(s.Low[p]) && finite(s.High[p])
			if interval || at[0] >= next {
				marks++
				next = at[0] + 40
				if !slices.ContainsFunc(f.elements, func(e element) bool {
					c := e.centre()
					return e.attr("class") == mark && math.Abs(c[0]-at[0]) < 0.05 && math.Abs(c[1]-at[1]) < 1
				}) {
					t.Errorf("%q has no mark at %v", s.Name, at)
				}
			}
			if interval {
				start := y.from // of the positive part
				if zero, ok := y.ticks[0]; ok && l.LogY {
					start = zero - 18 // the gap is 6 before
				}
				low := start
				if s.Low[p] > 0 {
					low = min(low, y.at(s.Low[p]))
				}
				bars := f.find("path", fmt.Sprintf("s%d", colours[i]%7), at[0]-3.1, 0, at[0]+3.1, f.height)
				bars = slices.DeleteFunc(bars, func(e element) bool { return math.Abs(e.centre()[0]-at[0]) > 0.05 })
				if n := 2 + map[bool]int{true: 1}[low < start]; len(bars) != n || !near(bars[0].points[0], [2]float64{at[0], low}) || !near(bars[0].points[1], [2]float64{at[0], y.at(s.High[p])}) ||
					bars[1].y0 != bars[0].y0 || bars[n-1].y1 != bars[n-1].y0 || n == 3 && bars[2].y0 != bars[0].y1 || bars[n-1].x1-bars[n-1].x0 < 5 {
					t.Errorf("%q at %v: the interval is drawn as %v, want from %v to %v", s.Name, at, bars, low, y.at(s.High[p]))
				}
			}
		}
		e := lines[0]
		lines = lines[1:]
		if e.attr("class") != class || !slices.EqualFunc(e.points, want, near) || strings.Count(e.attr("d"), "M") != parts || (e.attr("stroke-dasharray") == "5 3") != s.Dashed {
			t.Errorf("%q is drawn as %v, want %s with %d parts through %.2f", s.Name, e.Attrs, class, parts, want)
		}
		if s.Name != "" {
			count[s.Name]++
			sample := lines[0]
			lines = lines[1:]
			if c := f.verifyEntry(t, y, s.Name, count[s.Name]-1, mark); sample.attr("class") != class || math.Hypot(sample.centre()[0]-c[0], sample.centre()[1]-c[1]) > 1 || (sample.attr("stroke-dasharray") == "5 3") != s.Dashed || sample.x1-sample.x0 != 22 {
				t.Errorf("the entry %q of the legend has its mark at %v and the line %v", s.Name, c, sample.Attrs)
			}
			marks++
		}
		colour := colours[i]
		drawn := 0
		for _, e := range f.elements {
			if e.attr("class") == mark {
				drawn++
			}
		}
		if same := slices.DeleteFunc(slices.Clone(colours), func(k int) bool { return (k-colour)%7 != 0 }); drawn != marks && len(same) == 1 {
			t.Errorf("%q has %d marks, want %d", s.Name, drawn, marks)
		}
	}
	if len(lines) > 0 {
		t.Errorf("also drawn: %v", lines)
	}
	for _, n := range l.Notes {
		at := x.at(n.X)
		if !slices.ContainsFunc(f.elements, func(e element) bool {
			return e.attr("stroke-dasharray") == "1 3" && near(e.points[0], [2]float64{at, y.from}) && near(e.points[1], [2]float64{at, y.to})
		}) {
			t.Errorf("the note %q has no line at %v", n.Text, at)
		}
		text := slices.DeleteFunc(f.find("text", "note", max(at-16, x.from), y.to, min(at+16, x.to), y.from), func(e element) bool { return e.Text != n.Text })
		if len(text) != 1 || text[0].x0 <= at && text[0].x1 >= at {
			t.Fatalf("the note %q is not beside its line at %v: %v", n.Text, at, text)
		}
		for _, e := range f.elements {
			if strings.HasPrefix(e.attr("class"), "mark ") && e.overlaps(text[0]) {
				t.Errorf("the note %q covers a mark at %v", n.Text, e.centre())
			}
		}
	}
}

func TestLinesGeometry(t *testing.T) {
	for _, p := range pictures() {
		if l, ok := p.(Lines); ok {
			verifyLines(t, l)
		}
	}
	nan, four := math.NaN(), []float64{0, 1, 2, 3}
	many := Lines{Title: "Many series", XName: "x", YName: "y", YHigh: 2, Series: []Series{
		{X: []float64{0, 1, 2, 4}, Y: []float64{0.5, 1, nan, 0.7}},
		{Name: strings.Repeat("a name that needs room ", 3), X: four, Y: []float64{0.5, 0.6, 0.8, 0.7}},
	}}
	for k := range 7 {
		at := float64(k+1) / 10
		many.Series = append(many.Series, Series{Name: fmt.Sprintf("a series with the number %d", k), X: four, Y: []float64{at, nan, at, at},
			Low: []float64{at / 2, nan, nan, at / 2}, High: []float64{1, nan, 1, nan}})
	}
	verifyLines(t, many)
}

// A note stands at the top, or at the bottom if there is a point in the upper half.
func TestNotes(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5}
	l := Lines{Title: "Notes", XName: "x", YName: "y", Series: []Series{{X: x, Y: []float64{1, 0, 0.4, math.NaN(), 0.6}}}}
	for _, v := range x {
		l.Notes = append(l.Notes, Note{v, "a note"})
	}
	verifyLines(t, l)
	f, got := drawn(t, l), ""
	for _, e := range f.find("text", "note", 0, 0, f.width, f.height) {
		got += map[bool]string{true: "top ", false: "bottom "}[e.centre()[1] < 150]
		if e.y0-36 > 6 && 274-e.y1 > 6 { // from the frame
			t.Errorf("a note goes from %v to %v", e.y0, e.y1)
		}
	}
	if want := "bottom top top top bottom "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every point is at its place, and the colour of every place is that of its class.
func TestScatterGeometry(t *testing.T) {
	s := pictures()["scatter"].(Scatter)
	type place struct {
		x, y  float64
		class int
	}
	var places []place
	region := s.Region
	s.Region = func(x, y float64) int {
		places = append(places, place{x, y, region(x, y)})
		return region(x, y)
	}
	f := drawn(t, s)
	x, y := f.scales(t, element{x0: 0, y0: 30, x1: f.width, y1: f.height}, false, false, nil)
	f.verifyNames(t, x, y, s.XName, s.YName)
	if want := "200 points of 2 classes, x₀ and x₁, and the regions that the network gives to each class"; f.description != want {
		t.Errorf("the description is %q, want %q", f.description, want)
	}
	area := 0.
	var runs [2][]element
	for k := range runs {
		runs[k] = f.find("rect", fmt.Sprintf("r f%d", k), x.from, y.to, x.to, y.from)
		for _, r := range runs[k] {
			area += (r.x1 - r.x0) * (r.y1 - r.y0)
			for _, other := range runs[k] {
				if math.Abs(r.y0-other.y0) < 0.01 && math.Abs(r.x1-other.x0) < 0.01 {
					t.Fatalf("two rectangles of class %d side by side at (%v, %v)", k, r.x1, r.y0)
				}
			}
		}
		marks := 0
		for _, e := range f.elements {
			if e.attr("class") == fmt.Sprintf("mark f%d", k) {
				marks++
			}
		}
		if marks != 1+len(s.X)/2 {
			t.Errorf("%d marks of class %d, want %d and one in the legend", marks, k, len(s.X)/2)
		}
		f.verifyEntry(t, y, "class "+s.Classes[k], 0, fmt.Sprintf("mark f%d", k))
	}
	if frame := (x.to - x.from) * (y.from - y.to); math.Abs(area/frame-1) > 0.01 { // the heights are rounded
		t.Errorf("the regions cover %v of the frame", area/frame)
	}
	cells := map[[2]float64]bool{}
	for _, p := range places {
		at := [2]float64{x.at(p.x), y.at(p.y)}
		cells[at] = true
		if !slices.ContainsFunc(runs[p.class], func(r element) bool {
			return r.x0 < at[0] && at[0] < r.x1 && math.Abs(r.centre()[1]-at[1]) < 0.02
		}) || math.Abs(math.Mod((at[0]-x.from)/(x.to-x.from)*110, 1)-0.5) > 0.02 {
			t.Fatalf("the place %v is not in the middle of a cell of class %d", at, p.class)
		}
	}
	if len(cells) != 110*110 {
		t.Errorf("asks for the class of %d places, want 110×110", len(cells))
	}
	for i := range s.X {
		at := [2]float64{x.at(s.X[i]), y.at(s.Y[i])}
		if !slices.ContainsFunc(f.elements, func(e element) bool {
			c := e.centre()
			return e.attr("class") == fmt.Sprintf("mark f%d", s.Class[i]) && math.Abs(c[0]-at[0]) < 0.05 && math.Abs(c[1]-at[1]) < 1
		}) {
			t.Errorf("point %d has no mark at %v", i, at)
		}
	}
	// Colours and marks repeat, and the legend has as many rows as it needs.
	s = Scatter{Title: "Classes", XName: "x", YName: "y", Classes: strings.Fields(strings.Repeat("versicolor ", 9)), X: []float64{1, 2}, Y: []float64{1, 2}, Class: []int{7, 8}, Region: func(x, y float64) int { return 8 }}
	f = drawn(t, s)
	_, y = f.scales(t, element{x0: 0, y0: 30, x1: f.width, y1: f.height}, false, false, nil)
	for k := range s.Classes {
		f.verifyEntry(t, y, "class versicolor", k, fmt.Sprintf("mark f%d", k%7))
	}
}

// The corner that is enlarged is that of the square in the main panel.
func TestROCGeometry(t *testing.T) {
	r := pictures()["roc"].(ROC)
	f := drawn(t, r)
	if want := "true positive rate over false positive rate, with an area of 0.9700 under the curve"; f.description != want || f.width != 390 {
		t.Errorf("%v wide, the description is %q, want %q", f.width, f.description, want)
	}
	at := slices.IndexFunc(f.elements, func(e element) bool { return e.attr("class") == "bg" })
	if at < 0 {
		t.Fatal("no background for the corner")
	}
	box := f.elements[at]
	for i, panel := range []figure{{elements: f.elements[:at]}, {elements: f.elements[at+1:]}} {
		panel.width, panel.height = f.width, f.height
		x, y := panel.scales(t, element{x0: 0, y0: 30, x1: f.width, y1: f.height}, false, false, nil)
		if low, high := [...]float64{0, 0.9}[i], [...]float64{1, 0.1}[i]; math.Abs(x.at(0)-x.from) > 0.01 || math.Abs(x.at(high)-x.to) > 0.01 || math.Abs(y.at(low)-y.from) > 0.01 || math.Abs(y.at(1)-y.to) > 0.01 || x.to-x.from != y.from-y.to {
			t.Errorf("panel %d has the axes %v and %v", i, x, y)
		}
		var curve, diagonal, corner, cut []element
		for _, e := range panel.elements {
			switch {
			case i == 1 && !e.within(box.x0-1, box.y0, box.x1+1, box.y1) && e.attr("class") != "line s0":
				t.Errorf("%s %q is outside the background of the corner", e.XMLName.Local, e.Text)
			case e.attr("class") == "line s0":
				curve = append(curve, e)
			case e.attr("stroke-dasharray") == "3 4":
				diagonal = append(diagonal, e)
			case strings.HasSuffix(e.attr("d"), "z"):
				corner = append(corner, e)
			case e.XMLName.Local == "svg":
				cut = append(cut, e)
			}
		}
		var want [][2]float64
		for p := range r.FPR {
			want = append(want, [2]float64{x.at(r.FPR[p]), y.at(r.TPR[p])})
		}
		if len(curve) != 1 || len(cut) != 1 || !slices.EqualFunc(curve[0].points, want, near) || strings.Count(curve[0].attr("d"), "M") != 1 || curve[0].attr("stroke-dasharray") != "" {
			t.Errorf("panel %d: the curve is %v, want %v", i, curve, want)
		} else if c := cut[0]; c.x0 != x.from-2 || c.x1 != x.to+2 || c.y0 != y.to-2 || c.y1 != y.from+2 { // room for the width of the line
			t.Errorf("panel %d: the curve is cut off at %v", i, c.points)
		}
		if i == 1 {
			if names := panel.texts(box.x0, box.y0, box.x1, y.to-4); len(names) != 2 || names[0].Text != "AUC 0.9700" || names[1].Text != "the corner enlarged" || names[0].centre()[0] != (x.from+x.to)/2 || names[1].centre()[0] != (x.from+x.to)/2 {
				t.Errorf("above the corner: %v", names)
			}
			continue
		}
		panel.verifyNames(t, x, y, "false positive rate", "true positive rate")
		if len(diagonal) != 1 || !near(diagonal[0].points[0], [2]float64{x.from, y.from}) || !near(diagonal[0].points[1], [2]float64{x.to, y.to}) {
			t.Errorf("the diagonal is %v", diagonal)
		}
		if len(corner) != 1 || !corner[0].within(x.from, y.to, x.at(0.1), y.at(0.9)) || !near([2]float64{corner[0].x1, corner[0].y1}, [2]float64{x.at(0.1), y.at(0.9)}) || len(corner[0].points) != 4 {
			t.Errorf("the corner is %v", corner)
		}
	}
}

func TestHeatmapGeometry(t *testing.T) {
	h := pictures()["heat"].(Heatmap)
	verifyHeatmap(t, h)
	h.Classes = []string{"setosa", "versicolor or virginica", ""}
	verifyHeatmap(t, h)
}

func verifyHeatmap(t *testing.T, h Heatmap) {
	t.Helper()
	f := drawn(t, h)
	if want := "confusion matrix: a row for each true class, a column for each predicted class"; f.description != want {
		t.Errorf("the description is %q, want %q", f.description, want)
	}
	cells := f.find("rect", "", 0, 0, f.width, f.height)
	n := len(h.Classes)
	if side := cells[len(cells)-1].x1 - cells[0].x0; side < 150 || side > max(170, float64(n)*(widest(h.Classes)+10)) {
		t.Errorf("the cells are %v wide in all", side)
	}
	if len(cells) != n*n {
		t.Fatalf("found %d cells, want %d", len(cells), n*n)
	}
	for i, c := range cells {
		row, column := i/n, i%n
		first, above := cells[row*n], cells[column]
		if c.y0 != first.y0 || c.x0 != above.x0 || math.Abs((c.x1-c.x0)-(c.y1-c.y0)) > 0.02 || column > 0 && math.Abs(c.x0-cells[i-1].x1-1) > 0.02 || row > 0 && math.Abs(c.y0-cells[i-n].y1-1) > 0.02 {
			t.Errorf("row %d, column %d: the cell is at %v", row, column, c.points)
		}
		total := 0
		for _, v := range h.Count[row] {
			total += v
		}
		v, opacity, text := h.Count[row][column], "0.00", ""
		if v > 0 {
			opacity, text = fmt.Sprintf("%.2f", 0.12+0.38*float64(v)/float64(total)), fmt.Sprint(v)
		}
		if class := fmt.Sprintf("f%d", map[bool]int{false: 1}[row == column]); c.attr("class") != class || c.attr("opacity") != opacity {
			t.Errorf("row %d, column %d: the cell is %v, want %s and the opacity %s", row, column, c.Attrs, class, opacity)
		}
		got := ""
		for _, e := range f.texts(c.x0, c.y0, c.x1, c.y1) {
			got += e.Text
			if math.Abs(e.centre()[0]-c.centre()[0]) > 1 || math.Abs(e.y0+5-c.centre()[1]) > 1 {
				t.Errorf("row %d, column %d: %q is not in the middle of its cell", row, column, e.Text)
			}
		}
		if got != text {
			t.Errorf("row %d, column %d: found %q, want %q", row, column, got, text)
		}
	}
	for k, class := range h.Classes {
		side, top := cells[k*n], cells[k]
		left, above := f.texts(20, side.y0, side.x0-4, side.y1), f.texts(top.x0, 30, top.x1, top.y0-4)
		if len(left) != 1 || left[0].Text != class || math.Abs(left[0].y0+5-side.centre()[1]) > 1 || side.x0-left[0].x1 > 12 {
			t.Errorf("left of row %d: %v", k, left)
		}
		if len(above) != 1 || above[0].Text != class || math.Abs(above[0].centre()[0]-top.centre()[0]) > 1 || top.y0-above[0].y1 > 12 {
			t.Errorf("above column %d: %v", k, above)
		}
	}
	first, last := cells[0], cells[n*n-1]
	middle := [2]float64{(first.x0 + last.x1) / 2, (first.y0 + last.y1) / 2}
	below, beside := f.texts(0, last.y1+4, f.width, f.height), f.texts(0, 30, 20, f.height)
	if len(below) != 1 || below[0].Text != "predicted class" || math.Abs(below[0].centre()[0]-middle[0]) > 1 || len(beside) != 1 || beside[0].Text != "true class" || math.Abs(beside[0].centre()[1]-middle[1]) > 1 {
		t.Errorf("the names are %v and %v", below, beside)
	}
}

func TestImagesGeometry(t *testing.T) {
	const rows, columns, count, across = 2, 3, 5, 3 // five images in rows of three
	m := Images{Title: "Weights of all the hidden nodes", Rows: rows, Cols: columns}
	for i := range count {
		m.Data = append(m.Data, []float64{-0.25, 0.125, 0, 0.0025, 0.0024, float64(i+1) / 100}) // less than a hundredth of the largest is not drawn
	}
	f := drawn(t, m)
	if want := "5 images of 2×3 numbers between −0.25 and 0.25"; f.description != want {
		t.Errorf("the description is %q, want %q", f.description, want)
	}
	frames := f.find("rect", "grid", 0, 30, f.width, f.height)
	if len(frames) != count {
		t.Fatalf("found %d frames, want %d", len(frames), count)
	}
	drawn := 0
	for i, frame := range frames {
		if i > 0 && (frame.x0 > frames[i-1].x1) != (i%across > 0) || i >= across && (frame.x0 != frames[i-across].x0 || frame.y0-frames[i-across].y1 < 4) || i%across > 0 && frame.y0 != frames[i-1].y0 {
			t.Errorf("image %d is at %v", i, frame.points)
		}
		for p, v := range m.Data[i] {
			x, y := frame.x0+1+7*float64(p%columns), frame.y0+1+7*float64(p/columns)
			got := slices.DeleteFunc(f.find("rect", "", x, y, x+7, y+7), func(e element) bool { return e.x1-e.x0 != 7 || e.y1-e.y0 != 7 })
			if math.Abs(v) < 0.0025 {
				if len(got) > 0 {
					t.Errorf("image %d, number %d is drawn", i, p)
				}
				continue
			}
			drawn++
			if class := fmt.Sprintf("f%d", map[bool]int{true: 1}[v < 0]); len(got) != 1 || got[0].attr("class") != class || got[0].attr("opacity") != fmt.Sprintf("%.2f", math.Abs(v)/0.25) || !got[0].within(frame.x0+1, frame.y0+1, frame.x1-1, frame.y1-1) {
				t.Errorf("image %d, number %d, %v: found %v", i, p, v, got)
			}
		}
	}
	rects := f.find("rect", "", 0, 0, f.width, f.height)
	if len(rects) != count+drawn+2 {
		t.Fatalf("found %d rectangles, want %d frames, %d numbers and 2 in the legend", len(rects), count, drawn)
	}
	texts := f.texts(0, frames[count-1].y1+4, f.width, f.height)
	for k, text := range []string{"above 0, up to 0.25", "below 0, down to −0.25"} {
		if e := rects[count+drawn+k]; e.attr("class") != fmt.Sprintf("f%d", k) || len(texts) != 2 || texts[k].Text != text || texts[k].x0-e.x1 < 4 || texts[k].x0-e.x1 > 12 || math.Abs(texts[k].centre()[1]-e.centre()[1]) > 2 || e.x0 != frames[0].x0+1 || e.y0-frames[count-1].y1 > 30 || f.height-texts[1].y1 > 24 {
			t.Errorf("in the legend: %v beside %v, want %q", texts, e.points, text)
		}
	}
}

// The label of a tick is left out if it would touch the one before, and only then. One
// at the end of the axis stays inside the picture.
func TestLabelsHaveRoom(t *testing.T) {
	var ticks []float64
	for v := range 40 {
		ticks = append(ticks, float64(100+v*v))
	}
	f := drawn(t, Lines{Title: "Labels", XName: "x", YName: "y", XTicks: ticks, Series: []Series{{X: ticks, Y: ticks}}})
	grid := f.find("path", "grid", 0, 0, f.width, f.height)[:len(ticks)]
	last, shown := math.Inf(-1), 0
	for i, line := range grid {
		text := fmt.Sprint(ticks[i])
		label := slices.DeleteFunc(f.texts(line.x0-40, line.y1, line.x0+40, line.y1+24), func(e element) bool { return e.Text != text })
		half := textWidth(text) / 2
		if room := line.x0-half > last+4; room != (len(label) == 1) {
			t.Errorf("the tick %v at %v has the labels %v; the last one ends at %v", ticks[i], line.x0, label, last)
		} else if room {
			if want := min(line.x0, 390-half); math.Abs(label[0].centre()[0]-want) > 0.02 {
				t.Errorf("the label %s is at %v, want %v", text, label[0].centre()[0], want)
			}
			last = line.x0 + half
			shown++
		}
	}
	if shown < 5 || shown > 25 {
		t.Errorf("%d of %d labels are shown", shown, len(ticks))
	}
}

// YHigh extends the Y axis, and an interval that reaches far down does not compress the
// rest of a logarithmic one.
func TestYAxis(t *testing.T) {
	two := []float64{1, 2}
	for _, c := range []struct {
		l         Lines
		low, high float64 // the first and last tick
	}{
		{Lines{Series: []Series{{X: two, Y: []float64{0.5, 0.6}}}}, 0.5, 0.6},
		{Lines{YHigh: 0.8, Series: []Series{{X: two, Y: []float64{0.5, 0.6}}}}, 0, 0.8},
		{Lines{YHigh: 1, Series: []Series{{X: two, Y: []float64{0.5, 0.6}}}}, 0, 1},
		{Lines{YHigh: 1, Series: []Series{{X: two, Y: []float64{-1, 2}}}}, -1, 2},
		{Lines{Series: []Series{{X: two, Y: two, Low: []float64{0.1, 2}, High: []float64{1, 3}}}}, 0, 3},
		{Lines{LogY: true, Series: []Series{{X: two, Y: two, Low: []float64{0.1, 2}, High: []float64{1, 5}}}}, 0.5, 5},
	} {
		c.l.Title, c.l.XName, c.l.YName = "Ticks", "x", "y"
		f := drawn(t, c.l)
		_, y := f.scales(t, element{x0: 0, y0: 30, x1: f.width, y1: f.height}, false, c.l.LogY, nil)
		low, high := math.Inf(1), math.Inf(-1)
		for v := range y.ticks {
			low, high = min(low, v), max(high, v)
		}
		if low != c.low || high != c.high {
			t.Errorf("%+v: got ticks from %v to %v, want %v to %v", c.l, low, high, c.low, c.high)
		}
	}
}
