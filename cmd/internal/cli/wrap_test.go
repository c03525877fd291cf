package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	a, b := strings.Repeat("δ", 40), strings.Repeat("b", 38)
	if got := Wrap(a+"  "+b+" c", 79); got != a+" "+b+"\nc" {
		t.Errorf("got %s", got)
	}
	// Each line is as long as its words allow.
	for width := 1; width < 30; width++ {
		lines := strings.Split(Wrap(" one two three  four five six seven eight nine ten ", width), "\n")
		for i, line := range lines {
			if len(line) > width && strings.Contains(line, " ") {
				t.Errorf("width %d: %q is wider", width, line)
			}
			if i == 0 {
				continue
			}
			if word, _, _ := strings.Cut(line, " "); len(lines[i-1]+" "+word) <= width {
				t.Errorf("width %d: there is room for %q after %q", width, word, lines[i-1])
			}
		}
		if got := strings.Join(lines, " "); got != "one two three four five six seven eight nine ten" {
			t.Errorf("width %d: got %s", width, got)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range []string{"0 rows", "1 row", "2 rows"} {
		if got := Count(n, "row"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestRoot(t *testing.T) {
	root, err := Root()
	if _, err2 := os.Stat(filepath.Join(root, "go.mod")); err != nil || err2 != nil {
		t.Errorf("got %s, %v, %v", root, err, err2)
	}
	t.Chdir(t.TempDir())
	if root, err := Root(); root != "" || err == nil || err.Error() != "cannot find the source of chainrule/network: run this command in a clone of the repository" {
		t.Errorf("outside: got %q, %v", root, err)
	}
}
