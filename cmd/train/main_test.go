package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/trial"
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
	if n := strings.Count(progress, "\n"); n != 12 {
		t.Errorf("%d lines of progress, want 12:\n%s", n, progress)
	}
	// The kernel, the number of processors and the speed are the machine's.
	machine := regexp.MustCompile(`^kernel: (plain loops[a-z -]*|vectors of \d+ bits); processors: \d+\n|  \d+ samples/s`)
	if n := len(machine.FindAllString(progress, -1)); n != 12 {
		t.Errorf("got %d lines with a kernel or a speed, want 12:\n%s", n, progress)
	}
	progress = machine.ReplaceAllString(progress, "")
	runtime.GOMAXPROCS(1)
	_, again, progressAgain := command(background, "")
	if progressAgain = machine.ReplaceAllString(progressAgain, ""); again != out || progressAgain != progress {
		t.Errorf("with one processor:\n%s%s\nwith more:\n%s%s", progressAgain, again, progress, out)
	}
}

// The report and the progress to the last word, with numbers that agree.
func TestReport(t *testing.T) {
	const processors = 3
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	_, out, progress := command(background, "-data moons -samples 200 -hidden 3 -epochs 3 -lambda 0.001")
	if now := runtime.GOMAXPROCS(0); now != processors || !strings.Contains(progress, fmt.Sprintf("; processors: %d\n", processors)) {
		t.Errorf("%d processors, then %d: %s", processors, now, progress)
	}
	const n = `(\d\.\d{4,5})`
	m := regexp.MustCompile(`^moons: 160 training samples, 40 held out; seed 1
network: 2-3-2, sigmoid, 17 parameters; input scaling: none
training: learning rate 2, batch size 16, lambda 0.001, 3 epochs

Training samples: data loss ` + n + ` \+ penalty ` + n + ` = ` + n + `, accuracy ` + n + `
Held-out samples: data loss ` + n + `, accuracy ` + n + `
Area under the ROC curve: ` + n + ` \(class 1 is positive\)

Confusion matrix`).FindStringSubmatch(out)
	lines := regexp.MustCompile(`(?m)^epoch \d/3  data loss `+n+` \+ penalty `+n+` = `+n+`  train acc\. `+n+`  (\d+) samples/s$`).FindAllStringSubmatch(progress, -1)
	if m == nil || len(lines) != 3 {
		t.Fatalf("got\n%s\n%s", out, progress)
	}
	value := func(s string) float64 { return number(t, "(.*)", s) }
	for _, m := range append(lines, m) {
		if math.Abs(value(m[1])+value(m[2])-value(m[3])) > 2e-4 || value(m[2]) == 0 {
			t.Errorf("%s: want a sum", m[0])
		}
	}
	if value(m[6]) != number(t, accuracy, out) || lines[2][4] != m[4][:6] || value(lines[2][5]) < 100 {
		t.Errorf("got\n%s\n%s", out, progress)
	}
}

// scores returns the report from the line of the training samples.
func scores(report string) string {
	_, report, _ = strings.Cut(report, "\n\n")
	return report
}

func TestSaveAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	out, saved := strings.CutSuffix(succeed(t, "-epochs 3 -activation tanh -rate 0.5 -hidden 30 -save "+file), "model saved to "+file+"\n")
	loaded, further := succeed(t, "-load "+file), succeed(t, "-load "+file+" -epochs 2 -rate 0.5")
	if !saved || scores(loaded) != scores(out) || strings.Contains(loaded, "\ntraining:") || !strings.Contains(loaded, "network: 64-30-10, tanh,") {
		t.Errorf("loaded:\n%s\nsaved:\n%s", loaded, out)
	}
	if !strings.Contains(loaded, "input scaling: as in "+file+"\n") {
		t.Errorf("loaded:\n%s", loaded)
	}
	if scores(further) == scores(out) || !strings.Contains(further, "2 epochs\n") {
		t.Errorf("trained further:\n%s", further)
	}
	// Without -save and -plot, nothing is written to the working directory, which is gone.
	gone := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(gone, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(gone)
	if err := os.Remove(gone); err != nil {
		t.Skip(err)
	}
	succeed(t, "-data moons -samples 10 -epochs 1")
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
	moons := filepath.Join(dir, "moons.json")
	succeed(t, "-data moons -epochs 1 -samples 100 -save "+moons)
	for args, want := range map[string]string{
		"-data moons -epochs 3 -samples 100":              "moons: held-out samples and decision regions",
		"-data moons -samples 100 -load " + moons:         "decision regions",
		"-epochs 3 -rate 0.02":                            ">0.8</text>.*>epoch</text>.*>training loss and accuracy</text>.*>accuracy</text>.*>data loss</text>",
		"-epochs 3 -save " + filepath.Join(dir, "m.json"): "Training on digits",
		"-epochs 3 -lambda 0.001":                         "loss with penalty",
	} {
		out := succeed(t, args+" -plot "+file)
		if text, _ := os.ReadFile(file); !strings.HasSuffix(out, "figure saved to "+file+"\n") || !regexp.MustCompile("(?s)"+want).Match(text) {
			t.Errorf("%s: %d bytes", args, len(text))
		} else if strings.Contains(string(text), "loss with penalty") != strings.Contains(args, "-lambda") {
			t.Errorf("%s: has a line with the penalty, or lacks it", args)
		}
	}
	if out := verifyWrong(t, 1, "-plot: without -epochs, ", "draws nothing", "-load "+filepath.Join(dir, "m.json")+" -plot "+none); out != "" {
		t.Errorf("nothing to draw: prints %q", out)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("nothing to draw: a file")
	}
}

func TestFolds(t *testing.T) {
	// The test experiment of Q2: two moons and the linear set, with the defaults.
	for name, want := range map[string]float64{"moons": 0.97, "linear": 0.99} {
		_, out, notes := command(background, "-folds 5 -data "+name)
		if a := number(t, ` *mean +[\d.]+ +([\d.]+) `, out); a < want || strings.Contains(notes, "note") {
			t.Errorf("%s: mean accuracy %v, want at least %v, and no note\n%s", name, a, want, notes)
		}
	}
	// A class that is missing from a fold leaves it without a ROC curve.
	file := filepath.Join(t.TempDir(), "small.csv")
	writeFile(t, file, "1,2,0\n3,4,1\n1,1,0\n0,0,0\n1,0,0\n2,2,1\n")
	for _, folds := range []string{"3", "6"} { // 6 is one sample each
		if out := succeed(t, "-epochs 2 -folds "+folds+" -x "+file); !strings.Contains(out, "–") || !strings.Contains(out, "All samples") {
			t.Errorf("%s folds, a small class:\n%s", folds, out)
		}
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if code, _, err := command(ctx, "-folds 3"); code != 130 || !strings.HasPrefix(err, "train: interrupted after 0 of 3 folds") {
		t.Errorf("interrupted: exit %d, %q", code, err)
	}
	ctx, cancel = context.WithCancel(background)
	var errs strings.Builder
	run(ctx, strings.Fields("-folds 3"), io.Discard, writerFunc(func(p []byte) (int, error) {
		if strings.Contains(string(p), "1 of 3") {
			cancel()
		}
		return errs.Write(p)
	}))
	if !regexp.MustCompile(`\ntrain: interrupted after [12] of 3 folds; there is no mean without all of them\n$`).MatchString(errs.String()) {
		t.Errorf("interrupted after the first fold: %s", errs.String())
	}
	verifyWrong(t, 1, "", "digits has only 1797 samples", "-folds 2000")
	if code, _, err := command(background, "-folds 3 -rate 1e300 -activation relu"); code != 1 || !strings.Contains(err, "train: fold 1: training diverged") {
		t.Errorf("diverged: exit %d, %q", code, err)
	}
	writeFile(t, file, "1.5,2,a\n3,4,b\n")
	verifyWrong(t, 1, file+": no class has two samples, one to train on and one to hold out", "", "-x "+file)

	// One row for each fold, and their means and deviations.
	_, out, notes := command(background, "-folds 3 -data moons -samples 60 -epochs 2 -rate 0.001")
	if !regexp.MustCompile(`(?m)^train: note: fold 1: .*\ntrain: note: fold 2: .*\ntrain: note: fold 3: .*\n$`).MatchString(notes) {
		t.Errorf("notes: %s", notes)
	}
	_, table, _ := strings.Cut(out, "\n\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var rows [][]string
	for _, line := range strings.Split(table, "\n") {
		rows = append(rows, strings.Fields(line))
	}
	if len(rows) != 6 || strings.Join(rows[0], " ") != "fold held out training accuracy accuracy macro F1 ROC AUC" {
		t.Fatalf("got the table\n%s", table)
	}
	for c := range 4 {
		var v []float64
		for fold, row := range rows[1:4] {
			if len(row) != 6 || row[0] != strconv.Itoa(fold+1) || row[1] != "20" {
				t.Fatalf("fold %d: %s", fold+1, row)
			}
			v = append(v, number(t, "(.*)", row[2+c]))
		}
		mean, sd := trial.MeanSD(v)
		if rows[4][0] != "mean" || rows[5][0] != "sd" || math.Abs(number(t, "(.*)", rows[4][1+c])-mean) > 1e-4 || math.Abs(number(t, "±(.*)", rows[5][1+c])-sd) > 2e-4 || strings.Count(table, ".")%4 != 0 {
			t.Errorf("column %d: want %v ± %v\n%s", c, mean, sd, table)
		}
	}
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
	model, figure := filepath.Join(t.TempDir(), "model.json"), filepath.Join(t.TempDir(), "figure.svg")
	for epoch, want := range map[int]struct {
		code   int
		saved  string
		stderr string
	}{
		0: {130, "model saved to " + model + "\n", `\ntrain: interrupted after 0 of 5 epochs\n$`}, // there is nothing to draw
		1: {130, "model saved to " + model + "\nfigure saved to " + figure + "\n", `\ntrain: interrupted after 1 of 5 epochs\n$`},
		5: {0, "model saved to " + model + "\nfigure saved to " + figure + "\n", `\nepoch 5/5 .*\n$`}, // before the test
	} {
		ctx, cancel := context.WithCancel(background)
		var out, err strings.Builder
		code := run(ctx, strings.Fields("-epochs 5 -save "+model+" -plot "+figure), &out, writerFunc(func(p []byte) (int, error) {
			if strings.Contains(string(p), fmt.Sprintf("epoch %d/", epoch)) || epoch == 0 {
				cancel()
			}
			return err.Write(p)
		}))
		if _, saved, _ := strings.Cut(out.String(), " correct)\n"); code != want.code || saved != want.saved || !regexp.MustCompile(want.stderr).MatchString(err.String()) {
			t.Errorf("epoch %d: exit %d, %q, %s", epoch, code, err.String(), out.String())
		}
		if loaded := succeed(t, "-load "+model); number(t, accuracy, loaded) != number(t, accuracy, out.String()) {
			t.Errorf("saved:\n%s\nloaded:\n%s", out.String(), loaded)
		}
	}
}

// On a terminal, the last line of the progress is cleared.
func TestTerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil || runtime.GOOS != "linux" {
		t.Skip(err)
	}
	defer terminal.Close()
	t.Setenv("TERM", "xterm")
	lines := bufio.NewScanner(terminal) // Linux echoes what is written: CR as a new line, ESC as ^[
	for args, last := range map[string]string{"-epochs 2": "epoch 2/2  ", "-epochs 2 -folds 2": "2 of 2 folds done"} {
		run(background, strings.Fields("-data moons -samples 20 "+args), io.Discard, terminal)
		fmt.Fprintln(terminal, "\nend")
		text := ""
		for lines.Scan() && lines.Text() != "end" {
			text += "\n" + lines.Text()
		}
		if _, end, _ := strings.Cut(text, last); !strings.Contains(end, "\n^[[K") {
			t.Errorf("%s: got %q, want that it is cleared after %q", args, text, last)
		}
	}
}
