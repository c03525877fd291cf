package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// full is a device with room for so many bytes; its errors are those of package os.
type full int

func (f *full) Write(p []byte) (int, error) {
	if len(p) > int(*f) {
		return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left")}
	}
	*f -= full(len(p))
	return len(p), nil
}

func TestRun(t *testing.T) {
	const help = full(len("Usage" + exitStatus))
	for _, c := range []struct {
		args, stderr string
		room         full
		err          error // of the command
		status       int
	}{
		{"-n 7", "", 6, nil, 0},
		{"-n 7", "x: standard output: no space left\n", 5, nil, 1}, // though the last print fits
		{"-n 7", "x: broken\n", 6, errors.New("broken"), 1},
		{"-n 7", "x: want less (see -h)\n", 6, Usagef("want %s", "less"), 2},
		{"-n 7", "x: interrupted in epoch 2\n", 6, fmt.Errorf("%w in epoch 2", ErrInterrupted), 130},
		{"-n 7", "x: interrupted\n", 6, fmt.Errorf("epoch 2: %w", context.Canceled), 130},
		{"-m 7", "x: flag provided but not defined: -m (see -h)\n", 0, nil, 2},
		{"-n x", `x: invalid value "x" for flag -n: parse error (see -h)` + "\n", 0, nil, 2},
		{"-n 7 y", `x: unexpected argument "y" (see -h)` + "\n", 0, nil, 2},
		{"-h", "", help, nil, 0},
		{"-n 7 -h", "", help, nil, 0},
		{"-h", "x: standard output: no space left\n", help - 1, nil, 1},
	} {
		x := Command{Name: "x", Usage: "Usage"}
		n := x.Flags.Int("n", 0, "")
		var stderr strings.Builder
		room := c.room
		status := x.Run(strings.Fields(c.args), &room, &stderr, func(out io.Writer) error {
			fmt.Fprint(out, "first ")
			fmt.Fprint(out, "")
			if *n != 7 {
				t.Errorf("%s: n is %d", c.args, *n)
			}
			return c.err
		})
		if status != c.status || stderr.String() != c.stderr || status == 0 && room != 0 {
			t.Errorf("%s, %v: got %d, %q, %d bytes free; want %d, %q", c.args, c.err, status, stderr.String(), room, c.status, c.stderr)
		}
	}
}

// SIGINT cancels the context; the second one kills the process.
func TestMainSignals(t *testing.T) {
	if os.Getenv("CLI_TEST_SIGNALS") != "" {
		Main(func(ctx context.Context, _ []string, stdout, _ io.Writer) int {
			fmt.Fprintln(stdout, "started")
			<-ctx.Done()
			for { // each line asks for another signal
				fmt.Fprintln(stdout, "cancelled")
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	c := exec.Command(os.Args[0], "-test.run=TestMainSignals")
	c.Env = append(os.Environ(), "CLI_TEST_SIGNALS=1")
	out, err := c.StdoutPipe()
	if err := errors.Join(err, c.Start()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan() // started
	for ended := false; !ended; {
		// The one after the first may come before the usual effect is restored.
		c.Process.Signal(os.Interrupt)
		if ended = !lines.Scan(); !ended && lines.Text() != "cancelled" {
			t.Errorf("got %q, want cancelled", lines.Text())
		}
	}
	if err := c.Wait(); err == nil || err.Error() != "signal: interrupt" {
		t.Errorf("got %v, want an end by SIGINT", err)
	}
}

// All commands treat -h and wrong arguments in the same way.
func TestCommands(t *testing.T) {
	bin := t.TempDir()
	mains, err := filepath.Glob("../../*/main.go")
	if err != nil || len(mains) < 5 {
		t.Fatalf("%d commands, %v", len(mains), err)
	}
	build := []string{"build", "-o", bin}
	for _, main := range mains {
		build = append(build, filepath.Dir(main))
	}
	if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const wrong = "2>>NAME: .*\n"
	for _, main := range mains {
		name := filepath.Base(filepath.Dir(main))
		for arg, want := range map[string]string{ // the exit status, standard output and standard error
			"-h": `0>Usage: go run ./cmd/NAME (.|\n)*\n\nExit status: 0(.|\n.)*\n>`, "-nosuch": wrong, "nosuch": wrong,
		} {
			var stdout, stderr strings.Builder
			c := exec.Command(filepath.Join(bin, name), arg)
			c.Stdout, c.Stderr = &stdout, &stderr
			err := c.Run()
			got := fmt.Sprintf("%d>%s>%s", c.ProcessState.ExitCode(), &stdout, &stderr)
			if !regexp.MustCompile("^" + strings.ReplaceAll(want, "NAME", name) + "$").MatchString(got) {
				t.Errorf("%s %s: %v, got %q, want %q", name, arg, err, got, want)
			}
			for _, line := range strings.Split(stdout.String(), "\n") {
				if utf8.RuneCountInString(line) > 80 || strings.Contains(line, "%!") {
					t.Errorf("%s %s: wider than 80 columns, or badly formatted: %s", name, arg, line)
				}
			}
		}
	}
}
