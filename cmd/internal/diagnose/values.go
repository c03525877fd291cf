package diagnose

import (
	"maps"
	"slices"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

// values are the matrices of a network and a batch, with one column per sample, by the
// names of the format. Some may be what somebody claims.
type values struct {
	f1, f2        activation
	lambda, alpha float64
	by            map[string]*matrix.Matrix
	noise         func(v float64) float64 // the rounding of a computed number, or nil
}

// parameters returns the parameters of a file by their names, in a map of its own.
func parameters(f *claim.File) map[string]*matrix.Matrix {
	return map[string]*matrix.Matrix{"w1": f.W1, "b1": f.B1, "w2": f.W2, "b2": f.B2}
}

// An activation is f with f′ as a function of z, and of a = f(z).
type activation struct {
	derive.Activation
	name  string
	fromA func(a float64) float64
}

func named(name string) activation {
	return activation{derive.Named(name), name, map[string]func(a float64) float64{
		"sigmoid":  func(a float64) float64 { return a * (1 - a) },
		"tanh":     func(a float64) float64 { return 1 - a*a },
		"relu":     derive.Named("relu").Prime,
		"identity": derive.Named("identity").Prime,
	}[name]}
}

// A layer is one of the two layers: its parameters, what comes in, z and a, and the
// error that its gradients have as a factor, δ or η, with its own factors: a² − y or w² η,
// and f′.
type layer struct {
	activation
	w, b, in, z, a, err, back, prime *matrix.Matrix
	other                            *matrix.Matrix // the error of the other layer
	symbols                          []string       // for each name in braces, how it is written in this layer
}

// layer returns the layer of the quantity with the given name: "z1", "delta", "after.w2".
func (v *values) layer(name string) layer {
	m := v.by
	if name == "delta" || name[len(name)-1] == '1' {
		return layer{v.f1, m["w1"], m["b1"], m["x"], m["z1"], m["a1"], m["delta"], m["back1"], m["prime1"], m["eta"],
			[]string{"{w}", "w¹", "{b}", "b¹", "{in}", "a⁰", "{z}", "z¹", "{a}", "a¹", "{err}", "δ", "{f}", "f₁", "{back}", "(w² η)", "{other}", "η"}}
	}
	return layer{v.f2, m["w2"], m["b2"], m["a1"], m["z2"], m["a2"], m["eta"], m["back2"], m["prime2"], m["delta"],
		[]string{"{w}", "w²", "{b}", "b²", "{in}", "a¹", "{z}", "z²", "{a}", "a²", "{err}", "η", "{f}", "f₂", "{back}", "(a² − y)", "{other}", "δ"}}
}

// m returns the number of samples.
func (v *values) m() float64 { return float64(v.by["x"].Cols) }

// sum returns the sum over the samples of the gradients with respect to the weights or
// the biases of a layer, with the given input and error.
func sum(name string, in, err *matrix.Matrix) *matrix.Matrix {
	if name[:2] == "dw" {
		return mulT(in, err)
	}
	return sumCols(err)
}

// A quantity is one that can be claimed, or a factor of η or δ, and how the page computes it
// from those before.
type quantity struct {
	name   string
	inputs []string // those before that it is computed from directly
	page   func(v *values) *matrix.Matrix
}

// quantities lists them in an order in which they can be computed.
var quantities = []quantity{
	{"z1", nil, sums("z1")},
	{"a1", []string{"z1"}, activations("a1")},
	{"z2", []string{"a1"}, sums("z2")},
	{"a2", []string{"z2"}, activations("a2")},
	{"back2", []string{"a2"}, func(v *values) *matrix.Matrix { return plus(v.by["a2"], -1, v.by["y"]) }}, // D1
	{"prime2", []string{"z2"}, primes("prime2")},
	{"eta", []string{"back2", "prime2"}, errors("eta")},
	{"back1", []string{"eta"}, func(v *values) *matrix.Matrix { return mul(v.by["w2"], v.by["eta"]) }},
	{"prime1", []string{"z1"}, primes("prime1")},
	{"delta", []string{"back1", "prime1"}, errors("delta")},
	{"loss", []string{"a2"}, func(v *values) *matrix.Matrix {
		return v.loss(func(y, a float64) float64 { return (y - a) * (y - a) / 2 })
	}},
	{"dw1", []string{"delta"}, means("dw1")},
	{"db1", []string{"delta"}, means("db1")},
	{"dw2", []string{"a1", "eta"}, means("dw2")},
	{"db2", []string{"eta"}, means("db2")},
	{"after.w1", []string{"dw1"}, steps("w1")},
	{"after.w2", []string{"dw2"}, steps("w2")},
	{"after.b1", []string{"db1"}, steps("b1")},
	{"after.b2", []string{"db2"}, steps("b2")},
}

// quantityOf returns the quantity with the given name.
func quantityOf(name string) quantity {
	return quantities[slices.IndexFunc(quantities, func(q quantity) bool { return q.name == name })]
}

func sums(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix {
		l := v.layer(name)
		return addBias(tmul(l.w, l.in), 1, l.b) // F1, F3
	}
}

func activations(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix {
		l := v.layer(name)
		return apply(l.F, l.z) // F2, F4
	}
}

// primes returns f′(z). Somebody may compute it from a: that rounding is part of the noise.
func primes(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix {
		l := v.layer(name)
		p := apply(l.Prime, l.z) // D2, D6
		if v.noise != nil {
			for i, a := range l.a.Data {
				p.Data[i] += l.fromA(v.noise(a)) - l.fromA(a)
			}
		}
		return p
	}
}

func errors(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix {
		l := v.layer(name)
		return hadamard(l.back, l.prime) // M1, M4
	}
}

func means(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix {
		l := v.layer(name)
		return scale(1/v.m(), sum(name, l.in, l.err)) // M2, M3, M5, M6, B1
	}
}

func steps(name string) func(v *values) *matrix.Matrix {
	return func(v *values) *matrix.Matrix { return v.step(name, v.alpha, v.decay(name)) }
}

// decay returns the factor of w in the gradient of J: λ, or 0 for a bias.
func (v *values) decay(name string) float64 {
	if name[len(name)-2] == 'b' {
		return 0
	}
	return v.lambda
}

// step returns the parameter after one step: w − α (∂L/∂w + decay·w).
func (v *values) step(name string, alpha, decay float64) *matrix.Matrix {
	name = name[len(name)-2:]
	w, d := v.by[name], v.by["d"+name]
	if d == nil { // not yet
		d = means("d" + name)(v)
	}
	return plus(w, -alpha, plus(d, decay, w)) // R2, U1, U2
}

// loss returns the mean over the samples of the sum of f over the outputs.
func (v *values) loss(f func(y, a float64) float64) *matrix.Matrix {
	total := 0.0
	for i, y := range v.by["y"].Data {
		total += f(y, v.by["a2"].Data[i])
	}
	return matrix.FromRows([]float64{total / v.m()})
}

// compute computes all quantities, each by the formula that swap has for it, or by the
// page. Where others follow from a quantity that is claimed, the claim is used. The result
// is nil if a formula of swap has no value here. With noise, each number that the file holds
// is rounded by round, and each result by noise. What swap does not change is as in base, if
// that is not nil.
func compute(f *claim.File, claimed map[string]*matrix.Matrix, swap map[string]formula, round func(name string, v float64) float64, noise func(v float64) float64, base map[string]*matrix.Matrix) map[string]*matrix.Matrix {
	v := &values{named(f.Activation), named("sigmoid"), f.Lambda, f.Alpha, parameters(f), noise}
	v.by["x"], v.by["y"] = claim.Transpose(f.X), claim.Transpose(f.Y)
	maps.Copy(v.by, claimed)
	if noise != nil {
		for name, z := range v.by {
			v.by[name] = apply(func(x float64) float64 { return round(name, x) }, z)
		}
	}
	results := make(map[string]*matrix.Matrix, len(quantities))
	maps.Copy(results, base)
	changed := make(map[string]bool)
	for _, q := range quantities {
		wrong := swap[q.name]
		moved := wrong != nil || slices.ContainsFunc(q.inputs, func(name string) bool { return changed[name] })
		z := base[q.name]
		if z == nil || moved {
			z = q.page(v)
		}
		if wrong != nil {
			rows, cols := z.Rows, z.Cols
			if z = wrong(v, q.name); z == nil || z.Rows != rows || z.Cols != cols {
				return nil
			}
		}
		if noise != nil {
			z = apply(noise, z)
		}
		if base == nil || moved {
			results[q.name] = z
		}
		if claimed[q.name] == nil {
			v.by[q.name] = z
			changed[q.name] = moved
		}
	}
	return results
}
