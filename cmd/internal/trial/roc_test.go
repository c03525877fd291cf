package trial

import (
	"math"
	"slices"
	"testing"
)

func TestROC(t *testing.T) {
	for _, c := range []struct {
		name     string
		scores   []float64
		positive []bool
		fpr, tpr []float64
		auc      float64
	}{
		{"perfect", []float64{1, 2, 3, 4}, []bool{false, false, true, true}, []float64{0, 0, 0, 0.5, 1}, []float64{0, 0.5, 1, 1, 1}, 1},
		{"reversed", []float64{1, 2, 3, 4}, []bool{true, true, false, false}, []float64{0, 0.5, 1, 1, 1}, []float64{0, 0, 0, 0.5, 1}, 0},
		{"all tied", []float64{7, 7, 7}, []bool{true, false, false}, []float64{0, 1}, []float64{0, 1}, 0.5},
		// The example of scikit-learn's roc_auc_score.
		{"mixed", []float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true}, []float64{0, 0, 0.5, 0.5, 1}, []float64{0, 0.5, 0.5, 1, 1}, 0.75},
		{"one tie", []float64{1, 2, 2, 3}, []bool{false, true, false, true}, []float64{0, 0, 0.5, 1}, []float64{0, 0.5, 1, 1}, 0.875},
		{"two ties", []float64{5, 1, 5, 1, 5, 1, 5, 1}, []bool{true, true, true, false, true, false, false, false}, []float64{0, 0.25, 1}, []float64{0, 0.75, 1}, 0.75},
		{"infinite", []float64{math.Inf(-1), math.Inf(1)}, []bool{false, true}, []float64{0, 0, 1}, []float64{0, 1, 1}, 1},
	} {
		if got := ROC(c.scores, c.positive); got.AUC != c.auc || !slices.Equal(got.FPR, c.fpr) || !slices.Equal(got.TPR, c.tpr) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	for _, positive := range [][]bool{{true, true}, {false, false}, nil} {
		if got := ROC([]float64{1, 2}[:len(positive)], positive); got != nil {
			t.Errorf("%v: %+v, want nil", positive, got)
		}
	}
}
