package diagnose

import (
	"cmp"
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
	of   []string // the quantities
	is   string   // what they are instead, with the names of values.layer in braces
	kind kind
	f    formula
}

// swap returns the formula for each quantity.
func (m Mistake) swap() map[string]formula {
	swap := make(map[string]formula)
	for _, name := range m.of {
		swap[name] = m.f
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

// mistakes returns all known mistakes that can be made with the file's network.
func mistakes(f *claim.File) (list []Mistake) {
	add := func(of, is string, kind kind, f formula) {
		names := strings.Fields(of)
		for _, name := range names {
			list = append(list, Mistake{[]string{name}, is, kind, f})
		}
		if len(names) > 1 {
			list = append(list, Mistake{names, is, kind, f})
		}
	}
	layered := func(of, is string, f func(v *values, l layer) *matrix.Matrix) {
		add(of, is, mistake, func(v *values, name string) *matrix.Matrix { return f(v, v.layer(name)) })
	}
	page := func(v *values, name string) *matrix.Matrix {
		return quantities[slices.IndexFunc(quantities, func(q quantity) bool { return q.name == name })].page(v)
	}
	multiple := func(of, is string, kind kind, c float64) {
		add(of, is, kind, func(v *values, name string) *matrix.Matrix { return scale(c, page(v, name)) })
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
	layered("a2", "the softmax of z²; f₂ is σ", func(v *values, l layer) *matrix.Matrix { return softmax(l.z) })
	for _, other := range []string{"sigmoid", "tanh", "relu"} {
		of := "a1 a2"
		if other == "sigmoid" { // that is f₂
			of = "a1"
		}
		layered(of, other+"({z}): {f} is another function", func(v *values, l layer) *matrix.Matrix {
			return another(l, other, derive.Named(other).F, l.z)
		})
	}

	// The loss: with or without ½, the mean or the sum over samples and over outputs.
	for n := 1; n < 8; n++ {
		c, text, same := 1.0, []string{}, false
		for bit, part := range []struct {
			c    float64
			text string
		}{{2, "without the ½"}, {m, "summed over the samples"}, {1 / n2, "as the mean over the outputs"}} {
			if n>>bit&1 == 1 {
				c *= part.c
				text = append(text, part.text)
				same = same || part.c == 1
			}
		}
		if same { // one sample, or one output
			continue
		}
		add("loss", "computed "+strings.Join(text, ", "), convention, func(v *values, name string) *matrix.Matrix { return scale(c, page(v, name)) })
	}
	add("loss", "J: it contains the penalty (R1)", convention, func(v *values, name string) *matrix.Matrix {
		return apply(func(l float64) float64 { return l + v.lambda/2*(v.by["w1"].SumSquares()+v.by["w2"].SumSquares()) }, page(v, name))
	})
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
	multiple("loss", "of the wrong sign", mistake, -1)

	// η and δ.
	back := func(of, is string, prime func(l layer) *matrix.Matrix) {
		add(of, is, mistake, func(v *values, name string) *matrix.Matrix {
			return hadamard(v.layer(name).back(), prime(v.layer(name)))
		})
	}
	add("eta delta", "", same, func(v *values, name string) *matrix.Matrix {
		l := v.layer(name)
		return hadamard(l.back(), apply(l.fromA, l.a))
	})
	add("eta delta", "{back} without ⊙ {f}′({z})", mistake, func(v *values, name string) *matrix.Matrix { return v.layer(name).back() })
	back("eta delta", "{back} ⊙ {f}′({a}), the derivative at {a} in place of {z}", func(l layer) *matrix.Matrix { return apply(l.Prime, l.a) })
	back("eta delta", "{back} ⊙ {f}′({z}) ⊙ {f}′({z}), the derivative twice", func(l layer) *matrix.Matrix {
		return apply(func(z float64) float64 { return l.Prime(z) * l.Prime(z) }, l.z)
	})
	back("eta delta", "{back} ⊙ {a}, with {a} in place of {f}′({z})", func(l layer) *matrix.Matrix { return l.a })
	back("eta delta", "{back} ⊙ (1 − {a}), with 1 − {a} in place of {f}′({z})", func(l layer) *matrix.Matrix { return apply(func(a float64) float64 { return 1 - a }, l.a) })
	for _, other := range []string{"sigmoid", "tanh", "relu"} {
		of := "eta delta"
		if other == "sigmoid" {
			of = "delta"
		}
		back(of, "{back} ⊙ "+other+"′({z}): {f} is another function", func(l layer) *matrix.Matrix {
			return another(l, other, derive.Named(other).Prime, l.z)
		})
		if other == "relu" { // relu′ is the same from z and from a = f(z), or 1
			continue
		}
		back(of, "{back} ⊙ "+other+"′({z}), computed from {a} = {f}({z}): {f} is another function", func(l layer) *matrix.Matrix {
			return another(l, other, named(other).fromA, l.a)
		})
	}
	layered("eta", "f₂′(z²) without the factor a² − y", func(v *values, l layer) *matrix.Matrix { return v.prime(l) })
	layered("eta", "(a² − y) taken twice, times f₂′(z²)", func(v *values, l layer) *matrix.Matrix {
		return hadamard(l.back(), hadamard(l.back(), v.prime(l)))
	})
	layered("eta", "a² ⊙ f₂′(z²): y is missing", func(v *values, l layer) *matrix.Matrix { return hadamard(l.a, v.prime(l)) })
	layered("eta", "softmax(z²) − y, which belongs to softmax with cross-entropy", func(v *values, l layer) *matrix.Matrix {
		a := softmax(l.z)
		if math.Abs(a.Data[0]-l.a.Data[0]) < 1e-3 { // then a² − y says the same
			return nil
		}
		return plus(a, -1, v.by["y"])
	})
	if n2 > 1 {
		multiple("eta", "1/n2 of what it should be, as for the mean over the outputs", convention, 1/n2)
		multiple("eta", "2/n2 of what it should be, as for a loss without the ½ and the mean over the outputs", convention, 2/n2)
	}
	if m > 1 {
		multiple("eta delta", "already divided by the number of samples, which is B1", convention, 1/m)
	}
	hidden := func(is string, before func(v *values) *matrix.Matrix) {
		layered("delta", is, func(v *values, l layer) *matrix.Matrix { return hadamard(before(v), v.prime(l)) })
	}
	hidden("η ⊙ f₁′(z¹), without w²", func(v *values) *matrix.Matrix { return v.by["eta"] })
	hidden("(Σ_k η_k) f₁′(z¹), without w²", func(v *values) *matrix.Matrix {
		return transpose(columns(v.by["w2"].Rows, sumCols(transpose(v.by["eta"]))))
	})
	hidden("(w² ⊙ w²) η ⊙ f₁′(z¹), with w² twice", func(v *values) *matrix.Matrix { return mul(hadamard(v.by["w2"], v.by["w2"]), v.by["eta"]) })
	hidden("computed with the indices of w² exchanged, w²_kj for w²_jk", func(v *values) *matrix.Matrix { return tmul(reread(v.by["w2"]), v.by["eta"]) })
	hidden("computed from w² after its update", func(v *values) *matrix.Matrix { return mul(v.step("w2", v.alpha, v.lambda), v.by["eta"]) })
	if f.Lambda > 0 {
		hidden("computed from w² after its update (by the data loss alone)", func(v *values) *matrix.Matrix { return mul(v.step("w2", v.alpha, 0), v.by["eta"]) })
	}
	hidden("(w² (a² − y)) ⊙ f₁′(z¹), without f₂′(z²)", func(v *values) *matrix.Matrix { return mul(v.by["w2"], v.layer("eta").back()) })
	hidden("computed with f₂′(z²) twice", func(v *values) *matrix.Matrix {
		return mul(v.by["w2"], hadamard(v.by["eta"], v.prime(v.layer("eta"))))
	})
	layered("delta", "w² η ⊙ f₁′(z¹) as the mean over the outputs, not the sum", func(v *values, l layer) *matrix.Matrix { return scale(1/n2, page(v, "delta")) })
	for n, text := range []string{"first", "last"} {
		if k := n * (f.Y.Cols - 1); n2 > 1 {
			hidden("that of the "+text+" output alone, without the sum over k", func(v *values) *matrix.Matrix {
				return mul(column(v.by["w2"], k), matrix.FromRows(v.by["eta"].Row(k)))
			})
		}
	}

	// The gradients.
	type parts = func(v *values, l layer) (in, err *matrix.Matrix)
	gradient := func(of, is string, kind kind, c float64, parts parts) {
		add(of, is, kind, func(v *values, name string) *matrix.Matrix {
			in, err := parts(v, v.layer(name))
			if err == nil || err.Rows != v.layer(name).err.Rows {
				return nil
			}
			return scale(c, sum(name, in, err))
		})
	}
	if m > 1 {
		gradient(gradients, "the sum over the samples, not the mean (B1)", convention, 1, func(v *values, l layer) (in, err *matrix.Matrix) { return l.in, l.err })
		for n, text := range []string{"first", "last"} {
			s := n * (f.X.Rows - 1)
			gradient(gradients, "that of the "+text+" sample alone", mistake, 1, func(v *values, l layer) (in, err *matrix.Matrix) {
				return column(l.in, s), column(l.err, s)
			})
			gradient(gradients, "that of the "+text+" sample alone, divided by m", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) {
				return column(l.in, s), column(l.err, s)
			})
		}
	}
	for _, other := range []struct {
		is string
		n  float64
	}{
		{"m − 1", m - 1}, {"m²", m * m}, {"n0, the number of inputs,", float64(f.X.Cols)}, {"n1, the number of hidden nodes,", float64(f.W1.Cols)},
		{"n2, the number of outputs,", n2}, {"m·n2", m * n2},
	} {
		if other.n > 1 && other.n != m {
			multiple(gradients, "divided by "+other.is+" in place of the number of samples m", mistake, m/other.n)
		}
	}
	for _, of := range []string{"eta", "delta", gradients} {
		multiple(of, "of the wrong sign", mistake, -1)
		multiple(of, "half of what it should be", mistake, 0.5)
		twice := convention
		if of == "delta" {
			twice = mistake
		}
		multiple(of, "twice what it should be, as for a loss without the ½", twice, 2)
	}
	gradient(gradients, "computed without {f}′({z}), which {err} contains", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return l.in, l.back() })
	gradient(gradients, "computed with {f}′({z}) once more, which {err} contains", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) {
		return l.in, hadamard(l.err, v.prime(l))
	})
	gradient(gradients, "computed with {other} in place of {err}", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return l.in, l.other })
	gradient("dw2", "computed with a⁰ in place of a¹", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["x"], l.err })
	gradient("dw2", "computed with z¹ in place of a¹", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["z1"], l.err })
	gradient("dw1", "computed with a¹ in place of a⁰", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) { return v.by["a1"], l.err })
	gradient(weights, "computed with {in} ⊙ {in}, which is {in} taken twice", mistake, 1/m, func(v *values, l layer) (in, err *matrix.Matrix) {
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
	penalty := func(of, is string, kind kind, c float64) {
		add(of, is, kind, func(v *values, name string) *matrix.Matrix { return plus(page(v, name), c, v.by[name[1:]]) })
	}
	if f.Lambda > 0 {
		penalty(weights, "∂J/∂{w}: it contains the penalty's λ {w} (R2)", convention, f.Lambda)
		penalty(weights, "the gradient with (λ/m) {w}: λ is divided by the number of samples", mistake, f.Lambda/m)
		penalty(weights, "the gradient with 2λ {w}, as if the penalty had no ½", mistake, 2*f.Lambda)
		penalty(weights, "the gradient with (λ/2) {w}: the ½ of the penalty goes with the square", mistake, f.Lambda/2)
		penalty(biases, "the gradient with λ {b}: biases are not regularised", mistake, f.Lambda)
		penalty(biases, "the gradient with (λ/m) {b}: biases are not regularised", mistake, f.Lambda/m)
	}

	// The step.
	if f.Alpha > 0 {
		step := func(of, is string, kind kind, alpha, decay func(v *values, name string) float64) {
			add(of, is, kind, func(v *values, name string) *matrix.Matrix { return v.step(name, alpha(v, name), decay(v, name)) })
		}
		times := func(c float64) func(*values, string) float64 {
			return func(v *values, _ string) float64 { return c * v.alpha }
		}
		decay := (*values).decay
		lambda := func(c float64) func(*values, string) float64 {
			return func(v *values, _ string) float64 { return c * v.lambda }
		}
		step(after, "the parameter before the step: it does not change", mistake, times(0), decay)
		step(after, "that of a step in the direction of the gradient, uphill", mistake, times(-1), decay)
		step(after, "that of a step without the learning rate", mistake, times(1/f.Alpha), decay)
		if m > 1 {
			step(after, "that of a step with the sum over the samples, not the mean (B1)", convention, times(m), func(v *values, name string) float64 { return decay(v, name) / m })
		}
		if f.Lambda > 0 {
			const weights, biases = "after.w1 after.w2", "after.b1 after.b2"
			step(weights, "that of a step without the penalty's λ {w}", mistake, times(1), lambda(0))
			step(weights, "that of a step with (λ/m) {w}: λ is divided by the number of samples", mistake, times(1), lambda(1/m))
			step(weights, "that of a step with 2λ {w}, as if the penalty had no ½", mistake, times(1), lambda(2))
			step(weights, "that of a step with (λ/2) {w}: the ½ of the penalty goes with the square", mistake, times(1), lambda(0.5))
			step(weights, "that of a step with −λ {w}: the sign of the penalty", mistake, times(1), lambda(-1))
			step(weights, "that of a step in the direction of the gradient, uphill, without the penalty's λ {w}", mistake, times(-1), lambda(0))
			step(weights, "that of a step with λ {w} that is not multiplied by the learning rate", mistake, times(1), lambda(1/f.Alpha))
			step(biases, "that of a step with λ {b}: biases are not regularised", mistake, times(1), lambda(1))
			step(biases, "that of a step with (λ/m) {b}: biases are not regularised", mistake, times(1), lambda(1/m))
		}
	}
	return list
}

// another applies f or f′ of another activation than the layer's to x. Where all of x is
// positive, ReLU does nothing, and leaving the activation out is the same.
func another(l layer, name string, f func(float64) float64, x *matrix.Matrix) *matrix.Matrix {
	if l.name == name || name == "relu" && slices.Min(x.Data) > 0 {
		return nil
	}
	return apply(f, x)
}

// simplest returns of several mistakes that explain the same claims those that differ: of
// those with one text the one with the fewest quantities, and the earliest of these.
func simplest(list []Mistake) (simple []Mistake) {
	slices.SortStableFunc(list, func(a, b Mistake) int { return cmp.Compare(len(a.of), len(b.of)) })
	for _, m := range list {
		if !slices.ContainsFunc(simple, func(s Mistake) bool { return s.is == m.is }) {
			simple = append(simple, m)
		}
	}
	return simple
}
