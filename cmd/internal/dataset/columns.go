package dataset

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// columns says what the columns of a file are.
type columns struct {
	header       []string // their names, if the first line has them
	first        int      // the number of the first line that is not blank
	width        int      // how many there are
	label, index int      // which one has the labels, and which one numbers the lines; -1 if none
	names        []string // the names of the classes 0, 1, 2, …, if the first line has them
	samples      int      // with names: the number of samples
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
