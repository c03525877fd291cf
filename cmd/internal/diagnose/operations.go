package diagnose

import (
	"math"

	"chainrule/cmd/internal/claim"
	"chainrule/matrix"
)

// The operations on matrices that formulas need. The result is nil if the shapes do not
// fit together: with other numbers of nodes the formula makes sense.

func mul(x, y *matrix.Matrix) *matrix.Matrix {
	if x == nil || y == nil || x.Cols != y.Rows {
		return nil
	}
	return matrix.New(x.Rows, y.Cols).Mul(x, y)
}

func tmul(x, y *matrix.Matrix) *matrix.Matrix { return mul(transpose(x), y) }
func mulT(x, y *matrix.Matrix) *matrix.Matrix { return mul(x, transpose(y)) }

func transpose(x *matrix.Matrix) *matrix.Matrix {
	if x == nil {
		return nil
	}
	return claim.Transpose(x)
}

// reread returns the numbers of x, row after row, as the rows of a matrix that has the
// shape of the transpose.
func reread(x *matrix.Matrix) *matrix.Matrix { return x.Clone().Resize(x.Cols, x.Rows) }

func hadamard(x, y *matrix.Matrix) *matrix.Matrix {
	if x == nil || y == nil || x.Rows != y.Rows || x.Cols != y.Cols {
		return nil
	}
	return matrix.New(x.Rows, x.Cols).Hadamard(x, y)
}

// plus returns x + c·y.
func plus(x *matrix.Matrix, c float64, y *matrix.Matrix) *matrix.Matrix {
	if x == nil || y == nil || x.Rows != y.Rows || x.Cols != y.Cols {
		return nil
	}
	return matrix.New(x.Rows, x.Cols).AddScaled(x, c, y)
}

func scale(c float64, x *matrix.Matrix) *matrix.Matrix {
	return apply(func(v float64) float64 { return c * v }, x)
}

func apply(f func(v float64) float64, x *matrix.Matrix) *matrix.Matrix {
	if x == nil {
		return nil
	}
	return matrix.New(x.Rows, x.Cols).Apply(f, x)
}

// addBias returns x with c·bᵀ added to each column.
func addBias(x *matrix.Matrix, c float64, b *matrix.Matrix) *matrix.Matrix {
	if x == nil || x.Rows != b.Cols {
		return nil
	}
	return matrix.New(x.Rows, x.Cols).AddBias(x, scale(c, b))
}

func sumCols(x *matrix.Matrix) *matrix.Matrix {
	if x == nil {
		return nil
	}
	return matrix.New(1, x.Rows).SumCols(x)
}

// column returns column s of x alone.
func column(x *matrix.Matrix, s int) *matrix.Matrix {
	return claim.Transpose(matrix.FromRows(x.Col(s)))
}

// columns returns a matrix with n columns, each the transpose of the row x.
func columns(n int, x *matrix.Matrix) *matrix.Matrix {
	return addBias(matrix.New(x.Cols, n), 1, x)
}

// softmax returns the softmax of each column of z.
func softmax(z *matrix.Matrix) *matrix.Matrix {
	a := matrix.New(z.Rows, z.Cols)
	for s := range z.Cols {
		top, total := math.Inf(-1), 0.0
		for _, v := range z.Col(s) {
			top = max(top, v)
		}
		for k, v := range z.Col(s) {
			a.Set(k, s, math.Exp(v-top))
			total += a.At(k, s)
		}
		for k := range z.Rows {
			a.Set(k, s, a.At(k, s)/total)
		}
	}
	return a
}
