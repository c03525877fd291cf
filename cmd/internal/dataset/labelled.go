package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/internal/cli"
)

// ReadLabelled reads inputs and labels from one file.
func (c CSV) ReadLabelled(name string) (*Set, error) {
	t, err := c.readFile(name, true)
	if err != nil {
		return nil, err
	}
	return c.set(t)
}

func (c CSV) set(t *Table) (*Set, error) {
	if t.X.Cols == 0 {
		return nil, fmt.Errorf("%s: found one column, want inputs and labels, separated by commas, semicolons, bars, tabs or blanks", t.Name)
	}
	if err := c.checkIndex(t); err != nil {
		return nil, err
	}
	if err := c.checkFirst(t); err != nil {
		return nil, err
	}
	set, err := withLabels(t.Name, t.X, t.labels)
	if err != nil {
		return nil, err
	}
	// Of so many classes, one part cannot be trained on and another held out.
	if n := len(set.Classes); c.Label == "" && n > 10 && 2*n > t.X.Rows {
		return nil, fmt.Errorf("%s: the last column has %d different values in %d lines; -label names the column of the classes (-label %d is this one)", t.Name, n, t.X.Rows, t.width)
	}
	set.Format = t.String() + "; classes: " + set.counts()
	return set, nil
}

// ReadXY reads the inputs from one file and the labels from another, which must
// have a single column beside the index and the same number of samples.
func (c CSV) ReadXY(xName, yName string) (*Set, error) {
	x, err := c.ReadFile(xName)
	if err != nil {
		return nil, err
	}
	if err := c.checkIndex(x); err != nil {
		return nil, err
	}
	c.alone = true
	y, err := c.readFile(yName, true)
	if err != nil {
		return nil, err
	}
	if y.X.Cols != 0 {
		return nil, fmt.Errorf("%s: found %d columns, want one column of labels%s", yName, y.width, hint(y.X.Cols == 1, "-index yes if the first numbers the lines"))
	}
	// A first label that is a name looks like a header, but comes again.
	if c.Header == "" && y.header != nil && y.named {
		if first, _, err := parseClass(y.header[y.label]); err == nil && slices.Contains(y.labels, first) {
			y.labels, y.header = slices.Insert(y.labels, 0, first), nil
		}
	}
	if x.X.Rows != len(y.labels) {
		return nil, fmt.Errorf("%s: found %s, but %s has %s%s", yName, cli.Count(len(y.labels), "label"), xName, cli.Count(x.X.Rows, "sample"),
			hint(c.Header == "" && y.header != nil, fmt.Sprintf("-header no if line %d is a label", y.first)))
	}
	if c.Index == "" && x.index >= 0 && y.index >= 0 && x.indexes != y.indexes {
		return nil, fmt.Errorf("%s: found another first column than in %s, want the same samples in the same order; -index yes ignores both columns", yName, xName)
	}
	set, err := withLabels(xName, x.X, y.labels)
	if err != nil {
		return nil, err
	}
	set.Format = fmt.Sprintf("-x: %v; -y: %v; classes: %s", x, y, set.counts())
	return set, nil
}

// checkIndex returns an error if the first column has as many consecutive whole
// numbers as there are lines, in any order, and nothing says whether it is an input.
func (c CSV) checkIndex(t *Table) error {
	if c.Index != "" || t.index >= 0 || t.label == 0 || t.names != nil || t.X.Rows < 3 || t.X.Cols < 2 {
		return nil
	}
	column := make([]float64, t.X.Rows)
	for s := range column {
		if column[s] = t.X.At(s, 0); column[s] != math.Trunc(column[s]) {
			return nil
		}
	}
	slices.Sort(column)
	first, last := column[0], column[t.X.Rows-1]
	for s, v := range column {
		if v-first != float64(s) {
			return nil
		}
	}
	return fmt.Errorf("%s: column 1 numbers the lines from %.0f to %.0f; -index yes leaves it out, -index no makes it an input", t.Name, first, last)
}

// checkFirst returns an error if the label of the first line is a name that no other
// line has, as that of a column is, while every other label comes again.
func (c CSV) checkFirst(t *Table) error {
	if c.Header != "" || t.header != nil || !t.named {
		return nil
	}
	counts := make(map[class]int)
	for _, label := range t.labels {
		counts[label]++
	}
	for label, n := range counts {
		if (n == 1) != (label == t.labels[0]) {
			return nil
		}
	}
	return fmt.Errorf("%s:%d: column %d: found %s, which no other line has; -header yes if this is the name of the column, -header no if it is a label", t.Name, t.first, t.label+1, short(t.labels[0].name))
}

// String says what the first line, the first column and the commas were taken for.
func (t *Table) String() string {
	s := "no header"
	switch {
	case t.names != nil:
		s = "class names in line 1"
	case t.header != nil:
		s = "header"
	case t.whole && t.X.Cols > 1: // 5,1,3,5 may have been meant as 5.1 and 3.5
		s += ", whole numbers without decimal commas"
	}
	if t.index >= 0 {
		s += ", index left out"
	}
	return s
}

// counts returns the classes with the number of samples of each. After the first
// five, it leaves out those that do not fit into 40 columns.
func (s *Set) counts() string {
	n := make([]int, len(s.Classes))
	for _, label := range s.Labels {
		n[label]++
	}
	var list []string
	for k, class := range s.Classes {
		list = append(list, fmt.Sprintf("%s (%d)", class, n[k]))
		if text := strings.Join(list, ", "); k >= 5 && utf8.RuneCountInString(text) > 40 && k+1 < len(n) {
			return fmt.Sprintf("%s, … %s (%d); %d classes", text, s.Classes[len(n)-1], n[len(n)-1], len(n))
		}
	}
	return strings.Join(list, ", ")
}
