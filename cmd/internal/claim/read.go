package claim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/internal/cli"
	"chainrule/matrix"
	"chainrule/network"
)

// Limit is the largest size of a file, in bytes.
const Limit = 64 << 20

// Open reads the named file, or stdin for "-". A file that does not exist is a
// cli.UsageError.
func Open(name string, stdin io.Reader) (*File, error) {
	if name == "-" {
		return Read(stdin, name)
	}
	f, err := os.Open(name)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
		if errors.Is(err, fs.ErrNotExist) {
			err = cli.UsageError{Err: err}
		}
		return nil, err
	}
	defer f.Close()
	return Read(f, name)
}

// Read reads a file. It rejects unknown and doubled names, null, wrong shapes, numbers
// that are not finite, and text after the object. The error is one line that begins
// with the name and, if the text is at fault, line and column.
func Read(in io.Reader, name string) (f *File, err error) {
	text, err := io.ReadAll(io.LimitReader(in, Limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	case len(text) > Limit:
		return nil, fmt.Errorf("%s: got more than %d MiB, which is the limit", name, Limit>>20)
	}
	if bytes.IndexByte(text[:min(2, len(text))], 0) >= 0 || bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s: got UTF-16 or a binary file, want text in UTF-8", name)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // as some editors begin a file in UTF-8
	r := &reader{text: text, d: json.NewDecoder(bytes.NewReader(text)), values: make(map[string]array)}
	r.d.UseNumber()
	defer func() {
		switch e := recover().(type) {
		case nil:
		case failure:
			before := text[:min(e.at, len(text))]
			line := bytes.LastIndexByte(before, '\n') + 1
			f, err = nil, fmt.Errorf("%s:%d:%d: %s", name, 1+bytes.Count(before, []byte("\n")), 1+utf8.RuneCount(before[line:]), e.text)
		default:
			panic(e)
		}
	}()
	return r.file(), nil
}

// A size is a number of rows or columns, and why it is that.
type size struct {
	n   int
	why string
}

// matrix returns the array as a matrix, which must have the given shape. A matrix with
// one row may be a list of numbers.
func (a array) matrix(path string, rows, cols size, hint string) *matrix.Matrix {
	if a.depth == 1 && rows.n != 1 || a.depth == 0 {
		want := "a list of " + cli.Count(cols.n, "number")
		if rows.n != 1 {
			want = fmt.Sprintf("a list of %d rows of %s", rows.n, cli.Count(cols.n, "number"))
		}
		fail(a.at, "%s: got %s, want %s", path, []string{"a number", "a list of numbers"}[a.depth], want)
	}
	if transposed := func(r row) bool { return r.n != rows.n }; len(a.rows) != cols.n || rows.n == cols.n || slices.ContainsFunc(a.rows, transposed) {
		hint = ""
	}
	if len(a.rows) != rows.n {
		fail(a.at, "%s: got %s, want %d (%s)%s", path, cli.Count(len(a.rows), "row"), rows.n, rows.why, hint)
	}
	for n, r := range a.rows {
		if name := path; r.n != cols.n {
			if a.depth == 2 {
				name = fmt.Sprintf("%s[%d]", path, n)
			}
			fail(r.at, "%s: got %s, want %d (%s)%s", name, cli.Count(r.n, "number"), cols.n, cols.why, hint)
		}
	}
	return &matrix.Matrix{Rows: rows.n, Cols: cols.n, Data: a.data}
}

// length returns the number of rows, or of the numbers in the first row, of an array that
// decides a size.
func (a array) length(path string, ofRow bool) int {
	if a.depth != 2 || len(a.rows) == 0 || a.rows[0].n == 0 {
		fail(a.at, "%s: want a list of rows, each a list of at least one number", path)
	}
	if ofRow {
		return a.rows[0].n
	}
	return len(a.rows)
}

// given are the names that every file has.
var given = []string{"w1", "b1", "w2", "b2", "x", "y"}

// file reads the whole text.
func (r *reader) file() *File {
	f := &File{Claims: make(map[string]*matrix.Matrix), Claimed: make(map[string]Digits)}
	f.Activation = network.Sigmoid.String()
	var claims, after []string
	for _, eq := range Equations() {
		if name, ok := strings.CutPrefix(Name(eq), "after."); ok {
			after = append(after, name)
		} else {
			claims = append(claims, name)
		}
	}
	columns := false
	word := func(path string) (word string, at int) {
		token, at := r.next(path)
		word, ok := token.(string)
		if !ok {
			fail(at, "%s: got %s, want a string", path, kind(token))
		}
		return word, at
	}
	end := r.object("the file", append(slices.Clone(given), "samples", "activation", "lambda", "rate", "claims"), func(name string) {
		switch name {
		case "samples":
			text, at := word(name)
			if columns = text == "columns"; !columns && text != "rows" {
				fail(at, "samples: got %.40q, want \"rows\" or \"columns\"", text)
			}
		case "activation":
			text, at := word(name)
			if _, err := network.ParseActivation(text); err != nil {
				fail(at, "%v", err)
			}
			f.Activation = text
		case "lambda", "rate":
			a := r.array(name)
			switch {
			case a.depth > 0:
				fail(a.at, "%s: got a list, want a number", name)
			case name == "lambda" && a.data[0] < 0:
				fail(a.at, "lambda: got %v, want 0 or above", a.data[0])
			case name == "rate" && a.data[0] <= 0:
				fail(a.at, "rate: got %v, want a number above 0", a.data[0])
			case name == "lambda":
				f.Lambda = a.data[0]
			default:
				f.Alpha = a.data[0]
			}
		case "claims":
			r.object(name, append(claims, "after"), func(name string) {
				if name != "after" {
					r.values["claims."+name] = r.array("claims." + name)
					return
				}
				r.object("claims.after", after, func(name string) {
					path := "claims.after." + name
					r.values[path] = r.array(path)
				})
			})
		default:
			r.values[name] = r.array(name)
		}
	})
	for _, name := range given {
		if _, ok := r.values[name]; !ok {
			fail(end, "%s is missing", name)
		}
	}
	if rest := bytes.TrimLeft(r.text[r.d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		fail(len(r.text)-len(rest), "got %.20q after the end of the object", rest)
	}
	r.shapes(f, columns)
	return f
}

// shapes makes matrices of the arrays. w1 and w2 decide the shape of the network, and x
// the number of samples.
func (r *reader) shapes(f *File, columns bool) {
	w1, w2, x := r.values["w1"], r.values["w2"], r.values["x"]
	count := func(n int, has, what string) size { return size{n, has + " has " + cli.Count(n, what)} }
	sizes := map[rune]size{
		'i': count(w1.length("w1", false), "the network", "input"),
		'j': count(w1.length("w1", true), "the network", "hidden node"),
		'k': count(w2.length("w2", true), "the network", "output"),
		's': count(x.length("x", columns), "the batch", "sample"),
	}
	one := size{1, "it is one row"}
	perSample := func(path string, letter rune) *matrix.Matrix { // with one column per sample
		a := r.values[path]
		if columns {
			return a.matrix(path, sizes[letter], sizes['s'], "; for one sample per row, leave out \"samples\"")
		}
		return Transpose(a.matrix(path, sizes['s'], sizes[letter], "; for one sample per column, add \"samples\": \"columns\""))
	}
	parameter := func(path string, letters string) *matrix.Matrix {
		a, rows := r.values[path], one
		if len(letters) == 2 {
			rows = sizes[rune(letters[0])]
		}
		return a.matrix(path, rows, sizes[rune(letters[len(letters)-1])], "; it looks transposed")
	}
	f.W1, f.B1 = parameter("w1", "ij"), parameter("b1", "j")
	f.W2, f.B2 = parameter("w2", "jk"), parameter("b2", "k")
	f.X, f.Y = Transpose(perSample("x", 'i')), Transpose(perSample("y", 'k'))
	for _, name := range given {
		f.Given.Merge(r.values[name].Digits)
	}
	for _, eq := range Equations() {
		path := "claims." + Name(eq)
		a, ok := r.values[path]
		switch letters := eq.Letters; {
		case !ok:
			continue
		case letters == "":
			if a.depth > 0 {
				fail(a.at, "%s: got a list, want a number", path)
			}
			f.Claims[Name(eq)] = matrix.FromRows(a.data)
		case strings.HasSuffix(letters, "s"):
			f.Claims[Name(eq)] = perSample(path, rune(letters[0]))
		default:
			f.Claims[Name(eq)] = parameter(path, letters)
		}
		f.Claimed[Name(eq)] = a.Digits
		if f.Alpha == 0 && strings.Contains(path, ".after.") {
			fail(a.at, "%s: the file has no rate, which a step needs", path)
		}
	}
}
