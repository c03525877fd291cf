package dataset

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"chainrule/cmd/internal/cli"
	"chainrule/matrix"
)

// The magic numbers at the start of IDX files: two zero bytes, 8 for unsigned
// bytes, and the number of dimensions. Then follows each dimension, as 32 bits in
// big-endian order.
const (
	magicLabels = 0x00000801
	magicImages = 0x00000803
)

// maxNumbers bounds the numbers that a data set may have: they take a gigabyte. It is a
// variable for the tests.
var maxNumbers = 1 << 27

// MNIST reads the four files of that data set from a folder, or the two files of
// its training part: {train,t10k}-{images-idx3,labels-idx1}-ubyte, uncompressed
// or with the suffix .gz. Pixels are scaled from 0 … 255 to 0 … 1. If both parts
// are there, the samples of t10k come last and are listed in Held.
func MNIST(dir string) (*Set, error) {
	var images []*idxFile
	var classes []class
	pixels := 0
	for i, part := range []string{"train", "t10k"} {
		im, err1 := readIDX(dir, part+"-images-idx3-ubyte", magicImages)
		labels, err2 := readIDX(dir, part+"-labels-idx1-ubyte", magicLabels)
		if i > 0 && errors.Is(err1, fs.ErrNotExist) && errors.Is(err2, fs.ErrNotExist) {
			break
		}
		if err := cmp.Or(err1, err2); err != nil {
			return nil, err
		}
		images, pixels = append(images, im), pixels+len(im.data)
		if im.size != images[0].size {
			return nil, fmt.Errorf("%s: found images of %d pixels, want %d as in %s", im.name, im.size, images[0].size, images[0].name)
		}
		if labels.count != im.count {
			return nil, fmt.Errorf("%s: found %d labels, want %d, one for each image", labels.name, labels.count, im.count)
		}
		if least := slices.Min(labels.data); i == 0 && least == slices.Max(labels.data) {
			return nil, fmt.Errorf("%s: found only the label %d in %d samples, want at least two classes", labels.name, least, labels.count)
		}
		for _, v := range labels.data {
			classes = append(classes, class{float64(v), strconv.Itoa(int(v))})
		}
	}
	if pixels > maxNumbers {
		return nil, fmt.Errorf("%s: found %d pixels, want at most %d", dir, pixels, maxNumbers)
	}
	x := &matrix.Matrix{Rows: len(classes), Cols: images[0].size, Data: make([]float64, 0, pixels)}
	for _, im := range images {
		for _, v := range im.data {
			x.Data = append(x.Data, float64(v)/255)
		}
	}
	set, err := withLabels(dir, x, classes)
	if err != nil {
		return nil, err
	}
	set.Name = "mnist"
	for s := images[0].count; s < x.Rows; s++ {
		set.Held = append(set.Held, s)
	}
	return set, nil
}

// An idxFile is the content of an IDX file: count items of size bytes each.
type idxFile struct {
	name        string
	count, size int
	data        []byte
}

// readIDX reads the file with the given name, or else with the suffix .gz.
func readIDX(dir, base string, magic uint32) (*idxFile, error) {
	name := filepath.Join(dir, base)
	file, err := os.Open(name)
	zipped := errors.Is(err, fs.ErrNotExist)
	if zipped {
		if file, err = os.Open(name + ".gz"); err == nil {
			name += ".gz"
		} else if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w, nor does %s.gz", fs.ErrNotExist, base)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	defer file.Close()
	f := &idxFile{name: name}
	if err := f.read(file, zipped, magic); err != nil {
		return nil, fmt.Errorf("%s: %w", name, cli.WithoutPath(err))
	}
	return f, nil
}

// read refuses a header that promises more than the file can contain, before it
// allocates what the header says: the size of an uncompressed file must match exactly,
// and one byte of deflate expands to at most 1032 bytes.
func (f *idxFile) read(file *os.File, zipped bool, magic uint32) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var in io.Reader = file
	if zipped {
		if in, err = gzip.NewReader(file); err != nil {
			return err
		}
	}
	head := make([]uint32, 1+magic&0xff)
	if err := binary.Read(in, binary.BigEndian, head); err != nil {
		return fmt.Errorf("incomplete header, want %d bytes", 4*len(head))
	}
	if head[0] != magic {
		return fmt.Errorf("found the magic number %#08x, want %#08x", head[0], magic)
	}
	n := int64(1)
	for _, d := range head[1:] {
		if n *= int64(d); n < 1 || n > int64(maxNumbers) {
			return fmt.Errorf("found the dimensions %v, want a product from 1 to %d", head[1:], maxNumbers)
		}
	}
	if want := int64(4*len(head)) + n; !zipped && info.Size() != want {
		return fmt.Errorf("found %d bytes, want %d according to the header", info.Size(), want)
	} else if want > 1032*info.Size() {
		return fmt.Errorf("%d compressed bytes cannot contain the %d that the header promises", info.Size(), want)
	}
	f.count, f.size, f.data = int(head[1]), int(n)/int(head[1]), make([]byte, n)
	got, err := io.ReadFull(in, f.data)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("found %d bytes of data, want %d according to the header", got, n)
	}
	if err != nil {
		return err
	}
	if extra, err := io.ReadFull(in, make([]byte, 1)); extra > 0 {
		return fmt.Errorf("found more than the %d bytes of data that the header promises", n)
	} else if err != io.EOF {
		return err
	}
	return nil
}
