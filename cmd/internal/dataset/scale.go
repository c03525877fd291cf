package dataset

import (
	"fmt"
	"math"
	"slices"

	"chainrule/matrix"
)

// A Scaling maps each input x of column c to (x − Offset[c])·Factor[c].
type Scaling struct {
	Offset []float64 // n0
	Factor []float64 // n0
}

// Scalings are the names that FitScaling accepts: leave the inputs as they are;
// map the range of each input to 0 … 1; give each input mean 0 and standard
// deviation 1.
var Scalings = []string{"none", "range", "standard"}

// FitScaling returns the scaling with the given name, fitted to the listed rows of
// x. These should be the training samples only, so that the scaling does not depend
// on held-out data. An input that is constant in them is shifted but not stretched.
// FitScaling panics if the name is not in Scalings.
func FitScaling(name string, x *matrix.Matrix, rows []int) Scaling {
	z := Scaling{make([]float64, x.Cols), make([]float64, x.Cols)}
	values := make([]float64, len(rows)) // of one column
	for c := range x.Cols {
		z.Factor[c] = 1
		if name == "none" {
			continue
		}
		// Divided by a power of two, the values are below 1: no sum and no square overflows
		// or underflows, and no digit changes.
		var largest float64
		for _, r := range rows {
			largest = max(largest, math.Abs(x.At(r, c)))
		}
		_, e := math.Frexp(largest)
		for i, r := range rows {
			values[i] = math.Ldexp(x.At(r, c), -e)
		}
		var offset, width float64
		switch name {
		case "range":
			offset = slices.Min(values)
			width = slices.Max(values) - offset
		case "standard":
			var variance float64
			for _, v := range values {
				offset += v / float64(len(rows))
			}
			for _, v := range values {
				variance += (v - offset) * (v - offset) / float64(len(rows))
			}
			width = math.Sqrt(variance)
		default:
			panic(fmt.Sprintf("dataset: got scaling %q, want one of %q", name, Scalings))
		}
		z.Offset[c] = math.Ldexp(offset, e)
		// A width that is lost in the rounding of the offset, or so small that the factor
		// overflows, is not spread but rounding error.
		if f := math.Ldexp(1/width, -e); width > 1e-12*math.Abs(offset) && !math.IsInf(f, 0) {
			z.Factor[c] = f
		}
	}
	return z
}

// Apply scales every row of x in place. It panics if the number of columns differs
// from that of the table to which the scaling was fitted.
func (z Scaling) Apply(x *matrix.Matrix) {
	if x.Cols != len(z.Offset) {
		panic(fmt.Sprintf("dataset: got a %d×%d table, want %d columns as in the scaling", x.Rows, x.Cols, len(z.Offset)))
	}
	for r := range x.Rows {
		row := x.Row(r)
		for c, v := range row {
			row[c] = (v/2 - z.Offset[c]/2) * z.Factor[c] * 2 // v − Offset may overflow
		}
	}
}
