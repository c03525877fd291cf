package cli

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Progress shows how far a long computation is. On a terminal it redraws one
// line, at most ten times a second. Elsewhere it prints about ten of the messages,
// one per line and without control characters.
type Progress struct {
	w        io.Writer
	terminal bool
	last     time.Time // when the message on the terminal was drawn
}

// NewProgress returns a Progress that writes to w.
func NewProgress(w io.Writer) *Progress {
	p := &Progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	}
	return p
}

// Show shows a one-line message for step n of total, 1 ≤ n ≤ total.
func (p *Progress) Show(n, total int, message string) {
	if !p.terminal {
		// Print the first step and each one that completes another tenth.
		if n*10/total > (n-1)*10/total || n == 1 {
			fmt.Fprintln(p.w, message)
		}
		return
	}
	if time.Since(p.last) >= 100*time.Millisecond || n == total {
		p.last = time.Now()
		// The line is cleared, and what does not fit into it is cut off: ESC [?7l turns the
		// wrapping of lines off, and ESC [?7h on again.
		fmt.Fprintf(p.w, "\r\x1b[K\x1b[?7l%s\x1b[?7h", message)
	}
}

// Close clears the line on a terminal and returns the cursor to its start.
func (p *Progress) Close() {
	if !p.last.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
