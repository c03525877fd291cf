package progress

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// In a pipe: whole lines, the first, each tenth, and the last.
func TestPlain(t *testing.T) {
	for total, want := range map[int]string{
		1:  "1",
		3:  "1 2 3",
		50: "1 5 10 15 20 25 30 35 40 45 50",
		99: "1 10 20 30 40 50 60 70 80 90 99",
	} {
		var b strings.Builder
		l := To(&b, false)
		for n := 1; n <= total; n++ {
			l.Show(n, total, fmt.Sprint(n))
		}
		l.Close()
		if got := strings.Join(strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n"), " "); got != want {
			t.Errorf("of %d: %s, want %s", total, got, want)
		}
		if strings.ContainsAny(b.String(), "\r\x1b") {
			t.Errorf("of %d: control characters in %q", total, b.String())
		}
	}
}

// screen returns the line of a terminal after text was printed to it.
func screen(t *testing.T, text string) string {
	t.Helper()
	var line []rune
	at := 0
	for _, r := range text {
		if r == '\r' {
			at = 0
			continue
		}
		if line = append(line, 0)[:max(len(line), at+1)]; at >= 80 {
			t.Errorf("wider than the terminal: %q", text)
		}
		line[at] = r
		at++
	}
	return string(line)
}

func TestTerminal(t *testing.T) {
	var b strings.Builder
	l := To(&b, true)
	l.Show(1, 3, "a long message")
	if got := screen(t, b.String()); got != "a long message" {
		t.Errorf("shows %q", got)
	}
	l.Show(2, 3, "too soon")
	if got := screen(t, b.String()); got != "a long message" {
		t.Errorf("drawn again at once: %q", got)
	}
	l.Show(3, 3, "last") // always shown
	if got := strings.TrimRight(screen(t, b.String()), " "); got != "last" {
		t.Errorf("shows %q", got)
	}
	l.Show(3, 3, strings.Repeat("ü", 200))
	if got := screen(t, b.String()); got != strings.Repeat("ü", 79) {
		t.Errorf("shows %q", got)
	}
	l.Close()
	if got := strings.TrimRight(screen(t, b.String()), " "); got != "" || !strings.HasSuffix(b.String(), "\r") {
		t.Errorf("closed it shows %q", got)
	}
	if strings.Contains(b.String(), "\n") {
		t.Errorf("a new line in %q", b.String())
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if New(f).terminal {
		t.Error("a file is taken for a terminal")
	}
}
