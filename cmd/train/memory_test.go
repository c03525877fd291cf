package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// What a run takes is estimated and refused before it is allocated.
func TestMemory(t *testing.T) {
	for _, c := range []struct {
		rows, cols, hidden, batch int
		want                      string
	}{
		{100000, 2, 10000, 0, "this takes about 13.3 GB of memory, the limit is %.1f GB: try a smaller -batch"},
		{10, 1000000, 1000, 1, "this takes about 1125.0 GB of memory, the limit is %.1f GB: try a smaller -hidden"},
		{10000000, 100, 1, 1, "this takes about 486.4 GB of memory, the limit is %.1f GB: try fewer samples"},
	} {
		set := &dataset.Set{X: &matrix.Matrix{Rows: c.rows, Cols: c.cols}, Y: &matrix.Matrix{Cols: 2}}
		if _, err := (config{Params: trial.Params{Hidden: c.hidden, BatchSize: c.batch}}).memory(set, c.rows, 20); err == nil || err.Error() != fmt.Sprintf(c.want, memoryLimit/1e9) {
			t.Errorf("%+v: got error %v", c, err)
		}
	}
	// Just so much is allowed.
	defer func(limit float64, n int) { memoryLimit = limit; runtime.GOMAXPROCS(n) }(memoryLimit, runtime.GOMAXPROCS(0))
	model := filepath.Join(t.TempDir(), "model.json")
	succeed(t, "-data moons -samples 10 -hidden 5 -epochs 1 -save "+model)
	for _, c := range []struct {
		args                       string
		samples, networks, largest float64 // largest is the largest part of a batch
		processors                 int
	}{
		{"-hidden 5 -batch 0", 10, 1, 8, 3}, {"-hidden 5 -batch 1", 10, 1, 1, 3}, {"-hidden 5 -batch 4", 10, 1, 4, 3}, {"-hidden 5 -batch 9", 10, 1, 8, 3},
		{"-hidden 5 -batch 0", 4000, 1, network.PartSize, 3}, {"-load " + model, 10, 1, 8, 3},
		{"-hidden 5 -batch 0 -folds 5", 10, 1, 8, 1}, {"-hidden 5 -batch 0 -folds 3", 10, 3, 6, 3}, {"-hidden 5 -batch 0 -folds 2", 10, 2, 5, 3},
	} {
		runtime.GOMAXPROCS(c.processors)
		args := fmt.Sprintf("-data moons -samples %v -epochs 1 %s", c.samples, c.args)
		memoryLimit = c.networks * 8 * (c.samples*(3*2+2*2) + 7*(2*5+5*2) + c.largest*(2+4*5+5*2))
		succeed(t, args)
		memoryLimit--
		if out := verifyWrong(t, 1, "this takes about 0.0 GB of memory, the limit is 0.0 GB: try ", "", args); strings.Contains(out, "network:") {
			t.Errorf("%s: prints %q", args, out)
		}
	}
	var b strings.Builder
	describe(&b, config{}, &dataset.Set{}, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1.01e9)
	if !strings.Contains(b.String(), "\nmemory: about 1.0 GB\n") {
		t.Error(b.String())
	}
	b.Reset()
	if describe(&b, config{}, &dataset.Set{}, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1e9); strings.Contains(b.String(), "memory") {
		t.Error(b.String())
	}
}
