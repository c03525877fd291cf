package tex

import (
	"strings"
	"unicode/utf8"
)

type kind int

const (
	end     kind = iota
	char         // one of + - = < > ( ) { } ^ _ & ' /
	letter       // a to z, A to Z
	number       // 12 or 0.5
	command      // \cdot
	newline      // \\
)

type token struct {
	kind kind
	text string // a command's with its backslash
	pos  Pos
}

func (t token) String() string {
	if t.kind == end {
		return "the end of the formula"
	}
	return t.text
}

// scan cuts text into tokens. White space separates and has no other meaning.
func scan(text string, at Pos) []token {
	var tokens []token
	for text != "" {
		n, k := 1, char
		switch c := text[0]; {
		case c == '\n':
			text, at = text[1:], Pos{at.Line + 1, 1}
			continue
		case c == ' ' || c == '\t' || c == '\r':
			text, at.Col = text[1:], at.Col+1
			continue
		case isLetter(c):
			k = letter
		case isDigit(c):
			n, k = digits(text), number
			if n+1 < len(text) && text[n] == '.' && isDigit(text[n+1]) {
				n += 1 + digits(text[n+1:])
			}
		case strings.HasPrefix(text, `\\`):
			n, k = 2, newline
		case c == '\\':
			k = command
			for n < len(text) && isLetter(text[n]) {
				n++
			}
			if n == 1 {
				_, width := utf8.DecodeRuneInString(text[1:])
				fail(at, "%q is not in the subset", text[:1+width])
			}
		case strings.IndexByte("+-=<>(){}^_&'/", c) < 0:
			r, _ := utf8.DecodeRuneInString(text)
			fail(at, "the character %q is not in the subset", r)
		}
		tokens = append(tokens, token{k, text[:n], at})
		text, at.Col = text[n:], at.Col+n
	}
	return append(tokens, token{end, "", at})
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

// digits returns how many digits text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}
