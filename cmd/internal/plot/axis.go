package plot

import (
	"fmt"
	"math"
	"strconv"
)

// An axis maps values to pixels.
type axis struct {
	low, high float64 // the values at its ends
	from, to  float64 // their pixels
	log       bool
	ticks     []float64
}

// at returns the pixel of v.
func (a axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	return a.from + (a.to-a.from)*(v-low)/(high-low)
}

// newAxis returns an axis for values from low to high, widened to the next
// ticks if round, else by a margin. With log, both must be above 0. Its ticks
// are the given ones, or else round numbers.
func newAxis(low, high float64, log bool, ticks []float64) axis {
	a := axis{low: low, high: high, log: log, ticks: ticks}
	if low == high {
		if log {
			a.low, a.high = low/2, high*2
		} else {
			d := max(math.Abs(low)/10, 1e-3)
			a.low, a.high = low-d, high+d
		}
	}
	if log {
		if a.ticks == nil {
			a.ticks = logTicks(a.low, a.high)
		}
		margin := math.Pow(a.high/a.low, 0.03)
		a.low, a.high = a.low/margin, a.high*margin
		return a
	}
	if a.ticks == nil {
		a.ticks = linearTicks(a.low, a.high)
		a.low, a.high = min(a.low, a.ticks[0]), max(a.high, a.ticks[len(a.ticks)-1])
	}
	return a
}

// linearTicks returns from 4 to 11 multiples of 1, 2 or 5 times a power of ten
// that enclose low and high.
func linearTicks(low, high float64) []float64 {
	rough := (high - low) / 6
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, f := range []float64{5, 2, 1} {
		if f*power >= rough {
			step = f * power
		}
	}
	var ticks []float64
	first, last := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
	for k := first; k <= last; k++ {
		ticks = append(ticks, k*step)
	}
	return ticks
}

// logTicks returns powers of ten between low and high, with 2 and 5 times them
// between if they are few.
func logTicks(low, high float64) []float64 {
	factors := []float64{1}
	if high/low < 1e3 {
		factors = []float64{1, 2, 5}
	}
	every := max(1, int(math.Log10(high/low)/8))
	var ticks []float64
	first := int(math.Floor(math.Log10(low)))
	for e := first; math.Pow10(e) <= high*(1+1e-9); e++ {
		if (e-first)%every != 0 {
			continue
		}
		for _, f := range factors {
			if v := f * math.Pow10(e); v >= low*(1-1e-9) && v <= high*(1+1e-9) {
				ticks = append(ticks, v)
			}
		}
	}
	return ticks
}

// label writes a tick, with no more digits than it takes.
func label(v float64) string {
	if v != 0 && (math.Abs(v) < 1e-3 || math.Abs(v) >= 1e5) {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(math.Round(v*1e9)/1e9, 'f', -1, 64)
}

// frame draws the axes of a chart with their ticks, grid and names into d.
// Labels of ticks that would touch the one before are left out.
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

// extent widens low and high to hold v, if it is a number.
func extent(low, high *float64, v float64) {
	if finite(v) {
		*low, *high = min(*low, v), max(*high, v)
	}
}

// errEmpty is the error of a picture with nothing in it.
func errEmpty(what string) error { return fmt.Errorf("plot: no %s to draw", what) }
