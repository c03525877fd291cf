package matrix

// The three products. plain.go defines them, with one element of z after the
// other; the loops here compute the same sums, and change three things:
//
//   - The order of the loops. A product is a sum of rows: z_r = Σ_t x_rt y_t. The
//     innermost loop runs along these rows, whose elements are adjacent in memory.
//     If y has a single column, that loop would be short; then Mul multiplies rows
//     of x by yᵀ, TMul adds up rows of x, and MulT scales yᵀ.
//   - Four terms are added at once, so that z is read and written once for four
//     terms, and to two rows of z, so that y is read once for both.
//   - y is transposed first where its columns would be needed, in MulT: a copy
//     takes less time than a loop over a column.
//
// Each of the functions mulRows, tmulRows and outerRows computes some rows of z, so
// that several processors can share a large product (parallel.go). With package
// simd, the functions of vector.go replace them.

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
	z.share(loops.mul, operands{x: x, y: y}, x.Cols)
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
	if x.Rows >= 4*x.Cols && len(z.Data)*x.Rows >= tall {
		second := (z.Rows + 3) / 4 * 4 // where the second sum begins
		halves := scratch.take().Resize(2*second, z.Cols)
		halves.share(halfSums, operands{x: x, y: y}, x.Rows/2)
		sum := views.take()
		sum.x = Matrix{z.Rows, z.Cols, halves.rows(0, z.Rows)}
		sum.y = Matrix{z.Rows, z.Cols, halves.rows(second, second+z.Rows)}
		loops.addScaled(z, operands{x: &sum.x, y: &sum.y, c: 1}, 0, z.Rows)
		views.put(sum)
		scratch.put(halves)
		return z
	}
	z.share(loops.tmul, operands{x: x, y: y}, x.Rows)
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
	if y.Cols == 1 {
		z.share(loops.outer, operands{x: x, y: y}, elementwise)
		return z
	}
	yT := scratch.take().Resize(y.Cols, y.Rows)
	transposeRows(yT, operands{x: y}, 0, yT.Rows)
	z.share(loops.mul, operands{x: x, y: yT}, x.Cols)
	scratch.put(yT)
	return z
}

// mulRows computes the rows from ≤ r < to of x·y.
func mulRows(z *Matrix, o operands, from, to int) {
	x, y := o.x, o.y
	if y.Cols == 1 {
		dots(z.Data[from:to], x.Data[from*x.Cols:], y.Data) // z_r = x_r · y
		return
	}
	r := from
	for ; r+2 <= to; r += 2 {
		z0, z1, x0, x1 := z.Row(r), z.Row(r+1), x.Row(r), x.Row(r+1)
		clear(z0)
		clear(z1)
		t := 0
		for ; t+4 <= y.Rows; t += 4 { // here z_r = Σ_{u<t} x_ru y_u
			addFourTwice(z0, z1, x0[t], x0[t+1], x0[t+2], x0[t+3], x1[t], x1[t+1], x1[t+2], x1[t+3], y, t)
		}
		for ; t < y.Rows; t++ {
			addOne(z0, x0[t], y.Row(t))
			addOne(z1, x1[t], y.Row(t))
		}
	}
	if r < to {
		addRows(z.Row(r), x.Row(r), y, 0)
	}
}

// tmulRows computes the same rows of xᵀ·y. Here the loop over t is the outer one:
// the coefficients x_tr of one t are a row of x, those of one r a column.
func tmulRows(z *Matrix, o operands, from, to int) {
	x, y := o.x, o.y
	if y.Cols == 1 {
		addRows(z.Data[from:to], y.Data, x, from) // zᵀ = Σ_t y_t x_t
		return
	}
	clear(z.rows(from, to))
	t := 0
	for ; t+4 <= x.Rows; t += 4 { // here z_r = Σ_{u<t} x_ur y_u
		x0, x1, x2, x3 := x.Row(t), x.Row(t+1), x.Row(t+2), x.Row(t+3)
		r := from
		for ; r+2 <= to; r += 2 {
			addFourTwice(z.Row(r), z.Row(r+1), x0[r], x1[r], x2[r], x3[r], x0[r+1], x1[r+1], x2[r+1], x3[r+1], y, t)
		}
		if r < to {
			addFour(z.Row(r), x0[r], x1[r], x2[r], x3[r], y, t, 0)
		}
	}
	for ; t < x.Rows; t++ {
		for r := from; r < to; r++ {
			addOne(z.Row(r), x.At(t, r), y.Row(t))
		}
	}
}

// tall is the number of terms from which on the product with a tall x is summed in halves.
const tall = 1 << 19

// halfSums computes the same rows of a matrix that holds two parts of xᵀ·y, one above
// the other: the sum over the first half of the terms and the sum over the second. Of a
// tall x, such as w¹, each processor then reads the rows that it updates in U1, in place
// of all rows. The sum has two parts for one processor too, so that its bits are the
// same. The second sum begins at a multiple of four rows, as the parts of z do, so that
// a row is always computed in the same pair: on processors that round x·y + z once, a
// row computed alone can have other bits.
func halfSums(z *Matrix, o operands, from, to int) {
	x, y := o.x, o.y
	n, half := x.Cols, x.Rows/2
	part := views.take()
	for h, terms := range [2][2]int{{0, half}, {half, x.Rows}} {
		first := h * z.Rows / 2
		a, b := max(from-first, 0), min(to-first, n)
		if a >= b {
			continue
		}
		part.z = Matrix{n, z.Cols, z.rows(first, first+n)}
		part.x = Matrix{terms[1] - terms[0], x.Cols, x.rows(terms[0], terms[1])}
		part.y = Matrix{terms[1] - terms[0], y.Cols, y.rows(terms[0], terms[1])}
		loops.tmul(&part.z, operands{x: &part.x, y: &part.y}, a, b)
	}
	views.put(part)
}

// outerRows computes the same rows of x·yᵀ for two columns x and y.
func outerRows(z *Matrix, o operands, from, to int) {
	for r := from; r < to; r++ {
		scale(z.Row(r), o.x.Data[r], o.y.Data) // z_r = x_r yᵀ
	}
}

// addRows sets the row z to Σ_t a_t x_t, where x_t is the part of row t of x that begins
// at column from and is as long as z.
func addRows(z, a []float64, x *Matrix, from int) {
	clear(z)
	t := 0
	for ; t+4 <= len(a); t += 4 { // here z = Σ_{u<t} a_u x_u
		addFour(z, a[t], a[t+1], a[t+2], a[t+3], x, t, from)
	}
	for ; t < len(a); t++ {
		addOne(z, a[t], x.Row(t)[from:])
	}
}

// addFourTwice adds the rows t to t+3 of x to two rows: to z multiplied by the
// coefficients a, and to w multiplied by b.
func addFourTwice(z, w []float64, a0, a1, a2, a3, b0, b1, b2, b3 float64, x *Matrix, t int) {
	w = w[:len(z)]
	x0, x1, x2, x3 := x.Row(t)[:len(z)], x.Row(t + 1)[:len(z)], x.Row(t + 2)[:len(z)], x.Row(t + 3)[:len(z)]
	for c := range z {
		v0, v1, v2, v3 := x0[c], x1[c], x2[c], x3[c]
		z[c] += a0*v0 + a1*v1 + a2*v2 + a3*v3
		w[c] += b0*v0 + b1*v1 + b2*v2 + b3*v3
	}
}

// addFour adds the rows t to t+3 of x, from column from on, multiplied by the
// coefficients a, to the row z.
func addFour(z []float64, a0, a1, a2, a3 float64, x *Matrix, t, from int) {
	x0, x1 := x.Row(t)[from:][:len(z)], x.Row(t + 1)[from:][:len(z)]
	x2, x3 := x.Row(t + 2)[from:][:len(z)], x.Row(t + 3)[from:][:len(z)]
	for c := range z {
		z[c] += a0*x0[c] + a1*x1[c] + a2*x2[c] + a3*x3[c]
	}
}

// addOne adds a·x to the row z.
func addOne(z []float64, a float64, x []float64) {
	x = x[:len(z)]
	for c := range z {
		z[c] += a * x[c]
	}
}

// dots sets z_r to the dot product x_r · a, where row r of x is x[r*len(a):].
func dots(z, x, a []float64) {
	for r := range z {
		var sum float64
		xr := x[r*len(a):][:len(a)]
		for t, v := range a {
			sum += xr[t] * v
		}
		z[r] = sum
	}
}
