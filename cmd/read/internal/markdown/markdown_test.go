package markdown

import (
	"encoding/xml"
	"html"
	"html/template"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

var options = Options{
	Link: func(target string) (string, bool) { return "to:" + target, !strings.HasPrefix(target, "gone") },
	Go: func(source string) (template.HTML, error) {
		return template.HTML("GO " + html.EscapeString(source)), nil
	},
}

func render(t *testing.T, text string) string {
	t.Helper()
	blocks, err := Render(text, options)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var b strings.Builder
	for _, block := range blocks {
		b.WriteString(string(block.HTML))
	}
	return b.String()
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# A `b` c\n", "<h1 id=\"a-b-c\">A <code>b</code> c</h1>\n"},
		{"one\ntwo\n\nthree\n", "<p>one\ntwo</p>\n<p>three</p>\n"},
		{"1 < 2 & 3 > 2\n", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>\n"},
		{"**bold** and *italic **both***\n", "<p><strong>bold</strong> and <em>italic <strong>both</strong></em></p>\n"},
		{"[a *b*](x.md#y) [c](gone.md)\n", "<p><a href=\"to:x.md#y\">a <em>b</em></a> c</p>\n"},
		{"![a \"plot\"](x.svg)\n", "<p><img src=\"to:x.svg\" alt=\"a &#34;plot&#34;\" loading=\"lazy\"></p>\n"},
		{"`a*b <c>`\n", "<p><code>a*b &lt;c&gt;</code></p>\n"},
		{"a<!-- not seen --> b\n<!-- nor this -->\n", "<p>a b</p>\n"},
		{"$x$ y\n", "<p><math><mi data-q=\"x\">x</mi></math> y</p>\n"},
		{"$x$, y\n", "<p><span class=\"whole\"><math><mi data-q=\"x\">x</mi></math>,</span> y</p>\n"},
		{"- one\n  more\n- two\n", "<ul>\n<li>one\nmore</li>\n<li>two</li>\n</ul>\n"},
		{"1. one\n2. two\n", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"},
		{"| a | b |\n| --- | --- |\n| 1 | `2` |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><code>2</code></td></tr>\n</table></div>\n"},
		{"| | |\n| --- | --- |\n| 1 | 2 |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<tr><td>1</td><td>2</td></tr>\n</table></div>\n"},
		{"```go\nx < 1\n```\n", "<pre class=\"go\" tabindex=\"0\"><code>GO x &lt; 1\n</code></pre>\n"},
		{"```text\n<a>\n```\n", "<pre tabindex=\"0\"><code>&lt;a&gt;</code></pre>\n"},
		{"    a\n\n    b\n", "<pre tabindex=\"0\"><code>a\n\nb</code></pre>\n"},
		{"```diff\n-a\n+b\n c\n```\n", "<pre class=\"diff\" tabindex=\"0\"><code><del>-a</del>\n<ins>+b</ins>\n<span> c</span></code></pre>\n"},
		{"```math\nx\n```\n", "<div class=\"math\" tabindex=\"0\"><math display=\"block\"><mi data-q=\"x\">x</mi></math></div>\n"},
		{"<a id=\"F1\"></a>\n", "<a id=\"F1\"></a>\n"},
	} {
		if got := render(t, c.text); got != c.want {
			t.Errorf("%q\nis   %q\nwant %q", c.text, got, c.want)
		}
	}
}

// What is not known is refused, with its line: no source ever shines through.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a\n\n> quoted\n", "3: no block"},
		{"<div>\n", "1: no block"},
		{" indented\n", "1: no block"},
		{"####### seven\n", "1: no block"},
		{"a\n\n```go\nx\n", "3: this fence has no end"},
		{"```python\nx\n```\n", `1: a fence of "python"`},
		{"a `b\n", "nothing closes this"},
		{"a $b\n", "nothing closes this"},
		{"a *b\n", "nothing closes this"},
		{"a **b*\n", "nothing closes this"},
		{"a <b>c</b>\n", "HTML in the text"},
		{"a <!-- b\n", "a comment without its end"},
		{"![a](gone.svg)\n", "the picture gone.svg is not part of the site"},
		{"a\n\n$x_$\n", "3:"},
		{"a\n\n```math\n\\oint\n```\n", "4:1: "},
		{"| a |\nb\n", "1: a table without"},
		{"| a | b |\n| --- | --- |\n| 1 |\n", "3: a row of 1 fields in a table of 2"},
		{"- a\nb\n", "2: a line of a list that is not indented"},
	} {
		_, err := Render(c.text, options)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

var (
	tag    = regexp.MustCompile(`<[^>]*>`)
	source = regexp.MustCompile("(?s)<code>.*?</code>|<pre.*?</pre>")
	void   = regexp.MustCompile(`<(img[^>]*)>`)
)

// The pages are rendered whole: well-formed, and nothing of their markup is left.
func TestPages(t *testing.T) {
	for _, name := range []string{"derivation", "experiments", "answers", "exercises", "mutants"} {
		text, err := os.ReadFile("../../../../docs/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		got := render(t, string(text))
		x := xml.NewDecoder(strings.NewReader("<page>" + void.ReplaceAllString(got, "<$1/>") + "</page>"))
		for err = nil; err == nil; {
			_, err = x.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
		seen := tag.ReplaceAllString(source.ReplaceAllString(got, ""), "")
		if at := strings.IndexAny(seen, "$`*\\{|"); at >= 0 {
			t.Errorf("%s: source on the page: %.60q", name, seen[max(0, at-20):])
		}
	}
}

func TestBlocksSayWhatTheyAre(t *testing.T) {
	blocks, err := Render("## Two words\n\n<a id=\"F1\"></a>\n\n```math\nx = 1 \\tag{F1}\n```\n\ntext\n", options)
	if err != nil || len(blocks) != 4 {
		t.Fatal(blocks, err)
	}
	if b := blocks[0]; b.Kind != Heading || b.Level != 2 || b.ID != "two-words" || b.Line != 1 {
		t.Errorf("%+v", b)
	}
	if b := blocks[1]; b.Kind != Anchor || b.ID != "F1" || b.Line != 3 {
		t.Errorf("%+v", b)
	}
	if b := blocks[2]; b.Kind != Math || b.Math.Tag != "F1" || b.Line != 5 {
		t.Errorf("%+v", b)
	}
	if b := blocks[3]; b.Kind != Paragraph || b.Source != "text" || b.Line != 9 {
		t.Errorf("%+v", b)
	}
}

func TestSlug(t *testing.T) {
	for heading, want := range map[string]string{"1 The network": "1-the-network", "Errata for the homework": "errata-for-the-homework", "The batch's *size*": "the-batchs-size", "`x` & y": "x--y"} {
		if got := Slug(heading); got != want {
			t.Errorf("%s: %s, want %s", heading, got, want)
		}
	}
}
