package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/plot"
)

// speed is what docs/speed.md shows: medians of benchmarks, and where they ran.
type speed struct {
	CPU, Arch  string
	Processors int
	Go, Kernel map[string]string             // by build: plain, vectors
	Medians    map[string]map[string]float64 // by benchmark, as in "vectors/2/Step/64-32-10/batch=32", and unit
}

// builds lists the two ways to build the project, with what to leave out.
var builds = []struct{ name, skip string }{
	{"plain", "^$"},
	{"vectors", "/.*/^(triple|order|four)$"},
}

// speedPages are the pages with numbers of speed.json, in docs.
var speedPages = []string{"speed.md", "../README.md"}

var vectorBuild = []string{"GOTOOLCHAIN=go1.27.3", "GOEXPERIMENT=simd"}

// measureSpeed runs the benchmarks and writes speed.json, the figures and the pages.
func measureSpeed(ctx context.Context, dir string, progress *cli.Progress) error {
	root, err := cli.Root()
	if err != nil {
		return err
	}
	s := speed{Arch: runtime.GOARCH, Processors: runtime.NumCPU(), Go: map[string]string{}, Kernel: map[string]string{}}
	values := make(map[string]map[string][]float64)
	for n, b := range builds {
		for m, processors := range []int{1, s.Processors} {
			progress.Show(2*n+m+1, 2*len(builds), fmt.Sprintf("%s on %d of %d processors", b.name, processors, s.Processors))
			benchmarks := "^Benchmark(Rungs|Peak|Memory|Step|Epoch)$"
			if m == 1 {
				benchmarks = "^Benchmark(Rungs|Step)$/.*/^(processors|batch=.*)$"
			}
			c := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", benchmarks, "-skip", b.skip, "-benchtime", "300ms", "-count", "5", "-cpu", fmt.Sprint(processors), "./matrix", "./network")
			c.Dir, c.Stderr = root, new(bytes.Buffer)
			c.Env = os.Environ()
			if b.name == "vectors" {
				c.Env = append(c.Env, vectorBuild...)
			}
			out, err := c.Output()
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				return fmt.Errorf("%s: %w\n%s%s", strings.Join(c.Args, " "), err, out, c.Stderr)
			}
			version := exec.CommandContext(ctx, "go", "env", "GOVERSION")
			version.Dir, version.Env = root, c.Env
			v, err := version.Output()
			if err != nil {
				return err
			}
			s.Go[b.name] = strings.TrimSpace(string(v))
			s.read(b.name, processors, string(out), values)
		}
	}
	progress.Close()
	s.Medians = make(map[string]map[string]float64)
	for name, units := range values {
		s.Medians[name] = make(map[string]float64)
		for unit, v := range units {
			slices.Sort(v)
			s.Medians[name][unit] = v[len(v)/2]
		}
	}
	return s.write(dir)
}

var (
	benchmark = regexp.MustCompile(`(?m)^Benchmark(\S+)\s+\d+\s+(.*)$`)
	fact      = regexp.MustCompile(`(?m)^\s*(?:\S+_test\.go:\d+: )?(cpu|kernel): (.*)$`)
)

// read adds what a run of go test -bench has printed to the values.
func (s *speed) read(build string, processors int, out string, values map[string]map[string][]float64) {
	for _, m := range fact.FindAllStringSubmatch(out, -1) {
		if m[1] == "cpu" {
			s.CPU = m[2]
		} else {
			s.Kernel[build] = m[2]
		}
	}
	for _, m := range benchmark.FindAllStringSubmatch(out, -1) {
		name := m[1]
		if processors > 1 {
			name = strings.TrimSuffix(name, fmt.Sprint("-", processors))
		}
		key := fmt.Sprintf("%s/%d/%s", build, processors, name)
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if unit := fields[i+1]; err == nil && slices.Contains([]string{"ns/op", "GFLOP/s", "GB/s"}, unit) {
				if values[key] == nil {
					values[key] = make(map[string][]float64)
				}
				values[key][unit] = append(values[key][unit], v)
			}
		}
	}
}

// rate returns the median of a benchmark in GFLOP/s or GB/s.
func (s speed) rate(build string, processors int, name string) float64 {
	m := s.Medians[fmt.Sprintf("%s/%d/%s", build, processors, name)]
	return m["GFLOP/s"] + m["GB/s"]
}

// A rung is one way to compute a product, from docs/speed.md.
type rung struct {
	text, build, name string
	all               bool // with all processors
}

var ladder = []rung{
	{"triple loop", "plain", "triple", false},
	{"order of the loops", "plain", "order", false},
	{"four terms at once", "plain", "four", false},
	{"two rows at once", "plain", "kernel", false},
	{"the same, all processors", "plain", "processors", true},
	{"vectors", "vectors", "kernel", false},
	{"vectors, all processors", "vectors", "processors", true},
}

var sizes = []string{"64-32", "784-100", "1024"}

// of returns the speed of a rung at a size, in GFLOP/s.
func (s speed) of(r rung, size string) float64 {
	processors := 1
	if r.all {
		processors = s.Processors
	}
	return s.rate(r.build, processors, "Rungs/"+size+"/"+r.name)
}

// works are the training steps of the roofline, with the floating-point operations for
// each byte that a step must read or write.
var works = []struct {
	name      string
	n0, n1, m float64
}{{"64-32-10/batch=32", 64, 32, 32}, {"784-100-10/batch=32", 784, 100, 32}, {"784-100-10/batch=1", 784, 100, 1}}

// intensity returns the operations per byte of a step. Of each sample and weight, F1 and
// M5 make two operations each. Of each weight, F1 reads 8 bytes, M5 writes a gradient
// of 8, U1 reads both and writes 8, and B1 reads and writes the gradient unless m is 1.
func intensity(m float64) float64 {
	bytes := 40.
	if m > 1 {
		bytes += 16
	}
	return 4 * m / bytes
}

func (s speed) tables() map[string][][]string {
	rungs := [][]string{{"", "64-32", "784-100", "1024 × 1024", "share of the peak, 784-100"}}
	for _, r := range ladder {
		row := []string{r.text}
		for _, size := range sizes {
			v := s.of(r, size)
			row = append(row, fmt.Sprintf("%s (%s)", round2(v/s.of(ladder[0], size)), round2(v)))
		}
		peak := s.rate(r.build, 1, "Peak")
		if r.all {
			peak *= float64(s.Processors)
		}
		rungs = append(rungs, append(row, fmt.Sprintf("%.0f %%", 100*s.of(r, "784-100")/peak)))
	}
	steps := [][]string{{"network, batch", "plain loops", "all processors", "vectors", "all processors"}}
	for _, name := range []string{"64-32-10/batch=32", "784-100-10/batch=32", "64-32-10/batch=1", "784-100-10/batch=1"} {
		row := []string{strings.Replace(name, "/batch=", ", ", 1)}
		base := s.Medians["plain/1/Step/"+name]["ns/op"]
		for _, b := range builds {
			for _, processors := range []int{1, s.Processors} {
				v := s.Medians[fmt.Sprintf("%s/%d/Step/%s", b.name, processors, name)]["ns/op"]
				row = append(row, fmt.Sprintf("%s (%s µs)", round2(base/v), round2(v/1000)))
			}
		}
		steps = append(steps, row)
	}
	roof := [][]string{{"", "plain loops", "vectors"}}
	for _, line := range [][2]string{{"arithmetic in registers, GFLOP/s", "Peak"}, {"12 KB, GB/s", "Memory/12KB"}, {"600 KB, GB/s", "Memory/600KB"}, {"200 MB, GB/s", "Memory/200000KB"}} {
		roof = append(roof, []string{line[0], round2(s.rate("plain", 1, line[1])), round2(s.rate("vectors", 1, line[1]))})
	}
	machine := [][]string{{"", ""},
		{"processor", fmt.Sprintf("%s, %s, %d used", s.CPU, s.Arch, s.Processors)},
		{"plain loops", s.Go["plain"]},
		{"vectors", fmt.Sprintf("%s, %s", s.Go["vectors"], s.Kernel["vectors"])}}
	return map[string][][]string{"rungs": rungs, "steps": steps, "roof": roof, "machine": machine}
}

// numbers returns, for each rung and size, its speed in GFLOP/s and its ratio to the
// triple loop and to the rung before, and for each work its intensity, its limit and
// its speed.
func (s speed) numbers() map[string]string {
	all := make(map[string]string)
	for i, r := range ladder {
		for _, size := range sizes {
			key := fmt.Sprintf("%s/%s/%s", size, r.build, r.name)
			v := s.of(r, size)
			all[key] = round2(v)
			all[key+"/ratio"] = round2(v / s.of(ladder[0], size))
			if i > 0 {
				all[key+"/step"] = round2(v / s.of(ladder[i-1], size))
			}
		}
	}
	for _, b := range builds {
		all["epoch/"+b.name] = round2(s.Medians[b.name+"/1/Epoch"]["ns/op"] / 1e9)
	}
	for _, w := range works {
		key := strings.Replace(w.name, "batch=", "", 1) // "784-100-10/32"
		all[key+"/intensity"] = round2(intensity(w.m))
		for _, b := range builds {
			limit := min(s.rate(b.name, 1, "Peak"), intensity(w.m)*s.rate(b.name, 1, "Memory/600KB"))
			v := s.rate(b.name, 1, "Step/"+w.name)
			all[key+"/"+b.name] = round2(v)
			all[key+"/"+b.name+"/time"] = round2(s.Medians[b.name+"/1/Step/"+w.name]["ns/op"] / 1000)
			all[key+"/"+b.name+"/limit"] = round2(limit)
			all[key+"/"+b.name+"/share"] = fmt.Sprintf("%.0f\u00a0%%", 100*v/limit)
			ns := func(processors int) float64 {
				return s.Medians[fmt.Sprintf("%s/%d/Step/%s", b.name, processors, w.name)]["ns/op"]
			}
			all[key+"/"+b.name+"/processors"] = round2(ns(1) / ns(s.Processors))
		}
	}
	return all
}

// round2 formats v with two digits, or as a whole number.
func round2(v float64) string {
	if v >= 9.95 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// figures returns the ladder and the roofline.
func (s speed) figures() []figure {
	rungs := plot.Lines{Title: "From the triple loop to vectors", XName: "rung of the table", YName: "GFLOP/s", LogY: true}
	for i, size := range slices.Backward(sizes) {
		line := plot.Series{Name: []string{"64-32, batch 32", "784-100, batch 32", "1024 × 1024"}[i]}
		for n, r := range ladder {
			line.X, line.Y = append(line.X, float64(n+1)), append(line.Y, s.of(r, size))
		}
		rungs.Series = append(rungs.Series, line)
	}
	for n := range ladder {
		rungs.XTicks = append(rungs.XTicks, float64(n+1))
	}
	roof := plot.Lines{Title: "Roofline of a training step, one processor", XName: "operations per byte", YName: "GFLOP/s", LogX: true, LogY: true}
	for _, b := range slices.Backward(builds) {
		name := map[string]string{"plain": "plain loops", "vectors": "vectors"}[b.name]
		peak, memory := s.rate(b.name, 1, "Peak"), s.rate(b.name, 1, "Memory/600KB")
		limit := plot.Series{Name: name + ": limit", X: []float64{0.05, peak / memory, 10}, Y: []float64{0.05 * memory, peak, peak}}
		roof.Series = append(roof.Series, limit)
		name += ": steps"
		for _, w := range works { // points, not a line
			roof.Series = append(roof.Series, plot.Series{Name: name, Dashed: true, X: []float64{intensity(w.m)}, Y: []float64{s.rate(b.name, 1, "Step/"+w.name)}})
			name = ""
		}
	}
	return []figure{{"speed-rungs.svg", rungs}, {"speed-roofline.svg", roof}}
}

// complete returns an error that names the first benchmark without a value.
func (s speed) complete() error {
	var want []string
	for _, r := range ladder {
		for _, size := range sizes {
			processors := 1
			if r.all {
				processors = s.Processors
			}
			want = append(want, fmt.Sprintf("%s/%d/Rungs/%s/%s", r.build, processors, size, r.name))
		}
	}
	for _, b := range builds {
		want = append(want, b.name+"/1/Peak", b.name+"/1/Memory/12KB", b.name+"/1/Memory/600KB", b.name+"/1/Memory/200000KB", b.name+"/1/Epoch")
		for _, w := range works {
			want = append(want, b.name+"/1/Step/"+w.name, fmt.Sprintf("%s/%d/Step/%s", b.name, s.Processors, w.name))
		}
	}
	for _, name := range want {
		if len(s.Medians[name]) == 0 {
			return fmt.Errorf("no benchmark %s was run; there is %s", name, strings.Join(slices.Sorted(maps.Keys(s.Medians)), ", "))
		}
	}
	return nil
}

// write writes speed.json, the figures and the pages into the folder.
func (s speed) write(dir string) error {
	if err := s.complete(); err != nil {
		return err
	}
	if s.Kernel["vectors"] == s.Kernel["plain"] {
		return errors.New("this processor has no vectors that package simd can use: nothing written")
	}
	filled := make(map[string]string)
	for _, page := range speedPages {
		name := filepath.Join(dir, page)
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if filled[name], err = fill(string(old), s); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := cli.WriteFile(filepath.Join(dir, "speed.json"), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "\t")
		return e.Encode(s)
	}); err != nil {
		return err
	}
	for _, f := range s.figures() {
		if err := cli.WriteFile(filepath.Join(dir, "figures", f.name), f.picture.WriteSVG); err != nil {
			return err
		}
	}
	return writePages(filled)
}
