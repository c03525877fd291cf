package metrics

import (
	"fmt"
	"math"
	"sort"
)

// A Curve is a receiver operating characteristic: for every threshold, from
// above all scores to below them, which share of the negatives (FPR) and of the
// positives (TPR) have a score of at least that.
type Curve struct {
	FPR, TPR []float64 // from 0, 0 to 1, 1, neither ever falling
	AUC      float64   // the area under TPR over FPR
}

// ROC returns the curve for the scores of samples, of which some are positive.
// Samples with equal scores pass the threshold together: the curve goes straight
// from before them to behind them, and each such pair of a positive and a
// negative counts half in the area. So AUC is the probability that a positive
// has the larger score than a negative, ties counted half, as in scikit-learn's
// roc_auc_score. It is an error if a score is NaN or one of the kinds is missing.
func ROC(scores []float64, positive []bool) (Curve, error) {
	order := make([]int, len(scores))
	positives := 0
	for s, score := range scores {
		if math.IsNaN(score) {
			return Curve{}, fmt.Errorf("the score of sample %d is NaN", s)
		}
		order[s] = s
		if positive[s] {
			positives++
		}
	}
	negatives := len(scores) - positives
	if positives == 0 || negatives == 0 {
		return Curve{}, fmt.Errorf("%d positive and %d negative samples, want some of both", positives, negatives)
	}
	sort.Slice(order, func(a, b int) bool { return scores[order[a]] > scores[order[b]] })
	c := Curve{FPR: []float64{0}, TPR: []float64{0}}
	tp, fp := 0, 0
	for at := 0; at < len(order); {
		threshold := scores[order[at]]
		for ; at < len(order) && scores[order[at]] == threshold; at++ {
			if positive[order[at]] {
				tp++
			} else {
				fp++
			}
		}
		last := len(c.FPR) - 1
		fpr, tpr := float64(fp)/float64(negatives), float64(tp)/float64(positives)
		c.AUC += (fpr - c.FPR[last]) * (tpr + c.TPR[last]) / 2
		c.FPR, c.TPR = append(c.FPR, fpr), append(c.TPR, tpr)
	}
	return c, nil
}
