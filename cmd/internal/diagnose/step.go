package diagnose

import (
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/matrix"
)

// steps adds the mistakes of the step, and of the penalty, in the step or already in the
// gradient.
func (list *catalogue) steps(f *claim.File, m float64) {
	step := func(of, is string, kind kind, alpha, decay float64) { // so many times α and λ
		list.add(of, is, kind, func(v *values, name string) *matrix.Matrix { return v.step(name, alpha*v.alpha, decay*v.decay(name)) })
	}
	if f.Alpha > 0 {
		step(after, "as in the file: no step was taken, or the file has the parameters from after it", mistake, 0, 0)
		step(after, "that of a step in the direction of the gradient, uphill", mistake, -1, 1)
		step(after, "that of a step without the learning rate", mistake, 1/f.Alpha, 1)
		if m > 1 {
			step(after, "that of a step with the sum over the samples, not the mean (B1)", convention, m, 1/m)
		}
	}
	if f.Lambda == 0 {
		return
	}
	for _, p := range []struct {
		c    float64
		of   string
		is   string
		kind kind
	}{
		{1, "w1 w2", "λ {w}, which is part of ∂J/∂{w} (R2)", convention},
		{1 / m, "w1 w2", "(λ/m) {w}: λ is divided by the number of samples", mistake},
		{2, "w1 w2", "2λ {w}, as if the penalty had no ½", mistake},
		{0.5, "w1 w2", "(λ/2) {w}: the ½ of the penalty goes with the square", mistake},
		{-1, "w1 w2", "−λ {w}: the sign of the penalty", mistake},
		{1, "b1 b2", "λ {b}: biases are not regularised", mistake},
		{1 / m, "b1 b2", "(λ/m) {b}: biases are not regularised", mistake},
	} {
		gradient := "d" + strings.Replace(p.of, " ", " d", 1)
		list.add(gradient, "the gradient with "+p.is, p.kind, func(v *values, name string) *matrix.Matrix {
			return plus(byPage(v, name), p.c*v.lambda, v.by[name[1:]])
		})
		if f.Alpha > 0 && p.kind == mistake {
			list.add("after."+strings.Replace(p.of, " ", " after.", 1), "that of a step with "+p.is, p.kind, func(v *values, name string) *matrix.Matrix {
				return v.step(name, v.alpha, p.c*v.lambda)
			})
		}
	}
	if f.Alpha > 0 {
		const weights = "after.w1 after.w2"
		step(weights, "that of a step without the penalty's λ {w}", mistake, 1, 0)
		step(weights, "that of a step in the direction of the gradient, uphill, without the penalty's λ {w}", mistake, -1, 0)
		step(weights, "that of a step with λ {w} that is not multiplied by the learning rate", mistake, 1, 1/f.Alpha)
	}
}
