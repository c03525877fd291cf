package main

import (
	"strings"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// What a run takes is estimated and refused before it is allocated.
func TestMemory(t *testing.T) {
	for args, want := range map[string]string{
		"-data moons -samples 1000000 -hidden 10000 -batch 0":          "this takes about 256.2 GB of memory, the limit is ",
		"-data moons -samples 100000 -hidden 10000 -batch 0 -folds 3":  "try a smaller -batch",
		"-data moons -samples 1000000 -hidden 10000 -batch 1000000000": "try a smaller -batch",
	} {
		if out := verifyWrong(t, 1, "", want, args); out != "" {
			t.Errorf("%s: prints %q", args, out)
		}
	}
	set := &dataset.Set{X: &matrix.Matrix{Rows: 10, Cols: 1000000}, Y: matrix.New(10, 2)}
	wide := config{Params: trial.Params{Hidden: 1000, BatchSize: 1}}
	if _, err := wide.memory(set, 8, 1); err == nil || !strings.HasSuffix(err.Error(), "try a smaller -hidden") {
		t.Errorf("many weights: %v", err)
	}
	set.X.Rows, set.X.Cols, wide.Hidden = 10000000, 100, 1
	if _, err := wide.memory(set, 8, 1); err == nil || !strings.HasSuffix(err.Error(), "try fewer samples") {
		t.Errorf("many samples: %v", err)
	}
	var b strings.Builder
	describe(&b, wide, set, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1.26e9)
	if !strings.Contains(b.String(), "\nmemory: about 1.3 GB\n") {
		t.Error(b.String())
	}
}
