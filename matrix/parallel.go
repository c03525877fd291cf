package matrix

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Large results are computed by several processors, each of which takes some rows.
// Every element, or of a tall product every half of it, is summed by one processor, in
// the same order as on one: the bits do not depend on GOMAXPROCS.

// A loop computes the rows of z from row from up to, not including, row to; y and c
// are for the loops that need them.
type loop func(z, x, y *Matrix, c float64, from, to int)

// loops holds the loops that run. They are those of mul.go, elementwise.go and
// sigmoid.go, unless vector.go has replaced them.
var loops = struct {
	mul, tmul, outer, scale, addScaled loop
	sigmoid                            func(z, x []float64)
}{mulRows, tmulRows, outerRows, scaleRows, addScaledRows, sigmoid}

var kernel = "plain loops"

// Kernel says which loops run: "plain loops", or for example "vectors of 512 bits".
func Kernel() string { return kernel }

const (
	// leastPart is the number of terms for which a part is worth handing over. It takes
	// 10 to 100 µs, and handing over about 1 µs if a helper waits for it.
	leastPart = 1 << 18

	// elementwise stands for the terms of an element of Scale or AddScaled, which has
	// none. It comes from memory and goes back there, which takes as long as perElement
	// terms. Alone such a loop wakes nobody. But after a shared product its operands lie
	// in several caches, and to share the loop too is faster than to fetch them.
	elementwise = 0
	perElement  = 8

	// patience is how often a helper looks for a part before it ends: for about a
	// millisecond. To wake a processor that sleeps can take 100 µs, as long as a whole
	// product, so helpers stay awake from one to the next.
	patience = 10000

	maxParts = 64 // the most processors that are used
)

// shared is the result that the processors are computing. The mutex is held by the
// goroutine that wants it; one that finds it held computes its own result alone.
var shared struct {
	sync.Mutex
	loop    loop
	z, x, y *Matrix
	c       float64
	parts   int

	free    [maxParts]atomic.Bool // the parts that nobody has taken
	done    atomic.Int64          // the number of parts that are computed
	helpers [maxParts]atomic.Bool // whether there is a helper with this number
}

// share computes z by f, with several processors if it has enough terms, at terms per
// element.
func (z *Matrix) share(f loop, x, y *Matrix, c float64, terms int) {
	if terms == elementwise && shared.helpers[1].Load() {
		terms = perElement
	}
	parts := len(z.Data) * terms / leastPart
	if parts > 1 {
		parts = min(parts, runtime.GOMAXPROCS(0), (z.Rows+3)/4, maxParts)
	}
	if parts < 2 || !shared.TryLock() {
		f(z, x, y, c, 0, z.Rows)
		return
	}
	defer shared.Unlock()
	shared.loop, shared.z, shared.x, shared.y, shared.c, shared.parts = f, z, x, y, c, parts
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
	for shared.done.Load() < int64(parts) {
		runtime.Gosched()
	}
	shared.z, shared.x, shared.y = nil, nil, nil
}

// help computes part p of each result until there has been none for a while. So the
// same rows stay in the cache of the same processor.
func help(p int) {
	for idle := 0; idle < patience; idle++ {
		if takePart(p) {
			idle = 0
		}
		runtime.Gosched()
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
	shared.loop(z, shared.x, shared.y, shared.c, from, to)
	shared.done.Add(1)
	return true
}

// scratch keeps the matrices that products need for a while, and views the parts of
// matrices that halfSums computes. (A sync.Pool would forget them now and then, and a
// step would allocate.)
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
