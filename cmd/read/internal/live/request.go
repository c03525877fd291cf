package live

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// What a request may ask for. A screen has no room for more nodes; the other two
// keep an answer within a few milliseconds, and every square finite.
const (
	MaxNodes  = 8    // in each layer
	MaxSteps  = 1000 // of training
	MaxNumber = 1e9  // of any number, its absolute value
)

// An Error is what is wrong with a request.
type Error struct {
	Field   string `json:"field"` // where: "w1-0-2", "steps", or "" for all of it
	Message string `json:"error"`
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// asked is the JSON of a request. All of it may be missing: that is the
// homework's network. A number may be a JSON number or a string, as it was typed.
type asked struct {
	F1     string              `json:"f1"`     // sigmoid, tanh or relu
	W1     [][]json.RawMessage `json:"w1"`     // n0×n1
	B1     []json.RawMessage   `json:"b1"`     // n1
	W2     [][]json.RawMessage `json:"w2"`     // n1×n2
	B2     []json.RawMessage   `json:"b2"`     // n2
	A0     []json.RawMessage   `json:"a0"`     // n0
	Y      []json.RawMessage   `json:"y"`      // n2
	Alpha  json.RawMessage     `json:"alpha"`  // the learning rate
	Lambda json.RawMessage     `json:"lambda"` // of the penalty
	Steps  json.RawMessage     `json:"steps"`  // of training, before what is shown

	Label string          `json:"label"` // the equation to show with numbers
	I     json.RawMessage `json:"i"`     // and its element
	J     json.RawMessage `json:"j"`
	K     json.RawMessage `json:"k"`
	Full  bool            `json:"full"` // with all digits
}

// A question is a request that has been understood.
type question struct {
	net           *network.Network
	a0, y         *matrix.Matrix // 1×n0, 1×n2: tables of one sample
	alpha, lambda float64
	Steps         int
	Label         string
	I, J, K       int
	Full          bool
}

// read understands a request, or says what is wrong with it first.
func read(request []byte) (q *question, wrong *Error) {
	var a asked
	d := json.NewDecoder(bytes.NewReader(request))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return nil, &Error{"", "not a request in JSON: " + strings.TrimPrefix(err.Error(), "json: ")}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &Error{"", "not a request in JSON: something stands behind the object"}
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			q, wrong = nil, r
		default:
			panic(r)
		}
	}()
	q = &question{Label: a.Label, Full: a.Full, net: &network.Network{}}
	var err error
	if q.net.Activation, err = network.ParseActivation(cmp.Or(a.F1, "sigmoid")); err != nil {
		fail("f1", "%v", err)
	}
	// The homework's Q1, with y = 1.
	q.net.W1 = table("w1", a.W1, [][]float64{{0.4, 0.6, 0.2}, {0.3, 0.9, 0.5}}, 0)
	n0, n1 := q.net.W1.Rows, q.net.W1.Cols
	q.net.B1 = row("b1", a.B1, []float64{1, 1, 1}, n1)
	q.net.W2 = table("w2", a.W2, [][]float64{{0.2}, {0.2}, {0.8}}, n1)
	n2 := q.net.W2.Cols
	q.net.B2 = row("b2", a.B2, []float64{0.5}, n2)
	q.a0 = row("a0", a.A0, []float64{1, 1}, n0)
	q.y = row("y", a.Y, []float64{1}, n2)
	q.alpha = atLeast0("alpha", a.Alpha, 0.5)
	q.lambda = atLeast0("lambda", a.Lambda, 0)
	q.Steps = whole("steps", a.Steps, MaxSteps)
	q.I, q.J, q.K = whole("i", a.I, n0-1), whole("j", a.J, n1-1), whole("k", a.K, n2-1)
	if q.Label == "" {
		q.Label = page.Ledger[0]
	}
	if !slices.Contains(page.Ledger, q.Label) {
		fail("label", "no equation is called %s; want one of %s", clip(q.Label), strings.Join(page.Ledger, " "))
	}
	return q, nil
}

func fail(field, format string, args ...any) {
	panic(&Error{field, fmt.Sprintf(format, args...)})
}

// clip shortens what is quoted in an error.
func clip(s string) string {
	if runes := []rune(s); len(runes) > 24 {
		s = string(runes[:24]) + "…"
	}
	return strconv.Quote(s)
}

// num reads a number, or a string that holds one.
func num(field string, raw json.RawMessage) float64 {
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			fail(field, "%v", err)
		}
		text = strings.Replace(strings.TrimSpace(text), "−", "-", 1)
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		fail(field, "empty, want a number")
	case err != nil && !math.IsInf(v, 0):
		fail(field, "%s is not a number", clip(text))
	case math.IsNaN(v) || math.Abs(v) > MaxNumber:
		fail(field, "%s, want a number from −1e9 to 1e9", clip(text))
	}
	return v
}

func atLeast0(field string, raw json.RawMessage, otherwise float64) float64 {
	if raw == nil {
		return otherwise
	}
	v := num(field, raw)
	if v < 0 {
		fail(field, "%s, want 0 or more", full(v))
	}
	return v
}

func whole(field string, raw json.RawMessage, most int) int {
	if raw == nil {
		return 0
	}
	v := num(field, raw)
	if v != math.Trunc(v) || v < 0 || v > float64(most) {
		fail(field, "%s, want a whole number from 0 to %d", full(v), most)
	}
	return int(v)
}

// row reads cols numbers.
func row(field string, raw []json.RawMessage, otherwise []float64, cols int) *matrix.Matrix {
	if raw == nil && len(otherwise) == cols {
		return matrix.FromRows(otherwise)
	}
	if len(raw) != cols {
		fail(field, "want %d numbers, found %d", cols, len(raw))
	}
	x := matrix.New(1, cols)
	for c := range raw {
		x.Data[c] = num(fmt.Sprintf("%s-0-%d", field, c), raw[c])
	}
	return x
}

// table reads a matrix of so many rows, or of any number if rows is 0.
func table(field string, raw [][]json.RawMessage, otherwise [][]float64, rows int) *matrix.Matrix {
	if raw == nil && (rows == 0 || rows == len(otherwise)) {
		return matrix.FromRows(otherwise...)
	}
	if rows != 0 && len(raw) != rows {
		fail(field, "want %d rows, found %d", rows, len(raw))
	}
	if len(raw) < 1 || len(raw) > MaxNodes || len(raw[0]) < 1 || len(raw[0]) > MaxNodes {
		wide := 0
		if len(raw) > 0 {
			wide = len(raw[0])
		}
		fail(field, "%d×%d, want 1 to %d nodes in each layer", len(raw), wide, MaxNodes)
	}
	x := matrix.New(len(raw), len(raw[0]))
	for r := range raw {
		if len(raw[r]) != x.Cols {
			fail(field, "row %d: want %d numbers as in row 0, found %d", r, x.Cols, len(raw[r]))
		}
		for c := range raw[r] {
			x.Set(r, c, num(fmt.Sprintf("%s-%d-%d", field, r, c), raw[r][c]))
		}
	}
	return x
}
