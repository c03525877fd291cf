package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// products lists the three methods with their definitions. transposed says
// whether x and y are.
var products = []struct {
	name       string
	fast       func(z, x, y *Matrix) *Matrix
	plain      func(z, x, y *Matrix)
	transposed [2]bool
}{
	{"Mul", (*Matrix).Mul, plainMul, [2]bool{false, false}},
	{"TMul", (*Matrix).TMul, plainTMul, [2]bool{true, false}},
	{"MulT", (*Matrix).MulT, plainMulT, [2]bool{false, true}},
}

// factors returns x and y for an R×C result with T terms per element, filled by
// value.
func factors(transposed [2]bool, r, terms, c int, value func() float64) (xy [2]*Matrix) {
	for i, shape := range [2][2]int{{r, terms}, {terms, c}} {
		if transposed[i] {
			shape[0], shape[1] = shape[1], shape[0]
		}
		xy[i] = New(shape[0], shape[1])
		for e := range xy[i].Data {
			xy[i].Data[e] = value()
		}
	}
	return xy
}

func TestProducts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	value := func() float64 { return 2*rng.Float64() - 1 }
	// Multiples of four and with each remainder, for the loops that go by four; one
	// more and one less than the widths of tiles, and two heights of panels.
	rows := []int{1, 2, 3, 4, 5, 7, 8, 9}
	cols := []int{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33}
	for _, p := range products {
		for _, r := range rows {
			for _, terms := range []int{1, 2, 3, 4, 5, 7, 8, 9, 127, 128, 129, 257} {
				for _, c := range cols {
					xy := factors(p.transposed, r, terms, c, value)
					want, got := New(r, c), New(r, c).Apply(func(float64) float64 { return value() }, New(r, c))
					p.plain(want, xy[0], xy[1])
					if p.fast(got, xy[0], xy[1]) != got {
						t.Fatalf("%s does not return its receiver", p.name)
					}
					// The terms are within ±1, so the rounding error of either sum
					// is below terms²·2⁻⁵³.
					for i := range want.Data {
						if !(math.Abs(got.Data[i]-want.Data[i]) <= float64(2*terms*terms)*0x1p-53) {
							t.Fatalf("%s, %d×%d, %d terms: element %d: got %v, want %v", p.name, r, c, terms, i, got.Data[i], want.Data[i])
						}
					}
				}
			}
		}
	}
}

// Several processors compute the same bits as one, also when several goroutines want
// them at once. All results here are large enough to be shared by at least two.
func TestShared(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	rng := rand.New(rand.NewPCG(1, 3))
	value := func() float64 { return 2*rng.Float64() - 1 }
	results := map[string]func() *Matrix{}
	for _, p := range products {
		for _, shape := range [][3]int{{101, 101, 103}, {2011, 301, 1}, {301, 1, 301}, {33, 1030, 29}} { // the last is tall
			r, terms, c := shape[0], shape[1], shape[2]
			xy := factors(p.transposed, r, terms, c, value)
			results[fmt.Sprint(p.name, shape)] = func() *Matrix { return p.fast(New(r, c), xy[0], xy[1]) }
			want := New(r, c)
			p.plain(want, xy[0], xy[1])
			for i, got := range p.fast(New(r, c), xy[0], xy[1]).Data {
				if !(math.Abs(got-want.Data[i]) <= float64(2*terms*terms)*0x1p-53) { // as in TestProducts
					t.Fatalf("%s, %v: element %d: got %v, want %v", p.name, shape, i, got, want.Data[i])
				}
			}
		}
	}
	xy := factors([2]bool{}, 301, 301, 301, value)
	results["Scale"] = func() *Matrix { return New(301, 301).Scale(3, xy[0]) }
	results["Sigmoid"] = func() *Matrix { return New(301, 301).Sigmoid(xy[0]) }
	list := rng.Perm(301)
	results["TransposeRows"] = func() *Matrix { return New(301, 301).TransposeRows(xy[0], list) }
	// A panic comes to the caller, not from a helper.
	for _, list := range [][]int{append(rng.Perm(300), 301), append([]int{301}, rng.Perm(300)...)} {
		if got := panicOf(func() { New(301, 301).TransposeRows(xy[0], list) }); got != "matrix: row out of range" {
			t.Errorf("TransposeRows of row 301 of 301: got panic %q", got)
		}
	}
	// After the products above the helpers are awake, and share this too.
	results["AddScaled"] = func() *Matrix { return New(301, 301).AddScaled(xy[0], 3, xy[1]) }

	want := map[string]*Matrix{}
	runtime.GOMAXPROCS(1)
	for name, f := range results {
		want[name] = f()
	}
	for run := range 20 {
		runtime.GOMAXPROCS([]int{2, 8, 1, 3}[run%4])
		var all sync.WaitGroup
		for range 1 + run%2 {
			all.Add(1)
			go func() {
				defer all.Done()
				for name, f := range results {
					if got := f(); !slices.Equal(got.Data, want[name].Data) {
						t.Errorf("%s on %d processors differs from the result on one", name, runtime.GOMAXPROCS(0))
					}
				}
			}()
		}
		all.Wait()
	}
	awaitHelpers(t)
}

// In pairs of rows, the loops may round otherwise than in single ones. So each of the two
// sums of a tall product is divided at multiples of four rows, whatever their number.
func TestTallParts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	defer func(f loop) { loops.tmul = f }(loops.tmul)
	const rows, cols, terms = 33, 29, 2048 // enough for three parts in both builds
	var computed atomic.Int64
	loops.tmul = func(z *Matrix, o operands, from, to int) {
		if computed.Add(int64(to - from)); z.Rows != rows || from%4 != 0 || to%4 != 0 && to != rows {
			t.Errorf("a part has the rows %d to %d of %d", from, to, z.Rows)
		}
	}
	x, y := New(terms, rows), New(terms, cols)
	if New(rows, cols).TMul(x, y); computed.Load() != 2*rows {
		t.Errorf("%d rows are computed, want %d", computed.Load(), 2*rows)
	}
	awaitHelpers(t)
}

// awaitHelpers waits until the helpers have ended. Otherwise they would run into the
// next test.
func awaitHelpers(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for p := range shared.helpers {
		for shared.helpers[p].Load() {
			if time.Now().After(deadline) {
				t.Fatalf("helper %d still runs ten seconds after the last product", p)
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// The parts of a result are its rows, each once, and as many parts as the size, the
// rows and the processors allow. All are computed at the same time, the first by the
// caller, and the others by one helper each.
func TestParts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	awaitHelpers(t)
	const procs = 8
	least := leastPart / (64 * 64)
	for _, c := range []struct{ procs, rows, cols, terms, parts int }{
		{procs, 64, 64, least, 1}, {procs, 64, 64, 2*least - 1, 1}, {procs, 64, 64, 2 * least, 2}, {procs, 64, 64, 3*least - 1, 2}, {procs, 64, 64, 3 * least, 3},
		{1, 64, 64, 2 * least, 1}, {3, 101, 7, 64 * least, 3}, {procs, 101, 64, 64 * least, 8},
		{procs, 4, 1, 10 * leastPart, 1}, {procs, 5, 1, 10 * leastPart, 2}, {procs, 8, 1, 10 * leastPart, 2}, {procs, 9, 1, 10 * leastPart, 3},
		{2 * maxParts, 8 * maxParts, 1, leastPart, maxParts},
		{procs, 64, 2 * leastPart / 64 / perElement, elementwise, 2}, {procs, 63, 2 * leastPart / 64 / perElement, elementwise, 1},
	} {
		runtime.GOMAXPROCS(c.procs)
		z, x, y, list := New(c.rows, c.cols), New(1, 1), New(1, 1), []int{0}
		goroutines := runtime.NumGoroutine()
		for run := range 50 { // an even number, so that no helper is listed at the end
			want := c.parts
			if c.terms == elementwise { // shared only while a helper is awake
				shared.helpers[1].Store(run%2 == 0)
				if run%2 == 1 {
					want = 1
				}
			}
			var mutex sync.Mutex
			var got [][2]int
			all := make(chan bool) // closed when all parts have begun
			z.share(func(fz *Matrix, o operands, from, to int) {
				mutex.Lock()
				if got = append(got, [2]int{from, to}); fz != z || o.x != x || o.y != y || o.c != 3 || &o.rows[0] != &list[0] {
					t.Errorf("%+v: a part has other operands", c)
				}
				if len(got) == want {
					close(all)
				}
				mutex.Unlock()
				if run == 0 && c.terms != elementwise { // later, a helper may be about to end, and leaves its part to the caller
					select {
					case <-all:
					case <-time.After(10 * time.Second):
						t.Errorf("%+v: not all parts are computed at the same time", c)
					}
				}
			}, operands{x, y, 3, list}, c.terms)
			slices.SortFunc(got, func(a, b [2]int) int { return a[0] - b[0] })
			next := 0
			for _, part := range got {
				if part[0] != next || next%4 != 0 || part[1] <= next {
					t.Fatalf("%+v: got the parts %v", c, got)
				}
				next = part[1]
			}
			if len(got) != want || next != c.rows {
				t.Fatalf("%+v: got the parts %v", c, got)
			}
			if shared.z != nil || shared.x != nil || shared.y != nil || shared.rows != nil {
				t.Fatal("the operands are kept after the product")
			}
		}
		if n := runtime.NumGoroutine() - goroutines; n > 2*c.parts { // twice: some may be about to end
			t.Errorf("%+v: %d helpers", c, n)
		}
		awaitHelpers(t)
	}
}

// Each loop computes the rows that it is asked for, and writes no others.
func TestLoopsComputeRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	const rows, terms = 23, 9
	for _, cols := range []int{1, 11} {
		for name, c := range map[string]struct {
			f    loop
			x, y [2]int // the shapes
		}{
			"mul":           {loops.mul, [2]int{rows, terms}, [2]int{terms, cols}},
			"tmul":          {loops.tmul, [2]int{terms, rows}, [2]int{terms, cols}},
			"outer":         {loops.outer, [2]int{rows, 1}, [2]int{cols, 1}},
			"scale":         {loops.scale, [2]int{rows, cols}, [2]int{1, 1}},
			"addScaled":     {loops.addScaled, [2]int{rows, cols}, [2]int{rows, cols}},
			"sigmoid":       {loops.sigmoid, [2]int{rows, cols}, [2]int{1, 1}},
			"transposeRows": {transposeRows, [2]int{cols, rows}, [2]int{1, 1}},
		} {
			random := func(shape [2]int) *Matrix {
				z := New(shape[0], shape[1])
				return z.Apply(func(float64) float64 { return 2*rng.Float64() - 1 }, z)
			}
			o := operands{x: random(c.x), y: random(c.y), c: 3}
			all := New(rows, cols)
			c.f(all, o, 0, rows)
			for from := range rows {
				for to := from + 1; to <= rows; to++ {
					before := random([2]int{rows, cols})
					z := before.Clone()
					c.f(z, o, from, to)
					want := before
					copy(want.rows(from, to), all.rows(from, to))
					for i, v := range want.Data { // nine terms within ±1, perhaps in another order
						if !(math.Abs(z.Data[i]-v) <= 1e-14) {
							t.Fatalf("%s, rows %d to %d of %d×%d: element %d: got %v, want %v", name, from, to, rows, cols, i, z.Data[i], v)
						}
					}
				}
			}
		}
	}
}

// NaN, infinities, zeros and subnormal numbers, few or many, in matrices of any shape:
// where the definition gives NaN or an infinity, so does the method.
func TestProductsOfSpecialValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 0x1p-1070, -0x1p-1030}
	size := func() int { return int(math.Pow(301, rng.Float64())) } // 1 to 300, more often small
	for range 200 {
		p, r, terms, c, rarity := products[rng.IntN(3)], size(), size(), size(), size()
		xy := factors(p.transposed, r, terms, c, func() float64 {
			if rng.IntN(rarity) == 0 {
				return special[rng.IntN(len(special))]
			}
			return 2*rng.Float64() - 1
		})
		want, got := New(r, c), New(r, c)
		p.plain(want, xy[0], xy[1])
		p.fast(got, xy[0], xy[1])
		for i, v := range want.Data {
			same := got.Data[i] == v || math.IsNaN(got.Data[i]) && math.IsNaN(v)
			if !same && !(math.Abs(got.Data[i]-v) <= float64(2*terms*terms)*0x1p-53) { // as in TestProducts
				t.Fatalf("%s, %d×%d, %d terms: element %d: got %v, want %v", p.name, r, c, terms, i, got.Data[i], v)
			}
		}
	}
}

// The rungs of docs/speed.md. The last one uses all processors, the others one.
var rungs = []struct {
	name string
	tmul func(z, x, y *Matrix)
}{
	{"triple", plainTMul},
	{"order", orderedTMul},
	{"four", fourTMul},
	{"kernel", func(z, x, y *Matrix) { loops.tmul(z, operands{x: x, y: y}, 0, z.Rows) }},
	{"processors", func(z, x, y *Matrix) { z.TMul(x, y) }},
}

func TestRungs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	xy := factors([2]bool{true, false}, 7, 12, 9, func() float64 { return float64(rng.IntN(9) - 4) })
	want := New(7, 9)
	for i, rung := range rungs {
		got := New(7, 9).Scale(math.NaN(), New(7, 9)) // to be overwritten
		if rung.tmul(got, xy[0], xy[1]); i == 0 {
			want = got
		}
		if !slices.Equal(got.Data, want.Data) { // whole numbers, so that every sum is exact
			t.Errorf("%s: got %v, want %v", rung.name, got, want)
		}
	}
}

func BenchmarkRungs(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range []struct {
		name        string
		r, terms, c int
	}{{"64-32", 32, 64, 32}, {"784-100", 100, 784, 32}, {"1024", 1024, 1024, 1024}} {
		xy, z := factors([2]bool{true, false}, s.r, s.terms, s.c, rng.Float64), New(s.r, s.c)
		for _, rung := range rungs {
			b.Run(s.name+"/"+rung.name, func(b *testing.B) {
				for b.Loop() {
					rung.tmul(z, xy[0], xy[1])
				}
				gigaflops(b, 2*s.r*s.terms*s.c)
			})
		}
	}
}

// gigaflops reports the operations per second, at n per iteration.
func gigaflops(b *testing.B, n int) {
	b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// BenchmarkPeak measures the arithmetic alone: multiplications and additions of numbers
// that are in registers. The vectors have a benchmark of their own.
func BenchmarkPeak(b *testing.B) {
	b.Logf("kernel: %s", Kernel())
	for b.Loop() {
		peak(1000)
	}
	gigaflops(b, 1000*peakOperations())
}

// BenchmarkMemory measures AddScaled, which reads two matrices and writes one, in the
// caches and in main memory.
func BenchmarkMemory(b *testing.B) {
	for _, kilobytes := range []int{12, 600, 200000} {
		x, y := New(1, kilobytes*64), New(1, kilobytes*64)
		b.Run(fmt.Sprintf("%dKB", kilobytes), func(b *testing.B) {
			for b.Loop() {
				loops.addScaled(x, operands{x: x, y: y, c: 1e-9}, 0, 1)
			}
			b.ReportMetric(float64(b.N)*float64(24*len(x.Data))/b.Elapsed().Seconds()/1e9, "GB/s")
		})
	}
}

func BenchmarkProducts(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	// In the network the three products are F1, w²η of M4, and M5. Here all three
	// have the size of the first layer, so that they can be compared.
	for _, s := range []struct{ n0, n1, m int }{{64, 32, 32}, {784, 100, 32}, {64, 32, 1}, {784, 100, 1}} {
		for _, p := range products {
			r, terms, c := s.n1, s.n0, s.m
			if p.name == "MulT" {
				r, terms, c = s.n0, s.m, s.n1
			}
			xy, z := factors(p.transposed, r, terms, c, rng.Float64), New(r, c)
			for name, f := range map[string]func(z, x, y *Matrix){"chainrule": func(z, x, y *Matrix) { p.fast(z, x, y) }, "plain": p.plain} {
				b.Run(fmt.Sprintf("%s/%d-%d/batch=%d/%s", p.name, s.n0, s.n1, s.m, name), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						f(z, xy[0], xy[1])
					}
					gigaflops(b, 2*r*terms*c)
				})
			}
		}
	}
}
