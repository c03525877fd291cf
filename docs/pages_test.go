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
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
)

const readme = "../README.md"

// pages are those whose generated blocks and links are compared with the code.
var pages = []string{readme, derivation, "experiments.md", "answers.md", "exercises.md", "mutants.md", "homework.md"}

// path is the reading path of the README: nothing is used before it is explained.
var path = []struct{ file, what string }{
	{"docs/derivation.md", "every equation, from the network's sums to the update"},
	{"derive/sample.go", "the equations as the page has them, one scalar at a time"},
	{"derive/batch.go", "means over a batch, the penalty, the update"},
	{"matrix/matrix.go", "the flat slice, and the receiver as the destination"},
	{"network/network.go", "the parameters and their first values"},
	{"network/activation.go", "σ, tanh, ReLU and their derivatives"},
	{"network/pass.go", "every quantity of the derivation by its name"},
	{"network/forward.go", "F1 to F4, the loss, and how calls nest"},
	{"network/backward.go", "M1 to M6"},
	{"network/update.go", "R2, U1, U2: one step"},
	{"network/train.go", "epochs and batches"},
	{"network/predict.go", "outputs, classes, scores"},
	{"matrix/check.go", "shapes and shared storage"},
	{"matrix/plain.go", "the three products as they are defined"},
	{"matrix/mul.go", "the loops that compute them faster"},
	{"matrix/elementwise.go", "the other operations"},
}

// generated finds a block that is made from the code: a comment that says how, then
// the block, up to an empty line or the end of the code fence.
//
//	output: go run ./cmd/NAME; from "…" to "…"   what a command prints
//	code: network.(*Network).Backward             a declaration, without its comment
//	lines                                         the reading path
//	status                                        what the run of the page found
//	saturation                                    what a(1 − a) loses
var generated = regexp.MustCompile("(?s)<!-- (output|code|lines|status|saturation)(?:: ([^\n]*?))? -->\n(```\\w+\n.*?```\n|.*?\n\n)")

// command of an output: go run ./cmd/NAME ARGS, and from which line to which.
var command = regexp.MustCompile(`^go run (\./cmd/[^;]*?)(?:; from "(.*)" to "(.*)")?$`)

// regenerate returns the text with its generated blocks as they should be. Outputs
// are regenerated only where arithmetic rounds as it did where they were written.
func regenerate(text string) (string, error) {
	var failed error
	text = generated.ReplaceAllStringFunc(text, func(block string) string {
		m := generated.FindStringSubmatch(block)
		head := block[:strings.Index(block, "\n")+1]
		var body string
		var err error
		switch m[1] {
		case "lines":
			body, err = readingPath()
			body += "\n"
		case "status":
			var p *page.Page
			if p, err = page.Read(text); err == nil {
				body, err = status(p)
			}
			body += "\n"
		case "saturation":
			body = saturation() + "\n"
		case "code":
			body, err = source(m[2])
			body = "```go\n" + body + "```\n"
		case "output":
			if !sameArithmetic() {
				return block
			}
			body, err = excerpt(m[2])
			body = "```text\n" + body + "```\n"
		}
		if err != nil {
			failed = err
			return block
		}
		return head + body
	})
	return text, failed
}

// saturation returns the table of σ′ from z, as derive computes it, and from a.
func saturation() string {
	b := "| z | σ(z) σ(−z) | a (1 − a) | relative error |\n| --- | --- | --- | --- |\n"
	for _, z := range []float64{1, 5, 10, 20, 30, 40} {
		a := derive.Sigmoid.F(z)
		exact, fromA := derive.Sigmoid.Prime(z), a*(1-a)
		b += fmt.Sprintf("| %g | %.4g | %.4g | %.0e |\n", z, exact, fromA, derive.RelErr(fromA, exact))
	}
	return b
}

// fence matches a fenced block of a page: a formula or code.
var fence = regexp.MustCompile("(?ms)^```.*?^```$")

// readingPath returns the list of files with their lengths, and the time that it
// takes to read them: 200 words of a page, or 30 lines of formulas or code, a
// minute.
func readingPath() (string, error) {
	var b strings.Builder
	words, lines := 0, 0
	for _, p := range path {
		text, err := os.ReadFile(filepath.Join("..", p.file))
		if err != nil {
			return "", err
		}
		n := bytes.Count(text, []byte("\n"))
		if strings.HasSuffix(p.file, ".md") {
			for _, block := range fence.FindAll(text, -1) {
				lines += bytes.Count(block, []byte("\n")) - 1
			}
			words += len(bytes.Fields(fence.ReplaceAll(text, nil)))
		} else {
			lines += n
		}
		fmt.Fprintf(&b, "- [%s](%s), %d lines: %s\n", p.file, p.file, n, p.what)
	}
	minutes := 5 * math.Round((float64(words)/200+float64(lines)/30)/5)
	fmt.Fprintf(&b, "- together %d words and %d lines of formulas and code: about %g minutes, at 200\n  words or 30 lines a minute\n", words, lines, minutes)
	return b.String(), nil
}

// excerpt runs the command and returns what it prints to standard output, from the
// first line that begins with one text to the next that begins with the other.
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
// once, as where the processor has an instruction for it. Training makes a
// difference in the last digit grow.
func sameArithmetic() bool {
	x := 1 + math.Ldexp(1, -30)
	square := x * x
	return runtime.GOARCH == "amd64" && x*x-square == 0
}

// The code on the pages is the code, and each output on them is what the command
// prints.
func TestGenerated(t *testing.T) {
	kinds := make(map[string]int)
	for _, name := range pages {
		text := read(t, name)
		blocks := generated.FindAllStringSubmatch(text, -1)
		for _, m := range blocks {
			kinds[m[1]]++
		}
		if comments := regexp.MustCompile(`(?m)^<!-- (output|code|lines|status|saturation)\b`).FindAllString(text, -1); len(comments) != len(blocks) {
			t.Errorf("%s: %d comments ask for a generated block, %d have one", name, len(comments), len(blocks))
		}
		now, err := regenerate(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compareOrUpdate(t, name, text, now)
	}
	if kinds["output"] < 2 || kinds["code"] < 5 || kinds["lines"] != 1 || kinds["status"] != 1 || kinds["saturation"] != 1 {
		t.Errorf("generated blocks: %v", kinds)
	}
}

// CI runs the test command that the README names.
func TestReadmeNamesTheTestCommand(t *testing.T) {
	if !strings.Contains(read(t, readme), "\n    go test ./...\n") || !strings.Contains(read(t, "../.ci/run"), "\ngo test -count=1 ./...\n") {
		t.Error("README.md or .ci/run does not have go test ./...")
	}
}

// Every link of a page to a file of the project leads to one.
func TestRelativeLinks(t *testing.T) {
	links := 0
	for _, page := range pages {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`).FindAllStringSubmatch(read(t, page), -1) {
			links++
			file := page
			if m[1] != "" {
				file = filepath.Join(filepath.Dir(page), m[1])
			}
			target, err := os.ReadFile(file)
			if info, statErr := os.Stat(file); statErr == nil && info.IsDir() {
				continue
			}
			if err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			} else if m[2] != "" && !hasAnchor(file, string(target), m[2]) {
				t.Errorf("%s links to %s, which has no #%s", page, file, m[2])
			}
		}
	}
	if links < 100 {
		t.Errorf("%d links found, want at least 100", links)
	}
}

// hasAnchor reports whether a file has the place that a link names after #: a line
// of code, or a heading or an anchor of a page.
func hasAnchor(file, text, anchor string) bool {
	if line, ok := strings.CutPrefix(anchor, "L"); ok && strings.HasSuffix(file, ".go") {
		n, err := strconv.Atoi(line)
		return err == nil && n >= 1 && n <= strings.Count(text, "\n")
	}
	if strings.Contains(text, `<a id="`+anchor+`"></a>`) {
		return true
	}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		// As GitHub forms it: lower case, spaces as hyphens, no punctuation.
		heading := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		if regexp.MustCompile(`[^\pL\pN_-]`).ReplaceAllString(heading, "") == anchor {
			return true
		}
	}
	return false
}
