package plot

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type picture interface{ WriteSVG(io.Writer) error }

func pictures() map[string]picture {
	rng := rand.New(rand.NewPCG(1, 1))
	x := []float64{2, 8, 32, 64, 128, 256}
	curve := func(at float64) (v []float64) {
		for i := range x {
			v = append(v, at-0.3/float64(i+1))
		}
		return v
	}
	s := Scatter{Title: "Two <moons> & \"more\"", XName: "x₀", YName: "x₁", Classes: []string{"0", "1"}, Region: func(x, y float64) int {
		if y > x*x-0.5 {
			return 1
		}
		return 0
	}}
	for i := range 200 {
		s.X, s.Y, s.Class = append(s.X, rng.NormFloat64()), append(s.Y, rng.NormFloat64()), append(s.Class, i%2)
	}
	images := Images{Title: "Weights", Rows: 8, Cols: 8}
	for range 10 {
		var image []float64
		for range 64 {
			image = append(image, rng.NormFloat64())
		}
		images.Data = append(images.Data, image)
	}
	return map[string]picture{
		"lines": Lines{Title: "Hidden nodes", XName: "nodes", YName: "accuracy", LogX: true, XTicks: x, Marks: true,
			Series: []Series{
				{Name: "training", X: x, Y: curve(1), Err: []float64{0.05, 0.02, 0.01, 0.01, 0.01, 0}},
				{Name: "held out", X: x, Y: append(curve(0.97)[:5], math.NaN()), Err: []float64{0.05, 0.03, 0.01, 0.01, 0.01, math.NaN()}},
				{Name: "macro F1", X: x, Y: curve(0.95)},
			},
			Notes: []Note{{256, "diverged"}}},
		"loss":    Lines{Title: "Loss", XName: "epoch", YName: "loss", Series: []Series{{Name: "data", X: []float64{1, 2, 3, 50}, Y: []float64{1, 0.5, 0.2, 0.1}}}},
		"roc":     ROC("ROC", []float64{0, 0, 0.2, 1}, []float64{0, 0.7, 0.9, 1}, 0.93),
		"scatter": s,
		"heat":    Heatmap{Title: "Confusion", Classes: []string{"0", "1", "22"}, Count: [][]int{{30, 1, 0}, {0, 28, 2}, {0, 0, 0}}},
		"images":  images,
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
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", name, err)
			}
		}
		if regexp.MustCompile(`NaN|Inf|%!|e[+-]\d`).MatchString(strings.ReplaceAll(text, style, "")) {
			t.Errorf("%s has numbers that are none", name)
		}
		for _, want := range []string{`role="img"`, "<title>", "<desc>", "prefers-color-scheme:dark"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
		if again := svg(t, pictures()[name]); again != text {
			t.Errorf("%s is drawn in two ways", name)
		}
		if len(text) > 80000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
		// Every text begins and ends within the picture, at any likely width.
		size := regexp.MustCompile(`viewBox="0 0 ([\d.]+) `).FindStringSubmatch(text)
		width := parse(t, size[1])
		for _, m := range regexp.MustCompile(`<text x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)" class="(\w*)">([^<]*)<`).FindAllStringSubmatch(text, -1) {
			x, w := parse(t, m[1]), textWidth(m[4])
			left := map[string]float64{"start": x, "middle": x - w/2, "end": x - w}[m[2]]
			if left < -1 || left+w > width+1 {
				t.Errorf("%s: the text %q from %.0f to %.0f of %.0f", name, m[4], left, left+w, width)
			}
		}
	}
}

func parse(t *testing.T, s string) float64 {
	t.Helper()
	var v float64
	if err := xml.Unmarshal([]byte("<v>"+s+"</v>"), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{
		{0, 1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{0.937, 0.981, []float64{0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99}},
		{-3.2, 17, []float64{-5, 0, 5, 10, 15, 20}},
		{1, 50, []float64{0, 10, 20, 30, 40, 50}},
	} {
		got := linearTicks(c.low, c.high)
		for i := range got {
			got[i] = math.Round(got[i]*1e6) / 1e6
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v to %v: %v, want %v", c.low, c.high, got, c.want)
		}
	}
	for _, c := range []struct {
		low, high float64
		want      []float64
	}{
		{1, 300, []float64{1, 2, 5, 10, 20, 50, 100, 200}},
		{1e-3, 30, []float64{1e-3, 1e-2, 1e-1, 1, 10}},
	} {
		if got := logTicks(c.low, c.high); !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9*b }) {
			t.Errorf("%v to %v: %v, want %v", c.low, c.high, got, c.want)
		}
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		low := (rng.Float64() - 0.5) * math.Pow10(rng.IntN(12)-6)
		high := low + rng.Float64()*math.Pow10(rng.IntN(6)-3) + 1e-6
		ticks := linearTicks(low, high)
		if n := len(ticks); n < 3 || n > 13 || ticks[0] > low+1e-6*(high-low) || ticks[n-1] < high-1e-6*(high-low) {
			t.Errorf("%v to %v: %v", low, high, ticks)
		}
	}
}

func TestAxis(t *testing.T) {
	for _, a := range []axis{newAxis(2, 2, false, nil), newAxis(0, 0, false, nil), newAxis(3, 3, true, nil), newAxis(1, 10, true, nil)} {
		a.from, a.to = 100, 200
		if got := a.at(a.low); math.Abs(got-100) > 1e-9 {
			t.Errorf("%+v: the low end is at %v", a, got)
		}
		if got := a.at(a.high); math.Abs(got-200) > 1e-9 {
			t.Errorf("%+v: the high end is at %v", a, got)
		}
	}
}

func TestErrors(t *testing.T) {
	one := []float64{1}
	for want, p := range map[string]picture{
		"no points":                        Lines{},
		"no points to draw":                Lines{Series: []Series{{X: one, Y: []float64{math.NaN()}}}},
		"has 1 X, 2 Y":                     Lines{Series: []Series{{X: one, Y: []float64{1, 2}}}},
		"1 Y and 2 Err":                    Lines{Series: []Series{{X: one, Y: one, Err: []float64{1, 2}}}},
		"has the X 0":                      Lines{LogX: true, Series: []Series{{X: []float64{0}, Y: one}}},
		"has the X NaN":                    Lines{Series: []Series{{X: []float64{math.NaN()}, Y: one}}},
		"0 classes of points":              Scatter{X: one, Y: one},
		"no points to":                     Scatter{},
		"of class 3":                       Scatter{X: one, Y: one, Class: []int{3}, Classes: []string{"a"}},
		"point 0 is (NaN, 1)":              Scatter{X: []float64{math.NaN()}, Y: one, Class: []int{0}, Classes: []string{"a"}},
		"no classes":                       Heatmap{},
		"1 rows for 2 classes":             Heatmap{Classes: []string{"a", "b"}, Count: [][]int{{1, 2}}},
		"row 0 has 0 counts for 1 classes": Heatmap{Classes: []string{"a"}, Count: [][]int{{}}},
		"no images":                        Images{},
		"image 0 has 1 numbers":            Images{Rows: 2, Cols: 2, Data: [][]float64{{1}}},
		"has the number NaN":               Images{Rows: 1, Cols: 1, Data: [][]float64{{math.NaN()}}},
	} {
		var b bytes.Buffer
		if err := p.WriteSVG(&b); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("error %v with %d bytes written, want %q", err, b.Len(), want)
		}
	}
}
