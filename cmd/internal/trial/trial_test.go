package trial

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/matrix"
	"chainrule/network"
)

var defaults = Params{Hidden: 16, Activation: network.Sigmoid, LearningRate: 2, Epochs: 20, BatchSize: 16, Scaling: "standard", Seed: 1}

func fiveFolds(set *dataset.Set) [][]int {
	return dataset.Folds(set.Labels, 5, Rand(1, StreamSplit))
}

// Folds side by side give, to the last bit, what they give one after the other.
func TestFoldsDoNotDependOnGOMAXPROCS(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	set := dataset.Moons(200, 0.1, Rand(1, StreamData))
	var first []Result
	for _, procs := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(procs)
		results, err := Folds(context.Background(), defaults, set, fiveFolds(set), 5)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = results
		} else if !reflect.DeepEqual(results, first) {
			t.Errorf("%d processors: not what one gives", procs)
		}
	}
	for i, r := range first {
		if r.Diverged != "" || r.Held < 0.7 || r.Train < 0.7 || len(r.Loss) != 4 || r.Loss[3].Epoch != 20 || r.Confusion.Total() != 40 || r.Outputs.Rows != 40 {
			t.Errorf("fold %d: %+v", i, r)
		}
	}
	if reflect.DeepEqual(first[0].Outputs, first[1].Outputs) {
		t.Error("two folds with one result")
	}
}

// Nothing of what is held out gets into the scaling or the training: another
// value there changes no training loss.
func TestHeldOutIsHeldOut(t *testing.T) {
	set := dataset.Moons(100, 0.1, Rand(1, StreamData))
	held := fiveFolds(set)[0]
	for _, scaling := range dataset.Scalings {
		p := defaults
		p.Scaling = scaling
		a, err := Run(context.Background(), p, set, held, 1)
		if err != nil {
			t.Fatal(err)
		}
		other := *set
		other.X = set.X.Clone()
		for _, s := range held {
			other.X.Set(s, 0, 1000)
		}
		b, err := Run(context.Background(), p, &other, held, 1)
		if err != nil || !reflect.DeepEqual(a.Loss, b.Loss) {
			t.Errorf("%s: what is held out changes the training: %v, %v", scaling, a.Loss, b.Loss)
		}
		if reflect.DeepEqual(a.Outputs, b.Outputs) {
			t.Errorf("%s: the test is not on what is held out", scaling)
		}
		if other.X.At(held[0], 0) != 1000 {
			t.Errorf("%s: the caller's inputs changed", scaling)
		}
	}
}

func TestDivergenceIsAResult(t *testing.T) {
	set := dataset.Moons(100, 0.1, Rand(1, StreamData))
	p := defaults
	p.Lambda, p.Epochs = 50, 500
	r, err := Run(context.Background(), p, set, fiveFolds(set)[0], 1)
	if err != nil || !strings.Contains(r.Diverged, "training diverged in epoch") || r.Held != 0 || r.Outputs != nil {
		t.Errorf("%+v, %v", r, err)
	}
	// At this rate the outputs saturate: no number overflows, but nothing falls.
	p.Lambda, p.LearningRate, p.Epochs = 0, 1e6, 20
	if r, err = Run(context.Background(), p, set, fiveFolds(set)[0], 1); err != nil || !strings.Contains(r.Diverged, "it does not fall") || r.Held != 0 || len(r.Loss) != 20 {
		t.Errorf("%+v, %v", r, err)
	}
	p.Lambda = -1
	if _, err := Run(context.Background(), p, set, fiveFolds(set)[0], 1); err == nil {
		t.Error("a negative lambda: no error")
	}
}

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 50} {
		var calls, sum atomic.Int64
		if err := Each(context.Background(), n, func(_ context.Context, i int) error {
			calls.Add(1)
			sum.Add(int64(i))
			return nil
		}); err != nil || calls.Load() != int64(n) || sum.Load() != int64(n*(n-1)/2) {
			t.Errorf("%d: %d calls, sum %d, %v", n, calls.Load(), sum.Load(), err)
		}
	}
	var calls atomic.Int64
	broken := errors.New("broken")
	err := Each(context.Background(), 1000, func(ctx context.Context, i int) error {
		calls.Add(1)
		if i < 3 {
			return nil
		}
		if i == 3 {
			return fmt.Errorf("%w at %d", broken, i)
		}
		<-ctx.Done() // what is begun after it ends when it has failed
		return ctx.Err()
	})
	// 0 to 3, what the other processors had begun, and one that was on offer.
	if most := int64(4 + runtime.GOMAXPROCS(0)); !errors.Is(err, broken) || calls.Load() > most {
		t.Errorf("%d calls, want at most %d; %v", calls.Load(), most, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Each(ctx, 10, func(context.Context, int) error { t.Error("called"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestMeanSD(t *testing.T) {
	for _, c := range []struct {
		v        []float64
		mean, sd float64
	}{{[]float64{3}, 3, 0}, {[]float64{1, 3}, 2, math.Sqrt2}, {[]float64{2, 4, 4, 4, 5, 5, 7, 9}, 5, math.Sqrt(32. / 7)}} {
		if mean, sd := MeanSD(c.v); math.Abs(mean-c.mean) > 1e-15 || math.Abs(sd-c.sd) > 1e-15 {
			t.Errorf("%v: %v ± %v, want %v ± %v", c.v, mean, sd, c.mean, c.sd)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		first, before, last float64
		note                string
		diverged            bool
	}{
		{1.2, 0.1, 0.05, "", false},
		{1.2, 0.04, 0.05, "", false},             // jumps, but has learned
		{1.2, 0.7, 0.6, "it still falls", false}, // too early
		{1.2, 1.1999, 1.1998, "it still", false}, // much too early
		{1.2, 0.4510, 0.4510, "not fall", false}, // answers the same for all
		{1.2, 0.5, 0.5, "", true},                // saturated
		{1.2, 3, 3, "", true},                    // and worse
		{0.01, 0.5, 0.5, "", true},               // loaded, then spoilt
		{1.2, 0.5000000001, 0.5, "", true},       // falls by nothing
	} {
		note, err := Params{LearningRate: 1}.Judge(c.first, c.before, c.last, 0.45)
		if errors.Is(err, network.ErrDiverged) != c.diverged || (note == "") != (c.note == "") || !strings.Contains(note, c.note) {
			t.Errorf("%+v: note %q, error %v", c, note, err)
		}
	}
}

func TestConstantLoss(t *testing.T) {
	y := matrix.FromRows([]float64{1, 0}, []float64{0, 1}, []float64{1, 0}, []float64{1, 0}, []float64{9, 9})
	// Means ¾ and ¼: ½ (¾·¼ + ¼·¾) = 3/16, for the samples listed.
	if got := ConstantLoss(y, []int{0, 1, 2, 3}); got != 3./16 {
		t.Errorf("%v, want 3/16", got)
	}
}
