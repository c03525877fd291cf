package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"chainrule/matrix"
)

// CSV says how to read a file of numbers. The zero value finds out by itself.
type CSV struct {
	// Comma separates the fields: ',', ';' or '\t'. If 0, it is the one of these
	// that is most frequent in the first line.
	Comma rune
	// Header is "yes" if the first line has the names of the columns, and "no" if
	// it is data. If "", it is a header if none of its fields is a number; some
	// numbers and some text are an error.
	Header string
}

// A Table is a file of numbers.
type Table struct {
	Name   string         // of the file
	Header []string       // the names of the columns; nil if it has none
	X      *matrix.Matrix // a row for each line of data
	Lines  []int          // the number in the file of each of these lines, from 1
}

// ReadFile reads the named file as Read does.
func (c CSV) ReadFile(name string) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, bare(err))
	}
	defer f.Close()
	return c.Read(name, f)
}

// Read reads a table of numbers from r; errors begin with the name and, where
// there is one, the line. Blank lines, a byte-order mark, CRLF and blanks around
// a field do not matter. Every line must have as many fields, and every field
// must be a finite number.
func (c CSV) Read(name string, r io.Reader) (*Table, error) {
	text := bufio.NewReader(r)
	if mark, _ := text.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		text.Discard(3)
	}
	if c.Comma == 0 {
		c.Comma = guessComma(text)
	}
	in := csv.NewReader(text)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord, in.TrimLeadingSpace = c.Comma, -1, true, c.Comma != '\t'
	t := &Table{Name: name}
	var values []float64
	width, first := 0, true
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%s:%d: column %d: %w", name, parse.Line, parse.Column, parse.Err)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, bare(err))
		}
		if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
			continue
		}
		line, _ := in.FieldPos(0)
		if first {
			first, width = false, len(record)
			header, err := c.isHeader(record)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, line, err)
			}
			if header {
				for _, field := range record {
					t.Header = append(t.Header, strings.TrimSpace(field))
				}
				continue
			}
		}
		if len(record) != width {
			return nil, fmt.Errorf("%s:%d: found %d fields, want %d as in the first line", name, line, len(record), width)
		}
		for i, field := range record {
			v, err := number(field)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: column %d: %w", name, line, i+1, err)
			}
			values = append(values, v)
		}
		t.Lines = append(t.Lines, line)
	}
	if len(t.Lines) == 0 {
		return nil, fmt.Errorf("%s: found no line of numbers", name)
	}
	t.X = &matrix.Matrix{Rows: len(t.Lines), Cols: width, Data: values}
	return t, nil
}

// bare takes the operation and the name of the file off an error.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// number reads one field.
func number(field string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		if len(field) > 40 {
			field = field[:40] + "…"
		}
		return 0, fmt.Errorf("found %q, want a finite number", field)
	}
	return v, nil
}

func (c CSV) isHeader(record []string) (bool, error) {
	switch c.Header {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	numbers := 0
	for _, field := range record {
		// NaN and Inf count as numbers: they are wrong data, not a name.
		if _, err := strconv.ParseFloat(strings.TrimSpace(field), 64); err == nil || errors.Is(err, strconv.ErrRange) {
			numbers++
		}
	}
	if numbers > 0 && numbers < len(record) {
		return false, fmt.Errorf("found %d numbers and %d fields of text: say if it is a header or data", numbers, len(record)-numbers)
	}
	return numbers == 0, nil
}

// guessComma returns the separator that is most frequent in the first line that
// is not blank, or a comma.
func guessComma(text *bufio.Reader) rune {
	ahead, _ := text.Peek(text.Size())
	line, _, _ := bytes.Cut(bytes.TrimLeft(ahead, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, comma := range ",;\t" {
		if n := bytes.Count(line, []byte(string(comma))); n > most {
			best, most = comma, n
		}
	}
	return best
}

// ReadXY reads the inputs from one file and the labels from another, which has
// a single column and as many lines of data.
func (c CSV) ReadXY(xName, yName string) (*Set, error) {
	x, err := c.ReadFile(xName)
	if err != nil {
		return nil, err
	}
	y, err := c.ReadFile(yName)
	if err != nil {
		return nil, err
	}
	if y.X.Cols != 1 {
		return nil, fmt.Errorf("%s: found %d columns, want one of labels", yName, y.X.Cols)
	}
	if x.X.Rows != y.X.Rows {
		return nil, fmt.Errorf("%s has %d samples and %s has %d labels, want as many", xName, x.X.Rows, yName, y.X.Rows)
	}
	return withLabels(xName, x.X, y.X.Data, func(s int) string { return fmt.Sprintf("%s:%d", yName, y.Lines[s]) })
}

// Labelled returns the table as a set, with the label taken from the column of
// the given name or number, counted from 1. "" is the last column. The other
// columns are the inputs.
func (t *Table) Labelled(column string) (*Set, error) {
	at := t.X.Cols
	if column != "" {
		at = 0
		for c, name := range t.Header {
			if name == column {
				at = c + 1
			}
		}
		if n, err := strconv.Atoi(column); at == 0 && err == nil && n >= 1 && n <= t.X.Cols {
			at = n
		}
		if at == 0 {
			return nil, fmt.Errorf("%s: there is no column %q, want the name of one or 1 to %d", t.Name, column, t.X.Cols)
		}
	}
	if t.X.Cols < 2 {
		return nil, fmt.Errorf("%s: found one column, want inputs and a label", t.Name)
	}
	x := matrix.New(t.X.Rows, t.X.Cols-1)
	labels := make([]float64, t.X.Rows)
	for s := range labels {
		row := t.X.Row(s)
		labels[s] = row[at-1]
		copy(x.Row(s), row[:at-1])
		copy(x.Row(s)[at-1:], row[at:])
	}
	return withLabels(t.Name, x, labels, func(s int) string { return fmt.Sprintf("%s:%d: column %d", t.Name, t.Lines[s], at) })
}
