package output

import (
	"errors"
	"fmt"
	"testing"
)

// full takes the first n bytes.
type full struct{ n int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.n {
		return 0, errors.New("no space left")
	}
	f.n -= len(p)
	return len(p), nil
}

func TestWriterRemembersTheFirstError(t *testing.T) {
	f := &full{6}
	w := New(f)
	fmt.Fprint(w, "first")
	if w.Err() != nil {
		t.Fatal(w.Err())
	}
	fmt.Fprint(w, "second")
	fmt.Fprint(w, "3") // would fit
	if w.Err() == nil || w.Err().Error() != "no space left" || f.n != 1 {
		t.Errorf("error %v, room left %d", w.Err(), f.n)
	}
}
