package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
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

const docs = "../../docs"

var update = flag.Bool("update", false, "rewrite the tables, numbers and figures of the pages from results.json")

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

// planOf returns the plan of a complete run with the given results.
func planOf(t *testing.T, r results) plan {
	t.Helper()
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	d := newSources(digits)
	all := newPlan(d, 1)
	return append(all, final(d, all, r.group("search"), 1)...)
}

// elsewhere are numbers on the pages that others measured.
var elsewhere = []string{"0.9805", "0.991"}

// The pages show the tables and numbers of results.json.
func TestPagesAgreeWithResults(t *testing.T) {
	r := resultsIn(t, docs)
	for page, least := range map[string]int{"experiments.md": 13, "answers.md": 20} {
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
		// Every measured number is marked with its name. (Numbers with fewer digits, or
		// below 0.01, are hyperparameters.)
		bare := regexp.MustCompile(`(?m)^\|.*$`).ReplaceAllString(numberMark.ReplaceAllString(text, ""), "")
		for _, m := range regexp.MustCompile(`0\.(0[1-9]|[1-9]\d)\d+`).FindAllString(bare, -1) {
			if !slices.Contains(elsewhere, m) {
				t.Errorf("%s: the number %q is not marked with its name", page, m)
			}
		}
		for _, m := range regexp.MustCompile(`\]\((figures/[^)]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(docs, m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// unsupported returns the causal sentences of a page that cite no number, table or
// section.
func unsupported(text string) (all []string) {
	causal := regexp.MustCompile(`(?i)\b(because|so|therefore|hence|thus|the reason)\b`)
	cites := regexp.MustCompile(`<!-- [^>]+ -->|\]\([^)]*#[^)]*\)`)
	for _, sentence := range regexp.MustCompile(`[.?!]\**\s+|\n\n`).Split(text, -1) {
		if causal.MatchString(sentence) && !cites.MatchString(sentence) {
			all = append(all, sentence)
		}
	}
	return all
}

// Each causal sentence of the answers cites what supports it.
func TestCausesAreSupported(t *testing.T) {
	for _, s := range unsupported(read(t, docs, "answers.md")) {
		t.Errorf("answers.md: no number, table or section supports: %s", s)
	}
	const text = "It falls because of 3. *A:* so it is. Therefore 0.1<!-- a/b -->. It is\nso, see [this](x.md#y). It is so<!-- c -->."
	if got, want := unsupported(text), []string{"It falls because of 3", "*A:* so it is"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// results.json is that of a complete run of the plan, and the statistics follow from
// the accuracies of the runs.
func TestResultsAreConsistent(t *testing.T) {
	r := resultsIn(t, docs)
	all := planOf(t, r)
	if r.Quick || r.Seeds != 5 || r.Folds != 5 || len(r.Groups) != len(all) {
		t.Fatalf("quick %v, %d seeds, %d folds, %d groups, want those of a complete run, %d groups", r.Quick, r.Seeds, r.Folds, len(r.Groups), len(all))
	}
	for i, g := range r.Groups {
		if g.Name != all[i].name || len(g.Points) != len(all[i].entries) {
			t.Fatalf("group %s: %d points, want group %s with %d", g.Name, len(g.Points), all[i].name, len(all[i].entries))
		}
		again := group{Name: g.Name, Splits: all[i].entries[0].perSeed(r.Folds), Ratio: all[i].ratio(r.Folds), Points: slices.Clone(g.Points)}
		for k, p := range g.Points {
			e := all[i].entries[k]
			folds := e.perSeed(r.Folds)
			if jobs := e.jobs(r.Seeds, r.Folds); len(p.Runs) != len(jobs) {
				t.Errorf("%s/%s: %d runs, want %d", g.Name, p.Value, len(p.Runs), len(jobs))
			} else if p.Diverged < len(p.Runs) && newStat(p.Runs, folds) != p.Held {
				t.Errorf("%s/%s: held-out accuracy %+v, the runs give %+v", g.Name, p.Value, p.Held, newStat(p.Runs, folds))
			}
			if p.Value != e.value || p.Command != e.command(r.Folds) {
				t.Errorf("%s/%s: command %q, want %s, %q", g.Name, p.Value, p.Command, e.value, e.command(r.Folds))
			}
			again.Points[k].Behind, again.Points[k].Best = interval{}, false
		}
		if all[i].paired() {
			again.compare()
		}
		if !reflect.DeepEqual(again, g) {
			t.Errorf("%s: the comparison of the points does not follow from their runs", g.Name)
		}
	}
}

// sameArithmetic reports whether x·y + z is rounded twice, as by plain loops on amd64.
// Other processors, and vectors, round it once, and training makes a difference in the
// last digit grow.
func sameArithmetic() bool { return runtime.GOARCH == "amd64" && matrix.Kernel() == "plain loops" }

// Three runs give the accuracies of results.json, exactly. Two are chosen at random, and
// one is close to divergence: there the last bit of a sum decides.
func TestThreeRunsAgain(t *testing.T) {
	if !sameArithmetic() {
		t.Skip("other rounding than where results.json was written")
	}
	r := resultsIn(t, docs)
	all := planOf(t, r)
	for draw := range 3 {
		i := rand.IntN(len(all))
		k := rand.IntN(len(all[i].entries))
		if draw == 0 {
			i = slices.IndexFunc(all, func(p planned) bool { return p.name == "bend_digits" })
			k = slices.IndexFunc(all[i].entries, func(e entry) bool { return e.value == "identity" })
		}
		e, runs := all[i].entries[k], r.Groups[i].Points[k].Runs
		n := rand.IntN(len(runs))
		job := e.jobs(r.Seeds, r.Folds)[n]
		result, err := trial.Run(context.Background(), job)
		if err != nil {
			t.Fatal(err)
		}
		got := tested([]trial.Result{result}, e.after)[0]
		t.Logf("%s/%s, seed %d, fold %d: accuracy %v, diverged: %v", all[i].name, e.value, job.Seed, job.Fold, got.Test.Accuracy, got.Diverged)
		if want := runs[n]; (want == nil) != (got.Diverged != nil) || want != nil && got.Test.Accuracy != *want {
			t.Errorf("%s/%s, seed %d, fold %d: not the accuracy of results.json", all[i].name, e.value, job.Seed, job.Fold)
		}
	}
}

// The command of a point prints the accuracies of the runs of seed 1.
func TestCommand(t *testing.T) {
	if !sameArithmetic() {
		t.Skip("other rounding than where results.json was written")
	}
	for _, p := range []point{resultsIn(t, docs).group("steps").point("64"), resultsIn(t, docs).group("bend_moons").point("identity")} {
		c := exec.Command("go", strings.Fields(p.Command)[1:]...)
		c.Dir = "../.."
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v", p.Command, err)
		}
		rows := regexp.MustCompile(`(?m)^ *\d+ +\d+ +[01]\.\d+ +([01]\.\d+)`).FindAllStringSubmatch(string(out), -1)
		for i, row := range rows {
			if want := strconv.FormatFloat(*p.Runs[i], 'f', 4, 64); row[1] != want {
				t.Errorf("%s: fold %d: got %s, want %s", p.Command, i+1, row[1], want)
			}
		}
		if len(rows) != 5 {
			t.Errorf("%s: %d folds in\n%s", p.Command, len(rows), out)
		}
	}
}

// The search sees no sample of the part set aside, whatever the seed.
func TestSearchDoesNotSeeThePartSetAside(t *testing.T) {
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	aside := newSources(digits).aside.splits(1, 1)[0].held
	for _, s := range aside {
		digits.X.Set(s, 0, 1000) // a mark
	}
	d := newSources(digits)
	for seed := range uint64(5) {
		for _, sp := range d.searching.splits(seed+1, 5) {
			if slices.Contains(sp.set.X.Data, 1000) || sp.set.X.Rows+len(aside) != digits.X.Rows {
				t.Fatal("the search has samples of the part set aside, or not all others")
			}
		}
	}
	for _, g := range newPlan(d, 1) {
		if uses := slices.ContainsFunc(g.entries, func(e entry) bool { return e.source == d.searching }); uses != (g.name == "search") {
			t.Errorf("group %s uses the samples of the search: %v", g.name, uses)
		}
	}
}

// The experiments are of use only if the results are good, and if the effects that
// they are to show are there.
func TestResultsAreGoodEnough(t *testing.T) {
	r := resultsIn(t, docs)
	if p := r.group("final").point("winner"); p.Held.Mean < 0.975 || p.MacroF1.Mean < 0.975 {
		t.Errorf("the winner: accuracy %v, macro F1 %v, want 0.975", p.Held, p.MacroF1)
	}
	// A U: the best values are not at the ends.
	for _, name := range []string{"few_moons_lambda", "few_digits_epochs", "few_digits_lambda"} {
		if g := r.group(name); g.Border || len(g.Points) < 5 {
			t.Errorf("%s: %d points, the best at the end: %v", name, len(g.Points), g.Border)
		}
	}
	rise := func(name, from, to string) interval {
		g := r.group(name)
		return paired(g.point(to).Losses, g.point(from).Losses, g.Splits, g.Ratio)
	}
	if up, down := rise("few_moons_epochs", "300", "3000"), rise("few_clean_epochs", "60", "300"); up.Mean < up.Half || -down.Mean < down.Half {
		t.Errorf("the held-out loss rises by %v on few moons, and by %v on few digits with the right labels", up, down)
	}
}

func TestFillRefuses(t *testing.T) {
	r := resultsIn(t, docs)
	for _, page := range []string{"<!-- table nosuch -->\n\n\n", "1<!-- hidden/3/held -->", "1<!-- hidden/64/auc -->", "1<!-- nosuch/held -->"} {
		if _, err := fill(page, r); err == nil {
			t.Errorf("%q: no error", page)
		}
	}
	got, err := fill("it is 0.1234<!-- hidden/64/held -->, or (0.1 ± 0.2<!-- plane/moons/aucci -->)\n", r)
	want := "it is " + r.group("hidden").point("64").Held.String()[:6] + "<!-- hidden/64/held -->, or (" + r.group("plane").point("moons").AUC.String() + "<!-- plane/moons/aucci -->)\n"
	if got != want || err != nil {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	dir := t.TempDir()
	for page, text := range map[string]string{"experiments.md": "1<!-- hidden/64/held -->", "answers.md": "1<!-- nosuch/held -->"} {
		if err := os.WriteFile(filepath.Join(dir, page), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err = write(r, nil, dir)
	if entries, _ := os.ReadDir(dir); err == nil || len(entries) != 2 || read(t, dir, "experiments.md") != "1<!-- hidden/64/held -->" {
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
	if code != 0 || !strings.Contains(stdout, "winner of the search:\ngo run ./cmd/train -") || !strings.Contains(messages.String(), "test: 4 of 4 runs done\n") {
		t.Fatalf("exit %d, %q, %q", code, stdout, messages.String())
	}
	for _, line := range strings.Split(stdout, "\n") {
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "go run") && !strings.HasPrefix(line, "written to") {
			t.Errorf("wider than 80: %s", line)
		}
	}
	r := resultsIn(t, out)
	if !r.Quick || r.Seeds != 2 || r.Folds != 2 {
		t.Errorf("quick %v, %d seeds, %d folds", r.Quick, r.Seeds, r.Folds)
	}
	for _, page := range pages {
		text := read(t, out, page)
		if filled, err := fill(text, r); err != nil || filled != text {
			t.Errorf("%s is not filled: %v", page, err)
		}
	}
	drawn, err := filepath.Glob(filepath.Join(out, "figures", "*.svg"))
	published, _ := filepath.Glob(filepath.Join(docs, "figures", "*.svg"))
	published = slices.DeleteFunc(published, func(name string) bool { return strings.HasPrefix(filepath.Base(name), "speed-") })
	if err != nil || len(drawn) != len(published) {
		t.Errorf("%d figures, want the %d of docs, %v", len(drawn), len(published), err)
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

func TestSummarise(t *testing.T) {
	// The macro F1 of these: (6/7 + 8/9)/2 and (4/7 + 6/9)/2.
	result := func(accuracy, train, held float64, count [][]int, auc float64) trial.Result {
		test := network.Score{Accuracy: accuracy, DataLoss: held}
		return trial.Result{Train: network.Score{Accuracy: 1}, Test: test, Confusion: &trial.Confusion{Classes: []string{"0", "1"}, Count: count}, ROC: &trial.Curve{AUC: auc},
			History: []trial.Record{{Epoch: 2, Score: network.Score{DataLoss: train}, Held: test}}}
	}
	results := []trial.Result{
		result(0.8, 0.2, 0.3, [][]int{{3, 1}, {0, 4}}, 0.5), {Diverged: network.ErrDiverged},
		{Diverged: network.ErrDiverged}, result(0.6, 0.4, 0.5, [][]int{{2, 2}, {1, 3}}, 1),
	}
	got := summarise("x", results, 2)
	nan := math.NaN()
	want := point{Value: "x", Runs: list(0.8, nan, nan, 0.6), Losses: list(0.3, nan, nan, 0.5), Diverged: 2,
		Train: stat{1, 0, 0, 0, 1}, Held: stat{0.7, 1.270621, 0.141421, 0, 0.7}, MacroF1: stat{0.746032, 1.613486, 0.179583, 0, 0.746032},
		AUC: stat{0.75, 3.176551, 0.353553, 0, 0.75}, HeldLoss: stat{0.4, 1.270621, 0.141421, 0, 0.4},
		Curve: []record{{2, 0.3, 0.4, 0.7}}, Count: [][]int{{5, 3}, {1, 7}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	if got := summarise("x", results[1:2], 1); got.Diverged != 1 || got.Held != (stat{}) || got.Curve != nil {
		t.Errorf("all diverged: %+v", got)
	}
	// After an epoch without a record, the one before.
	early := tested([]trial.Result{{History: []trial.Record{{Epoch: 1, Held: network.Score{Accuracy: 0.1}}, {Epoch: 3, Held: network.Score{Accuracy: 0.3}}, {Epoch: 5}}}}, 4)
	if early[0].Test.Accuracy != 0.3 || len(early[0].History) != 2 {
		t.Errorf("after epoch 4: %+v", early[0])
	}
}
