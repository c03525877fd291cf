package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestHandler(t *testing.T) {
	h := handler(site(), func() []byte { return []byte("program") })
	check := func(path string, status int, content string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != status || w.Body.String() != content {
			t.Errorf("%s: got status %d, %.40q; want %d, %.40q", path, w.Code, w.Body, status, content)
		}
	}
	for name, content := range site() {
		check("/"+name, 200, string(content))
	}
	check("/", 200, string(site()["index.html"]))
	check("/live.js", 200, "program")
	check("/mutants.json", 200, string(must(os.ReadFile("../../docs/mutants.json"))))
	for _, path := range []string{"/nothing.html", "/go.mod", "/figures/", "/figures"} {
		check(path, 404, "404 page not found\n")
	}
}

func (o output) Write(p []byte) (int, error) { o <- string(p); return len(p), nil }

// The pages are served before the program is built, and an interrupt also ends the
// build.
func TestServe(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("GOCACHE", filepath.Join(temporary, "cache"))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, code := make(output, 9), make(chan int)
	var stderr bytes.Buffer
	go func() { code <- run(ctx, []string{"-open=false"}, out, &stderr) }()
	url := ""
	select {
	case text := <-out:
		url, _, _ = strings.Cut(text, "\n")
	case status := <-code:
		t.Fatalf("got status %d, %s", status, &stderr)
	}
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
	if status := <-code; status != 0 || stderr.Len() > 0 {
		t.Errorf("got status %d, %s", status, stderr.String())
	}
	if err := <-program; err == nil {
		t.Error("live.js is served before it is built")
	}
	if _, err := http.Get(url); err == nil {
		t.Error("the address still answers")
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "read-*")); left != nil {
		t.Errorf("%v is left behind", left)
	}
}
