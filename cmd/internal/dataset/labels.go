package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"chainrule/matrix"
)

// maxClasses bounds how many classes a file may have. A column with more values
// is most likely not a label; and the targets take a number for each class and
// sample.
const maxClasses = 1000

// withLabels returns the set of the inputs x, whose classes are the values that
// occur in labels, in ascending order and named as written. The error of a
// label that is not a whole number begins with what where says of its sample.
func withLabels(name string, x *matrix.Matrix, labels []float64, where func(s int) string) (*Set, error) {
	for s, v := range labels {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%s: found the label %v, want a whole number", where(s), v)
		}
	}
	values := slices.Clone(labels)
	slices.Sort(values)
	values = slices.Compact(values)
	switch {
	case len(values) == 1:
		return nil, fmt.Errorf("%s: all %d samples are of class %v, want at least two classes", name, len(labels), values[0])
	case len(values) > maxClasses:
		return nil, fmt.Errorf("%s: %d different labels, want at most %d classes", name, len(values), maxClasses)
	}
	set := &Set{Name: name, X: x, Labels: make([]int, len(labels))}
	for _, v := range values {
		set.Classes = append(set.Classes, strconv.FormatFloat(v+0, 'f', -1, 64)) // +0: no "-0"
	}
	for s, v := range labels {
		set.Labels[s], _ = slices.BinarySearch(values, v)
	}
	set.Y = oneHot(set.Labels, len(values))
	return set, nil
}
