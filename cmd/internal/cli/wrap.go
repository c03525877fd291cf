package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Width is what fits a terminal of 80 columns.
const Width = 79

// Wrap replaces each run of spaces by a space or, where the line would be wider than
// width, by a newline.
func Wrap(text string, width int) string {
	var b strings.Builder
	column := 0
	for n, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case n == 0:
		case column+1+length > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}

// Count returns "1 row", "2 rows".
func Count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
