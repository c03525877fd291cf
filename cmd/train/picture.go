package main

import (
	"errors"
	"fmt"
	"io"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/matrix"
	"chainrule/network"
)

// history is how training went, epoch after epoch.
type history struct{ epoch, data, total, accuracy []float64 }

func (h *history) add(epoch int, s network.Score) {
	h.epoch = append(h.epoch, float64(epoch))
	h.data = append(h.data, s.DataLoss)
	h.total = append(h.total, s.Total)
	h.accuracy = append(h.accuracy, s.Accuracy)
}

// picture returns what writes the picture of -plot.
func picture(m model, set *dataset.Set, held []int, h history) func(io.Writer) error {
	if set.X.Cols == 2 {
		return boundary(m, set, held).WriteSVG
	}
	return func(w io.Writer) error {
		if len(h.epoch) == 0 {
			return errors.New("no epoch was trained, so there are no loss curves to draw")
		}
		series := []plot.Series{{Name: "data loss", X: h.epoch, Y: h.data}, {Name: "accuracy", X: h.epoch, Y: h.accuracy}}
		if h.total[0] != h.data[0] {
			series = append(series, plot.Series{Name: "loss with penalty", X: h.epoch, Y: h.total})
		}
		return plot.Lines{
			Title: fmt.Sprintf("Training on %s", set.Name), XName: "epoch", YName: "on the training samples",
			Series: series, YHigh: 1,
		}.WriteSVG(w)
	}
}

// boundary shows the samples held out, in their own units, and the class that
// the model gives to every place.
func boundary(m model, set *dataset.Set, held []int) plot.Scatter {
	s := plot.Scatter{
		Title: fmt.Sprintf("%s: samples held out, and the network's regions", set.Name),
		XName: "first input", YName: "second input", Classes: m.classes,
	}
	for _, i := range held {
		s.X = append(s.X, set.X.At(i, 0)/m.scaling.Factor[0]+m.scaling.Offset[0])
		s.Y = append(s.Y, set.X.At(i, 1)/m.scaling.Factor[1]+m.scaling.Offset[1])
		s.Class = append(s.Class, set.Labels[i])
	}
	point := matrix.New(1, 2)
	s.Region = func(x, y float64) int {
		point.Data[0], point.Data[1] = x, y
		m.scaling.Apply(point)
		class, err := network.Class(m.network.Predict(point).Data)
		if err != nil {
			return 0 // the report has already said so
		}
		return class
	}
	return s
}
