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

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// other is a request for a network whose layers all differ in size, with no zero
// among its numbers, after two steps.
const other = "&f1=tanh&w1=0.4,-0.6,0.2,1.1;0.3,0.9,−0.5,0.7;1.2,-0.8,0.1,0.35&b1=0.1,-0.2,0.3,0.15" +
	"&w2=0.2,-1.3;0.25,0.6;-0.8,0.45;0.9,-0.7&b2=0.5,-0.4&x=0.7,-1.4,0.6&y=1,0.2&rate=0.25&lambda=0.01&steps=2&i=2&j=3&k=1"

// batch is other with five samples, of which the fourth is shown.
const batch = other + "&x=0.7,-1.4,0.6;0.1,0.2,0.3;-0.5,0.4,1.5;0.9,-0.8,-0.7;1.1,0.35,-0.25&y=1,0.2;0.1,0.9;0.3,0.4;0.7,0.6;0,1&s=3"

func ask(t *testing.T, request string) (r Response) {
	t.Helper()
	body := Answer(request)
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
	for _, rest := range []string{"", "&full=1", other, other + "&full=1", batch, batch + "&full=1"} {
		for _, label := range derive.Labels() {
			s, wrong := newState(label + rest)
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
	if lines < 3*50 {
		t.Errorf("checked %d lines, want 150 or more", lines)
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
	if got := ask(t, "F1").Values[3]; got.Label != "F4" || got.Cells[0][0] != (Cell{"0.8221", "0.822059433706368"}) {
		t.Errorf("got %+v, want the homework's 0.82", got)
	}
	r := ask(t, "F1"+other)
	q, wrong := read("F1" + other)
	if wrong != nil {
		t.Fatal(wrong)
	}
	first := docs.Train(docs.NetworkAt(&q.Point), q.X, q.Y, []int{0}, 0.25, 0.01)
	second := docs.Train(first.After, q.X, q.Y, []int{0}, 0.25, 0.01)
	last := docs.Train(second.After, q.X, q.Y, []int{0}, 0.25, 0.01)
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

func TestErrors(t *testing.T) {
	for _, c := range []struct{ address, field, want string }{
		{"", "label", `got "", want one of F1`},
		{"Z9", "label", `got "Z9", want one of F1`},
		{"F1&w3=1", "", `the address has "w3", want b1, b2, `},
		{"F1&" + strings.Repeat("x", 1<<17), "", "more than 65536 characters"},
		{"F1&f1=softmax", "f1", "softmax"},
		{"F1&w1=0.4,0.6,x;0.3,0.9,0.5", "w1-0-2", `"x" is not a number`},
		{"F1&w1=0.4,0.6,;0.3,0.9,0.5", "w1-0-2", "empty"},
		{"F1&w1=0.4,0.6,NaN;0.3,0.9,0.5", "w1-0-2", `got "NaN", want a number from −1e9 to 1e9`},
		{"F1&w1=0.4,0.6,1e999;0.3,0.9,0.5", "w1-0-2", `got "1e999", want a number`},
		{"F1&w1=0.4,0.6,-inf;0.3,0.9,0.5", "w1-0-2", "want a number"},
		{"F1&w1=0.4,0%2C6,1;0.3,0.9,0.5", "w1-0-1", `"0,6" is not a number`},
		{"F1&rate=1_000", "rate", `"1_000" is not a number`},
		{"F1&rate=0x10p0", "rate", `"0x10p0" is not a number`},
		{"F1&w1=1,2;3", "w1", "row 1 has 1 numbers, row 0 has 2"},
		{"F1&w1=1;2,3", "w1", "row 1 has 2 numbers, row 0 has 1"},
		{"F1&w1=1;1;1;1;1;1;1;1;1", "w1", "got 9×1 numbers, want at most 8 rows and columns"},
		{"F1&w1=1" + strings.Repeat(",1", 9999), "w1", "got 1×10000 numbers, want at most 8"},
		{"F1&w1=", "w1-0-0", "empty, want a number"},
		// The matrix that the others contradict is wrong, or the one that the address gives.
		{"F1&w1=1,2,3,4;1,2,3,4", "w1", "got 4 columns, want 3, as many as b1 has columns"},
		{"F1&w1=1,2,3,4;1,2,3,4&w2=1;2;3;4", "b1", "got 3 columns, want 4, as many as w1 has columns"},
		{"F1&w1=1,2,3", "w1", "got 1 rows, want 2, as many as x has columns"},
		{"F1&b1=1,2,3;1,2,3", "b1", "got 2 rows, want 1"},
		{"F1&w2=1;2", "w2", "got 2 rows, want 3"},
		{"F1&x=1,two", "x-0-1", `"two" is not a number`},
		{"F1&y=1,2", "y", "got 2 columns, want 1"},
		{"F1&y=1;2", "y", "got 2 rows, want 1, as many as x has rows"},
		{"F1&shape=2,3", "shape", "want four numbers: n0,n1,n2,m"},
		{"F1&shape=2,9,1,1", "shape", "got 9, want an integer from 1 to 8"},
		{"F1&rate=−1", "rate", "got -1, want 0 or more"},
		{"F1&lambda=1e10", "lambda", "want a number from"},
		{"F1&steps=1001", "steps", "got 1001, want an integer from 0 to 1000"},
		{"F1&steps=1.5", "steps", "got 1.5, want an integer"},
		{"F1&i=2", "i", "got 2, want an integer from 0 to 1"},
		{"F1&j=-1", "j", "want an integer from 0 to 2"},
		{"F1&s=1", "s", "got 1, want an integer from 0 to 0"},
	} {
		var got Error
		body := Answer(c.address)
		if err := json.Unmarshal(body, &got); err != nil || got.Field != c.field || !strings.Contains(got.Message, c.want) {
			t.Errorf("%.60s: got %.200s, want %s: %s", c.address, body, c.field, c.want)
		}
		if saved := Save(c.address); !slices.Equal(saved, body) {
			t.Errorf("%.60s: Save: %.200s", c.address, saved)
		}
	}
}

// A shape cuts and fills the matrices. No two new hidden nodes are alike.
func TestShape(t *testing.T) {
	got := ask(t, "F1&shape=3,4,2,2").Now
	want := map[string]string{"x": "1,1,0.5;0.4,0.1,0.8", "w1": "0.4,0.6,0.2,0.2;0.3,0.9,0.5,0.5;0.7,0.4,0.1,0.8",
		"b1": "1,1,1,0.2", "w2": "0.2,0.8;0.2,0.1;0.8,0.4;1,0.7", "b2": "0.5,0.8", "y": "1,0.8;0.4,0.1"}
	for key, want := range want {
		var rows []string
		for _, row := range got[key] {
			var numbers []string
			for _, c := range row {
				numbers = append(numbers, c[1])
			}
			rows = append(rows, strings.Join(numbers, ","))
		}
		if got := strings.Join(rows, ";"); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	if got := ask(t, "F1&shape=1,1,1,1").Now; len(got["w1"]) != 1 || len(got["w1"][0]) != 1 {
		t.Errorf("got %v", got)
	}
}

// An address goes through a file and comes back; what the file claims is right.
func TestFile(t *testing.T) {
	var text, address string
	if err := json.Unmarshal(Save("M4"+batch), &text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(Open(text), &address); err != nil {
		t.Fatal(err)
	}
	was, is := ask(t, "M4"+batch).Now, ask(t, address).Now
	if fmt.Sprint(was) != fmt.Sprint(is) {
		t.Errorf("got %v, want %v", is, was)
	}
	f, err := claim.Read(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	compared, wrong := derive.Check(f.Batch(), func(eq derive.Equation) *matrix.Matrix { return f.Claims[claim.Name(eq)] })
	if compared < 100 || wrong != nil || len(f.Claims) != len(claim.Equations()) {
		t.Errorf("%d claims, %d numbers, wrong: %v", len(f.Claims), compared, wrong)
	}
	for file, want := range map[string]string{
		`{"w1": 1`: "the file:1:9: the text ends too early",
		`{"w1": [[1]], "b1": [1], "w2": [[1,1,1,1,1,1,1,1,1]], "b2": [1,1,1,1,1,1,1,1,1], "x": [[1]], "y": [[1,1,1,1,1,1,1,1,1]]}`: "got 9 output nodes, but the reader shows at most 8 in a layer",
	} {
		var got Error
		if err := json.Unmarshal(Open(file), &got); err != nil || got.Message != want {
			t.Errorf("%s: got %v, %v", file, got, err)
		}
	}
	const unusual = `{"w1": [[1, -2]], "b1": [0, 1e300], "w2": [[1], [0.5]], "b2": [4], "x": [[5], [6]], "y": [[7], [8]], "activation": "tanh", "rate": 2, "lambda": 0.5}`
	if err := json.Unmarshal(Open(unusual), &address); err != nil || address != "F1&f1=tanh&x=5;6&w1=1,-2&b1=0,1e%2B300&w2=1;0.5&b2=4&y=7;8&rate=2&lambda=0.5" {
		t.Errorf("got %s, %v", address, err)
	}
}

// The last good step is the one before the first number that is not finite.
func TestGood(t *testing.T) {
	r := ask(t, "F1&f1=relu&rate=1e9&lambda=1e9&steps=40")
	if r.Good == 0 || r.Good == 40 || ask(t, fmt.Sprintf("F1&f1=relu&rate=1e9&lambda=1e9&steps=%d", r.Good)).Good != r.Good {
		t.Errorf("got %d", r.Good)
	}
	for _, at := range []struct {
		steps int
		want  bool
	}{{r.Good, true}, {r.Good + 1, false}} {
		s, _ := newState(fmt.Sprintf("F1&f1=relu&rate=1e9&lambda=1e9&steps=%d", at.steps))
		if got := finite(append(s.net.W1.Data, s.all.step.J)...); got != at.want {
			t.Errorf("finite after %d steps: %v, want %v", at.steps, got, at.want)
		}
	}
}

// What is shown of a batch is that of the sample, and from B1 on of the batch.
func TestBatch(t *testing.T) {
	s, wrong := newState("B1" + batch)
	if wrong != nil {
		t.Fatal(wrong)
	}
	one, all := s.run([]int{3}, nil).step.Pass, s.all.step.Pass
	got := make(map[string]Value)
	for _, v := range s.response().Values {
		got[v.Label+" "+v.Name] = v
	}
	for name, want := range map[string]*matrix.Matrix{
		"F2 a¹": all.A1, "L1 L": all.L, "M4 δ": all.Delta, "M5 ∂L/∂w¹ of sample 3": one.DW1, "B1 ∂L/∂w¹, the mean over 5": all.DW1} {
		if fmt.Sprint(got[name].Cells) != fmt.Sprint(cells(want)) {
			t.Errorf("%s: got %v, want %v", name, got[name].Cells, cells(want))
		}
	}
	if v := got["M4 δ"]; v.Row != "j" || v.Col != "s" {
		t.Errorf("δ has the indices %s and %s", v.Row, v.Col)
	}
	for label, want := range map[string]float64{"F4": one.A2.At(1, 0), "M5": one.DW1.At(2, 3), "B1": s.all.step.Loss} {
		if says := ask(t, label+batch).Focus.Says; !strings.HasSuffix(says, " = "+minus(short(want))) {
			t.Errorf("%s, want %s", says, short(want))
		}
	}
}

// A count goes on where an earlier address ended.
func TestSteps(t *testing.T) {
	for address, want := range map[string]string{"F1": "J = 0.01583", "F1&steps=1": "after 1 step J = 0.01474, from 0.01583",
		"F1&steps=2": "after 2 steps J = ", "F1&steps=200&before=1000": "after 1200 steps J = ", "F1&before=7": "after 7 steps J = 0.01583"} {
		if got := ask(t, address).Steps; !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// An edge is as thick as its weight is large, and dashed if that is negative. A node
// has z on the left and a on the right.
func TestDiagram(t *testing.T) {
	r := ask(t, "F1&w1=2,-1,0;0.5,0.5,0.5")
	for part, want := range map[string]string{
		"w1-0-0": `stroke-width="4.60"`, "w1-0-1": `stroke-width="2.60" stroke-dasharray="5 3"`, "w1-0-2": `stroke-width="0.60"`,
		"z1-0": `x="131" y="18" width="33" height="26"/`, "a1-0": `x="164" y="18" width="33" height="26"/`,
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
		r := ask(t, fmt.Sprintf("R1&f1=relu&rate=1e9&steps=%d&lambda=1e9", steps))
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
	f.Add("F1")
	f.Add("E3" + batch)
	f.Add("U1&f1=relu&rate=1e9&steps=1000&lambda=1e9&full=1")
	f.Add("F1&shape=8,1,8,3&w1=1e9&b1=-1e9&y=0")
	f.Fuzz(func(t *testing.T, request string) {
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

// What teaches nothing is not shown: a step that changes nothing, −0, a symbol without a
// value.
func TestNumbersTeach(t *testing.T) {
	r := ask(t, "U2")
	if got := r.Focus.Says; got != "U2: b¹_0 = 1.00034" {
		t.Errorf("got %s", got)
	}
	for _, v := range r.Values {
		if v.Label == "U2" && v.Name == "b¹ after the step" && v.Cells[0][0][0] != "1.00034" {
			t.Errorf("got %v", v)
		}
	}
	if got := moved(1, 1); got != "1" {
		t.Errorf("unmoved: %s", got)
	}
	if got := number(math.Copysign(0, -1), 4); got != "0" {
		t.Errorf("−0 is %s", got)
	}
	for label, want := range map[string]string{"U1": "w ∂J/∂w", "R2": "∂J/∂w ∂L/∂w w", "U2": "b ∂L/∂b"} {
		var both []string
		for _, w := range ask(t, label).Focus.Where {
			if w.Both && !slices.Contains(both, w.Q) {
				both = append(both, w.Q)
			}
		}
		if got := strings.Join(both, " "); got != want {
			t.Errorf("%s: got %s, want %s", label, got, want)
		}
	}
	// The factors stand along the edges, and η and δ at the nodes.
	for label, want := range map[string]string{"M1": "η −0.026", "M2": ">−0.022<", "M4": "δ −0.0027", "M5": ">−0.00068<"} {
		if d := ask(t, label).Diagram; !strings.Contains(d, want) {
			t.Errorf("%s: no %s in %s", label, want, d)
		}
	}
}

// Each question of the tour has the answer that the numbers give, and the central
// difference confirms the derivatives.
func TestTour(t *testing.T) {
	for label, want := range map[string]string{"F2": "smaller", "F3": "larger", "F4": "larger", "L1": "smaller", "M1": "negative",
		"M2": "smaller", "M3": "the same", "M4": "negative", "M6": "the same", "U1": "larger", "D1": ""} {
		tour := ask(t, label).Tour
		if (tour == nil) != (want == "") || tour != nil && tour.Choices[tour.Answer] != want {
			t.Errorf("%s: got %+v, want %s", label, tour, want)
		}
	}
	for label, want := range map[string]float64{"F1": 1.7, "M5": -0.00067990} {
		tour := ask(t, label).Tour
		for _, v := range []struct {
			answer float64
			right  bool
		}{{want, true}, {1.01 * want, true}, {0.99 * want, true}, {1.03 * want, false}, {0.97 * want, false}, {-want, false}} {
			least, err1 := strconv.ParseFloat(tour.Right[0], 64)
			most, err2 := strconv.ParseFloat(tour.Right[1], 64)
			if right := least <= v.answer && v.answer <= most; err1 != nil || err2 != nil || right != v.right {
				t.Errorf("%s: %g is right: %t, want %t (from %v)", label, v.answer, right, v.right, tour.Right)
			}
		}
	}
	if got, want := ask(t, "F1").Tour.Question, "The inputs are 1, 1, their weights 0.4, 0.3, and the bias is 1. What is z¹? An error of 2 % is allowed."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ask(t, "M4"+other).Tour.Check, "It is −0.08438; the central difference gives −0.08438."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ask(t, "U1").Tour.Check, "It goes from 0.4 to 0.40034."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
