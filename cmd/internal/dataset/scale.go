package dataset

import (
	"fmt"
	"math"

	"chainrule/matrix"
)

// A Scaling maps each input x of column c to (x − Offset[c])·Factor[c].
type Scaling struct {
	Offset []float64 `json:"offset"` // n0
	Factor []float64 `json:"factor"` // n0
}

// Scalings are the names that FitScaling takes: leave the inputs as they are;
// map the range of each to 0 … 1; give each the mean 0 and the standard
// deviation 1.
var Scalings = []string{"none", "range", "standard"}

// FitScaling returns the scaling of that name for the listed rows of x: those
// to train on, so that nothing of what is held out gets into it. An input that
// is the same in all of them is moved and not stretched. FitScaling panics if
// there is no scaling of that name.
func FitScaling(name string, x *matrix.Matrix, rows []int) Scaling {
	z := Scaling{make([]float64, x.Cols), make([]float64, x.Cols)}
	for c := range x.Cols {
		var width float64
		switch name {
		case "none":
			width = 1
		case "range":
			lowest, highest := math.Inf(1), math.Inf(-1)
			for _, r := range rows {
				v := x.Data[r*x.Cols+c]
				lowest, highest = min(lowest, v), max(highest, v)
			}
			z.Offset[c], width = lowest, highest-lowest
		case "standard":
			var mean, variance float64
			for _, r := range rows {
				mean += x.Data[r*x.Cols+c] / float64(len(rows))
			}
			for _, r := range rows {
				d := x.Data[r*x.Cols+c] - mean
				variance += d * d / float64(len(rows))
			}
			z.Offset[c], width = mean, math.Sqrt(variance)
		default:
			panic(fmt.Sprintf("dataset: unknown scaling %q", name))
		}
		z.Factor[c] = 1
		// A width so small that dividing by it overflows is rounding, not spread.
		if f := 1 / width; !math.IsInf(f, 0) && width > 1e-12*math.Abs(z.Offset[c]) {
			z.Factor[c] = f
		}
	}
	return z
}

// Apply scales every row of x in place. It panics if x is not as wide as the
// table that the scaling was fitted to.
func (z Scaling) Apply(x *matrix.Matrix) {
	if x.Cols != len(z.Offset) {
		panic(fmt.Sprintf("dataset: a scaling of %d inputs for a table of %d×%d", len(z.Offset), x.Rows, x.Cols))
	}
	for r := range x.Rows {
		row := x.Row(r)
		for c, v := range row {
			row[c] = (v - z.Offset[c]) * z.Factor[c]
		}
	}
}
