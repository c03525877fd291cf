package plot

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type picture interface{ WriteSVG(io.Writer) error }

var update = flag.Bool("update", false, "draw the figures in testdata again")

// pictures returns what is drawn in testdata.
func pictures() map[string]picture {
	two, four, six := []float64{1, 2}, []float64{0, 1, 2, 3}, []float64{2, 8, 32, 64, 128, 256}
	many := Lines{Series: []Series{
		{X: []float64{0, 1, 2, 4}, Y: []float64{0.5, 0.6, nan, 0.7}},
		{Name: "a name as wide as two of the others with all their marks", X: four, Y: []float64{0.5, 0.6, 0.8, 0.7}},
	}}
	for k := range 7 {
		at := float64(k+1) / 10
		many.Series = append(many.Series, Series{Name: fmt.Sprintf("a series with the number %d", k), X: four, Y: []float64{at, nan, at, at},
			Low: []float64{at - 0.1, nan, nan, at / 2}, High: []float64{0.9, nan, 1, nan}})
	}
	images := Images{Title: "Weights of five hidden nodes", Rows: 2, Cols: 3}
	for i := range 5 {
		images.Data = append(images.Data, []float64{-0.25, 0.125, 0, 0.0025, 0.0024, float64(i+1) / 100})
	}
	all := map[string]picture{
		"lines": Lines{LogX: true, LogY: true, XTicks: six, XLabels: map[float64]string{256: "all"},
			Series: []Series{
				{Name: "held-out error", X: six, Y: []float64{0.33, 0.18, 0.13, 0.1, 0.09, nan}, Low: []float64{0.25, 0.14, 0.1, 0.08, -0.2, nan}, High: []float64{0.4, 0.2, 0.14, 0.2, 0.1, nan}},
				{Name: "training error", X: six, Y: []float64{0.3, 0.15, 0.1, 0.04, 0.02, 0}, Dashed: true},
			},
			Notes: []Note{{256, "25 of 25 at the top"}, {2, "1 of 25 at the bottom"}}},
		"many":   many,
		"rows":   Lines{Unit: true, Series: slices.Repeat([]Series{{Name: "loss of the data", X: []float64{1, 2, 3, 50}, Y: []float64{0.6, 0.5, 0.45, 0.4}}}, 5)},
		"zeros":  Lines{LogX: true, LogY: true, Series: []Series{{X: []float64{0}, Y: []float64{0}}}},
		"notes":  Lines{Notes: []Note{{0, "bottom"}, {1, "top"}, {2, "top"}, {3, "bottom"}, {1.5, "top"}}, Series: []Series{{X: four, Y: []float64{1, 0, 0.5, 0.6}}}},
		"labels": Lines{XTicks: []float64{10, 28, 29, 320}, XLabels: map[float64]string{320: "320.000"}, Series: []Series{{X: []float64{10, 49.5, 320}, Y: []float64{1, 1.2, 2}}}}, // no room for 28 and a mark
		"wide":   Lines{Series: []Series{{X: two, Y: []float64{1e6, 1e6 + 0.002}}}},
		"scatter": Scatter{Title: "Two <moons> & \"more\"", XName: "x₀", YName: "x₁", Classes: []string{"0", "1", "with a long name that takes the next row"},
			X: four, Y: []float64{1e6, 1e6 + 0.002, 1e6 + 0.001, 1e6}, Class: []int{0, 1, 1, 0},
			Region: func(x, y float64) int {
				if y > 1e6+0.0005 {
					return 1
				}
				return 0
			}},
		"confusion": Heatmap{Title: "Confusion", Classes: []string{"setosa", "versicolor or virginica", "no"}, Count: [][]int{{30, 1, 0}, {0, 28, 2}, {0, 0, 0}}},
		"images":    images,
		"blank":     Images{Title: "Images full of zeros", Rows: 1, Cols: 1, Data: [][]float64{{0}}},
	}
	for name, p := range all {
		if l, ok := p.(Lines); ok {
			l.Title, l.XName, l.YName = name, "x", "y"
			all[name] = l
		}
	}
	return all
}

// Figures are drawn as in testdata, which shows what docs/figures does not. Look at both
// when you change how they are drawn.
func TestPictures(t *testing.T) {
	for name, p := range pictures() {
		var b bytes.Buffer
		if err := p.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		f := verify(t, b.Bytes())
		if l, ok := p.(Lines); ok {
			f.verifyLines(t, l)
		}
		file := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s is not drawn as in %s (error: %v); to draw it again: go test ./cmd/internal/plot -update", name, file, err)
		}
	}
}

// What holds for every figure holds for the published ones.
func TestPublished(t *testing.T) {
	files, err := filepath.Glob("../../../docs/figures/*.svg")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d figures, want 20 at least (error: %v)", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { verify(t, b) })
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
		{linearTicks, 0, 6, []float64{0, 1, 2, 3, 4, 5, 6}},
		{linearTicks, 0.01, 0.5, []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5}},
		{logTicks, 1, 300, []float64{1, 2, 5, 10, 20, 50, 100, 200}},
		{logTicks, 1, 1000, []float64{1, 10, 100, 1000}},
		{logTicks, 1, 1e10, []float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10}},
		{logTicks, 1, 1.01e10, []float64{1, 100, 1e4, 1e6, 1e8, 1e10}},
		{logTicks, 1e-3, 30, []float64{1e-3, 1e-2, 1e-1, 1, 10}},
		{logTicks, 1e11, 1e15, []float64{1e11, 1e12, 1e13, 1e14, 1e15}}, // math.Log10(1e15) < 15
		{logTicks, 1e-9, 1e9, []float64{1e-9, 1e-7, 1e-5, 1e-3, 1e-1, 1e1, 1e3, 1e5, 1e7, 1e9}},
	} {
		if got := c.ticks(c.low, c.high); !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }) {
			t.Errorf("%v to %v: got %v, want %v", c.low, c.high, got, c.want)
		}
	}
}

// Any two finite numbers give an axis of a few ticks, and show where they are.
func FuzzAxis(f *testing.F) {
	for _, v := range []float64{0, 1, 0.3, 0.30000000000000004, 5e-324, 1e-150, 1.7e308, math.MaxFloat64, 123456789.5} {
		f.Add(v, v)
		f.Add(0.3, v)
		f.Add(-v, v)
		f.Add(0., v)
	}
	f.Fuzz(func(t *testing.T, low, high float64) {
		for _, log := range []bool{false, true} {
			a := newAxis(100, 200, log)
			for _, v := range []float64{low, high, math.NaN(), math.Inf(1)} {
				if !log || !(v < 0) {
					a.include(v)
				}
			}
			if a.empty() {
				continue
			}
			a.setTicks(nil)
			if n := len(a.ticks); n < 2 || n > 12 || !slices.IsSorted(a.ticks) {
				t.Errorf("%v to %v, log %v: got the ticks %v", low, high, log, a.ticks)
			}
			for _, v := range append(a.ticks, low, high) {
				if at := a.at(v); finite(v) && !(log && v < 0) && !(at > 99.9 && at < 200.1) {
					t.Errorf("%v to %v, log %v: %v is at the pixel %v, want within 100 to 200", low, high, log, v, at)
				}
			}
		}
	})
}

// The ends of what can be drawn, and a logarithmic axis without values.
func TestAxisEnds(t *testing.T) {
	a := newAxis(0, 1, false)
	a.include(math.MaxFloat64)
	if a.high != math.MaxFloat64 {
		t.Errorf("got %v, want the largest number", a.high)
	}
	a = newAxis(0, 1, true)
	a.include(0)
	if a.empty() {
		t.Error("a logarithmic axis that shows 0 is empty")
	}
	if a.setTicks(nil); !slices.Equal(a.ticks, []float64{0, 0.1, 0.2, 0.5, 1}) {
		t.Errorf("only 0: got the ticks %v", a.ticks)
	}
	a = newAxis(0, 1, true)
	if a.include(1e-150); a.zero || a.low != 1e-150 || !a.gapBetween(0, 1e-150) || a.gapBetween(1e-150, 1) || a.gapBetween(1, 1e-150) {
		t.Errorf("the smallest value: got %+v", a)
	}
	if a.setTicks(nil); !(a.at(1e-150) < 1) {
		t.Errorf("the smallest value is at %v, want between 0 and 1", a.at(1e-150))
	}
}

// One value gets at least a tenth of its size on either side, and so do values that float64
// barely tells apart; others do not.
func TestAxisSpan(t *testing.T) {
	for _, c := range []struct{ from, to, low, high float64 }{
		{0, 0, -1e-3, 1e-3}, {5, 5, 4.4, 5.6}, {1e12, 1e12 + 100, 9e11, 1.15e12}, {1000, 1001, 1000, 1001}, {0, 1000, 0, 1000},
		{0, 1e-150, -1e-3, 1e-3}, {1e-9, 1e-9, -1e-3, 1.5e-3}, {1000, 1000 + 0.9e-6, 850, 1150}, {1000, 1000 + 1.2e-6, 1000, 1000 + 1.5e-6},
	} {
		a := newAxis(0, 1, false)
		a.include(c.from)
		a.include(c.to)
		if a.empty() {
			t.Errorf("%v to %v: the axis is empty", c.from, c.to)
		}
		a.setTicks(nil)
		if tolerance := 1e-9*(c.high-c.low) + 1e-12*c.high; !(math.Abs(a.low-c.low) <= tolerance && math.Abs(a.high-c.high) <= tolerance) {
			t.Errorf("%v to %v: the axis goes from %v to %v, want %v to %v", c.from, c.to, a.low, a.high, c.low, c.high)
		}
	}
}

// One value on a logarithmic axis gets room until there are two ticks, or a hundredth if
// they are given.
func TestLogAxisSpan(t *testing.T) {
	for _, c := range []struct {
		ticks, want []float64
		low, high   float64
	}{{nil, []float64{2, 5}, 3 / 1.728, 3 * 1.728}, {[]float64{3}, []float64{3}, 3, 3}} {
		a := newAxis(0, 1, true)
		a.include(3)
		a.setTicks(c.ticks)
		if !slices.Equal(a.ticks, c.want) || !(a.low < c.low*0.991 && a.low > c.low*0.95 && a.high > c.high*1.009 && a.high < c.high*1.05) || math.Abs(a.at(3)-0.5) > 1e-12 {
			t.Errorf("got %+v, want ticks %v, and a little more than %v to %v", a, c.want, c.low, c.high)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		a    axis
		v    float64
		want string
	}{
		{axis{}, 0.30000000000000004, "0.3"}, {axis{}, 0, "0"}, {axis{}, -5, "−5"}, {axis{}, -2.5e-4, "−2.5·10⁻⁴"}, {axis{}, 1e9, "10⁹"}, {axis{}, 1e78, "10⁷⁸"},
		{axis{}, 9e-4, "9·10⁻⁴"}, {axis{}, 99999, "99999"}, {axis{}, 1e5, "10⁵"}, {axis{}, 0.12345678901234, "0.123456789012"}, {axis{}, 1234567890123, "1.23456789012·10¹²"},
		{axis{log: true, ticks: []float64{0, 0.001, 1}}, 1, "1"}, {axis{log: true, ticks: []float64{0, 1e-4, 1}}, 1, "10⁰"}, {axis{log: true, ticks: []float64{0, 1e-4, 1}}, 0, "0"},
	} {
		if got := c.a.label(c.v); got != c.want {
			t.Errorf("label of %v: got %q, want %q", c.v, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	one, nan := []float64{1}, []float64{nan}
	for want, p := range map[string]picture{
		"no points":                           Lines{},
		"no points to draw":                   Lines{Series: []Series{{X: one, Y: nan}}},
		"has 1 X, 2 Y":                        Lines{Series: []Series{{X: one, Y: []float64{1, 2}}}},
		"1 Y, 2 Low and 0 High":               Lines{Series: []Series{{X: one, Y: one, Low: []float64{1, 2}}}},
		"1 Y, 2 Low and 2 High, want equal n": Lines{Series: []Series{{X: one, Y: one, Low: []float64{1, 2}, High: []float64{1, 2}}}},
		"the point (-1, 1)":                   Lines{LogX: true, Series: []Series{{X: []float64{-1}, Y: one}}},
		"the point (1, -1)":                   Lines{LogY: true, Series: []Series{{X: one, Y: []float64{-1}}}},
		"the point (NaN, 1), want a finite X, and on a logarithmic axis no negative value": Lines{Series: []Series{{X: nan, Y: one}}},
		"got 1 false and 0 true positive rates, want equal numbers, at least 1":            ROC{FPR: one},
		"got 0 false and 0 true": ROC{},
		"point 0 is (-0.5, 1)":   ROC{FPR: []float64{-0.5}, TPR: one}, "point 0 is (1.5, 1)": ROC{FPR: []float64{1.5}, TPR: one},
		"point 0 is (1, -0.5)": ROC{FPR: one, TPR: []float64{-0.5}}, "point 0 is (1, 1.5)": ROC{FPR: one, TPR: []float64{1.5}},
		"point 0 is (1, NaN), want rates":       ROC{FPR: one, TPR: nan},
		"0 classes of points":                   Scatter{X: one, Y: one},
		"no points to":                          Scatter{},
		"of class 3, want":                      Scatter{X: one, Y: one, Class: []int{3}, Classes: []string{"a"}},
		"point 0 is (1, NaN)":                   Scatter{X: one, Y: nan, Class: []int{0}, Classes: []string{"a"}},
		"of class -1, want":                     Scatter{X: one, Y: one, Class: []int{-1}, Classes: []string{"a"}},
		"of class 1, want":                      Scatter{X: one, Y: one, Class: []int{1}, Classes: []string{"a"}},
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

func TestNum(t *testing.T) {
	for v, want := range map[float64]string{-0.001: "0", 0: "0", 10: "10", 1.5: "1.5", -2.345: "-2.35", 100.004: "100"} {
		if got := num(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}
