package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// A figure is a file in docs/figures.
type figure struct {
	name    string
	picture interface{ WriteSVG(io.Writer) error }
}

// figures draws all that the pages show.
func figures(r results) (all []figure, err error) {
	for i, s := range sweeps {
		all = append(all,
			figure{s.name + ".svg", accuracies(s, r.Sweeps[i], r.Quick)},
			figure{s.name + "-loss.svg", losses(s, r.Sweeps[i])})
	}
	for i, set := range planeSets() {
		scatter, roc, err := planeFigures(set, r.Quick, r.Folds)
		if err != nil {
			return nil, err
		}
		all = append(all,
			figure{set.Name + ".svg", scatter},
			figure{set.Name + "-roc.svg", roc},
			figure{set.Name + "-confusion.svg", plot.Heatmap{Title: "All folds: " + set.Name, Classes: set.Classes, Count: r.Plane[i].Count}})
	}
	digits, err := dataset.Digits()
	if err != nil {
		return nil, err
	}
	weights, err := firstWeights(digits, r.Quick)
	if err != nil {
		return nil, err
	}
	return append(all,
		figure{"confusion.svg", plot.Heatmap{Title: "Best combination, all folds", Classes: digits.Classes, Count: r.Best.Count}},
		figure{"weights.svg", weights}), nil
}

// accuracies shows what a sweep does to the three measures.
func accuracies(s sweep, r sweepResult, small bool) plot.Lines {
	values, _ := s.points(small)
	train, held, f1 := plot.Series{Name: "training accuracy"}, plot.Series{Name: "held-out accuracy"}, plot.Series{Name: "held-out macro F1"}
	l := plot.Lines{Title: s.title, XName: s.axis, YName: "mean ± sd over the folds", LogX: s.log, Marks: true}
	if s.name == "hidden" {
		l.XTicks = values
	}
	for i, p := range r.Points {
		x := s.x(values[i])
		if p.Diverged > 0 {
			l.Notes = append(l.Notes, plot.Note{X: x, Text: "diverged"})
			p.Train.Mean, p.Held.Mean, p.MacroF1.Mean = math.NaN(), math.NaN(), math.NaN()
		}
		for _, v := range []struct {
			to   *plot.Series
			from stat
		}{{&train, p.Train}, {&held, p.Held}, {&f1, p.MacroF1}} {
			v.to.X, v.to.Y, v.to.Err = append(v.to.X, x), append(v.to.Y, v.from.Mean), append(v.to.Err, v.from.SD)
		}
	}
	l.Series = []plot.Series{train, held, f1}
	return l
}

// losses shows how the data loss falls, for at most six of the values.
func losses(s sweep, r sweepResult) plot.Lines {
	l := plot.Lines{Title: s.title + ": data loss in training", XName: "epoch", YName: "mean over the folds", LogX: true}
	every := (len(r.Points) + 5) / 6
	for i := 0; i < len(r.Points); i += every {
		p := r.Points[i]
		series := plot.Series{Name: p.Value}
		for _, loss := range p.Loss {
			series.X, series.Y = append(series.X, float64(loss.Epoch)), append(series.Y, loss.Data)
		}
		if len(series.X) > 0 {
			l.Series = append(l.Series, series)
		}
	}
	return l
}

// planeFigures shows the first fold of a 2-D set: the samples held out with the
// boundary that the network has drawn without them, and its ROC curve.
func planeFigures(set *dataset.Set, small bool, k int) (scatter plot.Scatter, roc plot.Lines, err error) {
	p := planeParams(small)
	held := dataset.Folds(set.Labels, k, trial.Rand(p.Seed, trial.StreamSplit))[0]
	r, err := trial.Run(context.Background(), p, set, held, p.Epochs)
	if err != nil {
		return scatter, roc, err
	}
	c, err := trial.ROC(set, held, r.Outputs)
	if err != nil {
		return scatter, roc, err
	}
	scatter = plot.Scatter{Title: fmt.Sprintf("%s: the first fold, and the regions of its network", set.Name), XName: "first input", YName: "second input", Classes: set.Classes}
	for _, s := range held {
		scatter.X, scatter.Y, scatter.Class = append(scatter.X, set.X.At(s, 0)), append(scatter.Y, set.X.At(s, 1)), append(scatter.Class, set.Labels[s])
	}
	point := matrix.New(1, 2)
	scatter.Region = func(x, y float64) int {
		point.Data[0], point.Data[1] = x, y
		// The outputs are numbers: those for the samples held out were.
		class, _ := network.Class(r.Network.Predict(point).Data)
		return class
	}
	return scatter, plot.ROC(set.Name+": the first fold", c.FPR, c.TPR, c.AUC), nil
}

// firstWeights shows the weights into each of 16 hidden nodes as images of the
// digits' pixels.
func firstWeights(set *dataset.Set, small bool) (plot.Images, error) {
	p := base(small)
	p.Hidden, p.Lambda = 16, 1e-4
	held := dataset.Folds(set.Labels, 5, trial.Rand(p.Seed, trial.StreamSplit))[0]
	r, err := trial.Run(context.Background(), p, set, held, p.Epochs)
	if err != nil {
		return plot.Images{}, err
	}
	images := plot.Images{Title: "Weights into 16 hidden nodes", Rows: 8, Cols: 8}
	for j := range p.Hidden {
		var image []float64
		for i := range set.X.Cols {
			image = append(image, r.Network.W1.At(i, j))
		}
		images.Data = append(images.Data, slices.Clip(image))
	}
	return images, nil
}
