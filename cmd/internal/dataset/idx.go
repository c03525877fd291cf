package dataset

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"chainrule/matrix"
)

// The numbers that IDX files begin with: two zeros, 8 for unsigned bytes, and
// how many dimensions follow, each as 32 bits with the highest first.
const (
	magicLabels = 0x00000801
	magicImages = 0x00000803
)

// maxPixels bounds how many pixels MNIST reads: as float64 they are a gigabyte.
const maxPixels = 1 << 27

// MNIST reads the four files of that data set, or the two of its training part,
// from a folder: {train,t10k}-{images-idx3,labels-idx1}-ubyte, each as it is or
// with .gz behind its name. Pixels are scaled from 0 … 255 to 0 … 1. If both
// parts are there, Held lists the samples of t10k, which come last.
func MNIST(dir string) (*Set, error) {
	// Both headers come first, so that the pixels are allocated once.
	train, err := openImages(dir, "train")
	if err != nil {
		return nil, err
	}
	defer train.Close()
	parts := []*images{train}
	test, err := openImages(dir, "t10k")
	if err == nil {
		defer test.Close()
		parts = append(parts, test)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	total := 0
	for _, p := range parts {
		if p.width != train.width {
			return nil, fmt.Errorf("%s: found images of %d pixels, want %d as in %s", p.name, p.width, train.width, train.name)
		}
		if total += p.count * p.width; total > maxPixels {
			return nil, fmt.Errorf("%s: more than %d pixels in all", dir, maxPixels)
		}
	}
	pixels := make([]float64, 0, total)
	var labels []float64
	for _, p := range parts {
		if err := p.body(p.count*p.width, func(b []byte) {
			for _, v := range b {
				pixels = append(pixels, float64(v)/255)
			}
		}); err != nil {
			return nil, err
		}
		if labels, err = readLabels(dir, p, labels); err != nil {
			return nil, err
		}
	}
	x := &matrix.Matrix{Rows: len(labels), Cols: train.width, Data: pixels}
	set, err := withLabels(dir, x, labels, nil)
	if err != nil {
		return nil, err
	}
	set.Name = "mnist"
	for s := train.count; s < len(labels); s++ {
		set.Held = append(set.Held, s)
	}
	return set, nil
}

// images is an open file of count images of width pixels each, whose header has
// been read.
type images struct {
	*idxFile
	part         string // "train" or "t10k"
	count, width int
}

func openImages(dir, part string) (*images, error) {
	f, d, err := openIDX(dir, part+"-images-idx3-ubyte", magicImages)
	if err != nil {
		return nil, err
	}
	return &images{f, part, d[0], d[1] * d[2]}, nil
}

// readLabels appends the labels of the images in p.
func readLabels(dir string, p *images, labels []float64) ([]float64, error) {
	f, d, err := openIDX(dir, p.part+"-labels-idx1-ubyte", magicLabels)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if d[0] != p.count {
		return nil, fmt.Errorf("%s: found %d labels, want %d as there are images", f.name, d[0], p.count)
	}
	err = f.body(p.count, func(b []byte) {
		for _, v := range b {
			labels = append(labels, float64(v))
		}
	})
	return labels, err
}

// An idxFile is an open IDX file, decompressed if need be.
type idxFile struct {
	io.Reader
	io.Closer
	name string
}

// openIDX opens the file of that name, or else with .gz behind it, reads the
// header, and returns the dimensions. It refuses what the file cannot hold: a
// plain file must have just the length that the header says, and deflate makes
// at most 1032 bytes of one. So a caller may allocate what the header says.
func openIDX(dir, base string, magic uint32) (*idxFile, []int, error) {
	name, most := filepath.Join(dir, base), int64(1)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if file, err = os.Open(name + ".gz"); err == nil {
			name, most = name+".gz", 1032
		} else if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s: %w, neither as it is nor with .gz", name, fs.ErrNotExist)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	f := &idxFile{bufio.NewReaderSize(file, 1<<16), file, name}
	fail := func(format string, args ...any) (*idxFile, []int, error) {
		file.Close()
		return nil, nil, fmt.Errorf("%s: %w", name, fmt.Errorf(format, args...))
	}
	info, err := file.Stat()
	if err != nil {
		return fail("%w", err)
	}
	if most > 1 {
		z, err := gzip.NewReader(f.Reader)
		if err != nil {
			return fail("%w", err)
		}
		f.Reader = z
	}
	head := make([]uint32, 1+magic&0xff)
	if err := binary.Read(f, binary.BigEndian, head); err != nil {
		return fail("the header of %d bytes is not complete", 4*len(head))
	}
	if head[0] != magic {
		return fail("found the magic number %#08x, want %#08x", head[0], magic)
	}
	n := int64(1)
	dimensions := make([]int, len(head)-1)
	for i, d := range head[1:] {
		dimensions[i] = int(d)
		if n *= int64(d); n < 1 || n > maxPixels {
			return fail("found the dimensions %v, want from 1 to %d values in all", head[1:], maxPixels)
		}
	}
	if want := int64(4*len(head)) + n; most == 1 && info.Size() != want {
		return fail("found %d bytes, want %d as the header says", info.Size(), want)
	} else if want > most*info.Size() {
		return fail("%d bytes cannot hold the %d that the header says", info.Size(), want)
	}
	return f, dimensions, nil
}

// body calls each with the n bytes behind the header, in pieces. It is an error
// if they are fewer or more.
func (f *idxFile) body(n int, each func(b []byte)) error {
	b := make([]byte, 1<<16)
	for left := n; left > 0; {
		got, err := io.ReadFull(f, b[:min(left, len(b))])
		each(b[:got])
		left -= got
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return fmt.Errorf("%s: found %d bytes of data, want %d as the header says", f.name, n-left, n)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if extra, err := io.ReadFull(f, b[:1]); extra > 0 {
		return fmt.Errorf("%s: found more than the %d bytes of data that the header says", f.name, n)
	} else if err != io.EOF {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}
