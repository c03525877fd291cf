package trial

import (
	"math"
	"math/rand/v2"
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
		{"infinite", []float64{math.Inf(-1), math.Inf(1)}, []bool{false, true}, []float64{0, 0, 1}, []float64{0, 1, 1}, 1},
	} {
		got, err := ROC(c.scores, c.positive)
		if err != nil || got.AUC != c.auc || !slices.Equal(got.FPR, c.fpr) || !slices.Equal(got.TPR, c.tpr) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	for _, positive := range [][]bool{{true, true}, {false, false}} {
		if _, err := ROC([]float64{1, 2}, positive); err == nil {
			t.Errorf("%v: no error", positive)
		}
	}
	if _, err := ROC([]float64{1, math.NaN()}, []bool{true, false}); err == nil {
		t.Error("NaN: no error")
	}
}

// The area is the share of the pairs that are in order, ties counted half.
func TestAUCIsTheShareOfPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		scores, positive := make([]float64, 60), make([]bool, 60)
		for s := range scores {
			scores[s], positive[s] = float64(rng.IntN(12)), s%3 == 0
		}
		var pairs, inOrder float64
		for a := range scores {
			for b := range scores {
				if positive[a] && !positive[b] {
					pairs++
					if scores[a] > scores[b] {
						inOrder++
					} else if scores[a] == scores[b] {
						inOrder += 0.5
					}
				}
			}
		}
		// At most 13 sums and products of numbers up to 1.
		if got, err := ROC(scores, positive); err != nil || math.Abs(got.AUC-inOrder/pairs) > 1e-14 {
			t.Errorf("AUC %v, %v, want %v", got.AUC, err, inOrder/pairs)
		}
	}
}
