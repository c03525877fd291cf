package plot

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// smallest is the smallest span of a linear axis. On a logarithmic axis, numbers below it
// count as 0.
const smallest = 1e-150

// rounding is the largest relative difference that counts as none, since it may be due
// to the rounding of float64.
const rounding = 1e-9

// finite reports whether v can be drawn.
func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// An axis maps values to pixels. A logarithmic axis that must show 0 has a gap near its
// start, and 0 stands before the gap.
type axis struct {
	low, high float64 // the values at its ends; without 0 if log
	from, to  float64 // the pixels of its ends
	log       bool
	zero      bool // log and must show 0
	ticks     []float64
	labels    map[float64]string // instead of the number
}

// newAxis returns an axis without values; include adds them.
func newAxis(from, to float64, log bool) axis {
	return axis{low: math.Inf(1), high: math.Inf(-1), from: from, to: to, log: log}
}

// include extends a to the value v if that can be drawn. If a is logarithmic, v must
// not be negative.
func (a *axis) include(v float64) {
	if a.log && v < smallest {
		a.zero = true
	} else if finite(v) {
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
}

// empty reports whether a includes no value.
func (a *axis) empty() bool { return a.low > a.high && !a.zero }

// setTicks sets the ticks of a, which must include a value, to the given ones, or to
// round numbers if they are nil. It extends a linear axis to the next round numbers and
// a logarithmic axis by a margin.
func (a *axis) setTicks(ticks []float64) {
	if a.low > a.high { // only 0 on a logarithmic axis
		a.low, a.high = 0.1, 1
	}
	a.ticks = ticks
	if a.log {
		if ticks == nil {
			a.ticks = logTicks(a.low, a.high)
			for len(a.ticks) < 2 {
				a.low, a.high = a.low/1.2, min(a.high*1.2, math.MaxFloat64)
				a.ticks = logTicks(a.low, a.high)
			}
		}
		margin := max(math.Pow(10, 0.03*(math.Log10(a.high)-math.Log10(a.low))), 1.01)
		a.low, a.high = a.low/margin, min(a.high*margin, math.MaxFloat64)
		if a.zero && ticks == nil {
			a.ticks = append([]float64{0}, a.ticks...)
		}
		return
	}
	// A span that float64 barely resolves is one value.
	if size := max(math.Abs(a.low), math.Abs(a.high)); a.high-a.low <= max(rounding*size, smallest) {
		d := max(size/10, 1e-3)
		a.low, a.high = max(a.low-d, -math.MaxFloat64), min(a.high+d, math.MaxFloat64)
	}
	if ticks == nil {
		a.ticks = linearTicks(a.low, a.high)
		a.low, a.high = min(a.low, a.ticks[0]), max(a.high, a.ticks[len(a.ticks)-1])
	}
}

// at returns the pixel of v.
func (a *axis) at(v float64) float64 {
	from, low, high := a.from, a.low, a.high
	if a.log {
		if v < smallest {
			return a.gap() - math.Copysign(12, a.to-a.from)
		}
		if a.zero {
			from = a.gap() + math.Copysign(6, a.to-a.from)
		}
		v, low, high = math.Log10(v), math.Log10(low), math.Log10(high)
	}
	return from + (a.to-from)*((v/2-low/2)/(high/2-low/2)) // high − low may overflow
}

// gap returns the pixel of the gap between 0 and the positive values.
func (a *axis) gap() float64 { return a.from + math.Copysign(22, a.to-a.from) }

// gapBetween reports whether the gap of the axis lies between the values u and v.
func (a *axis) gapBetween(u, v float64) bool {
	return a.log && (u < smallest) != (v < smallest)
}

// linearTicks returns between 2 and 11 multiples of 1, 2 or 5 times a power of ten. They
// enclose low and high unless that would overflow.
func linearTicks(low, high float64) (ticks []float64) {
	rough := (high/2 - low/2) / 3
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, f := range []float64{5, 2, 1} {
		if f*power >= rough {
			step = f * power
		}
	}
	first, last := math.Floor(low/step+rounding), math.Ceil(high/step-rounding)
	for k := first; k <= last; k++ {
		if finite(k * step) {
			ticks = append(ticks, k*step)
		}
	}
	return ticks
}

// logTicks returns the powers of ten between low and high, at most 11, and 2 and 5 times
// them if there are few.
func logTicks(low, high float64) (ticks []float64) {
	from, to := math.Log10(low), math.Log10(high)
	factors := []float64{1}
	if to-from < 3 {
		factors = []float64{1, 2, 5}
	}
	every := max(1, int(math.Ceil((to-from)/10)))
	for e := int(math.Floor(from)); e <= int(math.Ceil(to)); e += every {
		for _, f := range factors {
			if v := f * math.Pow10(e); finite(v) && v >= low*(1-rounding) && v <= high*(1+rounding) {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// label returns the text of a tick. On a logarithmic axis with very small or large
// ticks, all are written with powers of ten.
func (a *axis) label(v float64) string {
	if text, ok := a.labels[v]; ok {
		return text
	}
	ticks := []float64{v}
	if a.log {
		ticks = a.ticks
	}
	if v == 0 || !slices.ContainsFunc(ticks, func(t float64) bool { return t != 0 && !(math.Abs(t) >= 1e-3 && math.Abs(t) < 1e5) }) {
		return minus.Replace(strconv.FormatFloat(v, 'g', 12, 64))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 11, 64), "e")
	factor, _ := strconv.ParseFloat(mantissa, 64) // without the zeros at its end
	power, _ := strconv.Atoi(exponent)
	return strings.TrimPrefix(minus.Replace(fmt.Sprint(factor))+"·10"+superscript.Replace(fmt.Sprint(power)), "1·")
}

// margin returns the width of what stands left of a, a Y axis: its name and its labels.
func (a *axis) margin() float64 {
	width := left
	for _, v := range a.ticks {
		width = max(width, 26+textWidth(a.label(v)))
	}
	return width
}

var (
	minus       = strings.NewReplacer("-", "−")
	superscript = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
)

// frame draws the axes of a chart with their ticks, grid and names. It omits the
// labels of x that would touch the one before.
func (d *drawing) frame(x, y axis, xName, yName string) {
	last := math.Inf(-1)
	for _, v := range x.ticks {
		px := x.at(v)
		d.line(px, y.from, px, y.to, "grid")
		if half := textWidth(x.label(v)) / 2; px-half > last+4 {
			d.text(min(px, x.to+right-half), y.from+17, "middle", "", x.label(v))
			last = px + half
		}
	}
	for _, v := range y.ticks {
		py := y.at(v)
		d.line(x.from, py, x.to, py, "grid")
		d.text(x.from-7, py+4, "end", "", y.label(v))
	}
	d.spine(x, func(along, across float64) string { return num(along) + " " + num(y.from-across) })
	d.spine(y, func(along, across float64) string { return num(x.from+across) + " " + num(along) })
	if xName != "" {
		d.text((x.from+x.to)/2, y.from+36, "middle", "", xName)
	}
	if yName != "" {
		d.vertical(14, (y.from+y.to)/2, "middle", "", yName)
	}
}

// spine draws the line of an axis, with two strokes across it where it has a gap; point
// returns the coordinates of a place along and beside the line.
func (d *drawing) spine(a axis, point func(along, across float64) string) {
	path := "M" + point(a.from, 0)
	if a.zero {
		half, strokes := math.Copysign(3, a.to-a.from), ""
		for _, g := range []float64{a.gap() - half, a.gap() + half} {
			strokes += "M" + point(g-2, -5) + "L" + point(g+2, 5)
		}
		path += "L" + point(a.gap()-half, 0) + strokes + "M" + point(a.gap()+half, 0)
	}
	d.printf(`<path class="axis" d="%sL%s"/>`+"\n", path, point(a.to, 0))
}
