package trial

import "sort"

// A Curve is a receiver operating characteristic (ROC). As the threshold falls
// from above all scores to below them, it gives the fraction of the negatives
// (FPR, false positive rate) and of the positives (TPR, true positive rate) whose
// score is at least the threshold.
type Curve struct {
	FPR, TPR []float64 // from (0, 0) to (1, 1), both non-decreasing
	AUC      float64   // area under the curve
}

// ROC returns the curve of the scores of samples that are positive or not, or nil
// if they are all of one kind. Samples with equal scores pass the threshold
// together, and the curve is a straight line between the points before and after
// them. AUC is therefore the probability that a random positive has a higher score
// than a random negative, with ties counted as ½, as in scikit-learn's
// roc_auc_score. No score may be NaN.
func ROC(scores []float64, positive []bool) *Curve {
	order := make([]int, len(scores))
	positives := 0
	for s := range order {
		order[s] = s
		if positive[s] {
			positives++
		}
	}
	negatives := len(scores) - positives
	if positives == 0 || negatives == 0 {
		return nil
	}
	sort.Slice(order, func(a, b int) bool { return scores[order[a]] > scores[order[b]] })
	c := &Curve{FPR: []float64{0}, TPR: []float64{0}}
	tp, fp := 0, 0
	for i, s := range order {
		if positive[s] {
			tp++
		} else {
			fp++
		}
		if i+1 < len(order) && scores[order[i+1]] == scores[s] {
			continue // the next sample passes at the same threshold
		}
		last := len(c.FPR) - 1
		fpr, tpr := float64(fp)/float64(negatives), float64(tp)/float64(positives)
		c.AUC += (fpr - c.FPR[last]) * (tpr + c.TPR[last]) / 2
		c.FPR, c.TPR = append(c.FPR, fpr), append(c.TPR, tpr)
	}
	return c
}
