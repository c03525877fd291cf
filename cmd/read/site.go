package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/read/internal/live"
	"chainrule/cmd/read/internal/markdown"
	"chainrule/docs/page"
)

//go:embed static
var static embed.FS

var frame = template.Must(template.ParseFS(static, "static/frame.html"))

// policy is what the pages may load: what lies beside them. The static site also
// compiles the WebAssembly that lies there.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

// pages are the pages of docs by the names they have here, in their order.
var pages = []struct{ source, file, name string }{
	{"derivation.md", "index.html", "Derivation"},
	{"experiments.md", "experiments.html", "Experiments"},
	{"answers.md", "answers.html", "Answers"},
	{"exercises.md", "exercises.html", "Exercises"},
	{"mutants.md", "mutants.html", "Mutants"},
}

// A builder makes the site from the sources under root.
type builder struct {
	root   string
	static bool              // without a server
	files  map[string][]byte // what is made: "index.html", "figures/hidden.svg"
	code   []codePackage
	shown  map[string]bool // the files of code
}

// A codePackage is a package whose code is shown.
type codePackage struct {
	Name  string
	Files []sourceFile
}

// build returns the files of the site, all but those that compute.
func build(root string, static bool) (map[string][]byte, error) {
	b := &builder{root: root, static: static, files: make(map[string][]byte), shown: make(map[string]bool)}
	for _, f := range []func() error{b.assets, b.sources, b.mutants, b.pages} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	return b.files, nil
}

// assets takes what pages load beside them: the script and the style, the figures
// and the measured results.
func (b *builder) assets() error {
	for _, name := range []string{"style.css", "reader.js", "icon.svg"} {
		text, err := static.ReadFile("static/" + name)
		if err != nil {
			return err
		}
		b.files[name] = text
	}
	for _, pattern := range []string{"figures/*.svg", "*.json"} {
		names, err := filepath.Glob(filepath.Join(b.root, "docs", pattern))
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			b.files[path.Join(path.Dir(pattern), filepath.Base(name))] = text
		}
	}
	return nil
}

// readingOrder is that of the README; files it does not name follow.
var readingOrder = []string{
	"derive/ledger.go", "derive/batch.go",
	"network/forward.go", "network/backward.go", "network/update.go", "network/network.go", "network/activation.go", "network/pass.go",
}

// sources shows the code of derive and network.
func (b *builder) sources() error {
	for _, pkg := range []string{"derive", "network"} {
		found, err := filepath.Glob(filepath.Join(b.root, pkg, "*.go"))
		if err != nil {
			return err
		}
		var names []string
		for _, name := range found {
			if !strings.HasSuffix(name, "_test.go") {
				names = append(names, pkg+"/"+filepath.Base(name))
			}
		}
		slices.SortStableFunc(names, func(x, y string) int {
			place := func(name string) int {
				if n := slices.Index(readingOrder, name); n >= 0 {
					return n
				}
				return len(readingOrder)
			}
			return place(x) - place(y)
		})
		p := codePackage{Name: pkg}
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(b.root, name))
			if err != nil {
				return err
			}
			f, err := showFile(name, string(text))
			if err != nil {
				return err
			}
			p.Files = append(p.Files, f)
			b.shown[name] = true
		}
		b.code = append(b.code, p)
	}
	return nil
}

// mutants makes the script that the page loads when one is asked for.
func (b *builder) mutants() error {
	text, err := os.ReadFile(filepath.Join(b.root, "docs/mutants.json"))
	if err != nil {
		return err
	}
	var results mutants.Results
	if err := json.Unmarshal(text, &results); err != nil {
		return fmt.Errorf("docs/mutants.json: %w", err)
	}
	if len(results.Mutants) != len(mutants.All) {
		return fmt.Errorf("docs/mutants.json: %d mutants, want %d: go test ./cmd/internal/mutants -update", len(results.Mutants), len(mutants.All))
	}
	type shown struct {
		Name     string   `json:"name"`
		Label    string   `json:"label"`
		Place    string   `json:"place"` // "network/backward.go:41"
		First    string   `json:"first"` // the id of the first line that is replaced
		Lines    int      `json:"lines"` // how many are
		Diff     string   `json:"diff"`  // HTML
		Check    string   `json:"check"`
		Message  string   `json:"message"`
		Off      []string `json:"off"`
		Accuracy string   `json:"accuracy"`
		Boundary string   `json:"boundary"`
	}
	data := struct {
		Picture string  `json:"picture"` // SVG, but for the mutant's own boundary
		Real    string  `json:"real"`    // the accuracy of the network as it is
		Mutants []shown `json:"mutants"`
	}{picture(results), results.Real.Accuracy, nil}
	for n, m := range mutants.All {
		source, err := os.ReadFile(filepath.Join(b.root, m.File))
		if err != nil {
			return err
		}
		if _, err := m.Apply(string(source)); err != nil {
			return err
		}
		r := results.Mutants[n]
		at := strings.Index(string(source), m.Old)
		line := 1 + strings.Count(string(source[:at]), "\n")
		off := r.Off
		if !slices.Contains(off, r.Label) {
			off = append([]string{r.Label}, off...)
		}
		data.Mutants = append(data.Mutants, shown{
			Name: m.Name, Label: r.Label, Place: fmt.Sprintf("%s:%d", m.File, line),
			First: lineID(m.File, line), Lines: 1 + strings.Count(strings.TrimSuffix(m.Old, "\n"), "\n"),
			Diff:  markdown.Diff(change(m)),
			Check: r.Check, Message: r.Message, Off: off, Accuracy: r.Accuracy, Boundary: r.Boundary,
		})
	}
	script, err := json.Marshal(data)
	if err != nil {
		return err
	}
	b.files["mutants.js"] = []byte("chainruleMutants(" + string(script) + ");\n")
	return nil
}

// change returns what a mutant takes out of the source, and puts in its place.
func change(m mutants.Mutant) []string {
	var lines []string
	for _, side := range []struct{ sign, text string }{{"-", m.Old}, {"+", m.New}} {
		for _, line := range strings.Split(strings.Trim(side.text, "\n"), "\n") {
			lines = append(lines, side.sign+strings.ReplaceAll(line, "\t", "  "))
		}
	}
	return lines
}

// picture draws the samples that the gallery's networks are tested on, with the
// boundary that the real one learns; the page adds the mutant's. Classes are told
// apart by the shape of their marks.
func picture(r mutants.Results) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="Two moons: the samples of two classes, the boundary of the real network dashed, that of the mutant solid">`, mutants.Width, mutants.Height)
	for _, p := range r.Points {
		if p[2] == 0 {
			fmt.Fprintf(&b, `<circle class="zero" cx="%g" cy="%g" r=".42"/>`, p[0], p[1])
		} else {
			fmt.Fprintf(&b, `<path class="one" d="M%g %gh.8m-.4-.4v.8"/>`, p[0]-0.4, p[1])
		}
	}
	fmt.Fprintf(&b, `<path class="real" d="%s"/><path class="learnt" d=""/></svg>`, r.Real.Boundary)
	return b.String()
}

// A view is what a page is made of.
type view struct {
	Title  string
	Policy string // in the page, where no server says it
	Static bool
	Nav    []navItem
	Body   template.HTML
	// Of the derivation alone:
	Reader  bool
	Code    []codePackage
	Mutants []option
	Most    int // steps of training
}

// An option is one of a choice: the number of a mutant in an address, that of its
// kind, and its name.
type option struct {
	ID, Number int
	Name       string
}

type navItem struct {
	Href, Name string
	Current    bool
}

// pages renders the pages of docs.
func (b *builder) pages() error {
	for _, p := range pages {
		text, err := os.ReadFile(filepath.Join(b.root, "docs", p.source))
		if err != nil {
			return err
		}
		home := "index.html"
		if p.file == home {
			home = ""
		}
		o := markdown.Options{
			Link: func(target string) (string, bool) { return b.link(p.file, target) },
			Go:   func(source string) string { return strings.TrimSuffix(highlight(source, home), "\n") },
		}
		blocks, err := page.Split(string(text))
		if err != nil {
			return fmt.Errorf("docs/%s:%w", p.source, err)
		}
		v := view{Title: p.name, Static: b.static, Reader: home == ""}
		if b.static {
			v.Policy = strings.Replace(policy, "'self'", "'self' 'wasm-unsafe-eval'", 1)
		}
		for _, to := range pages {
			v.Nav = append(v.Nav, navItem{to.file, to.name, to == p})
		}
		if v.Reader {
			v.Code, v.Most = b.code, live.MaxSteps
			for n, m := range mutants.All {
				v.Mutants = append(v.Mutants, option{n + 1, m.Number, m.Name})
			}
			v.Body, err = derivationPage(blocks, o)
		} else {
			v.Body, err = withReader(blocks, o)
		}
		if err != nil {
			return fmt.Errorf("docs/%s:%w", p.source, err)
		}
		var out bytes.Buffer
		if err := frame.Execute(&out, v); err != nil {
			return err
		}
		b.files[p.file] = out.Bytes()
	}
	return nil
}

// changeOf matches the line above a change on the page of the mutants.
var changeOf = regexp.MustCompile(`^\d+, (.*), in \[.*\]\(.*\):$`)

// withReader renders the blocks of a page. A mutant gets a link that switches it on
// in the reader.
func withReader(blocks []page.Piece, o markdown.Options) (template.HTML, error) {
	var b strings.Builder
	for i, block := range blocks {
		text, err := markdown.Render(blocks[i:i+1], o)
		if err != nil {
			return "", err
		}
		if m := changeOf.FindStringSubmatch(block.Text); m != nil && block.Kind == page.Paragraph {
			n := slices.IndexFunc(mutants.All, func(mutant mutants.Mutant) bool { return mutant.Name == m[1] })
			if n >= 0 {
				text = template.HTML(strings.Replace(string(text), ":</p>", fmt.Sprintf(` (<a href="index.html#%s&amp;bug=%d">switch it on</a>):</p>`, mutants.All[n].Label, n+1), 1))
			}
		}
		b.WriteString(string(text))
	}
	return template.HTML(b.String()), nil
}

var lineNumber = regexp.MustCompile(`^L\d+$`)

// link returns where a link of one of docs' pages leads on the site. What the
// site does not have, it does not link to.
func (b *builder) link(from, target string) (string, bool) {
	if strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "#") {
		return target, true
	}
	name, at, _ := strings.Cut(target, "#")
	name = path.Join("docs", name)
	for _, p := range pages {
		if name == "docs/"+p.source {
			if at != "" {
				at = "#" + at
			}
			return p.file + at, true
		}
	}
	if b.shown[name] {
		line := "L1"
		if lineNumber.MatchString(at) {
			line = at
		}
		to := "#" + name + "-" + line
		if from != "index.html" {
			to = "index.html" + to
		}
		return to, true
	}
	name = strings.TrimPrefix(name, "docs/")
	_, ok := b.files[name]
	return name, ok
}

var underEquation = regexp.MustCompile("^\\*\\*([A-Z][0-9])\\*\\* in `derive`")

// derivationPage renders the derivation. Each equation with a tag becomes a group
// of its own, with its status from the table at the end of the page.
func derivationPage(blocks []page.Piece, o markdown.Options) (template.HTML, error) {
	status := make(map[string]page.Piece) // the row of each label
	for _, block := range blocks {
		for _, row := range block.Parts {
			if row.Kind == page.Row && len(row.Parts[0].Parts) == 1 {
				status[strings.TrimPrefix(row.Parts[0].Parts[0].Target, "#")] = row
			}
		}
	}
	var b strings.Builder
	for i, block := range blocks {
		if block.Kind == page.Anchor || block.Kind == page.Paragraph && underEquation.MatchString(block.Text) {
			continue
		}
		text, err := markdown.Render(blocks[i:i+1], o)
		if err != nil {
			return "", err
		}
		if block.Kind != page.Display || block.Math.Tag == "" {
			b.WriteString(string(text))
			continue
		}
		label := block.Math.Tag
		if status[label].Parts == nil {
			return "", block.Errorf("%s has no status", label)
		}
		var cells []string
		for _, cell := range status[label].Parts[1:] {
			text, err := markdown.Render(cell.Parts, o)
			if err != nil {
				return "", err
			}
			cells = append(cells, string(text))
		}
		fmt.Fprintf(&b, `<div class="eq" id="%s" tabindex="0" role="group" aria-label="Equation %[1]s"><div class="formula">%[2]s<a class="tag" href="#%[1]s" tabindex="-1">%[1]s</a></div><p class="status"><span class="off"></span>%[3]s</p>`+"\n"+`<p class="here"></p></div>`+"\n",
			label, strings.Replace(string(text), ` tabindex="0"`, "", 1), strings.Join(cells, " · "))
	}
	return template.HTML(b.String()), nil
}
