package docs

// ReadingPath lists the files to read, in order, and what is in them. Each relies only
// on those before it.
var ReadingPath = []struct{ File, What string }{
	{"docs/derivation.md", "every equation, from the network's sums to the update"},
	{"matrix/matrix.go", "the flat slice, and the receiver as the destination"},
	{"matrix/check.go", "shapes and shared storage"},
	{"matrix/elementwise.go", "sums and products element by element"},
	{"matrix/sigmoid.go", "σ of each element, and how exact it is"},
	{"matrix/plain.go", "the three matrix products as they are defined"},
	{"matrix/transpose.go", "rows of a table become the columns of a batch"},
	{"derive/sample.go", "the equations as the page has them, one scalar at a time"},
	{"derive/batch.go", "means over a batch, the penalty, the update"},
	{"network/activation.go", "σ, tanh, ReLU and their derivatives"},
	{"network/network.go", "the parameters and their first values"},
	{"network/pass.go", "every quantity of the derivation by its name"},
	{"network/forward.go", "F1 to F4, the loss, and how calls nest"},
	{"network/backward.go", "M1 to M6"},
	{"network/update.go", "R2, U1, U2: one step"},
	{"network/predict.go", "outputs, classes, scores"},
	{"network/parts.go", "batches too large to go in one"},
	{"network/train.go", "epochs and batches"},
	{"matrix/mul.go", "the loops that compute the products faster"},
}
