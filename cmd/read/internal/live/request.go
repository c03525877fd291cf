package live

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// Limits on an address, which anyone may have written. More nodes would not fit on the
// screen; the other limits keep an answer within milliseconds and every square finite.
const (
	MaxNodes  = 8    // in each layer, and samples in the batch
	MaxSteps  = 1000 // of training
	MaxNumber = 1e9  // the largest absolute value
	maxLength = 1 << 16
)

// An Error says what is wrong with an address.
type Error struct {
	Field   string `json:"field"` // the input: "w1-0-2", "steps", or "" for the whole address
	Message string `json:"error"`
}

// homework is the address of the homework's Q1 with y = 1. It has every key that an
// address can have; a key that is missing from an address has its value from here.
//
//	f1                the activation function of the hidden layer
//	x w1 b1 w2 b2 y   matrices: rows with a semicolon between them, of numbers with a comma;
//	                  x and y have one sample per row
//	shape             n0,n1,n2,m: the matrices are cut or filled to this shape
//	rate, lambda      α and λ
//	steps             training steps to take first, after as many as before says
//	i j k s           the element to show
//	full              not empty: show all digits
//	bug               one of Bugs
//	tab               what the page shows beside the derivation: values, or something else
const homework = "F1&f1=sigmoid&x=1,1&w1=0.4,0.6,0.2;0.3,0.9,0.5&b1=1,1,1&w2=0.2;0.2;0.8&b2=0.5&y=1&shape=" +
	"&rate=0.5&lambda=0&steps=0&before=0&i=0&j=0&k=0&s=0&full=&bug=&tab="

// keys returns the keys of an address with their values, as they are written. The first
// part, which is the label, has the key "label".
func keys(address string) map[string]string {
	found := make(map[string]string)
	for n, part := range strings.Split(address, "&") {
		key, value, _ := strings.Cut(part, "=")
		if n == 0 {
			key, value = "label", part
		}
		found[key] = value
	}
	return found
}

// settings returns the keys of an address, and those that are missing from it as homework
// has them.
func settings(address string) map[string]string {
	all := keys(homework)
	maps.Copy(all, keys(address))
	return all
}

// names are the keys of the matrices, and matrices returns them in that order.
var names = []string{"x", "w1", "b1", "w2", "b2", "y"}

func matrices(p *page.Point) []*matrix.Matrix {
	return []*matrix.Matrix{p.X, p.W1, p.B1, p.W2, p.B2, p.Y}
}

// Address returns the address of the network and the batch in a file: at most MaxNodes of
// its samples.
func Address(f *claim.File) (string, error) {
	for _, l := range []struct {
		name  string
		nodes int
	}{{"input", f.W1.Rows}, {"hidden", f.W1.Cols}, {"output", f.W2.Cols}} {
		if l.nodes > MaxNodes {
			return "", fmt.Errorf("got %d %s nodes, but the reader shows at most %d in a layer", l.nodes, l.name, MaxNodes)
		}
	}
	address := "F1&f1=" + f.Activation
	for n, x := range matrices(&f.Point) {
		var rows []string
		for r := range min(x.Rows, MaxNodes) {
			var row []string
			for _, v := range x.Row(r) {
				row = append(row, url.QueryEscape(full(v)))
			}
			rows = append(rows, strings.Join(row, ","))
		}
		address += "&" + names[n] + "=" + strings.Join(rows, ";")
	}
	if f.Alpha > 0 {
		address += "&rate=" + url.QueryEscape(full(f.Alpha))
	}
	return address + "&lambda=" + url.QueryEscape(full(f.Lambda)), nil
}

// read reads an address. The error is the first that it finds.
func read(address string) (_ *state, wrong *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			wrong = r
		default:
			panic(r)
		}
	}()
	if len(address) > maxLength {
		fail("", "the address has more than %d characters", maxLength)
	}
	all, given := keys(homework), keys(address)
	for key, value := range given {
		if _, ok := all[key]; !ok {
			fail("", "the address has %s, want %s", clip(key), strings.Join(slices.Sorted(maps.Keys(all)), ", "))
		}
		all[key] = value
	}
	f1, err := network.ParseActivation(all["f1"])
	if err != nil {
		fail("f1", "%v", err)
	}
	if !slices.Contains(derive.Labels(), all["label"]) {
		fail("label", "got %s, want one of %s", clip(all["label"]), strings.Join(derive.Labels(), " "))
	}
	s := &state{label: all["label"], full: all["full"] != "", bug: all["bug"], tab: all["tab"]}
	s.Activation = f1.String()
	tables := []struct {
		key, letters string // of its rows and columns; "" is one row
		x            **matrix.Matrix
	}{{"x", "si", &s.X}, {"w1", "ij", &s.W1}, {"b1", " j", &s.B1}, {"w2", "jk", &s.W2}, {"b2", " k", &s.B2}, {"y", "sk", &s.Y}}
	for _, t := range tables {
		*t.x = table(t.key, all[t.key])
	}
	if all["shape"] != "" {
		shape := table("shape", all["shape"])
		if shape.Rows != 1 || shape.Cols != 4 {
			fail("shape", "got %s, want four numbers: n0,n1,n2,m", clip(all["shape"]))
		}
		for _, t := range tables {
			size := func(letter byte) int {
				n := strings.IndexByte("ijks", letter)
				if n < 0 {
					return 1
				}
				return integer("shape", full(shape.Data[n]), 1, MaxNodes)
			}
			*t.x = resized(*t.x, size(t.letters[0]), size(t.letters[1]))
		}
	}
	for _, letter := range "ijks " {
		var sizes []size
		for _, t := range tables {
			for n, l := range t.letters {
				if l == letter {
					_, given := given[t.key]
					sizes = append(sizes, size{t.key, []string{"row", "column"}[n], []int{(*t.x).Rows, (*t.x).Cols}[n], given})
				}
			}
		}
		agree(letter, sizes)
	}
	s.Alpha, s.Lambda = notNegative("rate", all["rate"]), notNegative("lambda", all["lambda"])
	s.taken, s.before = integer("steps", all["steps"], 0, MaxSteps), integer("before", all["before"], 0, MaxNumber)
	s.at = map[string]int{"i": integer("i", all["i"], 0, s.W1.Rows-1), "j": integer("j", all["j"], 0, s.W1.Cols-1),
		"k": integer("k", all["k"], 0, s.W2.Cols-1), "s": integer("s", all["s"], 0, s.X.Rows-1)}
	return s, nil
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

// A size is the number of rows or columns that a matrix has.
type size struct {
	key, what string // "w1", "row"
	n         int
	given     bool // in the address
}

// agree checks that all sizes are the same. It blames the one that differs from most
// others, among equals one that the address gives. A space as the letter stands for one row.
func agree(letter rune, sizes []size) {
	if letter == ' ' {
		sizes = append(sizes, size{n: 1}, size{n: 1}, size{n: 1})
	}
	votes := func(s size) (n int) {
		for _, other := range sizes {
			if other.n == s.n {
				n += 2
			}
		}
		if !s.given {
			n++
		}
		return n
	}
	right := slices.MaxFunc(sizes, func(a, b size) int { return votes(a) - votes(b) })
	for _, s := range sizes {
		if s.n == right.n {
			continue
		}
		why := fmt.Sprintf(", as many as %s has %ss", right.key, right.what)
		if letter == ' ' {
			why = ""
		}
		fail(s.key, "got %d %ss, want %d%s", s.n, s.what, right.n, why)
	}
}

// parse reads a number as it stands in the address. It may have a minus sign instead of a
// hyphen.
func parse(field, text string) float64 {
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	text = strings.Replace(strings.TrimSpace(text), "−", "-", 1)
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		fail(field, "empty, want a number")
	case err != nil && !math.IsInf(v, 0) || strings.ContainsAny(text, "_xX"): // Go's own notation
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

func integer(field, text string, least, most int) int {
	v := parse(field, text)
	if v != math.Trunc(v) || v < float64(least) || v > float64(most) {
		fail(field, "got %s, want an integer from %d to %d", full(v), least, most)
	}
	return int(v)
}

// table reads a matrix with at most MaxNodes rows and columns.
func table(field, text string) *matrix.Matrix {
	rows := strings.Split(text, ";")
	cols := strings.Count(rows[0], ",") + 1
	if len(rows) > MaxNodes || cols > MaxNodes {
		fail(field, "got %d×%d numbers, want at most %d rows and columns", len(rows), cols, MaxNodes)
	}
	x := matrix.New(len(rows), cols)
	for r, row := range rows {
		numbers := strings.Split(row, ",")
		if len(numbers) != cols {
			fail(field, "row %d has %d numbers, row 0 has %d", r, len(numbers), cols)
		}
		for c, number := range numbers {
			x.Set(r, c, parse(fmt.Sprintf("%s-%d-%d", field, r, c), number))
		}
	}
	return x
}

// resized returns x with the given shape. New elements differ from each other: equal
// weights would stay equal.
func resized(x *matrix.Matrix, rows, cols int) *matrix.Matrix {
	z := matrix.New(rows, cols)
	for r := range rows {
		for c := range cols {
			if r < x.Rows && c < x.Cols {
				z.Set(r, c, x.At(r, c))
			} else {
				z.Set(r, c, float64((3*r+7*c)%10+1)/10)
			}
		}
	}
	return z
}
