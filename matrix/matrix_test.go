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

// panicOf returns the message that f panics with, or "" if it does not panic.
func panicOf(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

func TestPanics(t *testing.T) {
	x := New(4, 3).Resize(2, 3) // two rows, and room for two more in Data
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { New(6, 7).Mul(New(3, 2), New(4, 5)) }, "matrix: Mul of 3×2 and 4×5: inner dimensions differ: x has 2 columns, y has 4 rows"},
		{func() { New(3, 5).Mul(New(3, 2), New(2, 4)) }, "matrix: Mul of 3×2 and 2×4: the destination is 3×5, want 3×4"},
		{func() { New(2, 5).TMul(New(3, 2), New(4, 5)) }, "matrix: TMul of 3×2 and 4×5: inner dimensions differ: x has 3 rows, y has 4 rows"},
		{func() { New(4, 2).TMul(New(3, 2), New(3, 4)) }, "matrix: TMul of 3×2 and 3×4: the destination is 4×2, want 2×4"},
		{func() { New(3, 4).MulT(New(3, 2), New(4, 5)) }, "matrix: MulT of 3×2 and 4×5: inner dimensions differ: x has 2 columns, y has 5 columns"},
		{func() { New(4, 3).MulT(New(3, 2), New(4, 2)) }, "matrix: MulT of 3×2 and 4×2: the destination is 4×3, want 3×4"},
		{func() { New(1, 2).Sub(New(1, 2), New(2, 1)) }, "matrix: Sub of 1×2 and 2×1: the destination is 1×2, want 2×1"},
		{func() { New(1, 2).Scale(2, New(2, 2)) }, "matrix: Scale of 2×2: the destination is 1×2, want 2×2"},
		{func() { New(6, 7).AddBias(New(3, 2), New(1, 2)) }, "matrix: AddBias of 3×2 and 1×2: the bias is 1×2, want 1×3 (x has 3 rows)"},
		{func() { New(3, 2).AddBias(New(3, 2), New(3, 1)) }, "matrix: AddBias of 3×2 and 3×1: the bias is 3×1, want 1×3"},
		{func() { New(2, 3).AddBias(New(3, 2), New(1, 3)) }, "matrix: AddBias of 3×2 and 1×3: the destination is 2×3, want 3×2"},
		{func() { New(1, 2).SumCols(New(3, 2)) }, "matrix: SumCols of 3×2: the destination is 1×2, want 1×3"},
		{func() { New(2, 3).TransposeRows(New(5, 2), []int{0, 1}) }, "matrix: TransposeRows of 5×2: the destination is 2×3, want 2×2"},
		{func() { New(3, 2).TransposeRows(New(5, 2), []int{0, 1}) }, "matrix: TransposeRows of 5×2: the destination is 3×2, want 2×2"},
		{func() { New(2, 2).TransposeRows(x, []int{0, 1}) }, "matrix: TransposeRows of 2×3: the destination is 2×2, want 3×2"},
		{func() { New(3, 2).TransposeRows(x, []int{1, 2}) }, "matrix: row out of range"},
		{func() { New(3, 2).TransposeRows(x, []int{-1, 1}) }, "matrix: row out of range"},
		{func() { z := New(3, 2); z.Mul(z, New(2, 2)) }, "matrix: Mul of 3×2 and 2×2: the destination 3×2 shares its storage with the operand 3×2"},
		{func() { z := New(3, 2); z.TMul(New(3, 3), z) }, "matrix: TMul of 3×3 and 3×2: the destination 3×2 shares its storage with the operand 3×2"},
		{func() { z := New(3, 2); z.MulT(z, New(2, 2)) }, "matrix: MulT of 3×2 and 2×2: the destination 3×2 shares its storage with the operand 3×2"},
		{func() { (&Matrix{1, 2, x.Data[:2]}).SumCols(x) }, "matrix: SumCols of 2×3: the destination 1×2 shares its storage with the operand 2×3"},
		{func() { New(0, 2) }, "matrix: got shape 0×2, want at least 1×1"},
		{func() { New(1, 2).Resize(2, 0) }, "matrix: got shape 2×0, want at least 1×1"},
		{func() { FromRows() }, "matrix: FromRows: got no rows"},
		{func() { FromRows([]float64{1, 2, 3}, []float64{1, 2}) }, "matrix: FromRows: row 1 has length 2, row 0 has length 3"},
		{func() { FromRows([]float64{1}, []float64{1, 2}) }, "matrix: FromRows: row 1 has length 2, row 0 has length 1"},
		{func() { x.Row(2) }, "matrix: row out of range"},
		{func() { x.Row(-1) }, "matrix: row out of range"},
		{func() { x.At(3, 0) }, "matrix: row out of range"},
		{func() { x.Set(2, 0, 1) }, "matrix: row out of range"},
		{func() { x.At(0, 3) }, "runtime error: index out of range [3] with length 3"},
		{func() { x.Set(0, 3, 1) }, "runtime error: index out of range [3] with length 3"},
		{func() { x.At(1, -1) }, "runtime error: index out of range [-1]"},
		{func() { x.Col(3) }, "runtime error: index out of range [3] with length 3"},
		{func() { x.Col(-1) }, "runtime error: index out of range [-1]"},
	} {
		if got := panicOf(c.f); !strings.HasPrefix(got, c.want) {
			t.Errorf("got panic %q, want %q", got, c.want)
		}
	}
}

// Every dimension of every operand and of the destination is checked by itself.
func TestWrongShapesPanic(t *testing.T) {
	same := [3][2]int{{3, 4}, {3, 4}, {3, 4}}
	for _, c := range []struct {
		name   string
		f      func(z, x, y *Matrix)
		shapes [3][2]int // of z, x and y if they fit
	}{
		{"Mul", func(z, x, y *Matrix) { z.Mul(x, y) }, [3][2]int{{3, 4}, {3, 2}, {2, 4}}},
		{"TMul", func(z, x, y *Matrix) { z.TMul(x, y) }, [3][2]int{{2, 4}, {3, 2}, {3, 4}}},
		{"MulT", func(z, x, y *Matrix) { z.MulT(x, y) }, [3][2]int{{3, 4}, {3, 2}, {4, 2}}},
		{"AddBias", func(z, x, y *Matrix) { z.AddBias(x, y) }, [3][2]int{{3, 4}, {3, 4}, {1, 3}}},
		{"SumCols", func(z, x, _ *Matrix) { z.SumCols(x) }, [3][2]int{{1, 3}, {3, 4}}},
		{"Sub", func(z, x, y *Matrix) { z.Sub(x, y) }, same},
		{"Hadamard", func(z, x, y *Matrix) { z.Hadamard(x, y) }, same},
		{"AddScaled", func(z, x, y *Matrix) { z.AddScaled(x, 2, y) }, same},
		{"Scale", func(z, x, _ *Matrix) { z.Scale(2, x) }, [3][2]int{{3, 4}, {3, 4}}},
		{"Apply", func(z, x, _ *Matrix) { z.Apply(math.Abs, x) }, [3][2]int{{3, 4}, {3, 4}}},
		{"Sigmoid", func(z, x, _ *Matrix) { z.Sigmoid(x) }, [3][2]int{{3, 4}, {3, 4}}},
	} {
		for i := range 12 {
			shapes, matrix, dimension, change := c.shapes, i/4, i/2%2, i%2*2-1
			if shapes[matrix][dimension]+change < 1 || shapes[matrix][0] == 0 || c.name == "SumCols" && matrix == 1 && dimension == 1 {
				continue // no such matrix, or any size fits
			}
			shapes[matrix][dimension] += change
			var m [3]*Matrix
			for k, shape := range shapes {
				m[k] = New(max(shape[0], 1), max(shape[1], 1))
			}
			want := "matrix: " + c.name + " of " + m[1].shape()
			if shapes[2][0] > 0 {
				want += " and " + m[2].shape()
			}
			if got := panicOf(func() { c.f(m[0], m[1], m[2]) }); !strings.HasPrefix(got, want+": ") {
				t.Errorf("%s with the shapes %v: got panic %q, want %q", c.name, shapes, got, want)
			}
		}
	}
}

func TestAliasing(t *testing.T) {
	x := func() *Matrix { return FromRows([]float64{1, 2}, []float64{3, 4}) }
	y := FromRows([]float64{5, 6}, []float64{7, 8})

	// Where the result would be wrong, there is a panic, for a view too.
	for name, f := range map[string]func(z *Matrix){
		"Mul y":         func(z *Matrix) { z.Mul(y, z) },
		"TMul x":        func(z *Matrix) { z.TMul(z, y) },
		"MulT y":        func(z *Matrix) { z.MulT(y, z) },
		"Mul of views":  func(z *Matrix) { (&Matrix{1, 1, z.Data[:1]}).Mul(&Matrix{1, 1, z.Data[1:2]}, New(1, 1)) },
		"AddBias":       func(z *Matrix) { z.AddBias(y, &Matrix{1, 2, z.Data[:2]}) },
		"AddBias Row":   func(z *Matrix) { z.AddBias(y, &Matrix{1, 2, z.Row(0)}) },
		"TransposeRows": func(z *Matrix) { z.TransposeRows(z, []int{1, 0}) },
	} {
		method, _, _ := strings.Cut(name, " ")
		if got := panicOf(func() { f(x()) }); !strings.HasPrefix(got, "matrix: "+method+" of ") || !strings.Contains(got, "shares its storage") {
			t.Errorf("%s: got panic %q, want one that says what shares storage", name, got)
		}
	}

	// Elsewhere the result is the same as in a destination with its own storage. There are
	// enough elements for each loop: one that computed some twice would change them twice.
	x = func() *Matrix {
		z, v := New(2, 21), 0.
		return z.Apply(func(float64) float64 { v++; return v }, z)
	}
	y, b := x().Scale(3, x()), FromRows([]float64{10, 20})
	for name, f := range map[string]func(z, x *Matrix) *Matrix{
		"Sub x":       func(z, x *Matrix) *Matrix { return z.Sub(x, y) },
		"Sub y":       func(z, x *Matrix) *Matrix { return z.Sub(y, x) },
		"Hadamard x":  func(z, x *Matrix) *Matrix { return z.Hadamard(x, y) },
		"Hadamard y":  func(z, x *Matrix) *Matrix { return z.Hadamard(y, x) },
		"Scale by 0":  func(z, x *Matrix) *Matrix { return z.Scale(0, x) },
		"Scale by 2":  func(z, x *Matrix) *Matrix { return z.Scale(2, x) },
		"AddScaled x": func(z, x *Matrix) *Matrix { return z.AddScaled(x, 3, y) },
		"AddScaled y": func(z, x *Matrix) *Matrix { return z.AddScaled(y, 3, x) },
		"Apply":       func(z, x *Matrix) *Matrix { return z.Apply(math.Sqrt, x) },
		"Sigmoid":     func(z, x *Matrix) *Matrix { return z.Sigmoid(x) },
		"AddBias":     func(z, x *Matrix) *Matrix { return z.AddBias(x, b) },
	} {
		z := x()
		if got, want := f(z, z), f(New(2, 21), x()); !slices.Equal(got.Data, want.Data) {
			t.Errorf("%s in place: got %v, want %v", name, got, want)
		}
	}
}

func TestElementwise(t *testing.T) {
	x := FromRows([]float64{1, -2, 3}, []float64{4, 5, -6})
	y := FromRows([]float64{2, 3, 5}, []float64{7, 11, 13})
	z := func() *Matrix { return New(2, 3) }
	for name, c := range map[string]struct{ got, want []float64 }{
		"Sub":        {z().Sub(x, y).Data, []float64{-1, -5, -2, -3, -6, -19}},
		"Hadamard":   {z().Hadamard(x, y).Data, []float64{2, -6, 15, 28, 55, -78}},
		"Scale":      {z().Scale(-2, x).Data, []float64{-2, 4, -6, -8, -10, 12}},
		"Scale by 1": {z().Scale(1, x).Data, x.Data},
		"AddScaled":  {z().AddScaled(x, 10, y).Data, []float64{21, 28, 53, 74, 115, 124}},
		"Apply":      {z().Apply(math.Abs, x).Data, []float64{1, 2, 3, 4, 5, 6}},
		"AddBias":    {z().AddBias(x, FromRows([]float64{10, 20})).Data, []float64{11, 8, 13, 24, 25, 14}},
		"SumCols":    {New(1, 2).SumCols(x).Data, []float64{2, 3}},
		"SumSquares": {[]float64{x.SumSquares()}, []float64{91}},
		"Clone":      {x.Clone().Data, x.Data},
		"Row":        {x.Row(1), []float64{4, 5, -6}},
		"Col":        {x.Col(1), []float64{-2, 5}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	x.Clone().Set(0, 0, 100)
	x.Col(0)[0] = 100
	if x.At(0, 0) != 1 {
		t.Error("Clone or Col shares the storage of x")
	}
	if x.Row(0)[0] = 100; x.At(0, 0) != 100 {
		t.Error("Row returns a copy")
	}
}

// Any rows in any order, and as many as leave each remainder of four.
func TestTransposeRows(t *testing.T) {
	for m := 1; m < 10; m++ {
		x, rows := New(7, 6), make([]int, m)
		for i := range x.Data {
			x.Data[i] = float64(i + 1)
		}
		for c := range rows {
			rows[c] = (5*c + m) % x.Rows
		}
		z := New(6, m+1).Resize(6, m).TransposeRows(x, rows)
		for r := range z.Rows {
			for c, s := range rows {
				if got := z.At(r, c); got != x.At(s, r) {
					t.Errorf("%d rows: element (%d, %d): got %v, want %v", m, r, c, got, x.At(s, r))
				}
			}
		}
		if past := z.Data[:6*m+1][6*m]; past != 0 {
			t.Errorf("%d rows: the element after the last is %v, want 0", m, past)
		}
	}
}

func TestElementwisePropagatesNaN(t *testing.T) {
	nan, inf := FromRows([]float64{math.NaN()}), FromRows([]float64{math.Inf(1)})
	zero := New(1, 1)
	for name, got := range map[string]float64{
		"Sub":        New(1, 1).Sub(inf, inf).Data[0],
		"Hadamard":   New(1, 1).Hadamard(zero, inf).Data[0],
		"Scale":      New(1, 1).Scale(0, nan).Data[0],
		"Scale by 1": nan.Scale(1, nan).Data[0],
		"AddScaled":  New(1, 1).AddScaled(zero, 0, inf).Data[0],
		"AddBias":    New(1, 1).AddBias(zero, nan).Data[0],
		"SumCols":    New(1, 1).SumCols(FromRows([]float64{0, math.NaN(), 0})).Data[0],
		"SumSquares": nan.SumSquares(),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: got %v, want NaN", name, got)
		}
	}
}

func TestResize(t *testing.T) {
	z := New(2, 6)
	for _, c := range []struct {
		rows, cols int
		kept       bool // the storage
	}{{2, 4, true}, {2, 6, true}, {5, 5, false}} {
		before := &z.Data[0]
		z.Resize(c.rows, c.cols)
		if kept := &z.Data[0] == before; z.Rows != c.rows || z.Cols != c.cols || len(z.Data) != c.rows*c.cols || kept != c.kept {
			t.Errorf("Resize(%d, %d): got %d×%d, %d elements, storage kept: %v", c.rows, c.cols, z.Rows, z.Cols, len(z.Data), kept)
		}
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
}
