// Package live computes the numbers that the reader shows: every quantity of the
// ledger for one sample, an equation with its numbers substituted, and a drawing
// of the network. It runs as WebAssembly in the browser. Every number comes from
// package network or package derive; the page's script computes none.
//
// [Answer] takes a request in JSON and returns the answer in JSON.
//
// Read request.go for what the page asks, live.go for what it gets, values.go for
// where a number comes from, substitute.go and diagram.go for how it is shown.
package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chainrule/derive"
	"chainrule/docs"
	"chainrule/matrix"
	"chainrule/network"
)

// A Response is what the page shows. Numbers are text, because JSON can represent
// neither NaN nor infinity.
type Response struct {
	Now     map[string][][]Cell `json:"now"`     // w1, b1, w2, b2, a0 and y after the steps
	Steps   string              `json:"steps"`   // "after 3 steps J = …"
	Loss    string              `json:"loss"`    // J at each step, as SVG
	Values  []Value             `json:"values"`  // in the order of the ledger
	Diagram string              `json:"diagram"` // the network, as SVG
	Focus   Focus               `json:"focus"`   // the equation asked for
}

// A Cell is one number twice: with four significant digits, and with as many as
// are needed to read the same float64 back.
type Cell [2]string

// A Value is what an equation computes.
type Value struct {
	Label string   `json:"label"`
	Name  string   `json:"name"`          // "∂L/∂w²"
	Row   string   `json:"row,omitempty"` // the index of the rows: "j", or "" for a single row
	Col   string   `json:"col,omitempty"`
	Cells [][]Cell `json:"cells"`
	Agree string   `json:"agree"` // how closely network and derive agree
}

// A Focus is one equation with its numbers.
type Focus struct {
	Label string   `json:"label"`
	Lines []string `json:"lines"` // MathML
	Where []Where  `json:"where"` // what its symbols stand for
	Says  string   `json:"says"`  // its value in one line, for screen readers
}

// A Where is a symbol of an equation with its value.
type Where struct {
	Q     string   `json:"q"`     // as written in the equation: "a²_k"
	Name  string   `json:"name"`  // for the element shown: a²_0
	Value string   `json:"value"` // a number or a matrix
	Text  string   `json:"text"`  // the value as plain text
	Lit   []string `json:"lit"`   // the parts of the drawing that show it
}

// Answer answers a request in JSON with a [Response] or an [Error] in JSON.
func Answer(request []byte) []byte {
	var answer any
	if s, err := newState(request); err != nil {
		answer = err
	} else {
		answer = s.response()
	}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false) // nearly half of an answer is markup
	if err := out.Encode(answer); err != nil {
		panic("live: " + err.Error()) // strings and integers only
	}
	return text.Bytes()
}

func (s *state) response() Response {
	r := Response{Steps: s.steps(), Loss: s.curve(), Values: s.values(), Now: map[string][][]Cell{
		"w1": cells(s.net.W1), "b1": cells(s.net.B1), "w2": cells(s.net.W2), "b2": cells(s.net.B2), "a0": cells(s.a0), "y": cells(s.y)}}
	var lit map[string]bool
	r.Focus, lit = s.focus()
	r.Diagram = s.diagram(lit)
	return r
}

// A state is a request with its numbers read, and everything that is computed from
// them: newState sets the fields after full.
type state struct {
	net           *network.Network // after the steps
	a0, y         *matrix.Matrix   // 1×n0 and 1×n2
	alpha, lambda float64
	taken         int // training steps
	label         string
	at            map[string]int // the value of each index
	full          bool

	step      *docs.Step    // the next one
	batch     *derive.Batch // the sample, by derive
	objective []float64     // J before each step, and now
	given     map[string]quantity
}

// newState reads a request and takes its steps.
func newState(request []byte) (*state, *Error) {
	s, err := read(request)
	if err != nil {
		return nil, err
	}
	samples, pass := []int{0}, s.net.NewPass(1)
	pass.Load(s.a0, s.y, samples)
	for range s.taken {
		penalty := s.net.Penalty(s.lambda)
		s.objective = append(s.objective, s.net.Step(pass, s.alpha, s.lambda)+penalty)
	}
	s.step = docs.Train(s.net, s.a0, s.y, samples, s.alpha, s.lambda)
	s.objective = append(s.objective, s.step.J)
	n := s.net
	p := derive.NewParams(n.Activation.String(), n.W1, n.B1, n.W2, n.B2)
	s.batch = derive.ForwardBatch(p, s.step.Pass.A0, s.step.Pass.Y)
	s.batch.Lambda, s.batch.Alpha = s.lambda, s.alpha
	s.given = map[string]quantity{
		"w¹": {n.W1, "i", "j"}, "b¹": {n.B1, "", "j"}, "w²": {n.W2, "j", "k"}, "b²": {n.B2, "", "k"},
		"a⁰": {s.step.Pass.A0, "i", ""}, "y": {s.step.Pass.Y, "k", ""},
		"λ": scalar(s.lambda), "α": scalar(s.alpha), "m": scalar(1),
	}
	return s, nil
}

func (s *state) steps() string {
	first, last := short(s.objective[0]), short(s.objective[s.taken])
	switch s.taken {
	case 0:
		return "J = " + last
	case 1:
		return fmt.Sprintf("after 1 step J = %s, from %s", last, first)
	}
	return fmt.Sprintf("after %d steps J = %s, from %s", s.taken, last, first)
}

func cells(x *matrix.Matrix) [][]Cell {
	rows := make([][]Cell, x.Rows)
	for r := range rows {
		for _, v := range x.Row(r) {
			rows[r] = append(rows[r], Cell{short(v), full(v)})
		}
	}
	return rows
}

func short(v float64) string { return number(v, 4) }
func full(v float64) string  { return number(v, -1) }

// number formats v with the given number of significant digits; −1 means as many
// as are needed to read v back.
func number(v float64, digits int) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', digits, 64), "Inf", "∞", 1)
}

// minus replaces hyphens with minus signs.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }
