// Package docs compares the pages with the code: the value of each equation of
// docs/derivation.md with the values that packages derive and network compute at
// the same points. Its tests do so for every label, and write the result at the
// end of the page.
package docs

import (
	_ "embed" // for Derivation
	"fmt"
	"iter"
	"math"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// Derivation is the text of docs/derivation.md.
//
//go:embed derivation.md
var Derivation string

// Page returns docs/derivation.md, which is parsed once. The error begins with
// line and column.
var Page = sync.OnceValues(func() (*page.Page, error) { return page.Read(Derivation) })

// NotYetWritten ends the message with which an exercise function panics whose body
// is missing; the label comes before it.
const NotYetWritten = ": not yet written"

// LeastScale is the smallest scale of rounding errors that VerifyDerive and VerifyNetwork
// assume. An exercise sets it to 1: where σ saturates, σ′ may be written in a form whose
// error is not relative to its value, and derive, which tells the scale, in the same form.
var LeastScale float64

// VerifyDerive compares the equation with the given label, as derive computes it,
// with the page. It returns how many numbers it compared, and the first quantity
// that differs, or nil: Got is the value of the code, Want that of the page.
func VerifyDerive(r *page.Run, label string) (compared int, wrong *derive.Difference) {
	v := &verifier{Run: r, label: label, step: label, pkg: "derive"}
	element := func(b *derive.Batch, _ []int, eq derive.Equation) (z *matrix.Matrix) {
		v.try(func() { z = eq.Matrix(b) })
		return z
	}
	if compared, wrong = v.verify(element); wrong != nil || label != "D2" {
		return compared, wrong
	}
	// f₂′ itself, which D2 need not call.
	if _, wrong = v.verify(func(b *derive.Batch, samples []int, eq derive.Equation) *matrix.Matrix {
		eq.Element = func(b *derive.Batch, x derive.Index) float64 { return b.Output.Prime(b.Samples[x.S].Z2[x.K]) }
		return element(b, samples, eq)
	}); wrong != nil {
		wrong.Quantity = "σ′(z²)"
	}
	return compared, wrong
}

// VerifyNetwork compares the equation with the given label, as network computes it
// in a training step, with the page. It returns how many numbers it compared, and
// the first quantity that differs, or nil. A factor that has no matrix of its own
// in network.Pass (D1, D3, D4, D5, D7 and D8) is not compared. The pass has been used
// before: what a step does not set, or adds to, is wrong. M1 and M4 are wrong also if
// F2Prime or F1Prime is.
func VerifyNetwork(r *page.Run, label string) (compared int, wrong *derive.Difference) {
	if factor := map[string]string{"M1": "D2", "M4": "D6"}[label]; factor != "" {
		if _, wrong = verifyNetwork(r, factor, label); wrong != nil {
			wrong.Label = label
			return 0, wrong
		}
	}
	return verifyNetwork(r, label, label)
}

// verifyNetwork compares the equation with the given label, a part of a step.
func verifyNetwork(r *page.Run, label, step string) (compared int, wrong *derive.Difference) {
	v := &verifier{Run: r, label: label, step: step, pkg: "network"}
	pt, n := r.Point, NetworkAt(r.Point)
	return v.verify(func(_ *derive.Batch, samples []int, eq derive.Equation) *matrix.Matrix {
		step, done := newUsedStep(n, pt.X, pt.Y, samples), false
		v.try(func() { step.run(pt.Alpha, pt.Lambda); done = true })
		if !done { // in an exercise: compute what can be computed
			step = newUsedStep(n, pt.X, pt.Y, samples)
			p := step.Pass
			for _, part := range []func(){
				func() { n.Forward(p) }, func() { step.Loss = p.Loss() }, func() { n.Backward(p) },
				func() { n.Regularise(p, pt.Lambda) }, func() { step.After.Update(p, pt.Alpha) },
				func() { step.J = step.Loss + n.Penalty(pt.Lambda) },
			} {
				v.try(part)
			}
		}
		return step.Matrix(eq)
	})
}

// NetworkAt returns the network of a point, which shares its matrices. It panics if
// package network does not have the activation.
func NetworkAt(pt *page.Point) *network.Network {
	f1, err := network.ParseActivation(pt.Activation)
	if err != nil {
		panic(err)
	}
	return &network.Network{Activation: f1, W1: pt.W1, B1: pt.B1, W2: pt.W2, B2: pt.B2}
}

// A Step is one training step of package network, with everything that it
// computes.
type Step struct {
	Before, After *network.Network
	Pass          *network.Pass
	Loss, J       float64 // data loss of the batch and objective, before the step
}

// Train runs one training step on the listed rows of the tables x and y. It leaves
// n unchanged.
func Train(n *network.Network, x, y *matrix.Matrix, samples []int, alpha, lambda float64) *Step {
	s := newStep(n, x, y, samples)
	s.run(alpha, lambda)
	return s
}

func (s *Step) run(alpha, lambda float64) {
	s.Loss = s.After.Step(s.Pass, alpha, lambda)
	s.J = s.Loss + s.Before.Penalty(lambda)
}

// left is what a used pass holds before a step. No equation has this value.
const left = 12345

// newUsedStep is newStep with a pass that was used before.
func newUsedStep(n *network.Network, x, y *matrix.Matrix, samples []int) *Step {
	s := newStep(n, x, y, samples)
	s.Loss, s.J = left, left
	for _, eq := range derive.Ledger {
		if z := s.Pass.Matrix(eq.Quantity); z != nil {
			z.Apply(func(float64) float64 { return left }, z)
		}
	}
	return s
}

func newStep(n *network.Network, x, y *matrix.Matrix, samples []int) *Step {
	s := &Step{Before: n, After: n.Clone(), Pass: n.NewPass(len(samples))}
	s.Pass.Load(x, y, samples)
	return s
}

// Matrix returns the matrix of the quantity that the equation computes, or nil if
// network has none.
func (s *Step) Matrix(eq derive.Equation) *matrix.Matrix {
	switch {
	case eq.Label == "B1" && eq.Quantity == "L":
		return matrix.FromRows([]float64{s.Loss})
	case eq.Label == "R1":
		return matrix.FromRows([]float64{s.J})
	case eq.Label[0] == 'U':
		return map[string]*matrix.Matrix{"w¹": s.After.W1, "b¹": s.After.B1, "w²": s.After.W2, "b²": s.After.B2}[eq.Quantity]
	}
	return s.Pass.Matrix(eq.Quantity)
}

// A verifier compares one equation, in one package, at one point.
type verifier struct {
	*page.Run
	label, pkg string
	step       string   // of an exercise: label, or the one of which it is a part
	faults     []string // why the page has no value, and the panics of the code under test
}

// verify compares the matrices that compute returns with the values of the page.
// No matrix means that the package has none for the equation, or that it panicked.
func (v *verifier) verify(compute func(b *derive.Batch, samples []int, eq derive.Equation) *matrix.Matrix) (compared int, wrong *derive.Difference) {
	for _, eq := range derive.Ledger {
		if eq.Label != v.label {
			continue
		}
		for samples := range v.batches(eq) {
			b := v.batch(samples)
			z := compute(b, samples, eq)
			if z == nil && len(v.faults) == 0 {
				continue
			}
			d := &derive.Difference{Label: eq.Label, Quantity: eq.Quantity}
			if z != nil {
				scale, n := b.Scale(), 0
				n, d = eq.Compare(b, func(x derive.Index) float64 { return z.At(eq.Place(x)) }, func(x derive.Index) float64 {
					x.S = samples[x.S]
					return v.value(eq, x)
				}, func(x derive.Index, got, want float64) bool {
					// Each of the two errs by derive.Tolerance at most.
					return math.Abs(got-want) <= 2*derive.Tolerance*max(LeastScale, math.Abs(eq.Element(scale, x)))
				})
				compared += n
			}
			if d != nil {
				d.Reason, d.Where = v.fault(z == nil || d.Got == left), fmt.Sprintf("%s, %v", v.pkg, v.Point)
				return compared, d
			}
		}
	}
	return compared, nil
}

// batches returns the samples of the batches for which an equation is computed: one
// each if every sample has a matrix of its own, and otherwise all of the point.
func (v *verifier) batches(eq derive.Equation) iter.Seq[[]int] {
	all := make([]int, v.Point.X.Rows)
	for s := range all {
		all[s] = s
	}
	if eq.PerSample() {
		return slices.Chunk(all, 1)
	}
	return slices.Chunk(all, len(all))
}

// batch returns the samples as derive has them, with the page's values of the forward
// pass: derive computes each equation from these, so that an error in one is reported
// once.
func (v *verifier) batch(samples []int) *derive.Batch {
	pt := v.Point
	p := derive.NewParams(pt.Activation, pt.W1, pt.B1, pt.W2, pt.B2)
	b := &derive.Batch{Params: p, Lambda: pt.Lambda, Alpha: pt.Alpha}
	for _, s := range samples {
		sample := &derive.Sample{Params: p, A0: pt.X.Row(s), Y: pt.Y.Row(s)}
		b.Samples = append(b.Samples, sample)
		for n, values := range sample.Values() {
			*values = make([]float64, b.Count(rune(derive.Ledger[n].Letters[0])))
			for i := range *values {
				(*values)[i] = v.value(derive.Ledger[n], derive.Index{J: i, K: i, S: s})
			}
		}
	}
	return b
}

// value returns element x of a quantity by the page.
func (v *verifier) value(eq derive.Equation, x derive.Index) float64 {
	y, err := v.Value(eq.Label, eq.Quantity, x)
	if err != nil {
		v.faults = append(v.faults, "the page: "+err.Error())
	}
	return y
}

// try calls f, which is code under test, and records its panic message.
func (v *verifier) try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprint(r)
			if !strings.HasSuffix(text, NotYetWritten) {
				text = v.line() + text
			}
			v.faults = append(v.faults, text)
		}
	}()
	f()
}

// line returns "backward.go:40: ", the innermost line of the package under test
// that the panic being recovered went through.
func (v *verifier) line() string {
	frame := regexp.MustCompile(`(?m)^chainrule/` + v.pkg + `\..*\n.*/(\w+\.go:\d+)`)
	if m := frame.FindSubmatch(debug.Stack()); m != nil {
		return string(m[1]) + ": "
	}
	return ""
}

// fault returns why there is nothing to compare: the page has no value, or the code
// panicked. That an equation before this one is still to be written counts if this one
// has not been computed.
func (v *verifier) fault(missing bool) string {
	labels := derive.Labels()
	for _, text := range v.faults {
		label, todo := strings.CutSuffix(text, NotYetWritten)
		if !todo || label == v.step || missing && slices.Index(labels, label) < slices.Index(labels, v.step) {
			return text
		}
	}
	if missing {
		return "not set"
	}
	return ""
}
