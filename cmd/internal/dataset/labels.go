package dataset

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"chainrule/matrix"
)

// maxClasses bounds the number of classes in a file. A column with more values is
// probably not a label, and Y has one number for each sample and class.
const maxClasses = 1000

// withLabels returns the set with the inputs x. Its classes are the distinct
// values in labels, in ascending order, and are named after their values. If the
// label of sample s is not a whole number, the error begins with where(s).
func withLabels(name string, x *matrix.Matrix, labels []float64, where func(s int) string) (*Set, error) {
	for s, v := range labels {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%s: found the label %v, want a whole number", where(s), v)
		}
	}
	values := slices.Clone(labels)
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) == 1 {
		return nil, fmt.Errorf("%s: found only the label %v in %d samples, want at least two classes", name, values[0], len(labels))
	}
	if len(values) > maxClasses {
		return nil, fmt.Errorf("%s: found %d different labels, want at most %d", name, len(values), maxClasses)
	}
	set := &Set{Name: name, X: x, Labels: make([]int, len(labels))}
	for _, v := range values {
		set.Classes = append(set.Classes, strconv.FormatFloat(v+0, 'f', -1, 64)) // +0 turns -0 into 0
	}
	for s, v := range labels {
		set.Labels[s], _ = slices.BinarySearch(values, v)
	}
	set.Y = oneHot(set.Labels, len(values))
	return set, nil
}
