package live

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
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
	if err := json.Unmarshal(body, &r); err != nil || r.Diagram == "" {
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
			if len(r.Focus.Lines) == 0 || len(r.Focus.Where) == 0 || !strings.HasPrefix(r.Focus.Says, label+": ") {
				t.Errorf("%s: %+v", label, r.Focus)
			}
			texts := append([]string{r.Diagram, r.Loss, r.Inputs, r.Indices, r.Nodes, s.table()}, r.Focus.Lines...)
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

var sign = map[byte]float64{'+': 1, '-': -1}

// The last good step is the one before the first number that is not finite.
func TestGood(t *testing.T) {
	s, _ := newState("F1&f1=relu&rate=1e9&lambda=1e9&steps=40&before=100")
	good := s.good
	if want := fmt.Sprintf(`value="%d">Back to the last good step, %d<`, good, 100+good); good == 0 || good == 40 || !strings.Contains(s.response().Good, want) {
		t.Errorf("got %d, %s", good, s.response().Good)
	}
	if got := ask(t, fmt.Sprintf("F1&f1=relu&rate=1e9&lambda=1e9&steps=%d", good)).Good; got != "" {
		t.Errorf("after the good steps: got %s", got)
	}
	for _, at := range []struct {
		steps int
		want  bool
	}{{good, true}, {good + 1, false}} {
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
	for _, v := range s.values() {
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
		"w1-0-0": `stroke-width="4.60"/`, "w1-0-1": `stroke-width="2.60" stroke-dasharray="5 3"/`, "w1-0-2": `stroke-width="0.60"/`,
		"z1-0": `x="127" y="21" width="38" height="26"/`, "a1-0": `x="165" y="21" width="38" height="26"/`,
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
		r := ask(t, fmt.Sprintf("R1&f1=relu&rate=1e9&steps=%d&lambda=1e9&tab=values", steps))
		all += r.Values
		if r.Loss == "" || strings.Contains(r.Loss, ",NaN") || strings.Contains(r.Diagram, "stroke-width=\"NaN") {
			t.Errorf("%s %s", r.Loss, r.Diagram)
		}
	}
	if !strings.Contains(all, "NaN") || !strings.Contains(all, "+∞") {
		t.Error("no value overflows")
	}
}

// What teaches nothing is not shown: a step that changes nothing, −0, a symbol without a
// value.
func TestNumbersTeach(t *testing.T) {
	r := ask(t, "U2")
	if got := r.Focus.Says; got != "U2: b¹₀ = 1.00034" {
		t.Errorf("got %s", got)
	}
	s, _ := newState("U2")
	for _, v := range s.values() {
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
		if (tour == nil) != (want == "") || tour != nil && tour.Wrong != "No, "+want+". " {
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
	if got, want := strings.Split(ask(t, "F1").Tour.Question, "<form")[0], "The inputs are 1, 1, their weights 0.4, 0.3, and the bias is 1. What is z¹? An error of 2 % is allowed."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ask(t, "M4"+other).Tour.Check, "It is −0.08438; the central difference gives −0.08438."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := ask(t, "U1").Tour.Check, "It goes from 0.4 to 0.40034."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
