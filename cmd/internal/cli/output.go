package cli

import "io"

// An Output writes to w until a write fails, and from then on returns the error
// of that write. A command can print without checking each error and ask for
// the first one at the end.
type Output struct {
	w   io.Writer
	err error
}

// NewOutput returns an Output that writes to w.
func NewOutput(w io.Writer) *Output { return &Output{w: w} }

func (o *Output) Write(p []byte) (n int, err error) {
	if o.err == nil {
		n, o.err = o.w.Write(p)
	}
	return n, o.err
}

// Err returns the first error of a write.
func (o *Output) Err() error { return o.err }
