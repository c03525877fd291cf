//go:build !(goexperiment.simd && go1.27)

package matrix

// peak multiplies and adds n times in twelve chains, none of which waits for another.
// They begin differently; else the compiler would compute only one.
func peak(n int) float64 {
	a, b := 1.0000001, 1e-9
	s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11 := 0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11.
	for range n {
		s0, s1, s2, s3, s4, s5 = s0*a, s1*a, s2*a, s3*a, s4*a, s5*a
		s6, s7, s8, s9, s10, s11 = s6+b, s7+b, s8+b, s9+b, s10+b, s11+b
	}
	return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11
}

// peakOperations is the number of operations in one round of peak.
func peakOperations() int { return 12 }
