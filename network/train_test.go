package network

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
)

func options(seed uint64) Options {
	return Options{LearningRate: 0.5, Epochs: 3, BatchSize: 4, Rand: rand.New(rand.NewPCG(seed, 0))}
}

// plainTraining is the obvious version of Train: a fresh shuffle for each epoch, a
// new Pass for each batch, and the parts of a step called one by one.
func plainTraining(n *Network, x, y *matrix.Matrix, samples []int, o Options) {
	order := slices.Clone(samples)
	for range o.Epochs {
		o.Rand.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for batch := range slices.Chunk(order, o.BatchSize) {
			p := n.NewPass(len(batch))
			p.Load(x, y, batch)
			n.Forward(p)
			n.Backward(p)
			n.Regularise(p, o.Lambda)
			n.Update(p, o.LearningRate)
		}
	}
}

// For every batch size, most of which leave a smaller last batch, Train does the
// same as plainTraining to the last bit, whatever GOMAXPROCS is, and does not
// change what it was given.
func TestTrain(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(8, 8))
	x, y := tables(rng, 12, 3, 2)
	samples := []int{11, 0, 3, 5, 4, 9, 7, 2, 1, 10}
	for batch := 1; batch <= 10; batch++ {
		for _, procs := range []int{1, 2} {
			runtime.GOMAXPROCS(procs)
			first := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
			got, want := first.Clone(), first.Clone()
			o := options(5)
			o.BatchSize, o.Lambda = batch, 0.01
			x0, y0, samples0 := x.Clone(), y.Clone(), slices.Clone(samples)
			if epochs, err := got.Train(context.Background(), x, y, samples, o); epochs != 3 || err != nil {
				t.Fatalf("%d epochs, %v", epochs, err)
			}
			o.Rand = rand.New(rand.NewPCG(5, 0))
			plainTraining(want, x, y, samples, o)
			if !slices.Equal(got.W1.Data, want.W1.Data) || !slices.Equal(got.B1.Data, want.B1.Data) ||
				!slices.Equal(got.W2.Data, want.W2.Data) || !slices.Equal(got.B2.Data, want.B2.Data) {
				t.Errorf("B1: batch %d, %d processors: not the parameters of plain training", batch, procs)
			}
			if slices.Equal(got.W1.Data, first.W1.Data) {
				t.Errorf("batch %d: nothing was learned", batch)
			}
			if !slices.Equal(x.Data, x0.Data) || !slices.Equal(y.Data, y0.Data) || !slices.Equal(samples, samples0) {
				t.Errorf("batch %d: the caller's data changed", batch)
			}
		}
	}
}

// Batch sizes of 0, of all samples, and of more than there are mean all of them.
func TestTrainOnAll(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 6, 3, 2)
	var nets []*Network
	for _, batch := range []int{0, 6, 100} {
		n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
		o := options(5)
		o.BatchSize = batch
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil {
			t.Fatal(err)
		}
		nets = append(nets, n)
	}
	for _, n := range nets[1:] {
		if !slices.Equal(n.W1.Data, nets[0].W1.Data) {
			t.Error("batches of 0, of all and of more differ")
		}
	}
}

// Exclusive or is learned: the loss falls to nearly nothing, and the scores that
// the callback gets add up.
func TestTrainLearns(t *testing.T) {
	x := matrix.FromRows([]float64{0, 0}, []float64{0, 1}, []float64{1, 0}, []float64{1, 1})
	y := matrix.FromRows([]float64{0}, []float64{1}, []float64{1}, []float64{0})
	for _, f1 := range []Activation{Sigmoid, Tanh, ReLU} {
		n := New(2, 8, 1, f1, rand.New(rand.NewPCG(3, 3)))
		const lambda = 1e-6
		var scores []Score
		o := Options{LearningRate: 2, Lambda: lambda, Epochs: 2000, BatchSize: 4, Rand: rand.New(rand.NewPCG(1, 0))}
		o.Epoch = func(epoch int, s Score) {
			scores = append(scores, s)
			if epoch != len(scores) {
				t.Fatalf("epoch %d is called as the %dth", epoch, len(scores))
			}
			near := func(a, b float64) bool { return math.Abs(a-b) <= 0x1p-52*b } // one rounding
			if !near(s.Total, s.DataLoss+s.Penalty) || !near(s.Penalty, n.Penalty(lambda)) || !(s.Penalty > 0) {
				t.Fatalf("%v epoch %d: %+v does not add up", f1, epoch, s)
			}
		}
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil {
			t.Fatal(err)
		}
		last := scores[len(scores)-1]
		if len(scores) != o.Epochs || last.Accuracy != 1 || !(last.DataLoss < 0.01) || !(scores[0].DataLoss > 0.1) {
			t.Errorf("%v: %d epochs, first %+v, last %+v", f1, len(scores), scores[0], last)
		}
		again, err := n.Evaluate(x, y, all(4), lambda)
		if err != nil || again != last {
			t.Errorf("%v: Evaluate says %+v, %v; the last epoch said %+v", f1, again, err, last)
		}
	}
}

func TestEvery(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 12, 3, 2)
	for every, want := range map[int][]int{0: {1, 2, 3, 4, 5, 6, 7}, 1: {1, 2, 3, 4, 5, 6, 7}, 3: {3, 6, 7}, 7: {7}, 9: {7}} {
		var got []int
		o := options(5)
		o.Epochs, o.Every = 7, every
		o.Epoch = func(epoch int, _ Score) { got = append(got, epoch) }
		n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil || !slices.Equal(got, want) {
			t.Errorf("every %d: called after %v, %v; want %v", every, got, err, want)
		}
	}
}

func TestTrainStops(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 12, 3, 2)
	ctx, cancel := context.WithCancel(context.Background())
	n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
	o := options(5)
	o.Epochs = 100
	o.Epoch = func(epoch int, _ Score) {
		if epoch == 7 {
			cancel()
		}
	}
	if epochs, err := n.Train(ctx, x, y, nil, o); epochs != 7 || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in epoch 8: %d complete, %v", epochs, err)
	}
	before := n.Clone()
	if epochs, err := n.Train(ctx, x, y, nil, o); epochs != 0 || !errors.Is(err, context.Canceled) || !slices.Equal(n.W1.Data, before.W1.Data) {
		t.Errorf("cancelled before: %d complete, %v", epochs, err)
	}
}

func TestTrainDiverges(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 12, 3, 2)
	y.Scale(1e10, y) // so that a step of 1e300 against the gradient overflows
	for _, c := range []struct {
		name          string
		rate, lambda  float64
		epochs, batch int
		want          string
	}{
		{"rate", 1e300, 0, 1000, 4, "try a learning rate below 1e+300"},
		{"lambda", 1, 100, 1000, 4, "learning rate times lambda is 100, want below 2"},
		{"last step", 10, 1e308, 1, 12, "w1["}, // after the loss, which is finite
	} {
		n := New(3, 4, 2, ReLU, rand.New(rand.NewPCG(1, 1)))
		o := options(5)
		o.LearningRate, o.Lambda, o.Epochs, o.BatchSize = c.rate, c.lambda, c.epochs, c.batch
		epochs, err := n.Train(context.Background(), x, y, nil, o)
		if !errors.Is(err, ErrDiverged) || epochs >= c.epochs || !strings.Contains(err.Error(), "in epoch ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d epochs, %v", c.name, epochs, err)
		}
	}
}

// A data loss that overflows is divergence, even if no parameter does.
func TestTrainStopsAtAnInfiniteLoss(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 12, 3, 2)
	y.Scale(1e200, y)
	n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
	if epochs, err := n.Train(context.Background(), x, y, nil, options(5)); epochs != 0 || !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "the data loss is +Inf") {
		t.Errorf("%d epochs, %v", epochs, err)
	}
}

func TestTrainRefuses(t *testing.T) {
	x, y := tables(rand.New(rand.NewPCG(8, 8)), 6, 3, 2)
	with := func(z *matrix.Matrix, v float64) *matrix.Matrix {
		z = z.Clone()
		z.Set(4, 1, v)
		return z
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		want    string
		change  func(o *Options)
		x, y    *matrix.Matrix
		samples []int
	}{
		{want: "learning rate 0", change: func(o *Options) { o.LearningRate = 0 }},
		{want: "learning rate -1", change: func(o *Options) { o.LearningRate = -1 }},
		{want: "learning rate NaN", change: func(o *Options) { o.LearningRate = nan }},
		{want: "learning rate +Inf", change: func(o *Options) { o.LearningRate = inf }},
		{want: "lambda -1", change: func(o *Options) { o.Lambda = -1 }},
		{want: "lambda NaN", change: func(o *Options) { o.Lambda = nan }},
		{want: "lambda +Inf", change: func(o *Options) { o.Lambda = inf }},
		{want: "0 epochs", change: func(o *Options) { o.Epochs = 0 }},
		{want: "batch size -1", change: func(o *Options) { o.BatchSize = -1 }},
		{want: "Options.Rand is nil", change: func(o *Options) { o.Rand = nil }},
		{want: "samples have 2 inputs and 2 targets, the network has 3 and 2", x: y},
		{want: "samples have 3 inputs and 3 targets, the network has 3 and 2", y: x},
		{want: "got 6 rows of inputs and 7 rows of targets", y: matrix.New(7, 2)},
		{want: "no samples", samples: []int{}},
		{want: "sample 6 does not exist, want 0 to 5", samples: []int{1, 6}},
		{want: "sample -1 does not exist, want 0 to 5", samples: []int{-1}},
		{want: "sample 4: input 1 is NaN", x: with(x, nan)},
		{want: "sample 4: target 1 is +Inf", y: with(y, inf)},
	} {
		n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
		before := n.Clone()
		o := options(1)
		if c.change != nil {
			c.change(&o)
		}
		if c.x == nil {
			c.x = x
		}
		if c.y == nil {
			c.y = y
		}
		_, err := n.Train(context.Background(), c.x, c.y, c.samples, o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %q", err, c.want)
		}
		if !slices.Equal(n.W1.Data, before.W1.Data) {
			t.Errorf("%s: the network changed", c.want)
		}
	}
}

func TestPredict(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	m := 2*chunk + 3 // so that the last chunk is shorter
	x, y := tables(rng, m, 3, 2)
	n := New(3, 4, 2, Tanh, rng)
	out := n.Predict(x)
	for s := range m {
		p := n.NewPass(1)
		p.Load(x, y, []int{s})
		n.Forward(p)
		for k := range 2 {
			// One column alone goes through other loops, with sums in the same
			// order or nearly.
			if got, want := out.At(s, k), p.A2.At(k, 0); !(math.Abs(got-want) < 1e-14) {
				t.Fatalf("sample %d, output %d: %v, alone %v", s, k, got, want)
			}
		}
	}
	if score, err := n.Evaluate(x, out, all(m), 0); err != nil || score.DataLoss != 0 || score.Accuracy != 1 {
		t.Errorf("scored against its own outputs: %+v, %v", score, err)
	}
	n.B2.Set(0, 1, math.NaN())
	if _, err := n.Evaluate(x, y, []int{5}, 0); !errors.Is(err, ErrNaN) || !strings.Contains(err.Error(), "sample 5: output 1 of 2") {
		t.Errorf("F4: an output of NaN: %v", err)
	}
	if _, err := n.Evaluate(x, y, nil, 0); err == nil {
		t.Error("no samples: no error")
	}
}

func TestClass(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		outputs []float64
		want    int
		err     error
	}{
		{[]float64{0.1, 0.7, 0.2}, 1, nil},
		{[]float64{0.7, 0.1, 0.7}, 0, nil},
		{[]float64{-1, -2}, 0, nil},
		{[]float64{0.5}, 1, nil},
		{[]float64{0.49}, 0, nil},
		{[]float64{nan, 1}, 0, ErrNaN},
		{[]float64{1, nan}, 0, ErrNaN},
		{[]float64{nan}, 0, ErrNaN},
	} {
		if got, err := Class(c.outputs); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("F4: Class(%v) = %d, %v", c.outputs, got, err)
		}
	}
}

func TestLoadPanicsOnShapes(t *testing.T) {
	n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "5×7") || !strings.Contains(text, "want 3") {
			t.Errorf("panic %q, want both shapes", text)
		}
	}()
	n.Predict(matrix.New(5, 7))
}
