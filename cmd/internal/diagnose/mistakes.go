package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

// A kind says what is to be thought of a mistake.
type kind int

const (
	mistake    kind = iota
	convention      // another definition than the page's
	same            // not another value, but another way to compute it, which shows after another mistake
)

// A formula computes the named quantity in a wrong way, or returns nil if the numbers of
// nodes, the activation or the hyperparameters leave no room for it.
type formula func(v *values, name string) *matrix.Matrix

// A Mistake is a known one, in one or several quantities at once.
type Mistake struct {
	of    []string // the quantities
	is    string   // what they are instead, with the names of values.layer in braces
	kind  kind
	f     formula
	pairs bool     // it is also tried together with each of the others that are
	and   *Mistake // one more, that is made at the same time
}

// swap returns the formula for each quantity.
func (m Mistake) swap() map[string]formula {
	swap := make(map[string]formula)
	for n := &m; n != nil; n = n.and {
		for _, name := range n.of {
			swap[name] = n.f
		}
	}
	return swap
}

// Known mistakes, by the quantities in which they are made. Each is looked for in every
// one of these, and in all of them at once.
const (
	gradients = "dw1 db1 dw2 db2"
	weights   = "dw1 dw2"
	biases    = "db1 db2"
	after     = "after.w1 after.w2 after.b1 after.b2"
)

// samples is the largest batch in which each sample is tried alone; in larger ones the
// first and the last are.
const samples = 16

// derivatives are taken for f′(z) by mistake, of z or of a in place of %s.
var derivatives = []struct {
	is string
	f  func(u float64) float64
}{
	{"sigmoid′(%s)", derive.Sigmoid.Prime},
	{"tanh′(%s)", derive.Named("tanh").Prime},
	{"relu′(%s)", derive.Named("relu").Prime},
	{"%[1]s(1 − %[1]s)", func(u float64) float64 { return u * (1 - u) }},
	{"%[1]s(1 + %[1]s)", func(u float64) float64 { return u * (1 + u) }},
	{"1 − %s²", func(u float64) float64 { return 1 - u*u }},
	{"1 − %s", func(u float64) float64 { return 1 - u }},
	{"%s", func(u float64) float64 { return u }},
}

// equal reports whether two functions are the same.
func equal(f, g func(z float64) float64) bool {
	return !slices.ContainsFunc([]float64{-2, -0.7, 0.3, 1.5}, func(z float64) bool { return math.Abs(f(z)-g(z)) > 1e-9 })
}

// mistakes returns all known mistakes that can be made with the file's network.
func mistakes(f *claim.File) (list []Mistake) {
	addAll := func(of string, m Mistake) { // in each quantity, and in all at once
		names := strings.Fields(of)
		for _, name := range names {
			m.of = []string{name}
			list = append(list, m)
		}
		if m.of = names; len(names) > 1 {
			list = append(list, m)
		}
	}
	add := func(of, is string, kind kind, f formula) { addAll(of, Mistake{is: is, kind: kind, f: f}) }
	layered := func(of, is string, f func(v *values, l layer) *matrix.Matrix) {
		add(of, is, mistake, func(v *values, name string) *matrix.Matrix { return f(v, v.layer(name)) })
	}
	page := func(v *values, name string) *matrix.Matrix { return quantityOf(name).page(v) }
	multiple := func(of, is string, kind kind, c float64) {
		addAll(of, Mistake{is: is, kind: kind, pairs: true, f: func(v *values, name string) *matrix.Matrix { return scale(c, page(v, name)) }})
	}
	m, n2 := float64(f.X.Rows), float64(f.Y.Cols)

	// The forward pass.
	layered("z1 z2", "{w}ᵀ {in} without the bias {b}", func(v *values, l layer) *matrix.Matrix { return tmul(l.w, l.in) })
	layered("z1 z2", "{w}ᵀ {in} minus the bias {b}", func(v *values, l layer) *matrix.Matrix { return addBias(tmul(l.w, l.in), -1, l.b) })
	layered("z1 z2", "computed with the indices of {w} exchanged", func(v *values, l layer) *matrix.Matrix { return addBias(mul(reread(l.w), l.in), 1, l.b) })
	layered("z2", "computed from z¹ in place of a¹", func(v *values, l layer) *matrix.Matrix { return addBias(tmul(l.w, v.by["z1"]), 1, l.b) })
	layered("a1 a2", "{f}(−{z}): the sign in the exponent", func(v *values, l layer) *matrix.Matrix { return apply(l.F, scale(-1, l.z)) })
	layered("a1 a2", "{f}({f}({z})): {f} taken twice", func(v *values, l layer) *matrix.Matrix { return apply(l.F, apply(l.F, l.z)) })
	layered("a1 a2", "{z} itself, without {f}", func(v *values, l layer) *matrix.Matrix { return l.z })
	layered("a1 a2", "the softmax of {z}, not {f}({z})", func(v *values, l layer) *matrix.Matrix { return softmax(l.z) })
	layered("a1 a2", "the softmax of {z} over the samples, not {f}({z})", func(v *values, l layer) *matrix.Matrix { return transpose(softmax(transpose(l.z))) })
	for _, other := range []string{"sigmoid", "tanh", "relu"} {
		layered("a1 a2", other+"({z}): {f} is another function", func(v *values, l layer) *matrix.Matrix {
			a := apply(derive.Named(other).F, l.z)
			if l.name == other || slices.Equal(a.Data, l.z.Data) {
				return nil
			}
			return a
		})
	}

	// The loss: with or without ½ and the penalty, the mean or the sum over samples and over
	// outputs.
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
			add("loss", "computed "+strings.Join(is, ", "), penalty.kind, func(v *values, name string) *matrix.Matrix {
				extra := penalty.c * v.lambda * (v.by["w1"].SumSquares() + v.by["w2"].SumSquares())
				return apply(func(l float64) float64 { return c*l + extra }, page(v, name))
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
		add("loss", other.is, mistake, func(v *values, _ string) *matrix.Matrix { return v.loss(other.f) })
		if n2 > 1 {
			add("loss", other.is+", as the mean over the outputs", mistake, func(v *values, _ string) *matrix.Matrix { return scale(1/n2, v.loss(other.f)) })
		}
	}

	// The factors of η and δ.
	factor := func(of, is string, kind kind, f func(v *values, l layer) *matrix.Matrix) {
		addAll(of, Mistake{is: is, kind: kind, pairs: kind == mistake, f: func(v *values, name string) *matrix.Matrix { return f(v, v.layer(name)) }})
	}
	const both = "prime1 prime2"
	factor(both, "{back} without ⊙ {f}′({z})", mistake, func(v *values, l layer) *matrix.Matrix {
		return apply(func(float64) float64 { return 1 }, l.z)
	})
	twice := func(v *values, name string) *matrix.Matrix { return hadamard(page(v, name), page(v, name)) }
	addAll(both, Mistake{is: "computed with {f}′({z}) twice", pairs: true, f: twice})
	addAll("back2", Mistake{is: "computed with a² − y twice", pairs: true, f: twice})
	for _, d := range derivatives {
		derivative := func(of string, u func(l layer) *matrix.Matrix, f func(z float64, l layer) float64) {
			factor(both, "computed with "+fmt.Sprintf(d.is, of)+" in place of {f}′({z})", mistake, func(_ *values, l layer) *matrix.Matrix {
				p := apply(d.f, u(l))
				right := equal(func(z float64) float64 { return f(z, l) }, l.Prime)
				if right || !slices.ContainsFunc(p.Data, func(p float64) bool { return p != 1 }) || of == "{a}" && slices.Equal(l.a.Data, l.z.Data) {
					return nil
				}
				return p
			})
		}
		derivative("{z}", func(l layer) *matrix.Matrix { return l.z }, func(z float64, l layer) float64 { return d.f(z) })
		if d.is == "relu′(%s)" { // the same of a as of z
			continue
		}
		derivative("{a}", func(l layer) *matrix.Matrix { return l.a }, func(z float64, l layer) float64 { return d.f(l.F(z)) })
	}
	factor(both, "", same, func(v *values, l layer) *matrix.Matrix { return apply(l.fromA, l.a) })

	factor("back2", "f₂′(z²) without the factor a² − y", mistake, func(v *values, l layer) *matrix.Matrix {
		return apply(func(float64) float64 { return 1 }, l.z)
	})
	factor("back2", "a² ⊙ f₂′(z²): y is missing", mistake, func(v *values, l layer) *matrix.Matrix { return l.a })
	layered("eta", "softmax(z²) − y, which belongs to softmax with cross-entropy", func(v *values, l layer) *matrix.Matrix {
		a := softmax(l.z)
		if math.Abs(a.Data[0]-l.a.Data[0]) < 1e-3 { // then a² − y says the same
			return nil
		}
		return plus(a, -1, v.by["y"])
	})
	hidden := func(is string, f func(v *values, w, eta *matrix.Matrix) *matrix.Matrix) {
		factor("back1", is, mistake, func(v *values, l layer) *matrix.Matrix { return f(v, v.by["w2"], v.by["eta"]) })
	}
	hidden("η ⊙ f₁′(z¹), without w²", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix { return eta })
	hidden("(Σ_k η_k) f₁′(z¹), without w²", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix {
		return transpose(columns(w.Rows, sumCols(transpose(eta))))
	})
	hidden("(w² ⊙ w²) η ⊙ f₁′(z¹), with w² twice", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix { return mul(hadamard(w, w), eta) })
	hidden("computed with the indices of w² exchanged, w²_kj for w²_jk", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix { return tmul(reread(w), eta) })
	if f.Alpha > 0 {
		hidden("computed from w² after its update", func(v *values, _, eta *matrix.Matrix) *matrix.Matrix {
			return mul(v.step("w2", v.alpha, v.lambda), eta)
		})
	}
	if f.Alpha > 0 && f.Lambda > 0 {
		hidden("computed from w² after its update (by the data loss alone)", func(v *values, _, eta *matrix.Matrix) *matrix.Matrix { return mul(v.step("w2", v.alpha, 0), eta) })
	}
	hidden("(w² (a² − y)) ⊙ f₁′(z¹), without f₂′(z²)", func(v *values, w, _ *matrix.Matrix) *matrix.Matrix { return mul(w, v.by["back2"]) })
	hidden("computed with f₂′(z²) twice", func(v *values, w, eta *matrix.Matrix) *matrix.Matrix { return mul(w, hadamard(eta, v.by["prime2"])) })
	if n2 > 1 {
		hidden("w² η ⊙ f₁′(z¹) as the mean over the outputs, not the sum", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix { return scale(1/n2, mul(w, eta)) })
		for n, text := range []string{"first", "last"} {
			k := n * (f.Y.Cols - 1)
			hidden("that of the "+text+" output alone, without the sum over k", func(_ *values, w, eta *matrix.Matrix) *matrix.Matrix {
				return mul(column(w, k), matrix.FromRows(eta.Row(k)))
			})
		}
		multiple("eta "+gradients, "1/n2 of the right value, as for the mean over the outputs", convention, 1/n2)
		multiple("eta "+gradients, "2/n2 of the right value, as for a loss without the ½ and the mean over the outputs", convention, 2/n2)
	}
	if m > 1 {
		const text = "1/m of the right value, as if it had already been divided by the number of samples (B1)"
		multiple("eta delta", text, convention, 1/m)
		multiple(gradients, text, mistake, 1/m)
	}

	// The gradients.
	type parts = func(v *values, l layer) (in, err *matrix.Matrix)
	gradient := func(of, is string, c float64, parts parts) {
		add(of, is, mistake, func(v *values, name string) *matrix.Matrix {
			in, err := parts(v, v.layer(name))
			if err == nil || err.Rows != v.layer(name).err.Rows {
				return nil
			}
			return scale(c, sum(name, in, err))
		})
	}
	if m > 1 {
		multiple(gradients, "the sum over the samples, not the mean (B1)", convention, m)
		for s := range f.X.Rows {
			if f.X.Rows > samples && 0 < s && s < f.X.Rows-1 {
				continue
			}
			one := func(v *values, l layer) (in, err *matrix.Matrix) { return column(l.in, s), column(l.err, s) }
			gradient(gradients, fmt.Sprintf("that of sample %d alone", s), 1, one)
			gradient(gradients, fmt.Sprintf("that of sample %d alone, divided by m", s), 1/m, one)
			if m == 2 { // without one is the other alone
				continue
			}
			without := func(v *values, l layer) (in, err *matrix.Matrix) {
				err = l.err.Clone()
				for r := range err.Rows {
					err.Set(r, s, 0)
				}
				return l.in, err
			}
			gradient(gradients, fmt.Sprintf("that of all samples but sample %d, divided by m", s), 1/m, without)
			gradient(gradients, fmt.Sprintf("the mean over all samples but sample %d", s), 1/(m-1), without)
			gradient(gradients, fmt.Sprintf("the sum over all samples but sample %d", s), 1, without)
		}
	}
	for _, other := range []struct {
		is string
		n  float64
	}{
		{"m − 1", m - 1}, {"n0, the number of inputs,", float64(f.X.Cols)}, {"n1, the number of hidden nodes,", float64(f.W1.Cols)},
		{"n2, the number of outputs,", n2},
	} {
		if other.n > 1 && other.n != m {
			multiple(gradients, "divided by "+other.is+" in place of the number of samples m", mistake, m/other.n)
		}
	}
	for _, of := range []string{"eta", "delta", gradients, "loss"} {
		multiple(of, "the right value with the wrong sign", mistake, -1)
		multiple(of, "zero", mistake, 0)
		if of == "loss" {
			break
		}
		multiple(of, "half the right value", mistake, 0.5)
		double := convention
		if of == "delta" {
			double = mistake
		}
		multiple(of, "twice the right value, as for a loss without the ½", double, 2)
	}
	gradient(gradients, "computed without {f}′({z}), which {err} contains", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return l.in, l.back })
	gradient(gradients, "computed with {f}′({z}) once more, which {err} contains", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) {
		return l.in, hadamard(l.err, l.prime)
	})
	gradient(gradients, "computed with {other} in place of {err}", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return l.in, l.other })
	gradient("dw2", "computed with a⁰ in place of a¹", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["x"], l.err })
	gradient("dw2", "computed with z¹ in place of a¹", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["z1"], l.err })
	gradient("dw1", "computed with a¹ in place of a⁰", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["a1"], l.err })
	gradient(weights, "computed with {in} ⊙ {in}, which is {in} taken twice", 1/m, func(v *values, l layer) (in, err *matrix.Matrix) {
		return hadamard(l.in, l.in), l.err
	})
	layered(weights, "computed without {in}", func(v *values, l layer) *matrix.Matrix {
		return transpose(columns(l.w.Rows, scale(1/m, sumCols(l.err))))
	})
	layered(weights, "{err} {in}ᵀ, the transpose, in the shape of {w}", func(v *values, l layer) *matrix.Matrix {
		return reread(scale(1/m, mulT(l.err, l.in)))
	})
	layered(biases, "the same for all nodes: summed over these as well", func(v *values, l layer) *matrix.Matrix {
		row, total := scale(1/m, sumCols(l.err)), 0.0
		for _, d := range row.Data {
			total += d
		}
		return apply(func(float64) float64 { return total }, row)
	})

	// The step, and the penalty, in the step or already in the gradient.
	step := func(of, is string, kind kind, alpha, decay float64) { // so many times α and λ
		add(of, is, kind, func(v *values, name string) *matrix.Matrix { return v.step(name, alpha*v.alpha, decay*v.decay(name)) })
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
		return list
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
		add(gradient, "the gradient with "+p.is, p.kind, func(v *values, name string) *matrix.Matrix {
			return plus(page(v, name), p.c*v.lambda, v.by[name[1:]])
		})
		if f.Alpha > 0 && p.kind == mistake {
			add("after."+strings.Replace(p.of, " ", " after.", 1), "that of a step with "+p.is, p.kind, func(v *values, name string) *matrix.Matrix {
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
	return list
}
