package tex

import (
	"regexp"
	"unicode/utf8"
)

type kind int

const (
	end     kind = iota
	space        // separates tokens and has no other meaning
	letter       // a to z, A to Z
	number       // 12 or 0.5
	marks        // the layer and the transpose of a symbol: ^{(1)}, ^{(1)T}, ^T or ^{T}
	command      // \cdot; \begin, \end, \tag and \mathrm with their argument: \tag{F1}
	char         // one of + - = < > ( ) | { } ^ _ & ' / or \\
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

// lexeme has one submatch for each kind of token, in the order of the kinds.
var lexeme = regexp.MustCompile(`^(?:([ \n])|([a-zA-Z])|(\d+(?:\.\d+)?)|(\^\{\(\d+\)T?\}|\^T|\^\{T\})|` +
	`(\\(?:begin|end|tag|mathrm)\{[a-zA-Z0-9]+\}|\\[a-zA-Z]+)|(\\\\|[-+=<>()|{}^_&'/]))`)

// scan splits text into tokens.
func scan(text string, at Pos) []token {
	var tokens []token
	for text != "" {
		m := lexeme.FindStringSubmatch(text)
		if m == nil {
			r, width := utf8.DecodeRuneInString(text)
			if r == '\\' {
				_, next := utf8.DecodeRuneInString(text[width:])
				panic(at.Errorf("%q is not in the subset", text[:width+next]))
			}
			panic(at.Errorf("the character %q is not in the subset", r))
		}
		k := space
		for m[k] == "" {
			k++
		}
		if k != space {
			tokens = append(tokens, token{k, m[0], at})
		}
		text = text[len(m[0]):]
		if at.Col += len(m[0]); m[0] == "\n" {
			at = Pos{at.Line + 1, 1}
		}
	}
	return append(tokens, token{end, "", at})
}
