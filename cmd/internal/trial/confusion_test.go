package trial

import (
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestSum(t *testing.T) {
	a := Result{Confusion: &Confusion{Classes: []string{"a", "b"}, Count: [][]int{{1, 2}, {3, 4}}}}
	b := Result{Confusion: &Confusion{Classes: []string{"a", "b"}, Count: [][]int{{10, 20}, {30, 40}}}}
	if got := Sum([]Result{a, b}).Count; !reflect.DeepEqual(got, [][]int{{11, 22}, {33, 44}}) || a.Confusion.Count[0][0] != 1 {
		t.Errorf("got %v, from %v", got, a.Confusion.Count)
	}
	if got := Sum([]Result{b}).Count; !reflect.DeepEqual(got, b.Confusion.Count) {
		t.Errorf("one fold: got %v", got)
	}
}

// Each matrix is followed by the scores of its classes, worked by hand, and their
// macro and weighted means.
func TestScores(t *testing.T) {
	for _, c := range []struct {
		count    [][]int
		accuracy float64
		want     []Scores
	}{
		{[][]int{{2, 0, 0, 0}, {0, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}, 0.75, []Scores{
			{1, 1, 1, 2, false, false},
			{1, 0.5, 2. / 3, 2, false, false},
			{0, 0, 0, 0, true, false}, // only predicted: counts in the macro mean
			{0, 0, 0, 0, true, true},  // absent: does not count
			{2. / 3, (1 + 0.5) / 3, (1 + 2./3) / 3, 4, true, false},
			{1, 0.75, (1 + 2./3) / 2, 4, true, false},
		}},
		{[][]int{{0, 1}, {0, 1}}, 0.5, []Scores{
			{0, 0, 0, 1, true, false}, // never predicted
			{0.5, 1, 2. / 3, 1, false, false},
			{0.25, 0.5, 1. / 3, 2, true, false},
			{0.25, 0.5, 1. / 3, 2, true, false},
		}},
		{[][]int{{0}}, 0, []Scores{{0, 0, 0, 0, true, true}, {}, {}}},
		{[][]int{{0, 0}, {0, 1}}, 1, []Scores{{0, 0, 0, 0, true, true}, {1, 1, 1, 1, false, false}, {1, 1, 1, 1, false, false}, {1, 1, 1, 1, false, false}}},
	} {
		m := &Confusion{Classes: make([]string, len(c.count)), Count: c.count}
		var got []Scores
		for k := range c.count {
			got = append(got, m.Class(k))
		}
		for i, got := range append(got, m.Macro(), m.Weighted()) {
			// Allow for the rounding of a few sums and quotients below 1.
			want, near := c.want[i], func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }
			if !near(got.Precision, want.Precision) || !near(got.Recall, want.Recall) || !near(got.F1, want.F1) || got.Support != want.Support || got.Undefined != want.Undefined || got.absent != want.absent {
				t.Errorf("%v: scores %d: got %+v, want %+v", c.count, i, got, want)
			}
		}
		if got := ratio(m.correct()); got != c.accuracy {
			t.Errorf("%v: accuracy %v, want %v", c.count, got, c.accuracy)
		}
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	NewConfusion([]string{"a", "b", "c"}, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 2}, []int{0, 0, 0, 0, 1, 1, 1, 1, 0, 0}).WriteReport(&b)
	want := `Confusion matrix: one row per true class, one column per predicted class

     a  b  c
  a  4  2  ·
  b  1  2  ·
  c  1  ·  ·

     class  precision  recall  F1 score  samples
         a     0.6667  0.6667    0.6667        6
         b     0.5000  0.6667    0.5714        3
         c     0.0000  0.0000    0.0000        1*
     macro     0.3889  0.4444    0.4127       10*
  weighted     0.5500  0.6000    0.5714       10*

* precision or recall is 0/0, counted as 0: a class with no samples or no
  predictions

accuracy 0.6000 (6 of 10 correct)
`
	got := regexp.MustCompile(` +\n`).ReplaceAllString(b.String(), "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	b.Reset()
	NewConfusion([]string{"a"}, []int{0}, []int{0}).WriteReport(&b)
	if strings.Contains(b.String(), "*") {
		t.Errorf("nothing is undefined, got\n%s", b.String())
	}
}
