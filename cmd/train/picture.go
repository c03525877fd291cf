package main

import (
	"errors"
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
		if len(r.History) == 0 {
			return errors.New("no epoch was trained, so there are no learning curves to draw")
		}
		var loss, total, accuracy plot.Series
		for _, h := range r.History {
			for _, v := range []struct {
				to *plot.Series
				y  float64
			}{{&loss, h.DataLoss}, {&total, h.Total}, {&accuracy, h.Accuracy}} {
				v.to.X, v.to.Y = append(v.to.X, float64(h.Epoch)), append(v.to.Y, v.y)
			}
		}
		loss.Name, total.Name, accuracy.Name = "data loss", "loss with penalty", "accuracy"
		series := []plot.Series{loss, accuracy}
		if total.Y[0] != loss.Y[0] {
			series = append(series, total)
		}
		return plot.Lines{
			Title: "Training on " + set.Name, XName: "epoch", YName: "on the training samples",
			Series: series, YHigh: 1,
		}.WriteSVG(w)
	}
}
