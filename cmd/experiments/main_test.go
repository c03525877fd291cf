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
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/trial"
)

const docs = "../../docs"

var update = flag.Bool("update", false, "rewrite the tables and numbers of the pages from results.json")

func measured(t *testing.T) (r results) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(docs, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// The tables and the numbers of the pages are those of the results.
func TestPagesAgreeWithResults(t *testing.T) {
	r := measured(t)
	if r.Quick || r.Folds != 5 || len(r.Sweeps) != len(sweeps) {
		t.Fatalf("results.json is not of a whole run: quick %v, %d folds, %d sweeps", r.Quick, r.Folds, len(r.Sweeps))
	}
	for page, least := range map[string]int{"experiments.md": 8, "answers.md": 20} {
		b, err := os.ReadFile(filepath.Join(docs, page))
		if err != nil {
			t.Fatal(err)
		}
		filled, blocks, err := fill(string(b), r)
		if err != nil || blocks < least {
			t.Errorf("%s: %d tables and numbers, want at least %d; %v", page, blocks, least, err)
		}
		if *update {
			if err := os.WriteFile(filepath.Join(docs, page), []byte(filled), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		had, want := strings.Split(string(b), "\n"), strings.Split(filled, "\n")
		for n := range min(len(had), len(want)) {
			if had[n] != want[n] {
				t.Errorf("%s:%d disagrees with results.json; to mend the page: go test ./cmd/experiments -update\n-%s\n+%s", page, n+1, had[n], want[n])
			}
		}
		if len(had) != len(want) {
			t.Errorf("%s has %d lines, by results.json %d", page, len(had), len(want))
		}
		// No measured number stands there without its name. (Those below 0.01 are
		// values of λ.)
		bare := regexp.MustCompile(`(?m)^\|.*$|[^\s(|*]+( ± [\d.]+)?<!-- [\w.+/-]+ -->`).ReplaceAllString(string(b), "")
		if m := regexp.MustCompile(`0\.(0[1-9]|[1-9]\d)\d\d`).FindString(bare); m != "" {
			t.Errorf("%s: the number %q does not say which result it is", page, m)
		}
		for _, m := range regexp.MustCompile(`\]\((figures/[^)]+)\)`).FindAllStringSubmatch(string(b), -1) {
			if _, err := os.Stat(filepath.Join(docs, m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// What the issue of these experiments asks for, of what was measured.
func TestResultsAreGoodEnough(t *testing.T) {
	r := measured(t)
	for _, p := range []point{r.Best, r.Confirmed} {
		if p.Held.Mean < 0.978 || p.MacroF1.Mean < 0.978 {
			t.Errorf("%s: accuracy %v, macro F1 %v, want 0.978", p.Command, p.Held, p.MacroF1)
		}
	}
	for name, least := range map[string]int{"hidden": 6, "rate": 7, "epochs": 6, "lambda": 7, "batch": 5} {
		found := false
		for _, s := range r.Sweeps {
			found = found || s.Name == name && len(s.Points) >= least
		}
		if !found {
			t.Errorf("no sweep of %s with %d points", name, least)
		}
	}
}

func TestFillRefuses(t *testing.T) {
	r := measured(t)
	for _, page := range []string{"<!-- table nosuch -->\n\n\n", "1<!-- hidden/3/held -->", "1<!-- hidden/64/auc -->", "1<!-- nosuch/held -->"} {
		if _, _, err := fill(page, r); err == nil {
			t.Errorf("%q: no error", page)
		}
	}
	got, blocks, err := fill("it is 0.1234<!-- hidden/64/held -->, or (0.1 ± 0.2<!-- moons/aucsd -->)\n", r)
	want := "it is " + r.Default.Held.String()[:6] + "<!-- hidden/64/held -->, or (" + r.Plane[1].AUC.String() + "<!-- moons/aucsd -->)\n"
	if got != want || blocks != 2 || err != nil {
		t.Errorf("%q, %d, %v; want %q", got, blocks, err, want)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A quick run that is stopped continues where it was, and writes everything.
func TestQuick(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("HOME", filepath.Join(dir, "cache"))
	ctx, cancel := context.WithCancel(context.Background())
	out := filepath.Join(dir, "docs")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	command := func(ctx context.Context, w io.Writer) (int, string) {
		var stdout strings.Builder
		code := run(ctx, []string{"-quick", "-out", out}, &stdout, w)
		return code, stdout.String()
	}
	var messages strings.Builder
	if code, _ := command(ctx, &messages); code != 1 || !strings.Contains(messages.String(), "experiments.md") || strings.Count(messages.String(), "\n") != 1 {
		t.Errorf("no pages: exit %d, %q", code, messages.String())
	}
	for _, page := range pages {
		b, err := os.ReadFile(filepath.Join(docs, page))
		if err != nil {
			t.Fatal(err)
		}
		// A quick run does not have the longest of the epochs.
		b = regexp.MustCompile(`[^\s(|*]+<!-- epochs/300/\w+ -->`).ReplaceAll(b, nil)
		if err := os.WriteFile(filepath.Join(out, page), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	messages.Reset()
	code, stdout := command(ctx, writerFunc(func(p []byte) (int, error) {
		if !strings.HasPrefix(string(p), "1 of") {
			cancel()
		}
		return messages.Write(p)
	}))
	if code != 130 || stdout != "" || !strings.HasSuffix(messages.String(), "experiments: interrupted; the same command continues from here\n") {
		t.Fatalf("stopped: exit %d, %q, %q", code, stdout, messages.String())
	}
	messages.Reset()
	code, stdout = command(context.Background(), &messages)
	if code != 0 || !strings.Contains(stdout, "best of the search:\ngo run ./cmd/train") || strings.HasPrefix(messages.String(), "1 of") || messages.Len() == 0 {
		t.Fatalf("continued: exit %d, %q, %q", code, stdout, messages.String())
	}
	for _, line := range strings.Split(stdout, "\n") {
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "go run") && !strings.HasPrefix(line, "written to") {
			t.Errorf("wider than 80: %s", line)
		}
	}
	lines := strings.Split(strings.TrimSuffix(messages.String(), "\n"), "\n")
	if m := regexp.MustCompile(`^(\d+) of (\d+) trainings done`).FindStringSubmatch(lines[len(lines)-1]); m == nil || m[1] != m[2] {
		t.Errorf("what was done is done again: %s", lines[len(lines)-1])
	}
	b, err := os.ReadFile(filepath.Join(out, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r results
	if err := json.Unmarshal(b, &r); err != nil || !r.Quick {
		t.Fatalf("%+v, %v", r, err)
	}
	if strings.Contains(r.Best.Command, "-seed") || r.Confirmed.Command != r.Best.Command+" -seed 2" {
		t.Errorf("%q is confirmed by %q", r.Best.Command, r.Confirmed.Command)
	}
	for _, page := range pages {
		b, err := os.ReadFile(filepath.Join(out, page))
		if err != nil {
			t.Fatal(err)
		}
		if filled, _, err := fill(string(b), r); err != nil || filled != string(b) {
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
	if left, _ := filepath.Glob(filepath.Join(dir, "cache", "chainrule", "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestBest(t *testing.T) {
	p := func(held float64, diverged int) point {
		return point{Value: strconv.FormatFloat(held, 'g', -1, 64), Held: stat{Mean: held}, Diverged: diverged}
	}
	for _, c := range []struct {
		points []point
		want   string
		border bool
	}{
		{[]point{p(0.1, 0), p(0.9, 0), p(0.2, 0)}, "0.9", false},
		{[]point{p(0.9, 0), p(0.1, 0), p(0.2, 0)}, "0.9", true},
		{[]point{p(0.1, 0), p(0.2, 0), p(0.9, 0)}, "0.9", true},
		{[]point{p(0.1, 0), p(0.5, 0), p(0.5, 0)}, "0.5", false}, // the first of equals
		{[]point{p(0.1, 0), p(0.5, 0), p(0.9, 1)}, "0.5", false}, // one that diverged is none
		{[]point{p(0.9, 5)}, "", false},
	} {
		if at, border := best(c.points); at.Value != c.want || border != c.border {
			t.Errorf("%v: %q, on the border: %v", c.points, at.Value, border)
		}
	}
}

func TestSummarise(t *testing.T) {
	a := outcome{Train: 1, Held: 0.8, MacroF1: 0.7, Loss: []trial.Loss{{Epoch: 2, Data: 0.2, Total: 0.3}}, Count: [][]int{{3, 1}, {0, 4}}}
	b := outcome{Train: 1, Held: 0.6, MacroF1: 0.5, Loss: []trial.Loss{{Epoch: 2, Data: 0.4, Total: 0.5}}, Count: [][]int{{2, 2}, {1, 3}}}
	p := trial.Defaults
	p.BatchSize, p.Lambda = 0, 0.001
	got := summarise("x", p, []outcome{a, b})
	want := point{Value: "x", Command: "go run ./cmd/train -folds 2 -batch 0 -lambda 0.001",
		Train: stat{1, 0}, Held: stat{0.7, 0.141421}, MacroF1: stat{0.6, 0.141421},
		Loss: []trial.Loss{{Epoch: 2, Data: 0.3, Total: 0.4}}, Count: [][]int{{5, 3}, {1, 7}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := summarise("x", p, []outcome{a, {Diverged: "so"}}); got.Diverged != 1 || got.Held.Mean != 0 || got.Loss != nil {
		t.Errorf("with one that diverged: %+v", got)
	}
	if got := uniq(append(jobs(p, 3), jobs(p, 3)...)); len(got) != 3 || got[2].Fold != 2 {
		t.Errorf("jobs twice: %v", got)
	}
}
