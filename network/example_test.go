package network_test

import (
	"context"
	"fmt"
	"math/rand/v2"

	"chainrule/matrix"
	"chainrule/network"
)

// Exclusive or, which a network without a hidden layer cannot learn.
func Example() {
	x := matrix.FromRows([]float64{0, 0}, []float64{0, 1}, []float64{1, 0}, []float64{1, 1})
	y := matrix.FromRows([]float64{0}, []float64{1}, []float64{1}, []float64{0})

	rng := rand.New(rand.NewPCG(3, 3))
	n := network.New(2, 8, 1, network.Tanh, rng)
	_, err := n.Train(context.Background(), x, y, nil, network.Options{LearningRate: 2, Epochs: 1000, Rand: rng})
	if err != nil {
		fmt.Println(err)
		return
	}
	out := n.Predict(x)
	for s := range x.Rows {
		class, err := network.Class(out.Row(s))
		fmt.Println(x.Row(s), class, err)
	}
	// Output:
	// [0 0] 0 <nil>
	// [0 1] 1 <nil>
	// [1 0] 1 <nil>
	// [1 1] 0 <nil>
}
