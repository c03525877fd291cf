package docs

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

const readme = "../README.md"

// pages are the pages whose generated blocks and links are compared with the code.
var pages = []string{readme, derivation, "experiments.md", "answers.md", "exercises.md", "check.md", "mutants.md", "homework.md", "speed.md"}

// generated finds a block that is made from the code: a comment that says how, then
// the block, up to an empty line or the end of the code fence.
//
//	output: go run ./cmd/NAME; from "…" to "…"   what a command prints
//	code: network.(*Network).Backward             a declaration, without its comment
//	lines                                         the reading path
//	status                                        what the run of the page found
//	saturation                                    what a(1 − a) loses
//	points                                        where the page is run
var generated = regexp.MustCompile("(?s)<!-- (output|code|lines|status|saturation|points)(?:: ([^\n]*?))? -->\n(```\\w+\n.*?```\n|.*?\n\n)")

// shapes finds the shapes of a product, before a comment with its formula:
//
//	shapes: w^{(2)} \eta           (n1×n2)·(n2×1) = n1×1
//	batch shapes: a^{(1)} \eta^T   the same for a batch
var shapes = regexp.MustCompile(`\(?[n1m]\d?×[nm\d×()ᵀ·+=\s]*<!-- (batch )?shapes: (.*?) -->`)

// command of an output: go run ./cmd/NAME ARGS, and from which line to which.
var command = regexp.MustCompile(`^go run (\./cmd/[^;]*?)(?:; from "(.*)" to "(.*)")?$`)

// regenerate returns the text with its generated blocks brought up to date. Outputs
// are regenerated only where arithmetic rounds as it did where they were written.
func regenerate(t *testing.T, text string) string {
	text = reshape(t, text)
	return generated.ReplaceAllStringFunc(text, func(block string) string {
		m := generated.FindStringSubmatch(block)
		before, body, after := "", "", "\n"
		switch m[1] {
		case "lines":
			body = readingPath(t)
		case "status":
			body = status(t)
		case "saturation":
			body = saturation()
		case "points":
			body = points(t)
		case "code":
			before, body, after = "```go\n", source(t, m[2]), "```\n"
		case "output":
			if !sameArithmetic() {
				return block
			}
			before, body, after = "```text\n", excerpt(t, m[2]), "```\n"
		}
		return block[:strings.Index(block, "\n")+1] + before + body + after
	})
}

// reshape returns the text with its shapes brought up to date.
func reshape(t *testing.T, text string) string {
	return shapes.ReplaceAllStringFunc(text, func(block string) string {
		m := shapes.FindStringSubmatch(block)
		return shapesOf(t, m[2], m[1] != "") + block[strings.Index(block, "<!--"):]
	})
}

// shapesOf returns the shapes of the symbols of a sum of products, and that of the
// whole.
func shapesOf(t *testing.T, formula string, batch bool) string {
	d, err := tex.Parse(formula, tex.Pos{Line: 1, Col: 1})
	if err != nil {
		t.Fatalf("shapes of %s: %v", formula, err)
	}
	type shape struct{ text, rows, cols string }
	var of func(n tex.Node) shape
	of = func(n tex.Node) shape {
		z, join := shape{}, ""
		switch n := n.(type) {
		case *tex.Symbol:
			whole := *n
			whole.Transposed = false
			rows, cols, ok := page.Shape(&whole, batch)
			if z.text = rows + "×" + cols; !ok {
				t.Fatalf("shapes of %s: %v is no quantity", formula, n)
			}
			if z.rows, z.cols = rows, cols; n.Transposed {
				z = shape{"(" + z.text + ")ᵀ", cols, rows}
			}
			return z
		case *tex.Product:
			join = "·"
		case *tex.Add:
			join = " + "
		default:
			t.Fatalf("shapes of %s: got %v, want a symbol, a product or a sum", formula, n)
		}
		for i, child := range tex.Children(n) {
			x := of(child)
			if _, ok := child.(*tex.Symbol); ok && !strings.HasPrefix(x.text, "(") {
				x.text = "(" + x.text + ")"
			}
			switch {
			case i == 0:
				z = x
				continue
			case join == "·" && z.cols == x.rows:
				z.cols = x.cols
			case join == "·" || z.rows != x.rows || z.cols != x.cols:
				t.Fatalf("shapes of %s: %s%s%s", formula, z.text, join, x.text)
			}
			z.text += join + x.text
		}
		return z
	}
	z := of(d.Lines[0][0].First)
	if result := z.rows + "×" + z.cols; z.text != result {
		z.text += " = " + result
	}
	return z.text
}

// saturation returns the table of σ′ from z, as derive computes it, and from a.
func saturation() string {
	b := "| x | σ(x) σ(−x) | σ(x) (1 − σ(x)) | relative error |\n| --- | --- | --- | --- |\n"
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
// takes to read them at 200 words of a page, or 30 lines of formulas or code, a
// minute.
func readingPath(t *testing.T) string {
	var b strings.Builder
	words, lines := 0, 0
	for _, p := range ReadingPath {
		text := read(t, filepath.Join("..", p.File))
		n := strings.Count(text, "\n")
		fmt.Fprintf(&b, "- [%s](%s), %d lines: %s\n", p.File, p.File, n, p.What)
		if !strings.HasSuffix(p.File, ".md") {
			lines += n
			continue
		}
		words += len(strings.Fields(fence.ReplaceAllString(text, "")))
		for _, block := range fence.FindAllString(text, -1) {
			lines += strings.Count(block, "\n") - 1
		}
	}
	minutes := 5 * math.Round((float64(words)/200+float64(lines)/30)/5)
	fmt.Fprintf(&b, "- together %d words and %d lines of formulas and code: about %g minutes, at 200\n  words or 30 lines a minute\n", words, lines, minutes)
	return b.String()
}

// excerpt runs the command and returns its standard output, from the first line that
// begins with one text to the next that begins with the other.
func excerpt(t *testing.T, how string) string {
	m := command.FindStringSubmatch(how)
	if m == nil {
		t.Fatalf("unknown output %q", how)
	}
	c := exec.Command("go", append([]string{"run"}, strings.Fields(m[1])...)...)
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	text := regexp.MustCompile(`(?m) +$`).ReplaceAllString(string(out), "")
	if m[2] != "" {
		from := regexp.MustCompile(`(?ms)^` + regexp.QuoteMeta(m[2]) + `.*?^` + regexp.QuoteMeta(m[3]) + `[^\n]*`)
		if text = from.FindString(text); text == "" {
			t.Fatalf("%v does not print lines that begin with %q and then %q", c, m[2], m[3])
		}
	}
	return strings.TrimRight(text, "\n") + "\n"
}

// sameArithmetic reports whether x·y + z is rounded twice, as by plain loops on amd64.
// Other processors, and vectors, round it once, and training makes a difference in the
// last digit grow.
func sameArithmetic() bool {
	return runtime.GOARCH == "amd64" && matrix.Kernel() == "plain loops"
}

// The code on the pages is that of the packages, and each output is what its command
// prints.
func TestGenerated(t *testing.T) {
	kinds := make(map[string]int)
	for _, name := range pages {
		text := read(t, name)
		blocks := generated.FindAllStringSubmatch(text, -1)
		for _, m := range blocks {
			kinds[m[1]]++
		}
		if comments := regexp.MustCompile(`(?m)^<!-- (output|code|lines|status|saturation|points)\b`).FindAllString(text, -1); len(comments) != len(blocks) {
			t.Errorf("%s: got %d comments for a generated block, but %d blocks", name, len(comments), len(blocks))
		}
		t.Run(name, func(t *testing.T) { compareOrUpdate(t, name, text, regenerate(t, text)) })
	}
	if kinds["output"] < 2 || kinds["code"] < 5 || kinds["lines"] != 1 || kinds["status"] != 1 || kinds["saturation"] != 1 || kinds["points"] != 1 {
		t.Errorf("got generated blocks %v, want at least 2 of output and 5 of code, and 1 each of lines, status, saturation and points", kinds)
	}
}

// The README names the test command that CI runs.
func TestReadmeNamesTheTestCommand(t *testing.T) {
	if !strings.Contains(read(t, readme), "\n    go test ./...\n") || !strings.Contains(read(t, "../.ci/run"), "\ngo test -count=1 ./...\n") {
		t.Error("README.md or .ci/run does not run go test ./...")
	}
}

// Every relative link of a page leads to a file or folder of the project, and to a
// line, a heading or an anchor in it.
func TestRelativeLinks(t *testing.T) {
	links := 0
	for _, name := range pages {
		for _, m := range regexp.MustCompile(`([^[\]]*)\]\(([^)#:]*)(?:#([^)]*))?\)`).FindAllStringSubmatch(read(t, name), -1) {
			links++
			text := m[1]
			m = m[1:]
			if !says(text, m[1], m[2]) {
				t.Errorf("%s: [%s] links to %s#%s", name, text, m[1], m[2])
			}
			file := name
			if m[1] != "" {
				file = filepath.Join(filepath.Dir(name), m[1])
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			} else if m[2] != "" && !hasAnchor(file, read(t, file), m[2]) {
				t.Errorf("%s links to %s, which has no #%s", name, file, m[2])
			}
		}
	}
	if links < 100 {
		t.Errorf("got %d links, want at least 100", links)
	}
}

// says reports whether a link leads to where its text says: a label to that equation
// or into the code, "section 7" or "7 Batches" to that section, a file name to that
// file.
func says(text, file, anchor string) bool {
	switch label := regexp.MustCompile(`^[A-Z]\d$`).MatchString(text); {
	case label:
		return anchor == text || strings.HasSuffix(file, ".go")
	case regexp.MustCompile(`^(section )?\d( |$)`).MatchString(text):
		return strings.HasPrefix(anchor, regexp.MustCompile(`\d+`).FindString(text)+"-")
	case strings.HasSuffix(text, ".go"):
		return strings.HasSuffix(file, text)
	}
	return true
}

// hasAnchor reports whether a file has the place that a link names after #.
func hasAnchor(file, text, anchor string) bool {
	if line, ok := strings.CutPrefix(anchor, "L"); ok && strings.HasSuffix(file, ".go") {
		n, err := strconv.Atoi(line)
		return err == nil && n >= 1 && n <= strings.Count(text, "\n")
	}
	found := strings.Contains(text, `<a id="`+anchor+`"></a>`)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		// As GitHub forms it: lower case, spaces as hyphens, no punctuation.
		heading := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		found = found || regexp.MustCompile(`[^\pL\pN_-]`).ReplaceAllString(heading, "") == anchor
	}
	return found
}
