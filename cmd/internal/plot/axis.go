package plot

import (
	"math"
	"strconv"
)

// An axis maps values to pixels.
type axis struct {
	low, high float64 // the values at its ends
	from, to  float64 // the pixels of its ends
	log       bool
	ticks     []float64
}

// newAxis returns an axis without values; include adds them.
func newAxis(from, to float64, log bool) axis {
	return axis{low: math.Inf(1), high: math.Inf(-1), from: from, to: to, log: log}
}

// include extends a to the value v if that is finite.
func (a *axis) include(v float64) {
	if finite(v) {
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
}

// empty reports whether a includes no value.
func (a *axis) empty() bool { return a.low > a.high }

// setTicks sets the ticks of a to the given ones, or to round numbers if they are
// nil. It extends a linear axis to the next round numbers and a logarithmic axis, whose
// values must be positive, by a margin.
func (a *axis) setTicks(ticks []float64) {
	if a.low == a.high {
		if a.log {
			a.low, a.high = a.low/2, a.high*2
		} else {
			d := max(math.Abs(a.low)/10, 1e-3)
			a.low, a.high = a.low-d, a.high+d
		}
	}
	a.ticks = ticks
	if a.log {
		if ticks == nil {
			a.ticks = logTicks(a.low, a.high)
		}
		margin := math.Pow(a.high/a.low, 0.03)
		a.low, a.high = a.low/margin, a.high*margin
	} else if ticks == nil {
		a.ticks = linearTicks(a.low, a.high)
		a.low, a.high = min(a.low, a.ticks[0]), max(a.high, a.ticks[len(a.ticks)-1])
	}
}

// at returns the pixel of v.
func (a *axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	return a.from + (a.to-a.from)*(v-low)/(high-low)
}

// linearTicks returns between 4 and 11 multiples of 1, 2 or 5 times a power of ten
// that enclose low and high.
func linearTicks(low, high float64) (ticks []float64) {
	rough := (high - low) / 6
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, f := range []float64{5, 2, 1} {
		if f*power >= rough {
			step = f * power
		}
	}
	first, last := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
	for k := first; k <= last; k++ {
		ticks = append(ticks, k*step)
	}
	return ticks
}

// logTicks returns the powers of ten between low and high, and 2 and 5 times them if
// there are few.
func logTicks(low, high float64) (ticks []float64) {
	factors := []float64{1}
	if high/low < 1e3 {
		factors = []float64{1, 2, 5}
	}
	every := max(1, int(math.Log10(high/low)/8))
	for e := int(math.Floor(math.Log10(low))); math.Pow10(e) <= high*(1+1e-9); e += every {
		for _, f := range factors {
			if v := f * math.Pow10(e); v >= low*(1-1e-9) && v <= high*(1+1e-9) {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// label returns the text of a tick, with no more digits than it needs.
func label(v float64) string {
	if v != 0 && (math.Abs(v) < 1e-3 || math.Abs(v) >= 1e5) {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(math.Round(v*1e9)/1e9, 'f', -1, 64)
}

// frame draws the axes of a chart with their ticks, grid and names. It omits the
// labels of x that would touch the one before.
func (d *drawing) frame(x, y axis, xName, yName string) {
	last := math.Inf(-1)
	for _, v := range x.ticks {
		px := x.at(v)
		d.line(px, y.from, px, y.to, "grid")
		if half := textWidth(label(v)) / 2; px-half > last+4 {
			d.text(px, y.from+17, "middle", "", label(v))
			last = px + half
		}
	}
	for _, v := range y.ticks {
		py := y.at(v)
		d.line(x.from, py, x.to, py, "grid")
		d.text(x.from-7, py+4, "end", "", label(v))
	}
	d.printf(`<path class="axis" d="M%s %sV%sH%s"/>`+"\n", num(x.from), num(y.to), num(y.from), num(x.to))
	d.text((x.from+x.to)/2, y.from+36, "middle", "", xName)
	d.vertical(14, (y.from+y.to)/2, yName)
}
