package trial

import (
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/matrix"
	"chainrule/network"
)

// Regions draws samples of a set with two inputs and the class that the model
// predicts at every point of the plane.
func (m Model) Regions(title string, set *dataset.Set, samples []int) plot.Scatter {
	s := plot.Scatter{Title: title, XName: "first input", YName: "second input", Classes: m.Classes}
	for _, i := range samples {
		s.X, s.Y, s.Class = append(s.X, set.X.At(i, 0)), append(s.Y, set.X.At(i, 1)), append(s.Class, set.Labels[i])
	}
	point := matrix.New(1, 2)
	s.Region = func(x, y float64) int {
		point.Data[0], point.Data[1] = x, y
		m.Scaling.Apply(point)
		class, err := network.Class(m.Network.Predict(point).Data)
		if err != nil {
			return 0 // an output is NaN: no class
		}
		return class
	}
	return s
}
