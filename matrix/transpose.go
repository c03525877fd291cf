package matrix

// TransposeRows sets z to the transpose of the listed rows of x, R×C, and returns z:
//
//	z_rc = x_sr with s = rows[c]        C×len(rows)
//
// So rows of a table become the columns of a batch. A row may be listed more than
// once. TransposeRows panics if the shapes do not fit, if a row is not in x, or if z
// shares storage with x.
func (z *Matrix) TransposeRows(x *Matrix, rows []int) *Matrix {
	z.want(x.Cols, len(rows), "TransposeRows", x)
	z.apart("TransposeRows", x)
	for _, r := range rows {
		x.Row(r) // panics here, and not in another goroutine
	}
	z.share(transposeRows, operands{x: x, rows: rows}, transposed)
	return z
}

// transposeRows computes the rows from ≤ r < to of z. It takes four rows of x at once:
// so each cache line of z is fetched once for four of its elements.
func transposeRows(z *Matrix, o operands, from, to int) {
	c := 0
	for ; c+4 <= z.Cols; c += 4 {
		x0, x1, x2, x3 := o.row(c)[from:to], o.row(c + 1)[from:to], o.row(c + 2)[from:to], o.row(c + 3)[from:to]
		i := from*z.Cols + c
		for r := range x0 {
			z4 := z.Data[i : i+4]
			z4[0], z4[1], z4[2], z4[3] = x0[r], x1[r], x2[r], x3[r]
			i += z.Cols
		}
	}
	for ; c < z.Cols; c++ {
		for r, v := range o.row(c)[from:to] {
			z.Data[(from+r)*z.Cols+c] = v
		}
	}
}

// row returns the row of x that becomes column c: all rows in their order if none are
// listed.
func (o operands) row(c int) []float64 {
	if o.rows != nil {
		c = o.rows[c]
	}
	return o.x.Row(c)
}
