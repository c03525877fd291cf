package network

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"chainrule/matrix"
)

// A batch in parts gives the same step as in one, but for the order of the sums, and
// leaves the parameters alone if it is interrupted.
func TestParts(t *testing.T) {
	n, x, y, o := setup(12)
	o.Lambda = 0.1
	samples := []int{11, 0, 3, 5, 4, 9, 7, 2, 1, 10, 8}
	want, p := n.Clone(), n.NewPass(len(samples))
	p.Load(x, y, samples)
	wantLoss := want.Step(p, o.LearningRate, o.Lambda)
	for _, size := range []int{1, 4, 5, 10, 11, 12} { // also with a smaller last part, and with one part
		got, q := n.Clone(), n.NewPass(min(size, len(samples)))
		sums := n.newSums()
		for range 2 { // nothing is left over from the batch before
			got = n.Clone()
			loss, err := got.stepInParts(context.Background(), q, sums, x, y, samples, size, o)
			if err != nil || math.Abs(loss-wantLoss) > 1e-15 {
				t.Errorf("parts of %d: loss %v, %v, want %v", size, loss, err, wantLoss)
			}
		}
		for i, w := range []*matrix.Matrix{want.W1, want.B1, want.W2, want.B2} {
			g := []*matrix.Matrix{got.W1, got.B1, got.W2, got.B2}[i]
			for e := range w.Data { // parameters within ±2, and some rounding errors of 2⁻⁵²
				if !(math.Abs(g.Data[e]-w.Data[e]) < 2e-15) {
					t.Errorf("parts of %d: parameter %d, element %d: got %v, want %v", size, i, e, g.Data[e], w.Data[e])
				}
			}
		}
	}
	q, sums := n.NewPass(4), n.newSums()
	if allocs := testing.AllocsPerRun(50, func() { want.stepInParts(context.Background(), q, sums, x, y, samples, 4, o) }); allocs != 0 {
		t.Errorf("got %v allocations per batch, want 0", allocs)
	}
	ctx := &endsAfter{Context: context.Background(), calls: 2}
	got := n.Clone()
	if _, err := got.stepInParts(ctx, q, sums, x, y, samples, 4, o); !errors.Is(err, context.Canceled) || !same(got, n) {
		t.Errorf("interrupted: %v, and the parameters are the same: %v", err, same(got, n))
	}
}

// endsAfter is a context that ends after some calls of Err.
type endsAfter struct {
	context.Context
	calls int
}

func (c *endsAfter) Err() error {
	if c.calls--; c.calls < 0 {
		return context.Canceled
	}
	return nil
}

// Train takes a large batch in parts: the same parameters as in one, whatever
// GOMAXPROCS is.
func TestTrainInParts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const m = PartSize + 100
	n, x, y, o := setup(m)
	o.BatchSize, o.Epochs = 0, 2
	want := n.Clone()
	plainTraining(want, x, y, all(m), o)
	var first *Network
	for _, procs := range []int{1, 2} {
		runtime.GOMAXPROCS(procs)
		got := n.Clone()
		o.Rand = rand.New(rand.NewPCG(5, 0))
		if _, err := got.Train(context.Background(), x, y, nil, o); err != nil {
			t.Fatal(err)
		}
		for i, w := range want.W1.Data { // a mean of 2,148 gradients below 1, twice
			if !(math.Abs(got.W1.Data[i]-w) < 1e-13) || same(got, want) {
				t.Errorf("w1, element %d: got %v, want %v, in another order of sums", i, got.W1.Data[i], w)
			}
		}
		if first == nil {
			first = got
		}
		if !same(got, first) {
			t.Error("GOMAXPROCS changes the result")
		}
	}
	n, x, y, o = setup(PartSize)
	o.BatchSize = 0
	want = n.Clone()
	plainTraining(want, x, y, all(PartSize), o)
	o.Rand = rand.New(rand.NewPCG(5, 0))
	if _, err := n.Train(context.Background(), x, y, nil, o); err != nil || !same(n, want) {
		t.Errorf("the largest batch that goes in one: %v, the same bits: %v", err, same(n, want))
	}
}

// The memory of a large batch is that of a part.
func TestTrainMemory(t *testing.T) {
	const m, hidden = 4 * PartSize, 300
	x, y := tables(rand.New(rand.NewPCG(8, 8)), m, 3, 2)
	n := New(3, hidden, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := n.Train(context.Background(), x, y, nil, Options{LearningRate: 0.1, Epochs: 1, Rand: rand.New(rand.NewPCG(5, 0)), Epoch: func(int, Score) {}}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	// Four numbers per hidden node and sample, see Pass, and two for copies in products.
	// The batch as a whole would take 16.
	if got := after.TotalAlloc - before.TotalAlloc; got > 10*hidden*PartSize*8 {
		t.Errorf("got %d bytes, want at most %d", got, 10*hidden*PartSize*8)
	}
}
