package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/internal/cli"
	"chainrule/matrix"
)

// maxClasses bounds the number of classes in a file. A column with more values is
// probably not a label, and Y has one number for each sample and class.
const maxClasses = 1000

// A class is the label of a sample. Classes are ordered by number, then by name.
type class struct {
	number float64 // 0 for a label that is a name
	name   string
}

// parseClass returns the class of the label in text, a whole number or a name.
func parseClass(text string) (c class, isNumber bool, err error) {
	text = strings.TrimSpace(text)
	v, err := parseNumber(text)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && !(v == math.Trunc(v) && math.Abs(v) < 1<<53), text == "":
		return c, false, fmt.Errorf("found the label %s, want a whole number or the name of a class", short(text))
	case err != nil:
		return class{name: Printable(strings.Clone(text))}, false, nil // text is part of a whole line
	}
	return class{v, strconv.FormatInt(int64(v), 10)}, true, nil
}

// Printable returns the name of a class as it is printed and saved: in quotes, with
// escapes, if it has characters that change how a terminal shows it.
func Printable(name string) string {
	if utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return name
	}
	return strconv.Quote(name)
}

// withLabels returns the set with the inputs x. Its classes are the distinct
// labels, in ascending order.
func withLabels(name string, x *matrix.Matrix, labels []class) (*Set, error) {
	index := map[class]int{}
	for _, l := range labels {
		index[l] = 0
	}
	if len(index) == 1 {
		return nil, fmt.Errorf("%s: found only the label %s in %s, want at least two classes", name, labels[0].name, cli.Count(len(labels), "sample"))
	}
	if len(index) > maxClasses {
		return nil, fmt.Errorf("%s: found %d different labels, want at most %d", name, len(index), maxClasses)
	}
	if len(index)*len(labels) > maxNumbers {
		return nil, fmt.Errorf("%s: found %d classes of %d samples, want a product of at most %d", name, len(index), len(labels), maxNumbers)
	}
	set := &Set{Name: name, X: x, Labels: make([]int, len(labels))}
	order := func(a, b class) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name)) }
	for k, l := range slices.SortedFunc(maps.Keys(index), order) {
		index[l] = k
		set.Classes = append(set.Classes, l.name)
	}
	for s, l := range labels {
		set.Labels[s] = index[l]
	}
	set.Y = oneHot(set.Labels, len(set.Classes))
	return set, nil
}
