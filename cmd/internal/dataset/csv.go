package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/matrix"
)

// CSV reads files of numbers. The fields are separated by ',', ';' or tabs,
// whichever is the most frequent in the first line.
type CSV struct {
	// Header says whether the first line contains the names of the columns ("yes")
	// or data ("no"). If it is empty, a first line without a number is a header,
	// and a mixture of numbers and text is an error.
	Header string
}

// A Table is a file of numbers.
type Table struct {
	Name   string         // of the file
	Header []string       // the names of the columns; nil if the file has no header
	X      *matrix.Matrix // one row per line of data
	Lines  []int          // the line number of each row in the file, from 1
}

// ReadFile reads the named file as Read does.
func (c CSV) ReadFile(name string) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	defer f.Close()
	return c.Read(name, f)
}

// Read reads a table of numbers from r. It ignores blank lines, a byte-order
// mark, the \r of CRLF, and blanks around a field. Every line must have the same
// number of fields, and every field must be a finite number. Errors begin with
// name and, where there is one, the line.
func (c CSV) Read(name string, r io.Reader) (*Table, error) {
	text := bufio.NewReader(r)
	if mark, _ := text.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		text.Discard(3)
	}
	in := csv.NewReader(text)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = separator(text), -1, true
	in.TrimLeadingSpace = in.Comma != '\t'
	t := &Table{Name: name}
	var values []float64
	width := 0
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
			return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
		}
		if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
			continue
		}
		line, _ := in.FieldPos(0)
		if width == 0 {
			width = len(record)
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
			return nil, fmt.Errorf("%s:%d: number of fields: found %d, want %d as in the first line", name, line, len(record), width)
		}
		for i, field := range record {
			v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				if len(field) > 40 {
					field = field[:40] + "…"
				}
				return nil, fmt.Errorf("%s:%d: column %d: found %q, want a finite number", name, line, i+1, field)
			}
			values = append(values, v)
		}
		t.Lines = append(t.Lines, line)
	}
	if len(t.Lines) == 0 {
		return nil, fmt.Errorf("%s: found no data, want at least one line of numbers", name)
	}
	t.X = &matrix.Matrix{Rows: len(t.Lines), Cols: width, Data: values}
	return t, nil
}

// isHeader reports whether the first line is a header.
func (c CSV) isHeader(record []string) (bool, error) {
	if c.Header != "" {
		return c.Header == "yes", nil
	}
	numbers := 0
	for _, field := range record {
		// NaN, Inf and 1e999 count as numbers: they are bad data, not names.
		if _, err := strconv.ParseFloat(strings.TrimSpace(field), 64); err == nil || errors.Is(err, strconv.ErrRange) {
			numbers++
		}
	}
	if numbers > 0 && numbers < len(record) {
		return false, fmt.Errorf("found %d numbers in %d fields, cannot tell whether this line is a header or data", numbers, len(record))
	}
	return numbers == 0, nil
}

// separator returns the separator that is the most frequent in the first line
// that is not blank, or a comma if there is none.
func separator(text *bufio.Reader) rune {
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

// ReadXY reads the inputs from one file and the labels from another, which must
// have a single column and the same number of lines.
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
		return nil, fmt.Errorf("%s: found %d columns, want one column of labels", yName, y.X.Cols)
	}
	if x.X.Rows != y.X.Rows {
		return nil, fmt.Errorf("%s: found %d labels, but %s has %d samples", yName, y.X.Rows, xName, x.X.Rows)
	}
	return withLabels(xName, x.X, y.X.Data, func(s int) string { return fmt.Sprintf("%s:%d", yName, y.Lines[s]) })
}

// Labelled returns the table as a set. The labels are in the column with the
// given name or number, counted from 1, or in the last column if column is "".
// The other columns are the inputs.
func (t *Table) Labelled(column string) (*Set, error) {
	at := t.X.Cols
	if column != "" {
		if at = slices.Index(t.Header, column) + 1; at == 0 {
			at, _ = strconv.Atoi(column)
		}
	}
	if at < 1 || at > t.X.Cols {
		return nil, fmt.Errorf("%s: found no column %q, want the name of a column or a number from 1 to %d", t.Name, column, t.X.Cols)
	}
	if t.X.Cols < 2 {
		return nil, fmt.Errorf("%s: found one column, want at least two: inputs and a label", t.Name)
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
