// Command probe says what becomes of package network as it is built here: which
// equations of docs/derivation.md it does not compute, and what it learns of two
// moons. The gallery's test builds it with each mutant in its place.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/internal/trial"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

func main() {
	off, err := unlike()
	if err == nil {
		var r mutants.Results
		if r, err = learn(); err == nil {
			r.Real.Off = off
			err = json.NewEncoder(os.Stdout).Encode(r)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

// unlike returns the labels for which network differs from the page.
func unlike() (off []string, err error) {
	p, err := page.Read(docs.Derivation)
	if err != nil {
		return nil, err
	}
	var runs []*page.Run
	for _, pt := range page.Points() {
		runs = append(runs, p.At(pt))
	}
	for _, label := range page.Ledger {
		for _, r := range runs {
			if _, d := docs.Implemented(r, label); d != nil {
				off = append(off, label)
				break
			}
		}
	}
	return off, nil
}

// learn does what train -data moons -hidden 16 -epochs 100 does.
func learn() (r mutants.Results, err error) {
	p := trial.Defaults
	p.Hidden, p.Epochs = 16, 100
	set := dataset.Moons(1000, trial.NoiseMoons, trial.Rand(p.Seed, trial.StreamData))
	_, held := dataset.Split(set.Labels, 0.2, trial.Rand(p.Seed, trial.StreamSplit))
	got, err := trial.Run(context.Background(), p, set, held, 1)
	if err != nil {
		return r, err
	}
	for _, s := range held {
		r.Points = append(r.Points, [3]float64{tenth(toX(set.X.At(s, 0))), tenth(toY(set.X.At(s, 1))), float64(set.Labels[s])})
	}
	if r.Real.Accuracy = "diverges"; got.Diverged == "" {
		r.Real.Accuracy = strconv.FormatFloat(got.Held, 'f', 4, 64)
		r.Real.Boundary = boundary(got.Network)
	}
	return r, nil
}

// The part of the plane that is drawn, which the moons are in.
const left, right, bottom, top = -1.6, 2.6, -1.2, 1.6

func toX(x float64) float64   { return (x - left) / (right - left) * mutants.Width }
func toY(y float64) float64   { return (top - y) / (top - bottom) * mutants.Height }
func tenth(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// boundary returns where the two outputs are equal: a piece of line for each
// cell of the drawing at whose corners not always the same one is the larger.
func boundary(n *network.Network) string {
	const columns = mutants.Width + 1
	places := matrix.New(columns*(mutants.Height+1), 2)
	for v := range places.Rows {
		places.Set(v, 0, left+(right-left)*float64(v%columns)/mutants.Width)
		places.Set(v, 1, top-(top-bottom)*float64(v/columns)/mutants.Height)
	}
	outputs := n.Predict(places)
	lead := func(x, y int) float64 {
		v := y*columns + x
		return outputs.At(v, 1) - outputs.At(v, 0)
	}
	var pieces [][2]string
	for y := range mutants.Height {
		for x := range mutants.Width {
			corners := [5][2]int{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}, {x, y}}
			var cut []string
			for c, from := range corners[:4] {
				// From the smaller corner to the larger, so that the cell on the other
				// side computes the same place.
				to := corners[c+1]
				if from[0] > to[0] || from[1] > to[1] {
					from, to = to, from
				}
				f, t := lead(from[0], from[1]), lead(to[0], to[1])
				if (f < 0) == (t < 0) {
					continue
				}
				share := f / (f - t)
				cut = append(cut, fmt.Sprintf("%.2f %.2f", float64(from[0])+share*float64(to[0]-from[0]), float64(from[1])+share*float64(to[1]-from[1])))
			}
			for c := 0; c+1 < len(cut); c += 2 {
				if cut[c] != cut[c+1] {
					pieces = append(pieces, [2]string{cut[c], cut[c+1]})
				}
			}
		}
	}
	return path(pieces)
}

// path joins pieces of line that share an end.
func path(pieces [][2]string) string {
	var b strings.Builder
	for len(pieces) > 0 {
		line := pieces[0][:]
		pieces = pieces[1:]
		for n := 0; n < len(pieces); n++ {
			p := pieces[n]
			switch first, last := line[0], line[len(line)-1]; {
			case p[0] == last:
				line = append(line, p[1])
			case p[1] == last:
				line = append(line, p[0])
			case p[0] == first:
				line = append([]string{p[1]}, line...)
			case p[1] == first:
				line = append([]string{p[0]}, line...)
			default:
				continue
			}
			pieces = append(pieces[:n], pieces[n+1:]...)
			n = -1
		}
		b.WriteString("M" + strings.Join(line, "L"))
	}
	return b.String()
}
