package matrix

// The three products as they are defined: one element of z after the other, and
// for each the sum over t. The methods in mul.go compute the same sums faster.
// The package does not call these functions: the tests compare the methods with
// them, and the benchmarks measure how much faster the methods are.

// plainMul sets z to x·y: z_rc = Σ_t x_rt y_tc.
func plainMul(z, x, y *Matrix) {
	for r := range z.Rows {
		for c := range z.Cols {
			var sum float64
			for t := range x.Cols {
				sum += x.Data[r*x.Cols+t] * y.Data[t*y.Cols+c]
			}
			z.Data[r*z.Cols+c] = sum
		}
	}
}

// plainTMul sets z to xᵀ·y: z_rc = Σ_t x_tr y_tc.
func plainTMul(z, x, y *Matrix) {
	for r := range z.Rows {
		for c := range z.Cols {
			var sum float64
			for t := range x.Rows {
				sum += x.Data[t*x.Cols+r] * y.Data[t*y.Cols+c]
			}
			z.Data[r*z.Cols+c] = sum
		}
	}
}

// plainMulT sets z to x·yᵀ: z_rc = Σ_t x_rt y_ct.
func plainMulT(z, x, y *Matrix) {
	for r := range z.Rows {
		for c := range z.Cols {
			var sum float64
			for t := range x.Cols {
				sum += x.Data[r*x.Cols+t] * y.Data[c*y.Cols+t]
			}
			z.Data[r*z.Cols+c] = sum
		}
	}
}
