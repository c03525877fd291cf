package plot

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

type picture interface{ WriteSVG(io.Writer) error }

// wave returns n numbers from −1 to 1.
func wave(n int, frequency float64) (v []float64) {
	for i := range n {
		v = append(v, math.Sin(frequency*float64(i)))
	}
	return v
}

func pictures() map[string]picture {
	x := []float64{2, 8, 32, 64, 128, 256}
	nan := math.NaN()
	return map[string]picture{
		"lines": Lines{Title: "Hidden nodes", XName: "nodes", YName: "accuracy", LogX: true, XTicks: x, Marks: true,
			Series: []Series{
				{Name: "training", X: x, Y: []float64{0.7, 0.85, 0.9, 0.92, 0.94, 0.95}, Err: []float64{0.05, 0.02, 0.01, 0.01, 0.01, 0}},
				{Name: "held out", X: x, Y: []float64{0.67, 0.82, 0.87, 0.9, 0.91, nan}, Err: []float64{0.05, 0.03, 0.01, 0.01, 0.01, nan}},
				{Name: "macro F1", X: x, Y: []float64{0.65, 0.8, 0.85, 0.87, 0.89, 0.9}},
			},
			Notes: []Note{{256, "diverged"}}},
		"loss": Lines{Title: "Loss", XName: "epoch", YName: "loss", Series: []Series{{Name: "data", X: []float64{1, 2, 3, 50}, Y: []float64{1, 0.5, 0.2, 0.1}}}},
		"roc":  ROC("ROC", []float64{0, 0, 0.2, 1}, []float64{0, 0.7, 0.9, 1}, 0.93),
		"scatter": Scatter{Title: "Two <moons> & \"more\"", XName: "x₀", YName: "x₁", Classes: []string{"0", "1"},
			X: wave(200, 1), Y: wave(200, 1.7), Class: slices.Repeat([]int{0, 1}, 100),
			Region: func(x, y float64) int {
				if y > x*x-0.5 {
					return 1
				}
				return 0
			}},
		"heat":   Heatmap{Title: "Confusion", Classes: []string{"0", "1", "22"}, Count: [][]int{{30, 1, 0}, {0, 28, 2}, {0, 0, 0}}},
		"images": Images{Title: "Weights", Rows: 8, Cols: 8, Data: slices.Repeat([][]float64{wave(64, 1)}, 10)},
		"blank":  Images{Title: "Images of nothing but zeros", Rows: 1, Cols: 2, Data: [][]float64{{0, 0}}},
	}
}

func svg(t *testing.T, p picture) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPictures(t *testing.T) {
	for name, p := range pictures() {
		text := svg(t, p)
		if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
			t.Fatalf("%s is not XML: %v", name, err)
		}
		if bad := regexp.MustCompile(`NaN|Inf|%!|e[+-]\d`).FindString(strings.ReplaceAll(text, style, "")); bad != "" {
			t.Errorf("%s contains %s", name, bad)
		}
		for _, want := range []string{`role="img"`, "<title>", "<desc>", "prefers-color-scheme:dark"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
		if diagonal := strings.Contains(text, `stroke-dasharray="3 4"`); diagonal != (name == "roc") {
			t.Errorf("%s has the diagonal of guessing: %v", name, diagonal)
		}
		if again := svg(t, pictures()[name]); again != text {
			t.Errorf("%s differs when it is drawn again", name)
		}
		if len(text) > 80000 {
			t.Errorf("%s has %d bytes, want at most 80000", name, len(text))
		}
		// Every text is within the picture, at any likely font width.
		width, err := strconv.ParseFloat(regexp.MustCompile(`viewBox="0 0 ([\d.]+) `).FindStringSubmatch(text)[1], 64)
		for _, m := range regexp.MustCompile(`<text x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)" class="(\w*)">([^<]*)<`).FindAllStringSubmatch(text, -1) {
			x, err2 := strconv.ParseFloat(m[1], 64)
			w := textWidth(m[4])
			left := map[string]float64{"start": x, "middle": x - w/2, "end": x - w}[m[2]]
			if left < -1 || left+w > width+1 || err != nil || err2 != nil {
				t.Errorf("%s: the text %q is from %.0f to %.0f, want within 0 to %.0f; %v, %v", name, m[4], left, left+w, width, err, err2)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		ticks     func(low, high float64) []float64
		low, high float64
		want      []float64
	}{
		{linearTicks, 0, 1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{linearTicks, 0.937, 0.981, []float64{0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99}},
		{linearTicks, -3.2, 17, []float64{-5, 0, 5, 10, 15, 20}},
		{linearTicks, 1, 50, []float64{0, 10, 20, 30, 40, 50}},
		{logTicks, 1, 300, []float64{1, 2, 5, 10, 20, 50, 100, 200}},
		{logTicks, 1e-3, 30, []float64{1e-3, 1e-2, 1e-1, 1, 10}},
		{logTicks, 1e-9, 1e9, []float64{1e-9, 1e-7, 1e-5, 1e-3, 1e-1, 1e1, 1e3, 1e5, 1e7, 1e9}},
	} {
		if got := c.ticks(c.low, c.high); !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }) {
			t.Errorf("%v to %v: got %v, want %v", c.low, c.high, got, c.want)
		}
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		low := (rng.Float64() - 0.5) * math.Pow10(rng.IntN(12)-6)
		high := low + rng.Float64()*math.Pow10(rng.IntN(6)-3) + 1e-6
		ticks := linearTicks(low, high)
		if n := len(ticks); n < 3 || n > 13 || ticks[0] > low+1e-6*(high-low) || ticks[n-1] < high-1e-6*(high-low) {
			t.Errorf("%v to %v: got %v", low, high, ticks)
		}
	}
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		log       bool
	}{{2, 2, false}, {0, 0, false}, {3, 3, true}, {1, 10, true}} {
		a := newAxis(100, 200, c.log)
		a.include(c.high)
		a.include(math.NaN())
		a.include(c.low)
		a.setTicks(nil)
		if low, high := a.at(a.low), a.at(a.high); !(math.Abs(low-100) < 1e-9 && math.Abs(high-200) < 1e-9) || a.low > c.low || a.high < c.high {
			t.Errorf("got %+v with ends at %v and %v, want 100 and 200", a, low, high)
		}
	}
}

func TestErrors(t *testing.T) {
	one, nan := []float64{1}, []float64{math.NaN()}
	for want, p := range map[string]picture{
		"no points":                             Lines{},
		"no points to draw":                     Lines{Series: []Series{{X: one, Y: nan}}},
		"has 1 X, 2 Y":                          Lines{Series: []Series{{X: one, Y: []float64{1, 2}}}},
		"1 Y and 2 Err":                         Lines{Series: []Series{{X: one, Y: one, Err: []float64{1, 2}}}},
		"has X 0":                               Lines{LogX: true, Series: []Series{{X: []float64{0}, Y: one}}},
		"has X NaN":                             Lines{Series: []Series{{X: nan, Y: one}}},
		"0 classes of points":                   Scatter{X: one, Y: one},
		"no points to":                          Scatter{},
		"of class 3, want":                      Scatter{X: one, Y: one, Class: []int{3}, Classes: []string{"a"}},
		"point 0 is (NaN, 1)":                   Scatter{X: nan, Y: one, Class: []int{0}, Classes: []string{"a"}},
		"got 0 classes":                         Heatmap{},
		"got 2 classes and 1 rows":              Heatmap{Classes: []string{"a", "b"}, Count: [][]int{{1, 2}}},
		"row 0 has 0 counts, want 1":            Heatmap{Classes: []string{"a"}, Count: [][]int{{}}},
		"no images":                             Images{},
		"image 0 has 1 numbers, want 2×2":       Images{Rows: 2, Cols: 2, Data: [][]float64{{1}}},
		"image 0 contains NaN, want finite num": Images{Rows: 1, Cols: 1, Data: [][]float64{nan}},
	} {
		var b bytes.Buffer
		if err := p.WriteSVG(&b); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("got error %v with %d bytes written, want %q", err, b.Len(), want)
		}
	}
}
