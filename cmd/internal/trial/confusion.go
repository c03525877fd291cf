package trial

// A Confusion is a confusion matrix: it counts samples by true class, the row,
// and predicted class, the column.
type Confusion struct {
	Classes []string // the names of the classes
	Count   [][]int  // Count[t][p] samples of class t were predicted as class p
}

// NewConfusion counts samples by their true and predicted classes, two lists of the
// same length of indices into classes.
func NewConfusion(classes []string, truth, predicted []int) *Confusion {
	c := &Confusion{Classes: classes, Count: make([][]int, len(classes))}
	for t := range c.Count {
		c.Count[t] = make([]int, len(classes))
	}
	for s, t := range truth {
		c.Count[t][predicted[s]]++
	}
	return c
}

// Sum returns the sum of the confusion matrices of all folds.
func Sum(results []Result) *Confusion {
	sum := NewConfusion(results[0].Confusion.Classes, nil, nil)
	for _, r := range results {
		for t, row := range r.Confusion.Count {
			for p, n := range row {
				sum.Count[t][p] += n
			}
		}
	}
	return sum
}

// correct returns how many samples were classified correctly, Σ_t Count_tt, and
// how many there are.
func (c *Confusion) correct() (correct, total int) {
	for t, row := range c.Count {
		correct += row[t]
		for _, n := range row {
			total += n
		}
	}
	return correct, total
}

// Scores describe the predictions for one class, or the average over classes. The
// definitions are those of scikit-learn's classification_report; 0/0 counts as 0.
type Scores struct {
	Precision float64 // fraction of the predictions of the class that are correct
	Recall    float64 // fraction of the samples of the class that are predicted as it
	F1        float64 // harmonic mean: 2 Precision Recall / (Precision + Recall)
	Support   int     // number of samples of the class
	Undefined bool    // precision or recall was 0/0
	absent    bool    // both were: no sample has this class, none is predicted as it
}

// ratio returns a/b, or 0 for 0/0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Class returns the scores of class k. With the true positives TP = Count_kk, the
// false positives FP (the rest of column k) and the false negatives FN (the rest
// of row k):
//
//	Precision = TP / (TP + FP)    Recall = TP / (TP + FN)    F1 = 2TP / (2TP + FP + FN)
func (c *Confusion) Class(k int) Scores {
	row, column := 0, 0
	for l := range c.Classes {
		row += c.Count[k][l]
		column += c.Count[l][k]
	}
	tp := c.Count[k][k]
	return Scores{
		Precision: ratio(tp, column), Recall: ratio(tp, row), F1: ratio(2*tp, row+column),
		Support: row, Undefined: row == 0 || column == 0, absent: row == 0 && column == 0,
	}
}

// Macro returns the unweighted means over the classes that occur, as the true
// class or the predicted class of some sample. Support is the total.
func (c *Confusion) Macro() Scores { return c.average(func(Scores) float64 { return 1 }) }

// Weighted returns the means weighted by Support.
func (c *Confusion) Weighted() Scores {
	return c.average(func(s Scores) float64 { return float64(s.Support) })
}

func (c *Confusion) average(weight func(Scores) float64) (mean Scores) {
	var sum float64
	for k := range c.Classes {
		s := c.Class(k)
		if s.absent {
			continue
		}
		w := weight(s)
		sum += w
		mean.Precision += w * s.Precision
		mean.Recall += w * s.Recall
		mean.F1 += w * s.F1
		mean.Support += s.Support
		mean.Undefined = mean.Undefined || s.Undefined
	}
	if sum > 0 {
		mean.Precision /= sum
		mean.Recall /= sum
		mean.F1 /= sum
	}
	return mean
}
