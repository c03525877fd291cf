package network

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func saved(t testing.TB, n *Network) string {
	t.Helper()
	var b bytes.Buffer
	if err := n.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSaveAndLoad(t *testing.T) {
	for _, f1 := range []Activation{Sigmoid, Tanh, ReLU} {
		n := New(3, 4, 2, f1, rand.New(rand.NewPCG(1, 1)))
		n.B1.Data[0], n.B1.Data[1], n.B1.Data[2] = math.SmallestNonzeroFloat64, math.MaxFloat64, math.Copysign(0, -1)
		got, err := Load(strings.NewReader(saved(t, n)))
		if err != nil {
			t.Fatal(err)
		}
		if got.Activation != f1 || !slices.Equal(got.W1.Data, n.W1.Data) || !slices.Equal(got.B1.Data, n.B1.Data) ||
			!slices.Equal(got.W2.Data, n.W2.Data) || !slices.Equal(got.B2.Data, n.B2.Data) {
			t.Errorf("%v: not what was saved", f1)
		}
		if a, b := saved(t, got), saved(t, n); a != b {
			t.Errorf("saved again it reads %s, want %s", a, b)
		}
	}
}

func TestSaveRefusesNonFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		n := New(3, 4, 2, Tanh, rand.New(rand.NewPCG(1, 1)))
		n.W2.Set(3, 1, v)
		var b bytes.Buffer
		if err := n.Save(&b); err == nil || !strings.Contains(err.Error(), "w2[3][1] is ") || b.Len() != 0 {
			t.Errorf("%v: error %v, %d bytes written", v, err, b.Len())
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestSaveReportsTheWriter(t *testing.T) {
	n := New(1, 1, 1, Tanh, rand.New(rand.NewPCG(1, 1)))
	if err := n.Save(failing{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v", err)
	}
}

const goodFile = `{"version":1,"shape":[1,2,1],"activation":"tanh","w1":[[1,2]],"b1":[[3,4]],"w2":[[5],[6]],"b2":[[7]]}`

func TestLoadRefuses(t *testing.T) {
	if _, err := Load(strings.NewReader(goodFile + "\n")); err != nil {
		t.Fatalf("the good file: %v", err)
	}
	for _, c := range []struct{ old, new, want string }{
		{goodFile, ``, "ends too early"},
		{`,"b2":[[7]]}`, ``, "ends too early"},
		{`[[7]]}`, `[[7`, "ends too early"},
		{goodFile, `hello`, "invalid character"},
		{goodFile, `[1]`, "array"},
		{goodFile, `null`, "version is missing"},
		{goodFile, `{}`, "version is missing"},
		{`"version":1`, `"version":2`, "version 2, want 1"},
		{`"version":1`, `"version":"1"`, "version"},
		{`"version":1`, `"version":1.5`, "version"},
		{`"version":1,`, ``, "version is missing"},
		{`"shape":[1,2,1],`, ``, "shape []"},
		{`[1,2,1]`, `[1,2]`, "shape [1 2], want three"},
		{`[1,2,1]`, `[1,2,0]`, "shape [1 2 0]"},
		{`[1,2,1]`, `[1,-2,1]`, "shape [1 -2 1]"},
		{`[1,2,1]`, `[1000000000,1000000000,1]`, "w1: found 1 rows, want 1000000000"},
		{`[1,2,1]`, `[1,3,1]`, "w1: row 0 has 2 numbers, want 3"},
		{`"activation":"tanh",`, ``, "activation is missing"},
		{`"tanh"`, `"step"`, `unknown activation "step"`},
		{`"w1":[[1,2]],`, ``, "w1: found 0 rows, want 1"},
		{`[[1,2]]`, `[[1]]`, "w1: row 0 has 1 numbers, want 2"},
		{`[[1,2]]`, `[[1,2,3]]`, "w1: row 0 has 3 numbers, want 2"},
		{`[[1,2]]`, `[[1,2],[3,4]]`, "w1: found 2 rows, want 1"},
		{`[[1,2]]`, `[[1,null]]`, "w1: row 0, column 1 is null"},
		{`[[1,2]]`, `[[1,1e999]]`, "1e999"},
		{`[[1,2]]`, `[[1,"2"]]`, "w1"},
		{`[[1,2]]`, `[[1,NaN]]`, "invalid character"},
		{`[[5],[6]]`, `[[5,6]]`, "w2: found 1 rows, want 2"},
		{`[[3,4]]`, `[3,4]`, "b1"},
		{`"b2":`, `"b3":[[7]],"b2":`, `"b3"`},
		{`[[7]]}`, `[[7]]}{}`, "more text behind"},
		{`[[7]]}`, `[[7]]}x`, "more text behind"},
	} {
		text := strings.Replace(goodFile, c.old, c.new, 1)
		if text == goodFile {
			t.Fatalf("%q is not in the good file", c.old)
		}
		n, err := Load(strings.NewReader(text))
		if err == nil || n != nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\nerror %v, want one with %q", text, err, c.want)
		}
	}
}

// Whatever the text, Load returns an error or a network that is whole and
// that saves to what loads again.
func FuzzLoad(f *testing.F) {
	f.Add(goodFile)
	f.Add(strings.Replace(goodFile, "[1,2,1]", "[99999999,99999999,1]", 1))
	f.Add(strings.Replace(goodFile, "7", "null", 1))
	f.Add(goodFile[:60])
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Load(strings.NewReader(text))
		if err != nil {
			return
		}
		first := saved(t, n)
		again, err := Load(strings.NewReader(first))
		if err != nil || saved(t, again) != first {
			t.Errorf("%q does not survive saving: %v", text, err)
		}
	})
}
