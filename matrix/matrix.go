// Package matrix provides dense matrices of float64 with explicit loops: just
// what a two-layer network needs, and written to be read.
//
// The receiver is the destination, as in math/big: z.Mul(x, y) sets z to x·y
// and returns z, so that nothing is allocated behind the reader's back.
//
// # Invariants
//
// A Matrix is one flat slice, row after row:
//
//	        c=0  c=1  c=2
//	r=0   [  a    b    c  ]        Data: a b c d e f
//	r=1   [  d    e    f  ]              └─r=0─┘└─r=1┘
//
//	len(Data) = Rows·Cols, Rows ≥ 1, Cols ≥ 1, element (r, c) = Data[r*Cols+c]
//
// Rows and columns are counted from 0. A shape that does not fit is the
// programmer's error: every method panics, with both shapes in the text.
//
// # Aliasing
//
// The methods that go element by element (Sub, Hadamard, Scale, AddScaled,
// Apply) may write over an operand: z.Sub(z, y) is fine. The products,
// AddBias's bias and SumCols read an operand again after they have begun to
// write: there the destination must not share its storage, and they panic if
// it does. Views that overlap without being equal are never allowed.
//
// # NaN and infinity
//
// They propagate as IEEE 754 says. No loop skips a zero, because 0·NaN is NaN.
package matrix

import "fmt"

// A Matrix has Rows × Cols elements. Its zero value has no elements and is
// of use only as the receiver of Resize.
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// New returns a rows×cols matrix of zeros. It panics unless both are positive.
func New(rows, cols int) *Matrix {
	return new(Matrix).Resize(rows, cols)
}

// FromRows returns a new matrix with a copy of the given rows. It panics if
// there is none, if one is empty, or if they differ in length.
func FromRows(rows ...[]float64) *Matrix {
	if len(rows) == 0 {
		panic("matrix.FromRows: no rows")
	}
	z := New(len(rows), len(rows[0]))
	for r, row := range rows {
		if len(row) != z.Cols {
			panic(fmt.Sprintf("matrix.FromRows: row %d has %d elements, row 0 has %d", r, len(row), z.Cols))
		}
		copy(z.Row(r), row)
	}
	return z
}

// Resize makes z a rows×cols matrix and returns it. The storage is kept if it
// is large enough, whatever it holds; otherwise it is new and zero.
func (z *Matrix) Resize(rows, cols int) *Matrix {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("matrix: shape %d×%d, want at least 1×1", rows, cols))
	}
	if n := rows * cols; n <= cap(z.Data) {
		z.Data = z.Data[:n]
	} else {
		z.Data = make([]float64, n)
	}
	z.Rows, z.Cols = rows, cols
	return z
}

// Clone returns a copy of x with storage of its own.
func (x *Matrix) Clone() *Matrix {
	z := New(x.Rows, x.Cols)
	copy(z.Data, x.Data)
	return z
}

// At returns the element in row r and column c.
func (x *Matrix) At(r, c int) float64 {
	return x.Row(r)[c]
}

// Set sets the element in row r and column c to v.
func (x *Matrix) Set(r, c int, v float64) {
	x.Row(r)[c] = v
}

// Row returns row r, not a copy of it: to write to the slice is to write to x.
func (x *Matrix) Row(r int) []float64 {
	return x.Data[r*x.Cols : (r+1)*x.Cols : (r+1)*x.Cols]
}

// Col returns a copy of column c: the elements do not lie side by side.
func (x *Matrix) Col(c int) []float64 {
	col := make([]float64, x.Rows)
	for r := range col {
		col[r] = x.At(r, c)
	}
	return col
}

// Format prints x for any verb, flags, width and precision that suit a
// float64, a row on each line, the columns aligned:
//
//	fmt.Printf("%.2f", x)
//
//	[ 0.40  0.60  0.20 ]
//	[ 0.30  0.90  0.50 ]
func (x *Matrix) Format(f fmt.State, verb rune) {
	format := fmt.FormatString(f, verb)
	cells := make([]string, len(x.Data))
	width := 0
	for i, v := range x.Data {
		cells[i] = fmt.Sprintf(format, v)
		width = max(width, len(cells[i]))
	}
	for r := range x.Rows {
		if r > 0 {
			fmt.Fprintln(f)
		}
		fmt.Fprint(f, "[")
		for c := range x.Cols {
			fmt.Fprintf(f, " %*s ", width, cells[r*x.Cols+c])
		}
		fmt.Fprint(f, "]")
	}
}

// String returns what Format prints for %v.
func (x *Matrix) String() string {
	return fmt.Sprintf("%v", x)
}

// shape returns "3×2".
func (x *Matrix) shape() string {
	return fmt.Sprintf("%d×%d", x.Rows, x.Cols)
}

// want panics unless z is rows×cols; op names the caller and its operands.
func (z *Matrix) want(rows, cols int, op string, operands ...*Matrix) {
	if z.Rows == rows && z.Cols == cols {
		return
	}
	panic(fmt.Sprintf("matrix: %s: the result is %d×%d, the destination is %s", describe(op, operands), rows, cols, z.shape()))
}

// describe returns "Mul of 3×2 and 3×4".
func describe(op string, operands []*Matrix) string {
	for i, x := range operands {
		op += [2]string{" of ", " and "}[min(i, 1)] + x.shape()
	}
	return op
}

// mismatch panics: x and y do not go together in op.
func mismatch(op, why string, x, y *Matrix) {
	panic(fmt.Sprintf("matrix: %s: %s", describe(op, []*Matrix{x, y}), why))
}

// apart panics if z and x share storage. Two slices of one array have a
// common last element once both are extended to their capacity.
func (z *Matrix) apart(x *Matrix, op string) {
	a, b := z.Data[:cap(z.Data)], x.Data[:cap(x.Data)]
	if len(a) > 0 && len(b) > 0 && &a[len(a)-1] == &b[len(b)-1] {
		panic(fmt.Sprintf("matrix: %s: the destination %s shares its storage with the operand %s", op, z.shape(), x.shape()))
	}
}
