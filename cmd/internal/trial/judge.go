package trial

import (
	"fmt"

	"chainrule/matrix"
	"chainrule/network"
)

// Judge says what is wrong, if anything is, with a training that began with the
// data loss first and ended with last, some time before which it had before, when
// that of constant outputs is constant: an error that wraps network.ErrDiverged,
// or a note if it has not got anywhere yet.
//
// A sigmoid's output is finite whatever the rate, so no NaN tells. But at a rate
// too large the outputs are soon so far on the wrong side that their derivative
// is 0, and the loss stands still where it is, above the constant one: for ten
// classes at 0.5 and not 0.45. A network that has just not learned to tell the
// samples apart is within a few per cent of the constant.
func (p Params) Judge(first, before, last, constant float64) (note string, err error) {
	if last < constant {
		return "", nil
	}
	loss := fmt.Sprintf("data loss %.5f, constant outputs have %.5f", last, constant)
	lambda := ""
	if p.Lambda > 0 {
		lambda = " or a smaller -lambda"
	}
	switch {
	case last < before*(1-1e-4), last <= first && last > first*0.9:
		return loss + "; it still falls: try more -epochs or a larger -rate", nil
	case last < constant*1.05:
		return loss + "; it does not fall: try another -rate" + lambda, nil
	}
	return "", fmt.Errorf("%w: %s, and it does not fall; try -rate below %g%s", network.ErrDiverged, loss, p.LearningRate, lambda)
}

// ConstantLoss returns the smallest data loss that outputs can have that are the
// same for each of the samples: those that are the means of the targets.
func ConstantLoss(y *matrix.Matrix, samples []int) (loss float64) {
	for k := range y.Cols {
		var mean, square float64
		for _, s := range samples {
			mean += y.At(s, k) / float64(len(samples))
			square += y.At(s, k) * y.At(s, k) / float64(len(samples))
		}
		loss += (square - mean*mean) / 2
	}
	return loss
}
