package network

import (
	"fmt"
	"math"
	"strings"

	"chainrule/matrix"
)

// An Activation is the function f₁ of the hidden layer.
type Activation int

// The activations. Sigmoid, the zero value, is the homework's.
const (
	Sigmoid  Activation = iota // σ(z) = 1/(1 + e⁻ᶻ)
	Tanh                       // tanh z
	ReLU                       // max(0, z); its derivative at 0 is taken as 0
	Identity                   // z: no bend, for comparison
)

// activations holds for each Activation its name, f, and f′ as a function of the
// activation a = f(z), not of z: a is known after the forward pass, and f need not
// be computed a second time. f sets a to f of each element of z and returns a.
var activations = [...]struct {
	name       string
	f          func(a, z *matrix.Matrix) *matrix.Matrix
	primeFromA func(a float64) float64
}{
	Sigmoid:  {"sigmoid", (*matrix.Matrix).Sigmoid, sigmoidPrimeFromA},
	Tanh:     {"tanh", each(math.Tanh), tanhPrimeFromA},
	ReLU:     {"relu", each(relu), reluPrimeFromA},
	Identity: {"identity", each(func(z float64) float64 { return z }), func(a float64) float64 { return 1 }},
}

// each returns the function that sets each element of a to f of that element of z.
func each(f func(float64) float64) func(a, z *matrix.Matrix) *matrix.Matrix {
	return func(a, z *matrix.Matrix) *matrix.Matrix { return a.Apply(f, z) }
}

// sigmoidPrimeFromA returns σ′(z) from a = σ(z):
//
//	σ′(z) = e⁻ᶻ / (1 + e⁻ᶻ)²                      [quotient rule]
//	      = 1/(1 + e⁻ᶻ) · (1 − 1/(1 + e⁻ᶻ))       [e⁻ᶻ = (1 + e⁻ᶻ) − 1]
//	      = a (1 − a)
func sigmoidPrimeFromA(a float64) float64 { return a * (1 - a) }

// tanhPrimeFromA returns tanh′(z) = 1 − tanh²(z) from a = tanh(z).
func tanhPrimeFromA(a float64) float64 { return 1 - a*a }

func relu(z float64) float64 { return max(0, z) }

// reluPrimeFromA returns relu′(z) from a = relu(z): 1 if a > 0, which means z > 0,
// else 0. NaN stays NaN.
func reluPrimeFromA(a float64) float64 {
	if a > 0 {
		return 1
	}
	return a // 0, or NaN
}

// String returns the name that ParseActivation accepts.
func (f Activation) String() string {
	if f < 0 || int(f) >= len(activations) {
		return fmt.Sprintf("Activation(%d)", int(f))
	}
	return activations[f].name
}

// ParseActivation returns the activation with the given name: sigmoid, tanh,
// relu or identity. Any other name is an error that lists them.
func ParseActivation(name string) (Activation, error) {
	var names []string
	for f, a := range activations {
		if a.name == name {
			return Activation(f), nil
		}
		names = append(names, a.name)
	}
	return 0, fmt.Errorf("unknown activation %q, want one of %s", name, strings.Join(names, ", "))
}
