package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"chainrule/matrix"
)

// FileVersion is the version of the format that Save writes and Load reads.
const FileVersion = 1

// file is the JSON object that holds a network. Numbers are pointers, because
// a null would else pass for 0.
type file struct {
	Version    *int         `json:"version"`
	Shape      []int        `json:"shape"` // n0, n1, n2
	Activation *string      `json:"activation"`
	W1         [][]*float64 `json:"w1"`
	B1         [][]*float64 `json:"b1"`
	W2         [][]*float64 `json:"w2"`
	B2         [][]*float64 `json:"b2"`
}

// Save writes n to w as JSON: the version of the format, the shape, the
// activation and the parameters row by row, each number with the digits it
// takes to read the same float64 back. A parameter that is NaN or infinite is
// an error, and nothing is written. So that a file is never half a network, write
// it as the commands do, by cli.WriteFile.
func (n *Network) Save(w io.Writer) error {
	if err := n.checkFinite(); err != nil {
		return err
	}
	version, activation := FileVersion, n.Activation.String()
	n0, n1, n2 := n.Shape()
	return json.NewEncoder(w).Encode(file{
		&version, []int{n0, n1, n2}, &activation, rows(n.W1), rows(n.B1), rows(n.W2), rows(n.B2),
	})
}

func rows(x *matrix.Matrix) [][]*float64 {
	values := make([][]*float64, x.Rows)
	for r := range values {
		for c := range x.Cols {
			values[r] = append(values[r], &x.Row(r)[c])
		}
	}
	return values
}

// Load reads a network that Save wrote. It is strict: text that is not JSON or
// ends early, another version, an unknown field, a missing one, a shape that
// the parameters do not have, a number that is missing or not finite, or
// anything behind the object is an error that says which.
func Load(r io.Reader) (*Network, error) {
	var f file
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.New("not a whole network: the JSON text ends too early")
	} else if err != nil {
		return nil, fmt.Errorf("not a network: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("byte %d: more text behind the network", d.InputOffset())
	}
	switch {
	case f.Version == nil:
		return nil, errors.New("version is missing")
	case *f.Version != FileVersion:
		return nil, fmt.Errorf("version %d, want %d", *f.Version, FileVersion)
	case len(f.Shape) != 3 || min(f.Shape[0], f.Shape[1], f.Shape[2]) < 1:
		return nil, fmt.Errorf("shape %v, want three numbers, each at least 1", f.Shape)
	case f.Activation == nil:
		return nil, errors.New("activation is missing")
	}
	f1, err := ParseActivation(*f.Activation)
	if err != nil {
		return nil, err
	}
	n := &Network{Activation: f1}
	n0, n1, n2 := f.Shape[0], f.Shape[1], f.Shape[2]
	for _, p := range []struct {
		name       string
		to         **matrix.Matrix
		values     [][]*float64
		rows, cols int
	}{{"w1", &n.W1, f.W1, n0, n1}, {"b1", &n.B1, f.B1, 1, n1}, {"w2", &n.W2, f.W2, n1, n2}, {"b2", &n.B2, f.B2, 1, n2}} {
		if *p.to, err = fromRows(p.values, p.rows, p.cols); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return n, nil
}

// fromRows returns a rows×cols matrix of the values, which must be as many.
// It counts them first: a shape alone makes it allocate nothing.
func fromRows(values [][]*float64, rows, cols int) (*matrix.Matrix, error) {
	if len(values) != rows {
		return nil, fmt.Errorf("found %d rows, want %d (the shape is %d×%d)", len(values), rows, rows, cols)
	}
	for r, row := range values {
		if len(row) != cols {
			return nil, fmt.Errorf("row %d has %d numbers, want %d (the shape is %d×%d)", r, len(row), cols, rows, cols)
		}
		for c, v := range row {
			if v == nil {
				return nil, fmt.Errorf("row %d, column %d is null, want a number", r, c)
			}
		}
	}
	x := matrix.New(rows, cols)
	for i := range x.Data {
		x.Data[i] = *values[i/cols][i%cols]
	}
	return x, nil
}
