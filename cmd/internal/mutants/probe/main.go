// Command probe reports what package network does as it is built here: which
// equations of docs/derivation.md it does not compute, and what it learns of two
// moons with the λ of its argument, an index into mutants.Lambdas. The gallery's test
// builds it with each mutant in place of the real file.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/internal/trial"
	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

func main() {
	var r mutants.Probed
	_, err := fmt.Sscan(os.Args[1], &r.Run)
	if err == nil {
		r.Wrong, err = wrongEquations()
	}
	for seed := uint64(1); err == nil && seed <= mutants.Seeds; seed++ {
		err = learn(&r, seed)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

// wrongEquations returns the labels for which network differs from the page.
func wrongEquations() (labels []string, err error) {
	p, err := docs.Page()
	if err != nil {
		return nil, err
	}
	var runs []*page.Run
	for _, pt := range page.Points() {
		runs = append(runs, p.At(pt))
	}
	for _, label := range derive.Labels() {
		for _, r := range runs {
			if _, wrong := docs.VerifyNetwork(r, label); wrong != nil {
				labels = append(labels, label)
				break
			}
		}
	}
	return labels, nil
}

// learn trains with one seed as train -data moons does, and adds what it finds to r.
func learn(r *mutants.Probed, seed uint64) error {
	p := trial.Defaults
	p.Hidden, p.BatchSize, p.Epochs = mutants.Hidden, mutants.Batch, trial.EpochsPlane
	p.Lambda, p.Seed = mutants.Lambdas[r.Run], seed
	set := dataset.Moons(1000, trial.NoiseMoons, trial.Rand(seed, trial.StreamData))
	_, held := dataset.Split(set.Labels, 0.2, trial.Rand(seed, trial.StreamSplit))
	got, err := trial.Run(context.Background(), trial.Job{Params: p, Set: set, Held: held})
	if err != nil {
		return err
	}
	var losses []float64
	for _, record := range got.History {
		losses = append(losses, record.DataLoss)
	}
	r.Reported = append(r.Reported, digest(losses))
	if got.Diverged != nil {
		r.Learned = append(r.Learned, "diverged")
	} else {
		n := got.Network
		r.Learned = append(r.Learned, digest(n.W1.Data, n.B1.Data, n.W2.Data, n.B2.Data))
		r.Accuracies = append(r.Accuracies, got.Test.Accuracy)
	}
	if seed > 1 {
		return nil
	}
	for _, s := range held {
		x, y := (set.X.At(s, 0)-left)/(right-left)*mutants.Width, (top-set.X.At(s, 1))/(top-bottom)*mutants.Height
		r.Points = append(r.Points, [3]float64{tenth(x), tenth(y), float64(set.Labels[s])})
	}
	if got.Diverged == nil {
		r.Boundary = boundary(got.Network)
	}
	return nil
}

// digest returns a text that differs if one of the numbers does.
func digest(numbers ...any) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, numbers...)))
}

// The part of the plane that is drawn, which contains the moons.
const left, right, bottom, top = -1.6, 2.6, -1.2, 1.6

func tenth(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// boundary returns the sides of cells, half a unit wide, on which the class
// changes.
func boundary(n *network.Network) string {
	const columns, rows = 2 * mutants.Width, 2 * mutants.Height
	centers := matrix.New(rows*columns, 2)
	for c := range centers.Rows {
		centers.Set(c, 0, left+(right-left)*(float64(c%columns)+0.5)/columns)
		centers.Set(c, 1, top-(top-bottom)*(float64(c/columns)+0.5)/rows)
	}
	outputs := n.Predict(centers)
	second := func(x, y int) bool { return outputs.At(y*columns+x, 1) > outputs.At(y*columns+x, 0) }
	var b strings.Builder
	for y := range rows {
		for x := range columns {
			if x > 0 && second(x, y) != second(x-1, y) {
				fmt.Fprintf(&b, "M%g %gv.5", float64(x)/2, float64(y)/2)
			}
			if y > 0 && second(x, y) != second(x, y-1) {
				fmt.Fprintf(&b, "M%g %gh.5", float64(x)/2, float64(y)/2)
			}
		}
	}
	return b.String()
}
