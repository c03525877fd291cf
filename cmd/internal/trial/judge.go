package trial

import (
	"fmt"

	"chainrule/matrix"
	"chainrule/network"
)

// Judge reports whether a run diverged or stalled. first, before and last are its
// data losses at the start, at the previous record and at the end; constant is the
// loss of the best constant prediction. A run that diverged is an error that wraps
// network.ErrDiverged; one that has learned nothing so far gets a note with advice.
//
// A sigmoid output is finite at any learning rate, so a divergence need not
// produce a NaN. Instead the outputs saturate at wrong values, where their
// derivative is 0, and the loss stays above that of a constant prediction: with
// ten classes at 0.5, for example, and not at 0.45. A network that has merely not
// yet learned to tell the classes apart is within a few per cent of the constant.
func (p Params) Judge(first, before, last, constant float64) (note string, err error) {
	if last < constant {
		return "", nil
	}
	loss := fmt.Sprintf("data loss %.5f, the best constant prediction has %.5f", last, constant)
	lambda := ""
	if p.Lambda > 0 {
		lambda = " or a smaller -lambda"
	}
	switch {
	case last < before*(1-1e-4):
		return loss + "; it is still falling: try more -epochs or a larger -rate", nil
	case last <= first && last > first*0.9:
		return loss + "; it has hardly moved: try a larger -rate or more -epochs", nil
	case last < constant*1.05:
		return loss + "; it has stopped falling: try another -rate" + lambda, nil
	}
	return "", fmt.Errorf("%w: %s, and it is not falling; try a -rate below %g%s", network.ErrDiverged, loss, p.LearningRate, lambda)
}

// shrunk is the fraction of ‖w¹‖² + ‖w²‖² below which the penalty has kept a network
// from learning. On the digits and moons, at learning rates from 0.001 to 2, it was 0.42
// and less where more epochs did not help, and 0.93 and more where they did.
const shrunk = 0.5

// constantLoss returns the smallest data loss of a prediction that is the same for
// all samples: their mean target.
func constantLoss(y *matrix.Matrix, samples []int) (loss float64) {
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
