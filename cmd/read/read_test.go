package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
	"chainrule/derive"
)

// site returns the files of the site, made once.
var site = sync.OnceValue(func() map[string][]byte {
	root, err := cli.Root()
	if err != nil {
		panic(err)
	}
	files, err := build(root)
	if err != nil {
		panic(err)
	}
	return files
})

// Every equation of the ledger is on the page once, with its status, and lines of
// both packages have its label.
func TestEveryEquationHasItsLines(t *testing.T) {
	text := string(site()["index.html"])
	for _, label := range derive.Labels() {
		at := strings.Index(text, `<div class="eq" id="`+label+`"`)
		if at < 0 || strings.Count(text, `id="`+label+`"`) != 1 {
			t.Fatalf("%s is on the page %d times, want once", label, strings.Count(text, `id="`+label+`"`))
		}
		eq := text[at : at+strings.Index(text[at:], `<p class="here">`)]
		for _, want := range []string{"<math display=\"block\">", "executed, <a href=\"#derive/", "implemented", "<a href=\"#network/"} {
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
func TestStatementsOfManyLines(t *testing.T) {
	f, err := showFile("x.go", "package x\n\nfunc f() int {\n\tg(1,\n\t\t2) // F1, D2: two lines\n\treturn 0 // about nothing\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for n, line := range regexp.MustCompile(`(?s)<span( id="[^"]*" data-labels="[^"]*" tabindex="-1")?>[^\n]*\n</span>`).FindAllStringSubmatch(string(f.HTML), -1) {
		if line[1] != "" {
			got = append(got, fmt.Sprint(n+1, line[1]))
		}
	}
	want := `4 id="x.go-L4" data-labels="F1 D2" tabindex="-1";5 id="x.go-L5" data-labels="F1 D2" tabindex="-1"`
	if strings.Join(got, ";") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ";"), want)
	}
	if !strings.Contains(string(f.HTML), `// <a href="#F1">F1</a>, <a href="#D2">D2</a>: two lines`) {
		t.Errorf("no links: %s", f.HTML)
	}
}

// Highlighted code is the source, to the last character.
func TestHighlightKeepsTheSource(t *testing.T) {
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&")
	tags := regexp.MustCompile(`<[^>]*>`)
	root, err := cli.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "*.go"))
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := unescape.Replace(tags.ReplaceAllString(highlight(string(text), ""), "")); got != string(text) {
			t.Errorf("highlight changes the text of %s", name)
		}
	}
	if got, want := highlight("x := \"a\" /* b\nc */ // d\n", ""), `x := <span class="s">&#34;a&#34;</span> <span class="c">/* b</span>`+"\n"+`<span class="c">c */</span> <span class="c">// d</span>`+"\n"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Every link on the site has a target.
func TestLinks(t *testing.T) {
	files := site()
	attribute := regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	for name, text := range files {
		if filepath.Ext(name) != ".html" {
			continue
		}
		for _, m := range attribute.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			file, id, _ := strings.Cut(m[1], "#")
			id, _, _ = strings.Cut(id, "&amp;")
			if file == "" {
				file = name
			}
			if files[file] == nil {
				t.Errorf("%s: %s: there is no %s", name, m[1], file)
			}
			source, line, isLine := strings.Cut(id, "-L")
			if n, err := strconv.Atoi(line); isLine && err == nil {
				pre := string(files[file])
				_, pre, ok := strings.Cut(pre, `id="`+source+`"><code>`)
				pre, _, _ = strings.Cut(pre, "</code>")
				if !ok || strings.Count(pre, "\n</span>") < n {
					t.Errorf("%s: %s: there is no such line", name, m[1])
				}
			} else if id != "" && !bytes.Contains(files[file], []byte(`id="`+id+`"`)) {
				t.Errorf("%s: %s: there is no such place", name, m[1])
			}
		}
	}
}

// Every mutant on its page has a link that selects it in the reader.
func TestMutantsLeadToTheReader(t *testing.T) {
	for n, m := range mutants.All {
		if want := fmt.Sprintf(`<a href="index.html#%s&amp;bug=%d">`, m.Label, n+1); bytes.Count(site()["mutants.html"], []byte(want)) != 1 {
			t.Errorf("no link to %s", m.Name)
		}
	}
}

// The derivation is small, and needs nothing that its security policy forbids.
func TestPageIsSmallAndPlain(t *testing.T) {
	files := site()
	sum := 0
	for _, name := range []string{"index.html", "style.css", "reader.js", "icon.svg"} {
		sum += len(files[name])
	}
	if sum > 300_000 {
		t.Errorf("got %d bytes for the derivation, want at most 300,000", sum)
	}
	for name, text := range files {
		if filepath.Ext(name) == ".html" {
			if bad := regexp.MustCompile(`(?i) style="| on\w+="|<style|javascript:|<script>|\\(frac|sum|begin)|\$\$`).Find(text); bad != nil {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}

func TestHandler(t *testing.T) {
	h := handler(site(), func() []byte { return []byte("program") })
	types := map[string]string{".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml"}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	for name, content := range site() {
		w := get("/" + name)
		if kind := w.Header().Get("Content-Type"); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), content) || !strings.HasPrefix(kind, types[filepath.Ext(name)]) {
			t.Errorf("%s: got status %d, type %q, %d bytes", name, w.Code, kind, w.Body.Len())
		}
	}
	for path, want := range map[string]int{"/nothing.html": 404, "/go.mod": 404, "/figures/": 404, "/": 200, "/live.js": 200} {
		if w := get(path); w.Code != want {
			t.Errorf("%s: got status %d, want %d", path, w.Code, want)
		}
	}
	if got := get("/live.js").Body.String(); got != "program" {
		t.Errorf("/live.js: got %q", got)
	}
}

// output is a writer that passes on what is written.
type output chan string

func (o output) Write(p []byte) (int, error) { o <- string(p); return len(p), nil }

// The pages are served before the program is built, and interrupting the server
// also ends the build.
func TestServesUntilInterrupted(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("GOCACHE", filepath.Join(temporary, "cache"))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, code := make(output, 9), make(chan int)
	var stderr bytes.Buffer
	go func() { code <- run(ctx, []string{"-open=false"}, out, &stderr) }()
	url, _, _ := strings.Cut(<-out, "\n")
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/$`).MatchString(url) {
		t.Fatalf("got address %q", url)
	}
	if _, err := http.Get(url); err != nil {
		t.Error(err)
	}
	program := make(chan error)
	go func() { _, err := http.Get(url + "live.js"); program <- err }()
	time.Sleep(300 * time.Millisecond) // the build takes seconds
	stop()
	if got := <-code; got != 0 || stderr.Len() > 0 {
		t.Errorf("got status %d, %s", got, stderr.String())
	}
	if err := <-program; err == nil {
		t.Error("the program is served before it is built")
	}
	if _, err := http.Get(url); err == nil {
		t.Error("the address still answers")
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "read-*")); left != nil {
		t.Errorf("%v is left behind", left)
	}
}

func TestRun(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "thesis.tex"), []byte("years"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-x"}, 2, "flag provided but not defined: -x (see -h)"},
		{[]string{"more"}, 2, `unexpected argument "more" (see -h)`},
		{[]string{"-o", ""}, 2, "-o is empty, want a folder"},
		{[]string{"-o", "x", "-addr", "127.0.0.1:1"}, 2, "-o does not serve"},
		{[]string{"-addr", "8000"}, 2, `-addr "8000": want HOST:PORT`},
		{[]string{"-addr", taken.Addr().String(), "-open=false"}, 1, "address already in use"},
		{[]string{"-o", full}, 1, "contains other files"},
		{[]string{"-o", filepath.Join(full, "thesis.tex")}, 1, "thesis.tex: not a directory"},
		{[]string{"-o", filepath.Join(full, "thesis.tex", "x")}, 1, "not a directory"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(context.Background(), c.args, &stdout, &stderr)
		if status != c.status || !strings.Contains(stderr.String(), c.want) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("%q: status %d, %q, %q; want %d, %q", c.args, status, stdout.String(), stderr.String(), c.status, c.want)
		}
	}
	var stdout, stderr bytes.Buffer
	if status := run(context.Background(), []string{"-h"}, &stdout, &stderr); status != 0 || stdout.String() != usage || stderr.Len() > 0 {
		t.Errorf("-h: status %d, %q, %q", status, stdout.String(), stderr.String())
	}
	if entries, _ := os.ReadDir(full); len(entries) != 1 {
		t.Errorf("%s now contains %v", full, entries)
	}
}

func TestWriteSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "site")
	for range 2 { // the second time over the first
		var stdout, stderr bytes.Buffer
		if status := run(context.Background(), []string{"-o", dir}, &stdout, &stderr); status != 0 {
			t.Fatalf("status %d, %s", status, stderr.String())
		}
		if !strings.HasSuffix(stdout.String(), "open "+filepath.Join(dir, "index.html")+"\n") {
			t.Errorf("got output %q", stdout.String())
		}
	}
	for name, served := range site() {
		written, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written, served) {
			t.Errorf("%s differs from what is served", name)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	empty := filepath.Join(t.TempDir(), "site")
	var stdout, stderr bytes.Buffer
	if status := run(ctx, []string{"-o", empty}, &stdout, &stderr); status != 130 || stderr.String() != "read: interrupted, nothing written\n" {
		t.Errorf("interrupted: status %d, %s", status, stderr.String())
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("files are written after an interrupt")
	}
}
