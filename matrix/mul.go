package matrix

// The three products. plain.go defines them, with one element of z after the
// other; the loops here compute the same sums, and change two things:
//
//   - The order of the loops. The innermost loop runs along rows, whose elements
//     are adjacent in memory. So each product is computed either as sums of rows
//     (addRows) or as dot products of rows (dots), whichever makes that loop
//     longer: Mul and TMul add up rows of y, and MulT multiplies rows of x by rows
//     of y. If y has a single column, Mul takes dot products, TMul adds up rows of
//     x, and MulT scales yᵀ.
//   - Four rows are processed at once. A sum of rows then reads and writes z once
//     for four terms instead of once for each, and four dot products grow side by
//     side, so that no addition waits for the one before it.

// Mul sets z to x·y and returns z:
//
//	z_rc = Σ_t x_rt y_tc        (R×T)·(T×C) = R×C
//
// It panics if the shapes do not fit or if z shares storage with x or y.
func (z *Matrix) Mul(x, y *Matrix) *Matrix {
	if x.Cols != y.Rows {
		fail("Mul", []*Matrix{x, y}, "inner dimensions differ: x has %d columns, y has %d rows", x.Cols, y.Rows)
	}
	z.want(x.Rows, y.Cols, "Mul", x, y)
	z.apart("Mul", x, y)
	if y.Cols == 1 {
		dots(z.Data, x, y.Data) // z_r = x_r · y
		return z
	}
	for r := range z.Rows {
		addRows(z.Row(r), x.Row(r), 1, y) // z_r = Σ_t x_rt y_t
	}
	return z
}

// TMul sets z to xᵀ·y and returns z:
//
//	z_rc = Σ_t x_tr y_tc        (T×R)ᵀ·(T×C) = R×C
//
// It panics if the shapes do not fit or if z shares storage with x or y.
func (z *Matrix) TMul(x, y *Matrix) *Matrix {
	if x.Rows != y.Rows {
		fail("TMul", []*Matrix{x, y}, "inner dimensions differ: x has %d rows, y has %d rows", x.Rows, y.Rows)
	}
	z.want(x.Cols, y.Cols, "TMul", x, y)
	z.apart("TMul", x, y)
	if y.Cols == 1 {
		addRows(z.Data, y.Data, 1, x) // zᵀ = Σ_t y_t x_t
		return z
	}
	for r := range z.Rows {
		addRows(z.Row(r), x.Data[r:], x.Cols, y) // z_r = Σ_t x_tr y_t
	}
	return z
}

// MulT sets z to x·yᵀ and returns z:
//
//	z_rc = Σ_t x_rt y_ct        (R×T)·(C×T)ᵀ = R×C
//
// It panics if the shapes do not fit or if z shares storage with x or y.
func (z *Matrix) MulT(x, y *Matrix) *Matrix {
	if x.Cols != y.Cols {
		fail("MulT", []*Matrix{x, y}, "inner dimensions differ: x has %d columns, y has %d columns", x.Cols, y.Cols)
	}
	z.want(x.Rows, y.Rows, "MulT", x, y)
	z.apart("MulT", x, y)
	for r := range z.Rows {
		if y.Cols == 1 {
			scale(z.Row(r), x.Data[r], y.Data) // z_r = x_r yᵀ
		} else {
			dots(z.Row(r), y, x.Row(r)) // z_rc = x_r · y_c
		}
	}
	return z
}

// addRows sets the row z to a sum of rows, Σ_t a_t x_t, where x_t is row t of x
// and a_t is a[t*stride]. A stride of 1 takes the coefficients from a row, a stride
// of n from a column of a matrix with n columns.
func addRows(z, a []float64, stride int, x *Matrix) {
	clear(z)
	n, t := len(z), 0
	for ; t+4 <= x.Rows; t += 4 { // here z = Σ_{u<t} a_u x_u
		a0, a1, a2, a3 := a[t*stride], a[(t+1)*stride], a[(t+2)*stride], a[(t+3)*stride]
		x0, x1, x2, x3 := x.four(t, n)
		for c := range z {
			z[c] += a0*x0[c] + a1*x1[c] + a2*x2[c] + a3*x3[c]
		}
	}
	for ; t < x.Rows; t++ {
		a0, x0 := a[t*stride], x.Row(t)[:n]
		for c := range z {
			z[c] += a0 * x0[c]
		}
	}
}

// dots sets z_r to the dot product of row r of x with a, Σ_t x_rt a_t.
func dots(z []float64, x *Matrix, a []float64) {
	r := 0
	for ; r+4 <= x.Rows; r += 4 {
		x0, x1, x2, x3 := x.four(r, len(a))
		var s0, s1, s2, s3 float64
		for t, v := range a { // here s0 = Σ_{u<t} x_ru a_u; likewise s1 to s3
			s0 += x0[t] * v
			s1 += x1[t] * v
			s2 += x2[t] * v
			s3 += x3[t] * v
		}
		zr := z[r : r+4]
		zr[0], zr[1], zr[2], zr[3] = s0, s1, s2, s3
	}
	for ; r < x.Rows; r++ {
		var sum float64
		x0 := x.Row(r)[:len(a)]
		for t, v := range a {
			sum += x0[t] * v
		}
		z[r] = sum
	}
}

// four returns the rows r to r+3 of x, all of length n.
func (x *Matrix) four(r, n int) (x0, x1, x2, x3 []float64) {
	rows := x.Data[r*n : (r+4)*n]
	return rows[:n], rows[n:][:n], rows[2*n:][:n], rows[3*n:][:n]
}
