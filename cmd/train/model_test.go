package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/matrix"
	"chainrule/network"
)

// goodModel is a file as the first version of the format has it.
const goodModel = `{"model":1,"classes":["0","1"],"offset":[8],"factor":[9],"network":{"version":1,"shape":[1,2,2],"activation":"tanh","w1":[[1,2]],"b1":[[3,4]],"w2":[[5,-5],[6,-6]],"b2":[[7,-7]]}}`

func saved(t *testing.T, m trial.Model) string {
	t.Helper()
	var b strings.Builder
	if err := saveModel(m)(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestModelFile(t *testing.T) {
	for _, f1 := range []network.Activation{network.Sigmoid, network.Tanh, network.ReLU} {
		n := network.New(3, 4, 2, f1, rand.New(rand.NewPCG(1, 1)))
		n.B1.Data[0], n.B1.Data[1], n.B1.Data[2] = math.SmallestNonzeroFloat64, math.MaxFloat64, math.Copysign(0, -1)
		m := trial.Model{Network: n, Scaling: dataset.Scaling{Offset: []float64{1, 2, 1. / 3}, Factor: []float64{0, -1, 1e-9}}, Classes: []string{"a", "b"}}
		if got, err := parseModel(strings.NewReader(saved(t, m))); err != nil || !reflect.DeepEqual(got, m) || !math.Signbit(got.Network.B1.Data[2]) {
			t.Errorf("%v: got %+v, %v; want %+v", f1, got, err, m)
		}
		if err := saveModel(m)(writerFunc(func([]byte) (int, error) { return 0, errors.New("disk full") })); err == nil || err.Error() != "disk full" {
			t.Errorf("got %v, want the error of the writer", err)
		}
		n.W2.Set(3, 1, math.NaN())
		var b strings.Builder
		if err := saveModel(m)(&b); err == nil || !strings.Contains(err.Error(), "NaN") || b.Len() != 0 {
			t.Errorf("got %v, %d bytes written, want an error", err, b.Len())
		}
	}
	// The labels of a set become those of the model.
	set := &dataset.Set{X: matrix.New(3, 1), Labels: []int{0, 1, 0}, Classes: []string{"b", "a"}}
	two := trial.Model{Network: network.New(1, 1, 2, network.Tanh, rand.New(rand.NewPCG(1, 1))), Scaling: dataset.Scaling{Offset: []float64{0}, Factor: []float64{1}}, Classes: []string{"a", "b"}}
	if err := adapt(set, two); err != nil || !slices.Equal(set.Labels, []int{1, 0, 1}) || !slices.Equal(set.Y.Data, []float64{0, 1, 1, 0, 0, 1}) {
		t.Errorf("labels %v, targets %v, %v", set.Labels, set.Y.Data, err)
	}
	two.Classes = []string{"a", "a"}
	if _, err := parseModel(strings.NewReader(saved(t, two))); err == nil || err.Error() != "got 2 classes, 1 of them different, want 2, one per output" {
		t.Errorf("classes %v: %v", two.Classes, err)
	}
	set.Classes = []string{"a", "c"}
	if err := adapt(set, two); err == nil || !strings.Contains(err.Error(), "has a class c") {
		t.Errorf("classes %v: %v", set.Classes, err)
	}
	if m, err := parseModel(strings.NewReader(strings.Replace(goodModel, `["0"`, `["\u001b"`, 1))); err != nil || m.Classes[0] != `"\x1b"` {
		t.Errorf("control characters: classes %q, %v", m.Classes, err)
	}
	m, err := parseModel(strings.NewReader(goodModel))
	if err != nil {
		t.Fatal(err)
	}
	if n := m.Network; n.Activation != network.Tanh || n.W1.At(0, 1) != 2 || n.B1.At(0, 1) != 4 || n.W2.At(1, 0) != 6 || n.B2.At(0, 0) != 7 || m.Scaling.Offset[0] != 8 || m.Scaling.Factor[0] != 9 || saved(t, m) != goodModel+"\n" {
		t.Errorf("%s\nis saved as %s", goodModel, saved(t, m))
	}
}

func TestPredictions(t *testing.T) {
	m, err := parseModel(strings.NewReader(goodModel))
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	table := func() *dataset.Table {
		return &dataset.Table{Name: "x.csv", X: matrix.FromRows([]float64{1}, []float64{2}), Lines: []int{3, 5}}
	}
	if err := predictions(m, table(), writerFunc(func([]byte) (int, error) { return 0, full })); !errors.Is(err, full) {
		t.Errorf("got %v, want the error of the writer", err)
	}
	var b strings.Builder
	y := m.Network.Predict(matrix.FromRows([]float64{-63}, []float64{-54})) // (x − 8)·9
	if err := predictions(m, table(), &b); err != nil || b.String() != fmt.Sprintf("1,%v,%v\n1,%v,%v\n", y.At(0, 0), y.At(0, 1), y.At(1, 0), y.At(1, 1)) {
		t.Errorf("got %q, %v, want the class and the outputs %v", &b, err, y)
	}
	m.Network.B2.Data[1] = math.NaN()
	if err := predictions(m, table(), io.Discard); err == nil || err.Error() != "x.csv:3: output 1 of 2: an output is NaN, so there is no class" {
		t.Errorf("an output that is NaN: %v", err)
	}
}

func TestWrongModelFiles(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{goodModel, ``, "not a complete model: the JSON text ends too early"},
		{`,"b2":[[7,-7]]}}`, ``, "ends too early"},
		{goodModel, `hello`, "not a model: byte 1: invalid character"},
		{`[[3,4]]`, `[[1` + strings.Repeat("0", 400) + `,4]]`, "cannot be a JSON number 1" + strings.Repeat("0", 32)},
		{goodModel, `1.5`, "not a model: byte 3: the file cannot be a JSON number"},
		{`"model":1`, `"model":1.5`, "not a model: byte 12: model cannot be a JSON number 1.5"},
		{goodModel, `{}`, "model version 0, want 1 (a missing one"},
		{goodModel, `null`, "got null, want a value"},
		{`"model":1`, `"model":7`, "model version 7, want 1"},
		{`"version":1`, `"version":7`, "network version 7, want 1"},
		{`"version":1,`, ``, "network version 0, want 1"},
		{goodModel[strings.Index(goodModel, `,"network"`):], `}`, "network version 0, want 1"},
		{`["0","1"]`, `["0","0"]`, "got 2 classes, 1 of them different, want 2"},
		{`"offset":[8],`, ``, "offset: row 0 has 0 numbers, want 1"},
		{`[9]`, `[null]`, "byte 58: got null, want a value"},
		{`"shape":[1,2,2],`, ``, "shape [], want three"},
		{`[1,2,2]`, `[1,2]`, "shape [1 2], want three"},
		{`[1,2,2]`, `[1,0,2]`, "shape [1 0 2]"},
		{`[1,2,2]`, `[1,2,1]`, "shape [1 2 1], want three numbers, at least 1, 1 and 2"},
		{`[1,2,2]`, `[1000000000,1000000000,2]`, "w1: got 1 row, want 1000000000"},
		{`"tanh"`, `"step"`, `unknown activation "step"`},
		{`[[1,2]]`, `[[1,2,3]]`, "w1: row 0 has 3 numbers, want 2"},
		{`[[3,4]]`, `[[3]]`, "b1: row 0 has 1 number, want 2"},
		{`[6,-6]`, `[6]`, "w2: row 1 has 1 number, want 2"},
		{`[[7,-7]]`, `[]`, "b2: got 0 rows, want 1"},
		{`[9]`, `[9,9]`, "factor: row 0 has 2 numbers, want 1"},
		{`[[1,2]]`, `[[1,1e999]]`, "1e999"},
		{`[[1,2]]`, `[[1,"2"]]`, "network.w1"},
		{`"b2":`, `"b2":[[7,-7]],"b2":`, `got the key "b2", want each key once`},
		{`"w2":`, `"W2":`, `got the key "W2", want each key once and in small letters`},
		{`"version":`, `"verſion":`, `got the key "verſion"`},
		{`"0","1"`, `"0",null`, "got null"},
		{`"b2":`, `"b3":[[7]],"b2":`, `unknown field "b3"`},
		{`[[7,-7]]}}`, `[[7,-7]]}}{}`, "unexpected data after the model"},
	} {
		text := strings.Replace(goodModel, c.old, c.new, 1)
		if text == goodModel {
			t.Fatalf("%q is not in the good file", c.old)
		}
		if m, err := parseModel(strings.NewReader(text)); err == nil || m.Network != nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 150 {
			t.Errorf("%s\ngot %v, want %q", text, err, c.want)
		}
	}
	file := filepath.Join(t.TempDir(), "model")
	for text, want := range map[string]string{"hello": "not a model: ", goodModel: "the network is 1-2-2, but the samples of digits have 64 inputs"} {
		writeFile(t, file, text)
		verifyWrong(t, 1, file+": "+want, "", "-load "+file)
	}
	// A model whose outputs are NaN, and files that are missing.
	writeFile(t, file, strings.NewReplacer("tanh", "identity", "[[1,2]]", "[[1e308,1e308]]", "[6,-6]", "[-6,6]").Replace(goodModel))
	writeFile(t, file+"X", "10.5,0\n20,0\n30,1\n40,1\n")
	if code, _, err := command(background, "-load "+file+" -x "+file+"X"); code != 1 || !strings.HasSuffix(err, "\ntrain: sample 1: output 0 of 2: an output is NaN, so there is no class\n") {
		t.Errorf("outputs that are NaN: exit %d, %s", code, err)
	}
	verifyWrong(t, 1, file+"0: no such file", "", "-load "+file+"0 -predict "+file+"X")
	verifyWrong(t, 1, file+"0: no such file", "", "-load "+file+" -predict "+file+"0")
}

// Of input without an end, such as /dev/zero, no more is read than says that it is no
// model, or than the limit.
func TestEndlessModel(t *testing.T) {
	defer func(limit int64) { modelLimit = limit }(modelLimit)
	modelLimit = 100_000
	for char, want := range map[string]string{
		"\x00": `not a model: byte 1: invalid character '\x00' looking for beginning of value`,
		" ":    "got more than 0.0001 GB, which is the limit for a model",
	} {
		in := &endless{char: char[0]}
		if _, err := parseModel(in); err == nil || err.Error() != want || in.read > modelLimit+1 {
			t.Errorf("got %v after %d bytes, want %s", err, in.read, want)
		}
	}
	modelLimit = int64(len(goodModel))
	if _, err := parseModel(strings.NewReader(goodModel)); err != nil {
		t.Errorf("a model as long as the limit: %v", err)
	}
}

// endless has char again and again, and counts what is read.
type endless struct {
	char byte
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.char
	}
	e.read += int64(len(p))
	return len(p), nil
}

// FuzzModel checks that parseModel returns an error of one line, or a complete
// model that can be saved and loaded again, tested, trained and asked to predict.
func FuzzModel(f *testing.F) {
	f.Add(goodModel)
	f.Add(strings.Replace(goodModel, "[8]", "[null]", 1))
	f.Add(strings.Replace(goodModel, "[1,2,2]", "[9999999,9999999,2]", 1))
	f.Add(goodModel[:90])
	f.Fuzz(func(t *testing.T, text string) {
		oneLine := func(err error) {
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: an error of two lines: %v", text, err)
			}
		}
		m, err := parseModel(strings.NewReader(text))
		if err != nil {
			oneLine(err)
			return
		}
		n0, _, n2 := m.Network.Shape()
		if len(m.Scaling.Offset) != n0 || len(m.Scaling.Factor) != n0 || len(m.Classes) != n2 {
			t.Errorf("%q: %d inputs and %d outputs, %+v, %v", text, n0, n2, m.Scaling, m.Classes)
		}
		if again, err := parseModel(strings.NewReader(saved(t, m))); err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("%q changes when it is saved and loaded: %v", text, err)
		}
		x := matrix.New(4, n0)
		x.Data[0] = 1
		set := &dataset.Set{X: x, Y: matrix.New(4, n2), Labels: []int{0, 1, 0, 1}, Classes: m.Classes}
		oneLine(adapt(set, m))
		oneLine(predictions(m, &dataset.Table{Name: "x.csv", X: x.Clone(), Lines: []int{1, 2, 3, 4}}, io.Discard))
		for epochs := range 2 {
			_, err := trial.Run(background, trial.Job{Params: trial.Params{LearningRate: 1, Epochs: epochs}, Set: set, Held: []int{0, 1}, Model: &m})
			oneLine(err)
		}
	})
}
