package main

import (
	"fmt"
	"io"
	"math"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/plot"
	"chainrule/network"
)

// A figure is a file in docs/figures.
type figure struct {
	name    string
	picture interface{ WriteSVG(io.Writer) error }
}

// figures returns all figures of the pages.
func figures(r results, x *runner, digits *dataset.Set, planes []series) (all []figure) {
	for i, s := range sweeps {
		all = append(all,
			figure{s.name + ".svg", accuracies(s, r.Sweeps[i])},
			figure{s.name + "-loss.svg", losses(s, r.Sweeps[i])})
	}
	for i, s := range planes {
		name, first := s.set.Name, x.results[s][0]
		all = append(all,
			figure{name + ".svg", first.Regions(name+": held-out samples of the first fold and decision regions", s.set, s.folds(r.Folds)[0])},
			figure{name + "-roc.svg", plot.ROC(name+": the first fold", first.ROC.FPR, first.ROC.TPR, first.ROC.AUC)},
			figure{name + "-confusion.svg", plot.Heatmap{Title: "All folds: " + name, Classes: s.set.Classes, Count: r.Plane[i].Count}})
	}
	return append(all,
		figure{"confusion.svg", plot.Heatmap{Title: "Best combination, all folds", Classes: digits.Classes, Count: r.Best.Count}},
		figure{"weights.svg", firstWeights(x.results[series{digits, few(r.Quick)}][0].Network)})
}

// accuracies shows the effect of a hyperparameter on the three scores.
func accuracies(s sweep, r sweepResult) plot.Lines {
	l := plot.Lines{
		Title: s.title, XName: s.axis, YName: "mean ± sd over the folds", LogX: true, Marks: true,
		Series: []plot.Series{{Name: "training accuracy"}, {Name: "held-out accuracy"}, {Name: "held-out macro F1"}},
	}
	if s.name == "hidden" {
		l.XTicks = s.values
	}
	for i, p := range r.Points {
		x := s.x(s.values[i])
		if p.Diverged > 0 {
			l.Notes = append(l.Notes, plot.Note{X: x, Text: "diverged"})
			p.Train.Mean, p.Held.Mean, p.MacroF1.Mean = math.NaN(), math.NaN(), math.NaN()
		}
		for i, v := range []stat{p.Train, p.Held, p.MacroF1} {
			to := &l.Series[i]
			to.X, to.Y, to.Err = append(to.X, x), append(to.Y, v.Mean), append(to.Err, v.SD)
		}
	}
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

// firstWeights shows the weights into each hidden node as an image of the pixels
// that they multiply.
func firstWeights(n *network.Network) plot.Images {
	images := plot.Images{Title: fmt.Sprintf("Weights into %d hidden nodes", n.W1.Cols), Rows: 8, Cols: 8}
	for j := range n.W1.Cols {
		var image []float64
		for i := range n.W1.Rows {
			image = append(image, n.W1.At(i, j))
		}
		images.Data = append(images.Data, image)
	}
	return images
}
