package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// fileVersion is the version of both objects of a model file.
const fileVersion = 1

// modelFile is a model in JSON. Its numbers are float64 for writing and *float64
// for reading, because a JSON null would otherwise decode as 0.
type modelFile[N float64 | *float64] struct {
	Version *int            `json:"model"`
	Classes []string        `json:"classes"`
	Offset  []N             `json:"offset"` // see dataset.Scaling
	Factor  []N             `json:"factor"`
	Network *networkFile[N] `json:"network"`
}

type networkFile[N float64 | *float64] struct {
	Version    *int    `json:"version"`
	Shape      []int   `json:"shape"` // n0, n1, n2
	Activation *string `json:"activation"`
	W1         [][]N   `json:"w1"`
	B1         [][]N   `json:"b1"`
	W2         [][]N   `json:"w2"`
	B2         [][]N   `json:"b2"`
}

// saveModel returns a function that writes m, each number with the digits it takes
// to read the same float64 back. A parameter that is NaN or infinite is an error.
func saveModel(m trial.Model) func(io.Writer) error {
	return func(w io.Writer) error {
		var rows [4][][]float64
		for i, x := range []*matrix.Matrix{m.Network.W1, m.Network.B1, m.Network.W2, m.Network.B2} {
			for r := range x.Rows {
				for c, v := range x.Row(r) {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						return fmt.Errorf("%s[%d][%d] is %v, want a finite number", []string{"w1", "b1", "w2", "b2"}[i], r, c, v)
					}
				}
				rows[i] = append(rows[i], x.Row(r))
			}
		}
		version, activation := fileVersion, m.Network.Activation.String()
		n0, n1, n2 := m.Network.Shape()
		return json.NewEncoder(w).Encode(modelFile[float64]{
			&version, m.Classes, m.Scaling.Offset, m.Scaling.Factor,
			&networkFile[float64]{&version, []int{n0, n1, n2}, &activation, rows[0], rows[1], rows[2], rows[3]},
		})
	}
}

// loadModel reads the named file. Errors begin with its name.
func loadModel(name string) (trial.Model, error) {
	b, err := os.ReadFile(name)
	var m trial.Model
	if err == nil {
		m, err = parseModel(b)
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return m, err
}

// parseModel is strict: it rejects text that is not JSON or ends early, another
// version, an unknown or missing field, a null, a number that is not finite, a
// shape that does not fit, and anything after the model.
func parseModel(b []byte) (m trial.Model, err error) {
	var f modelFile[*float64]
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return m, errors.New("not a complete model: the JSON text ends too early")
	} else if err != nil {
		return m, fmt.Errorf("not a model: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return m, fmt.Errorf("byte %d: unexpected data after the model", d.InputOffset())
	}
	n := f.Network
	switch {
	case f.Version == nil:
		return m, errors.New("not a model: the version is missing")
	case *f.Version != fileVersion:
		return m, fmt.Errorf("model version %d, want %d", *f.Version, fileVersion)
	case n == nil:
		return m, errors.New("the network is missing")
	case n.Version == nil:
		return m, errors.New("the network version is missing")
	case *n.Version != fileVersion:
		return m, fmt.Errorf("network version %d, want %d", *n.Version, fileVersion)
	case len(n.Shape) != 3 || slices.Min(n.Shape) < 1:
		return m, fmt.Errorf("shape %v, want three numbers, each at least 1", n.Shape)
	case n.Activation == nil:
		return m, errors.New("the activation is missing")
	}
	n0, n1, n2 := n.Shape[0], n.Shape[1], n.Shape[2]
	var x [6]*matrix.Matrix
	for i, t := range []struct {
		name       string
		values     [][]*float64
		rows, cols int
	}{
		{"w1", n.W1, n0, n1}, {"b1", n.B1, 1, n1}, {"w2", n.W2, n1, n2}, {"b2", n.B2, 1, n2},
		{"offset", [][]*float64{f.Offset}, 1, n0}, {"factor", [][]*float64{f.Factor}, 1, n0},
	} {
		if x[i], err = fromRows(t.values, t.rows, t.cols); err != nil {
			return m, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	f1, err := network.ParseActivation(*n.Activation)
	if err != nil {
		return m, err
	}
	if got := len(slices.Compact(slices.Sorted(slices.Values(f.Classes)))); len(f.Classes) != n2 || got != n2 {
		return m, fmt.Errorf("got %d classes, %d of them different, want %d, one per output", len(f.Classes), got, n2)
	}
	return trial.Model{
		Network: &network.Network{Activation: f1, W1: x[0], B1: x[1], W2: x[2], B2: x[3]},
		Scaling: dataset.Scaling{Offset: x[4].Data, Factor: x[5].Data},
		Classes: f.Classes,
	}, nil
}

// fromRows returns a rows×cols matrix of the values. It checks that they are all
// there before it allocates: the shape may be wrong and huge.
func fromRows(values [][]*float64, rows, cols int) (*matrix.Matrix, error) {
	if len(values) != rows {
		return nil, fmt.Errorf("got %d rows, want %d", len(values), rows)
	}
	for r, row := range values {
		if len(row) != cols {
			return nil, fmt.Errorf("row %d has %d numbers, want %d", r, len(row), cols)
		}
	}
	x := matrix.New(rows, cols)
	for i := range x.Data {
		v := values[i/cols][i%cols]
		if v == nil {
			return nil, fmt.Errorf("row %d, column %d is null, want a number", i/cols, i%cols)
		}
		x.Data[i] = *v
	}
	return x, nil
}

// adapt gives the set the classes of the model. It is an error if the model has
// another number of inputs or lacks a class of the set.
func adapt(set *dataset.Set, m trial.Model) error {
	n0, n1, n2 := m.Network.Shape()
	if n0 != set.X.Cols {
		return fmt.Errorf("the network is %d-%d-%d, but the samples of %s have %d inputs", n0, n1, n2, set.Name, set.X.Cols)
	}
	y := matrix.New(set.X.Rows, n2)
	for s, label := range set.Labels {
		k := slices.Index(m.Classes, set.Classes[label])
		if k < 0 {
			return fmt.Errorf("%s has a class %s, the model only %v", set.Name, set.Classes[label], m.Classes)
		}
		set.Labels[s] = k
		y.Set(s, k, 1)
	}
	set.Y, set.Classes = y, m.Classes
	return nil
}
