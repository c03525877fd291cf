package diagnose

import (
	"fmt"
	"math"
	"strings"

	"chainrule/matrix"
)

// proportional returns the mistake that the claim, or the step that it claims, is a multiple
// of the right value, or contains the parameter with an unknown λ; or none. It takes more
// than one number to see that, the first time.
func (j *judge) proportional(name string, want, tolerance map[string]*matrix.Matrix) []Mistake {
	is, zero := want[name], matrix.New(want[name].Rows, want[name].Cols)
	found := func(numbers int, format string, args ...any) []Mistake {
		text := fmt.Sprintf(format, args...)
		if numbers < 2 && !j.factors[text] {
			return nil
		}
		j.factors[text] = true
		return []Mistake{{of: []string{name}, is: text}}
	}
	step, isStep := strings.CutPrefix(name, "after.")
	parameter := parameters(j.File)[strings.TrimPrefix(step, "d")]
	if isStep {
		if c, n := j.factor(name, parameter, plus(is, -1, parameter), tolerance[name]); n > 0 {
			return found(n, "that of a step that is %s", times(c, float64(j.X.Rows)))
		}
	} else if c, n := j.factor(name, zero, is, tolerance[name]); n > 0 {
		return found(n, "%s", times(c, float64(j.X.Rows)))
	}
	if parameter == nil {
		return nil
	}
	c, n := j.factor(name, is, parameter, tolerance[name])
	if n == 0 {
		return nil
	}
	if isStep {
		c /= -j.Alpha
	}
	if step[len(step)-2] == 'b' {
		return found(n, "regularised, with λ = %.4g: biases are not", c)
	}
	if isStep {
		c += j.Lambda
	}
	has := "has none"
	if j.Lambda > 0 {
		has = fmt.Sprintf("has %.4g", j.Lambda)
	}
	return found(n, "computed with a penalty of λ = %.4g; the file %s", c, has)
}

// times says that something is c times the right value; m is the number of samples.
func times(c, m float64) string {
	if n := m / c; n > 0.5 && math.Abs(n-math.Round(n)) < 1e-5*n {
		return fmt.Sprintf("divided by %.0f in place of m = %.0f", n, m)
	}
	return fmt.Sprintf("%.4g times the right value", c)
}

// factor returns c, not 0, if the claim is base + c·direction, and how many of its numbers say
// so, or 0. A number of the direction that rounding may move by a tenth says nothing.
func (j *judge) factor(name string, base, direction, tolerance *matrix.Matrix) (c float64, numbers int) {
	got, largest := j.claimed[name].Data, 0
	for i, d := range direction.Data {
		if math.Abs(d) > 10*tolerance.Data[i] {
			numbers++
		}
		if math.Abs(d) > math.Abs(direction.Data[largest]) {
			largest = i
		}
	}
	if c = (got[largest] - base.Data[largest]) / direction.Data[largest]; numbers == 0 || c == 0 {
		return 0, 0
	}
	for i, g := range got {
		if !j.accepts(name, g, base.Data[i]+c*direction.Data[i], (1+2*math.Abs(c))*(tolerance.Data[i]+j.claims[name](g))) {
			return 0, 0
		}
	}
	return c, numbers
}
