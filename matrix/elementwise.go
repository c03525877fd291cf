package matrix

// same panics unless x and y, if there is a y, have the shape of z.
func (z *Matrix) same(op string, operands ...*Matrix) {
	for _, x := range operands {
		z.want(x.Rows, x.Cols, op, operands...)
	}
}

// Sub sets z to x − y and returns z. All three have one shape.
func (z *Matrix) Sub(x, y *Matrix) *Matrix {
	z.same("Sub", x, y)
	for i, v := range x.Data {
		z.Data[i] = v - y.Data[i]
	}
	return z
}

// Hadamard sets z to x ⊙ y, the product element by element, and returns z.
// All three have one shape.
func (z *Matrix) Hadamard(x, y *Matrix) *Matrix {
	z.same("Hadamard", x, y)
	for i, v := range x.Data {
		z.Data[i] = v * y.Data[i]
	}
	return z
}

// Scale sets z to c·x and returns z. Both have one shape.
func (z *Matrix) Scale(c float64, x *Matrix) *Matrix {
	z.same("Scale", x)
	if c == 1 && z == x {
		return z // 1·v is v, for NaN and infinity too
	}
	scale(z.Data, c, x.Data)
	return z
}

func scale(z []float64, c float64, x []float64) {
	z = z[:len(x)]
	for i, v := range x {
		z[i] = c * v
	}
}

// AddScaled sets z to x + c·y and returns z. All three have one shape.
func (z *Matrix) AddScaled(x *Matrix, c float64, y *Matrix) *Matrix {
	z.same("AddScaled", x, y)
	zd, yd := z.Data[:len(x.Data)], y.Data[:len(x.Data)]
	for i, v := range x.Data {
		zd[i] = v + c*yd[i]
	}
	return z
}

// Apply sets each element of z to f of the element of x and returns z. Both
// have one shape.
func (z *Matrix) Apply(f func(float64) float64, x *Matrix) *Matrix {
	z.same("Apply", x)
	for i, v := range x.Data {
		z.Data[i] = f(v)
	}
	return z
}

// AddBias adds the row b, 1×R, to every column of x, R×C, and sets z to that:
//
//	z_rc = x_rc + b_r           that is x + bᵀ, for each column
//
// z may be x. AddBias panics if z shares its storage with b.
func (z *Matrix) AddBias(x, b *Matrix) *Matrix {
	if b.Rows != 1 || b.Cols != x.Rows {
		mismatch("AddBias", "the bias must be one row, as long as the first has rows", x, b)
	}
	z.want(x.Rows, x.Cols, "AddBias", x, b)
	z.apart(b, "AddBias")
	for r, v := range b.Data {
		zr := z.Row(r)
		for c, w := range x.Row(r) {
			zr[c] = w + v
		}
	}
	return z
}

// SumCols adds up the columns of x, R×C, and sets z, 1×R, to the sum as a row:
//
//	z_r = Σ_c x_rc              that is xᵀ for a single column
//
// It panics if z shares its storage with x.
func (z *Matrix) SumCols(x *Matrix) *Matrix {
	z.want(1, x.Rows, "SumCols", x)
	z.apart(x, "SumCols")
	for r := range x.Rows {
		var s float64
		for _, v := range x.Row(r) { // here s = Σ_{d<c} x_rd
			s += v
		}
		z.Data[r] = s
	}
	return z
}

// SumSquares returns ‖x‖² = Σ_r Σ_c x_rc².
func (x *Matrix) SumSquares() float64 {
	var s float64
	for _, v := range x.Data {
		s += v * v
	}
	return s
}
