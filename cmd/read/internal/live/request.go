package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/derive"
	"chainrule/matrix"
	"chainrule/network"
)

// Limits on a request: its numbers come from the page's address, which anyone may
// have written. More nodes would not fit on the screen; the other two limits keep
// an answer within milliseconds and every square finite.
const (
	MaxNodes  = 8    // in each layer
	MaxSteps  = 1000 // of training
	MaxNumber = 1e9  // the largest absolute value
)

// An Error says what is wrong with a request.
type Error struct {
	Field   string `json:"field"` // the input: "w1-0-2", "steps", or "" for the whole request
	Message string `json:"error"`
}

// A request is what the page asks. Numbers are text as it was typed, and matrices
// are tables of it; biases, input and target are tables with one row.
type request struct {
	W1, B1, W2, B2, A0, Y [][]string
	F1                    string // sigmoid, tanh, relu or identity
	Alpha, Lambda         string // the learning rate and the factor of the penalty
	Steps                 string // training steps to take first
	Label                 string // the equation to show with its numbers
	I, J, K               string // the element to show
	Full                  bool   // with all digits
}

// homework is the request for the homework's Q1 with y = 1. A field that is
// missing from a request has its value from here.
func homework() request {
	return request{
		W1: [][]string{{"0.4", "0.6", "0.2"}, {"0.3", "0.9", "0.5"}}, B1: [][]string{{"1", "1", "1"}},
		W2: [][]string{{"0.2"}, {"0.2"}, {"0.8"}}, B2: [][]string{{"0.5"}},
		A0: [][]string{{"1", "1"}}, Y: [][]string{{"1"}},
		F1: "sigmoid", Alpha: "0.5", Lambda: "0", Steps: "0", Label: "F1", I: "0", J: "0", K: "0",
	}
}

// read reads a request. The error is the first that it finds.
func read(text []byte) (_ *state, wrong *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			wrong = r
		default:
			panic(r)
		}
	}()
	a := homework()
	if err := json.Unmarshal(text, &a); err != nil {
		fail("", "%v", err)
	}
	f1, err := network.ParseActivation(a.F1)
	if err != nil {
		fail("f1", "%v", err)
	}
	if !slices.Contains(derive.Labels(), a.Label) {
		fail("label", "got %s, want one of %s", clip(a.Label), strings.Join(derive.Labels(), " "))
	}
	n := &network.Network{Activation: f1}
	n.W1 = table("w1", a.W1, 0, 0)
	n0, n1 := n.W1.Rows, n.W1.Cols
	n.W2 = table("w2", a.W2, n1, 0)
	n2 := n.W2.Cols
	n.B1, n.B2 = table("b1", a.B1, 1, n1), table("b2", a.B2, 1, n2)
	return &state{
		net: n, a0: table("a0", a.A0, 1, n0), y: table("y", a.Y, 1, n2),
		alpha: notNegative("alpha", a.Alpha), lambda: notNegative("lambda", a.Lambda),
		taken: integer("steps", a.Steps, MaxSteps), label: a.Label, full: a.Full,
		at: map[string]int{"i": integer("i", a.I, n0-1), "j": integer("j", a.J, n1-1), "k": integer("k", a.K, n2-1)},
	}, nil
}

func fail(field, format string, args ...any) {
	panic(&Error{field, fmt.Sprintf(format, args...)})
}

// clip quotes text for an error, at most 24 characters of it.
func clip(s string) string {
	if runes := []rune(s); len(runes) > 24 {
		s = string(runes[:24]) + "…"
	}
	return strconv.Quote(s)
}

// parse reads a number. It may have a minus sign instead of a hyphen.
func parse(field, text string) float64 {
	text = strings.Replace(strings.TrimSpace(text), "−", "-", 1)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		fail(field, "empty, want a number")
	case err != nil && !math.IsInf(v, 0):
		fail(field, "%s is not a number", clip(text))
	case math.IsNaN(v) || math.Abs(v) > MaxNumber:
		fail(field, "got %s, want a number from −1e9 to 1e9", clip(text))
	}
	return v
}

func notNegative(field, text string) float64 {
	v := parse(field, text)
	if v < 0 {
		fail(field, "got %s, want 0 or more", full(v))
	}
	return v
}

func integer(field, text string, most int) int {
	v := parse(field, text)
	if v != math.Trunc(v) || v < 0 || v > float64(most) {
		fail(field, "got %s, want an integer from 0 to %d", full(v), most)
	}
	return int(v)
}

// table reads a rows×cols matrix; 0 stands for any number of nodes.
func table(field string, text [][]string, rows, cols int) *matrix.Matrix {
	width := 0
	if len(text) > 0 {
		width = len(text[0])
	}
	rows = cmp.Or(rows, max(1, min(len(text), MaxNodes)))
	cols = cmp.Or(cols, max(1, min(width, MaxNodes)))
	if len(text) != rows || width != cols {
		fail(field, "got %d×%d numbers, want %d×%d (1 to %d nodes in each layer)", len(text), width, rows, cols, MaxNodes)
	}
	x := matrix.New(rows, cols)
	for r, row := range text {
		if len(row) != cols {
			fail(field, "row %d has %d numbers, row 0 has %d", r, len(row), cols)
		}
		for c, number := range row {
			x.Set(r, c, parse(fmt.Sprintf("%s-%d-%d", field, r, c), number))
		}
	}
	return x
}
