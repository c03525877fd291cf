// Package metrics measures how well predicted classes match the true ones. The
// definitions are those of scikit-learn's classification_report.
package metrics

import "fmt"

// A Confusion counts samples by their true class, the row, and their predicted
// class, the column.
type Confusion struct {
	Classes []string // the names of the classes
	Count   [][]int  // Count[t][p] samples of class t were taken for class p
}

// NewConfusion counts the samples whose true and predicted classes, as indices
// into classes, are given. It panics if they are not as many.
func NewConfusion(classes []string, truth, predicted []int) *Confusion {
	if len(truth) != len(predicted) {
		panic(fmt.Sprintf("metrics: %d true classes, %d predicted", len(truth), len(predicted)))
	}
	c := &Confusion{Classes: classes, Count: make([][]int, len(classes))}
	for t := range c.Count {
		c.Count[t] = make([]int, len(classes))
	}
	for s, t := range truth {
		c.Count[t][predicted[s]]++
	}
	return c
}

// Total returns how many samples were counted.
func (c *Confusion) Total() (total int) {
	for _, row := range c.Count {
		for _, n := range row {
			total += n
		}
	}
	return total
}

// Accuracy returns the share of the samples, 0 to 1, whose predicted class is
// the true one: Σ_t Count_tt / Total. It is 0 if there are no samples.
func (c *Confusion) Accuracy() float64 {
	right := 0
	for t := range c.Count {
		right += c.Count[t][t]
	}
	accuracy, _ := ratio(right, c.Total())
	return accuracy
}

// Scores are what is said of one class, or the averages over all. Where a
// quotient is 0/0 it is taken as 0, and Undefined is set.
type Scores struct {
	Precision float64 // of those taken for the class, the share that is of it
	Recall    float64 // of those of the class, the share that is taken for it
	F1        float64 // 2 Precision Recall / (Precision + Recall)
	Support   int     // how many are of the class
	Undefined bool    // precision, recall or F1 was 0/0
}

// ratio returns a/b, or 0 and true for 0/0.
func ratio(a, b int) (r float64, undefined bool) {
	if b == 0 {
		return 0, true
	}
	return float64(a) / float64(b), false
}

// Class returns the scores of class k. With TP = Count_kk, the samples of the
// class taken for it, FP those of others taken for it, and FN those of it taken
// for others:
//
//	Precision = TP / (TP + FP)    Recall = TP / (TP + FN)    F1 = 2TP / (2TP + FP + FN)
func (c *Confusion) Class(k int) Scores {
	of, as := 0, 0 // the class, truly and as predicted
	for l := range c.Classes {
		of += c.Count[k][l]
		as += c.Count[l][k]
	}
	s := Scores{Support: of}
	tp := c.Count[k][k]
	var noPrecision, noRecall bool
	s.Precision, noPrecision = ratio(tp, as)
	s.Recall, noRecall = ratio(tp, of)
	s.F1, _ = ratio(2*tp, of+as)
	s.Undefined = noPrecision || noRecall
	return s
}

// Macro returns the plain means over the classes, and Weighted those in which a
// class counts as often as it has samples. Only classes that occur are counted,
// be it as truth or as prediction. Support is that of all together.
func (c *Confusion) Macro() Scores { return c.average(func(Scores) float64 { return 1 }) }

// Weighted is described with Macro.
func (c *Confusion) Weighted() Scores {
	return c.average(func(s Scores) float64 { return float64(s.Support) })
}

func (c *Confusion) average(weight func(Scores) float64) (mean Scores) {
	var sum float64
	for k := range c.Classes {
		s := c.Class(k)
		predicted := 0
		for t := range c.Classes {
			predicted += c.Count[t][k]
		}
		if s.Support+predicted == 0 {
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
