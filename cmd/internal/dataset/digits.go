package dataset

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"chainrule/matrix"
)

//go:embed digits.csv.gz
var digits []byte

// Pixels of the digits: 8×8 of them, each from 0 (paper) to 16 (ink).
const (
	digitPixels = 64
	digitInk    = 16
)

// Digits returns the 1797 handwritten digits that are part of the program,
// with pixels scaled from 0 … 16 to 0 … 1. See README.md for their source.
func Digits() (*Set, error) {
	z, err := gzip.NewReader(bytes.NewReader(digits))
	if err != nil {
		return nil, fmt.Errorf("digits.csv.gz: %w", err)
	}
	set, err := readDigits(z)
	if err != nil {
		return nil, fmt.Errorf("digits.csv.gz: %w", err)
	}
	return set, nil
}

// readDigits reads lines of 64 pixels and a digit.
func readDigits(r io.Reader) (*Set, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = digitPixels + 1
	c.ReuseRecord = true
	var pixels []float64
	var labels []int
	for {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		for i, field := range record {
			largest := digitInk
			if i == digitPixels {
				largest = 9
			}
			v, err := strconv.Atoi(field)
			if err != nil || v < 0 || v > largest {
				line, column := c.FieldPos(i)
				return nil, fmt.Errorf("line %d, column %d: found %q, want a whole number from 0 to %d", line, column, field, largest)
			}
			if i == digitPixels {
				labels = append(labels, v)
			} else {
				pixels = append(pixels, float64(v)/digitInk)
			}
		}
	}
	if len(labels) == 0 {
		return nil, fmt.Errorf("no samples")
	}
	return &Set{
		Name:    "digits",
		X:       &matrix.Matrix{Rows: len(labels), Cols: digitPixels, Data: pixels},
		Y:       oneHot(labels, 10),
		Labels:  labels,
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	}, nil
}
