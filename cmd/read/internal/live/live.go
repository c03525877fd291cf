// Package live computes what the reader shows of one sample on its way through
// a network and back: every quantity of the ledger, an equation with its numbers
// plugged in, and a drawing of the network. [Answer] takes JSON and returns JSON;
// the reader's server and its WebAssembly call this one function, so that every
// number on the screen comes from packages network and derive.
//
// Read request.go for what is asked, live.go for what is answered, values.go for
// where a number comes from, plug.go and diagram.go for how it is shown.
package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// A Response is what the reader shows. Numbers are text, because JSON has no NaN
// and no infinity: short, with four digits, and full, with the digits that it
// takes to read the same float64 back.
type Response struct {
	Now     map[string][][]Cell `json:"now"`     // w1, b1, w2, b2, a0, y: after the steps
	Steps   string              `json:"steps"`   // "after 3 steps: J = …"
	Loss    string              `json:"loss"`    // the objective over the steps, an SVG
	Values  []Value             `json:"values"`  // in the order of the ledger
	Diagram string              `json:"diagram"` // the network, an SVG
	Indices []Index             `json:"indices"` // the element that is shown
	Focus   Focus               `json:"focus"`   // the equation asked for
}

// A Cell is one number: short and full.
type Cell [2]string

// A Value is what an equation computes.
type Value struct {
	Label string   `json:"label"`
	Name  string   `json:"name"`          // "∂L/∂w²"
	Row   string   `json:"row,omitempty"` // what counts the rows: "j", or "" for one row
	Col   string   `json:"col,omitempty"`
	Cells [][]Cell `json:"cells"`
	Agree string   `json:"agree"` // how far network and derive agree
}

// An Index is a letter, how many values it has, and which is shown.
type Index struct {
	Letter string `json:"letter"`
	Count  int    `json:"count"`
	At     int    `json:"at"`
}

// A Focus is one equation with its numbers.
type Focus struct {
	Label string   `json:"label"`
	Lines []string `json:"lines"` // MathML
	Where []Where  `json:"where"` // what its symbols stand for
	Says  string   `json:"says"`  // its value in a line, to be read aloud
}

// A Where is a symbol of an equation with its value.
type Where struct {
	Q     string   `json:"q"`     // as it stands in the equation: "a²_k"
	Name  string   `json:"name"`  // for the element shown: a²_0
	Value string   `json:"value"` // a number or a matrix
	Text  string   `json:"text"`  // the value as plain text
	Lit   []string `json:"lit"`   // the parts of the drawing that it is
}

// derivation is the page, parsed once.
var derivation = sync.OnceValue(func() *page.Page {
	p, err := page.Read(docs.Derivation)
	if err != nil {
		panic("live: docs/derivation.md:" + err.Error()) // a test of package docs finds it first
	}
	return p
})

// Answer answers one request. The response is complete JSON, or there is an
// error that says what of the request is wrong.
func Answer(request []byte) ([]byte, *Error) {
	q, wrong := read(request)
	if wrong != nil {
		return nil, wrong
	}
	w := newWorld(q)
	response := Response{
		Now:     w.now(),
		Steps:   w.steps(),
		Loss:    w.curve(),
		Values:  w.values(),
		Indices: []Index{{"i", w.n0, q.I}, {"j", w.n1, q.J}, {"k", w.n2, q.K}},
	}
	var lit map[string]bool
	response.Focus, lit = w.focus()
	response.Diagram = w.diagram(lit)
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // the page takes it as JSON, never as HTML
	if err := e.Encode(response); err != nil {
		panic("live: " + err.Error()) // text and whole numbers: nothing that JSON has no word for
	}
	return text.Bytes(), nil
}

// A world is one network and one sample after so many steps, with all that
// follows from them.
type world struct {
	*question
	n0, n1, n2 int
	net, after *network.Network // before and after the step that is shown
	pass       *network.Pass    // of that step
	sample     *derive.Sample
	objective  []float64 // J before each of the steps, and now
}

func newWorld(q *question) *world {
	w := &world{question: q, net: q.net}
	w.n0, w.n1, w.n2 = w.net.Shape()
	w.pass = w.net.NewPass(1)
	w.pass.Load(q.a0, q.y, []int{0})
	for range q.Steps {
		penalty := w.net.Penalty(q.lambda)
		w.objective = append(w.objective, w.net.Step(w.pass, q.alpha, q.lambda)+penalty)
	}
	w.after = w.net.Clone()
	w.objective = append(w.objective, w.after.Step(w.pass, q.alpha, q.lambda)+w.net.Penalty(q.lambda))
	w.sample = derive.Forward(w.params(), q.a0.Row(0), q.y.Row(0))
	return w
}

func (w *world) params() *derive.Params {
	return &derive.Params{Activation: derive.Named(w.net.Activation.String()), W1: w.net.W1, B1: w.net.B1, W2: w.net.W2, B2: w.net.B2}
}

func (w *world) now() map[string][][]Cell {
	now := make(map[string][][]Cell)
	for name, x := range map[string]*matrix.Matrix{"w1": w.net.W1, "b1": w.net.B1, "w2": w.net.W2, "b2": w.net.B2, "a0": w.a0, "y": w.y} {
		now[name] = cells(x)
	}
	return now
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

// number writes v with so many digits, −1 for as many as it has.
func number(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "Inf", "∞", 1)
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}

func (w *world) steps() string {
	j := w.objective[len(w.objective)-1]
	switch w.Steps {
	case 0:
		return "J = " + short(j)
	case 1:
		return fmt.Sprintf("after 1 step J = %s, from %s", short(j), short(w.objective[0]))
	}
	return fmt.Sprintf("after %d steps J = %s, from %s", w.Steps, short(j), short(w.objective[0]))
}

// Respond answers one request with an HTTP status, 200 or 400, and JSON: a
// [Response], or an [Error].
func Respond(request []byte) (status int, body []byte) {
	body, wrong := Answer(request)
	if wrong == nil {
		return 200, body
	}
	body, err := json.Marshal(wrong)
	if err != nil {
		panic("live: " + err.Error()) // two strings
	}
	return 400, body
}
