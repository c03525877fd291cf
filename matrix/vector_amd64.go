//go:build goexperiment.simd && go1.27

package matrix

import "simd/archsimd"

// clearUpper clears the upper halves of the vector registers. On amd64, scalar
// code runs several times slower while they hold anything.
func clearUpper() { archsimd.ClearAVXUpperBits() }

// hasMulAdd reports whether the processor has the instruction of MulAdd. The oldest
// ones with vectors do not: there it would end the program.
func hasMulAdd() bool { return archsimd.X86.FMA() }
