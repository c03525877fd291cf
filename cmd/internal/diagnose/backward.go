package diagnose

import (
	"fmt"
	"math"
	"slices"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
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
	{"1 − (%s)²", func(u float64) float64 { return 1 - u*u }},
	{"1 − %s", func(u float64) float64 { return 1 - u }},
	{"%s", func(u float64) float64 { return u }},
}

// equal reports whether two functions are the same.
func equal(f, g func(z float64) float64) bool {
	return !slices.ContainsFunc([]float64{-2, -0.7, 0.3, 1.5}, func(z float64) bool { return math.Abs(f(z)-g(z)) > 1e-9 })
}

// errors adds the mistakes of the factors of η and δ.
func (list *catalogue) errors(f *claim.File, m, n2 float64) {
	factor := func(of, is string, kind kind, f func(v *values, l layer) *matrix.Matrix) {
		list.addAll(of, Mistake{is: is, kind: kind, pairs: kind == mistake, f: func(v *values, name string) *matrix.Matrix { return f(v, v.layer(name)) }})
	}
	const both = "prime1 prime2"
	factor(both, "{back} without ⊙ {f}′({z})", mistake, func(v *values, l layer) *matrix.Matrix {
		return apply(func(float64) float64 { return 1 }, l.z)
	})
	twice := func(v *values, name string) *matrix.Matrix { return hadamard(byPage(v, name), byPage(v, name)) }
	list.addAll(both, Mistake{is: "computed with {f}′({z}) twice", pairs: true, f: twice})
	list.addAll("back2", Mistake{is: "computed with a² − y twice", pairs: true, f: twice})
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
	list.layered("eta", "softmax(z²) − y, which belongs to softmax with cross-entropy", func(v *values, l layer) *matrix.Matrix {
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
		list.multiple("eta "+gradients, "1/n2 of the right value, as for the mean over the outputs", convention, 1/n2)
		list.multiple("eta "+gradients, "2/n2 of the right value, as for a loss without the ½ and the mean over the outputs", convention, 2/n2)
	}
	if m > 1 {
		const text = "1/m of the right value, as if it had already been divided by the number of samples (B1)"
		list.multiple("eta delta", text, convention, 1/m)
		list.multiple(gradients, text, mistake, 1/m)
	}
}

// gradients adds the mistakes of the gradients without the penalty.
func (list *catalogue) gradients(f *claim.File, m, n2 float64) {
	type parts = func(v *values, l layer) (in, err *matrix.Matrix)
	gradient := func(of, is string, c float64, parts parts) {
		list.add(of, is, mistake, func(v *values, name string) *matrix.Matrix {
			in, err := parts(v, v.layer(name))
			if err == nil || err.Rows != v.layer(name).err.Rows {
				return nil
			}
			return scale(c, sum(name, in, err))
		})
	}
	if m > 1 {
		list.multiple(gradients, "the sum over the samples, not the mean (B1)", convention, m)
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
			list.multiple(gradients, "divided by "+other.is+" in place of the number of samples m", mistake, m/other.n)
		}
	}
	for _, of := range []string{"eta", "delta", gradients, "loss"} {
		list.multiple(of, "the right value with the wrong sign", mistake, -1)
		list.multiple(of, "zero", mistake, 0)
		if of == "loss" {
			break
		}
		list.multiple(of, "half the right value", mistake, 0.5)
		double := convention
		if of == "delta" {
			double = mistake
		}
		list.multiple(of, "twice the right value, as for a loss without the ½", double, 2)
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
	list.layered(weights, "computed without {in}", func(v *values, l layer) *matrix.Matrix {
		return transpose(columns(l.w.Rows, scale(1/m, sumCols(l.err))))
	})
	list.layered(weights, "{err} {in}ᵀ, the transpose, in the shape of {w}", func(v *values, l layer) *matrix.Matrix {
		return reread(scale(1/m, mulT(l.err, l.in)))
	})
	list.layered(biases, "the same for all nodes: summed over these as well", func(v *values, l layer) *matrix.Matrix {
		row, total := scale(1/m, sumCols(l.err)), 0.0
		for _, d := range row.Data {
			total += d
		}
		return apply(func(float64) float64 { return total }, row)
	})
}
