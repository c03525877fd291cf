// Package cli holds what the commands share: how they read flags and report
// errors, write files, show progress, and find the sources of the repository.
package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"time"
)

// Signals by their numbers, since package syscall lacks the names for WebAssembly.
const (
	sigHUP  = syscall.Signal(1)
	sigPIPE = syscall.Signal(13)
)

// grace is the time in which a command can end by itself after a signal.
const grace = 900 * time.Millisecond

// Main runs a command's run function with the arguments of the process and
// exits with the status that it returns. SIGINT, SIGTERM and SIGHUP cancel ctx. If run
// has not returned soon after that, whatever it waits for, Main ends the process, but
// never in the middle of WriteFile. A second signal has its usual effect. SIGPIPE has
// none: a write that fails is an error, and a command still saves what it has.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	signal.Ignore(sigPIPE)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(sigHUP) { // nohup ignores it
		signals = append(signals, sigHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, func() {
		stop()
		time.Sleep(grace)
		writing.Lock()
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), ErrInterrupted)
		os.Exit(130)
	})
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A Command parses the flags of a command and reports how it ended.
type Command struct {
	Name  string
	Usage string       // what -h prints before the exit statuses
	Args  bool         // allow arguments beside the flags; see Flags.Args
	Flags flag.FlagSet // define flags here before Run; their usage strings are not shown
}

// Given returns the names of the flags that the arguments of Run set.
func (c *Command) Given() map[string]bool {
	given := make(map[string]bool)
	c.Flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	return given
}

// ErrInterrupted is the error of a command that a signal ended.
var ErrInterrupted = errors.New("interrupted")

// A UsageError reports wrong flags or arguments.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }

// Usagef formats a UsageError.
func Usagef(format string, args ...any) error {
	return UsageError{fmt.Errorf(format, args...)}
}

// exitStatus ends what -h prints.
const exitStatus = `
Exit status: 0 success, 1 an error, 2 wrong flags or arguments, 130 interrupted.
(These are of the built program; go run exits with 1 for each of them but 0.)
`

// parse parses the flags, which may stand before and after the other arguments, up to "--".
func (c *Command) parse(args []string) error {
	var others []string
	for len(args) > 0 {
		if err := c.Flags.Parse(args); err != nil {
			return err
		}
		parsed := len(args) - c.Flags.NArg()
		end := parsed > 0 && args[parsed-1] == "--"
		if args = args[parsed:]; end {
			others, args = append(others, args...), nil
		} else if len(args) > 0 {
			others, args = append(others, args[0]), args[1:]
		}
	}
	return c.Flags.Parse(append([]string{"--"}, others...))
}

// wants says what a flag of each kind can be.
var wants = map[reflect.Kind]string{reflect.Bool: "true or false", reflect.Int: "a whole number", reflect.Uint64: "a whole number, at least 0", reflect.Float64: "a number"}

// Run parses args into c.Flags, calls f and returns the exit status. f need not
// check whether its writes to out succeed: Run reports the first that failed.
// An error is reported on stderr:
//
//	status  cause                        on stderr
//	0       none, or -h
//	1       any other error              NAME: error
//	2       a UsageError                 NAME: error (see -h)
//	130     ErrInterrupted or Canceled   NAME: error, or NAME: interrupted
func (c *Command) Run(args []string, stdout, stderr io.Writer, f func(out io.Writer) error) int {
	out, message := &output{w: stdout}, &output{w: stderr}
	c.Flags.SetOutput(io.Discard)
	err := c.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, err = io.WriteString(out, c.Usage+exitStatus)
	case err != nil:
		c.Flags.VisitAll(func(f *flag.Flag) { // package flag does not say what it wants
			if text, ok := strings.CutSuffix(err.Error(), "-"+f.Name+": parse error"); ok {
				err = fmt.Errorf("%s-%s: want %s", text, f.Name, wants[reflect.TypeOf(f.Value.(flag.Getter).Get()).Kind()])
			}
		})
		err = UsageError{err}
	case c.Flags.NArg() > 0 && !c.Args:
		err = Usagef("unexpected argument %q", c.Flags.Arg(0))
	default:
		err = f(out)
	}
	if out.err != nil && (err == nil || errors.Is(err, out.err)) {
		err = fmt.Errorf("standard output: %w", WithoutPath(out.err))
	}
	if errors.Is(err, context.Canceled) {
		err = ErrInterrupted
	}
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(UsageError)):
		fmt.Fprintf(message, "%s: %v (see -h)\n", c.Name, err)
		return 2
	}
	fmt.Fprintf(message, "%s: %v\n", c.Name, err)
	if errors.Is(err, ErrInterrupted) {
		return 130
	}
	return 1
}

// An output writes to w until a write fails, and from then on returns that error.
// Control characters other than \n and \t, which a file name can bring in, are escaped.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (n int, err error) {
	text := p
	for _, c := range p {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			text = bytes.ReplaceAll(text, []byte{c}, fmt.Appendf(nil, `\x%02x`, c))
		}
	}
	if o.err == nil {
		_, o.err = o.w.Write(text)
	}
	if o.err != nil {
		return 0, o.err
	}
	return len(p), nil
}
