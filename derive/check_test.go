package derive

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/matrix"
)

func labels(offs []Off) string {
	var l []string
	for _, o := range offs {
		l = append(l, o.Label)
	}
	return strings.Join(l, " ")
}

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

func TestCheckAcceptsTheTruth(t *testing.T) {
	for _, f1 := range []string{"sigmoid", "tanh", "relu"} {
		p, x, y := problem(rand.New(rand.NewPCG(3, 3)), f1, 3, 5, 2, 4)
		if offs := Check(p, x, y, truth(p, x, y)); len(offs) != 0 {
			t.Errorf("%s: %v", f1, offs)
		}
	}
}

// Any one element of any one claim, off by one part in 10⁹, is found, and its
// label is the first that is named.
func TestCheckNamesTheLine(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	tried := 0
	for _, q := range []struct {
		label string
		of    func(c *Claims) **matrix.Matrix
	}{
		{"F1", func(c *Claims) **matrix.Matrix { return &c.Z1 }},
		{"F2", func(c *Claims) **matrix.Matrix { return &c.A1 }},
		{"F3", func(c *Claims) **matrix.Matrix { return &c.Z2 }},
		{"F4", func(c *Claims) **matrix.Matrix { return &c.A2 }},
		{"L1", func(c *Claims) **matrix.Matrix { return &c.L }},
		{"D2", func(c *Claims) **matrix.Matrix { return &c.D2 }},
		{"M1", func(c *Claims) **matrix.Matrix { return &c.Eta }},
		{"M2", func(c *Claims) **matrix.Matrix { return &c.DW2 }},
		{"M3", func(c *Claims) **matrix.Matrix { return &c.DB2 }},
		{"D6", func(c *Claims) **matrix.Matrix { return &c.D6 }},
		{"M4", func(c *Claims) **matrix.Matrix { return &c.Delta }},
		{"M5", func(c *Claims) **matrix.Matrix { return &c.DW1 }},
		{"M6", func(c *Claims) **matrix.Matrix { return &c.DB1 }},
	} {
		c := truth(p, x, y)
		for i, v := range (*q.of(&c)).Data {
			for _, wrong := range []float64{v * (1 + 1e-9), -v, 0, math.NaN(), math.Inf(1)} {
				(*q.of(&c)).Data[i] = wrong
				offs := Check(p, x, y, c)
				if len(offs) == 0 || offs[0].Label != q.label || offs[0].Wrong != 1 {
					t.Fatalf("%s: element %d = %v for %v, and the check finds %v", q.label, i, wrong, v, offs)
				}
				tried++
			}
			(*q.of(&c)).Data[i] = v
		}
		for _, wrong := range []*matrix.Matrix{nil, matrix.New(7, 7)} {
			c := truth(p, x, y)
			*q.of(&c) = wrong
			offs := Check(p, x, y, c)
			if labels(offs) != q.label || offs[0].Reason == "" {
				t.Errorf("%s claimed as %v: %v", q.label, wrong, offs)
			}
		}
	}
	if want := 5 * (2*20 + 2*8 + 4 + 2*8 + 10 + 2 + 2*20 + 15 + 5); tried != want {
		t.Errorf("tried %d, want %d", tried, want)
	}
	if got := labels(Check(p, x, y, Claims{})); got != "F1 F2 F3 F4 L1 D2 M1 M2 M3 D6 M4 M5 M6" {
		t.Errorf("nothing claimed: %s", got)
	}
}

func TestOffSaysWhere(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	c := truth(p, x, y)
	want := c.DW1.At(2, 3)
	c.DW1.Set(2, 3, 2*want)
	c.L.Data[1] = 0
	offs := Check(p, x, y, c)
	if len(offs) != 2 {
		t.Fatalf("%v, want two", offs)
	}
	o := offs[1]
	if o.Index != "i=2, j=3" || o.Claimed != 2*want || RelErr(o.Derived, want) > 1e-14 || math.Abs(o.RelErr-0.5) > 1e-12 || o.Wrong != 1 || o.Of != 15 {
		t.Errorf("%+v", o)
	}
	if got, want := o.String(), fmt.Sprintf("M5: ∂L/∂w¹ at i=2, j=3: claimed %.12g, derived %.12g, relative error 0.5 (1 of 15 off)", 2*want, want); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if offs[0].Index != "s=1" {
		t.Errorf("index of the loss: %q, want s=1", offs[0].Index)
	}
}

// One common factor on all gradients is the mean's fault; on some, it is not.
func TestCheckNamesTheMean(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "sigmoid", 3, 5, 2, 4)
	c := truth(p, x, y)
	grads := []*matrix.Matrix{c.DW2, c.DB2, c.DW1, c.DB1}
	for _, d := range grads {
		d.Scale(4, d) // the sum, not the mean
	}
	if got := labels(Check(p, x, y, c)); got != "B1" {
		t.Errorf("sums for means: %s, want B1", got)
	}
	c.DB1.Scale(0.5, c.DB1)
	if got := labels(Check(p, x, y, c)); got != "M2 M3 M5 M6" {
		t.Errorf("another factor in one: %s, want M2 M3 M5 M6", got)
	}
}

func TestCheckStep(t *testing.T) {
	const alpha, lambda = 0.7, 0.2
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "sigmoid", 3, 5, 2, 4)
	c := truth(p, x, y)
	right := func() StepClaims {
		loss := ForwardBatch(p, x, y).Loss()
		s := StepClaims{Lambda: lambda, Alpha: alpha, Loss: loss, J: R1(loss, lambda, p)}
		s.DJW1 = matrix.New(3, 5).AddScaled(c.DW1, lambda, p.W1)
		s.DJW2 = matrix.New(5, 2).AddScaled(c.DW2, lambda, p.W2)
		s.W1 = matrix.New(3, 5).AddScaled(p.W1, -alpha, s.DJW1)
		s.W2 = matrix.New(5, 2).AddScaled(p.W2, -alpha, s.DJW2)
		s.B1 = matrix.New(1, 5).AddScaled(p.B1, -alpha, c.DB1)
		s.B2 = matrix.New(1, 2).AddScaled(p.B2, -alpha, c.DB2)
		return s
	}
	if offs := CheckStep(p, c, right()); len(offs) != 0 {
		t.Errorf("a right step: %v", offs)
	}
	for _, m := range []struct {
		name, want string
		wrong      func(s *StepClaims)
	}{
		{"penalty in the loss", "B1", func(s *StepClaims) { s.Loss = s.J; s.J += s.J - right().Loss }},
		{"λ for λ/2", "R1", func(s *StepClaims) { s.J += s.J - s.Loss }},
		{"λ over m", "R2 R2", func(s *StepClaims) {
			s.DJW1.AddScaled(c.DW1, lambda/4, p.W1)
			s.DJW2.AddScaled(c.DW2, lambda/4, p.W2)
			s.W1.AddScaled(p.W1, -alpha, s.DJW1)
			s.W2.AddScaled(p.W2, -alpha, s.DJW2)
		}},
		{"no R2 for w²", "R2", func(s *StepClaims) {
			s.DJW2 = c.DW2
			s.W2.AddScaled(p.W2, -alpha, c.DW2)
		}},
		{"sign of U1", "U1 U1", func(s *StepClaims) {
			s.W1.AddScaled(p.W1, alpha, s.DJW1)
			s.W2.AddScaled(p.W2, alpha, s.DJW2)
		}},
		{"biases regularised", "U2 U2", func(s *StepClaims) {
			s.B1.AddScaled(s.B1, -alpha*lambda, p.B1)
			s.B2.AddScaled(s.B2, -alpha*lambda, p.B2)
		}},
		{"b² stays", "U2", func(s *StepClaims) { s.B2 = p.B2 }},
		{"NaN", "U2", func(s *StepClaims) { s.B1.Data[0] = math.NaN() }},
		{"nothing", "B1 R1 R2 R2 U1 U1 U2 U2", func(s *StepClaims) { *s = StepClaims{Lambda: lambda, Alpha: alpha} }},
		{"other shape", "R2 U1", func(s *StepClaims) { s.DJW1 = s.DJW2 }},
	} {
		s := right()
		m.wrong(&s)
		if got := labels(CheckStep(p, c, s)); got != m.want {
			t.Errorf("%s: %q, want %q", m.name, got, m.want)
		}
	}
	if got := labels(CheckStep(p, Claims{}, right())); got != "B1 R2 R2 U2 U2" {
		t.Errorf("gradients not claimed: %q", got)
	}
}

func TestCheckPanicsOnShapes(t *testing.T) {
	p, x, y := problem(rand.New(rand.NewPCG(3, 3)), "tanh", 3, 5, 2, 4)
	for _, xy := range [][2]*matrix.Matrix{{y, x}, {x, x}, {x, matrix.New(2, 5)}} {
		func() {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.Contains(text, fmt.Sprintf("x %d×%d", xy[0].Rows, xy[0].Cols)) {
					t.Errorf("panic %q, want the shapes", text)
				}
			}()
			Check(p, xy[0], xy[1], Claims{})
		}()
	}
}
