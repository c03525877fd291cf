// Package live computes the numbers that the reader shows: every quantity of the
// ledger for one sample and for the batch, an equation with its numbers substituted, the
// same with a bug in the code, and a drawing of the network. It runs as WebAssembly in the
// browser. Every number comes from package network or package derive; the page's script
// computes none.
//
// [Answer] takes an address and returns the answer in JSON; [Edit] changes an address;
// [Open] and [Save] convert between an address and a file.
//
// Read request.go for what an address can say, edit.go for how it changes, live.go for what
// the page gets, values.go for where a number comes from, substitute.go, diagram.go and
// tour.go for how it is shown.
package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// A Response is what the page shows. Numbers are text, because JSON can represent
// neither NaN nor infinity.
type Response struct {
	Form
	Indices string  `json:"indices"` // inputs for the element shown, as HTML
	Nodes   string  `json:"nodes"`   // buttons that add and remove nodes, as HTML
	Steps   string  `json:"steps"`   // "after 3 steps J = …"
	Good    string  `json:"good"`    // a button that goes back to the last finite numbers, if these are not
	Loss    string  `json:"loss"`    // J at each step, as SVG
	Values  string  `json:"values"`  // the values of all equations as HTML, if they are to be shown
	Diagram string  `json:"diagram"` // the network, as SVG
	Focus   Focus   `json:"focus"`   // the equation of the address
	Tour    *Tour   `json:"tour"`    // null if the tour does not visit the equation
	Wrong   []Wrong `json:"wrong"`   // what the bug changes; null without a bug
}

// A Step is network.Network.Step, or the same with a bug in it.
type Step func(n *network.Network, p *network.Pass, alpha, lambda float64) (loss float64)

// Bugs make the step of package network with each of the bugs of package mutants, by ID,
// for one training run. The program adds them when it starts.
var Bugs = make(map[string]func() Step)

// Wrong is a quantity that the bug changes, in the step from the same parameters.
type Wrong struct {
	Label string `json:"label"`
	Name  string `json:"name"` // of the element shown if that is wrong: "δ j=0"
	True  string `json:"true"`
	Buggy string `json:"buggy"`
	Ratio string `json:"ratio"` // buggy/true, or "" if that says nothing
}

// A Cell is one number twice: with four significant digits, and with as many as
// are needed to read the same float64 back.
type Cell [2]string

// A Value is what an equation computes.
type Value struct {
	Label, Name string // "M2", "∂L/∂w²"
	Row, Col    string // the index of the rows: "j", or "" for a single row; and of the columns
	Cells       [][]Cell
	Agree       string // how closely network and derive agree
}

// A Focus is one equation with its numbers.
type Focus struct {
	Lines []string `json:"lines"` // MathML
	Where []Where  `json:"where"` // what its symbols stand for
	Says  string   `json:"says"`  // its value in one line, for screen readers
}

// A Where is a symbol of an equation with its value.
type Where struct {
	Q     string   `json:"q"`              // as written in the equation: "a²_k"
	Name  string   `json:"name"`           // for the element shown: a²_0
	Value string   `json:"value"`          // a number or a matrix
	Text  string   `json:"text"`           // the value as plain text
	Lit   []string `json:"lit"`            // the parts of the drawing that show it
	Both  bool     `json:"both,omitempty"` // it stands for an element of either layer
}

// Answer answers an address, from after its # on, with a [Response] or an [Error] in JSON.
func Answer(address string) []byte {
	s, err := newState(address)
	if err != nil {
		return refuse(err, address)
	}
	return encode(s.response())
}

// refuse returns the error in an address, with what the address says for each input.
func refuse(err *Error, address string) []byte {
	if err.Field != "" {
		err.Message = title(err.Field) + ": " + err.Message
	}
	return encode(struct {
		*Error
		Form
	}{err, written(address)})
}

// Open returns the address of a file in the format of package claim, in JSON: a string, or
// an [Error].
func Open(file string) []byte {
	f, err := claim.Read(strings.NewReader(file), "the file")
	address := ""
	if err == nil {
		address, err = Address(f)
	}
	if err != nil {
		return encode(Error{Message: err.Error()})
	}
	return encode(address)
}

// Save returns the file, in JSON as a string, that has the network and the batch of an
// address after its steps, and claims what package network computes for them, with the
// bug if there is one. It returns an [Error] for an address that Answer rejects.
func Save(address string) []byte {
	s, wrong := newState(address)
	if wrong != nil {
		return refuse(wrong, address)
	}
	f, claims := claim.File{Point: s.now(), Claims: make(map[string]*matrix.Matrix)}, s.all.step
	if s.all.buggy != nil {
		claims = s.all.buggy
	}
	for _, eq := range claim.Equations() {
		if s.Alpha > 0 || eq.Label[0] != 'U' {
			f.Claims[claim.Name(eq)] = claims.Matrix(eq)
		}
	}
	var text bytes.Buffer
	f.Write(&text) // a buffer has no errors
	return encode(text.String())
}

func encode(v any) []byte {
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false) // nearly half of an answer is markup
	if err := out.Encode(v); err != nil {
		panic("live: " + err.Error()) // strings and integers only
	}
	return text.Bytes()
}

func (s *state) response() Response {
	r := Response{Form: s.form(), Indices: s.indices(), Nodes: s.nodes(), Steps: s.steps(), Loss: s.curve(), Tour: s.tour()}
	if s.good < s.taken {
		r.Good = fmt.Sprintf(`<button type="button" name="steps" value="%d">Back to the last good step, %d</button>`, s.good, s.before+s.good)
	}
	if s.tab == "values" {
		r.Values = s.table()
	}
	var lit map[string]bool
	r.Focus, lit = s.focus()
	r.Diagram = s.diagram(lit)
	if s.all.buggy != nil {
		r.Wrong = s.wrong()
	}
	return r
}

// A state is an address with its numbers read, and everything that is computed from them:
// newState sets net and what follows it.
type state struct {
	page.Point    // before the steps
	taken, before int
	label         string
	at            map[string]int // the value of each index
	full          bool
	bug, tab      string

	net       *network.Network // after the steps
	all       *run             // the next step
	samples   map[int]*run     // the next step if there were only one sample, where asked for
	objective []float64        // J before each step, and now
	buggy     []float64        // the same if training has the bug
	good      int
}

// A run is one training step by both packages, and with the bug or nil.
type run struct {
	step, buggy *docs.Step
	batch       *derive.Batch
}

// newState reads an address and takes its steps.
func newState(address string) (*state, *Error) {
	s, err := read(address)
	if err != nil {
		return nil, err
	}
	s.net = docs.NetworkAt(&s.Point).Clone()
	all := make([]int, s.X.Rows)
	for n := range all {
		all[n] = n
	}
	pass, again := s.newPass(all), s.newPass(all)
	here, apart, learnt := s.bugged(), s.bugged(), s.net.Clone()
	for n := range s.taken + 1 {
		good := finite(slices.Concat(s.net.W1.Data, s.net.B1.Data, s.net.W2.Data, s.net.B2.Data)...)
		j := s.net.Penalty(s.Lambda)
		if apart != nil {
			penalty := learnt.Penalty(s.Lambda)
			s.buggy = append(s.buggy, apart(learnt, again, s.Alpha, s.Lambda)+penalty)
		}
		if n < s.taken {
			if here != nil { // some bugs need a pass that has been used
				here(s.net.Clone(), again, s.Alpha, s.Lambda)
			}
			j += s.net.Step(pass, s.Alpha, s.Lambda)
		} else {
			s.all = s.run(all, here)
			j = s.all.step.J
		}
		s.objective = append(s.objective, j)
		if good && finite(j) && s.good == n-1 {
			s.good = n
		}
	}
	s.samples = make(map[int]*run)
	if len(all) == 1 {
		s.samples[0] = s.all
	}
	return s, nil
}

// now returns the network after the steps, and the batch.
func (s *state) now() page.Point {
	p := s.Point
	p.W1, p.B1, p.W2, p.B2 = s.net.W1, s.net.B1, s.net.W2, s.net.B2
	return p
}

func (s *state) newPass(samples []int) *network.Pass {
	p := s.net.NewPass(len(samples))
	p.Load(s.X, s.Y, samples)
	return p
}

// bugged returns the step with the bug, or nil.
func (s *state) bugged() Step {
	if bug := Bugs[s.bug]; bug != nil {
		return bug()
	}
	return nil
}

// run takes the step on the listed samples, and that with the bug unless it is nil.
func (s *state) run(samples []int, bugged Step) *run {
	n := s.net
	r := &run{step: docs.Train(n, s.X, s.Y, samples, s.Alpha, s.Lambda)}
	if bugged != nil {
		r.buggy = &docs.Step{Before: n, After: n.Clone(), Pass: s.newPass(samples)}
		r.buggy.Loss = bugged(r.buggy.After, r.buggy.Pass, s.Alpha, s.Lambda)
		r.buggy.J = r.buggy.Loss + n.Penalty(s.Lambda)
	}
	r.batch = derive.ForwardBatch(derive.NewParams(s.Activation, n.W1, n.B1, n.W2, n.B2), r.step.Pass.A0, r.step.Pass.Y)
	r.batch.Lambda, r.batch.Alpha = s.Lambda, s.Alpha
	return r
}

// sample returns the run on the sample that is shown.
func (s *state) sample() *run {
	n := s.at["s"]
	if s.samples[n] == nil {
		s.samples[n] = s.run([]int{n}, s.bugged())
	}
	return s.samples[n]
}

func (s *state) steps() string {
	text := "J = " + short(s.objective[s.taken])
	if n := s.before + s.taken; n == 1 {
		text = "after 1 step " + text
	} else if n > 0 {
		text = fmt.Sprintf("after %d steps %s", n, text)
	}
	if s.taken > 0 && s.before == 0 {
		text += ", from " + short(s.objective[0])
	}
	if s.buggy != nil {
		text += "; with the bug J = " + short(s.buggy[s.taken])
	}
	return text
}

// digits returns which half of a cell is shown.
func (s *state) digits() int {
	if s.full {
		return 1
	}
	return 0
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
// as are needed to read v back. It writes −0 as 0.
func number(v float64, digits int) string {
	return strings.Replace(strconv.FormatFloat(v+0, 'g', digits, 64), "Inf", "∞", 1)
}

// minus replaces hyphens with minus signs.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// finite reports whether no number is NaN or infinite.
func finite(numbers ...float64) bool {
	return !slices.ContainsFunc(numbers, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}
