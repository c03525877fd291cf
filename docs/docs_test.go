package docs

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

var update = flag.Bool("update", false, "rewrite what the pages take from the code")

// packages compute the ledger, each of them all of it.
var packages = []string{"derive", "network"}

const derivation = "derivation.md"

// A line is one of the code that carries labels.
type line struct {
	file   string // "network/backward.go"
	number int
	first  string // the first label on it: what the statement computes
}

// carriers returns for each label the lines that carry it, in the order of the
// files' names. A label in a comment that does not stand behind a statement, on
// the line where that ends, is an error, and so is one that is not in the
// ledger.
func carriers(dir string) (map[string][]line, error) {
	files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
	if err != nil {
		return nil, err
	}
	found := make(map[string][]line)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ends := make(map[int]bool) // lines on which a statement ends
		ast.Inspect(f, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt:
				ends[fset.Position(n.End()).Line] = true
			}
			return true
		})
		for _, group := range f.Comments {
			for _, c := range group.List {
				m := Labelled.FindStringSubmatch(c.Text)
				if m == nil {
					continue
				}
				first, _, _ := strings.Cut(m[1], ",")
				at := line{dir + "/" + filepath.Base(name), fset.Position(c.Pos()).Line, first}
				if !ends[at.number] {
					return nil, fmt.Errorf("%s:%d: the label %s stands behind no statement", at.file, at.number, m[1])
				}
				for _, label := range strings.Split(m[1], ", ") {
					if !slices.Contains(page.Ledger, label) {
						return nil, fmt.Errorf("%s:%d: the label %s is not in the ledger", at.file, at.number, label)
					}
					found[label] = append(found[label], at)
				}
			}
		}
	}
	return found, nil
}

// links returns the line of the page that leads from a label to the code:
// "**F1** in `derive` [ledger.go:98](…) · `network` [forward.go:6](…)".
func links(label string, code map[string]map[string][]line) string {
	var parts []string
	for _, pkg := range packages {
		parts = append(parts, fmt.Sprintf("`%s` %s", pkg, linked(code[pkg][label])))
	}
	return fmt.Sprintf("**%s** in %s", label, strings.Join(parts, " · "))
}

// linked returns "[ledger.go:98](../derive/ledger.go#L98)" for each line.
func linked(lines []line) string {
	var to []string
	for _, at := range lines {
		to = append(to, fmt.Sprintf("[%s:%d](../%s#L%d)", filepath.Base(at.file), at.number, at.file, at.number))
	}
	return strings.Join(to, ", ")
}

var (
	anchor = regexp.MustCompile(`^<a id="([A-Z][0-9])"></a>$`)
	tag    = regexp.MustCompile(`\\tag\{([^}]*)\}`)
	link   = regexp.MustCompile(`^\*\*([A-Z][0-9])\*\* in`)
)

// mend returns the page with its lines of links as the code is now, and what
// else is wrong with its labels: each has one anchor, then one display equation
// with its tag, then its links.
func mend(text string, code map[string]map[string][]line) (mended string, problems []string) {
	problem := func(n int, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: ", derivation, n+1)+fmt.Sprintf(format, args...))
	}
	var seen []string
	var anchored, tagged string // the label whose tag, whose links come next
	inMath := false
	lines := strings.Split(text, "\n")
	for n, l := range lines {
		switch {
		case l == "```math":
			inMath = true
		case l == "```":
			if inMath && anchored != "" {
				problem(n, "%s has an anchor and no tag", anchored)
				anchored = ""
			}
			inMath = false
		}
		for _, m := range tag.FindAllStringSubmatch(l, -1) {
			if !inMath || m[1] != anchored {
				problem(n, "the tag %s does not follow its anchor", m[1])
			}
			anchored, tagged = "", m[1]
		}
		if m := anchor.FindStringSubmatch(l); m != nil {
			if tagged != "" {
				problem(n, "%s has no line of links", tagged)
			}
			anchored, tagged = m[1], ""
		}
		if m := link.FindStringSubmatch(l); m != nil {
			if m[1] != tagged {
				problem(n, "the links of %s do not follow its equation", m[1])
			}
			tagged = ""
			seen = append(seen, m[1])
			lines[n] = links(m[1], code)
		}
	}
	if tagged != "" || anchored != "" {
		problem(len(lines)-1, "%s has no line of links", tagged+anchored)
	}
	if !slices.Equal(seen, page.Ledger) {
		problem(0, "the equations are %v, the ledger has %v", seen, page.Ledger)
	}
	for _, label := range page.Ledger {
		for _, pkg := range packages {
			if len(code[pkg][label]) == 0 {
				problems = append(problems, fmt.Sprintf("%s: no statement carries the label %s", pkg, label))
			}
		}
	}
	return strings.Join(lines, "\n"), problems
}

// carriersOfAll returns the carriers of each of the packages.
func carriersOfAll() (code map[string]map[string][]line, err error) {
	code = make(map[string]map[string][]line)
	for _, pkg := range packages {
		if code[pkg], err = carriers(pkg); err != nil {
			return nil, err
		}
	}
	return code, nil
}

func allCarriers(t *testing.T) map[string]map[string][]line {
	t.Helper()
	code, err := carriersOfAll()
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(derivation)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryLabelIsLinked(t *testing.T) {
	text := read(t)
	mended, problems := mend(text, allCarriers(t))
	for _, p := range problems {
		t.Error(p)
	}
	if mended == text {
		return
	}
	if *update {
		if err := os.WriteFile(derivation, []byte(mended), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("rewrote %s", derivation)
		return
	}
	old, now := strings.Split(text, "\n"), strings.Split(mended, "\n")
	for n := range old {
		if old[n] != now[n] {
			t.Errorf("%s:%d: a link leads to a line that does not carry the label\n-%s\n+%s", derivation, n+1, old[n], now[n])
		}
	}
	t.Error("to mend the links: go test ./docs -update")
}

// The test above can fail: for each label, without its anchor, its tag, its
// links, with a link to the next line, or without its statement, there is a
// problem that names the label.
func TestMendFindsWhatIsWrong(t *testing.T) {
	code := allCarriers(t)
	good, _ := mend(read(t), code)
	if again, problems := mend(good, code); again != good || len(problems) > 0 {
		t.Fatalf("the mended page: %v", problems)
	}
	for _, label := range page.Ledger {
		for what, bad := range map[string]string{
			"no anchor":    strings.Replace(good, `<a id="`+label+`"></a>`, "", 1),
			"no tag":       strings.Replace(good, `\tag{`+label+`}`, "", 1),
			"another tag":  strings.Replace(good, `\tag{`+label+`}`, `\tag{X9}`, 1),
			"no links":     strings.Replace(good, "**"+label+"** in", "", 1),
			"no equation":  regexp.MustCompile("(?s)(<a id=\""+label+"\"></a>\n).*?(\n\\*\\*"+label+")").ReplaceAllString(good, "$1$2"),
			"links double": strings.Replace(good, "**"+label+"** in", "**"+label+"** in\n**"+label+"** in", 1),
		} {
			if bad == good {
				t.Fatalf("%s: %s: nothing replaced", label, what)
			}
			_, problems := mend(bad, code)
			if !strings.Contains(strings.Join(problems, "\n"), label) {
				t.Errorf("%s: %s: %v", label, what, problems)
			}
		}
		first := code["network"][label][0]
		bad := strings.Replace(good, links(label, code), strings.Replace(links(label, code), fmt.Sprintf("#L%d)", first.number), fmt.Sprintf("#L%d)", first.number+1), 1), 1)
		if mended, _ := mend(bad, code); bad == good || mended != good {
			t.Errorf("%s: a link to the next line is not mended", label)
		}
		for _, pkg := range packages {
			had := code[pkg][label]
			delete(code[pkg], label)
			if _, problems := mend(good, code); !strings.Contains(strings.Join(problems, "\n"), pkg+": no statement carries the label "+label) {
				t.Errorf("%s: not in %s: %v", label, pkg, problems)
			}
			code[pkg][label] = had
		}
	}
}

// Every number of ten digits or more on the page is one that the network
// computes for the homework's Q1, with y = 1.
func TestNumbersOnThePage(t *testing.T) {
	n := &network.Network{
		Activation: network.Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
	p := n.NewPass(1)
	p.Load(matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0})
	n.Forward(p)
	p.Loss()
	n.Backward(p)
	var computed []float64
	for _, x := range []*matrix.Matrix{p.Z1, p.A1, p.Z2, p.A2, p.L, p.F2Prime, p.Eta, p.Delta, p.DW2} {
		computed = append(computed, x.Data...)
	}
	numbers := regexp.MustCompile(`-?\d\.\d{10,}`).FindAllString(read(t), -1)
	if len(numbers) < 20 {
		t.Fatalf("%d numbers on the page, want at least 20", len(numbers))
	}
	for _, number := range numbers {
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatal(err)
		}
		// Another processor's exp may differ in its last bit, and a² − 1 makes
		// that five times as large.
		if !slices.ContainsFunc(computed, func(c float64) bool { return math.Abs(c-v) <= 32*0x1p-52*math.Abs(v) }) {
			t.Errorf("%s: the network computes no %s", derivation, number)
		}
	}
}

// labelLink is a link from a label to its line: [M4](../network/backward.go#L43).
var labelLink = regexp.MustCompile(`\[([A-Z][0-9])\]\(\.\./(derive|network)/\w+\.go#L\d+\)`)

// In the other pages, a link from a label leads to the first line that carries it.
func TestLabelLinks(t *testing.T) {
	const answers = "answers.md"
	code := allCarriers(t)
	b, err := os.ReadFile(answers)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	mended := labelLink.ReplaceAllStringFunc(string(b), func(link string) string {
		m := labelLink.FindStringSubmatch(link)
		if len(code[m[2]][m[1]]) == 0 {
			t.Errorf("%s: %s: no statement of %s carries the label", answers, link, m[2])
			return link
		}
		links++
		at := code[m[2]][m[1]][0]
		want := fmt.Sprintf("[%s](../%s#L%d)", m[1], at.file, at.number)
		if want != link && !*update {
			t.Errorf("%s: %s leads to another line, want %s; to mend it: go test ./docs -update", answers, link, want)
		}
		return want
	})
	if links < 10 {
		t.Errorf("%s: %d links, want at least 10", answers, links)
	}
	if *update {
		if err := os.WriteFile(answers, []byte(mended), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
