package main

import (
	"fmt"
	"io"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/cmd/internal/trial"
)

// picture returns a function that writes the figure of -plot: for two inputs the
// held-out samples and the decision regions, otherwise the learning curves.
func picture(r trial.Result, set *dataset.Set, held []int) func(io.Writer) error {
	if set.X.Cols == 2 {
		title := fmt.Sprintf("%s: held-out samples and decision regions", set.Name)
		return r.Regions(title, set, held).WriteSVG
	}
	return func(w io.Writer) error {
		series := []plot.Series{{Name: "data loss"}, {Name: "accuracy"}, {Name: "loss with penalty"}}
		for _, h := range r.History {
			for i, y := range []float64{h.DataLoss, h.Accuracy, h.Total} {
				series[i].X, series[i].Y = append(series[i].X, float64(h.Epoch)), append(series[i].Y, y)
			}
		}
		if r.Train.Penalty == 0 {
			series = series[:2]
		}
		return plot.Lines{
			Title: "Training on " + set.Name, XName: "epoch", YName: "training loss and accuracy",
			Series: series, Unit: true,
		}.WriteSVG(w)
	}
}
