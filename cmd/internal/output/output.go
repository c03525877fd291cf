// Package output lets a program print without looking at each error, and still
// end with one if what it printed did not arrive.
package output

import "io"

// A Writer passes on what is written to it, up to the first error; from then on
// it fails with that.
type Writer struct {
	w   io.Writer
	err error
}

// New returns a Writer to w.
func New(w io.Writer) *Writer { return &Writer{w: w} }

func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(p)
	w.err = err
	return n, err
}

// Err returns the first error.
func (w *Writer) Err() error { return w.err }
