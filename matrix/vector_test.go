//go:build goexperiment.simd && go1.27

package matrix

import (
	"fmt"
	"reflect"
	"simd"
	"strings"
	"testing"
)

// The loops that run are those that Kernel names: all with vectors, or none.
func TestKernel(t *testing.T) {
	vectors, want := !simd.Emulated() && hasMulAdd(), "plain loops"
	if vectors {
		want = fmt.Sprintf("vectors of %d bits", simd.VectorBitSize())
	}
	if !strings.HasPrefix(Kernel(), want) {
		t.Errorf("got the kernel %q, want %q", Kernel(), want)
	}
	plain := []loop{mulRows, tmulRows, outerRows, scaleRows, addScaledRows, sigmoidRows}
	for i, f := range []loop{loops.mul, loops.tmul, loops.outer, loops.scale, loops.addScaled, loops.sigmoid} {
		if same := reflect.ValueOf(f).Pointer() == reflect.ValueOf(plain[i]).Pointer(); same == vectors {
			t.Errorf("loop %d of %q is a plain loop: %v", i, want, same)
		}
	}
}

// The last coefficients add so little that the accuracy of σ hardly depends on them.
func TestInverseFactorials(t *testing.T) {
	want, last := 1., len(inverseFactorials)-1
	for n := 0; n <= last; n++ {
		if got := inverseFactorials[last-n]; got != 1/want {
			t.Errorf("1/%d!: got %v, want %v", n, got, 1/want)
		}
		want *= float64(n + 1)
	}
}

var peakSum = make([]float64, 8)

// peak multiplies and adds n times in ten chains, none of which waits for another.
func peak(n int) {
	a, b := simd.BroadcastFloat64s(1.0000001), simd.BroadcastFloat64s(1e-9)
	s0, s1, s2, s3, s4 := a.Add(b), b.Add(b), b.Neg(), a.Neg(), a.Mul(b) // different: else one chain would do
	s5, s6, s7, s8, s9 := s0.Add(a), s1.Add(a), s2.Add(a), s3.Mul(b), s4.Add(a)
	for i := 0; i < n; i++ {
		s0, s1, s2, s3, s4 = s0.MulAdd(a, b), s1.MulAdd(a, b), s2.MulAdd(a, b), s3.MulAdd(a, b), s4.MulAdd(a, b)
		s5, s6, s7, s8, s9 = s5.MulAdd(a, b), s6.MulAdd(a, b), s7.MulAdd(a, b), s8.MulAdd(a, b), s9.MulAdd(a, b)
	}
	s0.Add(s1).Add(s2).Add(s3).Add(s4).Add(s5).Add(s6).Add(s7).Add(s8).Add(s9).StorePart(peakSum)
	clearUpper()
}

// peakOperations is the number of operations in one round of peak.
func peakOperations() int { return 20 * max(1, lanes) }
