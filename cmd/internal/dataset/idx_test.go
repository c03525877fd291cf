package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// idx returns an IDX file.
func idx(magic uint32, dimensions []uint32, data ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, magic)
	for _, d := range dimensions {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, data...)
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

var (
	trainImages = idx(magicImages, []uint32{3, 2, 2}, 0, 255, 51, 102, 1, 2, 3, 4, 5, 6, 7, 8)
	trainLabels = idx(magicLabels, []uint32{3}, 9, 4, 9)
	testImages  = idx(magicImages, []uint32{1, 2, 2}, 255, 255, 0, 0)
	testLabels  = idx(magicLabels, []uint32{1}, 4)
)

// folder writes the files into a new folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// good returns valid files, with changes; a change to nil removes the file.
func good(changes map[string][]byte) map[string][]byte {
	files := map[string][]byte{
		"train-images-idx3-ubyte": trainImages, "train-labels-idx1-ubyte.gz": zipped(trainLabels),
		"t10k-images-idx3-ubyte.gz": zipped(testImages), "t10k-labels-idx1-ubyte": testLabels,
	}
	maps.Copy(files, changes)
	maps.DeleteFunc(files, func(_ string, b []byte) bool { return b == nil })
	return files
}

func TestMNIST(t *testing.T) {
	set, err := MNIST(folder(t, good(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if set.X.Rows != 4 || set.X.Cols != 4 || !slices.Equal(set.X.Row(0), []float64{0, 1, 0.2, 0.4}) || !slices.Equal(set.X.Row(3), []float64{1, 1, 0, 0}) {
		t.Errorf("X = %v", set.X)
	}
	if set.Name != "mnist" || !slices.Equal(set.Classes, []string{"4", "9"}) || !slices.Equal(set.Labels, []int{1, 0, 1, 0}) || !slices.Equal(set.Held, []int{3}) {
		t.Errorf("got %+v", set)
	}
	if set, err = MNIST(folder(t, good(map[string][]byte{"t10k-images-idx3-ubyte.gz": nil, "t10k-labels-idx1-ubyte": nil}))); err != nil || set.X.Rows != 3 || set.Held != nil {
		t.Errorf("the training part alone: got %+v, %v", set, err)
	}
}

func TestMNISTRefuses(t *testing.T) {
	const (
		images, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"
		test           = "t10k-images-idx3-ubyte.gz"
	)
	var corrupt bytes.Buffer // after the header
	z := gzip.NewWriter(&corrupt)
	z.Write(trainLabels[:8])
	z.Flush()
	corrupt.WriteByte(7) // a block of a type that does not exist
	for _, c := range []struct {
		file string
		b    []byte // nil: no such file
		want string
	}{
		{labels, corrupt.Bytes(), labels + ": flate: corrupt input"},
		{images, nil, images + ": file does not exist, nor does " + images + ".gz"},
		{labels, nil, "train-labels-idx1-ubyte: file does not exist"},
		{images, []byte{0, 0, 8}, "incomplete header, want 16 bytes"},
		{images, append(slices.Clone(trainLabels), trainLabels...), "found the magic number 0x00000801, want 0x00000803"},
		{images, idx(0x01080000, []uint32{3, 2, 2}), "found the magic number 0x01080000, want 0x00000803"},
		{images, trainImages[:20], "found 20 bytes, want 28 according to the header"},
		{images, append(slices.Clone(trainImages), 0), "found 29 bytes, want 28"},
		{images, idx(magicImages, []uint32{0, 2, 2}), "found the dimensions [0 2 2], want a product from 1 to 134217728"},
		{images, idx(magicImages, []uint32{1 << 31, 1 << 31, 1 << 31}), "want a product from 1 to 134217728"},
		{images, idx(magicImages, []uint32{1 << 27, 2, 1}), "want a product from 1 to 134217728"},
		{images, idx(magicImages, []uint32{1 << 27, 1, 1}), "found 16 bytes, want 134217744"},
		{labels, []byte("not compressed"), labels + ": gzip: invalid header"},
		{labels, zipped(idx(magicLabels, []uint32{2}, 1, 2)), "found 2 labels, want 3, one for each image"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 1, 2)), "found 2 bytes of data, want 3 according to the header"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 1, 2, 3, 4)), "found more than the 3 bytes of data that the header promises"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 4, 4, 4)), "gz: found only the label 4 in 3 samples, want at least two classes"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 9, 9, 9)), "found only the label 9 in 3 samples"}, // the test part has another
		{labels, zipped(trainLabels)[:30], "unexpected EOF"},
		{test, zipped(idx(magicImages, []uint32{1, 1, 2}, 1, 2)), "found images of 2 pixels, want 4 as in "},
		{test, zipped(idx(magicImages, []uint32{1, 1, 2}, 1, 2)), images}, // which has the 4
		{test, zipped(idx(magicImages, []uint32{1 << 20, 2, 2})), "compressed bytes cannot contain the 4194320 that the header promises"},
		{test, zipped(idx(magicImages, []uint32{1, 2, 2}, make([]byte, 1<<24)...)), "found more than the 4 bytes"},
		{test, nil, "t10k-images-idx3-ubyte: file does not exist"}, // though the labels do
		{"t10k-labels-idx1-ubyte", nil, "t10k-labels-idx1-ubyte: file does not exist"},
	} {
		_, err := MNIST(folder(t, good(map[string][]byte{c.file: c.b})))
		refused(t, c.file, err, c.want)
	}
	_, err := MNIST(filepath.Join(t.TempDir(), "none"))
	refused(t, "no folder", err, "none")
	file := filepath.Join(folder(t, map[string][]byte{"f": {}}), "f")
	if _, err := MNIST(file); err == nil || err.Error() != filepath.Join(file, images)+": not a directory" {
		t.Errorf("a file in place of the folder: got error %v", err)
	}
}

// As many pixels and targets as the limit are read, and no more.
func TestMNISTLimit(t *testing.T) {
	defer func(n int) { maxNumbers = n }(maxNumbers)
	small := map[string][]byte{
		"train-images-idx3-ubyte":   idx(magicImages, []uint32{3, 1, 1}, 0, 255, 51),
		"t10k-images-idx3-ubyte.gz": zipped(idx(magicImages, []uint32{1, 1, 1}, 255)),
	}
	for _, c := range []struct {
		files map[string][]byte
		limit int
		want  string
	}{
		{good(nil), 16, ""}, {good(nil), 15, "found 16 pixels, want at most 15"},
		{good(small), 8, ""}, {good(small), 7, "found 2 classes of 4 samples, want a product of at most 7"},
	} {
		maxNumbers = c.limit
		if _, err := MNIST(folder(t, c.files)); c.want != "" {
			refused(t, c.limit, err, c.want)
		} else if err != nil {
			t.Error(err)
		}
	}
}

// Reading takes little more memory than the pixels.
func TestMNISTMemory(t *testing.T) {
	const n = 6000
	data := append(make([]byte, n*28*28-1), 255)
	dir := folder(t, map[string][]byte{
		"train-images-idx3-ubyte": idx(magicImages, []uint32{n, 28, 28}, data...),
		"train-labels-idx1-ubyte": idx(magicLabels, []uint32{n}, append(make([]byte, n-1), 1)...),
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	set, err := MNIST(dir)
	if err != nil || set.X.Data[len(data)-1] != 1 {
		t.Fatalf("the last pixel is not 1; %v", err)
	}
	runtime.ReadMemStats(&after)
	const pixels = n * 28 * 28 * 8
	if got := after.TotalAlloc - before.TotalAlloc; got > pixels*6/5 { // with the bytes of the files, targets and labels
		t.Errorf("allocated %d kB for %d kB of pixels", got>>10, pixels>>10)
	}
}

// Any bytes give an error or a valid set, and take no more memory than the file
// can contain.
func FuzzMNIST(f *testing.F) {
	f.Add(trainImages, trainLabels, false)
	f.Add(zipped(trainImages), zipped(trainLabels), true)
	f.Add(idx(magicImages, []uint32{1 << 20, 28, 28}), trainLabels, false)
	f.Add(zipped(make([]byte, 1<<16)), zipped(trainLabels), true)
	f.Fuzz(func(t *testing.T, images, labels []byte, zip bool) {
		suffix := map[bool]string{true: ".gz"}[zip]
		dir := folder(t, map[string][]byte{"train-images-idx3-ubyte" + suffix: images, "train-labels-idx1-ubyte" + suffix: labels})
		set, err := MNIST(dir)
		if err == nil && (len(set.X.Data) != set.X.Rows*set.X.Cols || len(set.Labels) != set.X.Rows || len(set.X.Data) > 1032*len(images)) {
			t.Errorf("%d×%d, %d labels, from %d bytes", set.X.Rows, set.X.Cols, len(set.Labels), len(images))
		}
	})
}
