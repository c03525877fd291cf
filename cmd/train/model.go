package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// fileVersion is the version of both objects of a model file.
const fileVersion = 1

// modelFile is a model in JSON.
type modelFile struct {
	Version int         `json:"model"`
	Classes []string    `json:"classes"`
	Offset  []float64   `json:"offset"` // see dataset.Scaling
	Factor  []float64   `json:"factor"`
	Network networkFile `json:"network"`
}

type networkFile struct {
	Version    int         `json:"version"`
	Shape      []int       `json:"shape"` // n0, n1, n2
	Activation string      `json:"activation"`
	W1         [][]float64 `json:"w1"`
	B1         [][]float64 `json:"b1"`
	W2         [][]float64 `json:"w2"`
	B2         [][]float64 `json:"b2"`
}

// saveModel returns a function that writes m, each number with the digits it takes
// to read the same float64 back. A parameter that is NaN or infinite is an error,
// and nothing is written.
func saveModel(m trial.Model) func(io.Writer) error {
	rows := func(x *matrix.Matrix) (all [][]float64) {
		for r := range x.Rows {
			all = append(all, x.Row(r))
		}
		return all
	}
	return func(w io.Writer) error {
		n := m.Network
		n0, n1, n2 := n.Shape()
		return json.NewEncoder(w).Encode(modelFile{
			fileVersion, m.Classes, m.Scaling.Offset, m.Scaling.Factor,
			networkFile{
				fileVersion, []int{n0, n1, n2}, n.Activation.String(),
				rows(n.W1), rows(n.B1), rows(n.W2), rows(n.B2),
			},
		})
	}
}

// loadModel reads the named file. Errors begin with its name.
func loadModel(name string) (trial.Model, error) {
	f, err := os.Open(name)
	var m trial.Model
	if err == nil {
		defer f.Close()
		m, err = parseModel(f)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	return m, err
}

// modelLimit bounds the text of a model, in bytes. It is a variable for the tests.
var modelLimit = int64(memoryLimit / 8)

// parseModel reads no further than the first error of syntax, since in may have no end.
// It is strict: it rejects text that is not JSON or ends early, another
// version, an unknown, missing or doubled key, a null, a number that is not finite, a
// shape that does not fit, and anything after the model.
func parseModel(in io.Reader) (m trial.Model, err error) {
	var f modelFile
	var text bytes.Buffer
	d := json.NewDecoder(io.TeeReader(io.LimitReader(in, modelLimit+1), &text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); int64(text.Len()) > modelLimit {
		return m, fmt.Errorf("got more than %.2g GB, which is the limit for a model", float64(modelLimit)/1e9)
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return m, errors.New("not a complete model: the JSON text ends too early")
	} else if wrong := new(json.UnmarshalTypeError); errors.As(err, &wrong) {
		return m, fmt.Errorf("not a model: byte %d: %s cannot be a JSON %.40s", wrong.Offset, cmp.Or(wrong.Field, "the file"), wrong.Value)
	} else if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
		return m, fmt.Errorf("not a model: byte %d: %w", syntax.Offset, err)
	} else if err != nil {
		return m, fmt.Errorf("not a model: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return m, fmt.Errorf("byte %d: unexpected data after the model", d.InputOffset())
	}
	if err := strict(json.NewDecoder(&text)); err != nil {
		return m, err
	}
	n := f.Network
	switch {
	case f.Version != fileVersion:
		return m, fmt.Errorf("model version %d, want %d (a missing one counts as 0)", f.Version, fileVersion)
	case n.Version != fileVersion:
		return m, fmt.Errorf("network version %d, want %d (a missing one counts as 0)", n.Version, fileVersion)
	case len(n.Shape) != 3 || slices.Min(n.Shape) < 1 || n.Shape[2] < 2:
		return m, fmt.Errorf("shape %v, want three numbers, at least 1, 1 and 2", n.Shape)
	}
	n0, n1, n2 := n.Shape[0], n.Shape[1], n.Shape[2]
	for _, t := range []struct {
		name       string
		values     [][]float64
		rows, cols int
	}{
		{"w1", n.W1, n0, n1}, {"b1", n.B1, 1, n1}, {"w2", n.W2, n1, n2}, {"b2", n.B2, 1, n2},
		{"offset", [][]float64{f.Offset}, 1, n0}, {"factor", [][]float64{f.Factor}, 1, n0},
	} {
		if len(t.values) != t.rows {
			return m, fmt.Errorf("%s: got %s, want %d", t.name, cli.Count(len(t.values), "row"), t.rows)
		}
		for r, row := range t.values {
			if len(row) != t.cols {
				return m, fmt.Errorf("%s: row %d has %s, want %d", t.name, r, cli.Count(len(row), "number"), t.cols)
			}
		}
	}
	f1, err := network.ParseActivation(n.Activation)
	if err != nil {
		return m, err
	}
	for k, class := range f.Classes {
		f.Classes[k] = dataset.Printable(class)
	}
	if got := len(slices.Compact(slices.Sorted(slices.Values(f.Classes)))); len(f.Classes) != n2 || got != n2 {
		return m, fmt.Errorf("got %d classes, %d of them different, want %d, one per output", len(f.Classes), got, n2)
	}
	return trial.Model{
		Network: &network.Network{
			Activation: f1, W1: matrix.FromRows(n.W1...), B1: matrix.FromRows(n.B1...),
			W2: matrix.FromRows(n.W2...), B2: matrix.FromRows(n.B2...),
		},
		Scaling: dataset.Scaling{Offset: f.Offset, Factor: f.Factor},
		Classes: f.Classes,
	}, nil
}

// strict reads a value and returns an error for what encoding/json lets pass: a null,
// which decodes as 0, a key that comes twice, and a key in other letters.
func strict(d *json.Decoder) error {
	token, _ := d.Token() // Decode has found all errors of syntax
	if token == nil {
		return fmt.Errorf("byte %d: got null, want a value", d.InputOffset())
	}
	if token != json.Delim('{') && token != json.Delim('[') {
		return nil
	}
	seen := make(map[string]bool)
	for d.More() {
		if token == json.Delim('{') {
			token, _ := d.Token()
			key := token.(string)
			if seen[key] || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
				return fmt.Errorf("byte %d: got the key %q, want each key once and in small letters", d.InputOffset(), key)
			}
			seen[key] = true
		}
		if err := strict(d); err != nil {
			return err
		}
	}
	d.Token()
	return nil
}

// adapt gives the set the classes of the model. It is an error if the model has
// another number of inputs or lacks a class of the set.
func adapt(set *dataset.Set, m trial.Model) error {
	n0, n1, n2 := m.Network.Shape()
	if n0 != set.X.Cols {
		return fmt.Errorf("the network is %d-%d-%d, but the samples of %s have %s", n0, n1, n2, set.Name, cli.Count(set.X.Cols, "input"))
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
