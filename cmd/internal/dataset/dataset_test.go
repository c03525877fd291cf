package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDigits(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(digits); !strings.Contains(string(readme), hex.EncodeToString(sum[:])) {
		t.Errorf("the file's SHA-256 is %x, which README.md does not say", sum)
	}
	set, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	if set.X.Rows != 1797 || set.X.Cols != 64 || set.Y.Rows != 1797 || set.Y.Cols != 10 || len(set.Labels) != 1797 || len(set.Classes) != 10 {
		t.Fatalf("X is %d×%d, Y %d×%d, %d labels, %d classes", set.X.Rows, set.X.Cols, set.Y.Rows, set.Y.Cols, len(set.Labels), len(set.Classes))
	}
	count := make([]int, 10)
	for s, label := range set.Labels {
		count[label]++
		for k, y := range set.Y.Row(s) {
			if (y == 1) != (k == label) || (y != 0 && y != 1) {
				t.Fatalf("sample %d of class %d has the targets %v", s, label, set.Y.Row(s))
			}
		}
	}
	// Counted in the file by: zcat digits.csv.gz | cut -d, -f65 | sort | uniq -c
	if want := []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}; !slices.Equal(count, want) {
		t.Errorf("%v samples a class, want %v", count, want)
	}
	if lowest, highest := slices.Min(set.X.Data), slices.Max(set.X.Data); lowest != 0 || highest != 1 {
		t.Errorf("pixels from %v to %v, want 0 to 1", lowest, highest)
	}
	// The first line of the file begins 0,0,5,13,9,1 and ends 0,0 with label 0:
	// the last input is a pixel, not the label.
	if first := set.X.Row(0); first[2] != 5./16 || first[3] != 13./16 || first[63] != 0 || set.Labels[0] != 0 {
		t.Errorf("the first sample is %v, label %d", first, set.Labels[0])
	}
}

func TestReadDigitsRefuses(t *testing.T) {
	good := strings.Repeat("0,", 63) + "16,9\n"
	if set, err := readDigits(strings.NewReader(good + good)); err != nil || set.X.Rows != 2 || set.Labels[1] != 9 {
		t.Fatalf("%+v, %v", set, err)
	}
	for _, c := range []struct{ text, want string }{
		{"", "no samples"},
		{good + "1,2\n", "line 2: wrong number of fields"},
		{good + strings.Replace(good, "16,9", "17,9", 1), `line 2, column 127: found "17", want a whole number from 0 to 16`},
		{strings.Replace(good, "16,9", "16,10", 1), `line 1, column 130: found "10", want a whole number from 0 to 9`},
		{strings.Replace(good, "16,9", "x,9", 1), `found "x"`},
		{strings.Replace(good, "16,9", "-1,9", 1), `found "-1"`},
		{strings.Replace(good, "16,9", "1.5,9", 1), `found "1.5"`},
	} {
		if _, err := readDigits(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestSplit(t *testing.T) {
	var labels []int
	for class, n := range []int{10, 1, 2, 0, 7, 100} {
		for range n {
			labels = append(labels, class)
		}
	}
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(labels), func(a, b int) { labels[a], labels[b] = labels[b], labels[a] })
	for _, c := range []struct {
		share float64
		want  []int // held out of each class
	}{
		{0.2, []int{2, 0, 1, 0, 1, 20}},
		{0.5, []int{5, 0, 1, 0, 4, 50}},
		{0.001, []int{1, 0, 1, 0, 1, 1}},
		{0.999, []int{9, 0, 1, 0, 6, 99}},
	} {
		train, held := Split(labels, c.share, rand.New(rand.NewPCG(1, 1)))
		all := append(slices.Clone(train), held...)
		slices.Sort(all)
		for s, v := range all {
			if s != v {
				t.Fatalf("share %g: %v is not every sample once", c.share, all)
			}
		}
		if len(all) != len(labels) {
			t.Fatalf("share %g: %d samples of %d", c.share, len(all), len(labels))
		}
		count := make([]int, 6)
		for _, s := range held {
			count[labels[s]]++
		}
		if !slices.Equal(count, c.want) {
			t.Errorf("share %g: %v held out, want %v", c.share, count, c.want)
		}
		again, _ := Split(labels, c.share, rand.New(rand.NewPCG(1, 1)))
		other, _ := Split(labels, c.share, rand.New(rand.NewPCG(2, 1)))
		if !slices.Equal(again, train) || slices.Equal(other, train) {
			t.Errorf("share %g: one seed the same: %v, another the same: %v", c.share, slices.Equal(again, train), slices.Equal(other, train))
		}
	}
}
