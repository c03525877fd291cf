// Package markdown renders the pages of docs as HTML: the part of Markdown, as
// GitHub has it, that they use, with their formulas as MathML.
//
//	blocks   # heading, paragraph, table, "- " and "1. " lists of one level,
//	         ``` fences (go, diff and math are known), code indented by four
//	         blanks, <a id="…"></a>, <!-- comment -->
//	in text  `code`, $formula$, **bold**, *italic*, [text](target),
//	         ![text](picture), <!-- comment -->
//
// Anything else is an error with its line, so that no page is ever shown with
// its source shining through.
package markdown

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"

	"chainrule/cmd/read/internal/mathml"
	"chainrule/docs/tex"
)

// A Kind is what a block is.
type Kind int

// The kinds of blocks. A Math is a formula of its own, and an Anchor the place
// that a link leads to.
const (
	Heading Kind = iota
	Paragraph
	Table
	List
	Code
	Math
	Anchor
)

// A Block is one piece of a page.
type Block struct {
	Kind   Kind
	Line   int           // where it begins, from 1
	HTML   template.HTML // all of it
	Source string        // of a heading or paragraph: the text as it was written
	Level  int           // of a heading, from 1
	ID     string        // of a heading or an anchor
	Math   *tex.Display  // of a formula
}

// Options say how a page is shown.
type Options struct {
	// Link returns where a link leads, and false if there is no such place: then
	// its text is shown without it.
	Link func(target string) (string, bool)
	// Go renders Go source.
	Go func(source string) (template.HTML, error)
}

// Render reads a page. The error says in which line of it something is wrong.
func Render(text string, o Options) ([]Block, error) {
	p := &parser{o: o, lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	for p.n < len(p.lines) {
		if err := p.block(); err != nil {
			if _, placed := err.(*tex.Error); placed {
				return nil, err
			}
			return nil, fmt.Errorf("%d: %w", p.n+1, err)
		}
	}
	return p.blocks, nil
}

// A parser goes through the lines of a page.
type parser struct {
	o      Options
	lines  []string
	n      int // the line it is at, from 0
	blocks []Block
}

func (p *parser) add(b Block) { p.blocks = append(p.blocks, b) }

var (
	heading = regexp.MustCompile(`^(#{1,6}) (.+)$`)
	anchor  = regexp.MustCompile(`^<a id="([\w-]+)"></a>$`)
	item    = regexp.MustCompile(`^(- |\d+\. )`)
	rule    = regexp.MustCompile(`^\|( *:?-+:? *\|)+$`)
	comment = regexp.MustCompile(`^<!--.*-->$`)
)

// block reads the block that begins at the line.
func (p *parser) block() error {
	line := p.lines[p.n]
	begin := p.n + 1
	switch m := heading.FindStringSubmatch(line); {
	case line == "" || comment.MatchString(line):
		p.n++
		return nil
	case m != nil:
		content, err := p.inline(m[2], p.n, len(m[1])+1)
		id := Slug(m[2])
		p.add(Block{Kind: Heading, Line: begin, Source: m[2], Level: len(m[1]), ID: id,
			HTML: template.HTML(fmt.Sprintf("<h%d id=\"%s\">%s</h%[1]d>\n", len(m[1]), id, content))})
		p.n++
		return err
	case anchor.MatchString(line):
		p.add(Block{Kind: Anchor, Line: begin, ID: anchor.FindStringSubmatch(line)[1], HTML: template.HTML(line + "\n")})
		p.n++
		return nil
	case strings.HasPrefix(line, "```"):
		return p.fence()
	case strings.HasPrefix(line, "    "):
		var code []string
		for p.n < len(p.lines) && (strings.HasPrefix(p.lines[p.n], "    ") || p.lines[p.n] == "" && p.n+1 < len(p.lines) && strings.HasPrefix(p.lines[p.n+1], "    ")) {
			code = append(code, strings.TrimPrefix(p.lines[p.n], "    "))
			p.n++
		}
		p.add(Block{Kind: Code, Line: begin, HTML: pre("", html.EscapeString(strings.Join(code, "\n")))})
		return nil
	case strings.HasPrefix(line, "|"):
		return p.table()
	case item.MatchString(line):
		return p.list()
	case strings.HasPrefix(line, ">") || strings.HasPrefix(line, "<") || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "#"):
		return fmt.Errorf("no block of a page begins like this: %.40q", line)
	}
	text, from := p.paragraph()
	content, err := p.inline(text, from, 0)
	if err != nil {
		return err
	}
	p.add(Block{Kind: Paragraph, Line: begin, Source: text, HTML: template.HTML("<p>" + string(content) + "</p>\n")})
	return nil
}

// paragraph takes lines up to one that is empty or begins another block.
func (p *parser) paragraph() (text string, from int) {
	from = p.n
	for p.n++; p.n < len(p.lines); p.n++ {
		line := p.lines[p.n]
		if line == "" || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "|") || item.MatchString(line) || heading.MatchString(line) || comment.MatchString(line) || anchor.MatchString(line) {
			break
		}
	}
	return strings.Join(p.lines[from:p.n], "\n"), from
}

func pre(class, content string) template.HTML {
	if class != "" {
		class = ` class="` + class + `"`
	}
	return template.HTML("<pre" + class + " tabindex=\"0\"><code>" + content + "</code></pre>\n")
}

func (p *parser) fence() error {
	begin, language := p.n+1, strings.TrimPrefix(p.lines[p.n], "```")
	end := p.n + 1
	for ; end < len(p.lines) && p.lines[end] != "```"; end++ {
	}
	if end == len(p.lines) {
		return fmt.Errorf("this fence has no end")
	}
	text := strings.Join(p.lines[begin:end], "\n")
	b := Block{Kind: Code, Line: begin}
	switch language {
	case "math":
		d, err := tex.Parse(text+"\n", tex.Pos{Line: begin + 1, Col: 1})
		if err != nil {
			return err
		}
		b.Kind, b.Math = Math, d
		math, err := mathml.Display(d)
		if err != nil {
			return err
		}
		b.HTML = template.HTML("<div class=\"math\" tabindex=\"0\">" + math + "</div>\n")
	case "go":
		source, err := p.o.Go(text + "\n")
		if err != nil {
			return err
		}
		b.HTML = pre("go", string(source))
	case "diff":
		b.HTML = template.HTML(Diff(p.lines[begin:end]))
	case "text":
		b.HTML = pre("", html.EscapeString(text))
	default:
		return fmt.Errorf("a fence of %q; want go, diff, math or text", language)
	}
	p.add(b)
	p.n = end + 1
	return nil
}

// Diff returns a block of HTML for lines that begin with -, + or a blank.
func Diff(lines []string) string {
	var b strings.Builder
	for n, line := range lines {
		if n > 0 {
			b.WriteByte('\n')
		}
		element := "span"
		if strings.HasPrefix(line, "+") {
			element = "ins"
		} else if strings.HasPrefix(line, "-") {
			element = "del"
		}
		b.WriteString("<" + element + ">" + html.EscapeString(line) + "</" + element + ">")
	}
	return string(pre("diff", b.String()))
}

func (p *parser) table() error {
	begin := p.n
	if begin+1 >= len(p.lines) || !rule.MatchString(p.lines[begin+1]) {
		return fmt.Errorf("a table without a line of dashes below its head")
	}
	var b strings.Builder
	b.WriteString("<div class=\"table\" tabindex=\"0\"><table>\n")
	columns := 0
	for ; p.n < len(p.lines) && strings.HasPrefix(p.lines[p.n], "|"); p.n++ {
		if p.n == begin+1 {
			continue
		}
		line := strings.TrimRight(p.lines[p.n], " ")
		if len(line) < 2 || !strings.HasSuffix(line, "|") {
			return fmt.Errorf("a row of a table without its last |")
		}
		fields := strings.Split(line[1:len(line)-1], "|")
		element := "td"
		if p.n == begin {
			element, columns = "th", len(fields)
			if strings.Trim(line, "| ") == "" {
				continue // GitHub asks for a head, but there is nothing in it
			}
		}
		if len(fields) != columns {
			return fmt.Errorf("a row of %d fields in a table of %d", len(fields), columns)
		}
		b.WriteString("<tr>")
		for _, field := range fields {
			content, err := p.inline(strings.TrimSpace(field), p.n, strings.Index(line, strings.TrimSpace(field)))
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "<%s>%s</%[1]s>", element, content)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table></div>\n")
	p.add(Block{Kind: Table, Line: begin + 1, HTML: template.HTML(b.String())})
	return nil
}

func (p *parser) list() error {
	begin := p.n
	element := "ul"
	if p.lines[p.n][0] != '-' {
		element = "ol"
	}
	var b strings.Builder
	b.WriteString("<" + element + ">\n")
	for p.n < len(p.lines) && item.MatchString(p.lines[p.n]) {
		mark := item.FindString(p.lines[p.n])
		text, from := p.paragraph()
		lines := strings.Split(text, "\n")
		lines[0] = lines[0][len(mark):]
		for n, line := range lines[1:] {
			trimmed := strings.TrimPrefix(line, strings.Repeat(" ", len(mark)))
			if trimmed == line || strings.HasPrefix(trimmed, " ") {
				p.n = from + 1 + n
				return fmt.Errorf("a line of a list that is not indented as its item is")
			}
			lines[n+1] = trimmed
		}
		content, err := p.inline(strings.Join(lines, "\n"), from, len(mark))
		if err != nil {
			return err
		}
		b.WriteString("<li>" + string(content) + "</li>\n")
	}
	b.WriteString("</" + element + ">\n")
	p.add(Block{Kind: List, Line: begin + 1, HTML: template.HTML(b.String())})
	return nil
}

var link = regexp.MustCompile(`^\[((?:[^\[\]])+)\]\(([^()\s]+)\)`)

// inline renders the text of a block, which begins on line n of the page, from 0,
// after so many characters.
func (p *parser) inline(text string, n, column int) (template.HTML, error) {
	var b strings.Builder
	var open []string // of "**" and "*"
	for i := 0; i < len(text); {
		rest := text[i:]
		// between returns what stands between the mark here and the next.
		between := func(mark string) (string, error) {
			inside, _, ok := strings.Cut(rest[len(mark):], mark)
			if !ok || inside == "" {
				return "", fmt.Errorf("nothing closes this: %.30q", rest)
			}
			return inside, nil
		}
		switch {
		case rest[0] == '`':
			inside, err := between("`")
			if err != nil {
				return "", err
			}
			b.WriteString("<code>" + html.EscapeString(inside) + "</code>")
			i += len(inside) + 2
		case rest[0] == '$':
			inside, err := between("$")
			if err != nil {
				return "", err
			}
			before := text[:i+1]
			at := tex.Pos{Line: n + 1 + strings.Count(before, "\n"), Col: len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1}
			if at.Line == n+1 {
				at.Col += column
			}
			d, err := tex.Parse(inside, at)
			if err != nil {
				return "", err
			}
			math, err := mathml.Inline(d)
			if err != nil {
				return "", err
			}
			i += len(inside) + 2
			if i < len(text) && strings.IndexByte(".,;:)", text[i]) >= 0 { // no line begins with these
				math = "<span class=\"whole\">" + math + text[i:i+1] + "</span>"
				i++
			}
			b.WriteString(math)
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest, "-->")
			if end < 0 {
				return "", fmt.Errorf("a comment without its end: %.30q", rest)
			}
			i += end + 3
		case rest[0] == '<' && (len(rest) == 1 || rest[1] == '/' || unicode.IsLetter(rune(rest[1]))):
			return "", fmt.Errorf("HTML in the text: %.30q", rest)
		case strings.HasPrefix(rest, "!["):
			m := link.FindStringSubmatch(rest[1:])
			if m == nil {
				return "", fmt.Errorf("no picture: %.40q", rest)
			}
			source, ok := p.o.Link(m[2])
			if !ok {
				return "", fmt.Errorf("the picture %s is not part of the site", m[2])
			}
			fmt.Fprintf(&b, `<img src="%s" alt="%s" loading="lazy">`, html.EscapeString(source), html.EscapeString(m[1]))
			i += 1 + len(m[0])
		case rest[0] == '[' && link.MatchString(rest):
			m := link.FindStringSubmatch(rest)
			content, err := p.inline(m[1], n, column)
			if err != nil {
				return "", err
			}
			if target, ok := p.o.Link(m[2]); ok {
				fmt.Fprintf(&b, `<a href="%s">%s</a>`, html.EscapeString(target), content)
			} else {
				b.WriteString(string(content))
			}
			i += len(m[0])
		case rest[0] == '*':
			mark, element := "*", "em"
			if strings.HasPrefix(rest, "**") {
				mark, element = "**", "strong"
			}
			if len(open) > 0 && open[len(open)-1] == mark {
				open = open[:len(open)-1]
				b.WriteString("</" + element + ">")
			} else {
				open = append(open, mark)
				b.WriteString("<" + element + ">")
			}
			i += len(mark)
		default:
			end := strings.IndexAny(rest[1:], "`$<![*")
			if end < 0 {
				end = len(rest) - 1
			}
			b.WriteString(html.EscapeString(rest[:end+1]))
			i += end + 1
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("nothing closes this: %s", open[len(open)-1])
	}
	return template.HTML(b.String()), nil
}

// Slug returns the id that GitHub gives to a heading: "The batch's size" has
// "the-batchs-size".
func Slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}
