package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

const docs = "../../docs"

var update = flag.Bool("update", false, "rewrite the tables and numbers of the pages from results.json")

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// resultsIn returns the results.json of a folder.
func resultsIn(t *testing.T, dir string) (r results) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, dir, "results.json")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// The pages show the tables and numbers of results.json.
func TestPagesAgreeWithResults(t *testing.T) {
	r := resultsIn(t, docs)
	if r.Quick || r.Folds != 5 || len(r.Sweeps) != len(sweeps) {
		t.Fatalf("results.json is not the result of a complete run: quick %v, %d folds, %d sweeps", r.Quick, r.Folds, len(r.Sweeps))
	}
	for page, least := range map[string]int{"experiments.md": 8, "answers.md": 20} {
		text := read(t, docs, page)
		filled, err := fill(text, r)
		found := len(tableBlock.FindAllString(text, -1)) + len(numberMark.FindAllString(text, -1))
		if marks := strings.Count(text, "<!--"); err != nil || found != marks || found < least {
			t.Errorf("%s: %d tables and numbers, want %d, one for each mark, and at least %d; %v", page, found, marks, least, err)
		}
		if *update {
			if err := os.WriteFile(filepath.Join(docs, page), []byte(filled), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want := strings.Split(filled, "\n")
		for n, line := range strings.Split(text, "\n") {
			if n >= len(want) || line != want[n] {
				t.Errorf("%s:%d disagrees with results.json; to fix the page: go test ./cmd/experiments -update\n%s", page, n+1, line)
			}
		}
		// Every measured number is marked with its name. (Numbers below 0.01 are
		// values of λ.)
		bare := regexp.MustCompile(`(?m)^\|.*$|[^\s(|*]+( ± [\d.]+)?<!-- [\w.+/-]+ -->`).ReplaceAllString(text, "")
		if m := regexp.MustCompile(`0\.(0[1-9]|[1-9]\d)\d\d`).FindString(bare); m != "" {
			t.Errorf("%s: the number %q is not marked with its name", page, m)
		}
		for _, m := range regexp.MustCompile(`\]\((figures/[^)]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(docs, m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// The experiments are of use only if the results are good and the sweeps wide.
func TestResultsAreGoodEnough(t *testing.T) {
	r := resultsIn(t, docs)
	for _, p := range []point{r.Best, r.Confirmed} {
		if p.Held.Mean < 0.978 || p.MacroF1.Mean < 0.978 {
			t.Errorf("%s: accuracy %v, macro F1 %v, want 0.978", p.Command, p.Held, p.MacroF1)
		}
	}
	least := map[string]int{"hidden": 6, "rate": 7, "epochs": 6, "lambda": 7, "batch": 5}
	for _, s := range r.Sweeps {
		if n := len(s.Points); n < least[s.Name] {
			t.Errorf("the sweep of %s has %d points, want %d", s.Name, n, least[s.Name])
		}
		delete(least, s.Name)
	}
	if len(least) > 0 {
		t.Errorf("no sweeps of %v", least)
	}
}

func TestFillRefuses(t *testing.T) {
	r := resultsIn(t, docs)
	for _, page := range []string{"<!-- table nosuch -->\n\n\n", "1<!-- hidden/3/held -->", "1<!-- hidden/64/auc -->", "1<!-- nosuch/held -->"} {
		if _, err := fill(page, r); err == nil {
			t.Errorf("%q: no error", page)
		}
	}
	got, err := fill("it is 0.1234<!-- hidden/64/held -->, or (0.1 ± 0.2<!-- moons/aucsd -->)\n", r)
	want := "it is " + r.Default.Held.String()[:6] + "<!-- hidden/64/held -->, or (" + r.Plane[1].AUC.String() + "<!-- moons/aucsd -->)\n"
	if got != want || err != nil {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	dir := t.TempDir()
	for page, text := range map[string]string{"experiments.md": "1<!-- default/held -->", "answers.md": "1<!-- nosuch/held -->"} {
		if err := os.WriteFile(filepath.Join(dir, page), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err = write(r, nil, dir)
	if entries, _ := os.ReadDir(dir); err == nil || len(entries) != 2 || read(t, dir, "experiments.md") != "1<!-- default/held -->" {
		t.Errorf("a page with an unknown number: %v, and the folder has %v", err, entries)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A quick run writes everything, one that is interrupted nothing.
func TestQuick(t *testing.T) {
	out := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	command := func(w io.Writer) (int, string) {
		var stdout strings.Builder
		code := run(ctx, []string{"-quick", "-out", out}, &stdout, w)
		return code, stdout.String()
	}
	var messages strings.Builder
	if code, _ := command(&messages); code != 1 || !strings.Contains(messages.String(), "experiments.md") || strings.Count(messages.String(), "\n") != 1 {
		t.Errorf("no pages: exit %d, %q", code, messages.String())
	}
	for _, page := range pages {
		if err := os.WriteFile(filepath.Join(out, page), []byte(read(t, docs, page)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	messages.Reset()
	code, stdout := command(&messages)
	if code != 0 || !strings.Contains(stdout, "best of the search:\ngo run ./cmd/train") || !strings.Contains(messages.String(), "confirm: 2 of 2 runs done\n") {
		t.Fatalf("exit %d, %q, %q", code, stdout, messages.String())
	}
	for _, line := range strings.Split(stdout, "\n") {
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "go run") && !strings.HasPrefix(line, "written to") {
			t.Errorf("wider than 80: %s", line)
		}
	}
	r := resultsIn(t, out)
	if !r.Quick || strings.Contains(r.Best.Command, "-seed") || r.Confirmed.Command != r.Best.Command+" -seed 2" {
		t.Errorf("%q is confirmed by %q", r.Best.Command, r.Confirmed.Command)
	}
	for _, page := range pages {
		text := read(t, out, page)
		if filled, err := fill(text, r); err != nil || filled != text {
			t.Errorf("%s is not filled: %v", page, err)
		}
	}
	drawn, err := filepath.Glob(filepath.Join(out, "figures", "*.svg"))
	if err != nil || len(drawn) != 2*len(sweeps)+8 {
		t.Errorf("%d figures, %v", len(drawn), err)
	}
	for _, name := range drawn {
		b, err := os.ReadFile(name)
		if err != nil || xml.Unmarshal(b, new(struct{})) != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.Remove(filepath.Join(out, "results.json")); err != nil {
		t.Fatal(err)
	}
	messages.Reset()
	code, stdout = command(writerFunc(func(p []byte) (int, error) {
		cancel()
		return messages.Write(p)
	}))
	if _, err := os.Stat(filepath.Join(out, "results.json")); err == nil || code != 130 || stdout != "" || !strings.HasSuffix(messages.String(), "\nexperiments: interrupted\n") {
		t.Errorf("interrupted: exit %d, %q, %q, results: %v", code, stdout, messages.String(), err)
	}
}

func TestBest(t *testing.T) {
	for _, c := range []struct {
		held   []float64
		want   int
		border bool
	}{
		{[]float64{0.1, 0.9, 0.2}, 1, false},
		{[]float64{0.9, 0.1, 0.2}, 0, true},
		{[]float64{0.1, 0.2, 0.9}, 2, true},
		{[]float64{0.1, 0.5, 0.5}, 1, false}, // the first on a tie
		{[]float64{0.1, 0.5, 0}, 1, false},   // a point that diverged has 0
	} {
		var points []point
		for _, h := range c.held {
			points = append(points, point{Held: stat{Mean: h}})
		}
		if at, border := best(points); at != c.want || border != c.border {
			t.Errorf("%v: %d, on the border: %v", c.held, at, border)
		}
	}
}

func TestSummarise(t *testing.T) {
	// The macro F1 of these: (6/7 + 8/9)/2 and (4/7 + 6/9)/2.
	a := trial.Result{Train: network.Score{Accuracy: 1}, Test: network.Score{Accuracy: 0.8}, Confusion: &trial.Confusion{Classes: []string{"0", "1"}, Count: [][]int{{3, 1}, {0, 4}}},
		History: []trial.Record{{Epoch: 2, Score: network.Score{DataLoss: 0.2, Total: 0.3}}}}
	b := trial.Result{Train: network.Score{Accuracy: 1}, Test: network.Score{Accuracy: 0.6}, Confusion: &trial.Confusion{Classes: []string{"0", "1"}, Count: [][]int{{2, 2}, {1, 3}}},
		History: []trial.Record{{Epoch: 2, Score: network.Score{DataLoss: 0.4, Total: 0.5}}}}
	s := series{dataset.Moons(4, 0, trial.Rand(1, 0)), trial.Defaults}
	s.params.BatchSize, s.params.Lambda = 0, 0.001
	a.ROC, b.ROC = &trial.Curve{AUC: 0.5}, &trial.Curve{AUC: 1}
	got := summarise("x", s, []trial.Result{a, b})
	want := point{Value: "x", Command: "go run ./cmd/train -folds 2 -data moons -batch 0 -lambda 0.001", AUC: stat{0.75, 0.353553},
		Train: stat{1, 0}, Held: stat{0.7, 0.141421}, MacroF1: stat{0.746032, 0.179583},
		Loss: []loss{{Epoch: 2, Data: 0.3, Total: 0.4}}, Count: [][]int{{5, 3}, {1, 7}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := summarise("x", s, []trial.Result{a, {Diverged: network.ErrDiverged}}); got.Diverged != 1 || got.Held.Mean != 0 || got.Loss != nil {
		t.Errorf("with one that diverged: %+v", got)
	}
}
