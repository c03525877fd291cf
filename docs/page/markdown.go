package page

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"chainrule/docs/tex"
)

// A Kind is the kind of a Piece.
type Kind int

const (
	// Blocks.
	Heading   Kind = iota
	Paragraph      // one or more lines of text
	Table          // of Rows
	Bullets        // a list of Items
	Numbers        // a numbered list of Items
	CodeBlock      // in a fence, or indented by four spaces
	Display        // the formula of a math fence
	Anchor         // <a id="…"></a>, the target of a link
	Comment        // its Text is not shown

	// Parts of tables and lists.
	Row
	HeadCell
	Cell
	Item

	// Parts of a text.
	Text
	Code     // between two `
	Formula  // between two $
	Strong   // between two **
	Emphasis // between two *
	Link
	Image
)

// A Piece is a block of a page, or a part of one.
type Piece struct {
	Kind
	tex.Pos
	Text     string       // of Text and code, the characters; of a Heading or Paragraph, its source; of an Image, its description
	Level    int          // of a Heading, from 1
	Language string       // of a CodeBlock: go, diff, text, or "" if indented
	Target   string       // of a Link or Image, its URL; of an Anchor, its id
	Math     *tex.Display // of a Display or Formula
	Notation bool         // of a Formula: <!-- notation --> follows it
	Parts    []Piece
}

var (
	heading       = regexp.MustCompile(`^(#{1,6}) (.+)$`)
	anchor        = regexp.MustCompile(`^<a id="([\w-]+)"></a>$`)
	item          = regexp.MustCompile(`^(- |\d+\. )`)
	rule          = regexp.MustCompile(`^\|( *:?-+:? *\|)+$`)
	comment       = regexp.MustCompile(`^<!-- (.*) -->$`)
	endsParagraph = regexp.MustCompile("^($|```|\\||- |\\d+\\. |#{1,6} |<!--.*-->$|<a id=)")
	link          = regexp.MustCompile(`^\[([^\[\]]+)\]\(([^()\s]+)\)`)
	htmlTag       = regexp.MustCompile(`^</?[a-zA-Z]`)
	tagged        = regexp.MustCompile(`\\tag\{(\w+)\}`)
)

// Split parses a page into its blocks, and each block into its parts. It knows the
// Markdown that the pages use, as GitHub defines it:
//
//	blocks   # heading, paragraph, table, "- " and "1. " lists of one level,
//	         ``` fences (go, diff, math or text), code indented by four spaces,
//	         <a id="…"></a>, <!-- comment -->
//	in text  `code`, $formula$, **bold**, *italic*, [text](target),
//	         ![description](image), <!-- comment -->
//
// Anything else, and a formula that does not parse, is a *tex.Error.
func Split(markdown string) (blocks []Piece, err error) {
	defer tex.Recover(&err)
	s := &splitter{lines: strings.Split(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n")}
	for s.n < len(s.lines) {
		if s.lines[s.n] == "" {
			s.n++
			continue
		}
		blocks = append(blocks, s.block())
	}
	return blocks, nil
}

// A splitter reads the lines of a page.
type splitter struct {
	lines []string
	n     int // the number of lines read
}

func (s *splitter) at() tex.Pos { return tex.Pos{Line: s.n + 1, Col: 1} }

func (s *splitter) block() Piece {
	b, line := Piece{Pos: s.at()}, s.lines[s.n]
	switch m := heading.FindStringSubmatch(line); {
	case m != nil:
		s.n++
		b.Kind, b.Level, b.Text = Heading, len(m[1]), m[2]
		b.Parts = split(b.Text, b.Pos, len(m[1])+1)
	case comment.MatchString(line):
		s.n++
		b.Kind, b.Text = Comment, comment.FindStringSubmatch(line)[1]
	case anchor.MatchString(line):
		s.n++
		b.Kind, b.Target = Anchor, anchor.FindStringSubmatch(line)[1]
	case strings.HasPrefix(line, "```"):
		s.fence(&b)
	case strings.HasPrefix(line, "    "):
		b.Kind = CodeBlock
		for ; s.n < len(s.lines) && (s.lines[s.n] == "" || strings.HasPrefix(s.lines[s.n], "    ")); s.n++ {
			b.Text += strings.TrimPrefix(s.lines[s.n], "    ") + "\n"
		}
		b.Text = strings.TrimRight(b.Text, "\n")
	case strings.HasPrefix(line, "|"):
		s.table(&b)
	case item.MatchString(line):
		s.list(&b)
	case strings.IndexByte("<># ", line[0]) >= 0:
		panic(b.Errorf("no block of a page starts with %.40q", line))
	default:
		b.Kind, b.Text = Paragraph, s.paragraph()
		b.Parts = split(b.Text, b.Pos, 0)
	}
	return b
}

// paragraph reads lines up to an empty one or the start of another block.
func (s *splitter) paragraph() string {
	first := s.n
	for s.n++; s.n < len(s.lines) && !endsParagraph.MatchString(s.lines[s.n]); s.n++ {
	}
	return strings.Join(s.lines[first:s.n], "\n")
}

func (s *splitter) fence(b *Piece) {
	b.Kind, b.Language = CodeBlock, strings.TrimPrefix(s.lines[s.n], "```")
	s.n++
	first, at := s.n, s.at()
	for ; s.n < len(s.lines) && s.lines[s.n] != "```"; s.n++ {
	}
	if s.n == len(s.lines) {
		panic(b.Errorf("this fence has no end"))
	}
	b.Text = strings.Join(s.lines[first:s.n], "\n")
	s.n++
	switch b.Language {
	case "go", "diff", "text":
	case "math":
		d, err := tex.Parse(b.Text, at)
		if err != nil {
			e := err.(*tex.Error)
			if m := tagged.FindStringSubmatch(b.Text); m != nil {
				e.Msg = m[1] + ": " + e.Msg
			}
			panic(e)
		}
		b.Kind, b.Math = Display, d
	default:
		panic(b.Errorf("found a fence of %q, want go, diff, math or text", b.Language))
	}
}

func (s *splitter) table(b *Piece) {
	b.Kind = Table
	kind, columns := HeadCell, 0
	for ; s.n < len(s.lines) && strings.HasPrefix(s.lines[s.n], "|"); s.n++ {
		row := Piece{Kind: Row, Pos: s.at()}
		line, closed := strings.CutSuffix(strings.TrimRight(s.lines[s.n], " ")[1:], "|")
		if !closed {
			panic(row.Errorf("the last | of this row is missing"))
		}
		col := 1 // of the | before the field
		for _, field := range strings.Split(line, "|") {
			text := strings.TrimLeft(field, " ")
			cell := Piece{Kind: kind, Pos: tex.Pos{Line: row.Line, Col: col + 1 + len(field) - len(text)}}
			cell.Parts = split(strings.TrimRight(text, " "), row.Pos, cell.Col-1)
			row.Parts = append(row.Parts, cell)
			col += utf8.RuneCountInString(field) + 1
		}
		if kind == HeadCell {
			kind, columns = Cell, len(row.Parts)
			if s.n++; s.n == len(s.lines) || !rule.MatchString(s.lines[s.n]) {
				panic(row.Errorf("a table needs a line of dashes below its head"))
			}
			if strings.Trim(line, "| ") == "" {
				continue // GitHub requires a head; this one is empty
			}
		}
		if len(row.Parts) != columns {
			panic(row.Errorf("this row has %d cells, the head of the table has %d", len(row.Parts), columns))
		}
		b.Parts = append(b.Parts, row)
	}
}

func (s *splitter) list(b *Piece) {
	if b.Kind = Numbers; s.lines[s.n][0] == '-' {
		b.Kind = Bullets
	}
	for s.n < len(s.lines) && item.MatchString(s.lines[s.n]) {
		it, mark := Piece{Kind: Item, Pos: s.at()}, item.FindString(s.lines[s.n])
		lines := strings.Split(s.paragraph()[len(mark):], "\n")
		for n, line := range lines[1:] {
			text, indented := strings.CutPrefix(line, strings.Repeat(" ", len(mark)))
			if !indented || strings.HasPrefix(text, " ") {
				panic(tex.Pos{Line: it.Line + 1 + n, Col: 1}.Errorf("this line is not indented like the text of its list item"))
			}
			lines[n+1] = text
		}
		it.Parts = split(strings.Join(lines, "\n"), it.Pos, len(mark))
		b.Parts = append(b.Parts, it)
	}
}

// notation marks the formula before it as one that is not run.
const notation = "<!-- notation -->"

// A text is what is left of the text of a block. Its lines lost so many
// characters of indentation.
type text struct {
	rest   string
	at     tex.Pos
	indent int
}

// split parses the text of a block that starts on the line of at.
func split(source string, at tex.Pos, indent int) []Piece {
	t := &text{source, tex.Pos{Line: at.Line, Col: indent + 1}, indent}
	return t.parts("", at)
}

// take consumes n bytes.
func (t *text) take(n int) string {
	taken := t.rest[:n]
	t.rest = t.rest[n:]
	for _, r := range taken {
		if t.at.Col++; r == '\n' {
			t.at = tex.Pos{Line: t.at.Line + 1, Col: t.indent + 1}
		}
	}
	return taken
}

// between consumes mark, inside and mark again, all on one line.
func (t *text) between(mark string) (inside string, at tex.Pos) {
	start := t.at
	line, _, _ := strings.Cut(t.rest, "\n")
	inside, _, closed := strings.Cut(line[1:], mark)
	if !closed || inside == "" {
		panic(start.Errorf("no %s on this line closes %.30q", mark, line))
	}
	t.take(1)
	at = t.at
	t.take(len(inside) + 1)
	return inside, at
}

// parts parses up to the mark that closes the one that was opened at from, or,
// if mark is "", all.
func (t *text) parts(mark string, from tex.Pos) []Piece {
	var parts []Piece
	for t.rest != "" {
		p, rest := Piece{Kind: Text, Pos: t.at}, t.rest
		switch m := link.FindStringSubmatch(strings.TrimPrefix(rest, "!")); {
		case rest[0] == '`':
			p.Kind = Code
			p.Text, _ = t.between("`")
		case rest[0] == '$':
			d, err := tex.Parse(t.between("$"))
			if err != nil {
				panic(err)
			}
			if p.Kind, p.Math = Formula, d; len(d.Lines) > 1 || d.Tag != "" {
				panic(p.Errorf("a formula in a sentence has one line and no tag"))
			}
			if p.Notation = strings.HasPrefix(t.rest, notation); p.Notation {
				t.take(len(notation))
			}
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest, "-->")
			if end < 0 {
				panic(p.Errorf("this comment has no end"))
			}
			t.take(end + len("-->"))
			continue
		case htmlTag.MatchString(rest):
			panic(p.Errorf("found HTML in the text: %.30q", rest))
		case strings.HasPrefix(rest, "!["):
			if m == nil {
				panic(p.Errorf("found no image: %.40q", rest))
			}
			p.Kind, p.Text, p.Target = Image, m[1], m[2]
			t.take(1 + len(m[0]))
		case rest[0] == '[' && m != nil:
			t.take(1)
			inner := &text{m[1], t.at, t.indent}
			p.Kind, p.Target, p.Parts = Link, m[2], inner.parts("", t.at)
			t.take(len(m[0]) - 1)
		case rest[0] == '*':
			opens := "*"
			if p.Kind = Emphasis; strings.HasPrefix(rest, "**") {
				p.Kind, opens = Strong, "**"
			}
			if t.take(len(opens)); opens == mark {
				return parts
			}
			p.Parts = t.parts(opens, p.Pos)
		default:
			n := strings.IndexAny(rest[1:], "`$<![*")
			if n < 0 {
				n = len(rest) - 1
			}
			p.Text = t.take(n + 1)
		}
		parts = append(parts, p)
	}
	if mark != "" {
		panic(from.Errorf("nothing closes this %s", mark))
	}
	return parts
}
