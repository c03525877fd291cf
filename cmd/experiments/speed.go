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
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

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

// builds lists the two ways to build the project: their name in docs/speed.md, what to
// leave out, and what to add to the environment.
var builds = []struct {
	name, text, skip string
	env              []string
}{
	{"plain", "plain loops", "^$", nil},
	{"vectors", "vectors", "/.*/^(triple|order|four)$", []string{"GOTOOLCHAIN=go1.27.3", "GOEXPERIMENT=simd"}},
}

// speedPages are the pages with numbers of speed.json, in docs.
var speedPages = []string{"speed.md", "../README.md"}

// measureSpeed runs the benchmarks and writes speed.json, the figures and the pages.
func measureSpeed(ctx context.Context, dir string, progress *cli.Progress) error {
	if err := checkPages(dir, speedPages); err != nil {
		return err
	}
	root, err := cli.Root()
	if err != nil {
		return err
	}
	s := speed{Arch: runtime.GOARCH, Processors: runtime.NumCPU(), Go: map[string]string{}, Kernel: map[string]string{}}
	values := make(map[string]map[string][]float64)
	for n, b := range builds {
		run := func(args ...string) (string, error) {
			c := exec.CommandContext(ctx, "go", args...)
			c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // go ends the benchmarks
			c.WaitDelay = 5 * time.Second
			c.Dir, c.Stderr, c.Env = root, new(bytes.Buffer), append(os.Environ(), b.env...)
			out, err := c.Output()
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			if err != nil {
				return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(c.Args, " "), err, out, c.Stderr)
			}
			return string(out), nil
		}
		version, err := run("env", "GOVERSION")
		if err != nil {
			return err
		}
		s.Go[b.name] = strings.TrimSpace(version)
		for m, processors := range []int{1, s.Processors} {
			progress.Show(2*n+m+1, 2*len(builds), fmt.Sprintf("%s on %d of %d processors", b.name, processors, s.Processors))
			benchmarks, skip := "^Benchmark(Rungs|Peak|Memory|Step|Epoch)$", b.skip
			if m == 1 {
				benchmarks, skip = "^Benchmark(Rungs|Step|Epoch)$", "/.*/^(triple|order|four|kernel)$"
			}
			out, err := run("test", "-run", "^$", "-bench", benchmarks, "-skip", skip, "-benchtime", "300ms", "-count", "5", "-cpu", fmt.Sprint(processors), "./matrix", "./network")
			if err != nil {
				return err
			}
			s.read(b.name, processors, out, values)
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
		at := key(build, processors, name)
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if unit := fields[i+1]; err == nil && slices.Contains([]string{"ns/op", "GFLOP/s", "GB/s"}, unit) {
				if values[at] == nil {
					values[at] = make(map[string][]float64)
				}
				values[at][unit] = append(values[at][unit], v)
			}
		}
	}
}

// key is the name of a benchmark in Medians.
func key(build string, processors int, name string) string {
	return fmt.Sprintf("%s/%d/%s", build, processors, name)
}

// rate returns the median of a benchmark in GFLOP/s or GB/s.
func (s speed) rate(build string, processors int, name string) float64 {
	m := s.Medians[key(build, processors, name)]
	return m["GFLOP/s"] + m["GB/s"]
}

// time returns the median of a benchmark in nanoseconds.
func (s speed) time(build string, processors int, name string) float64 {
	return s.Medians[key(build, processors, name)]["ns/op"]
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

// processors returns how many processors a rung uses.
func (s speed) processors(r rung) int {
	if r.all {
		return s.Processors
	}
	return 1
}

// of returns the speed of a rung at a size, in GFLOP/s.
func (s speed) of(r rung, size string) float64 {
	return s.rate(r.build, s.processors(r), "Rungs/"+size+"/"+r.name)
}

// works are the training steps of the roofline, with the size of the batch.
var works = []struct {
	name string
	m    float64
}{{"64-32-10/batch=32", 32}, {"784-100-10/batch=32", 32}, {"784-100-10/batch=1", 1}}

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
		peak := s.rate(r.build, 1, "Peak") * float64(s.processors(r))
		rungs = append(rungs, append(row, fmt.Sprintf("%.0f %%", 100*s.of(r, "784-100")/peak)))
	}
	steps := [][]string{{"network, batch", "plain loops", "all processors", "vectors", "all processors"}}
	for _, name := range []string{"64-32-10/batch=32", "784-100-10/batch=32", "64-32-10/batch=1", "784-100-10/batch=1"} {
		row := []string{strings.Replace(name, "/batch=", ", ", 1)}
		base := s.time("plain", 1, "Step/"+name)
		for _, b := range builds {
			for _, processors := range []int{1, s.Processors} {
				v := s.time(b.name, processors, "Step/"+name)
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
			name := fmt.Sprintf("%s/%s/%s", size, r.build, r.name)
			v := s.of(r, size)
			all[name] = round2(v)
			all[name+"/ratio"] = round2(v / s.of(ladder[0], size))
			if i > 0 {
				all[name+"/step"] = round2(v / s.of(ladder[i-1], size))
			}
		}
	}
	for _, b := range builds {
		all["epoch/"+b.name] = round2(s.time(b.name, 1, "Epoch") / 1e9)
		all["epoch/"+b.name+"/processors"] = round2(s.time(b.name, s.Processors, "Epoch") / 1e9)
	}
	for _, w := range works {
		name := strings.Replace(w.name, "batch=", "", 1) // "784-100-10/32"
		all[name+"/intensity"] = round2(intensity(w.m))
		for _, b := range builds {
			name, step := name+"/"+b.name, "Step/"+w.name
			limit := min(s.rate(b.name, 1, "Peak"), intensity(w.m)*s.rate(b.name, 1, "Memory/600KB"))
			v, time := s.rate(b.name, 1, step), s.time(b.name, 1, step)
			all[name] = round2(v)
			all[name+"/time"] = round2(time / 1000)
			all[name+"/limit"] = round2(limit)
			all[name+"/share"] = fmt.Sprintf("%.0f\u00a0%%", 100*v/limit)
			all[name+"/processors"] = round2(time / s.time(b.name, s.Processors, step))
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
		peak, memory := s.rate(b.name, 1, "Peak"), s.rate(b.name, 1, "Memory/600KB")
		limit := plot.Series{Name: b.text + ": limit", X: []float64{0.05, peak / memory, 10}, Y: []float64{0.05 * memory, peak, peak}}
		roof.Series = append(roof.Series, limit)
		name := b.text + ": steps"
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
			want = append(want, key(r.build, s.processors(r), "Rungs/"+size+"/"+r.name))
		}
	}
	for _, b := range builds {
		for _, name := range []string{"Peak", "Memory/12KB", "Memory/600KB", "Memory/200000KB", "Epoch"} {
			want = append(want, key(b.name, 1, name))
		}
		want = append(want, key(b.name, s.Processors, "Epoch"))
		for _, w := range works {
			want = append(want, key(b.name, 1, "Step/"+w.name), key(b.name, s.Processors, "Step/"+w.name))
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
	return publish(dir, speedPages, s, s.figures(), "speed.json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "\t")
		return e.Encode(s)
	})
}
