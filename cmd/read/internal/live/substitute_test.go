package live

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// checkValues compares the right sides of an equation, with their numbers, with the
// value of its left side. It returns the number of comparisons.
func checkValues(t *testing.T, s *state) (lines int) {
	p := &substituter{state: s, lit: make(map[string]bool)}
	for _, c := range s.chains() {
		want := s.evaluate(p.left(c))
		for _, step := range c.Steps {
			lines++
			right := p.substitute(step.Right)
			got := s.evaluate(right)
			if got.Rows != want.Rows || got.Cols != want.Cols {
				t.Errorf("%s: %v is %d×%d, want %d×%d", s.label, right, got.Rows, got.Cols, want.Rows, want.Cols)
				continue
			}
			for n := range want.Data {
				// network may add the same terms in another order.
				if derive.RelErr(got.Data[n], want.Data[n]) > derive.Tolerance {
					t.Errorf("%s: %v is %v, want %v", s.label, right, got, want)
				}
			}
		}
	}
	return lines
}

// Every value is network's, to the last digit.
func TestValues(t *testing.T) {
	homework, _ := newState("F1")
	if got := homework.values()[3]; got.Label != "F4" || got.Cells[0][0] != (Cell{"0.8221", "0.822059433706368"}) {
		t.Errorf("got %+v, want the homework's 0.82", got)
	}
	q, wrong := newState("F1" + other)
	if wrong != nil {
		t.Fatal(wrong)
	}
	first := docs.Train(docs.NetworkAt(&q.Point), q.X, q.Y, []int{0}, 0.25, 0.01)
	second := docs.Train(first.After, q.X, q.Y, []int{0}, 0.25, 0.01)
	last := docs.Train(second.After, q.X, q.Y, []int{0}, 0.25, 0.01)
	if want := fmt.Sprintf("after 2 steps J = %.4g, from %.4g", last.J, first.J); q.steps() != want {
		t.Errorf("got %s, want %s", q.steps(), want)
	}
	n, p, moved := last.Before, last.Pass, last.After
	got := make(map[string][][]Cell)
	var labels []string
	for _, v := range q.values() {
		got[v.Label+" "+v.Name] = v.Cells
		labels = append(labels, v.Label)
		var e float64
		if v.Agree == "network and derive, to the last bit" || v.Agree == "derive; network has no matrix of its own for it" {
			continue
		}
		if _, err := fmt.Sscanf(v.Agree, "network; derive differs by a relative %g", &e); err != nil || e > derive.Tolerance {
			t.Errorf("%s %s: %s (%v)", v.Label, v.Name, v.Agree, err)
		}
	}
	if labels = slices.Compact(labels); !slices.Equal(labels, derive.Labels()) {
		t.Errorf("got values for %v, want %v", labels, derive.Labels())
	}
	now := q.now()
	for n, x := range matrices(&now) {
		got["now "+names[n]] = cells(x)
	}
	for name, want := range map[string]*matrix.Matrix{
		"F1 z¹": p.Z1, "F2 a¹": p.A1, "F3 z²": p.Z2, "F4 a²": p.A2, "L1 L": p.L,
		"M1 η": p.Eta, "M4 δ": p.Delta, "M2 ∂L/∂w²": p.DW2, "M3 ∂L/∂b²": p.DB2, "M5 ∂L/∂w¹": p.DW1, "M6 ∂L/∂b¹": p.DB1,
		"R2 ∂J/∂w¹": p.DJW1, "R2 ∂J/∂w²": p.DJW2,
		"U1 w¹ after the step": moved.W1, "U1 w² after the step": moved.W2, "U2 b¹ after the step": moved.B1, "U2 b² after the step": moved.B2,
		"now w1": n.W1, "now b1": n.B1, "now w2": n.W2, "now b2": n.B2, "now x": q.X, "now y": q.Y,
	} {
		want := cells(want)
		for r, row := range got[name] {
			for c := range row {
				if strings.HasPrefix(name, "U") { // TestNumbersTeach is about the digits shown
					want[r][c][0] = row[c][0]
				}
			}
		}
		if fmt.Sprint(got[name]) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
}

// evaluate computes a formula of numbers. A scalar is a 1×1 matrix.
func (s *state) evaluate(n tex.Node) *matrix.Matrix {
	scalar := func(n tex.Node) float64 {
		x := s.evaluate(n)
		if len(x.Data) != 1 {
			panic(fmt.Sprintf("%v is %d×%d, want a number", n, x.Rows, x.Cols))
		}
		return x.Data[0]
	}
	switch n := n.(type) {
	case *tex.Number:
		v, err := strconv.ParseFloat(n.Text, 64)
		if err != nil {
			panic(err)
		}
		return matrix.FromRows([]float64{v})
	case *tex.Matrix:
		z := matrix.New(len(n.Rows), len(n.Rows[0]))
		for r, row := range n.Rows {
			for c, x := range row {
				z.Set(r, c, scalar(x))
			}
		}
		return z
	case *tex.Group:
		return s.evaluate(n.X)
	case *tex.Frac:
		return matrix.FromRows([]float64{scalar(n.Num) / scalar(n.Den)})
	case *tex.Power:
		return matrix.FromRows([]float64{math.Pow(scalar(n.Base), scalar(n.Exp))})
	case *tex.Call:
		activation := s.all.batch.Output
		if n.Func.Name == "f" && n.Func.Sub[0] == "1" {
			activation = s.all.batch.Hidden
		}
		x, f := s.evaluate(n.Arg), activation.F
		if n.Func.Prime {
			f = activation.Prime
		}
		return x.Apply(f, x)
	case *tex.Add:
		z := s.evaluate(n.Terms[0])
		z.Scale(sign[n.Signs[0]], z)
		for i, t := range n.Terms[1:] {
			z.AddScaled(z, sign[n.Signs[i+1]], s.evaluate(t))
		}
		return z
	case *tex.Product:
		z := s.evaluate(n.Factors[0])
		for i, f := range n.Factors[1:] {
			x := s.evaluate(f)
			switch {
			case n.Ops[i] == "⊙":
				z.Hadamard(z, x)
			case len(z.Data) == 1:
				z = x.Scale(z.Data[0], x)
			case len(x.Data) == 1 && z.Cols != 1:
				z.Scale(x.Data[0], z)
			default:
				z = matrix.New(z.Rows, x.Cols).Mul(z, x)
			}
		}
		return z
	}
	panic(fmt.Sprintf("%T %v is not a formula of numbers", n, n))
}

// Numbers are written as by hand: a dot between two numbers, brackets around a
// negative number that follows something, and no line twice.
func TestSubstitutedEquationsRead(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	invisible := strings.NewReplacer("&#x2061;", "", "\u2062", " ")
	for request, want := range map[string]string{
		"F1":                             "z0(1)=0.4·1+0.3·1+1; =1.7; z(1)=0.40.30.60.90.20.5 11+111; =1.72.51.7",
		"L1":                             "L=12 (1−0.8221)2; =0.01583",
		"D1":                             "∂L∂a0(2)=12·2·(1−0.8221)·(−1); =0.8221−1; =−0.1779",
		"E1":                             "∂L∂w00(2)=−0.1779·0.1463·0.8455; =(0.8221−1)·f2′(1.53)·0.8455; =(0.8221−1) σ(1.53) (1−σ(1.53))·0.8455; =−0.02201",
		"M4":                             "δ0=(−0.02603·0.2)·f1′(1.7); =−0.0006799; δ=(0.20.20.8 −0.02603)⊙f1′(1.72.51.7); =−0.0006799−0.0003649−0.00272",
		"R1":                             "J=0.01583+02 ((0.4)2+(0.6)2+(0.2)2+(0.3)2+(0.9)2+(0.5)2+(0.2)2+(0.2)2+(0.8)2); =0.01583",
		"U1":                             "w00(1)←0.4−0.5·(−0.0006799); =0.40034; w00(2)←0.2−0.5·(−0.02201); =0.211",
		"L1" + other:                     "L=12 ((1−0.5577)2+(0.2−0.1623)2); =0.09855",
		"D3":                             "∂z0(2)∂w00(2)=0.8455",
		"F1&w1=0.4,0.6,0.2;-0.3,0.9,0.5": "z0(1)=0.4·1+(−0.3·1)+1; =1.1; z(1)=0.4−0.30.60.90.20.5 11+111; =1.12.51.7",
	} {
		var lines []string
		for _, line := range ask(t, request).Focus.Lines {
			lines = append(lines, invisible.Replace(tags.ReplaceAllString(line, "")))
		}
		if got := strings.Join(lines, "; "); got != want {
			t.Errorf("%s: got %s\nwant %s", request, got, want)
		}
	}
	var lit []string
	for _, label := range []string{"D4", "M1"} {
		for _, w := range ask(t, label).Focus.Where {
			lit = append(lit, w.Q+": "+strings.Join(w.Lit, " "))
		}
	}
	if got, want := strings.Join(lit, "; "), "∂z²_k/∂b²_k: z2-0 b2-0; η_k: a2-0 z2-0; a²_k: a2-0; y_k: y-0; f₂′(z²_k): z2-0; z²_k: z2-0; η: a2-0 z2-0; a²: a2-0; y: y-0; f₂′(z²): z2-0; z²: z2-0"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
