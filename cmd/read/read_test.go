package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
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
	"chainrule/cmd/read/internal/live"
	"chainrule/docs/page"
)

// site is what the reader serves, made once.
var site = sync.OnceValue(func() map[string][]byte {
	root, err := cli.Root()
	if err != nil {
		panic(err)
	}
	files, err := build(root, false)
	if err != nil {
		panic(err)
	}
	return files
})

// Every equation of the ledger stands on the page once, with its status, and with
// lines of both packages that carry it.
func TestEveryEquationHasItsLines(t *testing.T) {
	text := string(site()["index.html"])
	for _, label := range page.Ledger {
		at := strings.Index(text, `<div class="eq" id="`+label+`"`)
		if at < 0 || strings.Count(text, `id="`+label+`"`) != 1 {
			t.Fatalf("%s stands on the page %d times", label, strings.Count(text, `id="`+label+`"`))
		}
		eq := text[at : at+strings.Index(text[at:], `<p class="here">`)]
		for _, want := range []string{"<math display=\"block\">", "executed, <a href=\"#derive/", "implemented", "<a href=\"#network/"} {
			if !strings.Contains(eq, want) {
				t.Errorf("%s lacks %s", label, want)
			}
		}
		for _, pkg := range []string{"derive", "network"} {
			if !regexp.MustCompile(`id="` + pkg + `/\w+\.go-L\d+" data-labels="[^"]*\b` + label + `\b`).MatchString(text) {
				t.Errorf("no line of %s carries %s", pkg, label)
			}
		}
	}
}

// A statement of more lines is marked on all of them.
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
		t.Errorf("%s\nwant %s", strings.Join(got, ";"), want)
	}
	if !strings.Contains(string(f.HTML), `// <a href="#F1">F1</a>, <a href="#D2">D2</a>: two lines`) {
		t.Errorf("no links: %s", f.HTML)
	}
}

// What is highlighted is the source, to the last character.
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
			t.Errorf("%s is not what it was", name)
		}
	}
	if got, want := highlight("x := \"a\" /* b\nc */ // d\n", ""), `x := <span class="s">&#34;a&#34;</span> <span class="c">/* b</span>`+"\n"+`<span class="c">c */</span> <span class="c">// d</span>`+"\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Every link of the site leads to something that is there.
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

// Every mutant on its page leads to itself in the reader.
func TestMutantsLeadToTheReader(t *testing.T) {
	for n, m := range mutants.All {
		if want := fmt.Sprintf(`<a href="index.html#%s&amp;bug=%d">`, m.Label, n+1); bytes.Count(site()["mutants.html"], []byte(want)) != 1 {
			t.Errorf("%s: no link to it", m.Name)
		}
	}
}

// The derivation is quick to load, and needs nothing that its policy forbids.
func TestPageIsSmallAndPlain(t *testing.T) {
	files := site()
	sum := 0
	for _, name := range []string{"index.html", "style.css", "reader.js", "icon.svg"} {
		sum += len(files[name])
	}
	if sum > 300_000 {
		t.Errorf("the derivation is %d bytes, want at most 300,000", sum)
	}
	for name, text := range files {
		if filepath.Ext(name) == ".html" {
			if bad := regexp.MustCompile(`(?i) style="| on\w+="|<style|javascript:|<script>|\\(frac|sum|begin)|\$\$`).Find(text); bad != nil {
				t.Errorf("%s has %q", name, bad)
			}
		}
	}
}

// Contrast of text is 4.5:1 or more, in both schemes, on every ground that it
// stands on (WCAG 2.1, 1.4.3).
func TestContrast(t *testing.T) {
	css, err := static.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`--(\w+): #([0-9a-f]{6})`)
	colours := make(map[string]float64)
	luminance := func(hex string) float64 {
		sum := 0.0
		for n, weight := range []float64{0.2126, 0.7152, 0.0722} {
			v, err := strconv.ParseUint(hex[2*n:2*n+2], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(v) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	screen, _, _ := strings.Cut(string(css), "@media print")
	schemes := strings.SplitN(screen, "prefers-color-scheme: dark", 2)
	if len(schemes) != 2 {
		t.Fatal("no dark scheme")
	}
	for n, scheme := range schemes {
		for _, m := range declared.FindAllStringSubmatch(scheme, -1) {
			colours[m[1]] = luminance(m[2])
		}
		for _, text := range []string{"ink", "quiet", "blue", "red"} {
			for _, ground := range []string{"paper", "panel", "lit", "wrong"} {
				a, b := colours[text], colours[ground]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("scheme %d: %s on %s is %.2f:1", n, text, ground, ratio)
				}
			}
		}
	}
}

func request(method, path, kind, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8000"+path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func TestServer(t *testing.T) {
	h := handler(site(), "reader.example")
	for _, c := range []struct {
		method, path, kind, body string
		status                   int
		want                     string
	}{
		{"GET", "/", "", "", 200, "<h1"},
		{"GET", "/index.html", "", "", 200, "<h1"},
		{"HEAD", "/style.css", "", "", 200, ""},
		{"GET", "/figures/hidden.svg", "", "", 200, "<svg"},
		{"GET", "/nothing.html", "", "", 404, ""},
		{"GET", "/go.mod", "", "", 404, ""},
		{"GET", "/figures/", "", "", 404, ""},
		{"POST", "/", "", "", 405, ""},
		{"DELETE", "/live", "", "", 405, ""},
		{"POST", "/live", "application/json", "{}", 200, "0.822059433706368"},
		{"POST", "/live", "application/json; charset=utf-8", `{"label":"M4"}`, 200, `"M4"`},
		{"POST", "/live", "text/plain", "{}", 415, "want application/json"},
		{"POST", "/live", "", "{}", 415, "want application/json"},
		{"POST", "/live", "application/json", "{", 400, `"field":""`},
		{"POST", "/live", "application/json", `{"w1":[["1e999"]]}`, 400, `"field":"w1-0-0"`},
		{"POST", "/live", "application/json", `{"w1":[[` + strings.Repeat("1,", 10000) + `1]]}`, 413, "more than 16 KiB"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request(c.method, c.path, c.kind, c.body))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: status %d, %.100q; want %d, %q", c.method, c.path, w.Code, w.Body, c.status, c.want)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self';") || strings.Contains(got, "unsafe") {
			t.Errorf("%s %s: policy %q", c.method, c.path, got)
		}
		if c.path == "/live" && c.status != 405 && (w.Header().Get("Content-Type") != "application/json" || !json.Valid(w.Body.Bytes())) {
			t.Errorf("%s %.40s: %s is no JSON", c.path, c.body, w.Body)
		}
	}
	for name := range site() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request("GET", "/"+name, "", ""))
		if kind := w.Header().Get("Content-Type"); w.Code != 200 || kind == "" || strings.HasPrefix(kind, "text/plain") {
			t.Errorf("%s: status %d, type %q", name, w.Code, kind)
		}
	}
}

// A site whose name has been made to lead to this computer gets nothing.
func TestHost(t *testing.T) {
	h := handler(site(), "reader.example")
	for host, status := range map[string]int{
		"127.0.0.1:8000": 200, "[::1]:8000": 200, "localhost:8000": 200, "LOCALHOST": 200, "192.168.0.7": 200, "reader.example:8000": 200,
		"evil.example:8000": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:80": 421, "": 421,
	} {
		r := request("GET", "/", "", "")
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("host %q: status %d, want %d", host, w.Code, status)
		}
	}
}

// lines is a writer that hands over what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) { l <- string(p); return len(p), nil }

func TestServesUntilInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, code := make(lines, 9), make(chan int)
	var stderr bytes.Buffer
	go func() { code <- run(ctx, []string{"-open=false"}, out, &stderr) }()
	var url string
	select {
	case text := <-out:
		url = strings.Fields(text)[0]
	case <-time.After(10 * time.Second):
		t.Fatal("no address")
	}
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/$`).MatchString(url) {
		t.Fatalf("the address is %q", url)
	}
	r, err := http.Post(url+"live", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || !bytes.Contains(body, []byte("0.822059433706368")) {
		t.Errorf("%s, %v", body, err)
	}
	r.Body.Close()
	// One that sends nothing more does not hold it up.
	c, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(url, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	stop()
	select {
	case got := <-code:
		if got != 0 || stderr.Len() > 0 {
			t.Errorf("status %d, %s", got, stderr.String())
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not end")
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still answers")
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
		{[]string{"-o", "x", "-addr", "127.0.0.1:1"}, 2, "-o writes a site and serves nothing"},
		{[]string{"-addr", "8000"}, 2, `-addr "8000", want HOST:PORT`},
		{[]string{"-addr", taken.Addr().String(), "-open=false"}, 1, "address already in use"},
		{[]string{"-o", full}, 1, "holds something else"},
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
	for n, line := range strings.Split(usage, "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("line %d of the usage is %d wide", n+1, len([]rune(line)))
		}
	}
	if entries, _ := os.ReadDir(full); len(entries) != 1 {
		t.Errorf("%s now holds %v", full, entries)
	}
}

func TestWriteSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "site")
	for range 2 { // the second over the first
		var stdout, stderr bytes.Buffer
		if status := run(context.Background(), []string{"-o", dir}, &stdout, &stderr); status != 0 {
			t.Fatalf("status %d, %s", status, stderr.String())
		}
		if !strings.HasSuffix(stdout.String(), "open "+filepath.Join(dir, "index.html")+"\n") {
			t.Errorf("it says %q", stdout.String())
		}
	}
	for name, served := range site() {
		written, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".html" {
			written = regexp.MustCompile(`\n<meta http-equiv=[^\n]*|\n<script src="live.js" defer></script>`).ReplaceAll(written, nil)
		}
		if !bytes.Equal(written, served) {
			t.Errorf("%s is not what is served", name)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	empty := filepath.Join(t.TempDir(), "site")
	var stdout, stderr bytes.Buffer
	if status := run(ctx, []string{"-o", empty}, &stdout, &stderr); status != 130 || stderr.String() != "read: stopped, nothing is written\n" {
		t.Errorf("interrupted: status %d, %s", status, stderr.String())
	}
	if _, err := os.Stat(empty); err == nil {
		t.Error("something is written all the same")
	}
}

// The largest network that may be asked for fits into a request.
func TestRequestsFit(t *testing.T) {
	row := "[" + strings.TrimSuffix(strings.Repeat(`"-1.7976931348623157e-308",`, live.MaxNodes), ",") + "]"
	all := "[" + strings.TrimSuffix(strings.Repeat(row+",", live.MaxNodes), ",") + "]"
	body := `{"w1":` + all + `,"w2":` + all + `,"b1":` + row + `,"b2":` + row + `,"a0":` + row + `,"y":` + row + `}`
	w := httptest.NewRecorder()
	handler(site(), "").ServeHTTP(w, request("POST", "/live", "application/json", body))
	if w.Code != 200 {
		t.Errorf("status %d, %s, for %d bytes", w.Code, w.Body, len(body))
	}
}
