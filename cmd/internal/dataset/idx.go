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

// The magic numbers at the start of IDX files: two zero bytes, 8 for unsigned
// bytes, and the number of dimensions. Then follows each dimension, as 32 bits in
// big-endian order.
const (
	magicLabels = 0x00000801
	magicImages = 0x00000803
)

// maxPixels bounds the number of pixels that MNIST reads: as float64, they take a
// gigabyte.
const maxPixels = 1 << 27

// MNIST reads the four files of that data set from a folder, or the two files of
// its training part: {train,t10k}-{images-idx3,labels-idx1}-ubyte, uncompressed
// or with the suffix .gz. Pixels are scaled from 0 … 255 to 0 … 1. If both parts
// are there, the samples of t10k come last and are listed in Held.
func MNIST(dir string) (*Set, error) {
	// All headers are read first, so that the pixels are allocated once.
	var images, labels []*idxFile
	samples, pixels := 0, 0
	for i, part := range []string{"train", "t10k"} {
		im, err := openIDX(dir, part+"-images-idx3-ubyte", magicImages)
		if i > 0 && errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return nil, err
		}
		defer im.Close()
		la, err := openIDX(dir, part+"-labels-idx1-ubyte", magicLabels)
		if err != nil {
			return nil, err
		}
		defer la.Close()
		images, labels = append(images, im), append(labels, la)
		if im.size != images[0].size {
			return nil, fmt.Errorf("%s: found images of %d pixels, want %d as in %s", im.name, im.size, images[0].size, images[0].name)
		}
		if la.count != im.count {
			return nil, fmt.Errorf("%s: found %d labels, want %d, one for each image", la.name, la.count, im.count)
		}
		samples, pixels = samples+im.count, pixels+im.count*im.size
	}
	if pixels > maxPixels {
		return nil, fmt.Errorf("%s: found %d pixels, want at most %d", dir, pixels, maxPixels)
	}
	x := &matrix.Matrix{Rows: samples, Cols: images[0].size, Data: make([]float64, pixels)}
	classes := make([]float64, samples)
	restX, restClasses := x.Data, classes
	for i := range images {
		var err error
		if restX, err = images[i].read(restX, 255); err != nil {
			return nil, err
		}
		if restClasses, err = labels[i].read(restClasses, 1); err != nil {
			return nil, err
		}
	}
	set, err := withLabels(dir, x, classes, nil)
	if err != nil {
		return nil, err
	}
	set.Name = "mnist"
	for s := images[0].count; s < samples; s++ {
		set.Held = append(set.Held, s)
	}
	return set, nil
}

// An idxFile is an open IDX file of count items with size bytes each. Its header
// has been read.
type idxFile struct {
	io.Reader // decompressed
	io.Closer
	name        string
	count, size int
}

// openIDX opens the file with the given name, or else with the suffix .gz, and
// reads its header. It refuses a header that promises more than the file can
// contain, so that the caller may allocate what the header says: the size of an
// uncompressed file must match exactly, and one byte of deflate expands to at most
// 1032 bytes.
func openIDX(dir, base string, magic uint32) (*idxFile, error) {
	name, expansion := filepath.Join(dir, base), int64(1)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if file, err = os.Open(name + ".gz"); err == nil {
			name, expansion = name+".gz", 1032
		} else if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s: %w, nor does %s.gz", name, fs.ErrNotExist, base)
		}
	}
	if err != nil {
		return nil, err
	}
	f := &idxFile{Reader: bufio.NewReaderSize(file, 1<<16), Closer: file, name: name}
	if err := f.readHeader(file, magic, expansion); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

func (f *idxFile) readHeader(file *os.File, magic uint32, expansion int64) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if expansion > 1 {
		if f.Reader, err = gzip.NewReader(f.Reader); err != nil {
			return err
		}
	}
	head := make([]uint32, 1+magic&0xff)
	if err := binary.Read(f, binary.BigEndian, head); err != nil {
		return fmt.Errorf("incomplete header, want %d bytes", 4*len(head))
	}
	if head[0] != magic {
		return fmt.Errorf("found the magic number %#08x, want %#08x", head[0], magic)
	}
	n := int64(1)
	for _, d := range head[1:] {
		if n *= int64(d); n < 1 || n > maxPixels {
			return fmt.Errorf("found the dimensions %v, want a product from 1 to %d", head[1:], maxPixels)
		}
	}
	f.count = int(head[1])
	f.size = int(n) / f.count
	if want := int64(4*len(head)) + n; expansion == 1 && info.Size() != want {
		return fmt.Errorf("found %d bytes, want %d according to the header", info.Size(), want)
	} else if want > expansion*info.Size() {
		return fmt.Errorf("%d compressed bytes cannot contain the %d that the header promises", info.Size(), want)
	}
	return nil
}

// read stores the items of f, divided by divisor, at the beginning of to and
// returns the rest of to. It is an error if f does not end after them.
func (f *idxFile) read(to []float64, divisor float64) ([]float64, error) {
	n, done := f.count*f.size, 0
	b := make([]byte, 1<<16)
	for done < n {
		got, err := io.ReadFull(f, b[:min(n-done, len(b))])
		for i, v := range b[:got] {
			to[done+i] = float64(v) / divisor
		}
		done += got
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, fmt.Errorf("%s: found %d bytes of data, want %d according to the header", f.name, done, n)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if extra, err := io.ReadFull(f, b[:1]); extra > 0 {
		return nil, fmt.Errorf("%s: found more than the %d bytes of data that the header promises", f.name, n)
	} else if err != io.EOF {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return to[n:], nil
}
