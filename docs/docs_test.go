package docs

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

var update = flag.Bool("update", false, "rewrite what the pages take from the code")

const derivation = "derivation.md"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compareOrUpdate fails if a page is not what the code makes of it, and says at
// which line; with -update it rewrites the page.
func compareOrUpdate(t *testing.T, name, is, want string) {
	t.Helper()
	if is == want {
		return
	}
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("rewrote %s", name)
		return
	}
	had, has := strings.Split(is, "\n"), strings.Split(want, "\n")
	n := 0
	for n < min(len(had), len(has))-1 && had[n] == has[n] {
		n++
	}
	t.Errorf("%s:%d is stale; to update it: go test ./docs -update\n-%s\n+%s", name, n+1, had[n], has[n])
}

func statuses(t *testing.T) map[string]Status {
	t.Helper()
	p, err := Page()
	if err != nil {
		t.Fatalf("%s:%v", derivation, err)
	}
	list, err := Statuses(p, "..")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]Status)
	for _, s := range list {
		all[s.Label] = s
	}
	return all
}

// links returns the line of the page that leads from a label to the code:
// "**F1** in `derive` [sample.go:98](…) · `network` [forward.go:6](…)".
func links(s Status) string {
	to := func(places []Place) string {
		var list []string
		for _, at := range places {
			list = append(list, fmt.Sprintf("[%s:%d](../%s#L%d)", filepath.Base(at.File), at.Line, at.File, at.Line))
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("**%s** in `derive` %s · `network` %s", s.Label, to(s.Derive), to(s.Network))
}

var (
	anchor = regexp.MustCompile(`^<a id="([A-Z][0-9])"></a>$`)
	tag    = regexp.MustCompile(`\\tag\{([^}]*)\}`)
	link   = regexp.MustCompile(`^\*\*([A-Z][0-9])\*\* in`)
)

// relink returns the page with its lines of links as the code is now, and what else
// is wrong with its labels: each has one anchor, then one display equation with its
// tag, then its links.
func relink(text string, all map[string]Status) (relinked string, problems []string) {
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
			lines[n] = links(all[m[1]])
		}
	}
	if tagged != "" || anchored != "" {
		problem(len(lines)-1, "%s has no line of links", tagged+anchored)
	}
	if !slices.Equal(seen, derive.Labels()) {
		problem(0, "the equations are %v, want those of the ledger, %v", seen, derive.Labels())
	}
	return strings.Join(lines, "\n"), problems
}

func TestEveryLabelIsLinked(t *testing.T) {
	text := read(t, derivation)
	relinked, problems := relink(text, statuses(t))
	for _, p := range problems {
		t.Error(p)
	}
	compareOrUpdate(t, derivation, text, relinked)
}

// The test above can fail: for each label, without its anchor, its tag or its
// links, or with a link to the next line, there is a problem that names the label.
func TestRelinkFindsWhatIsWrong(t *testing.T) {
	all := statuses(t)
	good, _ := relink(read(t, derivation), all)
	if again, problems := relink(good, all); again != good || len(problems) > 0 {
		t.Fatalf("the relinked page: %v", problems)
	}
	for label, s := range all {
		for what, bad := range map[string]string{
			"no anchor":    strings.Replace(good, `<a id="`+label+`"></a>`, "", 1),
			"no tag":       strings.Replace(good, `\tag{`+label+`}`, "", 1),
			"another tag":  strings.Replace(good, `\tag{`+label+`}`, `\tag{X9}`, 1),
			"no links":     strings.Replace(good, "**"+label+"** in", "", 1),
			"no equation":  regexp.MustCompile("(?s)(<a id=\""+label+"\"></a>\n).*?(\n\\*\\*"+label+")").ReplaceAllString(good, "$1$2"),
			"links double": strings.Replace(good, "**"+label+"** in", "**"+label+"** in\n**"+label+"** in", 1),
		} {
			_, problems := relink(bad, all)
			if bad == good || !strings.Contains(strings.Join(problems, "\n"), label) {
				t.Errorf("%s: %s: %v", label, what, problems)
			}
		}
		line := fmt.Sprintf("#L%d)", s.Network[0].Line)
		bad := strings.Replace(good, links(s), strings.Replace(links(s), line, fmt.Sprintf("#L%d)", s.Network[0].Line+1), 1), 1)
		if relinked, _ := relink(bad, all); bad == good || relinked != good {
			t.Errorf("%s: a link to the next line is not corrected", label)
		}
	}
}

// A label that follows no statement, or is not in the ledger, is refused, and so
// is a ledger label that no statement carries.
func TestPlacesRefuses(t *testing.T) {
	root := t.TempDir()
	for _, c := range []struct{ code, want string }{
		{"var x = 1 // F1: not a statement", "derive/a.go:3: the label F1 does not follow a statement"},
		{"func f() {\n\t// F1: above it\n\tf()\n}", "the label F1 does not follow a statement"},
		{"func f() {\n\tf() // X1: unknown\n}", "derive/a.go:4: the label X1 is not in the ledger"},
		{"func f() {\n\tf() // F1, F2: two\n}", "no statement carries the label F1"}, // in network
	} {
		dir := filepath.Join(root, "derive")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("package derive\n\n"+c.code+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Statuses(new(page.Page), root); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.code, err, c.want)
		}
	}
}

// Every number with ten or more digits on the page is one that network computes
// for the homework's Q1, with y = 1.
func TestNumbersOnThePage(t *testing.T) {
	n := &network.Network{
		Activation: network.Sigmoid,
		W1:         matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}),
		B1:         matrix.FromRows([]float64{1, 1, 1}),
		W2:         matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}),
		B2:         matrix.FromRows([]float64{0.5}),
	}
	step := Train(n, matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0}, 0, 0)
	var computed []float64
	for _, eq := range derive.Ledger {
		if x := step.Matrix(eq); x != nil {
			computed = append(computed, x.Data...)
		}
	}
	numbers := regexp.MustCompile(`-?\d\.\d{10,}`).FindAllString(read(t, derivation), -1)
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
			t.Errorf("%s: network computes no %s", derivation, number)
		}
	}
}

// labelLink is a link from a label to its line: [M4](../network/backward.go#L43).
var labelLink = regexp.MustCompile(`\[([A-Z][0-9])\]\(\.\./(derive|network)/\w+\.go#L\d+\)`)

// In answers.md, a link from a label leads to the first line that carries it.
func TestLabelLinks(t *testing.T) {
	const answers = "answers.md"
	all, text, found := statuses(t), read(t, answers), 0
	relinked := labelLink.ReplaceAllStringFunc(text, func(link string) string {
		m := labelLink.FindStringSubmatch(link)
		s, ok := all[m[1]]
		if !ok {
			t.Errorf("%s: %s: the label is not in the ledger", answers, link)
			return link
		}
		found++
		at := map[string][]Place{"derive": s.Derive, "network": s.Network}[m[2]][0]
		return fmt.Sprintf("[%s](../%s#L%d)", m[1], at.File, at.Line)
	})
	if found < 10 {
		t.Errorf("%s: %d links, want at least 10", answers, found)
	}
	compareOrUpdate(t, answers, text, relinked)
}
