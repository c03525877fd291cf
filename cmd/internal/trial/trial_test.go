package trial

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

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
		results, err := RunAll(context.Background(), jobs, func(n int) { done = append(done, n) })
		if err != nil || !reflect.DeepEqual(done, []int{1, 2, 3, 4, 5}) {
			t.Fatalf("%v, done %v", err, done)
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
	}{{[]float64{3}, 3, 0}, {[]float64{1, 3}, 2, math.Sqrt2}, {[]float64{2, 4, 4, 4, 5, 5, 7, 9}, 5, math.Sqrt(32. / 7)}} {
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
	for _, c := range []struct {
		first, before, last float64
		note                string
		diverged            bool
	}{
		{1.2, 0.1, 0.05, "", false},
		{1.2, 0.04, 0.05, "", false},                 // rises, but has learned
		{1.2, 0.7, 0.6, "still falling", false},      // too early
		{1.2, 1.1999, 1.1998, "hardly moved", false}, // much too early
		{1.2, 1.2, 1.2, "hardly moved", false},       // a tiny learning rate
		{1.2, 0.4510, 0.4510, "stopped", false},      // predicts a constant
		{1.2, 0.5, 0.5, "", true},                    // saturated
		{1.2, 3, 3, "", true},                        // and worse
		{0.01, 0.5, 0.5, "", true},                   // loaded, then spoilt
		{1.2, 0.5000000001, 0.5, "", true},           // falls by rounding only
		{1.2, 0.5, constant, "still falling", false}, // from here on, the limits themselves
		{0.9, 1, 1 - 1e-4, "", true},
		{1, 0.9, 0.9, "", true},
		{1.2, constant * 1.05, constant * 1.05, "", true},
	} {
		note, err := Params{LearningRate: 1}.Judge(c.first, c.before, c.last, constant)
		if errors.Is(err, network.ErrDiverged) != c.diverged || (note == "") != (c.note == "") || !strings.Contains(note, c.note) {
			t.Errorf("%+v: note %q, error %v", c, note, err)
		}
	}
	for _, lambda := range []float64{0, 0.01} {
		note, _ := Params{LearningRate: 1, Lambda: lambda}.Judge(1.2, 0.451, 0.451, constant)
		if strings.HasSuffix(note, " or a smaller -lambda") != (lambda > 0) {
			t.Errorf("lambda %v: note %q", lambda, note)
		}
	}
	y := matrix.FromRows([]float64{1, 0}, []float64{0, 1}, []float64{1, 0}, []float64{1, 0}, []float64{9, 9})
	// The means over the listed samples are ¾ and ¼: ½ (¾·¼ + ¼·¾) = 3/16.
	if got := constantLoss(y, []int{0, 1, 2, 3}); got != 3./16 {
		t.Errorf("constant loss %v, want 3/16", got)
	}
}
