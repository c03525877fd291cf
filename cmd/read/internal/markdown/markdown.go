// Package markdown renders the pages of docs, as package page has parsed them, in
// HTML with formulas in MathML.
package markdown

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	"chainrule/cmd/read/internal/mathml"
	"chainrule/docs/page"
	"chainrule/docs/tex"
)

// Options say how to render links and code, which depend on the site.
type Options struct {
	// Link returns the URL for the target of a link or image. It reports false
	// if the site has no such place: a link is then rendered as its text, and an
	// image is an error.
	Link func(target string) (string, bool)
	// Go renders Go source in HTML.
	Go func(source string) string
}

// Render returns the pieces in HTML: blocks, or the parts of one. An error is a
// *tex.Error.
func Render(o Options, pieces ...page.Piece) (text template.HTML, err error) {
	defer tex.Recover(&err)
	return template.HTML(o.all(pieces)), nil
}

// tags are what stands before and after the parts of a piece.
var tags = map[page.Kind][2]string{
	page.Paragraph: {"<p>", "</p>\n"},
	page.Table:     {"<div class=\"table\" tabindex=\"0\"><table>\n", "</table></div>\n"},
	page.Row:       {"<tr>", "</tr>\n"},
	page.HeadCell:  {"<th>", "</th>"},
	page.Cell:      {"<td>", "</td>"},
	page.Bullets:   {"<ul>\n", "</ul>\n"},
	page.Numbers:   {"<ol>\n", "</ol>\n"},
	page.Item:      {"<li>", "</li>\n"},
	page.Strong:    {"<strong>", "</strong>"},
	page.Emphasis:  {"<em>", "</em>"},
}

func (o Options) all(pieces []page.Piece) string {
	var b strings.Builder
	for i := 0; i < len(pieces); i++ {
		text := o.one(pieces[i])
		if pieces[i].Kind == page.Formula && i+1 < len(pieces) && pieces[i+1].Kind == page.Text {
			// No line may start with the punctuation after a formula.
			if next := pieces[i+1].Text; strings.IndexByte(".,;:)", next[0]) >= 0 {
				text = "<span class=\"whole\">" + text + next[:1] + "</span>" + html.EscapeString(next[1:])
				i++
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

func (o Options) one(p page.Piece) string {
	content := o.all(p.Parts)
	switch p.Kind {
	case page.Heading:
		return fmt.Sprintf("<h%d id=\"%s\">%s</h%[1]d>\n", p.Level, slug(p.Text), content)
	case page.CodeBlock:
		return o.code(p)
	case page.Display:
		return "<div class=\"math\" tabindex=\"0\">" + mathml.Display(p.Math) + "</div>\n"
	case page.Anchor:
		return "<a id=\"" + p.Target + "\"></a>\n"
	case page.HeadCell:
		if content == "" {
			return "<td></td>"
		}
	case page.Text:
		return camel.ReplaceAllString(html.EscapeString(p.Text), "$1<wbr>$2")
	case page.Code:
		return "<code>" + html.EscapeString(p.Text) + "</code>"
	case page.Formula:
		return mathml.Inline(p.Math)
	case page.Link:
		if url, ok := o.Link(p.Target); ok {
			return fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(url), content)
		}
		return content
	case page.Image:
		url, ok := o.Link(p.Target)
		if !ok {
			panic(p.Errorf("the image %s is not part of the site", p.Target))
		}
		return fmt.Sprintf(`<img src="%s" alt="%s" loading="lazy">`, html.EscapeString(url), html.EscapeString(p.Text))
	}
	return tags[p.Kind][0] + content + tags[p.Kind][1]
}

// camel matches where a long name, such as that of a test, may be broken.
var camel = regexp.MustCompile(`([a-z]{3})([A-Z][a-z]{2})`)

func (o Options) code(p page.Piece) string {
	switch p.Language {
	case "go":
		return pre(` class="go"`, o.Go(p.Text+"\n"))
	case "diff":
		return Diff(strings.Split(p.Text, "\n"))
	}
	return pre("", html.EscapeString(p.Text))
}

func pre(class, content string) string {
	return "<pre" + class + " tabindex=\"0\"><code>" + content + "</code></pre>\n"
}

// Diff renders the lines of a diff: each starts with -, + or a space.
func Diff(lines []string) string {
	var out []string
	for _, line := range lines {
		element := "span"
		if strings.HasPrefix(line, "+") {
			element = "ins"
		} else if strings.HasPrefix(line, "-") {
			element = "del"
		}
		out = append(out, "<"+element+">"+html.EscapeString(line)+"</"+element+">")
	}
	return pre(` class="diff"`, strings.Join(out, "\n"))
}

// punctuation is what a heading's id leaves out.
var punctuation = regexp.MustCompile(`[^\pL\p{Nd}_-]`)

// slug returns the id that GitHub gives a heading: "The batch's size" becomes
// "the-batchs-size".
func slug(heading string) string {
	return punctuation.ReplaceAllString(strings.ReplaceAll(strings.ToLower(heading), " ", "-"), "")
}
