package metrics

import (
	"math"
	"strings"
	"testing"
)

// near allows for the rounding of a few sums and quotients below 1.
func near(a, b float64) bool { return math.Abs(a-b) < 1e-15 }

func same(a, b Scores) bool {
	return near(a.Precision, b.Precision) && near(a.Recall, b.Recall) && near(a.F1, b.F1) && a.Support == b.Support && a.Undefined == b.Undefined
}

// Worked by hand: six of class a (4 right, 2 taken for b), three of b (2 right,
// 1 taken for a), one of c (taken for a).
func TestScores(t *testing.T) {
	c := NewConfusion([]string{"a", "b", "c"}, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 2}, []int{0, 0, 0, 0, 1, 1, 1, 1, 0, 0})
	for k, want := range []Scores{
		{4. / 6, 4. / 6, 8. / 12, 6, false},
		{2. / 4, 2. / 3, 4. / 7, 3, false},
		{0, 0, 0, 1, true}, // never predicted
	} {
		if got := c.Class(k); !same(got, want) {
			t.Errorf("class %d: %+v, want %+v", k, got, want)
		}
	}
	if got := c.Accuracy(); got != 0.6 {
		t.Errorf("accuracy %v, want 0.6", got)
	}
	if got, want := c.Macro(), (Scores{(4./6 + 2./4) / 3, (4./6 + 2./3) / 3, (8./12 + 4./7) / 3, 10, true}); !same(got, want) {
		t.Errorf("macro %+v, want %+v", got, want)
	}
	if got, want := c.Weighted(), (Scores{(6*4./6 + 3*2./4) / 10, (6*4./6 + 3*2./3) / 10, (6*8./12 + 3*4./7) / 10, 10, true}); !same(got, want) {
		t.Errorf("weighted %+v, want %+v", got, want)
	}
}

// A class that is neither truth nor prediction is no part of the averages; one
// that is only predicted is.
func TestClassesThatDoNotOccur(t *testing.T) {
	c := NewConfusion([]string{"a", "b", "c", "none"}, []int{0, 0, 1, 1}, []int{0, 0, 1, 2})
	if got, want := c.Class(2), (Scores{0, 0, 0, 0, true}); !same(got, want) {
		t.Errorf("only predicted: %+v, want %+v", got, want)
	}
	if got, want := c.Macro(), (Scores{2. / 3, (1 + 0.5) / 3, (1 + 2./3) / 3, 4, true}); !same(got, want) {
		t.Errorf("macro %+v, want %+v", got, want)
	}
	perfect := NewConfusion([]string{"a", "b", "none"}, []int{0, 1}, []int{0, 1})
	if got, want := perfect.Macro(), (Scores{1, 1, 1, 2, false}); !same(got, want) {
		t.Errorf("macro of a perfect prediction %+v, want %+v", got, want)
	}
	empty := NewConfusion([]string{"a", "b"}, nil, nil)
	if empty.Accuracy() != 0 || !same(empty.Macro(), Scores{}) {
		t.Errorf("no samples: %v, %+v", empty.Accuracy(), empty.Macro())
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	NewConfusion([]string{"a", "b", "c"}, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 2}, []int{0, 0, 0, 0, 1, 1, 1, 1, 0, 0}).WriteReport(&b)
	want := `Confusion matrix: a row for each true class, a column for each predicted one

     a  b  c
  a  4  2  ·
  b  1  2  ·
  c  1  ·  ·

     class  precision  recall      F1  samples
         a     0.6667  0.6667  0.6667        6
         b     0.5000  0.6667  0.5714        3
         c     0.0000  0.0000  0.0000        1*
     macro     0.3889  0.4444  0.4127       10*
  weighted     0.5500  0.6000  0.5714       10*

* a class never occurs or is never predicted: a quotient 0/0, taken as 0

accuracy 0.6000 (6 of 10 right)
`
	got := b.String()
	for _, line := range strings.Split(got, "\n") {
		if len([]rune(line)) > 79 {
			t.Errorf("wider than 79: %q", line)
		}
	}
	trim := func(s string) string {
		lines := strings.Split(s, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		return strings.Join(lines, "\n")
	}
	if trim(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNewConfusionPanics(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "2 true classes, 1 predicted") {
			t.Errorf("panic %q", text)
		}
	}()
	NewConfusion([]string{"a"}, []int{0, 0}, []int{0})
}
