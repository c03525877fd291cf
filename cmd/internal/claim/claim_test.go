package claim

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"chainrule/docs/page"
	"chainrule/matrix"
)

// A network of 2-3-1 nodes and three samples, with a claim of each kind.
const good = `{"w1": [[0.4, 0.6, 0.25], [0.3, 0.9, 0.5]],
"b1": [1, 1, 1],
"w2": [[0.2], [0.2], [0.8]],
"b2": [[0.5]],
"x": [[1, 1], [0, 1], [2, 3]],
"y": [[1], [0], [1]],
"rate": 0.5,
"claims": {
"z1": [[1.7, 2.5, 1.7], [1, 2, 3], [4, 5, 6]], "loss": 1e-5,
"dw2": [[1], [2], [3]],
"after": {"b1": [-1, 0, 1.250]}
}}
`

func TestRead(t *testing.T) {
	f, err := Read(strings.NewReader(good), "f")
	if err != nil {
		t.Fatal(err)
	}
	if f.Activation != "sigmoid" || f.Lambda != 0 || f.Alpha != 0.5 || f.X.At(2, 1) != 3 || f.B1.Cols != 3 {
		t.Errorf("got %+v", f)
	}
	if z1 := f.Claims["z1"]; z1.Rows != 3 || z1.Cols != 3 || z1.At(1, 2) != 5 || len(f.Claims) != 4 {
		t.Errorf("got claims %v", f.Claims)
	}
	if f.Claimed["loss"] != (Digits{1, 5, true}) || f.Claimed["after.b1"] != (Digits{3, 2, false}) || f.Given != (Digits{2, 2, true}) {
		t.Errorf("got digits %v of the claims and %v of the rest", f.Claimed, f.Given)
	}
	if g, err := Read(strings.NewReader("\ufeff"+good), "f"); err != nil || !reflect.DeepEqual(f, g) {
		t.Errorf("with a byte order mark: got %+v, %v", g, err)
	}
	columns := strings.NewReplacer(`"x": [[1, 1], [0, 1], [2, 3]]`, `"samples": "columns", "x": [[1, 0, 2], [1, 1, 3]]`,
		`[[1], [0], [1]]`, `[[1, 0, 1]]`, `[[1.7, 2.5, 1.7], [1, 2, 3], [4, 5, 6]]`, `[[1.7, 1, 4], [2.5, 2, 5], [1.7, 3, 6]]`).Replace(good)
	if g, err := Read(strings.NewReader(columns), "f"); err != nil || !reflect.DeepEqual(f, g) {
		t.Errorf("with one sample per column: got %+v, %v", g, err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{good, "", "f:1:1: the text ends too early"},
		{good, "[1]", "f:1:1: the file: got a list, want an object"},
		{good, "{1: 2}", "f:1:2: "},
		{`"b2": [[0.5]],`, "", "f:12:2: b2 is missing"},
		{`"b2": [[0.5]],`, `"b2": [[0.5]], "b2": [[0.5]],`, `f:4:16: the file: a second "b2"`},
		{`"b2": [[0.5]],`, `"b2": null,`, "f:4:7: b2: got null, want a value; leave out a name that has none"},
		{`"b2"`, `"b3"`, `f:4:1: the file: unknown name "b3", want one of w1 b1 w2 b2 x y samples`},
		{`0.9, 0.5]`, `0.9]`, "f:1:27: w1[1]: got 2 numbers, want 3 (the network has 3 hidden nodes)"},
		{`[0.3, 0.9, 0.5]`, `0.3`, "f:1:27: w1[1]: got 0.3, want a list, as before it"},
		{`[0.3, 0.9, 0.5]`, `[0.3, 0.9, [0.5]]`, "f:1:38: w1[1][2]: got a list, want a number"},
		{`0.25`, `1e400`, "f:1:20: w1[0][2]: got 1e400, which is too large for a float64"},
		{`0.25`, `NaN`, "f:1:20: w1[0][2]: got NaN, want a finite number"},
		{`0.25`, `-Infinity`, "f:1:20: w1[0][2]: got -Infinity, want a finite number"},
		{`0.25`, `"é"`, `f:1:20: w1[0][2]: got the string "é", want a number`},
		{`0.25`, `null`, "f:1:20: w1[0][2]: got null, want a finite number"},
		{`[1, 1, 1]`, `["1", 1, 1]`, `f:2:8: b1[0]: got the string "1", want a list of numbers or a number`},
		{`"rate": 0.5,`, `"rate": "0.5",`, `f:7:9: rate: got the string "0.5", want numbers`},
		{`"rate"`, `'rate'`, "f:7:1: got a single quote, want a double quote, as JSON has it"},
		{`[[0.5]]`, `0.5`, "f:4:7: b2: got a number, want a list of 1 number"},
		{good, "\xff\xfe{\x00", "f: got UTF-16 or a binary file, want text in UTF-8"},
		{good, "\x00{", "f: got UTF-16 or a binary file, want text in UTF-8"},
		{`0.25`, `.25`, "f:1:20: invalid character '.'"},
		{`[[0.4, 0.6, 0.25], [0.3, 0.9, 0.5]]`, `[]`, "f:1:8: w1: want a list of rows"},
		{`[[0.4, 0.6, 0.25], [0.3, 0.9, 0.5]]`, `[[]]`, "f:1:8: w1: want a list of rows"},
		{`[[0.4, 0.6, 0.25], [0.3, 0.9, 0.5]]`, `3`, "f:1:8: w1: want a list of rows"},
		{`[[0.4, 0.6, 0.25], [0.3, 0.9, 0.5]]`, `{}`, "f:1:8: w1: got an object, want numbers"},
		{`[1, 1, 1]`, `[1, 1]`, "f:2:7: b1: got 2 numbers, want 3 (the network has 3 hidden nodes)"},
		{`[1, 1, 1]`, `[[1], [1], [1]]`, "f:2:7: b1: got 3 rows, want 1 (it is one row); it looks transposed"},
		{`[1, 1, 1]`, strings.Repeat("[", 1e6), "f:2:9: b1[0][0]: got a list, want a number"},
		{`[[1], [0], [1]]`, `[[1, 0, 1]]`, `f:6:6: y: got 1 row, want 3 (the batch has 3 samples); for one sample per column, add "samples": "columns"`},
		{`[[1], [0], [1]]`, `[1, 0, 1]`, "f:6:6: y: got a list of numbers, want a list of 3 rows of 1 number"},
		{`[[1], [2], [3]]`, `[[1, 2, 3]]`, "f:10:8: claims.dw2: got 1 row, want 3 (the network has 3 hidden nodes); it looks transposed"},
		{`"loss": 1e-5`, `"loss": [1e-5]`, "f:9:56: claims.loss: got a list, want a number"},
		{`"rate": 0.5,`, "", "f:11:17: claims.after.b1: the file has no rate, which a step needs"},
		{`"rate": 0.5,`, `"rate": 0,`, "f:7:9: rate: got 0, want a number above 0"},
		{`"rate": 0.5,`, `"lambda": -1,`, "f:7:11: lambda: got -1, want 0 or above"},
		{`"rate": 0.5,`, `"activation": "gelu",`, `f:7:15: unknown activation "gelu"`},
		{`"rate": 0.5,`, `"samples": "rows ",`, `f:7:12: samples: got "rows "`},
		{"}}\n", "}} {}", `f:12:4: got "{}" after the end of the object`},
		{"}}\n", "}", "f:12:2: the text ends too early"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		_, err := Read(strings.NewReader(text), "f")
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 200 {
			t.Errorf("%q for %q: got %v, want %s", c.new, c.old, err, c.want)
		}
	}
	if _, err := Read(&endless{}, "f"); err == nil || err.Error() != "f: got more than 64 MiB, which is the limit" {
		t.Errorf("a text without end: %v", err)
	}
	if _, err := Read(&endless{errors.New("broken")}, "f"); err == nil || err.Error() != "f: broken" {
		t.Errorf("got %v, want the error of the reader", err)
	}
}

// An endless reader reads spaces, or its error.
type endless struct{ err error }

func (e *endless) Read(p []byte) (int, error) { return len(p), e.err }

// The file that is written is read back as it was.
func TestWrite(t *testing.T) {
	for _, pt := range page.Points() {
		f := &File{Point: *pt, Claims: make(map[string]*matrix.Matrix)}
		f.Arg = 0
		b := f.Batch()
		for _, eq := range Equations() {
			f.Claims[Name(eq)] = eq.Matrix(b)
		}
		g := roundTrip(t, f)
		f.Given, f.Claimed = g.Given, g.Claimed
		if len(f.Claims) != len(names) || !reflect.DeepEqual(f, g) {
			t.Errorf("%v: got %+v, want %+v", pt, g, f)
		}
	}
}

func roundTrip(t *testing.T, f *File) *File {
	t.Helper()
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	g, err := Read(&text, "f")
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Every text is rejected in one line, or means a file that is read back as it was.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add(strings.Replace(good, `"rate"`, `"samples": "columns", "rate"`, 1))
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Read(strings.NewReader(text), "f")
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			return
		}
		b := roundTrip(t, a)
		b.Given, b.Claimed = a.Given, a.Claimed
		if !reflect.DeepEqual(a, b) {
			t.Errorf("got %+v, want %+v", b, a)
		}
	})
}
