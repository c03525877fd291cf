package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/speed.md shows the tables and numbers of speed.json, which is complete.
func TestSpeedPage(t *testing.T) {
	var s speed
	if err := json.Unmarshal([]byte(read(t, docs, "speed.json")), &s); err != nil {
		t.Fatal(err)
	}
	if err := s.complete(); err != nil {
		t.Error(err)
	}
	for page, least := range map[string]int{"speed.md": 20, "../README.md": 4} {
		text := read(t, docs, page)
		filled, err := fill(text, s)
		marks := len(regexp.MustCompile(`<!-- (table )?[\w.+-]+/[\w.+/-]+ -->|<!-- table`).FindAllString(text, -1))
		if found := len(tableBlock.FindAllString(text, -1)) + len(numberMark.FindAllString(text, -1)); err != nil || found != marks || found < least {
			t.Errorf("%s: %d tables and numbers, want %d, one for each mark, and at least %d; %v", page, found, marks, least, err)
		}
		if !*update && filled != text {
			t.Errorf("%s disagrees with speed.json; to fix it: go test ./cmd/experiments -update", page)
		}
	}
	if *update {
		if err := s.write(docs); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range s.figures() {
		var b strings.Builder
		if err := f.picture.WriteSVG(&b); err != nil || !*update && b.String() != read(t, docs, "figures/"+f.name) {
			t.Errorf("%s is not the figure of speed.json: %v", f.name, err)
		}
	}
	// What the page says in words.
	for _, size := range sizes {
		for i, r := range ladder {
			if i > 0 && !r.all && s.of(r, size) <= s.of(ladder[0], size) {
				t.Errorf("%s at %s is no faster than the triple loop", r.text, size)
			}
		}
	}
	for _, b := range builds {
		name := func(w int) string { return b.name + "/1/Step/" + works[w].name }
		peak, memory := s.rate(b.name, 1, "Peak"), s.rate(b.name, 1, "Memory/600KB")
		if limit := intensity(32) * memory; limit < peak {
			t.Errorf("%s: memory limits a batch of 32 to %v GFLOP/s, below the peak of %v", name(1), limit, peak)
		}
		if limit := intensity(1) * memory; limit > peak {
			t.Errorf("%s: arithmetic limits a single sample to %v GFLOP/s, below the %v of memory", name(2), peak, limit)
		}
	}
}

// What go test -bench prints, on one processor and on two.
func TestReadBenchmarks(t *testing.T) {
	values := make(map[string]map[string][]float64)
	var s speed
	s.Kernel = make(map[string]string)
	const out = `cpu: Some CPU
BenchmarkStep/64-32-10/batch=2-2   	     100	      1500 ns/op	         2.5 GFLOP/s	       0 B/op
BenchmarkStep/64-32-10/batch=2-2   	     100	      1600 ns/op	         2.25 GFLOP/s	       0 B/op
--- BENCH: BenchmarkPeak-2
    mul_test.go:205: kernel: vectors of 8 bits
`
	s.read("plain", 2, out, values)
	s.read("plain", 1, strings.ReplaceAll(out, "-2  ", "  "), values)
	for _, key := range []string{"plain/2/Step/64-32-10/batch=2", "plain/1/Step/64-32-10/batch=2"} {
		if got := values[key]; !slices.Equal(got["ns/op"], []float64{1500, 1600}) || !slices.Equal(got["GFLOP/s"], []float64{2.5, 2.25}) || len(got) != 2 {
			t.Errorf("%s: got %v", key, values)
		}
	}
	if s.CPU != "Some CPU" || s.Kernel["plain"] != "vectors of 8 bits" {
		t.Errorf("got %+v", s)
	}
}
