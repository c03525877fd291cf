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

// pages have tables and numbers that come from the results.
var pages = []string{"experiments.md", "answers.md"}

var (
	// A table stands between its comment and an empty line.
	tableBlock = regexp.MustCompile(`(?s)(<!-- table (\w+) -->\n).*?(\n\n)`)
	// A number stands before its comment.
	numberMark = regexp.MustCompile(`[^\s(|*]+( ± \d\.\d+)?(<!-- ([\w.+/-]+) -->)`)
)

// fill returns the page with its tables and numbers as the results are, and how
// many there are. A table or a number that the results do not have is an error.
func fill(page string, r results) (filled string, blocks int, err error) {
	filled = tableBlock.ReplaceAllStringFunc(page, func(block string) string {
		m := tableBlock.FindStringSubmatch(block)
		rows, ok := r.table(m[2])
		if !ok {
			err = fmt.Errorf("there is no table %q", m[2])
		}
		blocks++
		return m[1] + markdown(rows) + "\n"
	})
	filled = numberMark.ReplaceAllStringFunc(filled, func(number string) string {
		m := numberMark.FindStringSubmatch(number)
		value, ok := r.number(m[3])
		if !ok {
			err = fmt.Errorf("there is no number %q", m[3])
		}
		blocks++
		return value + m[2]
	})
	return filled, blocks, err
}

// number returns the number of that name: default/held, hidden/64/train,
// hidden/best, moons/auc, confirmed/f1; with sd behind it, mean ± deviation.
func (r results) number(name string) (string, bool) {
	parts := strings.Split(name, "/")
	last := parts[len(parts)-1]
	metric, sd := strings.CutSuffix(last, "sd")
	show := func(s stat) (string, bool) {
		if sd {
			return s.String(), true
		}
		return fmt.Sprintf("%.4f", s.Mean), true
	}
	of := func(p point) (string, bool) {
		switch metric {
		case "train":
			return show(p.Train)
		case "held":
			return show(p.Held)
		case "f1":
			return show(p.MacroF1)
		case "loss":
			if len(p.Loss) > 0 {
				return fmt.Sprintf("%.4f", p.Loss[len(p.Loss)-1].Data), true
			}
		}
		return "", false
	}
	switch {
	case len(parts) == 2 && parts[0] == "default":
		return of(r.Default)
	case len(parts) == 2 && parts[0] == "best":
		return of(r.Best)
	case len(parts) == 2 && parts[0] == "confirmed":
		return of(r.Confirmed)
	}
	for _, p := range r.Plane {
		if len(parts) == 2 && parts[0] == p.Name {
			switch metric {
			case "held":
				return show(p.Held)
			case "f1":
				return show(p.MacroF1)
			case "auc":
				return show(p.AUC)
			}
		}
	}
	for _, s := range r.Sweeps {
		if s.Name != parts[0] {
			continue
		}
		if len(parts) == 2 && last == "best" {
			return s.Best, true
		}
		for _, p := range s.Points {
			if len(parts) == 3 && p.Value == parts[1] {
				return of(p)
			}
		}
	}
	return "", false
}

// table returns the rows of a table, the first of them its header.
func (r results) table(name string) (rows [][]string, ok bool) {
	cells := func(p point) []string {
		if p.Diverged > 0 {
			return []string{fmt.Sprintf("diverged in %d of %d folds", p.Diverged, r.Folds), "", ""}
		}
		return []string{p.Train.String(), p.Held.String(), p.MacroF1.String()}
	}
	metrics := []string{"training accuracy", "held-out accuracy", "held-out macro F1"}
	for _, s := range r.Sweeps {
		if s.Name != name {
			continue
		}
		rows = append(rows, append([]string{s.Name}, metrics...))
		for _, p := range s.Points {
			value := p.Value
			if value == s.Best {
				value += " (best)"
				if s.Border {
					value = p.Value + " (best, border)"
				}
			}
			rows = append(rows, append([]string{value}, cells(p)...))
		}
		return rows, true
	}
	switch name {
	case "plane":
		rows = append(rows, []string{"data", "held-out accuracy", "macro F1", "ROC AUC"})
		for _, p := range r.Plane {
			rows = append(rows, []string{p.Name, p.Held.String(), p.MacroF1.String(), p.AUC.String()})
		}
		return rows, true
	case "search":
		rows = append(rows, append([]string{"as computed by"}, metrics...))
		for _, p := range r.Search {
			rows = append(rows, append([]string{"`" + strings.TrimPrefix(p.Command, "go run ./cmd/") + "`"}, cells(p)...))
		}
		return rows, true
	case "best":
		rows = append(rows, append([]string{""}, metrics...))
		rows = append(rows, append([]string{"defaults"}, cells(r.Default)...))
		rows = append(rows, append([]string{"best of the search"}, cells(r.Best)...))
		rows = append(rows, append([]string{"it, on other folds"}, cells(r.Confirmed)...))
		return rows, true
	}
	return nil, false
}

// markdown returns the rows as a table of a page.
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

// text returns all tables for a terminal.
func text(r results) string {
	var b strings.Builder
	names := []string{"plane"}
	for _, s := range r.Sweeps {
		names = append(names, s.Name)
	}
	for i, name := range append(names, "best") {
		rows, _ := r.table(name)
		if i > 0 {
			fmt.Fprintln(&b)
		}
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range rows {
			fmt.Fprintln(t, strings.Join(row, "\t"))
		}
		t.Flush()
	}
	fmt.Fprintf(&b, "\nbest of the search:\n%s\n", r.Best.Command)
	return b.String()
}

// write writes the results, the pictures and the pages into the folder.
func write(r results, dir string) error {
	all, err := figures(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o755); err != nil {
		return err
	}
	for _, f := range all {
		if err := cli.WriteFile(filepath.Join(dir, "figures", f.name), f.picture.WriteSVG); err != nil {
			return err
		}
	}
	for _, page := range pages {
		name := filepath.Join(dir, page)
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		filled, _, err := fill(string(old), r)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := cli.WriteFile(name, func(w io.Writer) error {
			_, err := io.WriteString(w, filled)
			return err
		}); err != nil {
			return err
		}
	}
	return cli.WriteFile(filepath.Join(dir, "results.json"), r.write)
}
