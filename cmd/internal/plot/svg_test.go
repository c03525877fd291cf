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

// Here a figure is read back from its SVG file: its elements with their places, and its
// axes.

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

// verify reads a figure and checks what holds for each: all lies inside, no two texts
// overlap, the style has all classes, and the title stands at the top.
func verify(t *testing.T, svg []byte) (f figure) {
	t.Helper()
	var root element
	if err := xml.Unmarshal(svg, &root); err != nil {
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

// verifyLines checks that points and notes are where the ticks say, and that notes cover
// no mark.
func (f figure) verifyLines(t *testing.T, l Lines) {
	t.Helper()
	x, y := f.scales(t, l.LogX, l.LogY)
	lines := f.class("line ")
	for i := len(l.Series) - 1; i >= 0; i-- { // the first lies on top
		var want []point
		for p, v := range l.Series[i].Y {
			if at := (point{x.at(l.Series[i].X[p]), y.at(v)}); finite(v) {
				if l.Series[i].Low != nil { // not on top of other intervals
					at[0] += 5 * (float64(i) - float64(len(l.Series)-1)/2)
				}
				want = append(want, at)
			}
		}
		failIf(t, !slices.EqualFunc(lines[0].points, want, near), "series %d is drawn through %.2f, want %.2f", i, lines[0].points, want)
		if lines = lines[1:]; l.Series[i].Name != "" {
			lines = lines[1:] // in the legend
		}
	}
	for i, n := range l.Notes {
		e, at := f.class("note")[i], x.at(n.X)
		failIf(t, e.Text != n.Text || !e.within(max(at-16, x.from), y.to, min(at+16, x.to), y.from) || e.x0 <= at && e.x1 >= at ||
			len(f.class("mark ").find(e.overlaps)) > 0 || strings.HasSuffix(n.Text, "bottom") != (e.middle()[1] > (y.from+y.to)/2),
			"the note %q at %v is %v", n.Text, at, e)
	}
}

// near reports whether two points are the same but for rounding.
func near(a, b point) bool { return math.Hypot(a[0]-b[0], a[1]-b[1]) < 0.05 }
