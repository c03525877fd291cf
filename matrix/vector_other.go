//go:build goexperiment.simd && go1.27 && !amd64

package matrix

func clearUpper() {}

func hasMulAdd() bool { return true }
