package matrix

// The three products. Each is a sum over one index t; what differs is which
// index of an operand t runs along, and so which loop order reads memory as it
// lies. The textbook's order, one element of z after the other, is slowProduct
// in the test, to which these are held.

// Mul sets z to x·y and returns z:
//
//	z_rc = Σ_t x_rt y_tc        (R×T)·(T×C) = R×C
//
// It panics if the shapes do not fit or if z shares its storage with x or y.
func (z *Matrix) Mul(x, y *Matrix) *Matrix {
	if x.Cols != y.Rows {
		mismatch("Mul", "the columns of the first must be as many as the rows of the second", x, y)
	}
	z.want(x.Rows, y.Cols, "Mul", x, y)
	z.apart(x, "Mul")
	z.apart(y, "Mul")
	if y.Cols == 1 { // y is a vector, and so are the rows of x
		dots(z.Data, x, y.Data)
		return z
	}
	for r := range z.Rows {
		addRows(z.Row(r), x.Row(r), 1, y)
	}
	return z
}

// TMul sets z to xᵀ·y and returns z:
//
//	z_rc = Σ_t x_tr y_tc        (T×R)ᵀ·(T×C) = R×C
//
// It panics if the shapes do not fit or if z shares its storage with x or y.
func (z *Matrix) TMul(x, y *Matrix) *Matrix {
	if x.Rows != y.Rows {
		mismatch("TMul", "the rows of both must be as many", x, y)
	}
	z.want(x.Cols, y.Cols, "TMul", x, y)
	z.apart(x, "TMul")
	z.apart(y, "TMul")
	if y.Cols == 1 { // z is a vector: the sum of the rows of x, scaled by y
		addRows(z.Data, y.Data, 1, x)
		return z
	}
	for r := range z.Rows {
		addRows(z.Row(r), x.Data[r:], x.Cols, y)
	}
	return z
}

// MulT sets z to x·yᵀ and returns z:
//
//	z_rc = Σ_t x_rt y_ct        (R×T)·(C×T)ᵀ = R×C
//
// It panics if the shapes do not fit or if z shares its storage with x or y.
func (z *Matrix) MulT(x, y *Matrix) *Matrix {
	if x.Cols != y.Cols {
		mismatch("MulT", "the columns of both must be as many", x, y)
	}
	z.want(x.Rows, y.Rows, "MulT", x, y)
	z.apart(x, "MulT")
	z.apart(y, "MulT")
	for r := range z.Rows {
		if x.Cols == 1 { // x and y are vectors: each row of z is y, scaled
			scale(z.Row(r), x.Data[r], y.Data)
		} else {
			dots(z.Row(r), y, x.Row(r))
		}
	}
	return z
}

// addRows sets z to Σ_t a_t y_t, where y_t is row t of y, and a_t is
// a[t*stride]. Four rows go into one pass over z: z is then read and written
// once for eight floating-point operations and not once for two.
func addRows(z, a []float64, stride int, y *Matrix) {
	clear(z)
	t := 0
	for ; t+4 <= y.Rows; t += 4 { // here z = Σ_{u<t} a_u y_u
		a0, a1, a2, a3 := a[t*stride], a[(t+1)*stride], a[(t+2)*stride], a[(t+3)*stride]
		y0, y1, y2, y3 := y.Row(t)[:len(z)], y.Row(t + 1)[:len(z)], y.Row(t + 2)[:len(z)], y.Row(t + 3)[:len(z)]
		for c := range z {
			z[c] += a0*y0[c] + a1*y1[c] + a2*y2[c] + a3*y3[c]
		}
	}
	for ; t < y.Rows; t++ {
		a0, y0 := a[t*stride], y.Row(t)[:len(z)]
		for c := range z {
			z[c] += a0 * y0[c]
		}
	}
}

// dots sets z_r to Σ_t x_rt a_t, for each row r of x. Four rows at once are
// four sums that do not wait for each other.
func dots(z []float64, x *Matrix, a []float64) {
	r := 0
	for ; r+4 <= x.Rows; r += 4 {
		x0, x1, x2, x3 := x.Row(r)[:len(a)], x.Row(r + 1)[:len(a)], x.Row(r + 2)[:len(a)], x.Row(r + 3)[:len(a)]
		var s0, s1, s2, s3 float64
		for t, v := range a { // here s0 = Σ_{u<t} x0_u a_u, and so on
			s0 += x0[t] * v
			s1 += x1[t] * v
			s2 += x2[t] * v
			s3 += x3[t] * v
		}
		z[r], z[r+1], z[r+2], z[r+3] = s0, s1, s2, s3
	}
	for ; r < x.Rows; r++ {
		var s float64
		for t, v := range a {
			s += x.Data[r*x.Cols+t] * v
		}
		z[r] = s
	}
}
