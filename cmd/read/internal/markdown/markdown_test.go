package markdown

import (
	"encoding/xml"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"chainrule/docs/page"
)

var options = Options{
	Link: func(target string) (string, bool) { return "to:" + target, !strings.HasPrefix(target, "gone") },
	Go:   func(source string) string { return "GO " + html.EscapeString(source) },
}

func render(text string) (string, error) {
	blocks, err := page.Split(text)
	if err != nil {
		return "", err
	}
	got, err := Render(options, blocks...)
	return string(got), err
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# A `b` c\n", "<h1 id=\"a-b-c\">A <code>b</code> c</h1>\n"},
		{"## The batch's *size*: `x` & y-1_\n", "<h2 id=\"the-batchs-size-x--y-1_\">The batch&#39;s <em>size</em>: <code>x</code> &amp; y-1_</h2>\n"},
		{"one\ntwo\n\nthree\n", "<p>one\ntwo</p>\n<p>three</p>\n"},
		{"TestGradientSum\n", "<p>Test<wbr>Gradient<wbr>Sum</p>\n"},
		{"1 < 2 & 3 > 2\n", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>\n"},
		{"**bold** and *italic **both***\n", "<p><strong>bold</strong> and <em>italic <strong>both</strong></em></p>\n"},
		{"[a *b*](x.md#y) [c](gone.md)\n", "<p><a href=\"to:x.md#y\">a <em>b</em></a> c</p>\n"},
		{"![a \"plot\"](x.svg)\n", "<p><img src=\"to:x.svg\" alt=\"a &#34;plot&#34;\" loading=\"lazy\"></p>\n"},
		{"`a*b <c>`\n", "<p><code>a*b &lt;c&gt;</code></p>\n"},
		{"a<!-- not seen --> b\n<!-- nor this -->\n", "<p>a b</p>\n"},
		{"$x$ y\n", "<p><math><mi data-q=\"x\">x</mi></math> y</p>\n"},
		{"$x$ . `$`$x$\n", "<p><math><mi data-q=\"x\">x</mi></math> . <code>$</code><math><mi data-q=\"x\">x</mi></math></p>\n"},
		{"$x$, y\n", "<p><span class=\"whole\"><math><mi data-q=\"x\">x</mi></math>,</span> y</p>\n"},
		{"- one\n  more\n- two\n", "<ul>\n<li>one\nmore</li>\n<li>two</li>\n</ul>\n"},
		{"1. one\n2. two\n", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"},
		{"| a | b |\n| --- | --- |\n| 1 | `2` |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td><code>2</code></td></tr>\n</table></div>\n"},
		{"| | b |\n| --- | --- |\n| 1 | 2 |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<tr><td></td><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table></div>\n"},
		{"| | |\n| --- | --- |\n| 1 | 2 |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<tr><td>1</td><td>2</td></tr>\n</table></div>\n"},
		{"```go\nx < 1\n```\n", "<pre class=\"go\" tabindex=\"0\"><code>GO x &lt; 1\n</code></pre>\n"},
		{"```text\n<a>\n```\n", "<pre tabindex=\"0\"><code>&lt;a&gt;</code></pre>\n"},
		{"    a\n\n    b\n", "<pre tabindex=\"0\"><code>a\n\nb</code></pre>\n"},
		{"```diff\n-a\n+b\n c\n```\n", "<pre class=\"diff\" tabindex=\"0\"><code><del>-a</del>\n<ins>+b</ins>\n<span> c</span></code></pre>\n"},
		{"```math\nx\n```\n", "<div class=\"math\" tabindex=\"0\"><math display=\"block\"><mi data-q=\"x\">x</mi></math></div>\n"},
		{"<a id=\"F1\"></a>\n", "<a id=\"F1\"></a>\n"},
	} {
		if got, err := render(c.text); err != nil || got != c.want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", c.text, err, got, c.want)
		}
	}
	if got, err := render("a ![b](gone.svg)\n"); err == nil || err.Error() != "1:3: the image gone.svg is not part of the site" {
		t.Errorf("an image that is not part of the site: %s, %v", got, err)
	}
}

var (
	tag    = regexp.MustCompile(`<[^>]*>`)
	source = regexp.MustCompile("(?s)<code>.*?</code>|<pre.*?</pre>")
	void   = regexp.MustCompile(`<(img[^>]*|wbr)>`)
)

// Every page renders as well-formed XML in which no Markdown or TeX is left.
func TestPages(t *testing.T) {
	formulas := 0
	for _, name := range []string{"derivation", "experiments", "answers", "exercises", "mutants", "homework"} {
		text, err := os.ReadFile("../../../../docs/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		got, err := render(string(text))
		if err != nil {
			t.Fatalf("docs/%s.md:%v", name, err)
		}
		formulas += strings.Count(got, "<math")
		x := xml.NewDecoder(strings.NewReader("<page>" + void.ReplaceAllString(got, "<$1/>") + "</page>"))
		for err == nil {
			_, err = x.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", name, err)
		}
		seen := tag.ReplaceAllString(source.ReplaceAllString(strings.ReplaceAll(got, ">|</mo>", "></mo>"), ""), "")
		if at := strings.IndexAny(seen, "$`*\\{|"); at >= 0 {
			t.Errorf("%s: source on the page: %.60q", name, seen[max(0, at-20):])
		}
	}
	if formulas < 120 {
		t.Errorf("got %d formulas, want at least 120", formulas)
	}
}
