package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/matrix"
)

// CSV reads files of numbers and class names, plain or compressed with gzip. The first
// line decides whether the fields are separated by ',', ';', '|', tabs or blanks.
type CSV struct {
	Header string // whether the first line has the names of the columns: "yes", "no", or "" to detect it
	Index  string // whether the first column numbers the lines and is left out: the same
	Label  string // the name or number, from 1, of the column of labels; "" is the last

	alone bool // whether the labels are a file of their own, to which Label does not apply
}

// A Table is the content of a file.
type Table struct {
	Name  string         // of the file
	X     *matrix.Matrix // the inputs, one row per line of data
	Lines []int          // the line number of each row in the file, from 1

	columns
	labels  []class // of each row, if there is a column of labels
	named   bool    // whether they are names
	indexes uint32  // a checksum of the column that numbers the lines
	whole   bool    // whether all inputs are written without a point, between commas
}

// columns says what the columns of a file are.
type columns struct {
	header       []string // their names, if the first line has them
	first        int      // the number of the first line that is not blank
	width        int      // how many there are
	label, index int      // which one has the labels, and which one numbers the lines; -1 if none
	names        []string // the names of the classes 0, 1, 2, …, if the first line has them
	samples      int      // with names: the number of samples
}

// ReadFile reads a file of inputs without labels.
func (c CSV) ReadFile(name string) (*Table, error) { return c.readFile(name, false) }

func (c CSV) readFile(name string, labelled bool) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	defer f.Close()
	return c.read(name, f, labelled)
}

// read reads a table from r. A line ends with \n, \r\n or, in a file without \n, \r.
// read ignores blank lines, a byte-order mark, and blanks around a field. Every line
// must have the same number of fields, and every input must be a finite number. Errors
// begin with name and, where there is one, the line.
func (c CSV) read(name string, r io.Reader, labelled bool) (*Table, error) {
	text, err := plain(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	in := csv.NewReader(text)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = separator(text), -1, true
	in.TrimLeadingSpace = in.Comma != '\t'
	t := &Table{Name: name, whole: in.Comma == ','}
	var values []float64
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%s:%d: column %d: %w", name, parse.StartLine, len(record)+1, parse.Err)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
		}
		if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
			continue
		}
		if last := len(record) - 1; in.Comma == ' ' && record[last] == "" { // blanks at the end
			record = record[:last]
		}
		line, _ := in.FieldPos(0)
		at := func(column int) string {
			if column < 0 {
				return fmt.Sprintf("%s:%d", name, line)
			}
			return fmt.Sprintf("%s:%d: column %d", name, line, column+1)
		}
		if t.width == 0 {
			for i, field := range record {
				record[i] = strings.TrimSpace(field)
			}
			if column, err := t.columns.set(c, record, labelled); err != nil {
				return nil, fmt.Errorf("%s: %w", at(column), err)
			}
			t.first = line
			if t.header != nil || t.names != nil {
				continue
			}
		}
		if len(values)+wordsPerLine*len(t.Lines) > maxNumbers {
			return nil, fmt.Errorf("%s: the numbers up to here take %d MB, which is the limit", at(-1), maxNumbers>>17)
		}
		if n := len(record); n > t.width {
			return nil, fmt.Errorf("%s: found %s, want the end of the line as in line %d", at(t.width), short(record[t.width]), t.first)
		} else if n < t.width {
			return nil, fmt.Errorf("%s: found the end of the line, want %d fields as in line %d", at(n), t.width, t.first)
		}
		for i, field := range record {
			switch i {
			case t.index:
				t.indexes = crc32.Update(t.indexes, crc32.IEEETable, []byte(field+"\n"))
			case t.label:
				if err := t.addLabel(field); err != nil {
					return nil, fmt.Errorf("%s: %w%s", at(i), err, hint(t.width > 1 && !c.alone, "-label names another column"))
				}
			default:
				v, err := parseNumber(field)
				if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, fmt.Errorf("%s: found %s, want a finite number%s", at(i), short(field), c.advice(field, i, labelled))
				}
				values = append(values, v)
				t.whole = t.whole && !strings.ContainsAny(field, ".eE")
			}
		}
		t.Lines = append(t.Lines, line)
	}
	if len(t.Lines) == 0 {
		return nil, fmt.Errorf("%s: found no data, want at least one line of numbers%s", name, hint(t.header != nil, fmt.Sprintf("line %d was taken for the names of the columns", t.first)))
	}
	if t.names != nil && len(t.Lines) != t.samples {
		return nil, fmt.Errorf("%s: found %s, want %d according to line %d; -header yes if that line has the names of the columns", name, cli.Count(len(t.Lines), "sample"), t.samples, t.first)
	}
	t.X = &matrix.Matrix{Rows: len(t.Lines), Cols: len(values) / len(t.Lines), Data: values}
	return t, nil
}

// addLabel appends the label in the field of the next row.
func (t *Table) addLabel(field string) error {
	label, isNumber, err := parseClass(field)
	if err != nil {
		return err
	}
	if len(t.labels) == 0 {
		t.named = !isNumber
	} else if t.named == isNumber {
		header := fmt.Sprintf("-header yes if line %d has the names of the columns", t.first)
		return fmt.Errorf("found %s, want numbers only or names only; line %d has %s%s",
			short(field), t.Lines[0], short(t.labels[0].name), hint(t.Lines[0] == t.first, header))
	}
	if n := len(t.names); n > 0 {
		if t.named || label.number < 0 || label.number >= float64(n) {
			return fmt.Errorf("found the label %s, want 0 to %d: line %d names %d classes", short(field), n-1, t.first, n)
		}
		label.name = t.names[int(label.number)]
	}
	t.labels = append(t.labels, label)
	return nil
}

// short quotes a field, shortened so that an error has one line.
func short(field string) string {
	if r := []rune(field); len(r) > 40 {
		field = string(r[:40]) + "…"
	}
	return strconv.Quote(field)
}

// hint returns text as the end of an error message if it applies.
func hint(applies bool, text string) string {
	if !applies {
		return ""
	}
	return "; " + text
}

// advice says what to do about a field that is not a number.
func (c CSV) advice(field string, column int, labelled bool) string {
	if hasDecimalComma(field) {
		return "; write decimal commas as points"
	}
	return hint(labelled && c.Label == "" && !c.alone && !isNumber(field) && field != "", fmt.Sprintf("-label %d if the column has the classes", column+1))
}

// hasDecimalComma reports whether the field is a number with a comma for the point.
func hasDecimalComma(field string) bool {
	return !isNumber(field) && isNumber(strings.ReplaceAll(field, ",", "."))
}

// parseNumber parses a decimal number. Go's 0x1p-2 and 0x_1 are none.
func parseNumber(field string) (float64, error) {
	if strings.ContainsAny(field, "xX_") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(strings.TrimSpace(field), 64)
}

// isNumber reports whether the field is a number. NaN, Inf and 1e999 are: they are
// bad data, not names.
func isNumber(field string) bool {
	_, err := parseNumber(field)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// set finds out what the columns are from the first line. If err is about one
// column, it returns that, and otherwise -1.
func (t *columns) set(c CSV, record []string, labelled bool) (column int, err error) {
	t.width, t.label, t.index = len(record), -1, -1
	sizes := c.Header == "" && labelled && t.sizes(record)
	if n, err := strconv.Atoi(c.Label); labelled && c.Label == "" {
		t.label = t.width - 1
	} else if labelled && err == nil && n <= t.width {
		t.label = n - 1
	}
	name := -1 // the column that has the label's name, if the first line is a header
	if labelled && c.Label != "" {
		name = slices.Index(record, c.Label)
	}
	if labelled && t.label < 0 && (name < 0 || sizes || c.Header == "no") {
		return -1, fmt.Errorf("-label: found no column %q, want the name of a column or a number from 1 to %d", c.Label, t.width)
	}
	if !sizes {
		header := c.Header == "yes"
		if c.Header == "" {
			if header, column, err = c.isHeader(record, t.label, labelled); err != nil {
				return column, err
			}
		}
		if header {
			t.header = slices.Clone(record)
			if name >= 0 {
				t.label = name
			}
		}
	}
	unnamed := t.header != nil && (record[0] == "" || record[0] == "Unnamed: 0") // as pandas writes and reads it
	if t.width > 1 && t.label != 0 && (c.Index == "yes" || c.Index == "" && unnamed) {
		t.index = 0
	}
	if t.header != nil && c.Index == "" {
		for i, name := range record[1:] {
			if strings.HasPrefix(name, "Unnamed: ") && i+1 != t.label {
				return i + 1, fmt.Errorf("found the name %q, which pandas gives to an index; leave the column out, or -index yes or no if it is an input", name)
			}
		}
	}
	return 0, nil
}

// sizes reports whether the first line has the number of samples, the number of
// inputs and the names of the classes, as in the files of scikit-learn, and sets
// the fields that follow from them.
func (t *columns) sizes(record []string) bool {
	if len(record) < 4 || slices.ContainsFunc(record[2:], isNumber) {
		return false
	}
	samples, err1 := strconv.Atoi(record[0])
	inputs, err2 := strconv.Atoi(record[1])
	var names []string
	for _, name := range record[2:] {
		names = append(names, Printable(name))
	}
	if err1 != nil || err2 != nil || inputs < 1 || inputs > maxNumbers || !distinct(names) {
		return false
	}
	t.samples, t.width, t.names = samples, inputs+1, names
	return true
}

// distinct reports whether no name comes twice.
func distinct(names []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(names)))) == len(names)
}

// isHeader reports whether the first line is a header. If that is unclear, it
// returns an error and the column that it is about, or -1.
func (c CSV) isHeader(record []string, label int, labelled bool) (header bool, column int, err error) {
	first := 0 // the first column that is not an index
	if record[0] == "" {
		first = 1
	}
	inputs, numbers, text, counting := 0, 0, first-1, true // text is the first column without a number
	for i, field := range record[first:] {
		column := first + i
		counting = counting && (field == strconv.Itoa(i) || column == label && !isNumber(field))
		if column == label {
			continue
		}
		inputs++
		if isNumber(field) {
			numbers++
		} else if text < 0 {
			text = column
		}
	}
	switch {
	case labelled && label < 0:
		return true, 0, nil // it has the name of the label's column
	case first == 1 && counting:
		return true, 0, nil // as pandas writes an index and columns without names
	case numbers == 0 && (label < 0 || !isNumber(record[label])) && !slices.ContainsFunc(record, hasDecimalComma):
		if !distinct(record) {
			return false, -1, errors.New("found a field twice, want different names of columns or numbers; -header yes if these are the names of the columns")
		}
		return true, 0, nil
	case text >= 0:
		return false, text, fmt.Errorf("found %s, want a number%s%s", short(record[text]),
			hint(!hasDecimalComma(record[text]), "-header yes if this line has the names of the columns"), c.advice(record[text], text, labelled))
	case counting && (inputs > 1 || !labelled):
		return false, -1, errors.New("the line counts from 0; -header yes if these are the names of the columns, -header no if they are data")
	}
	return false, 0, nil
}

// wordsPerLine is the size of a line number and a label, in numbers.
const wordsPerLine = 5

// maxLine bounds the length of a line, in bytes.
const maxLine = 1 << 24

// A text reads from r. What no table of numbers has is an error: a zero byte, and a
// line without end.
type text struct {
	r      io.Reader
	mac    bool  // whether each \r ends a line
	length int   // of the line so far
	err    error // what it has returned and returns from then on
}

func (t *text) Read(p []byte) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	n, t.err = t.r.Read(p)
	if t.mac {
		copy(p, bytes.ReplaceAll(p[:n], []byte("\r"), []byte("\n")))
	}
	t.length += n
	if end := bytes.LastIndexByte(p[:n], '\n'); end >= 0 {
		t.length = n - 1 - end
	}
	switch {
	case bytes.IndexByte(p[:n], 0) >= 0:
		n, t.err = 0, errors.New("found a zero byte, want text in UTF-8; this is UTF-16 or no text")
	case t.length > maxLine:
		n, t.err = 0, fmt.Errorf("found a line of more than %d MB, which is the limit", maxLine>>20)
	}
	return n, t.err
}

// plain returns the text in r, decompressed and without a byte-order mark.
func plain(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReader(r)
	r = in
	if start, _ := in.Peek(2); string(start) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		r = z
	}
	in = bufio.NewReaderSize(r, 1<<16)
	ahead, _ := in.Peek(in.Size())
	mac := !bytes.Contains(ahead, []byte("\n")) && bytes.Contains(ahead, []byte("\r"))
	in = bufio.NewReaderSize(&text{r: in, mac: mac}, 1<<16)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		in.Discard(3)
	}
	return in, nil
}

// separator returns what separates the fields of the first line that is not blank, or a
// comma if nothing does.
func separator(text *bufio.Reader) rune {
	ahead, _ := text.Peek(text.Size())
	line, rest, _ := bytes.Cut(ahead, []byte("\n"))
	for len(bytes.TrimSpace(line)) == 0 && len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	parts := bytes.Split(line, []byte(`"`))
	for i := 1; i < len(parts); i += 2 { // in quotes
		parts[i] = []byte("0")
	}
	line = bytes.Join(parts, nil)
	commas := bytes.Count(line, []byte(","))
	best, most := ',', max(0, commas-2) // n numbers may have n decimal commas, and n − 1 separators
	for _, comma := range ";|\t" {
		if n := bytes.Count(line, []byte(string(comma))); n > most {
			best, most = comma, n
		}
	}
	if fields := bytes.Fields(line); most == 0 && commas == 0 && len(fields) > 1 {
		best = ' '
		for _, field := range fields[:len(fields)-1] { // the last may be the name of a class
			if !isNumber(string(field)) {
				return ','
			}
		}
	}
	return best
}
