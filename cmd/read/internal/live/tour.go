package live

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/derive"
	"chainrule/matrix"
)

// A Tour is one step of the short tour: a sentence, and a question about the element shown,
// which the reader answers before it is. The question is HTML with a form. The answer is
// the value of the button with which the form is submitted, or else of its input.
type Tour struct {
	Text     string    `json:"text"`
	Question string    `json:"question"`
	Right    [2]string `json:"right"` // the least and the largest right answer
	Wrong    string    `json:"wrong"` // what to say to another one
	Check    string    `json:"check"` // the value, and a central difference beside it
	Next     string    `json:"next"`  // the label of the next step, "" at the end
}

// stops are the labels that the tour visits.
var stops = []string{"F1", "F2", "F3", "F4", "L1", "M1", "M2", "M3", "M4", "M5", "M6", "U1"}

// tolerance is the relative error of a number that the tour takes for right. It leaves room
// for mental arithmetic, but not for a wrong sign or a forgotten term.
const tolerance = 0.02

// h is the finite-difference step of a central difference.
const h = 1e-5

// tour returns the step of the tour for the equation, or nil.
func (s *state) tour() *Tour {
	stop := slices.Index(stops, s.label)
	if stop < 0 {
		return nil
	}
	i, j, k := s.at["i"], s.at["j"], s.at["k"]
	r := s.sample()
	p, n := r.step.Pass, s.net
	z1, a1, z2, a2, y := p.Z1.At(j, 0), p.A1.At(j, 0), p.Z2.At(k, 0), p.A2.At(k, 0), p.Y.At(k, 0)
	eta, delta := p.Eta.At(k, 0), p.Delta.At(j, 0)
	gradient := func() derive.Gradient { return derive.NumericalGradient(r.batch.Params, p.A0, p.Y, 0, h) } // slow
	choose := func(text, question string, choices []string, right int, check string) *Tour {
		n, buttons := strconv.Itoa(right), ""
		for i, choice := range choices {
			buttons += fmt.Sprintf(`<button value="%d">%s</button> `, i, choice)
		}
		return &Tour{Text: text, Question: question + "<form>" + buttons + "</form>", Right: [2]string{n, n}, Wrong: "No, " + choices[right] + ". ", Check: check}
	}
	sign := func(text, question string, v, slope float64) *Tour {
		return choose(text, question, []string{"negative", "zero", "positive"}, 1+cmp.Compare(v, 0), fmt.Sprintf("It is %s; the central difference gives %s.", short(v), short(slope)))
	}
	size := func(text, question string, v, other float64, check string) *Tour {
		return choose(text, question, []string{"smaller", "the same", "larger"}, 1+cmp.Compare(v, other), "It is "+short(v)+"."+check)
	}
	value := func(text, question string, v float64, check string) *Tour {
		from, to := v*(1-tolerance), v*(1+tolerance)
		return &Tour{Text: text, Question: fmt.Sprintf(`%s An error of %g %% is allowed.<form autocomplete="off"><input inputmode="decimal" required="" aria-label="Your answer"/> <button>Answer</button></form>`, question, 100*tolerance),
			Right: [2]string{full(min(from, to)), full(max(from, to))}, Wrong: "No. ", Check: "It is " + short(v) + "." + check}
	}
	slope := func(v float64) string { return " The central difference gives " + short(v) + "." }
	list := func(x *matrix.Matrix, c int) string {
		var column []string
		for r := range x.Rows {
			column = append(column, short(x.At(r, c)))
		}
		return strings.Join(column, ", ")
	}
	var t *Tour
	switch s.label {
	case "F1":
		t = value("A hidden node adds its inputs, each times its weight, and its bias.", fmt.Sprintf("The inputs are %s, their weights %s, and the bias is %s. What is z¹?", list(p.A0, 0), list(n.W1, j), short(n.B1.At(0, j))), z1, "")
	case "F2":
		t = size("The activation function bends the sum.", "Is a¹ smaller or larger than z¹, "+short(z1)+"?", a1, z1, "")
	case "F3":
		t = size("The output node adds what the hidden nodes give it.", "Is z² smaller or larger than the bias, "+short(n.B2.At(0, k))+"?", z2, n.B2.At(0, k), "")
	case "F4":
		t = size("σ squeezes the sum between 0 and 1.", "z² is "+short(z2)+". Is a² smaller or larger than 0.5?", a2, 0.5, "")
	case "L1":
		t = size("The loss is half the squared distance to the target.", fmt.Sprintf("With one output, the distance is |y − a²| = %s. Is the loss smaller or larger than that?", short(math.Abs(y-a2))), p.L.Data[0], math.Abs(y-a2), "")
	case "M1":
		t = sign("Now backwards. η says how the loss changes with z².", fmt.Sprintf("a² is %s and y is %s. What is the sign of η?", short(a2), short(y)), eta, gradient().B2.At(0, k))
	case "M2":
		t = size("A weight changes z² as much as the activation that it multiplies.", fmt.Sprintf("a¹ is %s. Is |∂L/∂w²| smaller or larger than |η|, %s?", short(a1), short(math.Abs(eta))), math.Abs(p.DW2.At(j, k)), math.Abs(eta), slope(math.Abs(gradient().W2.At(j, k))))
	case "M3":
		t = size("A bias is a weight whose input is 1.", "Is ∂L/∂b² smaller or larger than η, "+short(eta)+"?", p.DB2.At(0, k), eta, slope(gradient().B2.At(0, k)))
	case "M4":
		t = sign("η goes back through w², and then through the slope of f₁.", fmt.Sprintf("η is %s and w² is %s. What is the sign of δ?", short(eta), short(n.W2.At(j, k))), delta, gradient().B1.At(0, j))
	case "M5":
		t = value("The first layer repeats the second: the input times δ.", fmt.Sprintf("a⁰ is %s and δ is %s. What is ∂L/∂w¹?", short(p.A0.At(i, 0)), short(delta)), p.DW1.At(i, j), slope(gradient().W1.At(i, j)))
	case "M6":
		t = size("And once more, a bias is a weight whose input is 1.", "Is ∂L/∂b¹ smaller or larger than δ, "+short(delta)+"?", p.DB1.At(0, j), delta, slope(gradient().B1.At(0, j)))
	case "U1":
		was, is := n.W1.At(i, j), s.all.step.After.W1.At(i, j)
		t = size("A step goes against the gradient.", "∂J/∂w¹ is "+short(s.all.step.Pass.DJW1.At(i, j))+". Is w¹ smaller or larger after the step?", is, was, "")
		t.Check = "It goes from " + short(was) + " to " + moved(was, is) + "."
	}
	t.Text = fmt.Sprintf("%d of %d, %s: %s", stop+1, len(stops), s.label, t.Text)
	if stop+1 < len(stops) {
		t.Next = stops[stop+1]
	}
	for _, text := range []*string{&t.Question, &t.Check} {
		*text = minus(*text)
	}
	return t
}
