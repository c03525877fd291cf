package dataset

import (
	"bytes"
	_ "embed"
)

//go:embed digits.csv.gz
var digits []byte

// Digits returns the 1797 handwritten digits that are part of the program: 8×8
// pixels each, scaled from 0 (paper) … 16 (ink) to 0 … 1. README.md names their
// source.
func Digits() (*Set, error) {
	format := CSV{Header: "no", Index: "no"}
	table, err := format.read("digits.csv.gz", bytes.NewReader(digits), true)
	if err != nil {
		return nil, err
	}
	set, err := format.set(table)
	if err != nil {
		return nil, err
	}
	set.Name = "digits"
	set.X.Scale(1./16, set.X)
	return set, nil
}
