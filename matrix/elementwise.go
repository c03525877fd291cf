package matrix

// Sub sets z to x − y and returns z. It panics unless all three have the same shape.
func (z *Matrix) Sub(x, y *Matrix) *Matrix {
	z.same("Sub", x, y)
	for i, v := range x.Data {
		z.Data[i] = v - y.Data[i]
	}
	return z
}

// Hadamard sets z to x ⊙ y, the product element by element, and returns z. It
// panics unless all three have the same shape.
func (z *Matrix) Hadamard(x, y *Matrix) *Matrix {
	z.same("Hadamard", x, y)
	for i, v := range x.Data {
		z.Data[i] = v * y.Data[i]
	}
	return z
}

// Scale sets z to c·x and returns z. It panics unless both have the same shape.
func (z *Matrix) Scale(c float64, x *Matrix) *Matrix {
	z.same("Scale", x)
	if c == 1 && z == x {
		return z // 1·v is v, even if v is NaN or infinite
	}
	z.share(loops.scale, operands{x: x, c: c}, elementwise)
	return z
}

// scaleRows computes the rows from ≤ r < to of c·x.
func scaleRows(z *Matrix, o operands, from, to int) {
	scale(z.rows(from, to), o.c, o.x.rows(from, to))
}

// scale sets z to c·x, element by element, four at a time.
func scale(z []float64, c float64, x []float64) {
	x = x[:len(z)]
	i := 0
	for ; i+4 <= len(z); i += 4 {
		z4, x4 := z[i:i+4], x[i:i+4]
		z4[0], z4[1], z4[2], z4[3] = c*x4[0], c*x4[1], c*x4[2], c*x4[3]
	}
	for ; i < len(z); i++ {
		z[i] = c * x[i]
	}
}

// AddScaled sets z to x + c·y and returns z. It panics unless all three have the
// same shape.
func (z *Matrix) AddScaled(x *Matrix, c float64, y *Matrix) *Matrix {
	z.same("AddScaled", x, y)
	z.share(loops.addScaled, operands{x: x, y: y, c: c}, elementwise)
	return z
}

// addScaledRows computes the rows from ≤ r < to of x + c·y, four elements at a time.
func addScaledRows(z *Matrix, o operands, from, to int) {
	zd, xd, yd, c := z.rows(from, to), o.x.rows(from, to), o.y.rows(from, to), o.c
	i := 0
	for ; i+4 <= len(zd); i += 4 {
		z4, x4, y4 := zd[i:i+4], xd[i:i+4], yd[i:i+4]
		z4[0], z4[1], z4[2], z4[3] = x4[0]+c*y4[0], x4[1]+c*y4[1], x4[2]+c*y4[2], x4[3]+c*y4[3]
	}
	for ; i < len(zd); i++ {
		zd[i] = xd[i] + c*yd[i]
	}
}

// Apply sets each element of z to f of that element of x and returns z. It panics
// unless both have the same shape.
func (z *Matrix) Apply(f func(float64) float64, x *Matrix) *Matrix {
	z.same("Apply", x)
	for i, v := range x.Data {
		z.Data[i] = f(v)
	}
	return z
}

// AddBias sets z to x, R×C, with the row b, 1×R, added to every column, and
// returns z:
//
//	z_rc = x_rc + b_r           for a single column, z = x + bᵀ
//
// It panics if the shapes do not fit or if z shares storage with b. z may be x.
func (z *Matrix) AddBias(x, b *Matrix) *Matrix {
	if b.Rows != 1 || b.Cols != x.Rows {
		fail("AddBias", []*Matrix{x, b}, "the bias is %s, want 1×%d (x has %d rows)", b.shape(), x.Rows, x.Rows)
	}
	z.want(x.Rows, x.Cols, "AddBias", x, b)
	z.apart("AddBias", b)
	for r, v := range b.Data {
		zr := z.Row(r)
		for c, w := range x.Row(r) {
			zr[c] = w + v
		}
	}
	return z
}

// SumCols sets z, 1×R, to the sum of the columns of x, R×C, written as a row, and
// returns z:
//
//	z_r = Σ_c x_rc              for a single column, z = xᵀ
//
// It panics if the shapes do not fit or if z shares storage with x.
func (z *Matrix) SumCols(x *Matrix) *Matrix {
	z.want(1, x.Rows, "SumCols", x)
	z.apart("SumCols", x)
	for r := range x.Rows {
		var sum float64
		for _, v := range x.Row(r) {
			sum += v
		}
		z.Data[r] = sum
	}
	return z
}

// SumSquares returns ‖x‖² = Σ_r Σ_c x_rc².
func (x *Matrix) SumSquares() float64 {
	var sum float64
	for _, v := range x.Data {
		sum += v * v
	}
	return sum
}
