// Command probe writes what package network claims, as it is built here, at the points of
// package page: one file for each into a folder. The test of package diagnose builds it
// with bugs in package network.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"chainrule/cmd/internal/claim"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
)

func main() {
	for n, pt := range page.Points() {
		out, err := os.Create(filepath.Join(os.Args[1], fmt.Sprintf("%02d.json", n)))
		if err == nil {
			err = claims(pt).Write(out)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "probe:", err)
			os.Exit(1)
		}
	}
}

// room is how many more samples than the batch has fit into the pass, as for the last
// batch of an epoch.
const room = 7

func claims(pt *page.Point) *claim.File {
	n := docs.NetworkAt(pt)
	samples := make([]int, pt.X.Rows)
	for s := range samples {
		samples[s] = s
	}
	step := docs.Step{Before: n, After: n.Clone(), Pass: n.NewPass(len(samples) + room)}
	step.Pass.Load(pt.X, pt.Y, samples)
	step.Loss = step.After.Step(step.Pass, pt.Alpha, pt.Lambda)
	f := &claim.File{Point: *pt, Claims: make(map[string]*matrix.Matrix)}
	for _, eq := range claim.Equations() {
		f.Claims[claim.Name(eq)] = step.Matrix(eq)
	}
	return f
}
