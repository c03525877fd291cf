package matrix

import "fmt"

// fail panics with a message that begins with the name and the operands of the
// method: "matrix: Mul of 3×2 and 3×4: …".
func fail(method string, operands []*Matrix, format string, args ...any) {
	text := "matrix: " + method
	for i, x := range operands {
		text += [2]string{" of ", " and "}[i] + x.shape()
	}
	panic(text + ": " + fmt.Sprintf(format, args...))
}

// want panics unless z has the shape of the result, rows×cols.
func (z *Matrix) want(rows, cols int, method string, operands ...*Matrix) {
	if z.Rows != rows || z.Cols != cols {
		fail(method, operands, "the destination is %s, want %d×%d", z.shape(), rows, cols)
	}
}

// same panics unless z has the same shape as each operand.
func (z *Matrix) same(method string, operands ...*Matrix) {
	for _, x := range operands {
		z.want(x.Rows, x.Cols, method, operands...)
	}
}

// apart panics if z shares storage with an operand: if their slices, extended
// to their full capacity, end at the same element.
func (z *Matrix) apart(method string, operands ...*Matrix) {
	for _, x := range operands {
		a, b := z.Data[:cap(z.Data)], x.Data[:cap(x.Data)]
		if &a[len(a)-1] == &b[len(b)-1] {
			fail(method, operands, "the destination %s shares its storage with the operand %s", z.shape(), x.shape())
		}
	}
}
