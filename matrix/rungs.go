package matrix

// The rungs between plain.go and mul.go, for one of the products: each function
// changes one thing in the one before. docs/speed.md explains and measures them; the
// package does not call them.

// orderedTMul is plainTMul with the loop over the columns innermost: it runs along rows
// of y and of z.
func orderedTMul(z, x, y *Matrix) {
	for r := range z.Rows {
		zr := z.Row(r)
		clear(zr)
		for t := range x.Rows {
			addOne(zr, x.Data[t*x.Cols+r], y.Row(t))
		}
	}
}

// fourTMul is orderedTMul with four terms at a time: z is read and written once for
// four. The number of terms must be a multiple of four.
func fourTMul(z, x, y *Matrix) {
	for r := range z.Rows {
		zr := z.Row(r)
		clear(zr)
		for t := 0; t < x.Rows; t += 4 {
			i := t*x.Cols + r
			addFour(zr, x.Data[i], x.Data[i+x.Cols], x.Data[i+2*x.Cols], x.Data[i+3*x.Cols], y, t, 0)
		}
	}
}
