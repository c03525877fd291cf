package docs

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainrule/docs/page"
)

var update = flag.Bool("update", false, "rewrite the generated parts of the pages")

const derivation = "derivation.md"

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compareOrUpdate fails if a page is stale, and reports the first line that differs;
// with -update it rewrites the page.
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

// statuses returns the derivation page and the status of each label.
func statuses(t *testing.T) (*page.Page, map[string]Status) {
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
	return p, all
}

// linksOf returns the line of the page with the links from a label to the code:
// "**F1** in `derive` [sample.go:98](…) · `network` [forward.go:6](…)".
func linksOf(s Status) string {
	to := func(places []Place) string {
		var list []string
		for _, at := range places {
			list = append(list, fmt.Sprintf("[%s:%d](../%s#L%d)", filepath.Base(at.File), at.Line, at.File, at.Line))
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("**%s** in `derive` %s · `network` %s", s.Label, to(s.Derive), to(s.Network))
}

// relink returns the page with up-to-date lines of links, and an error that names
// each label without one anchor, one equation with its tag, and one line of links,
// in this order.
func relink(text string, all map[string]Status) (relinked string, err error) {
	for label, s := range all {
		block := display(label).FindString(text)
		links := strings.LastIndex(block, "\n") + 1
		if links == 0 || strings.Count(block, "<a id=") != 1 || strings.Count(text, block[links:][:len("**F1** in ")]) != 1 {
			err = errors.Join(err, fmt.Errorf("%s: %s: want one anchor, then one equation with its tag, then one line of links", derivation, label))
			continue
		}
		text = strings.Replace(text, block, block[:links]+linksOf(s), 1)
	}
	if n := len(labelParts.FindAllString(text, -1)); n != 3*len(all) {
		err = errors.Join(err, fmt.Errorf("%s: got %d anchors, tags and lines of links, want %d", derivation, n, 3*len(all)))
	}
	return text, err
}

var labelParts = regexp.MustCompile(`(?m)^<a id="[A-Z][0-9]"></a>$|\\tag\{|^\*\*[A-Z][0-9]\*\* in `)

// display matches a tagged equation, from its anchor to its links. Its submatch is
// the TeX before the tag.
func display(label string) *regexp.Regexp {
	pattern := "(?s)<a id=\"M4\"></a>\n\n```math\n([^`]*?)\\s*\\\\tag\\{M4\\}.*?\n\\*\\*M4\\*\\* in [^\n]*"
	return regexp.MustCompile(strings.ReplaceAll(pattern, "M4", label))
}

// Every label of the derivation is linked. relink reports each label whose anchor, tag,
// equation or links are missing or doubled, and corrects links to other lines.
func TestEveryLabelIsLinked(t *testing.T) {
	_, all := statuses(t)
	text := read(t, derivation)
	good, err := relink(text, all)
	if err != nil {
		t.Fatal(err)
	}
	compareOrUpdate(t, derivation, text, good)
	for label, s := range all {
		anchor, tag, links := `<a id="`+label+`"></a>`, `\tag{`+label+`}`, "**"+label+"** in "
		for _, c := range []struct{ what, old, new string }{
			{"no anchor", anchor, ""}, {"no tag", tag, ""}, {"another tag", tag, `\tag{X9}`},
			{"no links", links, ""}, {"two lines of links", links, links + "\n" + links},
			{"no equation", display(label).FindString(good), anchor + "\n\n" + linksOf(s)},
		} {
			bad := strings.Replace(good, c.old, c.new, 1)
			if _, err := relink(bad, all); bad == good || err == nil || !strings.Contains(err.Error(), label) {
				t.Errorf("%s: %s: got %v, want an error that names the label", label, c.what, err)
			}
		}
		bad := strings.Replace(good, linksOf(s), strings.ReplaceAll(linksOf(s), "#L", "#L1"), 1)
		if relinked, _ := relink(bad, all); bad == good || relinked != good {
			t.Errorf("%s: links to other lines are not corrected", label)
		}
	}
}

// Statuses refuses a label that follows no statement or is not in the ledger, and a
// label of the ledger that no statement carries.
func TestPlacesRefuses(t *testing.T) {
	root := t.TempDir()
	for _, c := range []struct{ code, want string }{
		{"var x = 1 // F1: not a statement", "derive/a.go:3: the label F1 does not follow a statement"},
		{"func f() {\n\t// F1: above it\n\tf()\n}", "the label F1 does not follow a statement"},
		{"func f() {\n\tf()\n\t// F1: below it\n}", "the label F1 does not follow a statement"},
		{"func f() {\n\tf() // X1: unknown\n}", "derive/a.go:4: the label X1 is not in the ledger"},
		{"func f() {\n\tf() // F1, F2: two\n}", "no statement carries the label F1"}, // in network
	} {
		dir := filepath.Join(root, "derive")
		text := []byte("package derive\n\n" + c.code + "\n")
		if err := errors.Join(os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "a.go"), text, 0o666),
			os.WriteFile(filepath.Join(dir, "a_test.go"), []byte("package derive // X2: not read\n"), 0o666)); err != nil {
			t.Fatal(err)
		}
		if _, err := Statuses(new(page.Page), root); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.code, err, c.want)
		}
	}
}

// labelLink is a link from a label to its line: [M4](../network/backward.go#L43).
var labelLink = regexp.MustCompile(`\[([A-Z][0-9])\]\(\.\./(derive|network)/\w+\.go#L\d+\)`)

// In answers.md a label links to the first line that carries it.
func TestLabelLinks(t *testing.T) {
	const answers = "answers.md"
	_, all := statuses(t)
	text, found := read(t, answers), 0
	relinked := labelLink.ReplaceAllStringFunc(text, func(link string) string {
		m := labelLink.FindStringSubmatch(link)
		places := map[string][]Place{"derive": all[m[1]].Derive, "network": all[m[1]].Network}[m[2]]
		if places == nil {
			t.Errorf("%s: %s: the label is not in the ledger", answers, link)
			return link
		}
		found++
		at := places[0]
		return fmt.Sprintf("[%s](../%s#L%d)", m[1], at.File, at.Line)
	})
	if found < 10 {
		t.Errorf("%s: got %d links, want at least 10", answers, found)
	}
	compareOrUpdate(t, answers, text, relinked)
}
