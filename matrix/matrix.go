// Package matrix implements dense matrices of float64 numbers: only what a
// two-layer network needs, with explicit loops that are written to be read.
//
// The receiver is the destination, as in math/big: z.Mul(x, y) sets z to x·y
// and returns z. So no operation allocates memory for its result, and what a
// product needs besides is kept for the next one. Calls can be nested:
// z.AddBias(z.TMul(w, a), b) sets z to wᵀa and then adds bᵀ to each of its
// columns.
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
// Rows and columns are numbered from 0.
//
// # Panics
//
// A wrong shape or index is a programming error, and the method panics:
//
//   - Mul, TMul, MulT, TransposeRows, AddBias and SumCols panic unless the operands fit
//     together as their comments say; Sub, Hadamard, Scale, AddScaled, Apply and
//     Sigmoid panic unless all their matrices have the same shape. The destination is never
//     resized: its shape must be that of the result. The message gives the
//     shapes of the operands, and that of the destination if that is wrong.
//   - Row, At, Set and Col panic if the row or the column is out of range, even
//     where Data has room for it. For a row the message is "matrix: row out of
//     range", for a column the runtime's "index out of range [3] with length 3".
//
// # Aliasing
//
// In the methods that work element by element (Sub, Hadamard, Scale, AddScaled,
// Apply, Sigmoid, and AddBias for x), the destination may be one of the operands:
// z.Sub(z, y) is correct. Mul, TMul, MulT, TransposeRows, SumCols and AddBias (for the
// bias) still read an operand after they have started to write. Their destination must
// not share storage with it, and they panic if it does.
//
// The check takes two slices to share storage if they end at the same element once they are
// extended to their full capacity, even if they do not overlap. A slice that was
// cut with a third index, as in s[i:j:k], escapes this check, so a Matrix must not
// be built on one. Matrices that overlap without being equal are not supported.
//
// # NaN and infinity
//
// They propagate as IEEE 754 prescribes. No loop skips a zero, because 0·NaN is
// NaN.
package matrix

import "fmt"

// A Matrix has Rows × Cols elements. The zero value has no elements; it can only
// be used as the receiver of Resize.
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// New returns a rows×cols matrix of zeros. It panics unless rows and cols are
// positive.
func New(rows, cols int) *Matrix {
	return new(Matrix).Resize(rows, cols)
}

// FromRows returns a new matrix with a copy of the given rows. It panics if
// there are no rows, if they are empty, or if their lengths differ.
func FromRows(rows ...[]float64) *Matrix {
	if len(rows) == 0 {
		panic("matrix: FromRows: got no rows, want at least one")
	}
	z := New(len(rows), len(rows[0]))
	for r, row := range rows {
		if len(row) != z.Cols {
			panic(fmt.Sprintf("matrix: FromRows: row %d has length %d, row 0 has length %d", r, len(row), z.Cols))
		}
		copy(z.Row(r), row)
	}
	return z
}

// Resize makes z a rows×cols matrix and returns it. If the storage is large
// enough, it is kept with whatever it contains; otherwise new storage is
// allocated, filled with zeros.
func (z *Matrix) Resize(rows, cols int) *Matrix {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("matrix: got shape %d×%d, want at least 1×1", rows, cols))
	}
	if n := rows * cols; n <= cap(z.Data) {
		z.Data = z.Data[:n]
	} else {
		z.Data = make([]float64, n)
	}
	z.Rows, z.Cols = rows, cols
	return z
}

// Clone returns a copy of x with its own storage.
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

// Row returns row r of x. It is not a copy: writing to the slice writes to x.
func (x *Matrix) Row(r int) []float64 {
	if r < 0 || r >= x.Rows {
		panic("matrix: row out of range") // a constant, so that Row can be inlined
	}
	return x.Data[r*x.Cols : (r+1)*x.Cols]
}

// rows returns the rows from ≤ r < to of x, one after the other.
func (x *Matrix) rows(from, to int) []float64 {
	return x.Data[from*x.Cols : to*x.Cols]
}

// Col returns a copy of column c, whose elements are not adjacent in Data.
func (x *Matrix) Col(c int) []float64 {
	col := make([]float64, x.Rows)
	for r := range col {
		col[r] = x.At(r, c)
	}
	return col
}

// Format implements fmt.Formatter. It prints one row per line, with aligned
// columns, and applies the verb, flags, width and precision to each element:
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

// shape returns Rows and Cols as in "3×2".
func (x *Matrix) shape() string {
	return fmt.Sprintf("%d×%d", x.Rows, x.Cols)
}
