package tex

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	end     kind = iota
	char         // one of + - = < > ( ) { } ^ _ & ' / or \\
	letter       // a to z, A to Z
	number       // 12 or 0.5
	command      // \cdot; \begin, \end and \tag with their argument: \tag{F1}
)

type token struct {
	kind kind
	text string // of a command: with its backslash
	pos  Pos
}

func (t token) String() string {
	if t.kind == end {
		return "the end of the formula"
	}
	return t.text
}

var argument = regexp.MustCompile(`^\{[a-zA-Z0-9]+\}`)

// scan splits text into tokens. Spaces and line ends separate tokens and have no other
// meaning.
func scan(text string, at Pos) []token {
	var tokens []token
	for text != "" {
		n, k := 1, char
		switch c := text[0]; {
		case c == '\n':
			text, at = text[1:], Pos{at.Line + 1, 1}
			continue
		case c == ' ':
			text, at.Col = text[1:], at.Col+1
			continue
		case isLetter(c):
			k = letter
		case isDigit(c):
			n, k = span(text, isDigit), number
			if rest := text[n:]; len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
				n += 1 + span(rest[1:], isDigit)
			}
		case strings.HasPrefix(text, `\\`):
			n = 2
		case c == '\\':
			k = command
			if n += span(text[1:], isLetter); n == 1 {
				_, width := utf8.DecodeRuneInString(text[1:])
				panic(at.Errorf("%q is not in the subset", text[:1+width]))
			}
			switch text[:n] {
			case `\begin`, `\end`, `\tag`:
				n += len(argument.FindString(text[n:]))
			}
		case strings.IndexByte("+-=<>(){}^_&'/", c) < 0:
			r, _ := utf8.DecodeRuneInString(text)
			panic(at.Errorf("the character %q is not in the subset", r))
		}
		tokens = append(tokens, token{k, text[:n], at})
		text, at.Col = text[n:], at.Col+n
	}
	return append(tokens, token{end, "", at})
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// span returns the number of bytes at the start of text that are in the set.
func span(text string, in func(c byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}
