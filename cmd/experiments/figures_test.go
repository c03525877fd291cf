package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

// The figures name values that are measured, and as the default the default.
func TestViews(t *testing.T) {
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	todo := newPlan(newSources(digits), 1)
	for _, v := range views {
		i := slices.IndexFunc(todo, func(g planned) bool { return g.name == v.group })
		if i < 0 {
			t.Errorf("there is no group %q", v.group)
			continue
		}
		for _, value := range v.curves {
			if !slices.ContainsFunc(todo[i].entries, func(e entry) bool { return e.value == value }) {
				t.Errorf("%s has no value %q", v.group, value)
			}
		}
		for _, e := range todo[i].entries {
			p := e.Params
			if e.after > 0 {
				p.Epochs = e.after
			}
			if standard := v.set == "Digits" && p == trial.Defaults; standard != (e.value == v.standard) {
				t.Errorf("%s %s is the default: %v, and drawn as %v", v.group, e.value, standard, !standard)
			}
		}
		if v.standard != "" && v.curves != nil && !slices.Contains(v.curves, v.standard) {
			t.Errorf("%s: the learning curves do not include the default", v.group)
		}
	}
}

// The figures of docs show results.json, and networks that are trained again here.
func TestFigures(t *testing.T) {
	if !sameArithmetic() {
		t.Skip("other rounding than where results.json was written")
	}
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	r, d := resultsIn(t, docs), newSources(digits)
	first := func(s series) trial.Result {
		result, err := trial.Run(context.Background(), s.jobs(1, r.Folds)[0])
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	for _, f := range figures(r, first, d, newPlan(d, 1), weights(d, 1)) {
		var b strings.Builder
		if err := f.WriteSVG(&b); err != nil {
			t.Errorf("%s: %v", f.name, err)
		} else if *update {
			if err := os.WriteFile(filepath.Join(docs, "figures", f.name), []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if b.String() != read(t, docs, "figures/"+f.name) {
			t.Errorf("%s is not the figure of results.json; to draw it again: go test ./cmd/experiments -update", f.name)
		}
	}
}
