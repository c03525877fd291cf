package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds the length of a line, in bytes.
const maxLine = 1 << 24

// A text reads from r. What no table of numbers has is an error: a zero byte, and a
// line without end.
type text struct {
	r      io.Reader
	mac    bool  // whether each \r ends a line
	length int   // of the line so far
	err    error // what it has returned and returns from then on
}

func (t *text) Read(p []byte) (n int, err error) {
	if t.err != nil {
		return 0, t.err
	}
	n, t.err = t.r.Read(p)
	if t.mac {
		copy(p, bytes.ReplaceAll(p[:n], []byte("\r"), []byte("\n")))
	}
	t.length += n
	if end := bytes.LastIndexByte(p[:n], '\n'); end >= 0 {
		t.length = n - 1 - end
	}
	switch {
	case bytes.IndexByte(p[:n], 0) >= 0:
		n, t.err = 0, errors.New("found a zero byte, want text in UTF-8; this is UTF-16 or no text")
	case t.length > maxLine:
		n, t.err = 0, fmt.Errorf("found a line of more than %d MB, which is the limit", maxLine>>20)
	}
	return n, t.err
}

// plain returns the text in r, decompressed and without a byte-order mark.
func plain(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReader(r)
	r = in
	if start, _ := in.Peek(2); string(start) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		r = z
	}
	in = bufio.NewReaderSize(r, 1<<16)
	ahead, _ := in.Peek(in.Size())
	mac := !bytes.Contains(ahead, []byte("\n")) && bytes.Contains(ahead, []byte("\r"))
	in = bufio.NewReaderSize(&text{r: in, mac: mac}, 1<<16)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		in.Discard(3)
	}
	return in, nil
}

// separator returns what separates the fields of the first line that is not blank, or a
// comma if nothing does.
func separator(text *bufio.Reader) rune {
	ahead, _ := text.Peek(text.Size())
	line, rest, _ := bytes.Cut(ahead, []byte("\n"))
	for len(bytes.TrimSpace(line)) == 0 && len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	parts := bytes.Split(line, []byte(`"`))
	for i := 1; i < len(parts); i += 2 { // in quotes
		parts[i] = []byte("0")
	}
	line = bytes.Join(parts, nil)
	commas := bytes.Count(line, []byte(","))
	best, most := ',', max(0, commas-2) // n numbers may have n decimal commas, and n − 1 separators
	for _, comma := range ";|\t" {
		if n := bytes.Count(line, []byte(string(comma))); n > most {
			best, most = comma, n
		}
	}
	if fields := bytes.Fields(line); most == 0 && commas == 0 && len(fields) > 1 {
		best = ' '
		for _, field := range fields[:len(fields)-1] { // the last may be the name of a class
			if !isNumber(string(field)) {
				return ','
			}
		}
	}
	return best
}
