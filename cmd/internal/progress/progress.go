// Package progress shows how far a long run is, without getting in the way of
// what it prints.
package progress

import (
	"fmt"
	"io"
	"os"
	"time"
	"unicode/utf8"
)

// width is what a line may fill of a terminal of 80 columns.
const width = 79

// A Line shows the latest of many messages. On a terminal it is one line that
// is drawn over and over, some ten times a second at most. Elsewhere, in a pipe
// or a file, about ten of the messages stand below each other, with no control
// characters.
type Line struct {
	w        io.Writer
	terminal bool
	shown    int       // how wide the line on the terminal is
	last     time.Time // when it was drawn
}

// New returns a Line on f, drawn if f is a terminal.
func New(f *os.File) *Line {
	info, err := f.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	return &Line{w: f, terminal: terminal}
}

// To returns a Line on w: as on a terminal, or plain.
func To(w io.Writer, terminal bool) *Line {
	return &Line{w: w, terminal: terminal}
}

// Show shows the message of step n out of total, n from 1. The message is one
// line.
func (l *Line) Show(n, total int, message string) {
	if !l.terminal {
		// A tenth more is done than before step n: n·10/total rounded down rises.
		if n*10/total > (n-1)*10/total || n == 1 {
			fmt.Fprintln(l.w, message)
		}
		return
	}
	if time.Since(l.last) < 100*time.Millisecond && n < total {
		return
	}
	l.last = time.Now()
	l.draw(message)
}

// Close ends the line: it is gone from a terminal, and what is printed next
// begins where it began.
func (l *Line) Close() {
	if l.terminal && l.shown > 0 {
		l.draw("")
		fmt.Fprint(l.w, "\r")
	}
}

// draw draws the message over the one before, and blanks over what remains.
func (l *Line) draw(message string) {
	if utf8.RuneCountInString(message) > width {
		message = string([]rune(message)[:width])
	}
	n := utf8.RuneCountInString(message)
	fmt.Fprintf(l.w, "\r%s%*s", message, max(l.shown-n, 0), "")
	l.shown = n
}
