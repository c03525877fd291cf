package diagnose

import (
	"math"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

// forward adds the mistakes of the forward pass.
func (list *catalogue) forward() {
	list.layered("z1 z2", "{w}ᵀ {in} without the bias {b}", func(v *values, l layer) *matrix.Matrix { return tmul(l.w, l.in) })
	list.layered("z1 z2", "{w}ᵀ {in} minus the bias {b}", func(v *values, l layer) *matrix.Matrix { return addBias(tmul(l.w, l.in), -1, l.b) })
	list.layered("z1 z2", "computed with the indices of {w} exchanged", func(v *values, l layer) *matrix.Matrix { return addBias(mul(reread(l.w), l.in), 1, l.b) })
	list.layered("z2", "computed from z¹ in place of a¹", func(v *values, l layer) *matrix.Matrix { return addBias(tmul(l.w, v.by["z1"]), 1, l.b) })
	list.layered("a1 a2", "{f}(−{z}): the sign in the exponent", func(v *values, l layer) *matrix.Matrix { return apply(l.F, scale(-1, l.z)) })
	list.layered("a1 a2", "{f}({f}({z})): {f} taken twice", func(v *values, l layer) *matrix.Matrix { return apply(l.F, apply(l.F, l.z)) })
	list.layered("a1 a2", "{z} itself, without {f}", func(v *values, l layer) *matrix.Matrix { return l.z })
	list.layered("a1 a2", "the softmax of {z}, not {f}({z})", func(v *values, l layer) *matrix.Matrix { return softmax(l.z) })
	list.layered("a1 a2", "the softmax of {z} over the samples, not {f}({z})", func(v *values, l layer) *matrix.Matrix { return transpose(softmax(transpose(l.z))) })
	for _, other := range []string{"sigmoid", "tanh", "relu"} {
		list.layered("a1 a2", other+"({z}): {f} is another function", func(v *values, l layer) *matrix.Matrix {
			a := apply(derive.Named(other).F, l.z)
			if l.name == other || slices.Equal(a.Data, l.z.Data) {
				return nil
			}
			return a
		})
	}
}

// losses adds the mistakes of the loss: with or without ½ and the penalty, the mean or the sum
// over samples and over outputs.
func (list *catalogue) losses(f *claim.File, m, n2 float64) {
	for n := range 8 {
		c, text, none := 1.0, []string{}, false
		for bit, part := range []struct {
			c    float64
			text string
		}{{2, "without the ½"}, {m, "summed over the samples"}, {1 / n2, "as the mean over the outputs"}} {
			if n>>bit&1 == 1 {
				c *= part.c
				text = append(text, part.text)
				none = none || part.c == 1
			}
		}
		if none || n > 0 && c == 1 { // one sample, one output, or two outputs without the ½
			continue
		}
		for _, penalty := range []struct {
			c    float64
			is   string
			kind kind
		}{
			{0, "", convention},
			{0.5, "with the penalty (λ/2)(‖w¹‖² + ‖w²‖²), as J of R1", convention},
			{1, "with the penalty λ(‖w¹‖² + ‖w²‖²), which lacks its ½", mistake},
			{0.5 / m, "with the penalty (λ/2m)(‖w¹‖² + ‖w²‖²): λ is divided by the number of samples", mistake},
			{1 / m, "with the penalty (λ/m)(‖w¹‖² + ‖w²‖²): λ is divided by the number of samples", mistake},
		} {
			if n == 0 && penalty.c == 0 || f.Lambda == 0 && penalty.c > 0 || m == 1 && strings.Contains(penalty.is, "divided") {
				continue
			}
			is := text
			if penalty.c > 0 {
				is = append(slices.Clone(text), penalty.is)
			}
			list.add("loss", "computed "+strings.Join(is, ", "), penalty.kind, func(v *values, name string) *matrix.Matrix {
				extra := penalty.c * v.lambda * (v.by["w1"].SumSquares() + v.by["w2"].SumSquares())
				return apply(func(l float64) float64 { return c*l + extra }, byPage(v, name))
			})
		}
	}
	for _, other := range []struct {
		is string
		f  func(y, a float64) float64
	}{
		{"the sum of |y − a²|, without the square", func(y, a float64) float64 { return math.Abs(y - a) }},
		{"the sum of ½ |y − a²|, without the square", func(y, a float64) float64 { return math.Abs(y-a) / 2 }},
		{"cross-entropy over all outputs", func(y, a float64) float64 { return -y*math.Log(a) - (1-y)*math.Log(1-a) }},
		{"cross-entropy of the target's class", func(y, a float64) float64 { return -y * math.Log(a) }},
	} {
		list.add("loss", other.is, mistake, func(v *values, _ string) *matrix.Matrix { return v.loss(other.f) })
		if n2 > 1 {
			list.add("loss", other.is+", as the mean over the outputs", mistake, func(v *values, _ string) *matrix.Matrix { return scale(1/n2, v.loss(other.f)) })
		}
	}
}
