package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func good() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte": trainImages, "train-labels-idx1-ubyte.gz": zipped(trainLabels),
		"t10k-images-idx3-ubyte.gz": zipped(testImages), "t10k-labels-idx1-ubyte": testLabels,
	}
}

func TestMNIST(t *testing.T) {
	set, err := MNIST(folder(t, good()))
	if err != nil {
		t.Fatal(err)
	}
	if set.X.Rows != 4 || set.X.Cols != 4 || !slices.Equal(set.X.Row(0), []float64{0, 1, 0.2, 0.4}) || !slices.Equal(set.X.Row(3), []float64{1, 1, 0, 0}) {
		t.Errorf("X = %v", set.X)
	}
	if !slices.Equal(set.Classes, []string{"4", "9"}) || !slices.Equal(set.Labels, []int{1, 0, 1, 0}) || !slices.Equal(set.Held, []int{3}) {
		t.Errorf("%+v", set)
	}
	files := good()
	delete(files, "t10k-images-idx3-ubyte.gz")
	if set, err = MNIST(folder(t, files)); err != nil || set.X.Rows != 3 || set.Held != nil {
		t.Errorf("the training part alone: %+v, %v", set, err)
	}
}

func TestMNISTRefuses(t *testing.T) {
	const images, labels = "train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"
	bomb := zipped(idx(magicImages, []uint32{3, 2, 2}, make([]byte, 1<<24)...))
	for _, c := range []struct {
		file string
		b    []byte // nil: no such file
		want string
	}{
		{images, nil, "neither as it is nor with .gz"},
		{labels, nil, "neither as it is nor with .gz"},
		{images, []byte{0, 0, 8}, "the header of 16 bytes is not complete"},
		{images, append(slices.Clone(trainLabels), trainLabels...), "found the magic number 0x00000801, want 0x00000803"},
		{images, idx(0x01080000, []uint32{3, 2, 2}), "found the magic number 0x01080000, want 0x00000803"},
		{images, trainImages[:20], "found 20 bytes, want 28 as the header says"},
		{images, append(slices.Clone(trainImages), 0), "found 29 bytes, want 28"},
		{images, idx(magicImages, []uint32{0, 2, 2}), "found the dimensions [0 2 2]"},
		{images, idx(magicImages, []uint32{1 << 31, 1 << 31, 1 << 31}), "values in all"},
		{images, idx(magicImages, []uint32{1 << 27, 1, 1}), "found 16 bytes, want 134217744"},
		{labels, []byte("not compressed"), "gzip: invalid header"},
		{labels, zipped(idx(magicLabels, []uint32{2}, 1, 2)), "found 2 labels, want 3"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 1, 2)), "found 2 bytes of data, want 3"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 1, 2, 3, 4)), "found more than the 3 bytes"},
		{labels, zipped(idx(magicLabels, []uint32{3}, 4, 4, 4)), "all 4 samples are of class 4"},
		{labels, zipped(trainLabels)[:30], "unexpected EOF"},
		{"t10k-images-idx3-ubyte.gz", zipped(idx(magicImages, []uint32{1, 1, 2}, 1, 2)), "found images of 2 pixels, want 4"},
		{"t10k-images-idx3-ubyte.gz", zipped(idx(magicImages, []uint32{1 << 20, 2, 2})), "cannot hold the 4194320 that the header says"},
		{"t10k-images-idx3-ubyte.gz", bomb, "found more than the 12 bytes"},
		{"t10k-labels-idx1-ubyte", nil, "neither as it is nor with .gz"},
	} {
		files := good()
		if c.b == nil {
			delete(files, c.file)
		} else {
			files[c.file] = c.b
		}
		_, err := MNIST(folder(t, files))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", c.file, err, c.want)
		}
	}
	if _, err := MNIST(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("no such folder: %v", err)
	}
}

// 60,000 images of 28×28 take the gigabyte's share that their float64 need, and
// little more; how long it takes is BenchmarkMNIST's to say.
func large(t testing.TB) string {
	const n = 60000
	return folder(t, map[string][]byte{
		"train-images-idx3-ubyte": idx(magicImages, []uint32{n, 28, 28}, make([]byte, n*28*28)...),
		"train-labels-idx1-ubyte": idx(magicLabels, []uint32{n}, append(make([]byte, n-1), 1)...),
	})
}

func TestMNISTMemory(t *testing.T) {
	dir := large(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	set, err := MNIST(dir)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	const pixels = 60000 * 28 * 28 * 8
	if got := after.TotalAlloc - before.TotalAlloc; got > pixels*11/10 { // and the targets, labels, buffers
		t.Errorf("allocated %d MB for %d MB of pixels", got>>20, pixels>>20)
	}
	runtime.KeepAlive(set)
}

func BenchmarkMNIST(b *testing.B) {
	dir := large(b)
	for b.Loop() {
		if _, err := MNIST(dir); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever the bytes, there is an error or a valid set, and no more memory than
// what the file can hold.
func FuzzMNIST(f *testing.F) {
	f.Add(trainImages, trainLabels, false)
	f.Add(zipped(trainImages), zipped(trainLabels), true)
	f.Add(idx(magicImages, []uint32{1 << 20, 28, 28}), trainLabels, false)
	f.Add(zipped(make([]byte, 1<<16)), zipped(trainLabels), true)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, images, labels []byte, zip bool) {
		suffix := map[bool]string{true: ".gz"}[zip]
		for name, b := range map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels} {
			os.Remove(filepath.Join(dir, name))
			os.Remove(filepath.Join(dir, name+".gz"))
			if err := os.WriteFile(filepath.Join(dir, name+suffix), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		set, err := MNIST(dir)
		if err != nil {
			return
		}
		if len(set.X.Data) != set.X.Rows*set.X.Cols || len(set.Labels) != set.X.Rows || len(set.X.Data) > 1032*len(images) {
			t.Errorf("%d×%d, %d labels, from %d bytes", set.X.Rows, set.X.Cols, len(set.Labels), len(images))
		}
	})
}
