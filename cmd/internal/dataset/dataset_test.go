package dataset

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func TestDigits(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(digits)); !strings.Contains(string(readme), sum) {
		t.Errorf("the SHA-256 of the file is %s, which is not in README.md", sum)
	}
	set, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "digits" || set.X.Rows != 1797 || set.X.Cols != 64 || set.Y.Rows != 1797 || set.Y.Cols != 10 || strings.Join(set.Classes, "") != "0123456789" {
		t.Fatalf("%s: X is %d×%d, Y %d×%d, classes %v", set.Name, set.X.Rows, set.X.Cols, set.Y.Rows, set.Y.Cols, set.Classes)
	}
	// Counted in the file by: zcat digits.csv.gz | cut -d, -f65 | sort | uniq -c
	want := []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}
	if got := classCounts(set.Labels, Without(1797, nil), 10); !slices.Equal(got, want) {
		t.Errorf("got %v samples per class, want %v", got, want)
	}
	if lowest, highest := slices.Min(set.X.Data), slices.Max(set.X.Data); lowest != 0 || highest != 1 {
		t.Errorf("got pixels from %v to %v, want 0 to 1", lowest, highest)
	}
	// The first line of the file begins 0,0,5,13,9,1 and ends 0,0 with label 0:
	// the last input is a pixel, not the label.
	if first := set.X.Row(0); first[2] != 5./16 || first[3] != 13./16 || first[63] != 0 || set.Labels[0] != 0 {
		t.Errorf("the first sample is %v, label %d", first, set.Labels[0])
	}
}

// counted returns shuffled labels, of which sizes[c] are c.
func counted(sizes ...int) (labels []int) {
	for class, n := range sizes {
		labels = append(labels, slices.Repeat([]int{class}, n)...)
	}
	rng(9).Shuffle(len(labels), func(a, b int) { labels[a], labels[b] = labels[b], labels[a] })
	return labels
}

// classCounts returns how many of the samples have each of n labels.
func classCounts(labels, samples []int, n int) []int {
	count := make([]int, n)
	for _, s := range samples {
		count[labels[s]]++
	}
	return count
}

// partition reports an error unless the parts contain each of m samples once.
func partition(t *testing.T, what string, m int, parts ...[]int) {
	t.Helper()
	all := slices.Sorted(slices.Values(slices.Concat(parts...)))
	if !slices.Equal(all, Without(m, nil)) {
		t.Fatalf("%s: got %v, want each of %d samples once", what, all, m)
	}
}

func TestSplit(t *testing.T) {
	labels := counted(10, 1, 2, 0, 7, 100)
	for share, want := range map[float64][]int{ // held out of each class
		0.2:   {2, 0, 1, 0, 1, 20},
		0.5:   {5, 0, 1, 0, 4, 50},
		0.001: {1, 0, 1, 0, 1, 1},
		0.999: {9, 0, 1, 0, 6, 99},
	} {
		train, held := Split(labels, share, rng(1))
		partition(t, fmt.Sprint("share ", share), len(labels), train, held)
		if got := classCounts(labels, held, 6); !slices.Equal(got, want) {
			t.Errorf("share %g: got %v held out, want %v", share, got, want)
		}
		again, _ := Split(labels, share, rng(1))
		other, _ := Split(labels, share, rng(2))
		if !slices.Equal(again, train) || slices.Equal(other, train) {
			t.Errorf("share %g: the same seed gives the same split: %v, another seed: %v", share, slices.Equal(again, train), slices.Equal(other, train))
		}
	}
}

func TestFolds(t *testing.T) {
	labels := counted(33, 12, 0, 4, 1)
	for _, k := range []int{2, 3, 5, 7, 50} {
		folds := Folds(labels, k, rng(1))
		partition(t, fmt.Sprint(k, " folds"), len(labels), folds...)
		var counts [][]int // of each fold: its samples of each class, and all of them
		for _, held := range folds {
			counts = append(counts, append(classCounts(labels, held, 5), len(held)))
			partition(t, "a fold and the rest", len(labels), held, Without(len(labels), held))
		}
		for c := range counts[0] {
			byCount := func(a, b []int) int { return a[c] - b[c] }
			if slices.MaxFunc(counts, byCount)[c]-slices.MinFunc(counts, byCount)[c] > 1 {
				t.Errorf("%d folds: got %v samples per class and in all", k, counts)
			}
		}
		if other := Folds(labels, k, rng(2)); len(folds) != k || k < 50 && slices.Equal(other[0], folds[0]) {
			t.Errorf("%d folds: got %d; another seed gives the same folds: %v", k, len(folds), slices.Equal(other[0], folds[0]))
		}
	}
	if got, all := Without(5, []int{3, 0}), Without(5, nil); !slices.Equal(got, []int{1, 2, 4}) || !slices.Equal(all, []int{0, 1, 2, 3, 4}) {
		t.Errorf("Without: got %v and %v", got, all)
	}
	for _, k := range []int{1, 51} {
		func() {
			defer func() {
				if got, want := recover(), fmt.Sprintf("dataset: got %d folds for 50 samples, want from 2 to 50", k); got != want {
					t.Errorf("%d folds: got the panic %v, want %s", k, got, want)
				}
			}()
			Folds(labels, k, rng(1))
		}()
	}
}

func TestTakeAndMislabel(t *testing.T) {
	set := Moons(20, 0, rand.New(rand.NewPCG(1, 0)))
	some := set.Take([]int{3, 4})
	if some.X.Rows != 2 || some.X.At(1, 0) != set.X.At(4, 0) || !slices.Equal(some.Labels, []int{1, 0}) || some.Y.At(0, 1) != 1 || some.Y.Cols != 2 {
		t.Errorf("samples 3 and 4: %+v", some)
	}
	digits, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	labels := slices.Clone(digits.Labels)
	all := Without(len(labels), []int{0, 1})
	for _, p := range []float64{0, 0.2, 1} {
		wrong, changed, shifts := digits.Mislabel(all, p, rand.New(rand.NewPCG(1, 0))), 0, make(map[int]bool)
		for s, label := range wrong.Labels {
			if label != labels[s] {
				changed++
				shifts[(label-labels[s]+10)%10] = true
			}
			if wrong.Y.At(s, label) != 1 {
				t.Fatalf("sample %d: the target is not that of its label", s)
			}
		}
		if f := float64(changed) / float64(len(all)); math.Abs(f-p) > 0.03 || p > 0 && len(shifts) != 9 || wrong.Labels[0] != labels[0] || !slices.Equal(digits.Labels, labels) {
			t.Errorf("probability %v: %v of the labels changed, to %d of 9 others, others too, or those of the original", p, f, len(shifts))
		}
	}
}
