package live

import (
	"encoding/json"
	"encoding/xml"
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

// other is a request for a network whose layers all differ in size, with no zero
// among its numbers, after two steps.
const other = `"f1":"tanh","w1":[["0.4","-0.6","0.2","1.1"],["0.3","0.9","−0.5","0.7"],["1.2","-0.8","0.1","0.35"]],"b1":[["0.1","-0.2","0.3","0.15"]],
	"w2":[["0.2","-1.3"],["0.25","0.6"],["-0.8","0.45"],["0.9","-0.7"]],"b2":[["0.5","-0.4"]],"a0":[["0.7","-1.4","0.6"]],"y":[["1","0.2"]],
	"alpha":"0.25","lambda":"0.01","steps":"2","i":"2","j":"3","k":"1"`

func ask(t *testing.T, request string) (r Response) {
	t.Helper()
	body := Answer([]byte(request))
	if err := json.Unmarshal(body, &r); err != nil || r.Values == nil {
		t.Fatalf("%s: %v, %s", request, err, body)
	}
	return r
}

func wellFormed(texts ...string) error {
	return xml.Unmarshal([]byte("<x>"+strings.Join(texts, "")+"</x>"), new(struct{}))
}

// The answer for every equation is complete, its markup is well-formed, and the
// equation with its numbers evaluates to the value that is shown for it.
func TestEveryLabel(t *testing.T) {
	lines := 0
	for _, rest := range []string{`"full":false`, `"full":true`, other, other + `,"full":true`} {
		for _, label := range derive.Labels() {
			s, wrong := newState([]byte(`{"label":"` + label + `",` + rest + `}`))
			if wrong != nil {
				t.Fatal(wrong)
			}
			r := s.response()
			if r.Focus.Label != label || len(r.Focus.Lines) == 0 || len(r.Focus.Where) == 0 || !strings.HasPrefix(r.Focus.Says, label+": ") {
				t.Errorf("%s: %+v", label, r.Focus)
			}
			texts := append([]string{r.Diagram, r.Loss}, r.Focus.Lines...)
			for _, w := range r.Focus.Where {
				texts = append(texts, w.Name, w.Value)
				if w.Text == "" || strings.Contains(w.Text, "-") {
					t.Errorf("%s: %s is %q", label, w.Q, w.Text)
				}
				for _, part := range w.Lit {
					if !strings.Contains(r.Diagram, `data-part="`+part+`"`) {
						t.Errorf("%s: %s lights %s, which is not in the drawing", label, w.Q, part)
					}
				}
			}
			if err := wellFormed(texts...); err != nil {
				t.Errorf("%s: %v", label, err)
			}
			if !strings.Contains(r.Diagram, " on\"") {
				t.Errorf("%s: no part of the drawing is lit", label)
			}
			if s.full { // four digits are not enough
				lines += checkValues(t, s)
			}
		}
	}
	if lines < 2*50 {
		t.Errorf("checked %d lines, want 100 or more", lines)
	}
}

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
	if got := ask(t, `{}`).Values[3]; got.Label != "F4" || got.Cells[0][0] != (Cell{"0.8221", "0.822059433706368"}) {
		t.Errorf("got %+v, want the homework's 0.82", got)
	}
	r := ask(t, `{`+other+`}`)
	q, wrong := read([]byte(`{` + other + `}`))
	if wrong != nil {
		t.Fatal(wrong)
	}
	first := docs.Train(q.net, q.a0, q.y, []int{0}, 0.25, 0.01)
	second := docs.Train(first.After, q.a0, q.y, []int{0}, 0.25, 0.01)
	last := docs.Train(second.After, q.a0, q.y, []int{0}, 0.25, 0.01)
	if want := fmt.Sprintf("after 2 steps J = %.4g, from %.4g", last.J, first.J); r.Steps != want {
		t.Errorf("got %s, want %s", r.Steps, want)
	}
	n, p, moved := last.Before, last.Pass, last.After
	got := make(map[string][][]Cell)
	var labels []string
	for _, v := range r.Values {
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
	for name, cells := range r.Now {
		got["now "+name] = cells
	}
	for name, want := range map[string]*matrix.Matrix{
		"F1 z¹": p.Z1, "F2 a¹": p.A1, "F3 z²": p.Z2, "F4 a²": p.A2, "L1 L": p.L,
		"M1 η": p.Eta, "M4 δ": p.Delta, "M2 ∂L/∂w²": p.DW2, "M3 ∂L/∂b²": p.DB2, "M5 ∂L/∂w¹": p.DW1, "M6 ∂L/∂b¹": p.DB1,
		"R2 ∂J/∂w¹": p.DJW1, "R2 ∂J/∂w²": p.DJW2,
		"U1 w¹ after the step": moved.W1, "U1 w² after the step": moved.W2, "U2 b¹ after the step": moved.B1, "U2 b² after the step": moved.B2,
		"now w1": n.W1, "now b1": n.B1, "now w2": n.W2, "now b2": n.B2, "now a0": q.a0, "now y": q.y,
	} {
		if fmt.Sprint(got[name]) != fmt.Sprint(cells(want)) {
			t.Errorf("%s: got %v, want %v", name, got[name], cells(want))
		}
	}
}

var sign = map[byte]float64{'+': 1, '-': -1}

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
		activation := s.batch.Output
		if n.Func.Name == "f" && n.Func.Sub[0] == "1" {
			activation = s.batch.Hidden
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

func TestErrors(t *testing.T) {
	wide := strings.Repeat(`"1",`, 9999) + `"1"`
	for _, c := range []struct{ request, field, want string }{
		{``, "", "unexpected end of JSON input"},
		{`{"w1":5}`, "", "cannot unmarshal number"},
		{`{"f1":"softmax"}`, "f1", "softmax"},
		{`{"w1":[["0.4","0.6","x"],["0.3","0.9","0.5"]]}`, "w1-0-2", `"x" is not a number`},
		{`{"w1":[["0.4","0.6",""],["0.3","0.9","0.5"]]}`, "w1-0-2", "empty"},
		{`{"w1":[["0.4","0.6","NaN"],["0.3","0.9","0.5"]]}`, "w1-0-2", `got "NaN", want a number from −1e9 to 1e9`},
		{`{"w1":[["0.4","0.6","1e999"],["0.3","0.9","0.5"]]}`, "w1-0-2", `got "1e999", want a number`},
		{`{"w1":[["0.4","0.6","-inf"],["0.3","0.9","0.5"]]}`, "w1-0-2", "want a number"},
		{`{"w1":[["1","2"],["3"]]}`, "w1", "row 1 has 1 numbers, row 0 has 2"},
		{`{"w1":[["1"],["2","3"]]}`, "w1", "row 1 has 2 numbers, row 0 has 1"},
		{`{"w1":[["1"],["1"],["1"],["1"],["1"],["1"],["1"],["1"],["1"]]}`, "w1", "got 9×1 numbers, want 8×1"},
		{`{"w1":[[` + wide + `]]}`, "w1", "got 1×10000 numbers, want 1×8 (1 to 8 nodes in each layer)"},
		{`{"w1":[]}`, "w1", "got 0×0 numbers, want 1×1"},
		{`{"w1":[[]]}`, "w1", "got 1×0 numbers, want 1×1"},
		{`{"w1":[["1","2"],["1","2"]],"w2":[["1"],["2"]]}`, "b1", "got 1×3 numbers, want 1×2"},
		{`{"w2":[["1"],["2"]]}`, "w2", "got 2×1 numbers, want 3×1"},
		{`{"a0":[["1","two"]]}`, "a0-0-1", `"two" is not a number`},
		{`{"y":[["1","2"]]}`, "y", "got 1×2 numbers, want 1×1"},
		{`{"alpha":"−1"}`, "alpha", "got -1, want 0 or more"},
		{`{"lambda":"1e10"}`, "lambda", "want a number from"},
		{`{"steps":"1001"}`, "steps", "got 1001, want an integer from 0 to 1000"},
		{`{"steps":"1.5"}`, "steps", "got 1.5, want an integer"},
		{`{"i":"2"}`, "i", "got 2, want an integer from 0 to 1"},
		{`{"j":"-1"}`, "j", "want an integer from 0 to 2"},
		{`{"label":"Z9"}`, "label", `got "Z9", want one of F1`},
	} {
		var got Error
		body := Answer([]byte(c.request))
		if err := json.Unmarshal(body, &got); err != nil || got.Field != c.field || !strings.Contains(got.Message, c.want) {
			t.Errorf("%.60s: got %.200s, want %s: %s", c.request, body, c.field, c.want)
		}
	}
}

// An edge is as thick as its weight is large, and dashed if that is negative. A node
// has z on the left and a on the right.
func TestDiagram(t *testing.T) {
	r := ask(t, `{"w1":[["2","-1","0"],["0.5","0.5","0.5"]]}`)
	for part, want := range map[string]string{
		"w1-0-0": `stroke-width="4.60"`, "w1-0-1": `stroke-width="2.60" stroke-dasharray="5 3"`, "w1-0-2": `stroke-width="0.60"`,
		"z1-0": `x="147" y="18" width="33" height="26"/`, "a1-0": `x="180" y="18" width="33" height="26"/`,
	} {
		_, element, _ := strings.Cut(r.Diagram, `data-part="`+part+`"`)
		element, _, _ = strings.Cut(element, ">")
		if !strings.HasSuffix(element, want) {
			t.Errorf("%s: got %s, want %s", part, element, want)
		}
	}
}

// Overflow is shown as NaN or ∞ in the tables, and left out of the drawings.
func TestNotANumber(t *testing.T) {
	all := ""
	for steps := range 40 {
		r := ask(t, fmt.Sprintf(`{"f1":"relu","alpha":"1e9","steps":"%d","lambda":"1e9","label":"R1"}`, steps))
		all += fmt.Sprint(r.Values)
		if r.Loss == "" || strings.Contains(r.Loss, ",NaN") || strings.Contains(r.Diagram, "stroke-width=\"NaN") {
			t.Errorf("%s %s", r.Loss, r.Diagram)
		}
	}
	if !strings.Contains(all, "NaN") || !strings.Contains(all, "+∞") {
		t.Error("no value overflows")
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"label":"E3",` + other + `}`))
	f.Add([]byte(`{"f1":"relu","alpha":"1e9","steps":"1000","lambda":"1e9","label":"U1","full":true}`))
	f.Add([]byte(`{"w1":[["1e9"]],"b1":[["-1e9"]],"w2":[["0"]],"b2":[["0"]],"a0":[["1e9"]],"y":[["1e9"]]}`))
	f.Fuzz(func(t *testing.T, request []byte) {
		var r struct {
			Response
			Error string
		}
		body := Answer(request)
		if err := json.Unmarshal(body, &r); err != nil || (r.Values == nil) == (r.Error == "") {
			t.Fatalf("%v: %s", err, body)
		}
		if err := wellFormed(append(r.Focus.Lines, r.Diagram, r.Loss)...); err != nil {
			t.Fatal(err)
		}
	})
}

// Numbers are written as by hand: a dot between two numbers, brackets around a
// negative number that follows something, and no line twice.
func TestSubstitutedEquationsRead(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	invisible := strings.NewReplacer("&#x2061;", "", "\u2062", " ")
	for request, want := range map[string]string{
		`"label":"F1"`:          "z0(1)=0.4·1+0.3·1+1; =1.7; z(1)=0.40.30.60.90.20.5 11+111; =1.72.51.7",
		`"label":"L1"`:          "L=12 (1−0.8221)2; =0.01583",
		`"label":"D1"`:          "∂L∂a0(2)=12·2·(1−0.8221)·(−1); =0.8221−1; =−0.1779",
		`"label":"E1"`:          "∂L∂w00(2)=−0.1779·0.1463·0.8455; =(0.8221−1)·f2′(1.53)·0.8455; =(0.8221−1) σ(1.53) (1−σ(1.53))·0.8455; =−0.02201",
		`"label":"M4"`:          "δ0=(−0.02603·0.2)·f1′(1.7); =−0.0006799; δ=(0.20.20.8 −0.02603)⊙f1′(1.72.51.7); =−0.0006799−0.0003649−0.00272",
		`"label":"R1"`:          "J=0.01583+02 ((0.4)2+(0.6)2+(0.2)2+(0.3)2+(0.9)2+(0.5)2+(0.2)2+(0.2)2+(0.8)2); =0.01583",
		`"label":"U1"`:          "w00(1)←0.4−0.5·(−0.0006799); =0.4003; w00(2)←0.2−0.5·(−0.02201); =0.211",
		`"label":"L1",` + other: "L=12 ((1−0.5577)2+(0.2−0.1623)2); =0.09855",
		`"label":"D3"`:          "∂z0(2)∂w00(2)=0.8455",
		`"label":"F1","w1":[["0.4","0.6","0.2"],["-0.3","0.9","0.5"]]`: "z0(1)=0.4·1+(−0.3·1)+1; =1.1; z(1)=0.4−0.30.60.90.20.5 11+111; =1.12.51.7",
	} {
		var lines []string
		for _, line := range ask(t, `{`+request+`}`).Focus.Lines {
			lines = append(lines, invisible.Replace(tags.ReplaceAllString(line, "")))
		}
		if got := strings.Join(lines, "; "); got != want {
			t.Errorf("%s: got %s\nwant %s", request, got, want)
		}
	}
	var lit []string
	for _, label := range []string{"D4", "M1"} {
		for _, w := range ask(t, `{"label":"`+label+`"}`).Focus.Where {
			lit = append(lit, w.Q+": "+strings.Join(w.Lit, " "))
		}
	}
	if got, want := strings.Join(lit, "; "), "∂z²_k/∂b²_k: z2-0 b2-0; η_k: a2-0 z2-0; a²_k: a2-0; y_k: y-0; f₂′(z²_k): z2-0; z²_k: z2-0; η: a2-0 z2-0; a²: a2-0; y: y-0; f₂′(z²): z2-0; z²: z2-0"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
