package dataset

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
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

// wordsPerLine is the size of a line number and a label, in numbers.
const wordsPerLine = 5

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
