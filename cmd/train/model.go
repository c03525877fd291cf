package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"chainrule/cmd/internal/dataset"
	"chainrule/matrix"
	"chainrule/network"
)

// A model is a network with what it takes to use it on raw inputs.
type model struct {
	network *network.Network
	scaling dataset.Scaling // of the inputs
	classes []string        // the names of the outputs
}

// modelVersion is the version of the format of modelFile.
const modelVersion = 1

// modelFile is a model in JSON; Network is what network.Save writes. Numbers are
// pointers, because a null would else pass for 0.
type modelFile struct {
	Version *int            `json:"model"`
	Classes []string        `json:"classes"`
	Offset  []*float64      `json:"offset"` // of the inputs, as dataset.Scaling has it
	Factor  []*float64      `json:"factor"`
	Network json.RawMessage `json:"network"`
}

func (m model) save(w io.Writer) error {
	var n bytes.Buffer
	if err := m.network.Save(&n); err != nil {
		return err
	}
	version := modelVersion
	return json.NewEncoder(w).Encode(modelFile{&version, m.classes, pointers(m.scaling.Offset), pointers(m.scaling.Factor), n.Bytes()})
}

func pointers(v []float64) (p []*float64) {
	for i := range v {
		p = append(p, &v[i])
	}
	return p
}

// values is the inverse of pointers. It returns an error unless there are n, and
// none of them nil.
func values(name string, p []*float64, n int) (v []float64, err error) {
	if len(p) != n {
		return nil, fmt.Errorf("%s has %d numbers, want %d, one an input", name, len(p), n)
	}
	for i, x := range p {
		if x == nil {
			return nil, fmt.Errorf("%s %d is null, want a number", name, i)
		}
		v = append(v, *x)
	}
	return v, nil
}

// loadModel reads the named file; errors begin with its name. It is as strict
// as network.Load.
func loadModel(name string) (model, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return model{}, fmt.Errorf("%s: %w", name, err)
	}
	m, err := parseModel(b)
	if err != nil {
		return model{}, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

func parseModel(b []byte) (model, error) {
	var f modelFile
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return model{}, errors.New("not a whole model: the JSON text ends too early")
	} else if err != nil {
		return model{}, fmt.Errorf("not a model: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return model{}, fmt.Errorf("byte %d: more text behind the model", d.InputOffset())
	}
	switch {
	case f.Version == nil:
		return model{}, errors.New("not a model: its version is missing")
	case *f.Version != modelVersion:
		return model{}, fmt.Errorf("model version %d, want %d", *f.Version, modelVersion)
	case f.Network == nil:
		return model{}, errors.New("the network is missing")
	}
	n, err := network.Load(bytes.NewReader(f.Network))
	if err != nil {
		return model{}, fmt.Errorf("network: %w", err)
	}
	n0, _, n2 := n.Shape()
	var z dataset.Scaling
	if z.Offset, err = values("offset", f.Offset, n0); err == nil {
		z.Factor, err = values("factor", f.Factor, n0)
	}
	if err != nil {
		return model{}, err
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(f.Classes)))); len(f.Classes) != n2 || n != n2 {
		return model{}, fmt.Errorf("%d different classes, want %d, one an output", n, n2)
	}
	return model{n, z, f.Classes}, nil
}

// fit makes set one for the model: its inputs scaled, its classes those of the
// model. It is an error if the model has another number of inputs, or lacks a
// class of the set.
func (m model) fit(set *dataset.Set) error {
	n0, n1, n2 := m.network.Shape()
	if n0 != set.X.Cols {
		return fmt.Errorf("the network is %d-%d-%d, the samples of %s have %d inputs", n0, n1, n2, set.Name, set.X.Cols)
	}
	y := matrix.New(set.X.Rows, n2)
	for s, label := range set.Labels {
		k := slices.Index(m.classes, set.Classes[label])
		if k < 0 {
			return fmt.Errorf("%s has the class %s, the model only %v", set.Name, set.Classes[label], m.classes)
		}
		set.Labels[s] = k
		y.Set(s, k, 1)
	}
	set.Y, set.Classes = y, m.classes
	m.scaling.Apply(set.X)
	return nil
}
