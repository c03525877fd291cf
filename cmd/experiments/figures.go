package main

import (
	"context"
	"io"
	"math"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/cmd/internal/trial"
)

// A figure is a file in docs/figures.
type figure struct {
	name    string
	picture interface{ WriteSVG(io.Writer) error }
}

// figures returns all figures of the pages.
func figures(ctx context.Context, r results, x *runner, digits *dataset.Set, planes []series) (all []figure, err error) {
	for i, s := range sweeps {
		all = append(all,
			figure{s.name + ".svg", accuracies(s, r.Sweeps[i], r.Quick)},
			figure{s.name + "-loss.svg", losses(s, r.Sweeps[i])})
	}
	for i, s := range planes {
		name, first := s.set.Name, x.results[s][0]
		all = append(all,
			figure{name + ".svg", first.Regions(name+": held-out samples of the first fold and decision regions", s.set, s.folds(r.Folds)[0])},
			figure{name + "-roc.svg", plot.ROC(name+": the first fold", first.ROC.FPR, first.ROC.TPR, first.ROC.AUC)},
			figure{name + "-confusion.svg", plot.Heatmap{Title: "All folds: " + name, Classes: s.set.Classes, Count: r.Plane[i].Count}})
	}
	weights, err := firstWeights(ctx, digits, r.Quick)
	return append(all,
		figure{"confusion.svg", plot.Heatmap{Title: "Best combination, all folds", Classes: digits.Classes, Count: r.Best.Count}},
		figure{"weights.svg", weights}), err
}

// accuracies shows the effect of a hyperparameter on the three scores.
func accuracies(s sweep, r sweepResult, quick bool) plot.Lines {
	values, _ := s.points(quick)
	train, held, f1 := plot.Series{Name: "training accuracy"}, plot.Series{Name: "held-out accuracy"}, plot.Series{Name: "held-out macro F1"}
	l := plot.Lines{Title: s.title, XName: s.axis, YName: "mean ± sd over the folds", LogX: true, Marks: true}
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

// losses shows the data loss during training for at most six of the values.
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

// firstWeights shows the weights into each of 16 hidden nodes as an image of the
// pixels that they multiply.
func firstWeights(ctx context.Context, digits *dataset.Set, quick bool) (plot.Images, error) {
	p := base(quick)
	p.Hidden, p.Lambda = 16, 1e-4
	r, err := trial.Run(ctx, trial.Job{Params: p, Set: digits, Held: series{digits, p}.folds(5)[0]})
	if err == nil {
		err = r.Diverged
	}
	if err != nil {
		return plot.Images{}, err
	}
	images := plot.Images{Title: "Weights into 16 hidden nodes", Rows: 8, Cols: 8}
	for j := range p.Hidden {
		var image []float64
		for i := range digits.X.Cols {
			image = append(image, r.Network.W1.At(i, j))
		}
		images.Data = append(images.Data, image)
	}
	return images, nil
}
