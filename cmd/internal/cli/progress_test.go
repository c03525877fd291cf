package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// In a file: whole lines, for the first step, each tenth and the last.
func TestProgressInFile(t *testing.T) {
	for total, want := range map[int]string{1: "1 ", 3: "1 2 3 ", 50: "1 5 10 15 20 25 30 35 40 45 50 ", 99: "1 10 20 30 40 50 60 70 80 90 99 "} {
		f, err := os.Create(filepath.Join(t.TempDir(), "log"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		p := NewProgress(f)
		for n := 1; n <= total; n++ {
			p.Show(n, total, fmt.Sprint(n))
		}
		p.Close()
		if got, err := os.ReadFile(f.Name()); strings.ReplaceAll(string(got), "\n", " ") != want || err != nil {
			t.Errorf("%d steps: got %q, %v; want %q", total, got, err, want)
		}
	}
}

// A character device stands for a terminal.
func TestNewProgress(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	for _, term := range []string{"xterm", "", "dumb"} {
		t.Setenv("TERM", term)
		if got := NewProgress(device).terminal; got != (term != "dumb") {
			t.Errorf("TERM %q: a terminal: %v", term, got)
		}
		if NewProgress(new(strings.Builder)).terminal {
			t.Error("a buffer is a terminal")
		}
	}
}

func TestProgressOnTerminal(t *testing.T) {
	var b strings.Builder
	p := &Progress{w: &b, terminal: true}
	for _, c := range []struct {
		step          int
		message, want string // want is what the step prints
	}{
		{1, "a long message", "\r\x1b[K\x1b[?7la long message\x1b[?7h"},
		{2, "too soon", ""},
		{3, "last", "\r\x1b[K\x1b[?7llast\x1b[?7h"}, // always shown
		{0, "", "\r\x1b[K"},
	} {
		b.Reset()
		if p.Show(c.step, 3, c.message); c.step == 0 {
			p.Close()
		}
		if b.String() != c.want {
			t.Errorf("%s: got %q, want %q", c.message, b.String(), c.want)
		}
	}
}
