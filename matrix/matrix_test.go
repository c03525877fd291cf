package matrix

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func ExampleMatrix_Format() {
	w1 := FromRows(
		[]float64{0.4, 0.6, 0.2},
		[]float64{0.3, 0.9, -0.5},
	)
	fmt.Printf("%.2f\n", w1)
	// Output:
	// [  0.40   0.60   0.20 ]
	// [  0.30   0.90  -0.50 ]
}

func ExampleMatrix_TMul() {
	w1 := FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5})
	a0 := FromRows([]float64{1}, []float64{1})
	z1 := New(3, 1)
	fmt.Println(z1.TMul(w1, a0))
	// Output:
	// [ 0.7 ]
	// [ 1.5 ]
	// [ 0.7 ]
}

// panics returns what f panics with, "" if it does not.
func panics(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// Every shape error panics, and both shapes are in the text.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func()
		want []string
	}{
		{"Mul", func() { New(3, 4).Mul(New(3, 2), New(3, 4)) }, []string{"Mul", "3×2", "3×4"}},
		{"Mul to", func() { New(3, 5).Mul(New(3, 2), New(2, 4)) }, []string{"Mul", "3×4", "3×5", "3×2", "2×4"}},
		{"TMul", func() { New(2, 4).TMul(New(3, 2), New(4, 4)) }, []string{"TMul", "3×2", "4×4"}},
		{"TMul to", func() { New(4, 2).TMul(New(3, 2), New(3, 4)) }, []string{"TMul", "4×2", "2×4"}},
		{"MulT", func() { New(3, 4).MulT(New(3, 2), New(4, 5)) }, []string{"MulT", "3×2", "4×5"}},
		{"MulT to", func() { New(4, 3).MulT(New(3, 2), New(4, 2)) }, []string{"MulT", "4×3", "3×4"}},
		{"Sub", func() { New(1, 2).Sub(New(1, 2), New(2, 1)) }, []string{"Sub", "1×2", "2×1"}},
		{"Sub first", func() { New(1, 2).Sub(New(2, 1), New(1, 2)) }, []string{"Sub", "1×2", "2×1"}},
		{"Hadamard", func() { New(1, 2).Hadamard(New(1, 2), New(2, 2)) }, []string{"Hadamard", "1×2", "2×2"}},
		{"Scale", func() { New(1, 2).Scale(2, New(2, 2)) }, []string{"Scale", "1×2", "2×2"}},
		{"AddScaled", func() { New(1, 2).AddScaled(New(1, 2), 2, New(1, 3)) }, []string{"AddScaled", "1×2", "1×3"}},
		{"Apply", func() { New(1, 2).Apply(math.Abs, New(2, 1)) }, []string{"Apply", "1×2", "2×1"}},
		{"AddBias", func() { New(3, 2).AddBias(New(3, 2), New(1, 2)) }, []string{"AddBias", "3×2", "1×2"}},
		{"AddBias column", func() { New(3, 2).AddBias(New(3, 2), New(3, 1)) }, []string{"AddBias", "3×2", "3×1"}},
		{"AddBias to", func() { New(2, 3).AddBias(New(3, 2), New(1, 3)) }, []string{"AddBias", "3×2", "2×3"}},
		{"SumCols", func() { New(1, 2).SumCols(New(3, 2)) }, []string{"SumCols", "1×2", "3×2"}},
		{"New", func() { New(0, 2) }, []string{"0×2"}},
		{"Resize", func() { New(1, 2).Resize(2, -1) }, []string{"2×-1"}},
		{"no rows", func() { FromRows() }, []string{"FromRows"}},
		{"ragged", func() { FromRows([]float64{1, 2}, []float64{1}) }, []string{"row 1", "1", "2"}},
	} {
		text := panics(c.f)
		if text == "" {
			t.Errorf("%s: no panic", c.name)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the panic %q does not say %q", c.name, text, want)
			}
		}
	}
}

func TestAliasing(t *testing.T) {
	x := func() *Matrix { return FromRows([]float64{1, 2}, []float64{3, 4}) }
	y := FromRows([]float64{5, 6}, []float64{7, 8})
	abs := func(x *Matrix) *Matrix { return x.Apply(math.Abs, x) }

	// Where it would be wrong, it panics, for a view as for the whole.
	for name, f := range map[string]func(z *Matrix){
		"Mul x":  func(z *Matrix) { z.Mul(z, y) },
		"Mul y":  func(z *Matrix) { z.Mul(y, z) },
		"TMul x": func(z *Matrix) { z.TMul(z, y) },
		"TMul y": func(z *Matrix) { z.TMul(y, z) },
		"MulT x": func(z *Matrix) { z.MulT(z, y) },
		"MulT y": func(z *Matrix) { z.MulT(y, z) },
		"view":   func(z *Matrix) { (&Matrix{1, 1, z.Data[:1]}).Mul(&Matrix{1, 1, z.Data[1:2]}, New(1, 1)) },
		"AddBias": func(z *Matrix) {
			z.AddBias(y, &Matrix{1, 2, z.Data[:2]})
		},
		"SumCols": func(z *Matrix) { (&Matrix{1, 2, z.Data[:2]}).SumCols(z) },
	} {
		if text := panics(func() { f(x()) }); !strings.Contains(text, "shares its storage") {
			t.Errorf("%s: panic %q, want one that says it shares its storage", name, text)
		}
	}

	// Elsewhere it gives what a destination of its own gives.
	b := FromRows([]float64{10, 20})
	for name, f := range map[string]func(z, x *Matrix) *Matrix{
		"Sub x":       func(z, x *Matrix) *Matrix { return z.Sub(x, y) },
		"Sub y":       func(z, x *Matrix) *Matrix { return z.Sub(y, x) },
		"Hadamard x":  func(z, x *Matrix) *Matrix { return z.Hadamard(x, y) },
		"Hadamard y":  func(z, x *Matrix) *Matrix { return z.Hadamard(y, x) },
		"Scale":       func(z, x *Matrix) *Matrix { return z.Scale(3, x) },
		"AddScaled x": func(z, x *Matrix) *Matrix { return z.AddScaled(x, 3, y) },
		"AddScaled y": func(z, x *Matrix) *Matrix { return z.AddScaled(y, 3, x) },
		"Apply":       func(z, x *Matrix) *Matrix { return z.Apply(math.Sqrt, x) },
		"AddBias":     func(z, x *Matrix) *Matrix { return z.AddBias(x, b) },
	} {
		z := x()
		got, want := f(z, z), f(New(2, 2), x())
		if !slices.Equal(got.Data, want.Data) {
			t.Errorf("%s over its operand: %v, want %v", name, got, want)
		}
	}
	if got := abs(FromRows([]float64{-1})); got.At(0, 0) != 1 {
		t.Errorf("Apply in place: %v", got)
	}
}

func TestElementwise(t *testing.T) {
	x := FromRows([]float64{1, -2, 3}, []float64{4, 5, -6})
	y := FromRows([]float64{2, 3, 5}, []float64{7, 11, 13})
	z := func() *Matrix { return New(2, 3) }
	for _, c := range []struct {
		name string
		got  *Matrix
		want []float64
	}{
		{"Sub", z().Sub(x, y), []float64{-1, -5, -2, -3, -6, -19}},
		{"Hadamard", z().Hadamard(x, y), []float64{2, -6, 15, 28, 55, -78}},
		{"Scale", z().Scale(-2, x), []float64{-2, 4, -6, -8, -10, 12}},
		{"Scale by 1", z().Scale(1, x), x.Data},
		{"AddScaled", z().AddScaled(x, 10, y), []float64{21, 28, 53, 74, 115, 124}},
		{"Apply", z().Apply(math.Abs, x), []float64{1, 2, 3, 4, 5, 6}},
		{"AddBias", z().AddBias(x, FromRows([]float64{10, 20})), []float64{11, 8, 13, 24, 25, 14}},
		{"SumCols", New(1, 2).SumCols(x), []float64{2, 3}},
		{"Clone", x.Clone(), x.Data},
	} {
		if !slices.Equal(c.got.Data, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got.Data, c.want)
		}
	}
	if got := x.SumSquares(); got != 91 {
		t.Errorf("SumSquares: %v, want 91", got)
	}
	c := x.Clone()
	c.Set(0, 0, 100)
	if x.At(0, 0) != 1 {
		t.Error("a clone shares its storage")
	}
}

func TestElementwisePropagatesNaN(t *testing.T) {
	nan, inf := FromRows([]float64{math.NaN()}), FromRows([]float64{math.Inf(1)})
	zero := New(1, 1)
	for name, z := range map[string]*Matrix{
		"Sub":       New(1, 1).Sub(inf, inf),
		"Hadamard":  New(1, 1).Hadamard(zero, inf),
		"Scale":     New(1, 1).Scale(0, nan),
		"Scale 1":   nan.Scale(1, nan),
		"AddScaled": New(1, 1).AddScaled(zero, 0, inf),
		"AddBias":   New(1, 1).AddBias(zero, nan),
		"SumCols":   New(1, 1).SumCols(FromRows([]float64{0, math.NaN(), 0})),
	} {
		if !math.IsNaN(z.At(0, 0)) {
			t.Errorf("%s: %v, want NaN", name, z.At(0, 0))
		}
	}
	if s := nan.SumSquares(); !math.IsNaN(s) {
		t.Errorf("SumSquares: %v, want NaN", s)
	}
}

func TestResize(t *testing.T) {
	z := New(2, 6)
	storage := &z.Data[0]
	if z.Resize(2, 4); len(z.Data) != 8 || &z.Data[0] != storage {
		t.Errorf("smaller: %d elements, storage kept: %v", len(z.Data), &z.Data[0] == storage)
	}
	if z.Resize(2, 6); len(z.Data) != 12 || &z.Data[0] != storage {
		t.Errorf("back: %d elements, storage kept: %v", len(z.Data), &z.Data[0] == storage)
	}
	if z.Resize(5, 5); len(z.Data) != 25 || z.Rows != 5 || z.Cols != 5 {
		t.Errorf("larger: %d×%d with %d elements", z.Rows, z.Cols, len(z.Data))
	}
}

func TestFormat(t *testing.T) {
	x := FromRows([]float64{1, 0.25}, []float64{-10, math.NaN()})
	for _, c := range []struct{ format, want string }{
		{"%v", "[    1  0.25 ]\n[  -10   NaN ]"},
		{"%+.1f", "[  +1.0   +0.2 ]\n[ -10.0   +NaN ]"},
		{"%8.2e", "[  1.00e+00   2.50e-01 ]\n[ -1.00e+01        NaN ]"},
	} {
		if got := fmt.Sprintf(c.format, x); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.format, got, c.want)
		}
	}
	if got, want := x.String(), fmt.Sprintf("%v", x); got != want {
		t.Errorf("String: %q, want %q", got, want)
	}
}

func TestCol(t *testing.T) {
	x := FromRows([]float64{1, 2, 3}, []float64{4, 5, 6})
	c := x.Col(1)
	if !slices.Equal(c, []float64{2, 5}) {
		t.Errorf("column 1 is %v", c)
	}
	if c[0] = 9; x.At(0, 1) != 2 {
		t.Error("a column is no copy")
	}
}
