package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// measured is what pages show: results or speed.
type measured interface {
	tables() map[string][][]string // by name; the first row of each is its header
	numbers() map[string]string    // formatted, by name
}

// fill returns the page with the tables and numbers of r. One that it does not have is
// an error.
func fill(page string, r measured) (filled string, err error) {
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

// numbers returns the formatted numbers by name: group/value/score, such as
// hidden/64/held. A score alone is its mean; with ci appended it is the mean ± half
// the 95 % interval, and with median, seeds or folds the median or that standard
// deviation. The other names:
//
//	hidden/64/gap        training accuracy − held-out accuracy
//	hidden/64/diverged   number of runs that diverged
//	hidden/64-8/diff     held-out accuracy of 64 − that of 8, paired, ± half the interval
//	hidden/64-8/lossdiff the same of the held-out data loss
//	hidden/lead          the value with the largest held-out accuracy, also instead of a value
//	hidden/best          the values that cannot be told from it, with it
//	hidden/others        how many they are, without it
//	final/winner/wilson  Wilson's interval for the network of seed 1
func (r results) numbers() map[string]string {
	all := map[string]string{"seeds": fmt.Sprint(r.Seeds), "folds": fmt.Sprint(r.Folds)}
	four := func(v float64) string { return fmt.Sprintf("%.4f", v) }
	addPoint := func(name string, p point) {
		for score, s := range map[string]stat{"train": p.Train, "held": p.Held, "f1": p.MacroF1, "auc": p.AUC, "loss": p.HeldLoss} {
			if score == "auc" && s == (stat{}) {
				continue // not two classes
			}
			for kind, v := range map[string]string{"": four(s.Mean), "ci": s.String(), "median": four(s.Median), "seeds": four(s.Seeds), "folds": four(s.Folds)} {
				if p.Diverged == len(p.Runs) {
					v = "none"
				}
				all[name+"/"+score+kind] = v
			}
		}
		all[name+"/gap"] = four(p.Train.Mean - p.Held.Mean)
		all[name+"/diverged"] = fmt.Sprint(p.Diverged)
		if w := p.Wilson; w != nil {
			all[name+"/wilson"] = fmt.Sprintf("%.4f\u00a0to\u00a0%.4f", w.Mean-w.Half, w.Mean+w.Half)
		}
	}
	for _, g := range r.Groups {
		var best []string
		for _, p := range g.Points {
			addPoint(g.Name+"/"+p.Value, p)
			if p.Best {
				best = append(best, p.Value)
			}
			for _, q := range g.Points {
				pair := g.Name + "/" + p.Value + "-" + q.Value
				all[pair+"/diff"] = paired(p.Runs, q.Runs, g.Splits, g.Ratio).String()
				all[pair+"/lossdiff"] = paired(p.Losses, q.Losses, g.Splits, g.Ratio).String()
			}
		}
		lead := g.Points[g.leader()]
		addPoint(g.Name+"/lead", lead)
		all[g.Name+"/lead"] = strings.ReplaceAll(lead.name(), " ", "\u00a0") // one word in a page
		all[g.Name+"/others"] = fmt.Sprint(max(0, len(best)-1))
		all[g.Name+"/best"] = strings.Join(best, ",\u00a0")
	}
	return all
}

func (r results) tables() map[string][][]string {
	all := make(map[string][][]string)
	for _, g := range r.Groups {
		all[g.Name] = g.table()
	}
	bend := []string{"bend_linear", "bend_moons", "bend_digits", "bend_digits8"}
	for i, what := range []string{"linear", "moons", "digits", "8 nodes"} {
		for n, row := range all[bend[i]] {
			if n > 0 {
				row[0] = what + ": " + strings.Replace(row[0], "-", ", learning rate ", 1)
			} else if i > 0 {
				continue
			}
			all["bend"] = append(all["bend"], row)
		}
		delete(all, bend[i])
	}
	return all
}

// name returns the value, and flags as code.
func (p point) name() string {
	if strings.HasPrefix(p.Value, "-") {
		return "`" + p.Value + "`"
	}
	return p.Value
}

// table returns the table of a group.
func (g group) table() [][]string {
	last := "macro F1"
	switch {
	case g.Name == "plane":
		last = "ROC AUC"
	case strings.HasPrefix(g.Name, "few"):
		last = "held-out data loss"
	}
	first := g.Name[strings.LastIndex(g.Name, "_")+1:]
	if name, ok := map[string]string{"hidden": "hidden nodes", "rate": "learning rate", "lambda": "λ", "batch": "batch size", "steps": "batch size", "linear": "network", "search": "flags of train", "final": "network"}[first]; ok {
		first = name
	}
	rows := [][]string{{first, "training accuracy", "held-out accuracy", "median", "sd: seeds, folds", "behind the best", last}}
	for i, p := range g.Points {
		name := p.name()
		switch {
		case g.border(i):
			name += " (best, border)"
		case p.Best:
			name += " (best)"
		}
		if n := len(p.Runs); p.Diverged == n {
			rows = append(rows, []string{name, fmt.Sprintf("all %d runs diverged", n), "", "", "", "", ""})
			continue
		} else if p.Diverged > 0 {
			name += fmt.Sprintf(" (%d of %d runs diverged)", p.Diverged, n)
		}
		final := fmt.Sprintf("%.4f", p.MacroF1.Mean)
		switch last {
		case "ROC AUC":
			final = fmt.Sprintf("%.4f", p.AUC.Mean)
		case "held-out data loss":
			final = p.HeldLoss.String()
		}
		behind := ""
		if p.Behind != (interval{}) {
			behind = p.Behind.String()
		}
		sd := fmt.Sprintf("%.4f", p.Held.Seeds)
		if g.Splits > 1 {
			sd += fmt.Sprintf(", %.4f", p.Held.Folds)
		}
		rows = append(rows, []string{name, fmt.Sprintf("%.4f", p.Train.Mean), p.Held.String(), fmt.Sprintf("%.4f", p.Held.Median), sd, behind, final})
	}
	return rows
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

// text formats all tables but that of the search for a terminal, with fewer columns
// than the pages have.
func text(r results) string {
	var b strings.Builder
	tables := r.tables()
	delete(tables, "search") // too wide
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range tables[name] {
			fmt.Fprintf(t, "%s\t%s\t%s\n", row[0], row[2], row[5])
		}
		t.Flush()
		fmt.Fprintln(&b)
	}
	search := r.group("search")
	fmt.Fprintf(&b, "winner of the search:\ngo run ./cmd/train %s\n", search.Points[search.leader()].Value)
	return b.String()
}

// publish writes the figures, the filled pages and a file with the results themselves into
// the folder. It writes nothing if a page asks for something that r does not have.
func publish(dir string, pages []string, r measured, all []figure, file string, save func(w io.Writer) error) error {
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
	return cli.WriteFile(filepath.Join(dir, file), save)
}

// write publishes the results.
func write(r results, all []figure, dir string) error {
	return publish(dir, pages, r, all, "results.json", r.write)
}

// checkPages returns an error if the folder does not have the pages. It is called before
// the measurements, not after them.
func checkPages(dir string, pages []string) error {
	for _, page := range pages {
		if _, err := os.Stat(filepath.Join(dir, page)); err != nil {
			return fmt.Errorf("-out %s: want a folder with %s: %w", dir, strings.Join(pages, " and "), err)
		}
	}
	return nil
}
