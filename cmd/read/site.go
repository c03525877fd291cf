package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/read/internal/live"
	"chainrule/cmd/read/internal/markdown"
	"chainrule/docs"
	"chainrule/docs/page"
)

//go:embed static
var static embed.FS

var frame = template.Must(template.ParseFS(static, "static/frame.html"))

// A sitePage is a page of docs, with its names on the site.
type sitePage struct {
	Source, File, Name string
	solves             bool // has answers to the exercises
}

// pages are the pages of docs, in order.
var pages = []sitePage{
	{"derivation.md", "index.html", "Derivation", true},
	{"experiments.md", "experiments.html", "Experiments", false},
	{"answers.md", "answers.html", "Answers", true},
	{"exercises.md", "exercises.html", "Exercises", false},
	{"check.md", "check.html", "Check", true},
	{"mutants.md", "mutants.html", "Mutants", true},
	{"speed.md", "speed.html", "Speed", true},
	{"homework.md", "homework.html", "Homework", true},
}

// A builder makes the site from the sources in folder.
type builder struct {
	folder   string
	root     fs.FS                   // of folder
	kept     []sitePage              // those that the site has
	files    map[string][]byte       // the result: "index.html", "figures/hidden.svg"
	code     map[string][]sourceFile // by package
	shown    map[string]bool         // the files in code
	statuses map[string]docs.Status  // by label
}

// build makes the files of the site, except live.js. It leaves out the named pages: with
// mutants, also the bugs, and with derivation, also the code and every page with answers
// to the exercises. The first page that is left is then the index.
func build(without ...string) (*builder, error) {
	folder, err := cli.Root()
	if err != nil {
		return nil, err
	}
	b := &builder{folder: folder, root: os.DirFS(folder), files: make(map[string][]byte),
		code: make(map[string][]sourceFile), shown: make(map[string]bool), statuses: make(map[string]docs.Status)}
	for _, name := range without {
		if !slices.ContainsFunc(pages, func(p sitePage) bool { return p.Source == name+".md" }) {
			return nil, cli.Usagef("-without %q: want names of pages, such as derivation or answers,mutants", name)
		}
	}
	for _, p := range pages {
		if !slices.Contains(without, strings.TrimSuffix(p.Source, ".md")) && !(p.solves && slices.Contains(without, "derivation")) {
			b.kept = append(b.kept, p)
		}
	}
	if len(b.kept) == 0 {
		return nil, cli.Usagef("-without leaves out all pages")
	}
	b.kept[0].File = "index.html"
	derivation, err := docs.Page()
	if err != nil {
		return nil, fmt.Errorf("docs/derivation.md:%w", err)
	}
	list, err := docs.Statuses(derivation, folder)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		b.statuses[s.Label] = s
	}
	for _, f := range []func() error{b.assets, b.sources, b.mutants, b.pages} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// assets copies what the pages load: script, style, font, figures and measured results.
func (b *builder) assets() error {
	for pattern, from := range map[string]fs.FS{
		"static/*.css": static, "static/*.js": static, "static/*.svg": static, "static/math.*": static,
		"docs/*.json": b.root, "docs/figures/*.svg": b.root,
	} {
		names, err := fs.Glob(from, pattern)
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := fs.ReadFile(from, name)
			if err != nil {
				return err
			}
			_, file, _ := strings.Cut(name, "/")
			if file == "mutants.json" && !b.has("mutants.md") || file == "reader.js" && !b.has("derivation.md") {
				continue
			}
			b.files[file] = text
		}
	}
	return nil
}

// sources renders the code of derive and network, in the order of the reading path;
// other files follow.
func (b *builder) sources() error {
	if !b.has("derivation.md") {
		return nil
	}
	var order []string
	for _, p := range docs.ReadingPath {
		order = append(order, p.File)
	}
	for _, pkg := range []string{"derive", "network"} {
		all, err := fs.Glob(b.root, pkg+"/*.go")
		if err != nil {
			return err
		}
		for _, name := range slices.Concat(order, all) {
			if path.Dir(name) != pkg || b.shown[name] || strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := fs.ReadFile(b.root, name)
			if err != nil {
				return err
			}
			f, err := showFile(name, string(text))
			if err != nil {
				return err
			}
			b.code[pkg] = append(b.code[pkg], f)
			b.shown[name] = true
		}
	}
	return nil
}

// has reports whether the site has a page of docs.
func (b *builder) has(source string) bool {
	return slices.ContainsFunc(b.kept, func(p sitePage) bool { return p.Source == source })
}

// A shownMutant is a mutant as the page's script gets it.
type shownMutant struct {
	ID    string `json:"id"`
	Place string `json:"place"` // the first changed line, "network/backward.go:41"
	Lines int    `json:"lines"` // the number of changed lines
	HTML  string `json:"html"`  // the change, and what finds it
	Says  string `json:"says"`  // the caption of the picture
	Hint  string `json:"hint"`
	mutants.Result
}

// mutants makes mutants.js, which the page loads when a mutant is selected.
func (b *builder) mutants() error {
	if !b.has("mutants.md") {
		return nil
	}
	text, err := fs.ReadFile(b.root, "docs/mutants.json")
	if err != nil {
		return err
	}
	var results mutants.Results
	if err := json.Unmarshal(text, &results); err != nil {
		return fmt.Errorf("docs/mutants.json: %w", err)
	}
	if len(results.Mutants) != len(mutants.All) {
		return fmt.Errorf("docs/mutants.json has %d mutants, want %d: run go test ./cmd/internal/mutants -update", len(results.Mutants), len(mutants.All))
	}
	data := struct {
		Picture string        `json:"picture"` // SVG with empty paths for the boundaries
		Real    []string      `json:"real"`    // the boundaries of the correct network
		Mutants []shownMutant `json:"mutants"`
	}{Picture: picture(results)}
	for _, r := range results.Real {
		data.Real = append(data.Real, r.Boundary)
	}
	for n, m := range mutants.All {
		text, err := fs.ReadFile(b.root, m.File)
		if err != nil {
			return err
		}
		source := string(text)
		if _, err := m.Apply(source); err != nil {
			return err
		}
		line := 1 + strings.Count(source[:strings.Index(source, m.Old)], "\n")
		r := results.Mutants[n]
		data.Mutants = append(data.Mutants, shownMutant{
			ID: m.ID(), Place: fmt.Sprintf("%s:%d", m.File, line), Lines: 1 + strings.Count(strings.TrimSuffix(m.Old, "\n"), "\n"),
			HTML: fmt.Sprintf(`<h2>The change, in %s:%d</h2>%s<h2>Found by %s</h2><p class="message">%s</p><p>First label: <a href="#%s">%[6]s</a>.</p>`,
				m.File, line, markdown.Diff(m.Diff()), html.EscapeString(r.Check), html.EscapeString(r.Message), r.Label),
			Says: says(m, r, results.Real[r.Run]), Hint: m.Hint, Result: r,
		})
	}
	script, err := json.Marshal(data)
	if err != nil {
		return err
	}
	b.files["mutants.js"] = fmt.Appendf(nil, "chainruleMutants(%s);\n", script)
	return nil
}

// says returns the caption of the picture of a mutant.
func says(m mutants.Mutant, r, real mutants.Result) string {
	how, lines := "With the bug (thin line) it reaches "+r.String(), "The lines are"
	if r.Boundary == "" {
		how, lines = "With the bug it reaches "+r.String()+" and draws no line", "The line is"
	}
	switch {
	case m.IsCheck():
		return "This bug is in a check, not in the network: the check now misjudges the code."
	case r.Changes == "":
		how = "The bug has no effect in this run"
	case len(r.Accuracies) == 0:
		how = "With the bug, training diverges: it is easy to notice"
	case r.Changes == mutants.Losses:
		how += ": the bug changes only the loss that is reported, and the accuracy cannot reveal it"
	case r.Suspicious(real):
		how += ": the accuracy reveals the bug"
	default:
		how += ": the accuracy does not reveal the bug"
	}
	return fmt.Sprintf("Two moons. The correct network (broad line) reaches an accuracy of %s. %s. The accuracy is on held-out samples: the mean over %d seeds, from the lowest to the highest, with λ = %s. %s of the first seed.", real, how, mutants.Seeds, r.Lambda(), lines)
}

// picture draws the held-out samples, with paths for the decision boundaries of the
// correct network and of the mutant. The classes have marks of different shapes.
func picture(r mutants.Results) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="Two moons: the samples of two classes, the decision boundary of the correct network as a broad line, that of the mutant as a thin one">`, mutants.Width, mutants.Height)
	for _, p := range r.Points {
		if p[2] == 0 {
			fmt.Fprintf(&b, `<circle class="zero" cx="%g" cy="%g" r=".42"/>`, p[0], p[1])
		} else {
			fmt.Fprintf(&b, `<path class="one" d="M%g %gh.8m-.4-.4v.8"/>`, p[0]-0.4, p[1])
		}
	}
	b.WriteString(`<path class="real" d=""/><path class="learnt" d=""/></svg>`)
	return b.String()
}

// A view is the data of frame.html.
type view struct {
	Title string
	File  string
	Nav   []sitePage // for the navigation bar
	Body  template.HTML
	// The following are for the derivation only.
	Reader  bool
	Code    map[string][]sourceFile
	Mutants []mutants.Mutant
	First   template.JS // the answer to the first request
}

// pages renders the pages of docs.
func (b *builder) pages() error {
	for _, p := range b.kept {
		v := view{Title: p.Name, File: p.File, Nav: b.kept, Reader: p.Source == "derivation.md"}
		home := "index.html"
		if v.Reader {
			home, v.Code = "", b.code
			v.First = template.JS(live.Answer("F1"))
			if b.has("mutants.md") {
				v.Mutants = mutants.All
			}
		}
		text, err := fs.ReadFile(b.root, "docs/"+p.Source)
		if err != nil {
			return err
		}
		blocks, err := page.Split(string(text))
		if err != nil {
			return fmt.Errorf("docs/%s:%w", p.Source, err)
		}
		o := markdown.Options{
			Link: func(target string) (string, bool) { return b.link(p.File, target) },
			Go:   func(source string) string { return strings.TrimSuffix(highlight(source, home), "\n") },
		}
		var body strings.Builder
		for _, block := range blocks {
			text, err := markdown.Render(o, block)
			if err != nil {
				return fmt.Errorf("docs/%s:%w", p.Source, err)
			}
			body.WriteString(b.decorate(block, string(text), v.Reader))
		}
		v.Body = template.HTML(body.String())
		var out bytes.Buffer
		if err := frame.Execute(&out, v); err != nil {
			return err
		}
		b.files[p.File] = out.Bytes()
	}
	return nil
}

// changeOf matches the line above the diff of a mutant in docs/mutants.md.
var changeOf = regexp.MustCompile(`^(\d+[a-z]?), (.*), in \[.*\]\(.*\):$`)

// underEquation matches the links below an equation, for which the reader has the
// code itself.
var underEquation = regexp.MustCompile("^\\*\\*[A-Z][0-9]\\*\\* in `derive`")

// decorate adds to a block what only the reader has: each equation gets an element
// of its own, with its status; each mutant gets a link that selects it.
func (b *builder) decorate(block page.Piece, text string, reader bool) string {
	switch m := changeOf.FindStringSubmatch(block.Text); {
	case m != nil && block.Kind == page.Paragraph:
		n := slices.IndexFunc(mutants.All, func(mutant mutants.Mutant) bool { return mutant.Name == m[2] })
		if n >= 0 {
			return strings.Replace(text, ":</p>", fmt.Sprintf(` (<a href="index.html#%s&amp;bug=%s">switch it on</a>):</p>`, mutants.All[n].Label, m[1]), 1)
		}
	case reader && (block.Kind == page.Anchor || block.Kind == page.Paragraph && underEquation.MatchString(block.Text)):
		return ""
	case reader && block.Kind == page.Display && block.Math.Tag != "":
		s := b.statuses[block.Math.Tag]
		return fmt.Sprintf(`<div class="eq" id="%s" tabindex="0" role="group" aria-label="Equation %[1]s"><div class="formula">%[2]s<a class="tag" href="#%[1]s" tabindex="-1">(%[1]s)</a></div><p class="status"><b class="verdict"></b><a href="#status">%[3]s</a> · executed, %[4]s · %[5]s, %[6]s</p>`+"\n"+`<p class="here"></p></div>`+"\n",
			s.Label, strings.Replace(text, ` tabindex="0"`, "", 1), s.Page(), places(s.Derive), s.Implemented(), places(s.Network))
	}
	return text
}

// places links to lines of the code.
func places(list []docs.Place) string {
	var links []string
	for _, at := range list {
		links = append(links, fmt.Sprintf(`<a href="#%s">%s:%d</a>`, lineID(at.File, at.Line), path.Base(at.File), at.Line))
	}
	return strings.Join(links, ", ")
}

var lineNumber = regexp.MustCompile(`^L\d+$`)

// link returns the address on the site for a link in one of docs' pages. It returns
// false if the site does not have the target.
func (b *builder) link(from, target string) (string, bool) {
	if strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "#") {
		return target, true
	}
	name, at, _ := strings.Cut(target, "#")
	name = path.Join("docs", name)
	for _, p := range b.kept {
		if name == "docs/"+p.Source {
			if at != "" {
				at = "#" + at
			}
			return p.File + at, true
		}
	}
	if b.shown[name] {
		if !lineNumber.MatchString(at) {
			at = "L1"
		}
		to := "#" + name + "-" + at
		if from != "index.html" {
			to = "index.html" + to
		}
		return to, true
	}
	name = strings.TrimPrefix(name, "docs/")
	_, ok := b.files[name]
	return name, ok
}
