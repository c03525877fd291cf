package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"

	"chainrule/cmd/internal/cli"
)

// pages are the pages with tables and numbers from the results.
var pages = []string{"experiments.md", "answers.md"}

var (
	// A table follows its comment and ends with an empty line.
	tableBlock = regexp.MustCompile(`(?s)(<!-- table (\w+) -->\n).*?(\n\n)`)
	// A number precedes its comment.
	numberMark = regexp.MustCompile(`[^\s(|*]+( ± \d\.\d+)?(<!-- ([\w.+/-]+) -->)`)
)

// fill returns the page with the tables and numbers of the results. One that they do
// not have is an error.
func fill(page string, r results) (filled string, err error) {
	tables, numbers := r.tables(), r.numbers()
	filled = tableBlock.ReplaceAllStringFunc(page, func(block string) string {
		m := tableBlock.FindStringSubmatch(block)
		rows, ok := tables[m[2]]
		if !ok {
			err = fmt.Errorf("there is no table %q", m[2])
		}
		return m[1] + markdown(rows) + "\n"
	})
	filled = numberMark.ReplaceAllStringFunc(filled, func(number string) string {
		m := numberMark.FindStringSubmatch(number)
		value, ok := numbers[m[3]]
		if !ok {
			err = fmt.Errorf("there is no number %q", m[3])
		}
		return value + m[2]
	})
	return filled, err
}

// numbers returns the formatted numbers by name, such as default/held,
// hidden/64/train, hidden/best, moons/auc and confirmed/f1. A name that ends in
// sd, such as default/heldsd, stands for mean ± standard deviation.
func (r results) numbers() map[string]string {
	all := make(map[string]string)
	add := func(name string, s stat) {
		all[name], all[name+"sd"] = fmt.Sprintf("%.4f", s.Mean), s.String()
	}
	addPoint := func(name string, p point) {
		add(name+"/train", p.Train)
		add(name+"/held", p.Held)
		add(name+"/f1", p.MacroF1)
		if p.AUC != (stat{}) {
			add(name+"/auc", p.AUC)
		}
		if len(p.Loss) > 0 {
			all[name+"/loss"] = fmt.Sprintf("%.4f", p.Loss[len(p.Loss)-1].Data)
		}
	}
	addPoint("default", r.Default)
	addPoint("best", r.Best)
	addPoint("confirmed", r.Confirmed)
	for _, p := range r.Plane {
		addPoint(p.Value, p)
	}
	for _, s := range r.Sweeps {
		all[s.Name+"/best"] = s.Best
		for _, p := range s.Points {
			addPoint(s.Name+"/"+p.Value, p)
		}
	}
	return all
}

// tables returns the tables by name. The first row of each is its header.
func (r results) tables() map[string][][]string {
	row := func(name string, p point) []string {
		if p.Diverged > 0 {
			return []string{name, fmt.Sprintf("diverged in %d of %d folds", p.Diverged, r.Folds), "", ""}
		}
		return []string{name, p.Train.String(), p.Held.String(), p.MacroF1.String()}
	}
	header := func(name string) [][]string {
		return [][]string{{name, "training accuracy", "held-out accuracy", "held-out macro F1"}}
	}
	all := make(map[string][][]string)
	for _, s := range r.Sweeps {
		rows := header(s.Name)
		for _, p := range s.Points {
			value := p.Value
			switch {
			case value == s.Best && s.Border:
				value += " (best, border)"
			case value == s.Best:
				value += " (best)"
			}
			rows = append(rows, row(value, p))
		}
		all[s.Name] = rows
	}
	all["plane"] = [][]string{{"data", "held-out accuracy", "macro F1", "ROC AUC"}}
	for _, p := range r.Plane {
		all["plane"] = append(all["plane"], []string{p.Value, p.Held.String(), p.MacroF1.String(), p.AUC.String()})
	}
	all["search"] = header("command")
	for _, p := range r.Search {
		all["search"] = append(all["search"], row("`"+strings.TrimPrefix(p.Command, "go run ./cmd/")+"`", p))
	}
	all["best"] = append(header(""), row("defaults", r.Default), row("best of the search", r.Best), row("the same, other folds", r.Confirmed))
	return all
}

// markdown formats the rows as a table of a page.
func markdown(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat(" --- |", len(row)))
		}
	}
	return b.String()
}

// text formats all tables but that of the search for a terminal.
func text(r results) string {
	var b strings.Builder
	names := []string{"plane"}
	for _, s := range r.Sweeps {
		names = append(names, s.Name)
	}
	tables := r.tables()
	for _, name := range append(names, "best") {
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range tables[name] {
			fmt.Fprintln(t, strings.Join(row, "\t"))
		}
		t.Flush()
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "best of the search:\n%s\n", r.Best.Command)
	return b.String()
}

// write writes the results, the figures and the pages into the folder. It writes
// nothing if a page asks for something that the results do not have.
func write(r results, all []figure, dir string) error {
	filled := make(map[string]string)
	for _, page := range pages {
		name := filepath.Join(dir, page)
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if filled[name], err = fill(string(old), r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o755); err != nil {
		return err
	}
	for _, f := range all {
		if err := cli.WriteFile(filepath.Join(dir, "figures", f.name), f.picture.WriteSVG); err != nil {
			return err
		}
	}
	for name, text := range filled {
		if err := cli.WriteFile(name, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}); err != nil {
			return err
		}
	}
	return cli.WriteFile(filepath.Join(dir, "results.json"), r.write)
}
