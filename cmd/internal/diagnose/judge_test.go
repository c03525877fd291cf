package diagnose

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/claim"
	"chainrule/docs/page"
	"chainrule/matrix"
)

// What is said of claims that are wrong in more than one way, or of few claims.
func TestJudge(t *testing.T) {
	pt := page.Points()[9] // 2-3-4, five samples
	for _, c := range []struct {
		digits, claims string
		mistake        map[string]formula
		change         func(v map[string]*matrix.Matrix)
		want           string // verdicts and findings
	}{
		{"float64", gradients, nil, func(v map[string]*matrix.Matrix) { scaled(v, -1, "dw2", "db2") },
			"dw1 right; db1 right; dw2 off; db2 off; Your ∂L/∂w² and ∂L/∂b² are each the right value with the wrong sign."},
		{"float64", gradients, nil, func(v map[string]*matrix.Matrix) { scaled(v, -1, "dw1", "db1", "dw2", "db2") },
			"dw1 off; db1 off; dw2 off; db2 off; Your ∂L/∂w¹, ∂L/∂b¹, ∂L/∂w² and ∂L/∂b² are each the right value with the wrong sign."},
		{"8 digits", "eta delta dw1 db1", nil, func(v map[string]*matrix.Matrix) { scaled(v, 0.7, "dw1", "db1") },
			"eta right; delta right; dw1 off; db1 off; Your ∂L/∂w¹ and ∂L/∂b¹ are each 0.7 times the right value."},
		{"float64", "eta delta dw1", nil, func(v map[string]*matrix.Matrix) { scaled(v, 0.5, "delta"); v["delta"].Data[1] *= 1.1 },
			"eta right; delta off; dw1 right; No known mistake explains your δ."},
		{"float64", "z1 a2 eta", map[string]formula{"z1": func(v *values, _ string) *matrix.Matrix { return tmul(v.by["w1"], v.by["x"]) }}, nil,
			"z1 off; a2 follows from z1; eta follows from a2,z1; Your z¹ is w¹ᵀ a⁰ without the bias b¹."},
		{"float64", "a2 eta", map[string]formula{
			"a2": func(v *values, _ string) *matrix.Matrix { return softmax(v.by["z2"]) },
			"eta": func(v *values, _ string) *matrix.Matrix {
				l := v.layer("eta")
				return hadamard(l.back, apply(l.fromA, l.a))
			},
		}, nil, "a2 off; eta follows from a2; Your a² is the softmax of z², not f₂(z²)."},
		{"float64", "a2 eta", map[string]formula{
			"a2": func(v *values, _ string) *matrix.Matrix { return v.by["z2"] },
			"eta": func(v *values, _ string) *matrix.Matrix {
				l := v.layer("eta")
				return hadamard(l.back, apply(l.fromA, l.a))
			},
		}, nil, "a2 off; eta follows from a2; Your a² is z² itself, without f₂."},
	} {
		of := compute(point(pt), nil, c.mistake, nil, nil, nil)
		if c.change != nil {
			c.change(of)
		}
		if got := said(Judge(write(t, pt, of, names(c.claims), digits[c.digits]), 0)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	f, err := claim.Read(strings.NewReader(`{"w1": [[0.4, 0.6, 0.2], [0.3, 0.9, 0.5]], "b1": [1, 1, 1], "w2": [[0.2], [0.2], [0.8]], "b2": [0.5],
		"x": [[1, 1]], "y": [[1]], "claims": {"a2": [[0.82]], "eta": [[-0.18]]}}`), "f")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(Judge(f, 0)), "a2 right; eta off; Your η is (a² − y) without ⊙ f₂′(z²)."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What is said of mistakes that are two at once, or in the whole file, at several points.
func TestNamed(t *testing.T) {
	made := func(f *claim.File, texts []string) map[string]formula {
		swap := make(map[string]formula)
		for _, m := range mistakes(f) { // in all their quantities, but f₂′
			if slices.Contains(texts, m.is) && !slices.Contains(m.of, "prime2") {
				maps.Copy(swap, m.swap())
			}
		}
		return swap
	}
	turned := func(names ...string) func(f *claim.File) *claim.File {
		return func(f *claim.File) *claim.File {
			g := edit(f)
			for _, name := range names {
				if g[name] != nil {
					g[name] = transpose(g[name])
				}
			}
			return g.file(f)
		}
	}
	moved := func(f *claim.File) *claim.File {
		e, v := *f, compute(f, nil, nil, nil, nil, nil)
		e.W1, e.B1, e.W2, e.B2 = v["after.w1"], v["after.b1"], v["after.w2"], v["after.b2"]
		return &e
	}
	const step = "Your file has the parameters from after the step: export those from before it."
	for _, c := range []struct {
		claims   string
		mistakes []string
		file     func(f *claim.File) *claim.File // what is written instead
		want     string                          // findings
	}{
		{"z1 a2 eta dw1 db1", []string{"{back} without ⊙ {f}′({z})", "computed from w² after its update"}, nil, "Your δ is (w² η) without ⊙ f₁′(z¹), and computed from w² after its update; that explains your ∂L/∂w¹ and ∂L/∂b¹."},
		{gradients, []string{"f₂′(z²) without the factor a² − y", "the sum over the samples, not the mean (B1)"}, nil,
			"Your η is f₂′(z²) without the factor a² − y, and your ∂L/∂w¹, ∂L/∂b¹, ∂L/∂w² and ∂L/∂b² are each the sum over the samples, not the mean (B1) (another convention, not a mistake)."},
		{"", nil, moved, step},
		{"a2 " + gradients, nil, moved, step},
		{"z1 " + gradients, nil, func(f *claim.File) *claim.File { f = moved(f); f.Alpha = 0; return f }, step},
		{"", nil, func(f *claim.File) *claim.File { e := *f; e.Lambda = 0; return &e },
			"Your w¹ after the step and w² after the step are each computed with a penalty of λ = LAMBDA; the file has none."},
		{"", nil, turned("x", "y", "z1", "a1", "z2", "a2", "eta", "delta"), `Your file has one sample per column: add "samples": "columns".`},
		{"", nil, turned("w1", "dw1", "after.w1"), "Your w1, with its gradient, is exported as its transpose: w1[i][j] belongs to input i."},
		{"a2 " + gradients, nil, turned("w2", "dw2"), "Your w2, with its gradient, is exported as its transpose: w2[j][k] belongs to hidden node j."},
		{"", nil, turned("w1", "dw1", "after.w1", "w2", "dw2", "after.w2"),
			"Your w1 and w2, with their gradients, are exported as their transposes: w1[i][j] belongs to input i, and w2[j][k] to hidden node j."},
		{"a1 " + gradients, nil, func(f *claim.File) *claim.File {
			e := *f
			e.W1, e.W2 = apply(printed('f', 4), f.W1), apply(printed('f', 4), f.W2)
			e.B1, e.B2, e.X, e.Y = apply(printed('f', 4), f.B1), apply(printed('f', 4), f.B2), apply(printed('f', 4), f.X), apply(printed('f', 4), f.Y)
			return &e
		}, "Your a¹, ∂L/∂w¹, ∂L/∂b¹, ∂L/∂w² and ∂L/∂b² are each right if the parameters, x or y are rounded: export them with all their digits."},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			for n, digits := range []func(float64) float64{digits["float64"], digits["float32"], digits["float64"]} {
				shape := [4]int{4, 4, 4, 4}
				if c.mistakes != nil { // otherwise one count is as good as another
					shape = [4]int{7, 6, 3, 5}
				}
				pt := page.Random(rand.New(rand.NewPCG(5, uint64(n))), []string{"tanh", "sigmoid", "relu"}[n], shape[0], shape[1], shape[2], shape[3])
				if c.claims == "z1 "+gradients { // z¹ is linear in α, but for the penalty
					pt.Lambda = 0
				}
				of := compute(point(pt), nil, made(point(pt), c.mistakes), nil, nil, nil)
				f := &claim.File{Point: *pt, Claims: of}
				if c.file != nil {
					f = c.file(f)
				}
				if strings.HasSuffix(c.want, "all their digits.") && n == 1 { // float32 has no more
					continue
				}
				r := Judge(write(t, &f.Point, f.Claims, names(c.claims), digits), 0)
				text := said(Report{Findings: r.Findings})
				if want := strings.Replace(c.want, "LAMBDA", fmt.Sprintf("%.4g", pt.Lambda), 1); text != want {
					t.Errorf("%v\ngot  %s\nwant %s", pt, text, want)
				}
			}
		})
	}
}

// Where an activation saturates, 1 − a loses digits. f′ computed from a is right all the
// same.
func TestSaturated(t *testing.T) {
	for _, activation := range []string{"sigmoid", "tanh"} {
		pt := page.Points()[9]
		pt.Activation = activation
		pt.W1.Scale(12, pt.W1)
		pt.W2.Scale(12, pt.W2)
		fromA := func(v *values, name string) *matrix.Matrix {
			l := v.layer(name)
			return hadamard(l.back, apply(l.fromA, l.a))
		}
		of := compute(point(pt), nil, map[string]formula{"eta": fromA, "delta": fromA}, nil, nil, nil)
		if r := Judge(write(t, pt, of, names(""), digits["float64"]), 0); r.Right() < len(r.Claims) {
			t.Errorf("%s: %s", activation, said(r))
		}
	}
}

// Numbers of which rounding leaves nothing are not the direction of a multiple.
func TestNoMultipleOfRounding(t *testing.T) {
	pt := page.Homework()
	pt.B2.Data[0], pt.Y.Data[0] = 36, 0 // η is 1 − a², which is rounded
	of := claims(pt)
	for i := range of["dw2"].Data {
		of["dw2"].Data[i] = float64(i + 1)
	}
	if got, want := said(Judge(write(t, pt, of, names("dw2"), digits["8 digits"]), 0)), "dw2 off; No known mistake explains your ∂L/∂w²."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func scaled(v map[string]*matrix.Matrix, c float64, names ...string) {
	for _, name := range names {
		v[name].Scale(c, v[name])
	}
}

func said(r Report) string {
	var text []string
	for _, c := range r.Claims {
		verdict := fmt.Sprintf("%s %s %s", c.Name, [...]string{"right", "follows from", "off"}[c.Verdict], strings.Join(c.From, ","))
		text = append(text, strings.TrimSpace(verdict))
	}
	for _, f := range r.Findings {
		text = append(text, f.Text())
	}
	return strings.Join(text, "; ")
}

// A forward pass that is computed in float32, with sums of many terms, is right.
func TestFloat32(t *testing.T) {
	pt := page.Points()[1]
	const n0, n1, m = 200, 40, 8
	number := func(n int) float64 { return float64(float32(math.Sin(float64(n * n)))) }
	random := func(rows, cols int) *matrix.Matrix {
		z := matrix.New(rows, cols)
		for i := range z.Data {
			z.Data[i] = number(rows + i)
		}
		return z
	}
	pt.Activation = "sigmoid"
	pt.W1, pt.B1, pt.W2, pt.B2, pt.X, pt.Y = random(n0, n1), random(1, n1), random(n1, 2), random(1, 2), random(m, n0), random(m, 2)
	of := map[string]*matrix.Matrix{"a1": matrix.New(n1, m), "a2": matrix.New(2, m)}
	layer := func(z, w, b *matrix.Matrix, in func(i int) float64, s int) {
		for j := range w.Cols {
			var sum float32
			for i := range w.Rows {
				sum += float32(w.At(i, j)) * float32(in(i))
			}
			e := float32(math.Exp(-float64(sum + float32(b.At(0, j)))))
			z.Set(j, s, float64(1/(1+e)))
		}
	}
	for s := range m {
		layer(of["a1"], pt.W1, pt.B1, func(i int) float64 { return pt.X.At(s, i) }, s)
		layer(of["a2"], pt.W2, pt.B2, func(i int) float64 { return of["a1"].At(i, s) }, s)
	}
	if r := Judge(write(t, pt, of, names("a1 a2"), digits["float32"]), 0); r.Right() != 2 || r.Precision != "float32" {
		t.Errorf("%s: %s", r.Precision, said(r))
	}
}
