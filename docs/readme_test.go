package docs

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const readme = "../README.md"

// path is what the README advises to read, in that order.
var path = []struct{ file, what string }{
	{"docs/derivation.md", "every equation, from the network's sums to the update"},
	{"derive/ledger.go", "the equations as they stand, one scalar at a time"},
	{"derive/batch.go", "means over a batch, the penalty, the update"},
	{"network/network.go", "the parameters and how they start"},
	{"network/activation.go", "σ, tanh, ReLU and their derivatives"},
	{"network/pass.go", "every quantity of the derivation by its name"},
	{"network/forward.go", "F1 to F4 and the loss"},
	{"network/backward.go", "M1 to M6"},
	{"network/update.go", "R2, U1, U2: one step"},
	{"matrix/matrix.go", "the flat slice"},
	{"matrix/mul.go", "the three products"},
	{"matrix/elementwise.go", "the rest"},
}

// generated finds a block that is made from the code: a comment that says how,
// and what stands behind it up to an empty line or the end of the code fence.
var generated = regexp.MustCompile("(?s)<!-- (output|lines)(: [^\n]*?)? -->\n(```text\n.*?```\n|.*?\n\n)")

// command of an output: go run ./cmd/NAME ARGS, and from which line to which.
var command = regexp.MustCompile(`^: go run (\./cmd/[^;]*?)(?:; from "(.*)" to "(.*)")?$`)

// regenerate returns the text with its generated blocks as they should be;
// those that are outputs only if the last digit of a calculation is here what it
// was where they were written.
func regenerate(text string) (string, error) {
	var failed error
	text = generated.ReplaceAllStringFunc(text, func(block string) string {
		m := generated.FindStringSubmatch(block)
		head := fmt.Sprintf("<!-- %s%s -->\n", m[1], m[2])
		if m[1] == "lines" {
			lines, err := readingPath()
			if err != nil {
				failed = err
			}
			return head + lines + "\n"
		}
		if !sameArithmetic() {
			return block
		}
		output, err := excerpt(m[2])
		if err != nil {
			failed = err
		}
		return head + "```text\n" + output + "```\n"
	})
	return text, failed
}

func readingPath() (string, error) {
	var b strings.Builder
	for _, p := range path {
		text, err := os.ReadFile(filepath.Join("..", p.file))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "- [%s](%s), %d lines: %s\n", p.file, p.file, bytes.Count(text, []byte("\n")), p.what)
	}
	return b.String(), nil
}

// excerpt runs the command and returns what it prints to standard output, from
// the first line that begins with one text to the first from there that begins
// with the other.
func excerpt(how string) (string, error) {
	m := command.FindStringSubmatch(how)
	if m == nil {
		return "", fmt.Errorf("unknown output %q", how)
	}
	c := exec.Command("go", append([]string{"run"}, strings.Fields(m[1])...)...)
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%v: %w", c, err)
	}
	lines := strings.SplitAfter(string(out), "\n")
	begins := func(with string) func(string) bool {
		return func(line string) bool { return strings.HasPrefix(line, with) }
	}
	if m[2] != "" {
		first := slices.IndexFunc(lines, begins(m[2]))
		if first < 0 {
			return "", fmt.Errorf("%v prints no line that begins with %q", c, m[2])
		}
		lines = lines[first:]
		last := slices.IndexFunc(lines, begins(m[3]))
		if last < 0 {
			return "", fmt.Errorf("%v prints no line that begins with %q", c, m[3])
		}
		lines = lines[:last+1]
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \n") + "\n"
	}
	return strings.TrimRight(strings.Join(lines, ""), "\n") + "\n", nil
}

// sameArithmetic reports whether x·y + z is rounded twice, as on amd64, and not
// once, as Go does where a processor has an instruction for it. Training makes
// a difference in the last digit grow.
func sameArithmetic() bool {
	x := 1 + math.Ldexp(1, -30)
	square := x * x
	return runtime.GOARCH == "amd64" && x*x-square == 0
}

// What the README shows is what the commands print, and its line counts are
// those of the files.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(generated.FindAllString(string(text), -1)); n != 3 {
		t.Fatalf("%d generated blocks, want 3", n)
	}
	now, err := regenerate(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if now == string(text) {
		return
	}
	if *update {
		if err := os.WriteFile(readme, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log("rewrote README.md")
		return
	}
	had, want := strings.Split(string(text), "\n"), strings.Split(now, "\n")
	for n := range min(len(had), len(want)) {
		if had[n] != want[n] {
			t.Fatalf("README.md:%d is stale; to mend it: go test ./docs -update\n-%s\n+%s", n+1, had[n], want[n])
		}
	}
	t.Fatal("README.md is stale; to mend it: go test ./docs -update")
}

// The README names the test command that is run for every commit.
func TestReadmeNamesTheTestCommand(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	ci, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\n    go test ./...\n") || !strings.Contains(string(ci), "\ngo test -count=1 ./...\n") {
		t.Error("README.md or .ci/run does not have go test ./...")
	}
}

// Every link of a page to a file of the project leads to one.
func TestRelativeLinks(t *testing.T) {
	links := 0
	for _, page := range []string{readme, derivation, "experiments.md", "answers.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
	if links < 60 {
		t.Errorf("%d links found, want at least 60", links)
	}
}
