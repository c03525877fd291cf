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
		for i, r := range rows {
			values[i] = x.At(r, c)
		}
		var width float64
		switch name {
		case "none":
			width = 1
		case "range":
			z.Offset[c] = slices.Min(values)
			width = slices.Max(values) - z.Offset[c]
		case "standard":
			var mean, variance float64
			for _, v := range values {
				mean += v / float64(len(rows))
			}
			for _, v := range values {
				variance += (v - mean) * (v - mean) / float64(len(rows))
			}
			z.Offset[c], width = mean, math.Sqrt(variance)
		default:
			panic(fmt.Sprintf("dataset: got scaling %q, want one of %q", name, Scalings))
		}
		z.Factor[c] = 1
		// A width so small that 1/width overflows, or that it is lost in the rounding of
		// the offset, is not spread but rounding error.
		if f := 1 / width; !math.IsInf(f, 0) && width > 1e-12*math.Abs(z.Offset[c]) {
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
			row[c] = (v - z.Offset[c]) * z.Factor[c]
		}
	}
}
