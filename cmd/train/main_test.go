package main

import (
	"context"
	"encoding/csv"
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
	"chainrule/matrix"
	"chainrule/network"
)

var background = context.Background()

// command runs train with flags that are separated by spaces.
func command(ctx context.Context, args string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(ctx, strings.Fields(args), &out, &err)
	return code, out.String(), err.String()
}

// verifyWrong runs train, which is to fail with one line on stderr that begins
// with start and contains want. It returns what stdout has.
func verifyWrong(t *testing.T, status int, start, want, args string) (stdout string) {
	t.Helper()
	code, out, err := command(background, args)
	if code != status || !strings.HasPrefix(err, "train: "+start) || !strings.Contains(err, want) || strings.Count(err, "\n") != 1 {
		t.Errorf("%s: exit %d, %q; want %d, %q", args, code, err, status, want)
	}
	return out
}

// succeed runs train, which is to succeed, and returns its report.
func succeed(t *testing.T, args string) string {
	t.Helper()
	code, out, err := command(background, args)
	if code != 0 {
		t.Fatalf("%s: exit %d, %s", args, code, err)
	}
	return out
}

// number returns the number that the pattern finds in the report.
func number(t *testing.T, pattern, report string) float64 {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + pattern).FindStringSubmatch(report)
	if m == nil {
		t.Fatalf("no %s in\n%s", pattern, report)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// writeFile writes a file for train to read.
func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const accuracy = `accuracy (0\.\d{4}|1\.0000) \(` // the last line of the report

// With no flags: a test accuracy of at least 0.965, the same to the last character
// whatever GOMAXPROCS is, and readable at 80 columns.
func TestDefaults(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	code, out, progress := command(background, "")
	if a := number(t, accuracy, out); code != 0 || a < 0.965 {
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
	if _, again, progressAgain := command(background, ""); again != out || progressAgain != progress {
		t.Errorf("with one processor:\n%s%s\nwith more:\n%s%s", progressAgain, again, progress, out)
	}
}

// scores returns the report from the line of the training samples.
func scores(report string) string {
	_, report, _ = strings.Cut(report, "\n\n")
	return report
}

// Every flag has an effect, and another seed another result.
func TestFlagsMatter(t *testing.T) {
	reports := []string{scores(succeed(t, "-epochs 2"))}
	for _, args := range []string{"-hidden 20", "-activation tanh", "-activation relu", "-rate 1", "-epochs 3", "-batch 32", "-lambda 0.001", "-test 0.5", "-seed 2"} {
		report := scores(succeed(t, "-epochs 2 "+args))
		if slices.Contains(reports, report) {
			t.Errorf("%v changes nothing", args)
		}
		reports = append(reports, report)
	}
	a, b := succeed(t, "-epochs 1 -batch 0"), succeed(t, "-epochs 1 -batch 100000")
	if a != b || !strings.Contains(a, "batch size all,") {
		t.Errorf("a batch of 0 and one of too many differ:\n%s%s", a, b)
	}
}

func TestSaveAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	out, saved := strings.CutSuffix(succeed(t, "-epochs 3 -activation tanh -rate 0.5 -hidden 30 -save "+file), "model saved to "+file+"\n")
	loaded, further := succeed(t, "-load "+file), succeed(t, "-load "+file+" -epochs 2 -rate 0.5")
	if !saved || scores(loaded) != scores(out) || strings.Contains(loaded, "\ntraining:") || !strings.Contains(loaded, "network: 64-30-10, tanh,") {
		t.Errorf("loaded:\n%s\nsaved:\n%s", loaded, out)
	}
	if scores(further) == scores(out) || !strings.Contains(further, "2 epochs\n") {
		t.Errorf("trained further:\n%s", further)
	}
}

func TestWrongFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-hidden 0":                      "-hidden 0: want 1 to 10000",
		"-hidden 10001":                  "-hidden 10001: want 1 to 10000",
		"-activation step":               `unknown activation "step", want one of sigmoid, tanh, relu, identity`,
		"-rate 0":                        "-rate 0: want a finite number above 0",
		"-rate NaN":                      "-rate NaN: want",
		"-rate inf":                      "-rate +Inf: want",
		"-epochs 0":                      "-epochs 0: want 1 or more",
		"-batch -1":                      "-batch -1: want 1 or more",
		"-lambda -1":                     "-lambda -1: want a finite number, at least 0",
		"-lambda nan":                    "-lambda NaN: want",
		"-test 0":                        "-test 0: want a fraction",
		"-test 1":                        "-test 1: want a fraction",
		"-test nan":                      "-test NaN: want a fraction",
		"-seed -1":                       "-seed",
		"-save=":                         "-save: want a name",
		"-load=":                         "-load: want a name",
		"-load x -hidden 3":              "-hidden cannot be used with -load",
		"-load x -activation relu":       "-activation cannot be used with -load",
		"-load x -scale range":           "-scale cannot be used with -load",
		"-data iris":                     `-data "iris": want digits, moons, linear or mnist:DIR`,
		"-data mnist:":                   "want digits",
		"-data moons -x X.csv":           "cannot be used together",
		"-y Y.csv":                       "-y needs -x",
		"-x X.csv -y Y.csv -label 1":     "-label needs -x",
		"-header maybe":                  `-header "maybe": want yes or no`,
		"-header yes":                    "-header needs -x",
		"-index 1":                       `-index "1": want yes or no`,
		"-index yes":                     "-index needs -x",
		"-load x -rate 1":                "-rate has no effect with -load unless -epochs",
		"-load x -batch 1":               "-batch has no effect with -load unless -epochs",
		"-samples 10":                    "-samples needs -data moons",
		"-data moons -samples 3":         "-samples 3: want 4 to",
		"-noise 0.1":                     "-noise needs -data moons",
		"-data moons -noise -1":          "-noise -1: want 0",
		"-scale log":                     `-scale "log": want one of none, range, standard`,
		"-folds 1":                       "-folds 1: want 2 or more",
		"-folds 5 -save m":               "-save cannot be used with -folds",
		"-x a.csv -save ./a.csv":         "-save and -x are the same file",
		"-x a.csv -y b.csv -save b.csv":  "-save and -y are the same file",
		"-save a.svg -plot ./a.svg":      "-plot and -save are the same file",
		"-load a.svg -plot a.svg":        "-plot and -load are the same file",
		"-folds 5 -plot p.svg":           "-plot cannot be used with -folds",
		"-plot p.png":                    `-plot "p.png": want a name that ends in .svg`,
		"-folds 5 -load m":               "-load cannot be used with -folds",
		"-folds 5 -test 0.1":             "-test cannot be used with -folds",
		"-predict X.csv":                 "-predict needs -load",
		"-predict X.csv -load m -seed 1": "not with -seed",
	} {
		if out := verifyWrong(t, 2, "", want, args); out != "" {
			t.Errorf("%s: prints %q", args, out)
		}
	}
	for file, want := range map[string]string{filepath.Join(t.TempDir(), "none", "model"): "no such file or directory", t.TempDir(): "is a "} {
		verifyWrong(t, 1, file+": ", want, "-load "+file)
		verifyWrong(t, 1, file+": ", want, "-save "+file)
	}
}

// The files of the course, 2-D and digits, need no flags but their names.
func TestCourseFiles(t *testing.T) {
	dir := t.TempDir()
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	digits.Name = "digits"
	for _, set := range []*dataset.Set{dataset.Moons(600, 0.1, trial.Rand(4, 0)), digits} {
		var x, y strings.Builder
		for s, label := range set.Labels {
			x.WriteString(strings.ReplaceAll(strings.Trim(fmt.Sprintf("%.18e", set.X.Row(s)), "[]"), " ", ",") + "\n")
			fmt.Fprintf(&y, "%.18e\n", float64(label))
		}
		name := filepath.Join(dir, set.Name)
		writeFile(t, name+"X.csv", x.String())
		writeFile(t, name+"Y.csv", y.String())
		if a := number(t, accuracy, succeed(t, fmt.Sprintf("-x %sX.csv -y %sY.csv -save %s.json", name, name, name))); a < 0.95 {
			t.Errorf("%s: accuracy %v", name, a)
		}
		// The scaling and the classes are those of the model.
		records, err := csv.NewReader(strings.NewReader(succeed(t, fmt.Sprintf("-load %s.json -predict %sX.csv", name, name)))).ReadAll()
		if err != nil || len(records) != len(set.Labels) || len(records[0]) != 1+len(set.Classes) {
			t.Fatalf("%s: %d records, the first %v, %v", name, len(records), records[:1], err)
		}
		correct := 0
		for s, record := range records {
			if record[0] == set.Classes[set.Labels[s]] {
				correct++
			}
		}
		if a := float64(correct) / float64(len(records)); a < 0.97 {
			t.Errorf("%s: %v of the predictions are correct", name, a)
		}
	}
	verifyWrong(t, 1, "", "got 64 columns, want 2", fmt.Sprintf("-load %s/moons.json -predict %s/digitsX.csv", dir, dir))
	verifyWrong(t, 1, "", "has 600 samples", fmt.Sprintf("-x %s/moonsX.csv -y %s/digitsY.csv", dir, dir))
}

// Iris, in the forms in which it is handed out, needs no flag but its path.
func TestIris(t *testing.T) {
	const inputs = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),"
	names := []string{"setosa", "versicolor", "virginica"}
	means := [][]float64{{5, 3.4, 1.5, 0.2}, {5.9, 2.8, 4.3, 1.3}, {6.6, 3, 5.6, 2}}
	dir := t.TempDir()
	file := filepath.Join(dir, "iris")
	for _, c := range []struct {
		first, line, format, class string // line has the number, the inputs, the class and its name
	}{
		{"", "%.0[1]s%[2]s,%.0[3]sIris-%[4]s\n", "no header;", "Iris-setosa"},                               // UCI
		{"150,4,setosa,versicolor,virginica\n", "%.0[1]s%[2]s,%[3]s\n", "class names in line 1;", "setosa"}, // scikit-learn
		{inputs + "target\n", "%.0[1]s%[2]s,%[3]s\n", "header;", "0"},                                       // pandas
		{"," + inputs + "target\n", "%[1]s,%[2]s,%[3]s\n", "header, index left out;", "0"},
		{",0,1,2,3,4\n", "%[1]s,%[2]s,%.0[3]s%[4]s\n", "header, index left out;", "setosa"},
	} {
		rng := trial.Rand(1, 0)
		text := c.first
		for s := range 150 {
			var row []string
			for _, mean := range means[s/50] {
				row = append(row, fmt.Sprintf("%.1f", mean+0.3*rng.NormFloat64()))
			}
			text += fmt.Sprintf(c.line, strconv.Itoa(s), strings.Join(row, ","), strconv.Itoa(s/50), names[s/50])
		}
		writeFile(t, file, text+"\n")
		out := succeed(t, "-x "+file+" -save "+file+".json")
		// The class is in the first line, the saved model, the confusion matrix and the scores.
		for _, want := range []string{`^` + c.format + ` classes: ` + c.class + ` \(50\), `, `(?m)^ +` + c.class + ` +10 `, `(?m)^ +` + c.class + ` +\d\.\d{4} `} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("%q: no %s in\n%s", c.first, want, out)
			}
		}
		for _, line := range strings.Split(out, "\n")[:10] {
			if utf8.RuneCountInString(line) > 80 && !strings.Contains(line, file) {
				t.Errorf("%q: wide: %q", c.first, line)
			}
		}
		if a := number(t, accuracy, out); a < 0.9 || !strings.Contains(out, "network: 4-64-3,") {
			t.Errorf("%q:\n%s", c.first, out)
		}
		writeFile(t, file+"X", "5,3.4,1.5,0.2\n")
		if class := succeed(t, "-load "+file+".json -predict "+file+"X"); !strings.HasPrefix(class, c.class+",") {
			t.Errorf("%q: predicts %q", c.first, class)
		}
		if again := succeed(t, "-load "+file+".json -x "+file); scores(again) != scores(strings.TrimSuffix(out, "model saved to "+file+".json\n")) {
			t.Errorf("%q: loaded:\n%s\nsaved:\n%s", c.first, again, out)
		}
	}
}

// A network that the penalty keeps from learning needs a smaller λ, one that has
// not yet learned more epochs.
func TestNote(t *testing.T) {
	for args, want := range map[string]string{
		"-lambda 0.01 -epochs 10":               "try a smaller -lambda",
		"-data moons -lambda 0.03":              "try a smaller -lambda",
		"-lambda 0.1 -rate 0.01 -epochs 30":     "try a smaller -lambda",
		"-lambda 0.01 -rate 0.001":              "more -epochs",
		"-data moons -lambda 0.01 -rate 0.0001": "more -epochs",
		"-rate 0.001 -epochs 3":                 "more -epochs",
		"-rate 0.001 -epochs 3 -folds 3":        "fold 3: .* more -epochs",
	} {
		if _, _, err := command(background, args); !regexp.MustCompile(`(?m)^train: note: .*` + want + `.*$`).MatchString(err) {
			t.Errorf("%s: %s, want %q", args, err, want)
		}
	}
}

// -plot draws the decision regions for two inputs and otherwise learning curves.
// A figure that cannot be drawn is an error and leaves no file.
func TestPlot(t *testing.T) {
	dir := t.TempDir()
	file, none := filepath.Join(dir, "p.svg"), filepath.Join(dir, "none.svg")
	for args, want := range map[string]string{
		"-data moons -epochs 3 -samples 100":              "moons: held-out samples and decision regions",
		"-epochs 3 -save " + filepath.Join(dir, "m.json"): "Training on digits",
		"-epochs 3 -lambda 0.001":                         "loss with penalty",
	} {
		out := succeed(t, args+" -plot "+file)
		if text, _ := os.ReadFile(file); !strings.HasSuffix(out, "figure saved to "+file+"\n") || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d bytes", args, len(text))
		}
	}
	if out := verifyWrong(t, 1, "-plot: without -epochs, ", "draws nothing", "-load "+filepath.Join(dir, "m.json")+" -plot "+none); out != "" {
		t.Errorf("nothing to draw: prints %q", out)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("nothing to draw: a file")
	}
}

// What a run takes is estimated and refused before it is allocated.
func TestMemory(t *testing.T) {
	for args, want := range map[string]string{
		"-data moons -samples 1000000 -hidden 10000 -batch 0":          "this takes about 256.2 GB of memory, the limit is ",
		"-data moons -samples 100000 -hidden 10000 -batch 0 -folds 3":  "try a smaller -batch",
		"-data moons -samples 1000000 -hidden 10000 -batch 1000000000": "try a smaller -batch",
	} {
		if out := verifyWrong(t, 1, "", want, args); out != "" {
			t.Errorf("%s: prints %q", args, out)
		}
	}
	set := &dataset.Set{X: &matrix.Matrix{Rows: 10, Cols: 1000000}, Y: matrix.New(10, 2)}
	wide := config{Params: trial.Params{Hidden: 1000, BatchSize: 1}}
	if _, err := wide.memory(set, 8, 1); err == nil || !strings.HasSuffix(err.Error(), "try a smaller -hidden") {
		t.Errorf("many weights: %v", err)
	}
	set.X.Rows, set.X.Cols, wide.Hidden = 10000000, 100, 1
	if _, err := wide.memory(set, 8, 1); err == nil || !strings.HasSuffix(err.Error(), "try fewer samples") {
		t.Errorf("many samples: %v", err)
	}
	var b strings.Builder
	describe(&b, wide, set, 8, "", trial.Model{Network: network.New(1, 1, 2, network.Tanh, trial.Rand(1, 1))}, 1.26e9)
	if !strings.Contains(b.String(), "\nmemory: about 1.3 GB\n") {
		t.Error(b.String())
	}
}

func TestFolds(t *testing.T) {
	// The test experiment of Q2: two moons and the linear set, with the defaults.
	for name, want := range map[string]float64{"moons": 0.97, "linear": 0.99} {
		if a := number(t, ` *mean +[\d.]+ +([\d.]+) `, succeed(t, "-folds 5 -data "+name)); a < want {
			t.Errorf("%s: mean accuracy %v, want at least %v", name, a, want)
		}
	}
	// A class that is missing from a fold leaves it without a ROC curve.
	file := filepath.Join(t.TempDir(), "small.csv")
	writeFile(t, file, "1,2,0\n3,4,1\n1,1,0\n0,0,0\n1,0,0\n2,2,1\n")
	if out := succeed(t, "-folds 3 -epochs 2 -x "+file); !strings.Contains(out, "–") || !strings.Contains(out, "All samples") {
		t.Errorf("a small class:\n%s", out)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if code, _, err := command(ctx, "-folds 3"); code != 130 || !strings.HasPrefix(err, "train: interrupted after 0 of 3 folds") {
		t.Errorf("interrupted: exit %d, %q", code, err)
	}
	verifyWrong(t, 1, "", "digits has only 1797 samples", "-folds 2000")
}

func TestDivergence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	writeFile(t, file, "old")
	for _, args := range []string{"-rate 1e300 -activation relu", "-rate 1000", "-rate 1e6 -activation tanh", "-lambda 10", "-lambda 1"} {
		code, out, err := command(background, args+" -epochs 10 -save "+file)
		text, _ := os.ReadFile(file)
		if code != 1 || !regexp.MustCompile(`(^|\n)train: training diverged.*\n$`).MatchString(err) || strings.Contains(out, "accuracy") || string(text) != "old" {
			t.Errorf("%s: exit %d, %q\n%s\n%q", args, code, err, out, text)
		}
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A run that is interrupted still reports and saves what it has.
func TestInterrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	ctx, cancel := context.WithCancel(background)
	var out, err strings.Builder
	code := run(ctx, []string{"-save", file}, &out, writerFunc(func(p []byte) (int, error) {
		if strings.Contains(string(p), "epoch 5/") {
			cancel()
		}
		return err.Write(p)
	}))
	if code != 130 || !strings.HasSuffix(err.String(), "\ntrain: interrupted in epoch 6 of 50\n") || !strings.HasSuffix(out.String(), "model saved to "+file+"\n") {
		t.Errorf("exit %d, %q, %s", code, err.String(), out.String())
	}
	if loaded := succeed(t, "-load "+file); number(t, accuracy, loaded) != number(t, accuracy, out.String()) {
		t.Errorf("saved:\n%s\nloaded:\n%s", out.String(), loaded)
	}
	// Before the first batch.
	if code, out, err := command(ctx, "-plot "+filepath.Join(t.TempDir(), "none.svg")); code != 130 || err != "train: interrupted in epoch 1 of 50\n" || !strings.Contains(out, "Confusion matrix") {
		t.Errorf("exit %d, %q\n%s", code, err, out)
	}
}

// The held-out samples of MNIST are its own test set, unless -test is given.
func TestMNIST(t *testing.T) {
	dir := t.TempDir()
	for part, n := range map[string]int{"train": 60, "t10k": 20} {
		images := "\x00\x00\x08\x03\x00\x00\x00" + string(rune(n)) + "\x00\x00\x00\x01\x00\x00\x00\x02" // of 1×2 pixels
		labels := "\x00\x00\x08\x01\x00\x00\x00" + string(rune(n))
		writeFile(t, filepath.Join(dir, part+"-images-idx3-ubyte"), images+strings.Repeat("\xff\x00\x00\xff", n/2))
		writeFile(t, filepath.Join(dir, part+"-labels-idx1-ubyte"), labels+strings.Repeat("\x03\x04", n/2))
	}
	for args, want := range map[string]string{"": "mnist: 60 training samples, 20 held out", "-test 0.5": "mnist: 40 training samples, 40 held out", "-folds 4": "mnist: 60 training samples, 4 folds"} {
		if out := succeed(t, args+" -data mnist:"+dir); !strings.HasPrefix(out, want) || number(t, accuracy, out) != 1 {
			t.Errorf("%q:\n%s", args, out)
		}
	}
	verifyWrong(t, 1, "", "train-images-idx3-ubyte", "-data mnist:"+filepath.Join(dir, "none"))
}
