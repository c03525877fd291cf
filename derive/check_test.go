package derive

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
)

func TestRelErr(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ a, b, want float64 }{
		{0, 0, 0}, {1, 1, 0}, {1, 2, 0.5}, {-1, 1, 2}, {0, 3, 1},
		{nan, 1, inf}, {1, nan, inf}, {nan, nan, inf}, {inf, 1, inf}, {inf, inf, 0},
	} {
		if got := RelErr(c.a, c.b); got != c.want {
			t.Errorf("RelErr(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// claims are the matrices of an implementation, by quantity and letters: L of L1 is
// "Ls", that of B1 is "L".
type claims map[string]*matrix.Matrix

func (c claims) of(eq Equation) *matrix.Matrix { return c[eq.Quantity+eq.Letters] }

// truth returns the claims of an implementation that is right.
func truth(b *Batch) claims {
	c := make(claims)
	for _, eq := range Ledger {
		if len(eq.Letters) < 3 && !eq.IsGradient() {
			c[eq.Quantity+eq.Letters] = eq.Matrix(b)
		}
	}
	return c
}

func labels(wrong []*Difference) string {
	var list []string
	for _, d := range wrong {
		list = append(list, d.Label)
	}
	return strings.Join(slices.Compact(list), " ")
}

// If a single element of any claim is wrong, by as little as one part in 10⁹, Check
// reports it, and the first label is that of the element's equation.
func TestCheckNamesTheEquation(t *testing.T) {
	b := problem("tanh")
	tried := make(map[string]int)
	for _, eq := range Ledger {
		c := truth(b)
		z := c.of(eq)
		if z == nil {
			continue
		}
		label := eq.Label
		product := slices.IndexFunc(Ledger, func(m Equation) bool { return m.Label[0] == 'M' && m.Quantity == eq.Quantity })
		if eq.Label == "B1" && product >= 0 { // the product is reported, not the mean
			label = Ledger[product].Label
		}
		for i, v := range z.Data {
			for _, wrong := range []float64{v * (1 + 1e-9), -v, 0, math.NaN(), math.Inf(1)} {
				if wrong == v { // such as 0 for 0
					continue
				}
				z.Data[i] = wrong
				_, found := Check(b, c.of)
				if len(found) == 0 || found[0].Label != label || found[0].Wrong != 1 {
					t.Fatalf("%s: %s element %d changed from %v to %v: got %v, want this one wrong", label, eq.Quantity, i, v, wrong, found)
				}
				tried[label]++
			}
			z.Data[i] = v
		}
		for _, wrong := range []*matrix.Matrix{matrix.New(z.Rows+1, z.Cols), matrix.New(z.Rows, z.Cols+1)} {
			c[eq.Quantity+eq.Letters] = wrong
			if _, found := Check(b, c.of); len(found) == 0 || found[0].Reason == "" {
				t.Errorf("%s claimed as %d×%d: got %v, want its shape", label, wrong.Rows, wrong.Cols, found)
			}
		}
	}
	for _, label := range Labels() {
		if none := slices.Contains([]string{"D3", "D5", "D7", "E1", "E2", "E3", "E4"}, label); none != (tried[label] == 0) {
			t.Errorf("%s: got %d wrong values to try", label, tried[label])
		}
	}
	if compared, found := Check(b, claims{}.of); compared != 0 || len(found) != 0 {
		t.Errorf("nothing claimed: got %d compared, %v, want none", compared, found)
	}
}

func TestCheckAcceptsTheTruth(t *testing.T) {
	for _, f1 := range []string{"sigmoid", "tanh", "relu"} {
		b := problem(f1)
		compared, wrong := Check(b, truth(b).of)
		// F1 to D8 with their matrices, M1 to M6, then B1, R1, R2, U1 and U2.
		if want := (5+5+2+2+1)*4 + (2+2+2+5+5)*4 + (2+5)*4 + (1 + 32) + (1 + 25) + 32; compared != want || len(wrong) != 0 {
			t.Errorf("%s: got %d compared, want %d; %v", f1, compared, want, wrong)
		}
	}
	// Where terms cancel, the tolerance is that of their sizes: here a² − y is 0.
	b, eta := problem("tanh"), matrix.New(2, 4)
	for _, v := range b.Samples {
		copy(v.Y, v.A2)
	}
	eta.Data[0] = 1e-14
	if _, wrong := Check(b, claims{"ηks": eta}.of); len(wrong) > 0 {
		t.Errorf("η of 1e-14 for 0: got %v, want it accepted", wrong)
	}
}

func TestDifferenceSaysWhere(t *testing.T) {
	b := problem("tanh")
	c := truth(b)
	dW1 := c["∂L/∂w¹ij"]
	want := dW1.At(2, 3)
	dW1.Set(2, 3, 2*want)
	dW1.Set(0, 1, 1.01*dW1.At(0, 1))
	_, found := Check(b, c.of)
	if d := found[0]; d.Index != "i=2, j=3" || d.Got != 2*want || RelErr(d.Want, want) > 1e-14 || math.Abs(d.RelErr-0.5) > 1e-12 || d.Wrong != 2 || d.Of != 15 {
		t.Errorf("got %+v", d)
	}
	for _, c := range []struct {
		d    Difference
		want string
	}{
		{Difference{"M4", "δ", "j=0, s=2", 0.5, 0.25, 0.5, 1, 12, "", "n0=3"}, "M4: δ at j=0, s=2: got 0.5, want 0.25, relative error 0.5 (1 of 12 wrong) (n0=3)"},
		{Difference{"R1", "J", "", 0.5, 0.25, 0.5, 1, 1, "", ""}, "R1: J: got 0.5, want 0.25, relative error 0.5 (1 of 1 wrong)"},
		{Difference{Label: "R1", Quantity: "J", Reason: "index out of range"}, "R1: J: index out of range"},
	} {
		if got := c.d.Error(); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
}

// Each mistake in a training step is reported under its own labels.
func TestCheckNamesTheMistake(t *testing.T) {
	b, x, y := random(3, "sigmoid", 3, 5, 2, 4)
	sums := func(c claims) {
		for _, g := range []string{"∂L/∂w²jk", "∂L/∂b²k", "∂L/∂w¹ij", "∂L/∂b¹j"} {
			c[g].Scale(4, c[g])
		}
	}
	add := func(z *matrix.Matrix, factor float64, y *matrix.Matrix) { z.AddScaled(z, factor, y) }
	for _, m := range []struct {
		name, want string
		wrong      func(c claims)
	}{
		{"sums for means", "B1", sums},
		{"sums for means, and another factor in one", "M2 M3 M5 M6", func(c claims) { sums(c); c["∂L/∂b¹j"].Scale(0.5, c["∂L/∂b¹j"]) }},
		{"the penalty in the loss", "B1", func(c claims) { c["L"] = c["J"] }},
		{"λ for λ/2", "R1", func(c claims) { add(c["J"], 1, c["J"]); add(c["J"], -1, c["L"]) }},
		{"λ divided by m", "R2", func(c claims) { add(c["∂J/∂w¹ij"], -0.75*b.Lambda, b.W1) }},
		{"no R2 for w²", "R2", func(c claims) { c["∂J/∂w²jk"] = c["∂L/∂w²jk"] }},
		{"wrong sign in U1", "U1", func(c claims) { add(c["w²jk"], 2*b.Alpha, c["∂J/∂w²jk"]) }},
		{"a bias is regularised", "U2", func(c claims) { add(c["b¹j"], -b.Alpha*b.Lambda, b.B1) }},
		{"no U2 for b²", "U2", func(c claims) { c["b²k"] = b.B2 }},
		// Whatever follows correctly from a wrong z¹ is right.
		{"wrong z¹", "F1", func(c claims) {
			p := *b.Params
			p.B1 = p.B1.Clone().Apply(func(v float64) float64 { return v + 0.1 }, p.B1)
			other := ForwardBatch(&p, x, y)
			other.Lambda, other.Alpha = b.Lambda, b.Alpha
			maps.Copy(c, truth(other))
			add(c["b¹j"], 1, b.B1)
			add(c["b¹j"], -1, p.B1)
		}},
		{"NaN", "U2", func(c claims) { c["b¹j"].Data[0] = math.NaN() }},
	} {
		c := truth(b)
		m.wrong(c)
		if _, found := Check(b, c.of); labels(found) != m.want {
			t.Errorf("%s: got %q, want %q: %v", m.name, labels(found), m.want, found)
		}
	}
}

func TestShapesThatDoNotFitPanic(t *testing.T) {
	for wrong := range 6 {
		var d [6]int // one dimension too large
		d[wrong] = 1
		p := NewParams("sigmoid", matrix.New(3, 5), matrix.New(1, 5+d[0]), matrix.New(5+d[1], 2), matrix.New(1, 2+d[2]))
		x, y := matrix.New(3+d[3], 4), matrix.New(2+d[4], 4+d[5])
		wantPanic(t, " is 3×", func() { ForwardBatch(p, x, y) })
	}
}

// An implementation that computes f′ from a is right up to the rounding of a, also
// where the activations saturate; one that is off by more is found.
func TestCheckAllowsForTheRoundingOfF(t *testing.T) {
	for _, f1 := range []string{"sigmoid", "tanh"} {
		for _, scale := range []float64{1, 10, 40} {
			b := saturated(f1, scale)
			c := truth(b)
			for j := range 5 {
				for s := range 4 {
					a := c["a¹js"].At(j, s)
					c["∂a¹/∂z¹js"].Set(j, s, map[string]float64{"sigmoid": a * (1 - a), "tanh": 1 - a*a}[f1])
				}
			}
			if _, wrong := Check(b, c.of); len(wrong) != 0 {
				t.Errorf("%s, weights times %g: %v", f1, scale, wrong)
			}
			c["∂a¹/∂z¹js"].Data[3] += 1e-12
			if _, wrong := Check(b, c.of); labels(wrong) != "D6" {
				t.Errorf("%s, weights times %g: %v, want D6", f1, scale, wrong)
			}
		}
	}
}

// saturated is problem with its weights multiplied.
func saturated(f1 string, scale float64) *Batch {
	b := problem(f1)
	for _, w := range [][]float64{b.W1.Data, b.W2.Data} {
		for i := range w {
			w[i] *= scale
		}
	}
	for s, v := range b.Samples {
		b.Samples[s] = Forward(b.Params, v.A0, v.Y)
	}
	return b
}
