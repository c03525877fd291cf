package claim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A failure is an error at a byte of the text. The methods of reader panic with it.
type failure struct {
	at   int
	text string
}

func fail(at int, format string, args ...any) {
	panic(failure{at, fmt.Sprintf(format, args...)})
}

// A reader reads the text token by token.
type reader struct {
	text   []byte
	d      *json.Decoder
	values map[string]array // by name: "w1", "claims.z1", "claims.after.w1"
}

// An array is a number (depth 0), a list of numbers (1) or a list of such lists (2).
type array struct {
	at    int // where it begins
	depth int
	data  []float64
	rows  []row
	Digits
}

// A row begins at a byte of the text and has n numbers.
type row struct{ at, n int }

// next returns the next token and where it begins. It fails if there is none, or if it
// is null.
func (r *reader) next(path string, index ...int) (token json.Token, at int) {
	at = int(r.d.InputOffset())
	for at < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} { // as Python writes them
		if bytes.HasPrefix(r.text[at:], []byte(word)) {
			fail(at, "%s: got %s, want a finite number", place(path, index), word)
		}
	}
	token, err := r.d.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && err.Error() != "unexpected end of JSON input": // as Go 1.27 says it
		at = max(at, int(syntax.Offset)-1)
		if at < len(r.text) && r.text[at] == '\'' { // as Python prints a dict
			fail(at, "got a single quote, want a double quote, as JSON has it")
		}
		fail(at, "%v", err)
	case err != nil:
		fail(len(r.text), "the text ends too early")
	case token == nil:
		if len(index) > 0 { // as JavaScript writes NaN
			fail(at, "%s: got null, want a finite number", place(path, index))
		}
		fail(at, "%s: got null, want a value; leave out a name that has none", path)
	}
	return token, at
}

// place returns the name of an element: "w1[0][2]".
func place(path string, index []int) string {
	for _, n := range index {
		path += fmt.Sprintf("[%d]", n)
	}
	return path
}

// kind says what a token is.
func kind(token json.Token) string {
	switch token := token.(type) {
	case json.Delim:
		return map[json.Delim]string{'{': "an object", '[': "a list", ']': "the end of the list", '}': "the end of the object"}[token]
	case string:
		return fmt.Sprintf("the string %.40q", token)
	case json.Number:
		return fmt.Sprintf("%.40s", token)
	}
	return fmt.Sprint(token)
}

// object reads an object, and with member the value of each of its names, which must be
// one of the given. It returns where the object ends.
func (r *reader) object(path string, names []string, member func(name string)) (end int) {
	token, at := r.next(path)
	if token != json.Delim('{') {
		fail(at, "%s: got %s, want an object", path, kind(token))
	}
	seen := make(map[string]bool)
	for r.d.More() {
		token, at := r.next(path)
		name, _ := token.(string)
		switch {
		case !slices.Contains(names, name):
			fail(at, "%s: unknown name %.40q, want one of %s", path, name, strings.Join(names, " "))
		case seen[name]:
			fail(at, "%s: a second %q", path, name)
		}
		seen[name] = true
		member(name)
	}
	_, end = r.next(path)
	return end
}

// array reads a number, a list of numbers, or a list of lists of numbers.
func (r *reader) array(path string) array {
	token, at := r.next(path)
	a := array{at: at}
	switch token := token.(type) {
	case json.Number:
		a.add(token, at, path)
		return a
	case json.Delim:
		if token != '[' {
			fail(at, "%s: got %s, want numbers", path, kind(token))
		}
	default:
		fail(at, "%s: got %s, want numbers", path, kind(token))
	}
	for n := 0; r.d.More(); n++ {
		token, at := r.next(path, n)
		number, isNumber := token.(json.Number)
		switch {
		case isNumber && a.depth < 2:
			a.depth = 1
			a.add(number, at, path, n)
			continue
		case token != json.Delim('[') || a.depth == 1:
			fail(at, "%s[%d]: got %s, want a %s", path, n, kind(token), []string{"list of numbers or a number", "number, as before it", "list, as before it"}[a.depth])
		}
		a.depth = 2
		start := len(a.data)
		for c := 0; r.d.More(); c++ {
			token, at := r.next(path, n, c)
			number, ok := token.(json.Number)
			if !ok {
				fail(at, "%s[%d][%d]: got %s, want a number", path, n, c, kind(token))
			}
			a.add(number, at, path, n, c)
		}
		r.next(path)
		a.rows = append(a.rows, row{at, len(a.data) - start})
	}
	r.next(path)
	if a.depth < 2 {
		a.depth, a.rows = 1, []row{{at, len(a.data)}}
	}
	return a
}

// add adds a number to the array, and counts its digits.
func (a *array) add(number json.Number, at int, path string, index ...int) {
	v, err := number.Float64()
	if err != nil || math.IsInf(v, 0) {
		fail(at, "%s: got %s, which is too large for a float64", place(path, index), kind(number))
	}
	a.data = append(a.data, v)
	if v == 0 {
		return
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(number)), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	fraction = strings.TrimRight(fraction, "0")
	e, _ := strconv.Atoi(exponent)
	a.Merge(Digits{
		Significant: len(strings.Trim(whole+fraction, "0")),
		Decimals:    len(fraction) - e,
		Double:      float64(float32(v)) != v,
	})
}
