package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/internal/dataset"
	"chainrule/matrix"
	"chainrule/network"
)

// moons returns the first fold of m samples of two moons.
func moons(m int) Job {
	set := dataset.Moons(m, 0.1, Rand(1, StreamData))
	p := Params{Hidden: 16, Activation: network.Sigmoid, LearningRate: 2, Epochs: 20, BatchSize: 16, Scaling: "standard", Seed: 1}
	return Job{Params: p, Set: set, Held: dataset.Folds(set.Labels, 5, Rand(1, StreamSplit))[0]}
}

// Jobs side by side give the same results, to the last bit, as one after another.
func TestRunAllDoesNotDependOnGOMAXPROCS(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var jobs []Job
	for fold, held := range dataset.Folds(moons(200).Set.Labels, 5, Rand(1, StreamSplit)) {
		j := moons(200)
		j.Held, j.Fold, j.At = held, fold, []int{5, 10, 15}
		jobs = append(jobs, j)
	}
	var first []Result
	for _, procs := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(procs)
		var done []int
		goroutines := runtime.NumGoroutine()
		results, err := RunAll(context.Background(), jobs, func(n int) { done = append(done, n) })
		if err != nil || !reflect.DeepEqual(done, []int{1, 2, 3, 4, 5}) {
			t.Fatalf("%v, done %v", err, done)
		}
		for range 1000 { // the last ones may not have ended yet
			if runtime.NumGoroutine() > goroutines {
				time.Sleep(time.Millisecond)
			}
		}
		if p, n := runtime.GOMAXPROCS(0), runtime.NumGoroutine(); p != procs || n > goroutines {
			t.Errorf("leaves %d processors and %d goroutines, want %d and %d", p, n, procs, goroutines)
		}
		if first == nil {
			first = results
		} else if !reflect.DeepEqual(results, first) {
			t.Errorf("%d processors: not the results of one", procs)
		}
	}
	for i, r := range first {
		if correct, total := r.Confusion.correct(); r.Diverged != nil || r.Test.Accuracy < 0.7 || r.Test.Accuracy != ratio(correct, total) || r.Train.Accuracy < 0.7 ||
			r.Epochs != 20 || len(r.History) != 4 || !reflect.DeepEqual(r.History[3], Record{20, r.Train, r.Test, r.Confusion}) || total != 40 || r.ROC == nil || r.ROC.AUC < 0.7 {
			t.Errorf("fold %d: %+v", i, r)
		}
	}
	if first[0].Test == first[1].Test {
		t.Error("two folds with the same result")
	}
}

// The held-out samples influence neither the scaling nor the training: other
// values there leave the training losses as they are.
func TestHeldOutIsHeldOut(t *testing.T) {
	for _, scaling := range dataset.Scalings {
		j := moons(100)
		j.Scaling = scaling
		a, err := Run(context.Background(), j)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range j.Held {
			j.Set.X.Set(s, 0, 1000)
		}
		b, err := Run(context.Background(), j)
		same := func(a, b Record) bool { return a.Epoch == b.Epoch && a.Score == b.Score }
		if err != nil || !slices.EqualFunc(a.History, b.History, same) {
			t.Errorf("%s: held-out samples change the training", scaling)
		}
		if a.Test == b.Test {
			t.Errorf("%s: the test does not use the held-out samples", scaling)
		}
		if j.Set.X.At(j.Held[0], 0) != 1000 {
			t.Errorf("%s: the caller's inputs have changed", scaling)
		}
		// A model is tested, without training, with its own scaling.
		j.Epochs, j.Scaling, j.Model = 0, "none", &b.Model
		if c, err := Run(context.Background(), j); err != nil || c.Test != b.Test || c.Train != b.Train || c.History != nil {
			t.Errorf("%s: the model again: %+v, %v; want %+v", scaling, c, err, b)
		}
	}
}

// Folds differ in their weights and order, even with the same held-out samples.
func TestFold(t *testing.T) {
	j := moons(100)
	first := j.NewModel(j.Set, nil).Network.W1.Data
	j.Fold = 1
	if second := j.NewModel(j.Set, nil).Network.W1.Data; slices.Equal(first, second) || slices.Equal(j.rand(streamOrder).Perm(9), Rand(1, streamOrder).Perm(9)) {
		t.Error("two folds with the same weights or order")
	}
	if got, want := Checkpoints(30), []int{1, 2, 3, 5, 6, 10, 20, 30}; !slices.Equal(got, want) || !slices.Equal(Checkpoints(300)[:8], want) {
		t.Errorf("checkpoints: got %v, want %v", got, want)
	}
}

func TestDivergenceIsAResult(t *testing.T) {
	for _, c := range []struct {
		rate, lambda float64
		epochs       int
		want         string
	}{
		{2, 50, 500, "training diverged in epoch"},
		{1e6, 0, 20, "it is not falling"}, // saturated: nothing overflows
	} {
		j := moons(100)
		j.LearningRate, j.Lambda, j.Epochs = c.rate, c.lambda, c.epochs
		r, err := Run(context.Background(), j)
		if err != nil || !errors.Is(r.Diverged, network.ErrDiverged) || !strings.Contains(r.Diverged.Error(), c.want) || r.Confusion != nil || len(r.History) == 0 {
			t.Errorf("%+v: %+v, %v", c, r, err)
		}
	}
}

func TestRunAllStops(t *testing.T) {
	none := func(int) { t.Error("a job has ended") }
	ctx, cancel := context.WithCancel(context.Background())
	if results, err := RunAll(ctx, nil, none); len(results) != 0 || err != nil {
		t.Errorf("no jobs: %v, %v", results, err)
	}
	wrong, endless := moons(100), moons(100)
	wrong.Lambda, endless.Epochs = -1, math.MaxInt
	if _, err := RunAll(ctx, []Job{wrong, endless, endless, endless}, none); err == nil || !strings.Contains(err.Error(), "lambda -1") {
		t.Errorf("got %v, want the error of the first job", err)
	}
	endless.Epoch = func(int, network.Score) { cancel() }
	if _, err := RunAll(ctx, []Job{endless, endless, endless}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestMeanSD(t *testing.T) {
	for _, c := range []struct {
		v        []float64
		mean, sd float64
	}{{[]float64{3}, 3, 0}, {[]float64{1, 3}, 2, math.Sqrt2}, {[]float64{1e16, 1e16 + 4}, 1e16 + 2, math.Sqrt(8)}, {[]float64{2, 4, 4, 4, 5, 5, 7, 9}, 5, math.Sqrt(32. / 7)}} {
		if mean, sd := MeanSD(c.v); !(math.Abs(mean-c.mean) <= 1e-15 && math.Abs(sd-c.sd) <= 1e-15) {
			t.Errorf("%v: %v ± %v, want %v ± %v", c.v, mean, sd, c.mean, c.sd)
		}
	}
	if mean, sd := MeanSD(nil); !math.IsNaN(mean) || !math.IsNaN(sd) {
		t.Errorf("no values: %v ± %v, want NaN", mean, sd)
	}
}

func TestJudge(t *testing.T) {
	constant := 0.45
	const (
		falling = "; it is still falling: try more -epochs or a larger -rate"
		still   = "; it has hardly moved: try a larger -rate or more -epochs"
		stopped = "; it has stopped falling: try another -rate"
		wrong   = ", and it is not falling; try a -rate below 3"
	)
	for _, c := range []struct {
		first, before, last float64
		want                string // after the losses
	}{
		{1.2, 0.1, 0.05, ""},
		{1.2, 0.04, 0.05, ""},           // rises, but has learned
		{1.2, 0.7, 0.6, falling},        // too early
		{1.2, 1.1999, 1.1998, still},    // much too early
		{1.2, 1.2, 1.2, still},          // a tiny learning rate
		{1.2, 0.4510, 0.4510, stopped},  // predicts a constant
		{1.2, 0.5, 0.5, wrong},          // saturated
		{1.2, 3, 3, wrong},              // and worse
		{0.01, 0.5, 0.5, wrong},         // loaded, then spoilt
		{1.2, 0.5000000001, 0.5, wrong}, // falls by rounding only
		{1.2, 0.5, constant, falling},   // from here on, the limits themselves
		{0.9, 1, 1 - 1e-4, wrong},
		{0.9, 1, 1 - 1.1e-4, falling},
		{1, 0.9, 0.9, wrong},
		{1.2, constant * 1.05, constant * 1.05, wrong},
	} {
		for lambda, advice := range map[float64]string{0: "", 0.01: " or a smaller -lambda"} {
			note, err := Params{LearningRate: 3, Lambda: lambda}.Judge(c.first, c.before, c.last, constant)
			got, want := note, c.want
			if errors.Is(err, network.ErrDiverged) && note == "" {
				got = strings.TrimPrefix(err.Error(), "training diverged: ")
			} else if err != nil {
				t.Errorf("%+v: note %q, error %v", c, note, err)
			}
			if want != "" {
				want = fmt.Sprintf("data loss %.5f, the best constant prediction has 0.45000%s", c.last, want)
			}
			if c.want == stopped || c.want == wrong {
				want += advice
			}
			if got != want || (err != nil) != (c.want == wrong) {
				t.Errorf("%+v, lambda %v: got %q, error %v; want %q", c, lambda, got, err, want)
			}
		}
	}
	y := matrix.FromRows([]float64{1, 0}, []float64{0, 1}, []float64{1, 0}, []float64{1, 0}, []float64{9, 9})
	// The means over the listed samples are ¾ and ¼: ½ (¾·¼ + ¼·¾) = 3/16.
	if got := constantLoss(y, []int{0, 1, 2, 3}); got != 3./16 {
		t.Errorf("constant loss %v, want 3/16", got)
	}
}

// A penalty that keeps the network from learning is noted with its effect. One that only
// shrinks the weights, or has hardly done so yet, is not.
func TestPenaltyNote(t *testing.T) {
	for _, c := range []struct {
		rate, lambda, weights float64 // weights is the factor of the first weights
		epochs                int
		want                  string
	}{
		{2, 0.1, 1, 100, "^the penalty has shrunk ‖w‖² to %.2g of what it was, and the network has learned nothing: try a smaller -lambda$"},
		{0.01, 0.1, 1, 1, "; it (has|is) "},
		{2, 0.003, 4, 100, "^$"},
		{0.1, 0, 0, 20, "; it (has|is) "}, // shrinks without a penalty
	} {
		j := moons(100)
		m := j.NewModel(j.Set, nil)
		for _, w := range [][]float64{m.Network.W1.Data, m.Network.W2.Data} {
			for i := range w {
				w[i] *= c.weights
			}
		}
		if c.lambda == 0 {
			m.Network.W2.Apply(func(float64) float64 { return 0.1 }, m.Network.W2)
		}
		before := m.Network.Penalty(2)
		j.LearningRate, j.Lambda, j.Epochs, j.Model = c.rate, c.lambda, c.epochs, &m
		r, err := Run(context.Background(), j)
		left := m.Network.Penalty(2) / before
		if want := strings.Replace(c.want, "%.2g", fmt.Sprintf("%.2g", left), 1); !regexp.MustCompile(want).MatchString(r.Note) || err != nil || (left < shrunk) != (c.epochs > 1) {
			t.Errorf("%+v: got the note %q, %v; want %q; ‖w‖² is %.2f of what it was", c, r.Note, err, want, left)
		}
	}
}

// An output that is NaN is a divergence after training, and an error without it. So is
// a test without samples. A run that is interrupted at its start is still tested, if
// that is quick.
func TestRunErrors(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	nan := math.NaN()
	for _, c := range []struct {
		ctx           context.Context
		epochs        int
		input         float64 // of the held-out samples
		none          bool    // hold nothing out
		err, diverged string
	}{
		{context.Background(), 1, nan, false, "", "training diverged: sample 0: output 0 of 2: an output is NaN, so there is no class"},
		{context.Background(), 0, nan, false, "sample 0: output 0 of 2: an output is NaN, so there is no class", ""},
		{context.Background(), 1, 0, true, "no samples to evaluate", ""},
		{cancelled, 1, 0, false, "context canceled", ""},
		{cancelled, 0, 0, false, "", ""},
	} {
		j := moons(100)
		j.Scaling, j.Activation, j.Epochs, j.Held = "none", network.Identity, c.epochs, []int{0, 1}
		for _, s := range j.Held {
			j.Set.X.Row(s)[0], j.Set.X.Row(s)[1] = c.input, c.input
		}
		if c.none {
			j.Held = nil
		}
		r, err := Run(c.ctx, j)
		if fmt.Sprint(r.Diverged) != cmp.Or(c.diverged, "<nil>") || fmt.Sprint(err) != cmp.Or(c.err, "<nil>") || errors.Is(err, network.ErrDiverged) || (r.Confusion != nil) != (c.ctx == cancelled) {
			t.Errorf("%+v: got %+v, %v", c, r, err)
		}
	}
	slow := moons(100_000)
	slow.Hidden, slow.Epochs = 5000, 0
	if r, err := Run(cancelled, slow); !errors.Is(err, context.Canceled) || r.Confusion != nil {
		t.Errorf("a test that takes long: got %v, %v", r.Confusion, err)
	}
}

// Only a scaling that changes something takes a copy of the inputs.
func TestScale(t *testing.T) {
	x := matrix.FromRows([]float64{3, 4})
	for _, c := range []struct{ offset, factor, want float64 }{{0, 1, 4}, {1, 1, 3}, {0, 2, 8}, {-1, 2, 10}} {
		m := Model{Scaling: dataset.Scaling{Offset: []float64{0, c.offset}, Factor: []float64{1, c.factor}}}
		if got := m.scale(x); (got == x) != (c.want == 4) || got.Data[0] != 3 || got.Data[1] != c.want || x.Data[1] != 4 {
			t.Errorf("%+v: got %v from %v", c, got.Data, x.Data)
		}
	}
}

// The picture shows the listed samples as they are, and the class of a place from its
// scaled coordinates.
func TestRegions(t *testing.T) {
	set := &dataset.Set{X: matrix.FromRows([]float64{1, 2}, []float64{3, 4}, []float64{5, 6}), Labels: []int{0, 1, 1}}
	n := network.New(2, 2, 2, network.Identity, Rand(1, 0))
	copy(n.W1.Data, []float64{1, 0, 0, 1})
	copy(n.W2.Data, []float64{-1, 0, 0, 1}) // class 1 if u + v > 0, for the scaled u and v
	m := Model{Network: n, Scaling: dataset.Scaling{Offset: []float64{10, 20}, Factor: []float64{1, 2}}, Classes: []string{"a", "b"}}
	p := m.Regions("title", set, []int{2, 0})
	if !slices.Equal(p.X, []float64{5, 1}) || !slices.Equal(p.Y, []float64{6, 2}) || !slices.Equal(p.Class, []int{1, 0}) || !slices.Equal(p.Classes, m.Classes) ||
		p.Title != "title" || p.XName != "first input" || p.YName != "second input" {
		t.Errorf("got %+v", p)
	}
	for _, c := range []struct {
		x, y float64
		want int
	}{{11, 20, 1}, {9, 20, 0}, {12, 19.5, 1}, {12, 18.5, 0}, {math.NaN(), 20, 0}} {
		if got := p.Region(c.x, c.y); got != c.want {
			t.Errorf("(%v, %v): got class %d, want %d", c.x, c.y, got, c.want)
		}
	}
}
