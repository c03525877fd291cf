package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// What a run takes is estimated and refused before it is allocated.
func TestMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wide.csv")
	var rows string
	for s := range 6 {
		rows += strings.Repeat(fmt.Sprintf("%d,", s), 20000) + "ab"[s%2:s%2+1] + "\n"
	}
	writeFile(t, file, rows)
	if out := verifyWrong(t, 1, "", "this takes about 11.2 GB of memory, the limit is ", "-x "+file+" -header no -index no -hidden 10000"); strings.Contains(out, "network:") {
		t.Errorf("prints %q", out)
	}
	many := &dataset.Set{X: &matrix.Matrix{Rows: 100000, Cols: 2}, Y: matrix.New(100000, 2)}
	if _, err := (config{Params: trial.Params{Hidden: 10000}}).memory(many, 80000, 20); err == nil || !strings.HasSuffix(err.Error(), "try a smaller -batch") {
		t.Errorf("many networks with large batches: %v", err)
	}
	whole, err := config{Params: trial.Params{Hidden: 10000}}.memory(many, 80000, 1) // the batch goes in parts
	small, err2 := config{Params: trial.Params{Hidden: 10000, BatchSize: 16}}.memory(many, 80000, 1)
	if err != nil || err2 != nil || !(small < whole/10) {
		t.Errorf("all samples: %g bytes, %v; batches of 16: %g bytes, %v", whole, err, small, err2)
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
	if limit := fmt.Sprintf("the limit is %.1f GB: ", float64(memoryLimit)/1e9); err == nil && !strings.Contains(fmt.Sprint(wide.memory(set, 8, 1)), limit) {
		t.Errorf("the error has no %q", limit)
	}
	tiny := &dataset.Set{X: &matrix.Matrix{Rows: 10, Cols: 3}, Y: matrix.New(10, 2)}
	for size, numbers := range map[int]float64{ // of a batch: 33 numbers for each of its samples
		0: 8 * 33, 1: 33, 4: 4 * 33, 9: 8 * 33,
	} {
		want := 2 * 8 * (10*(3*3+2*2) + 7*(3*5+5*2) + numbers)
		if got, err := (config{Params: trial.Params{Hidden: 5, BatchSize: size}}).memory(tiny, 8, 2); got != want || err != nil {
			t.Errorf("batches of %d: got %v bytes, %v; want %v", size, got, err, want)
		}
	}
	var b strings.Builder
	describe(&b, wide, set, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1.26e9)
	if !strings.Contains(b.String(), "\nmemory: about 1.3 GB\n") {
		t.Error(b.String())
	}
	b.Reset()
	if describe(&b, wide, set, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1e9); strings.Contains(b.String(), "memory") {
		t.Error(b.String())
	}
}
