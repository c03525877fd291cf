package matrix

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Large results are computed by several processors, each of which takes some rows.
// Every element, or of a tall product every half of it, is summed by one processor, in
// the same order as on one: the bits do not depend on GOMAXPROCS.

// A loop computes the rows from ≤ r < to of z.
type loop func(z *Matrix, o operands, from, to int)

// operands are what a loop reads. Few loops need all of them.
type operands struct {
	x, y *Matrix
	c    float64 // the factor of Scale and AddScaled
	rows []int   // the rows of TransposeRows
}

// loops holds the loops that run. They are those of mul.go, elementwise.go and
// sigmoid.go, unless vector.go has replaced them.
var loops = struct {
	mul, tmul, outer, scale, addScaled, sigmoid loop
}{mulRows, tmulRows, outerRows, scaleRows, addScaledRows, sigmoidRows}

var kernel = plainKernel()

// Kernel says which loops run: "plain loops", "plain loops with fused multiply-add" where
// x·y + z is rounded once, or for example "vectors of 512 bits". The last bits of a
// product depend on it.
func Kernel() string { return kernel }

func plainKernel() string {
	x, z := &Matrix{1, 1, []float64{1 + 0x1p-30}}, &Matrix{1, 1, []float64{-1 - 0x1p-29}}
	loops.addScaled(z, operands{x: z, y: x, c: x.Data[0]}, 0, 1)
	if z.Data[0] != 0 { // but 2⁻⁶⁰, since x² was not rounded
		return "plain loops with fused multiply-add"
	}
	return "plain loops"
}

// leastPart is the number of terms for which a part is worth handing over. It takes
// about 10 µs, and handing over less than 1 µs if a helper waits for it.
var leastPart = 1 << 16

const (
	// An element of a loop that sums no products counts as so many terms, since it takes
	// about as long: one of Sigmoid, and one of TransposeRows.
	exponential = 48
	transposed  = 24

	// elementwise stands for an element of Scale or AddScaled, which comes from memory and
	// goes back there. Alone such a loop wakes nobody. But after a shared product its
	// operands lie in several caches, and to share the loop too, at perElement terms, is
	// faster than to fetch them.
	elementwise = 0
	perElement  = 8

	// patience is how long a helper looks for a part before it ends. To wake a processor
	// that sleeps can take 100 µs, as long as a whole product, so helpers stay awake from
	// one to the next.
	patience = time.Millisecond

	// looks is how often whoever waits looks before other goroutines may run. With less,
	// two that wait at the same time would often change places, each to the processor
	// whose cache holds the rows of the other.
	looks = 1 << 10

	maxParts = 64 // the most processors that are used
)

// shared is the result that the processors are computing. The mutex is held by the
// goroutine that wants it; one that finds it held computes its own result alone.
var shared struct {
	sync.Mutex
	loop loop
	z    *Matrix
	operands
	parts int

	free    [maxParts]atomic.Bool // the parts that nobody has taken
	done    atomic.Int64          // the number of parts that are computed
	helpers [maxParts]atomic.Bool // whether there is a helper with this number
}

// share computes z by f, with several processors if it has enough terms, at terms per
// element.
func (z *Matrix) share(f loop, o operands, terms int) {
	if terms == elementwise && shared.helpers[1].Load() {
		terms = perElement
	}
	parts := len(z.Data) * terms / leastPart
	if parts > 1 {
		parts = min(parts, runtime.GOMAXPROCS(0), (z.Rows+3)/4, maxParts)
	}
	if parts < 2 || !shared.TryLock() {
		f(z, o, 0, z.Rows)
		return
	}
	defer shared.Unlock()
	shared.loop, shared.z, shared.operands, shared.parts = f, z, o, parts
	shared.done.Store(0)
	for p := range parts {
		shared.free[p].Store(true) // from here on others read the fields above
		if p > 0 && shared.helpers[p].CompareAndSwap(false, true) {
			go help(p)
		}
	}
	for p := range parts {
		takePart(p)
	}
	for i := 1; shared.done.Load() < int64(parts); i++ {
		if i%looks == 0 {
			runtime.Gosched()
		}
	}
	shared.z, shared.operands = nil, operands{}
}

// help computes part p of each result until there has been none for a while. So the
// same rows stay in the cache of the same processor.
func help(p int) {
	for last := time.Now(); time.Since(last) < patience; runtime.Gosched() {
		for range looks {
			if takePart(p) {
				last = time.Now()
			}
		}
	}
	shared.helpers[p].Store(false)
}

// takePart computes part p unless somebody else has taken it, and reports whether it
// did. Parts begin at multiples of four rows, since the loops work on up to four at a
// time.
func takePart(p int) bool {
	if !shared.free[p].Load() || !shared.free[p].CompareAndSwap(true, false) {
		return false
	}
	z, parts := shared.z, shared.parts
	fours := (z.Rows + 3) / 4
	from, to := fours*p/parts*4, min(fours*(p+1)/parts*4, z.Rows)
	shared.loop(z, shared.operands, from, to)
	shared.done.Add(1)
	return true
}

// scratch keeps the matrices that a product needs besides its operands, for the products
// that follow; views those that stand for a part of another one, in TMul and halfSums.
// (A sync.Pool would forget them now and then, and a step would allocate.)
var (
	scratch stack[Matrix]
	views   stack[struct{ z, x, y Matrix }]
)

// A stack holds values that are not in use.
type stack[T any] struct {
	sync.Mutex
	free []*T
}

// take returns a value with unknown contents.
func (s *stack[T]) take() *T {
	s.Lock()
	defer s.Unlock()
	n := len(s.free) - 1
	if n < 0 {
		return new(T)
	}
	v := s.free[n]
	s.free = s.free[:n]
	return v
}

// put takes v back.
func (s *stack[T]) put(v *T) {
	s.Lock()
	defer s.Unlock()
	s.free = append(s.free, v)
}
