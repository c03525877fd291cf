package main

import (
	"fmt"
	"math"

	"chainrule/cmd/internal/dataset"
	"chainrule/network"
)

// memoryLimit bounds what a run may take, in bytes: what many computers have, and half
// of what a process can have if addresses have 32 bits. It is a variable for the tests.
var memoryLimit float64 = min(8_000_000_000, math.MaxInt/2)

// memory returns about how many bytes it takes to train networks on so many of the
// samples, several at a time. More than memoryLimit is an error that says what to do.
func (c config) memory(set *dataset.Set, training, networks int) (bytes float64, err error) {
	m, n0, n1, n2 := float64(set.X.Rows), float64(set.X.Cols), float64(c.Hidden), float64(set.Y.Cols)
	batch := training
	if c.BatchSize > 0 {
		batch = min(c.BatchSize, training)
	}
	largest, reduce := 0., ""
	for _, part := range []struct {
		numbers float64
		reduce  string
	}{
		{m * (3*n0 + 2*n2), "fewer samples"},                                             // X as it is, scaled and held out; Y and outputs
		{7 * (n0*n1 + n1*n2), "a smaller -hidden"},                                       // the weights, their gradients twice, and those of tests
		{float64(min(batch, network.PartSize)) * (n0 + 4*n1 + 5*n2), "a smaller -batch"}, // see network.Pass; a test takes at most as many
	} {
		part.numbers *= 8 * float64(networks)
		bytes += part.numbers
		if part.numbers > largest {
			largest, reduce = part.numbers, part.reduce
		}
	}
	if bytes > memoryLimit {
		return 0, fmt.Errorf("this takes about %.1f GB of memory, the limit is %.1f GB: try %s", bytes/1e9, memoryLimit/1e9, reduce)
	}
	return bytes, nil
}
