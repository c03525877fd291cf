package live

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/network"
)

// other is a network with no two sizes the same, no zero, and a step behind it.
const other = `"f1":"tanh","w1":[[0.4,-0.6,0.2,1.1],[0.3,0.9,"−0.5",0.7],[1.2,-0.8,0.1,0.35]],"b1":[0.1,-0.2,0.3,0.15],
	"w2":[[0.2,-1.3],[0.25,0.6],[-0.8,0.45],[0.9,-0.7]],"b2":[0.5,-0.4],"a0":[0.7,-1.4,0.6],"y":[1,0.2],"alpha":"0.25","lambda":0.01,"steps":2,"i":2,"j":3,"k":1`

func ask(t *testing.T, request string) Response {
	t.Helper()
	body, wrong := Answer([]byte(request))
	if wrong != nil {
		t.Fatalf("%s: %v", request, wrong)
	}
	var r Response
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func wellFormed(text string) error {
	x := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := x.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("%v in %s", err, text)
		}
	}
}

// Every equation answers, on either network, with all that is shown of it.
func TestEveryLabel(t *testing.T) {
	for _, rest := range []string{`"full":false`, other, other + `,"full":true`} {
		for _, label := range page.Ledger {
			r := ask(t, `{"label":"`+label+`",`+rest+`}`)
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
			for _, text := range texts {
				if err := wellFormed(text); err != nil {
					t.Errorf("%s: %v", label, err)
				}
			}
			if !strings.Contains(r.Diagram, " on\"") {
				t.Errorf("%s: nothing of the drawing is lit", label)
			}
		}
	}
}

// The numbers are those of network, for the homework's 0.82 to the last digit.
func TestValuesAreOfNetwork(t *testing.T) {
	r := ask(t, `{}`)
	if got := r.Values[3]; got.Label != "F4" || got.Cells[0][0] != (Cell{"0.8221", "0.822059433706368"}) {
		t.Errorf("%+v", got)
	}
	r = ask(t, `{`+other+`}`)
	q, wrong := read([]byte(`{` + other + `}`))
	if wrong != nil {
		t.Fatal(wrong)
	}
	n, p := q.net.Clone(), q.net.NewPass(1)
	p.Load(q.a0, q.y, []int{0})
	first := 0.0
	for s := range 2 {
		penalty := n.Penalty(0.01)
		if j := n.Step(p, 0.25, 0.01) + penalty; s == 0 {
			first = j
		}
	}
	moved := n.Clone()
	j := moved.Step(p, 0.25, 0.01) + n.Penalty(0.01)
	if want := fmt.Sprintf("after 2 steps J = %.4g, from %.4g", j, first); r.Steps != want {
		t.Errorf("%s, want %s", r.Steps, want)
	}
	got := make(map[string][][]Cell)
	for _, v := range r.Values {
		got[v.Label+" "+v.Name] = v.Cells
	}
	for name, want := range map[string][][]Cell{
		"F1 z¹": cells(p.Z1), "F2 a¹": cells(p.A1), "F3 z²": cells(p.Z2), "F4 a²": cells(p.A2), "L1 L": cells(p.L),
		"M1 η": cells(p.Eta), "M4 δ": cells(p.Delta), "M2 ∂L/∂w²": cells(p.DW2), "M3 ∂L/∂b²": cells(p.DB2), "M5 ∂L/∂w¹": cells(p.DW1), "M6 ∂L/∂b¹": cells(p.DB1),
		"R2 ∂J/∂w¹": cells(p.DJW1), "R2 ∂J/∂w²": cells(p.DJW2),
		"U1 w¹ after the step": cells(moved.W1), "U1 w² after the step": cells(moved.W2), "U2 b¹ after the step": cells(moved.B1), "U2 b² after the step": cells(moved.B2),
	} {
		if fmt.Sprint(got[name]) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", name, got[name], want)
		}
	}
	for name, want := range map[string][][]Cell{"w1": cells(n.W1), "b1": cells(n.B1), "w2": cells(n.W2), "b2": cells(n.B2), "a0": cells(q.a0), "y": cells(q.y)} {
		if fmt.Sprint(r.Now[name]) != fmt.Sprint(want) {
			t.Errorf("now %s: %v, want %v", name, r.Now[name], want)
		}
	}
	seen := make(map[string]bool)
	for _, v := range r.Values {
		seen[v.Label] = true
		var off float64
		if _, err := fmt.Sscanf(v.Agree, "network; derive differs by %g of it", &off); err == nil && off > derive.Tolerance {
			t.Errorf("%s %s: %s", v.Label, v.Name, v.Agree)
		}
	}
	for _, label := range page.Ledger {
		if !seen[label] {
			t.Errorf("no value of %s", label)
		}
	}
}

// What stands in a plugged-in equation, computed as it stands there, is its value.
func TestPluggedInEquationsHold(t *testing.T) {
	lines := 0
	for _, rest := range []string{`"full":true`, other + `,"full":true`} {
		for _, label := range page.Ledger {
			q, wrong := read([]byte(`{"label":"` + label + `",` + rest + `}`))
			if wrong != nil {
				t.Fatal(wrong)
			}
			w := newWorld(q)
			p := &plugger{world: w, at: map[string]int{"i": w.I, "j": w.J, "k": w.K}, lit: make(map[string]bool)}
			for _, c := range derivation().Equation(label).Chains {
				for _, layer := range layers(c) {
					chain := inLayer(c, layer)
					value := p.value(chain.First)
					if chain.Steps[0].Rel == "←" {
						value = p.updated(chain.First)
					}
					want := calculator{w.net.Activation.String()}.matrix(value)
					for _, s := range chain.Steps {
						right := p.plug(s.Right)
						got := calculator{w.net.Activation.String()}.matrix(right)
						if len(got) != len(want) || len(got[0]) != len(want[0]) {
							t.Errorf("%s: %v is %d×%d, want %d×%d", label, right, len(got), len(got[0]), len(want), len(want[0]))
							continue
						}
						for r := range want {
							for c := range want[r] {
								// Sums of a dozen products, in another order than network's.
								if e := derive.RelErr(got[r][c], want[r][c]); e > derive.Tolerance {
									t.Errorf("%s: %v is %v, want %v", label, right, got, want)
								}
							}
						}
						lines++
					}
				}
			}
		}
	}
	if lines < 2*50 {
		t.Errorf("%d lines", lines)
	}
}

// A calculator computes a formula of numbers by the rules of arithmetic.
type calculator struct{ f1 string }

func (k calculator) matrix(n tex.Node) [][]float64 {
	each := func(x [][]float64, f func(v float64) float64) [][]float64 {
		var z [][]float64
		for _, row := range x {
			var to []float64
			for _, v := range row {
				to = append(to, f(v))
			}
			z = append(z, to)
		}
		return z
	}
	switch n := n.(type) {
	case *tex.Number:
		v, err := strconv.ParseFloat(n.Text, 64)
		if err != nil {
			panic(err)
		}
		return [][]float64{{v}}
	case *tex.Matrix:
		var z [][]float64
		for _, row := range n.Rows {
			var to []float64
			for _, x := range row {
				to = append(to, k.matrix(x)[0][0])
			}
			z = append(z, to)
		}
		return z
	case *tex.Group:
		return k.matrix(n.X)
	case *tex.Call:
		name := map[string]string{"1": k.f1, "2": "sigmoid"}[strings.Join(n.Func.Sub, "")]
		if n.Func.Name == "σ" {
			name = "sigmoid"
		}
		f, err := network.ParseActivation(name)
		if err != nil {
			panic(err)
		}
		return each(k.matrix(n.Arg), func(v float64) float64 {
			d := derive.Named(f.String())
			if n.Func.Prime {
				return d.Prime(v)
			}
			return d.F(v)
		})
	case *tex.Frac:
		x, y := k.matrix(n.Num)[0][0], k.matrix(n.Den)[0][0]
		return [][]float64{{x / y}}
	case *tex.Power:
		return [][]float64{{math.Pow(k.matrix(n.Base)[0][0], k.matrix(n.Exp)[0][0])}}
	case *tex.Add:
		z := each(k.matrix(n.Terms[0]), func(v float64) float64 {
			if n.Signs[0] == '-' {
				return -v
			}
			return v
		})
		for i, t := range n.Terms[1:] {
			x := k.matrix(t)
			for r := range z {
				for c := range z[r] {
					if n.Signs[i+1] == '-' {
						z[r][c] -= x[r][c]
					} else {
						z[r][c] += x[r][c]
					}
				}
			}
		}
		return z
	case *tex.Product:
		z := k.matrix(n.Factors[0])
		for i, f := range n.Factors[1:] {
			x := k.matrix(f)
			switch {
			case n.Ops[i] == "⊙":
				for r := range z {
					for c := range z[r] {
						z[r][c] *= x[r][c]
					}
				}
			case len(z) == 1 && len(z[0]) == 1:
				by := z[0][0]
				z = each(x, func(v float64) float64 { return by * v })
			case len(x) == 1 && len(x[0]) == 1 && len(z[0]) != 1:
				z = each(z, func(v float64) float64 { return x[0][0] * v })
			default:
				var p [][]float64
				for r := range z {
					row := make([]float64, len(x[0]))
					for c := range row {
						for m := range x {
							row[c] += z[r][m] * x[m][c]
						}
					}
					p = append(p, row)
				}
				z = p
			}
		}
		return z
	}
	panic(fmt.Sprintf("no number: %T %v", n, n))
}

func TestRead(t *testing.T) {
	wide := strings.Repeat("1,", 9999) + "1"
	for _, c := range []struct{ request, field, want string }{
		{``, "", "not a request in JSON: EOF"},
		{`x`, "", "not a request in JSON: invalid character"},
		{`{} {}`, "", "something stands behind the object"},
		{`[1]`, "", "not a request in JSON"},
		{`{"w3":1}`, "", `unknown field "w3"`},
		{`{"w1":5}`, "", "not a request in JSON"},
		{`{"f1":"softmax"}`, "f1", "softmax"},
		{`{"w1":[[0.4,0.6,"x"],[0.3,0.9,0.5]]}`, "w1-0-2", `"x" is not a number`},
		{`{"w1":[[0.4,0.6,""],[0.3,0.9,0.5]]}`, "w1-0-2", "empty"},
		{`{"w1":[[0.4,0.6,"NaN"],[0.3,0.9,0.5]]}`, "w1-0-2", `"NaN", want a number from −1e9 to 1e9`},
		{`{"w1":[[0.4,0.6,1e999],[0.3,0.9,0.5]]}`, "w1-0-2", `"1e999", want a number`},
		{`{"w1":[[0.4,0.6,"-inf"],[0.3,0.9,0.5]]}`, "w1-0-2", "want a number"},
		{`{"w1":[[0.4,0.6,null],[0.3,0.9,0.5]]}`, "w1-0-2", `"null" is not a number`},
		{`{"w1":[[1,2],[3]]}`, "w1", "row 1: want 2 numbers as in row 0, found 1"},
		{`{"w1":[[` + wide + `]]}`, "w1", "1×10000, want 1 to 8 nodes in each layer"},
		{`{"w1":[]}`, "w1", "0×0, want 1 to 8"},
		{`{"w1":[[]]}`, "w1", "1×0, want 1 to 8"},
		{`{"w1":[[1,2]]}`, "b1", "want 2 numbers, found 0"},
		{`{"w2":[[1],[2]]}`, "w2", "want 3 rows, found 2"},
		{`{"b1":[1,2]}`, "b1", "want 3 numbers, found 2"},
		{`{"a0":[1,"two"]}`, "a0-0-1", `"two" is not a number`},
		{`{"y":[1,2]}`, "y", "want 1 numbers, found 2"},
		{`{"alpha":-1}`, "alpha", "want 0 or more"},
		{`{"lambda":"1e10"}`, "lambda", "want a number from"},
		{`{"steps":1001}`, "steps", "1001, want a whole number from 0 to 1000"},
		{`{"steps":1.5}`, "steps", "1.5, want a whole number"},
		{`{"i":2}`, "i", "2, want a whole number from 0 to 1"},
		{`{"j":-1}`, "j", "want a whole number from 0 to 2"},
		{`{"label":"Z9"}`, "label", `no equation is called "Z9"; want one of F1`},
	} {
		_, wrong := Answer([]byte(c.request))
		if wrong == nil || wrong.Field != c.field || !strings.Contains(wrong.Message, c.want) {
			t.Errorf("%.60s: %v, want %s: %s", c.request, wrong, c.field, c.want)
		}
		if status, body := Respond([]byte(c.request)); status != 400 || !json.Valid(body) {
			t.Errorf("%.60s: status %d, %s", c.request, status, body)
		}
	}
}

// An edge is as thick as its weight is large, and dashed if that is negative.
func TestEdges(t *testing.T) {
	r := ask(t, `{"w1":[[2,-1,0],[0.5,0.5,0.5]]}`)
	for part, want := range map[string]string{
		"w1-0-0": `stroke-width="4.60"><title>`, "w1-0-1": `stroke-width="2.60" stroke-dasharray="5 3"><title>`, "w1-0-2": `stroke-width="0.60"><title>`,
	} {
		_, edge, _ := strings.Cut(r.Diagram, `data-part="`+part+`"`)
		edge, _, _ = strings.Cut(edge, "</line>")
		if !strings.Contains(edge, want) {
			t.Errorf("%s: %s, want %s", part, edge, want)
		}
	}
}

// What overflows is shown as what it is.
func TestNotANumber(t *testing.T) {
	r := ask(t, `{"f1":"relu","alpha":1e9,"steps":40,"lambda":1e9,"label":"R1"}`)
	text := fmt.Sprint(r.Values)
	if !strings.Contains(text, "NaN") && !strings.Contains(text, "∞") {
		t.Error("nothing overflows")
	}
	if r.Loss == "" || strings.Contains(r.Loss, ",NaN") || strings.Contains(r.Diagram, "stroke-width=\"NaN") {
		t.Errorf("%s %s", r.Loss, r.Diagram)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"label":"E3",` + other + `}`))
	f.Add([]byte(`{"f1":"relu","alpha":1e9,"steps":1000,"lambda":1e9,"label":"U1","full":true}`))
	f.Add([]byte(`{"w1":[[1e9]],"b1":["-1e9"],"w2":[[0]],"b2":[0],"a0":[1e9],"y":[1e9]}`))
	f.Fuzz(func(t *testing.T, request []byte) {
		status, body := Respond(request)
		if !json.Valid(body) || status != 200 && status != 400 {
			t.Fatalf("status %d, %s", status, body)
		}
		var r Response
		if status == 200 {
			if err := json.Unmarshal(body, &r); err != nil {
				t.Fatal(err)
			}
			for _, text := range append(r.Focus.Lines, r.Diagram, r.Loss) {
				if err := wellFormed(text); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	request := []byte(`{"label":"E3","steps":1000}`)
	for b.Loop() {
		if _, wrong := Answer(request); wrong != nil {
			b.Fatal(wrong)
		}
	}
}

// Numbers stand as one would write them: a sign between two, brackets around what
// is negative behind it, and nothing twice.
func TestPluggedInEquationsRead(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>`)
	invisible := strings.NewReplacer("&#x2061;", "", "&#x2062;", " ")
	for label, want := range map[string]string{
		"F1": "z0(1)=0.4·1+0.3·1+1; =1.7; z(1)=0.40.30.60.90.20.5 11+111; =1.72.51.7",
		"L1": "L=12 (1−0.8221)2; =0.01583",
		"D1": "∂L∂a0(2)=12·2·(1−0.8221)·(−1); =0.8221−1; =−0.1779",
		"E1": "∂L∂w00(2)=−0.1779·0.1463·0.8455; =(0.8221−1)·f2′(1.53)·0.8455; =(0.8221−1) σ(1.53) (1−σ(1.53))·0.8455; =−0.02201",
		"M4": "δ0=(−0.02603·0.2)·f1′(1.7); =−0.0006799; δ=(0.20.20.8 −0.02603)⊙f1′(1.72.51.7); =−0.0006799−0.0003649−0.00272",
		"R1": "J=0.01583+02 ((0.4)2+(0.6)2+(0.2)2+(0.3)2+(0.9)2+(0.5)2+(0.2)2+(0.2)2+(0.8)2); =0.01583",
		"U1": "w00(1)←0.4−0.5·(−0.0006799); =0.4003; w00(2)←0.2−0.5·(−0.02201); =0.211",
	} {
		var lines []string
		for _, line := range ask(t, `{"label":"`+label+`"}`).Focus.Lines {
			lines = append(lines, invisible.Replace(tags.ReplaceAllString(line, "")))
		}
		if got := strings.Join(lines, "; "); got != want {
			t.Errorf("%s: %s\nwant %s", label, got, want)
		}
	}
}
