package main

import (
	"slices"
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
