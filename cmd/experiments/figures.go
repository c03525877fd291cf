package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"chainrule/cmd/internal/plot"
	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

type picture interface{ WriteSVG(io.Writer) error }

// A figure is a file in docs/figures.
type figure struct {
	name string
	picture
}

// A view says how a group whose points differ in one hyperparameter is drawn.
type view struct {
	group, set, axis string
	standard         string   // the default value
	curves           []string // values whose learning curves are drawn; nil for the last one
}

var views = []view{
	{"hidden", "Digits", "hidden nodes n₁", "64", []string{"2", "8", "64", "128"}},
	{"rate", "Digits", "learning rate α", "2", []string{"0.01", "0.1", "2", "8"}},
	{"epochs", "Digits", "epochs", "50", nil},
	{"lambda", "Digits", "λ", "0", []string{"0", "0.0001", "0.001", "0.01"}},
	{"batch", "Digits", "batch size", "16", []string{"1", "16", "64", "all"}},
	{"few_moons_lambda", "Few noisy moons", "λ", "", []string{"0", "0.0003", "0.001", "0.003"}},
	{"few_digits_lambda", "Few digits, wrong labels", "λ", "", []string{"0", "0.0003", "0.001", "0.003"}},
	{"few_clean_epochs", "Few digits", "epochs", "", nil},
}

// figures returns all figures of the pages. first returns the first run of a series.
func figures(r results, first func(series) trial.Result, d sources, todo plan, images series) (all []figure) {
	add := func(name string, p picture) { all = append(all, figure{name + ".svg", p}) }
	samples, _ := d.digits.splits(1, r.Folds)[0].counts()
	for _, v := range views {
		g := r.group(v.group)
		errors := v.errors(g, float64(samples))
		if v.group == "batch" {
			steps := v.errors(r.group("steps"), float64(samples)).Series[0]
			steps.Name = "held-out, equal steps"
			errors.Series = append(errors.Series, steps)
		}
		add(v.group, errors)
		held, training := func(at record) float64 { return at.Held }, func(at record) float64 { return at.Train }
		if v.group == "few_moons_lambda" { // the training loss would flatten the U
			add(v.group+"-loss", v.learning(g, "held-out data loss", "data loss", held))
		} else {
			add(v.group+"-loss", v.learning(g, "data loss", "data loss (dashed: training)", held, training))
		}
		if v.axis == "λ" {
			add(v.group+"-error", v.learning(g, "held-out error", "error (fraction of samples)",
				func(at record) float64 { return 1 - at.Right }))
		}
	}
	for _, g := range todo {
		name, ok := strings.CutPrefix(g.name, "bend_")
		if !ok || g.entries[0].splits(1, r.Folds)[0].set.X.Cols != 2 {
			continue
		}
		for i, e := range g.entries {
			file, fold := name, e.splits(1, r.Folds)[0]
			if i > 0 {
				file += "-" + e.value
			}
			add(file, first(e.series).Regions(fmt.Sprintf("%s, %s: held-out samples", name, e.value), fold.set, fold.held))
		}
		one := first(g.entries[0].series)
		add(name+"-roc", plot.ROC{Title: name + ": ROC of the first fold", FPR: one.ROC.FPR, TPR: one.ROC.TPR, AUC: one.ROC.AUC})
		add(name+"-confusion", plot.Heatmap{Title: name + ": all runs", Classes: one.Classes, Count: r.group("plane").point(name).Count})
	}
	winner := r.group("final").point("winner")
	add("confusion", plot.Heatmap{
		Title:   fmt.Sprintf("%d networks on the part set aside", len(winner.Runs)),
		Classes: d.aside.splits(1, 1)[0].set.Classes, Count: winner.Count})
	add("weights", firstWeights(first(images).Network))
	return all
}

// errors shows the error over the hyperparameter. The batch size "all" is the number
// of training samples.
func (v view) errors(g group, samples float64) plot.Lines {
	l := plot.Lines{
		Title: v.set + ": error by " + v.axis, XName: v.axis, YName: "error (fraction of samples)", LogX: true, LogY: true,
		XLabels: map[float64]string{samples: "all"},
		Series:  []plot.Series{{Name: "held-out"}, {Name: "training", Dashed: true}},
	}
	for _, p := range g.Points {
		x, err := strconv.ParseFloat(p.Value, 64)
		if err != nil {
			x = samples
		}
		l.XTicks = append(l.XTicks, x)
		if p.Diverged > 0 {
			l.Notes = append(l.Notes, plot.Note{X: x, Text: fmt.Sprintf("%d of %d runs diverged", p.Diverged, len(p.Runs))})
		}
		for i, s := range []stat{p.Held, p.Train} {
			if p.Diverged == len(p.Runs) {
				s.Mean = math.NaN()
			}
			to := &l.Series[i]
			to.X, to.Y = append(to.X, x), append(to.Y, 1-s.Mean)
			to.Low, to.High = append(to.Low, 1-s.Mean-s.Half), append(to.High, 1-s.Mean+s.Half)
		}
	}
	return l
}

// learning shows one or two quantities during training, the second dashed.
func (v view) learning(g group, what, axis string, quantities ...func(record) float64) plot.Lines {
	l := plot.Lines{Title: v.set + ": " + what, XName: "epochs", YName: axis, LogX: true, LogY: true}
	curves := v.curves
	if curves == nil {
		curves = []string{g.Points[len(g.Points)-1].Value}
	} else {
		l.Title += " by " + v.axis
	}
	for _, value := range curves {
		name := value
		if value == v.standard {
			name += " (default)"
		}
		for i, quantity := range quantities {
			s := plot.Series{Name: name, Dashed: i > 0}
			if i > 0 || v.curves == nil {
				s.Name = ""
			}
			for _, at := range g.point(value).Curve {
				s.X, s.Y = append(s.X, float64(at.Epoch)), append(s.Y, quantity(at))
			}
			l.Series = append(l.Series, s)
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
