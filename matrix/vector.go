//go:build goexperiment.simd && go1.27

package matrix

import (
	"fmt"
	"simd"
)

// The loops of mul.go, elementwise.go and sigmoid.go once more, with vectors of the
// standard library's package simd: one instruction computes 2, 4 or 8 elements,
// depending on the processor. If it has no vectors, or cannot multiply and add them in
// one instruction, the plain loops stay.

func init() {
	if simd.Emulated() || !hasMulAdd() {
		return
	}
	lanes = simd.VectorBitSize() / 64
	kernel = fmt.Sprintf("vectors of %d bits", simd.VectorBitSize())
	loops.mul, loops.tmul, loops.outer = mulTiles, tmulTiles, outerVector
	loops.scale, loops.addScaled, loops.sigmoid = scaleVector, addScaledVector, sigmoidVector
	leastPart *= 4 // vectors compute about four terms in the time of one
}

// lanes is the number of elements in a vector.
var lanes int

// mulTiles computes the rows from ≤ r < to of x·y.
func mulTiles(z *Matrix, o operands, from, to int) {
	x, y := o.x, o.y
	if y.Cols == 1 {
		mulRows(z, o, from, to)
		return
	}
	tiles(z, x.Data, x.Cols, 1, y, from, to)
}

// tmulTiles computes the same rows of xᵀ·y.
func tmulTiles(z *Matrix, o operands, from, to int) {
	x, y := o.x, o.y
	if y.Cols == 1 {
		addRowsVector(z.Data[from:to], y.Data, x, from)
		return
	}
	tiles(z, x.Data, 1, x.Cols, y, from, to)
}

// panelRows is the number of rows of y that are copied at a time. With vectors of 512
// bits, so many rows of a panel take 16 KB, a third or half of the first-level cache.
const panelRows = 128

// tiles computes the rows from ≤ r < to of z, z_r = Σ_t a_rt y_t, where a_rt is
// a[r*ar+t*at], in tiles of four rows and two vectors, panelRows terms at a time. For
// each column of tiles it copies these rows of y into a panel, so that tile4 reads
// memory from one end to the other. Tiles that reach beyond the last column of z are
// computed in edge.
func tiles(z *Matrix, a []float64, ar, at int, y *Matrix, from, to int) {
	width := 2 * lanes
	panels := scratch.take()
	edge := scratch.take().Resize(4, width)
	for t := 0; t < y.Rows; t += panelRows {
		n := min(panelRows, y.Rows-t)
		panels.Resize((y.Cols+width-1)/width, n*width)
		for p := range panels.Rows {
			c := p * width
			copyRows(panels.Row(p), width, y.Data[t*y.Cols+c:], y.Cols, n, min(width, y.Cols-c))
		}
		for r := from; r < to; r += 4 {
			rows := min(4, to-r)
			first := t == 0
			ar4 := a[r*ar+t*at:]
			full := y.Cols / width // the number of panels inside y
			tile4(z.Data[r*z.Cols:], z.Cols, ar4, ar, at, rows, panels.rows(0, full), n, first)
			if c := full * width; c < y.Cols { // z ends inside the last tile
				rest := z.Data[r*z.Cols+c:]
				if !first {
					copyRows(edge.Data, width, rest, z.Cols, rows, y.Cols-c)
				}
				tile4(edge.Data, width, ar4, ar, at, rows, panels.Row(full), n, first)
				copyRows(rest, z.Cols, edge.Data, width, rows, y.Cols-c)
			}
		}
	}
	scratch.put(panels)
	scratch.put(edge)
	clearUpper()
}

// tile4 computes at most four rows of z, where row r is z[r*zs:], one tile for each
// panel of n rows. If first is set, it sets a row of a tile to Σ_t a_rt p_t, where p_t is
// row t of the panel and a_rt is a[r*ar+t*at]; otherwise it adds that sum. If there are
// fewer than four rows, the last one is computed again in place of each missing one.
//
// The eight vectors of sums stay in registers. So for eight multiplications the loop
// reads only two vectors and four elements of a, and no addition waits for the one
// before.
//
// MulAdd overwrites its receiver. Each element of a is used twice; the second time it is
// not needed afterwards, and is the receiver.
//
// The compiler marks each inlined call with an instruction of the line that calls it, or
// with one that does nothing if the line has no other: so each row of the tile takes one
// line. It checks an index once for two slices of equal length: so the rows of a are two
// such pairs.
func tile4(z []float64, zs int, a []float64, ar, at, rows int, panels []float64, n int, first bool) {
	var v simd.Float64s
	w := v.Len()
	r1, r2, r3 := min(1, rows-1), min(2, rows-1), rows-1
	a1, a3 := a[r1*ar:], a[r3*ar:]
	a0, a2 := a[:len(a1)], a[r2*ar:][:len(a3)]
	for c := 0; len(panels) > 0; c += 2 * w {
		panel := panels[:2*n*w]
		panels = panels[2*n*w:]
		z0, z1, z2, z3 := z[c:][:2*w], z[r1*zs+c:][:2*w], z[r2*zs+c:][:2*w], z[r3*zs+c:][:2*w]
		var s00, s01, s10, s11, s20, s21, s30, s31 simd.Float64s
		if !first {
			s00, s01 = simd.LoadFloat64s(z0), simd.LoadFloat64s(z0[w:])
			s10, s11 = simd.LoadFloat64s(z1), simd.LoadFloat64s(z1[w:])
			s20, s21 = simd.LoadFloat64s(z2), simd.LoadFloat64s(z2[w:])
			s30, s31 = simd.LoadFloat64s(z3), simd.LoadFloat64s(z3[w:])
		}
		t := 0
		for ; len(panel) >= 8*w; panel = panel[8*w:] { // four terms at a time
			p0, p1 := simd.LoadFloat64s(panel), simd.LoadFloat64s(panel[w:])
			s00, s01 = p0.MulAdd(simd.BroadcastFloat64s(a0[t]), s00), simd.BroadcastFloat64s(a0[t]).MulAdd(p1, s01)
			s10, s11 = p0.MulAdd(simd.BroadcastFloat64s(a1[t]), s10), simd.BroadcastFloat64s(a1[t]).MulAdd(p1, s11)
			s20, s21 = p0.MulAdd(simd.BroadcastFloat64s(a2[t]), s20), simd.BroadcastFloat64s(a2[t]).MulAdd(p1, s21)
			s30, s31 = p0.MulAdd(simd.BroadcastFloat64s(a3[t]), s30), simd.BroadcastFloat64s(a3[t]).MulAdd(p1, s31)
			t += at
			p0, p1 = simd.LoadFloat64s(panel[2*w:]), simd.LoadFloat64s(panel[3*w:])
			s00, s01 = p0.MulAdd(simd.BroadcastFloat64s(a0[t]), s00), simd.BroadcastFloat64s(a0[t]).MulAdd(p1, s01)
			s10, s11 = p0.MulAdd(simd.BroadcastFloat64s(a1[t]), s10), simd.BroadcastFloat64s(a1[t]).MulAdd(p1, s11)
			s20, s21 = p0.MulAdd(simd.BroadcastFloat64s(a2[t]), s20), simd.BroadcastFloat64s(a2[t]).MulAdd(p1, s21)
			s30, s31 = p0.MulAdd(simd.BroadcastFloat64s(a3[t]), s30), simd.BroadcastFloat64s(a3[t]).MulAdd(p1, s31)
			t += at
			p0, p1 = simd.LoadFloat64s(panel[4*w:]), simd.LoadFloat64s(panel[5*w:])
			s00, s01 = p0.MulAdd(simd.BroadcastFloat64s(a0[t]), s00), simd.BroadcastFloat64s(a0[t]).MulAdd(p1, s01)
			s10, s11 = p0.MulAdd(simd.BroadcastFloat64s(a1[t]), s10), simd.BroadcastFloat64s(a1[t]).MulAdd(p1, s11)
			s20, s21 = p0.MulAdd(simd.BroadcastFloat64s(a2[t]), s20), simd.BroadcastFloat64s(a2[t]).MulAdd(p1, s21)
			s30, s31 = p0.MulAdd(simd.BroadcastFloat64s(a3[t]), s30), simd.BroadcastFloat64s(a3[t]).MulAdd(p1, s31)
			t += at
			p0, p1 = simd.LoadFloat64s(panel[6*w:]), simd.LoadFloat64s(panel[7*w:])
			s00, s01 = p0.MulAdd(simd.BroadcastFloat64s(a0[t]), s00), simd.BroadcastFloat64s(a0[t]).MulAdd(p1, s01)
			s10, s11 = p0.MulAdd(simd.BroadcastFloat64s(a1[t]), s10), simd.BroadcastFloat64s(a1[t]).MulAdd(p1, s11)
			s20, s21 = p0.MulAdd(simd.BroadcastFloat64s(a2[t]), s20), simd.BroadcastFloat64s(a2[t]).MulAdd(p1, s21)
			s30, s31 = p0.MulAdd(simd.BroadcastFloat64s(a3[t]), s30), simd.BroadcastFloat64s(a3[t]).MulAdd(p1, s31)
			t += at
		}
		for ; len(panel) >= 2*w; panel = panel[2*w:] {
			p0, p1 := simd.LoadFloat64s(panel), simd.LoadFloat64s(panel[w:])
			s00, s01 = p0.MulAdd(simd.BroadcastFloat64s(a0[t]), s00), simd.BroadcastFloat64s(a0[t]).MulAdd(p1, s01)
			s10, s11 = p0.MulAdd(simd.BroadcastFloat64s(a1[t]), s10), simd.BroadcastFloat64s(a1[t]).MulAdd(p1, s11)
			s20, s21 = p0.MulAdd(simd.BroadcastFloat64s(a2[t]), s20), simd.BroadcastFloat64s(a2[t]).MulAdd(p1, s21)
			s30, s31 = p0.MulAdd(simd.BroadcastFloat64s(a3[t]), s30), simd.BroadcastFloat64s(a3[t]).MulAdd(p1, s31)
			t += at
		}
		s00.Store(z0)
		s01.Store(z0[w:])
		s10.Store(z1)
		s11.Store(z1[w:])
		s20.Store(z2)
		s21.Store(z2[w:])
		s30.Store(z3)
		s31.Store(z3[w:])
	}
}

// copyRows copies the first n elements of each row of x to z. Row r is x[r*xs:], and
// z[r*zs:].
func copyRows(z []float64, zs int, x []float64, xs, rows, n int) {
	var v simd.Float64s
	w := v.Len()
	for r := 0; r < rows; r++ {
		zr, xr := z[r*zs:][:n], x[r*xs:][:n]
		for ; len(xr) >= w; zr, xr = zr[w:], xr[w:] {
			simd.LoadFloat64s(xr).Store(zr)
		}
		if len(xr) > 0 {
			p, _ := simd.LoadFloat64sPart(xr)
			p.StorePart(zr)
		}
	}
}

// addRowsVector sets the row z to Σ_t a_t x_t, where x_t is the part of row t of x that
// begins at column from and is as long as z. Four rows are added at once.
func addRowsVector(z, a []float64, x *Matrix, from int) {
	clear(z)
	var v simd.Float64s
	w := v.Len()
	t := 0
	for ; t+4 <= len(a); t += 4 {
		b0, b1 := simd.BroadcastFloat64s(a[t]), simd.BroadcastFloat64s(a[t+1])
		b2, b3 := simd.BroadcastFloat64s(a[t+2]), simd.BroadcastFloat64s(a[t+3])
		x0, x1 := x.Row(t)[from:][:len(z)], x.Row(t + 1)[from:][:len(z)]
		x2, x3 := x.Row(t + 2)[from:][:len(z)], x.Row(t + 3)[from:][:len(z)]
		c := 0
		for ; c+w <= len(z); c += w {
			s := simd.LoadFloat64s(x0[c:c+w]).MulAdd(b0, simd.LoadFloat64s(z[c:c+w]))
			s = simd.LoadFloat64s(x1[c:c+w]).MulAdd(b1, s)
			s = simd.LoadFloat64s(x2[c:c+w]).MulAdd(b2, s)
			s = simd.LoadFloat64s(x3[c:c+w]).MulAdd(b3, s)
			s.Store(z[c : c+w])
		}
		if c < len(z) {
			s, _ := simd.LoadFloat64sPart(z[c:])
			p0, _ := simd.LoadFloat64sPart(x0[c:])
			p1, _ := simd.LoadFloat64sPart(x1[c:])
			p2, _ := simd.LoadFloat64sPart(x2[c:])
			p3, _ := simd.LoadFloat64sPart(x3[c:])
			s = p1.MulAdd(b1, p0.MulAdd(b0, s))
			p3.MulAdd(b3, p2.MulAdd(b2, s)).StorePart(z[c:])
		}
	}
	for ; t < len(a); t++ {
		addScaledSlice(z, z, simd.BroadcastFloat64s(a[t]), x.Row(t)[from:][:len(z)])
	}
	clearUpper()
}

// outerVector computes the rows of x·yᵀ for two columns x and y.
func outerVector(z *Matrix, o operands, from, to int) {
	for r := from; r < to; r++ {
		scaleSlice(z.Row(r), simd.BroadcastFloat64s(o.x.Data[r]), o.y.Data)
	}
	clearUpper()
}

// scaleVector computes the rows of c·x.
func scaleVector(z *Matrix, o operands, from, to int) {
	scaleSlice(z.rows(from, to), simd.BroadcastFloat64s(o.c), o.x.rows(from, to))
	clearUpper()
}

// addScaledVector computes the rows of x + c·y.
func addScaledVector(z *Matrix, o operands, from, to int) {
	addScaledSlice(z.rows(from, to), o.x.rows(from, to), simd.BroadcastFloat64s(o.c), o.y.rows(from, to))
	clearUpper()
}

// scaleSlice sets z to c·x.
func scaleSlice(z []float64, c simd.Float64s, x []float64) {
	x = x[:len(z)]
	w := c.Len()
	i := 0
	for ; i+w <= len(z); i += w {
		simd.LoadFloat64s(x[i : i+w]).Mul(c).Store(z[i : i+w])
	}
	if i < len(z) {
		p, _ := simd.LoadFloat64sPart(x[i:])
		p.Mul(c).StorePart(z[i:])
	}
}

// addScaledSlice sets z to x + c·y.
func addScaledSlice(z, x []float64, c simd.Float64s, y []float64) {
	x, y = x[:len(z)], y[:len(z)]
	w := c.Len()
	i := 0
	for ; i+w <= len(z); i += w {
		simd.LoadFloat64s(y[i:i+w]).MulAdd(c, simd.LoadFloat64s(x[i:i+w])).Store(z[i : i+w])
	}
	if i < len(z) {
		p, _ := simd.LoadFloat64sPart(x[i:])
		q, _ := simd.LoadFloat64sPart(y[i:])
		q.MulAdd(c, p).StorePart(z[i:])
	}
}
