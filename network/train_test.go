package network

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
)

// setup returns a network with 3 inputs, 4 hidden nodes and 2 outputs, tables of m
// random samples for it, and options to train it with. They are the same each time.
func setup(m int) (n *Network, x, y *matrix.Matrix, o Options) {
	x, y = tables(rand.New(rand.NewPCG(8, 8)), m, 3, 2)
	o = Options{LearningRate: 0.5, Epochs: 3, BatchSize: 4, Rand: rand.New(rand.NewPCG(5, 0))}
	return New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1))), x, y, o
}

// same reports whether two networks have the same parameters.
func same(a, b *Network) bool {
	return slices.Equal(a.W1.Data, b.W1.Data) && slices.Equal(a.B1.Data, b.B1.Data) &&
		slices.Equal(a.W2.Data, b.W2.Data) && slices.Equal(a.B2.Data, b.B2.Data)
}

// plainTraining is the obvious version of Train: it makes a new Pass for each batch
// and calls the parts of a step one by one.
func plainTraining(n *Network, x, y *matrix.Matrix, samples []int, o Options) {
	order := slices.Clone(samples)
	if o.BatchSize == 0 {
		o.BatchSize = len(order)
	}
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

// For every batch size, Train gives the same parameters as plainTraining, to the
// last bit, whatever GOMAXPROCS is, and does not change what it was given. Most
// sizes leave a smaller last batch; 0 and 100 mean all samples.
func TestTrain(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, batch := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 100} {
		for _, procs := range []int{1, 2} {
			runtime.GOMAXPROCS(procs)
			samples := []int{11, 0, 3, 5, 4, 9, 7, 2, 1, 10}
			got, x, y, o := setup(12)
			o.BatchSize, o.Lambda = batch, 0.01
			first, x0, y0, samples0 := got.Clone(), x.Clone(), y.Clone(), slices.Clone(samples)
			if epochs, err := got.Train(context.Background(), x, y, samples, o); epochs != 3 || err != nil {
				t.Fatalf("got %d epochs, %v, want 3", epochs, err)
			}
			want := first.Clone()
			_, _, _, plain := setup(12)
			o.Rand = plain.Rand
			plainTraining(want, x, y, samples, o)
			if !same(got, want) || same(got, first) {
				t.Errorf("B1: batch %d, %d processors: the parameters are not those of plain training, or did not change", batch, procs)
			}
			if !slices.Equal(x.Data, x0.Data) || !slices.Equal(y.Data, y0.Data) || !slices.Equal(samples, samples0) {
				t.Errorf("batch %d: the caller's data changed", batch)
			}
		}
	}
}

// Each activation learns exclusive or: the loss falls to nearly zero, and the scores
// that the callback receives add up.
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
				t.Fatalf("got epoch %d in call %d", epoch, len(scores))
			}
			near := func(a, b float64) bool { return math.Abs(a-b) <= 0x1p-52*b } // one rounding
			if !near(s.Total, s.DataLoss+s.Penalty) || !near(s.Penalty, n.Penalty(lambda)) || !(s.Penalty > 0) {
				t.Fatalf("%v epoch %d: the score %+v does not add up", f1, epoch, s)
			}
		}
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil {
			t.Fatal(err)
		}
		last := scores[len(scores)-1]
		if len(scores) != o.Epochs || last.Accuracy != 1 || !(last.DataLoss < 0.01) || !(scores[0].DataLoss > 0.1) {
			t.Errorf("%v: got %d epochs, first %+v, last %+v", f1, len(scores), scores[0], last)
		}
		again, err := n.Evaluate(context.Background(), x, y, all(4), lambda)
		if err != nil || again != last {
			t.Errorf("%v: Evaluate: got %+v, %v, want the score of the last epoch, %+v", f1, again, err, last)
		}
	}
}

func TestAt(t *testing.T) {
	for _, c := range []struct{ at, want []int }{{nil, []int{1, 2, 3, 4, 5, 6, 7}}, {[]int{}, []int{7}}, {[]int{2, 3, 9}, []int{2, 3, 7}}, {[]int{7}, []int{7}}} {
		n, x, y, o := setup(12)
		var got []int
		o.Epochs, o.At = 7, c.at
		o.Epoch = func(epoch int, _ Score) { got = append(got, epoch) }
		if _, err := n.Train(context.Background(), x, y, nil, o); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("at %v: got calls after %v, %v, want %v", c.at, got, err, c.want)
		}
	}
}

func TestTrainStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n, x, y, o := setup(12)
	o.Epochs = 100
	o.Epoch = func(epoch int, _ Score) {
		if epoch == 7 {
			cancel()
		}
	}
	if epochs, err := n.Train(ctx, x, y, nil, o); epochs != 7 || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled after epoch 7: got %d epochs, %v", epochs, err)
	}
	before := n.Clone()
	if epochs, err := n.Train(ctx, x, y, nil, o); epochs != 0 || !errors.Is(err, context.Canceled) || !same(n, before) {
		t.Errorf("cancelled before training: got %d epochs, %v, parameters unchanged: %v", epochs, err, same(n, before))
	}
	n, x, y, o = setup(12)
	o.BatchSize, o.Epoch = 0, func(int, Score) {}
	inEvaluate := &endsAfter{Context: context.Background(), calls: 1} // for the batch
	if epochs, err := n.Train(inEvaluate, x, y, nil, o); epochs != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in Evaluate: got %d epochs, %v", epochs, err)
	}
	n, x, y, o = setup(PartSize + 1)
	o.BatchSize, before = 0, n.Clone()
	between := &endsAfter{Context: context.Background(), calls: 2} // for the batch and its first part
	if epochs, err := n.Train(between, x, y, nil, o); epochs != 0 || !errors.Is(err, context.Canceled) || !same(n, before) {
		t.Errorf("cancelled between two parts: got %d epochs, %v, parameters unchanged: %v", epochs, err, same(n, before))
	}
}

// Training stops in the epoch in which a parameter, the data loss or the penalty is no
// longer finite, and only then.
func TestTrainDiverges(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(n *Network, y *matrix.Matrix, o *Options)
	}{
		{"try a learning rate below 1e+300", func(n *Network, y *matrix.Matrix, o *Options) {
			y.Scale(1e10, y) // so that a step of 1e300 against the gradient overflows
			o.LearningRate = 1e300
		}},
		{"learning rate times lambda is 100, want below 2", func(n *Network, y *matrix.Matrix, o *Options) {
			o.LearningRate, o.Lambda = 1, 100
		}},
		{"in epoch 1: w1[", func(n *Network, y *matrix.Matrix, o *Options) { // the loss, before the step, is finite
			o.LearningRate, o.Lambda, o.Epochs, o.BatchSize = 10, 1e308, 1, 12
		}},
		{"in epoch 1: the data loss is +Inf", func(n *Network, y *matrix.Matrix, o *Options) { y.Scale(1e200, y) }},
		{"in epoch 1: the data loss is NaN", func(n *Network, y *matrix.Matrix, o *Options) { n.W2.Data[0], n.W2.Data[2] = math.Inf(1), math.Inf(-1) }},
		{"in epoch 1: the penalty is +Inf", func(n *Network, y *matrix.Matrix, o *Options) {
			n.W1.Data[0], o.LearningRate, o.Lambda = 1e200, 1e-9, 1e-9
		}},
	} {
		n, x, y, o := setup(12)
		n.Activation, o.Epochs = ReLU, 1000
		c.change(n, y, &o)
		epochs, err := n.Train(context.Background(), x, y, nil, o)
		if !errors.Is(err, ErrDiverged) || epochs >= o.Epochs {
			t.Errorf("%s: got %d epochs, %v, want divergence", c.want, epochs, err)
		}
		wantError(t, err, fmt.Sprintf("in epoch %d: ", epochs+1))
		wantError(t, err, c.want)
	}
	for alpha, want := range map[float64]string{2: "try a learning rate below 2", 2.5: "learning rate times lambda is 2.5, want below 2"} {
		wantError(t, diverged(1, "a test", Options{LearningRate: alpha, Lambda: 1}), want)
	}
	// Without λ the penalty is 0 for any weights.
	n, x, y, o := setup(12)
	n.W1.Data[0], o.LearningRate = 1e200, 1e-9
	if epochs, err := n.Train(context.Background(), x, y, nil, o); epochs != o.Epochs || err != nil || n.Penalty(0) != 0 {
		t.Errorf("λ = 0: got %d epochs, %v, a penalty of %v, want %d epochs and 0", epochs, err, n.Penalty(0), o.Epochs)
	}
	// The first parameter in the order w1, b1, w2, b2 is named.
	for _, p := range []struct {
		x    *matrix.Matrix
		v    float64
		want string
	}{{n.B2, math.NaN(), "b2[0][1] is NaN"}, {n.W2, math.Inf(-1), "w2[3][1] is -Inf"}, {n.B1, math.Inf(1), "b1[0][3] is +Inf"}, {n.W1, math.NaN(), "w1[2][3] is NaN"}} {
		p.x.Set(p.x.Rows-1, p.x.Cols-1, p.v)
		wantError(t, n.checkFinite(), p.want)
	}
}

// wantError fails unless the error is a single line that contains the text.
func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got error %v, want one line with %q", err, text)
	}
}

func TestTrainRefuses(t *testing.T) {
	_, x, y, _ := setup(6)
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
		{want: "learning rate NaN, want a finite number above 0", change: func(o *Options) { o.LearningRate = nan }},
		{want: "learning rate +Inf", change: func(o *Options) { o.LearningRate = inf }},
		{want: "lambda -1", change: func(o *Options) { o.Lambda = -1 }},
		{want: "lambda NaN, want a finite number, 0 or above", change: func(o *Options) { o.Lambda = nan }},
		{want: "lambda +Inf", change: func(o *Options) { o.Lambda = inf }},
		{want: "got 0 epochs, want at least 1", change: func(o *Options) { o.Epochs = 0 }},
		{want: "batch size -1, want 1 or more, or 0 for all samples", change: func(o *Options) { o.BatchSize = -1 }},
		{want: "Options.Rand is nil, want a random number generator", change: func(o *Options) { o.Rand = nil }},
		{want: "samples have 2 inputs and 2 targets, the network has 3 and 2", x: y},
		{want: "samples have 3 inputs and 3 targets, the network has 3 and 2", y: x},
		{want: "got 6 rows of inputs and 7 rows of targets", y: matrix.New(7, 2)},
		{want: "no samples to train on", samples: []int{}},
		{want: "sample 6 does not exist, want 0 to 5", samples: []int{1, 6}},
		{want: "sample -1 does not exist, want 0 to 5", samples: []int{-1}},
		{want: "sample 4: input 1 is NaN", x: with(x, nan)},
		{want: "sample 4: input 1 is -Inf", x: with(x, -inf)},
		{want: "sample 4: input 1 is +Inf", x: with(x, inf)},
		{want: "sample 4: target 1 is +Inf", y: with(y, inf)},
		{want: "sample 4: target 1 is -Inf", y: with(y, -inf)},
	} {
		n, _, _, o := setup(6)
		before := n.Clone()
		if c.change != nil {
			c.change(&o)
		}
		epochs, err := n.Train(context.Background(), cmp.Or(c.x, x), cmp.Or(c.y, y), c.samples, o)
		wantError(t, err, c.want)
		if epochs != 0 || !same(n, before) {
			t.Errorf("%s: got %d epochs, and the network is the same: %v", c.want, epochs, same(n, before))
		}
	}
}

// The step leaves finite parameters, but a¹ overflows to +∞ and −∞. (If only the terms of z²
// did, a fused multiplication and addition could keep it from being NaN.)
func TestTrainDivergesInEvaluate(t *testing.T) {
	n := New(1, 2, 1, Identity, rand.New(rand.NewPCG(1, 0)))
	copy(n.W1.Data, []float64{1e-200, 1e-200})
	copy(n.W2.Data, []float64{1, -1})
	o := Options{LearningRate: 1e100, Epochs: 3, Rand: rand.New(rand.NewPCG(1, 0)), Epoch: func(int, Score) { t.Error("there is no score") }}
	epochs, err := n.Train(context.Background(), matrix.FromRows([]float64{1e200}), matrix.New(1, 1), nil, o)
	if wantError(t, err, "training diverged in epoch 1: sample 0: output 0 of 1: an output is NaN"); epochs != 0 || !errors.Is(err, ErrDiverged) {
		t.Errorf("got %d epochs and %v, want none and ErrDiverged", epochs, err)
	}
}

// Predict gives each sample the outputs that it has in a batch of its own.
func TestPredict(t *testing.T) {
	m := 2*chunk + 3 // so that the last chunk is shorter
	n, x, y, _ := setup(m)
	out, p := n.Predict(x), n.NewPass(1)
	for s := range m {
		p.Load(x, y, []int{s})
		n.Forward(p)
		for k := range 2 {
			// A single column goes through other loops, whose sums may be in
			// another order.
			if got, want := out.At(s, k), p.A2.At(k, 0); !(math.Abs(got-want) < 1e-14) {
				t.Fatalf("sample %d, output %d: got %v, want %v", s, k, got, want)
			}
		}
	}
	if score, err := n.Evaluate(context.Background(), x, out, all(m), 0); err != nil || score.DataLoss != 0 || score.Accuracy != 1 {
		t.Errorf("evaluated with its own outputs as targets: got %+v, %v", score, err)
	}
	y.Apply(func(v float64) float64 { return 1 - v }, out)
	if score, err := n.Evaluate(context.Background(), x, y, all(m), 0); err != nil || score.Accuracy != 0 {
		t.Errorf("evaluated with the other class as target: got %+v, %v", score, err)
	}
	out.Set(5, 0, math.NaN())
	_, err := n.Evaluate(context.Background(), x, out, []int{4, 5}, 0)
	wantError(t, err, "target of sample 5: output 0 of 2")
	n.B2.Set(0, 1, math.NaN())
	_, err = n.Evaluate(context.Background(), x, y, []int{5}, 0)
	if !errors.Is(err, ErrNaN) {
		t.Errorf("F4: an output of NaN: got %v, want ErrNaN", err)
	}
	wantError(t, err, "sample 5: output 1 of 2")
	_, err = n.Evaluate(context.Background(), x, y, nil, 0)
	wantError(t, err, "no samples")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := n.Evaluate(ctx, x, y, all(m), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
}

func TestClass(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		outputs []float64
		want    int
		err     error
	}{
		{[]float64{0.1, 0.7, 0.2}, 1, nil}, {[]float64{0.7, 0.1, 0.7}, 0, nil}, {[]float64{-1, -2}, 0, nil},
		{[]float64{0.5}, 1, nil}, {[]float64{0.49}, 0, nil},
		{[]float64{nan, 1}, 0, ErrNaN}, {[]float64{1, nan}, 0, ErrNaN}, {[]float64{nan}, 0, ErrNaN},
	} {
		if got, err := Class(c.outputs); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("F4: Class(%v): got %d, %v, want %d, %v", c.outputs, got, err, c.want, c.err)
		}
	}
}

func TestLoadPanicsOnShapes(t *testing.T) {
	n, _, _, _ := setup(1)
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "5×7") || !strings.Contains(text, "3×5") {
			t.Errorf("got panic %q, want one with 5×7 and 3×5", text)
		}
	}()
	n.Predict(matrix.New(5, 7))
}
