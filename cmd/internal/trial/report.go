package trial

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteReport prints the confusion matrix, the scores of each class, their
// averages, and the accuracy.
func (c *Confusion) WriteReport(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "Confusion matrix: one row per true class, one column per predicted class")
	fmt.Fprint(t, "\n\t")
	for _, class := range c.Classes {
		fmt.Fprintf(t, "%s\t", class)
	}
	fmt.Fprintln(t)
	for k, row := range c.Count {
		fmt.Fprintf(t, "%s\t", c.Classes[k])
		for _, n := range row {
			if n == 0 {
				fmt.Fprint(t, "·\t") // makes the errors stand out
			} else {
				fmt.Fprintf(t, "%d\t", n)
			}
		}
		fmt.Fprintln(t)
	}

	undefined := false
	line := func(name string, s Scores) {
		mark := ""
		if s.Undefined {
			mark, undefined = "*", true
		}
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%d\t%s\n", name, s.Precision, s.Recall, s.F1, s.Support, mark)
	}
	fmt.Fprint(t, "\nclass\tprecision\trecall\tF1 score\tsamples\t\n")
	for k, class := range c.Classes {
		line(class, c.Class(k))
	}
	line("macro", c.Macro())
	line("weighted", c.Weighted())
	t.Flush()
	if undefined {
		fmt.Fprintln(w, "\n* precision or recall is 0/0, counted as 0: a class with no samples or no\n  predictions")
	}
	correct, total := c.correct()
	fmt.Fprintf(w, "\naccuracy %.4f (%d of %d correct)\n", ratio(correct, total), correct, total)
}
