package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"chainrule/cmd/internal/mutants"
	"chainrule/cmd/read/internal/live"
	"chainrule/derive"
)

// site returns the files of the site, made once.
var site = sync.OnceValue(func() map[string][]byte {
	return must(build()).files
})

// must returns v. It panics if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Every equation of the ledger is on the page once, with its status, and lines of
// both packages have its label.
func TestEveryEquationHasItsLines(t *testing.T) {
	text := string(site()["index.html"])
	for _, label := range derive.Labels() {
		parts := strings.Split(text, ` id="`+label+`"`)
		if len(parts) != 2 || !strings.HasSuffix(parts[0], `<div class="eq"`) {
			t.Fatalf("%s is on the page %d times, want once as an equation", label, len(parts)-1)
		}
		eq, _, _ := strings.Cut(parts[1], `<p class="here">`)
		for _, want := range []string{"<math display=\"block\"", "executed, <a href=\"#derive/", "implemented", "<a href=\"#network/"} {
			if !strings.Contains(eq, want) {
				t.Errorf("equation %s: no %s", label, want)
			}
		}
		for _, pkg := range []string{"derive", "network"} {
			if !regexp.MustCompile(`id="` + pkg + `/\w+\.go-L\d+" data-labels="[^"]*\b` + label + `\b`).MatchString(text) {
				t.Errorf("no line of %s has the label %s", pkg, label)
			}
		}
	}
}

// Every line of a statement has its labels.
func TestShowFile(t *testing.T) {
	f := must(showFile("x.go", "package x\n\nvar y = func() int {\n\tg(z,\n\t\tz) // F1, D2: two lines\n\treturn y() // about nothing\n}\n"))
	const want = `<li><b>package</b> x
<li>
<li><b>var</b> y = <b>func</b>() int {
<li id="x.go-L4" data-labels="F1 D2" tabindex="-1">	g(z,
<li id="x.go-L5" data-labels="F1 D2" tabindex="-1">		z) <i>// <a href="#F1">F1</a>, <a href="#D2">D2</a>: two lines</i>
<li>	<b>return</b> y() <i>// about nothing</i>
<li>}
`
	if string(f.HTML) != want {
		t.Errorf("got %s\nwant %s", f.HTML, want)
	}
}

// Highlighted code is the source, to the last character.
func TestHighlight(t *testing.T) {
	files := must(filepath.Glob("../../*/*.go"))
	if len(files) < 20 {
		t.Fatal(files)
	}
	for _, name := range files {
		text := must(os.ReadFile(name))
		if got := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(highlight(string(text), ""), "")); got != string(text) {
			t.Errorf("highlight changes the text of %s", name)
		}
	}
	if got, want := highlight("x := \"a\" /* b\nc */ // d\n", ""), `x := <i>"a"</i> <i>/* b</i>`+"\n"+`<i>c */</i> <i>// d</i>`+"\n"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Every link on the site has a target.
func TestLinks(t *testing.T) {
	files := site()
	for name, text := range files {
		for _, m := range regexp.MustCompile(`(?:href|src)="([^"#]*)#?([^"&]*)`).FindAllStringSubmatch(string(text), -1) {
			file, id := m[1], m[2]
			if strings.HasPrefix(file, "https://") || filepath.Ext(name) != ".html" {
				continue
			}
			if file == "" {
				file = name
			}
			target := string(files[file])
			source, line, isLine := strings.Cut(id, "-L")
			if n, err := strconv.Atoi(line); isLine && err == nil {
				_, code, _ := strings.Cut(target, `id="`+source+`">`)
				code, _, _ = strings.Cut(code, "</ol>")
				if strings.Count(code, "<li") < n {
					t.Errorf("%s: %s#%s: no such line", name, file, id)
				}
			} else if target == "" || id != "" && !strings.Contains(target, `id="`+id+`"`) {
				t.Errorf("%s: %s#%s: no such place", name, file, id)
			}
		}
	}
}

// Every mutant on its page has a link that selects it in the reader.
func TestMutantsLeadToTheReader(t *testing.T) {
	for _, m := range mutants.All {
		if want := fmt.Sprintf(`<a href="index.html#%s&amp;bug=%s">`, m.Label, m.ID()); bytes.Count(site()["mutants.html"], []byte(want)) != 1 {
			t.Errorf("no link to %s", m.Name)
		}
	}
}

// The mathematics font has every character of every formula.
func TestFont(t *testing.T) {
	files := site()
	italic := func(r rune) rune { // as browsers show a single letter
		switch {
		case r == 'h':
			return 'ℎ'
		case 'a' <= r && r <= 'z':
			return '𝑎' + r - 'a'
		case 'A' <= r && r <= 'Z':
			return '𝐴' + r - 'A'
		case 'α' <= r && r <= 'ω':
			return '𝛼' + r - 'α'
		}
		return r
	}
	text := ""
	for _, p := range pages {
		text += string(files[p.File])
	}
	for _, label := range derive.Labels() {
		for _, f1 := range []string{"sigmoid", "tanh", "relu", "identity"} {
			var answer live.Response
			if err := json.Unmarshal(live.Answer(label+"&f1="+f1+"&w1=-1e-7,1e8;0,1&b1=0,0&w2=1;2"), &answer); err != nil {
				t.Fatal(err)
			}
			for _, w := range answer.Focus.Where {
				text += w.Name + w.Value
			}
			text += strings.Join(answer.Focus.Lines, "")
		}
	}
	parts := strings.Split(string(files["math.txt"]), "\n\n")
	used := 0
	for _, formula := range regexp.MustCompile(`(?s)<math.*?</math>`).FindAllString(text, -1) {
		for _, m := range regexp.MustCompile(`<(m[inot]|mtext)\b[^>]*>([^<]*)<`).FindAllStringSubmatch(formula, -1) {
			leaf := []rune(html.UnescapeString(m[2]))
			if m[1] == "mi" && len(leaf) == 1 {
				leaf[0] = italic(leaf[0])
			}
			for _, r := range leaf {
				used++
				if !strings.ContainsRune(parts[1]+"\u2061\u2062", r) { // function application and invisible times
					t.Fatalf("%s: the font has no %c: add it as static/math.txt says", formula, r)
				}
			}
		}
	}
	if used < 10_000 {
		t.Errorf("got %d characters, want at least 10,000", used)
	}
}

// The derivation is small, and no page needs what its security policy forbids.
func TestPageIsSmallAndPlain(t *testing.T) {
	files := site()
	if sum := len(files["index.html"]) + len(files["style.css"]) + len(files["reader.js"]) + len(files["icon.svg"]) + len(files["math.woff2"]); sum > 250<<10 {
		t.Errorf("got %d bytes for the derivation, want at most 250 KB", sum)
	}
	// The largest network adds fewer than 5,000.
	if n := len(regexp.MustCompile(`<[a-z]`).FindAll(files["index.html"], -1)); n > 10_000 {
		t.Errorf("the derivation has %d elements, want at most 10,000", n)
	}
	for _, p := range pages {
		ids := regexp.MustCompile(` id="[^"]*"`).FindAllString(string(files[p.File]), -1)
		slices.Sort(ids)
		if unique := slices.Compact(slices.Clone(ids)); len(unique) < len(ids) {
			t.Errorf("%s has %d ids, but only %d different ones", p.File, len(ids), len(unique))
		}
		if bad := regexp.MustCompile(`(?i) style="| on\w+="|<style|javascript:|<script>|\\(frac|sum|begin)|\$\$`).Find(files[p.File]); bad != nil {
			t.Errorf("%s contains %q", p.File, bad)
		}
	}
}

// output is a writer that passes on what is written.
type output chan string

// fails runs the command, which has to fail with one line and without output.
func fails(t *testing.T, ctx context.Context, status int, message string, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	got := run(ctx, args, &stdout, &stderr)
	if got != status || !strings.Contains(stderr.String(), message) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
		t.Errorf("%q: got status %d, %q, %q; want %d, %q", args, got, &stdout, &stderr, status, message)
	}
}

func TestErrors(t *testing.T) {
	taken := must(net.Listen("tcp", "127.0.0.1:0"))
	defer taken.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.tex")
	if err := os.WriteFile(file, []byte("years"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	fails(t, ctx, 2, "-o is empty, want a folder", "-o", "")
	fails(t, ctx, 2, "want one file at most, and none with -o", "a", "b")
	fails(t, ctx, 2, "want one file at most, and none with -o", "a", "-o", "x")
	fails(t, ctx, 2, "none.json: no such file or directory", "none.json")
	fails(t, ctx, 2, "-o does not serve", "-o", "x", "-addr", "127.0.0.1:1")
	fails(t, ctx, 2, "-o does not serve", "-o", "x", "-open=false")
	fails(t, ctx, 2, "-without is for the site that -o writes", "-without", "answers")
	fails(t, ctx, 2, `-without "x": want names of pages`, "-o", filepath.Join(dir, "x"), "-without", "answers,x")
	fails(t, ctx, 2, "-without leaves out all pages", "-o", filepath.Join(dir, "x"), "-without", "derivation,exercises,experiments")
	fails(t, ctx, 2, `-addr "8000": want HOST:PORT`, "-addr", "8000")
	fails(t, ctx, 1, "address already in use", "-addr", taken.Addr().String(), "-open=false")
	fails(t, ctx, 1, "contains other files", "-o", dir)
	fails(t, ctx, 1, "thesis.tex: not a directory", "-o", file)
	fails(t, ctx, 1, "not a directory", "-o", filepath.Join(file, "x"))
	stop()
	fails(t, ctx, 130, "read: interrupted, nothing written\n", "-o", filepath.Join(t.TempDir(), "site"))
	if entries, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*", "*")); len(entries) != 1 {
		t.Errorf("found %v, want thesis.tex only", entries)
	}
}
