package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

func command(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(ctx, args, &out, &err)
	return code, out.String(), err.String()
}

var background = context.Background()

// heldOut returns the accuracy that the report ends with.
func heldOut(t *testing.T, report string) float64 {
	t.Helper()
	m := regexp.MustCompile(`(?m)^accuracy (0\.\d{4}|1\.0000) \(`).FindStringSubmatch(report)
	if m == nil {
		t.Fatalf("no accuracy in\n%s", report)
	}
	a, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// With no flags: at least 0.965 on what was held out, the same to the last
// character whatever GOMAXPROCS is, and readable at 80 columns.
func TestDefaults(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	code, out, progress := command(background)
	if a := heldOut(t, out); code != 0 || a < 0.965 {
		t.Errorf("exit %d, accuracy %v, want 0 and at least 0.965", code, a)
	}
	for _, line := range strings.Split(out+progress, "\n") {
		if utf8.RuneCountInString(line) > 80 || strings.ContainsAny(line, "\r\x1b") {
			t.Errorf("wide, or with control characters: %q", line)
		}
	}
	if n := strings.Count(progress, "\n"); n != 11 {
		t.Errorf("%d lines of progress, want 11:\n%s", n, progress)
	}
	runtime.GOMAXPROCS(1)
	if _, again, progressAgain := command(background); again != out || progressAgain != progress {
		t.Errorf("with one processor:\n%s%s\nwith more:\n%s%s", progressAgain, again, progress, out)
	}
}

// Every flag has an effect, and a seed makes another result.
func TestFlagsMatter(t *testing.T) {
	short := func(args ...string) string {
		code, out, err := command(background, append([]string{"-epochs", "2"}, args...)...)
		if code != 0 {
			t.Errorf("%v: exit %d, %s", args, code, err)
		}
		return out[strings.Index(out, "Training samples"):]
	}
	reports := []string{short()}
	for _, args := range [][]string{
		{"-hidden", "20"}, {"-activation", "tanh"}, {"-activation", "relu"}, {"-rate", "1"}, {"-epochs", "3"},
		{"-batch", "32"}, {"-lambda", "0.001"}, {"-test", "0.5"}, {"-seed", "2"},
	} {
		report := short(args...)
		if slices.Contains(reports, report) {
			t.Errorf("%v changes nothing", args)
		}
		reports = append(reports, report)
	}
	_, a, _ := command(background, "-epochs", "1", "-batch", "0")
	if _, b, _ := command(background, "-epochs", "1", "-batch", "100000"); a != b || !strings.Contains(a, "batch all,") {
		t.Errorf("a batch of 0 and one of too many differ:\n%s%s", a, b)
	}
}

func TestSaveAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	code, out, err := command(background, "-epochs", "3", "-activation", "tanh", "-rate", "0.5", "-hidden", "30", "-save", file)
	if code != 0 || !strings.HasSuffix(out, "saved in "+file+"\n") {
		t.Fatalf("exit %d\n%s%s", code, out, err)
	}
	report := func(s string) string {
		return strings.TrimSuffix(s[strings.Index(s, "Training samples"):], "saved in "+file+"\n")
	}
	code, loaded, err := command(background, "-load", file)
	if code != 0 || err != "" || report(loaded) != report(out) || strings.Contains(loaded, "\ntraining:") {
		t.Errorf("exit %d, %s\nloaded:\n%s\nsaved:\n%s", code, err, loaded, out)
	}
	if !strings.Contains(loaded, "network 64-30-10, tanh,") {
		t.Errorf("not the shape and activation of the file:\n%s", loaded)
	}
	code, on, err := command(background, "-load", file, "-epochs", "2", "-rate", "0.5")
	if code != 0 || report(on) == report(out) || !strings.Contains(on, "2 epochs\n") {
		t.Errorf("trained on: exit %d, %s\n%s", code, err, on)
	}
}

func TestWrongFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-hidden", "0"}, "-hidden 0: want 1 to 10000"},
		{[]string{"-hidden", "10001"}, "-hidden 10001: want 1 to 10000"},
		{[]string{"-hidden", "1e3"}, `invalid value "1e3" for flag -hidden`},
		{[]string{"-activation", "step"}, `unknown activation "step", want one of sigmoid, tanh, relu`},
		{[]string{"-rate", "0"}, "-rate 0: want a finite number above 0"},
		{[]string{"-rate", "-1"}, "-rate -1: want"},
		{[]string{"-rate", "NaN"}, "-rate NaN: want"},
		{[]string{"-rate", "inf"}, "-rate +Inf: want"},
		{[]string{"-rate", "1e999"}, `invalid value "1e999" for flag -rate`},
		{[]string{"-epochs", "0"}, "-epochs 0: want 1 or more"},
		{[]string{"-batch", "-1"}, "-batch -1: want 1 or more"},
		{[]string{"-lambda", "-1"}, "-lambda -1: want a finite number"},
		{[]string{"-lambda", "nan"}, "-lambda NaN: want"},
		{[]string{"-test", "0"}, "-test 0: want a share"},
		{[]string{"-test", "1"}, "-test 1: want a share"},
		{[]string{"-test", "nan"}, "-test NaN: want a share"},
		{[]string{"-seed", "-1"}, "-seed"},
		{[]string{"-save", ""}, "-save: want a name"},
		{[]string{"-load", ""}, "-load: want a name"},
		{[]string{"-load", "x", "-hidden", "3"}, "without -hidden"},
		{[]string{"-load", "x", "-scale", "range"}, "without -scale"},
		{[]string{"-data", "iris"}, `-data "iris": want digits, moons, linear or mnist:DIR`},
		{[]string{"-data", "mnist:"}, "want digits"},
		{[]string{"-data", "moons", "-x", "X.csv"}, "want one"},
		{[]string{"-y", "Y.csv"}, "-y: want -x"},
		{[]string{"-x", "X.csv", "-y", "Y.csv", "-label", "1"}, "-label: want -x, without -y"},
		{[]string{"-header", "maybe"}, `-header "maybe": want yes or no`},
		{[]string{"-header", "yes"}, "-header: want -x"},
		{[]string{"-samples", "10"}, "-samples: want -data moons or linear"},
		{[]string{"-data", "moons", "-samples", "3"}, "-samples 3: want 4 to"},
		{[]string{"-noise", "0.1"}, "-noise: want -data moons or linear"},
		{[]string{"-data", "moons", "-noise", "-1"}, "-noise -1: want 0"},
		{[]string{"-scale", "log"}, `-scale "log": want one of none, range, standard`},
		{[]string{"-folds", "1"}, "-folds 1: want 2 or more"},
		{[]string{"-folds", "5", "-save", "m"}, "without -save"},
		{[]string{"-folds", "5", "-load", "m"}, "without -load"},
		{[]string{"-folds", "5", "-test", "0.1"}, "without -test"},
		{[]string{"-predict", "X.csv"}, "-predict: want -load"},
		{[]string{"-predict", "X.csv", "-load", "m", "-seed", "1"}, "not with -seed"},
		{[]string{"-load", "x", "-activation", "relu"}, "without -activation"},
	} {
		code, out, err := command(background, c.args...)
		if code != 2 || out != "" || !strings.HasPrefix(err, "train: ") || !strings.Contains(err, c.want) || strings.Count(err, "\n") != 1 {
			t.Errorf("%v: exit %d, %q, %q", c.args, code, out, err)
		}
	}
}

func TestWrongFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	small := `{"model":1,"classes":["0"],"offset":[0],"factor":[1],"network":{"version":1,"shape":[1,1,1],"activation":"tanh","w1":[[1]],"b1":[[3]],"w2":[[5]],"b2":[[7]]}}`
	for _, c := range []struct{ flag, file, want string }{
		{"-load", filepath.Join(dir, "none"), "no such file or directory"},
		{"-load", dir, "is a directory"},
		{"-load", write("empty", ""), "ends too early"},
		{"-load", write("cut", small[:60]), "ends too early"},
		{"-load", write("text", "hello"), "not a model"},
		{"-load", write("other", `{"version":1}`), `unknown field "version"`},
		{"-load", write("bare", `{}`), "its version is missing"},
		{"-load", write("behind", small+"x"), "more text behind the model"},
		{"-load", write("model", strings.Replace(small, `"model":1`, `"model":7`, 1)), "model version 7, want 1"},
		{"-load", write("version", strings.Replace(small, `"version":1`, `"version":7`, 1)), "network: version 7, want 1"},
		{"-load", write("shape", strings.Replace(small, `[1,1,1]`, `[2,1,1]`, 1)), "w1: found 1 rows, want 2"},
		{"-load", write("noscaling", strings.Replace(small, `"offset":[0],`, ``, 1)), "offset has 0 numbers, want 1"},
		{"-load", write("scaling", strings.Replace(small, `"factor":[1]`, `"factor":[1,1]`, 1)), "factor has 2 numbers, want 1"},
		{"-load", write("null", strings.Replace(small, `"factor":[1]`, `"factor":[null]`, 1)), "factor 0 is null, want a number"},
		{"-load", write("nonetwork", small[:strings.Index(small, `,"network"`)]+"}"), "the network is missing"},
		{"-load", write("classes", strings.Replace(small, `["0"]`, `["0","1"]`, 1)), "2 different classes, want 1"},
		{"-load", write("small", small), "the network is 1-1-1, the samples of digits have 64 inputs"},
		{"-save", filepath.Join(dir, "none", "model"), "no such file or directory"},
		{"-save", dir, "is a folder, want a file"},
	} {
		code, out, err := command(background, c.flag, c.file)
		if code != 1 || out != "" || !strings.HasPrefix(err, "train: "+c.file+": ") || !strings.Contains(err, c.want) || strings.Count(err, "\n") != 1 {
			t.Errorf("%s %s: exit %d, %q, %q", c.flag, c.file, code, out, err)
		}
	}
}

// The files of the course, 2-D and digits, need no flag but their names.
func TestCourseFiles(t *testing.T) {
	dir := t.TempDir()
	for name, set := range map[string]func() (*dataset.Set, error){
		"moons":  func() (*dataset.Set, error) { return dataset.Moons(600, 0.1, trial.Rand(4, 0)), nil },
		"digits": dataset.Digits,
	} {
		set, err := set()
		if err != nil {
			t.Fatal(err)
		}
		var x, y strings.Builder
		for s, label := range set.Labels {
			for c, v := range set.X.Row(s) {
				fmt.Fprintf(&x, "%s%.18e", map[bool]string{true: ","}[c > 0], v)
			}
			x.WriteString("\n")
			fmt.Fprintf(&y, "%.18e\n", float64(label))
		}
		xName, yName, saved := filepath.Join(dir, name+"X.csv"), filepath.Join(dir, name+"Y.csv"), filepath.Join(dir, name+".json")
		for file, text := range map[string]string{xName: x.String(), yName: y.String()} {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		code, out, errOut := command(background, "-x", xName, "-y", yName, "-save", saved)
		if a := heldOut(t, out); code != 0 || a < 0.95 {
			t.Errorf("%s: exit %d, accuracy %v, %s", name, code, a, errOut)
		}
		// Predicting takes the scaling and the classes from the model.
		code, out, errOut = command(background, "-load", saved, "-predict", xName)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if code != 0 || errOut != "" || len(lines) != len(set.Labels) {
			t.Fatalf("%s: exit %d, %d lines, %s", name, code, len(lines), errOut)
		}
		right := 0
		for s, line := range lines {
			fields := strings.Split(line, ",")
			if len(fields) != 1+len(set.Classes) {
				t.Fatalf("%s: line %q", name, line)
			}
			if fields[0] == set.Classes[set.Labels[s]] {
				right++
			}
		}
		if a := float64(right) / float64(len(lines)); a < 0.97 {
			t.Errorf("%s: %v of the predictions are right", name, a)
		}
	}
	code, _, err := command(background, "-load", filepath.Join(dir, "moons.json"), "-predict", filepath.Join(dir, "digitsX.csv"))
	if code != 1 || !strings.Contains(err, "found 64 columns, want 2") || strings.Count(err, "\n") != 1 {
		t.Errorf("other inputs: exit %d, %q", code, err)
	}
	code, _, err = command(background, "-x", filepath.Join(dir, "moonsX.csv"), "-y", filepath.Join(dir, "digitsY.csv"))
	if code != 1 || !strings.Contains(err, "has 600 samples") || strings.Count(err, "\n") != 1 {
		t.Errorf("X and Y of different lengths: exit %d, %q", code, err)
	}
}

// -plot draws the boundary of 2-D data and otherwise the curves; what cannot be
// drawn is an error, and no file.
func TestPlot(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ want, args string }{
		{"moons: samples held out", "-data moons -epochs 3 -samples 100"},
		{"Training on digits", "-epochs 3"},
		{"loss with penalty", "-epochs 3 -lambda 0.001"},
	} {
		file := filepath.Join(dir, "p.svg")
		code, out, err := command(background, append(strings.Fields(c.args), "-plot", file)...)
		text, _ := os.ReadFile(file)
		if code != 0 || !strings.HasSuffix(out, "drawn in "+file+"\n") || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: exit %d, %s, %d bytes", c.args, code, err, len(text))
		}
	}
	saved, none := filepath.Join(dir, "m.json"), filepath.Join(dir, "none.svg")
	command(background, "-epochs", "1", "-save", saved)
	if code, _, err := command(background, "-load", saved, "-plot", none); code != 1 || !strings.Contains(err, "no loss curves to draw") {
		t.Errorf("nothing to draw: exit %d, %q", code, err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("nothing to draw: a file")
	}
}

// Q2's test experiment: with the defaults, two moons and the linear set.
func TestFolds(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	mean := regexp.MustCompile(`(?m)^ *mean +[\d.]+ +([\d.]+) `)
	for name, want := range map[string]float64{"moons": 0.97, "linear": 0.99} {
		code, out, err := command(background, "-data", name, "-folds", "5")
		m := mean.FindStringSubmatch(out)
		if code != 0 || m == nil {
			t.Fatalf("%s: exit %d, %s\n%s", name, code, err, out)
		}
		if a, _ := strconv.ParseFloat(m[1], 64); a < want {
			t.Errorf("%s: mean accuracy %v, want at least %v", name, a, want)
		}
	}
	// A class too small to be in every fold has no ROC curve there.
	file := filepath.Join(t.TempDir(), "small.csv")
	if err := os.WriteFile(file, []byte("1,2,0\n3,4,1\n1,1,0\n0,0,0\n1,0,0\n2,2,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, err := command(background, "-x", file, "-folds", "3", "-epochs", "2"); code != 0 || !strings.Contains(out, "–") {
		t.Errorf("a small class: exit %d, %s\n%s", code, err, out)
	}
	_, out, _ := command(background, "-folds", "3", "-epochs", "2")
	runtime.GOMAXPROCS(1)
	if _, again, _ := command(background, "-folds", "3", "-epochs", "2"); again != out || !strings.Contains(out, "All samples") {
		t.Errorf("with one processor:\n%s\nwith more:\n%s", again, out)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if code, _, err := command(ctx, "-folds", "3"); code != 130 || !strings.HasPrefix(err, "train: interrupted after 0 of 3 folds") {
		t.Errorf("interrupted: exit %d, %q", code, err)
	}
	if code, _, err := command(background, "-folds", "2000"); code != 1 || !strings.Contains(err, "digits has only 1797 samples") {
		t.Errorf("too many folds: exit %d, %q", code, err)
	}
}

// Divergence is one line, exit 1, and nothing is saved: whether numbers
// overflow or outputs saturate.
func TestDivergence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-rate", "1e300", "-activation", "relu"},
		{"-rate", "1000"},
		{"-rate", "1e6", "-activation", "tanh"},
		{"-lambda", "10"},
		{"-lambda", "1"},
	} {
		code, out, err := command(background, append(args, "-epochs", "10", "-save", file)...)
		lines := strings.Split(strings.TrimSuffix(err, "\n"), "\n")
		last := lines[len(lines)-1]
		if code != 1 || !strings.HasPrefix(last, "train: training diverged") || strings.Contains(out, "accuracy") {
			t.Errorf("%v: exit %d, %q\n%s", args, code, last, out)
		}
		if text, _ := os.ReadFile(file); string(text) != "old" {
			t.Errorf("%v: the saved file now holds %q", args, text)
		}
	}
}

// A run that is stopped still reports and saves what it has.
func TestInterrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	ctx, cancel := context.WithCancel(background)
	// The progress of epoch 5 is where this run is stopped.
	code, out, err := func() (int, string, string) {
		var out, errOut strings.Builder
		w := writerFunc(func(p []byte) (int, error) {
			if strings.Contains(string(p), "epoch 5/") {
				cancel()
			}
			return errOut.Write(p)
		})
		code := run(ctx, []string{"-save", file}, &out, w)
		return code, out.String(), errOut.String()
	}()
	if code != 130 || !strings.HasSuffix(err, "train: interrupted in epoch 6 of 50\n") {
		t.Errorf("exit %d, %q", code, err)
	}
	if !strings.Contains(out, "Confusion matrix") || !strings.HasSuffix(out, "saved in "+file+"\n") {
		t.Errorf("not reported or not saved:\n%s", out)
	}
	if code, loaded, err := command(background, "-load", file); code != 0 || heldOut(t, loaded) != heldOut(t, out) {
		t.Errorf("the saved network: exit %d, %s\n%s", code, err, loaded)
	}
	// Before the first batch.
	if code, out, err := command(ctx); code != 130 || !strings.Contains(err, "interrupted in epoch 1 of 50") || !strings.Contains(out, "Confusion matrix") {
		t.Errorf("exit %d, %q\n%s", code, err, out)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// MNIST's own test samples are what is held out, unless -test says otherwise.
func TestMNIST(t *testing.T) {
	dir := t.TempDir()
	for part, n := range map[string]int{"train": 60, "t10k": 20} {
		images := []byte{0, 0, 8, 3, 0, 0, 0, byte(n), 0, 0, 0, 2, 0, 0, 0, 2}
		labels := []byte{0, 0, 8, 1, 0, 0, 0, byte(n)}
		for s := range n {
			images = append(images, byte(s), 255*byte(s%2), 0, 255-255*byte(s%2))
			labels = append(labels, byte(3+s%2))
		}
		for name, b := range map[string][]byte{part + "-images-idx3-ubyte": images, part + "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for args, want := range map[string]string{"": "mnist: 60 samples to train on, 20 held out", "-test 0.5": "mnist: 40 samples to train on, 40 held out", "-folds 4": "mnist: 60 samples to train on, 4 folds"} {
		code, out, err := command(background, append(strings.Fields(args), "-data", "mnist:"+dir)...)
		if code != 0 || !strings.HasPrefix(out, want) || heldOut(t, out) != 1 {
			t.Errorf("%q: exit %d, %s\n%s", args, code, err, out)
		}
	}
	if code, _, err := command(background, "-data", "mnist:"+filepath.Join(dir, "none")); code != 1 || strings.Count(err, "\n") != 1 || !strings.Contains(err, "train-images-idx3-ubyte") {
		t.Errorf("no folder: exit %d, %q", code, err)
	}
}

// Whatever the text, parseModel returns an error of one line or a model that is
// whole.
func FuzzModel(f *testing.F) {
	good := `{"model":1,"classes":["a"],"offset":[0],"factor":[1],"network":{"version":1,"shape":[1,1,1],"activation":"tanh","w1":[[1]],"b1":[[3]],"w2":[[5]],"b2":[[7]]}}`
	f.Add(good)
	f.Add(strings.Replace(good, "[0]", "[null]", 1))
	f.Add(strings.Replace(good, "[1,1,1]", "[9999999,9999999,1]", 1))
	f.Add(good[:90])
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseModel([]byte(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: an error of two lines: %v", text, err)
			}
			return
		}
		n0, _, n2 := m.network.Shape()
		if len(m.scaling.Offset) != n0 || len(m.scaling.Factor) != n0 || len(m.classes) != n2 {
			t.Errorf("%q: %d inputs and %d outputs, %+v, %v", text, n0, n2, m.scaling, m.classes)
		}
		var b strings.Builder
		if err := m.save(&b); err != nil {
			t.Errorf("%q cannot be saved: %v", text, err)
		}
		if _, err := parseModel([]byte(b.String())); err != nil {
			t.Errorf("%q does not survive saving: %v", text, err)
		}
	})
}
