package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
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
		{"-n x", `x: invalid value "x" for flag -n: want a whole number (see -h)` + "\n", 0, nil, 2},
		{"-u -1", `x: invalid value "-1" for flag -u: want a whole number, at least 0 (see -h)` + "\n", 0, nil, 2},
		{"-f 1,5", `x: invalid value "1,5" for flag -f: want a number (see -h)` + "\n", 0, nil, 2},
		{"-b=2", `x: invalid boolean value "2" for -b: want true or false (see -h)` + "\n", 0, nil, 2},
		{"-f 1e999", `x: invalid value "1e999" for flag -f: value out of range (see -h)` + "\n", 0, nil, 2},
		{"-n 7", `x: a\x1b[1m\x7f` + "\té\nb\n", 6, errors.New("a\x1b[1m\x7f\té\nb"), 1},
		{"-n 7 y", `x: unexpected argument "y" (see -h)` + "\n", 0, nil, 2},
		{"-h", "", help, nil, 0},
		{"-n 7 -h", "", help, nil, 0},
		{"y -h", "", help, nil, 0},
		{"-h", "x: standard output: no space left\n", help - 1, nil, 1},
	} {
		x := Command{Name: "x", Usage: "Usage"}
		x.Flags.Int("other", 0, "")
		x.Flags.Uint64("u", 0, "")
		x.Flags.Float64("f", 0, "")
		x.Flags.Bool("b", false, "")
		n := x.Flags.Int("n", 0, "")
		var stderr strings.Builder
		room := c.room
		status := x.Run(strings.Fields(c.args), &room, &stderr, func(out io.Writer) error {
			_, err1 := fmt.Fprint(out, "first ")
			_, err2 := fmt.Fprint(out, "")
			if full := c.room < 6; (err1 != nil) != full || (err2 != nil) != full {
				t.Errorf("%s: writing gives %v and %v", c.args, err1, err2)
			}
			if *n != 7 || !maps.Equal(x.Given(), map[string]bool{"n": true}) {
				t.Errorf("%s: n is %d, given are %v", c.args, *n, x.Given())
			}
			return c.err
		})
		if status != c.status || stderr.String() != c.stderr || status == 0 && room != 0 {
			t.Errorf("%s, %v: got %d, %q, %d bytes free; want %d, %q", c.args, c.err, status, stderr.String(), room, c.status, c.stderr)
		}
	}
}

// A write counts the bytes that it was given, not those of escapes.
func TestEscape(t *testing.T) {
	var b strings.Builder
	if n, err := io.WriteString(&output{w: &b}, "a\r\x1b\x1b[1m\t\n"); n != 9 || err != nil || b.String() != `a\x0d\x1b\x1b[1m`+"\t\n" {
		t.Errorf("got %d, %v, %q", n, err, b.String())
	}
}

// Flags may stand after other arguments, but not after "--".
func TestArguments(t *testing.T) {
	for args, want := range map[string]string{
		"a b": "0 [a b]", "a -n 7 b": "7 [a b]", "a - -n 7": "7 [a -]", "-n 7 -- a -n": "7 [a -n]", "a -- -n 7 -- b": "0 [a -n 7 -- b]",
	} {
		x := Command{Name: "x", Args: true}
		n := x.Flags.Int("n", 0, "")
		got := ""
		x.Run(strings.Fields(args), io.Discard, io.Discard, func(io.Writer) error {
			got = fmt.Sprint(*n, x.Flags.Args())
			return nil
		})
		if got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// A signal cancels the context, and ends a command that goes on, but not while it
// writes a file. A second one kills the process.
func TestMainSignals(t *testing.T) {
	if os.Getenv("CLI_TEST_SIGNALS") != "" {
		Main(func(ctx context.Context, _ []string, stdout, _ io.Writer) int {
			fmt.Fprintln(stdout, "started")
			<-ctx.Done()
			WriteFile(os.Getenv("CLI_TEST_SIGNALS"), func(w io.Writer) error {
				for range 50 { // each line asks for another signal
					fmt.Fprintln(stdout, "cancelled")
					time.Sleep(grace / 25)
				}
				return text("whole")(w)
			})
			select {}
		})
		return // if Main does: below, the process would start itself again and again
	}
	for _, c := range []struct {
		first  os.Signal
		again  bool
		end    string
		stderr string
		file   string
	}{
		{os.Interrupt, true, "signal: interrupt", "", ""},
		{os.Interrupt, false, "exit status 130", "cli.test: interrupted\n", "whole"},
		{syscall.SIGTERM, false, "exit status 130", "cli.test: interrupted\n", "whole"},
		{syscall.Signal(1), false, "exit status 130", "cli.test: interrupted\n", "whole"},
	} {
		t.Run(c.end, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "file")
			x := exec.Command(os.Args[0], "-test.run=TestMainSignals")
			x.Env = append(os.Environ(), "CLI_TEST_SIGNALS="+file)
			var stderr strings.Builder
			x.Stderr = &stderr
			out, err := x.StdoutPipe()
			if err := errors.Join(err, x.Start()); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			lines.Scan() // started
			x.Process.Signal(c.first)
			for lines.Scan() {
				if c.again { // the first of these may come before the usual effect is restored
					x.Process.Signal(c.first)
				}
				if lines.Text() != "cancelled" {
					t.Errorf("got %q, want cancelled", lines.Text())
				}
			}
			err = x.Wait()
			content, _ := os.ReadFile(file)
			if err == nil || err.Error() != c.end || stderr.String() != c.stderr || string(content) != c.file {
				t.Errorf("%v: got %v, %q, the file %q; want %s, %q, %q", c.first, err, &stderr, content, c.end, c.stderr, c.file)
			}
		})
	}
}

// verifySignals sends a signal to commands that wait for what they read, and to some that
// compute. A pipe that ends does not stop them.
func verifySignals(t *testing.T, bin string) {
	dir := t.TempDir()
	if out, err := exec.Command("mkfifo", filepath.Join(dir, "fifo")).CombinedOutput(); err != nil {
		t.Skipf("%v\n%s", err, out)
	}
	exec.Command("sh", "-c", "umask 027; "+filepath.Join(bin, "train")+" -epochs 1 -save "+filepath.Join(dir, "model")+" 2>&1 | true").Run()
	if info, err := os.Stat(filepath.Join(dir, "model")); err != nil || info.Mode() != 0o640 {
		t.Errorf("with a pipe that ends, and a umask: %v, %v", info, err)
	}
	for _, args := range []string{
		"check fifo", "check -", "demo fifo", "read fifo", "exercise start -point fifo new",
		"train -x fifo", "train -x /dev/stdin", "train -load fifo", "train -x fifo -y fifo",
		"train -data moons -samples 200000 -hidden 5000 -epochs 1",
		"train -data moons -samples 20000 -hidden 5000 -epochs 1 -batch 0",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			fields := strings.Fields(args)
			x := exec.CommandContext(ctx, filepath.Join(bin, fields[0]), fields[1:]...)
			x.Dir = dir
			stdin, err := x.StdinPipe()
			if err := errors.Join(err, x.Start()); err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			time.Sleep(500 * time.Millisecond)
			at := time.Now()
			x.Process.Signal(syscall.SIGTERM)
			err = x.Wait()
			// On a busy machine it takes more than the second.
			if took := time.Since(at); err == nil || err.Error() != "exit status 130" || took > 5*time.Second {
				t.Errorf("%v, %v after the signal, want the exit status 130", err, took)
			}
		})
	}
}

// verifyFull lets commands write more than there is room for. They say so in one line and
// leave nothing.
func verifyFull(t *testing.T, bin string) {
	dir := t.TempDir()
	for _, c := range []struct{ args, file string }{
		{"exercise start", "new"}, {"exercise bug 4", "new"}, {"read -without derivation -o", "new"}, {"train -epochs 1 -save", "new"}, {"train -epochs 1 -plot", "new.svg"},
	} {
		file := filepath.Join(dir, c.file)
		var stderr strings.Builder
		x := exec.Command("sh", "-c", "ulimit -f 1; exec "+filepath.Join(bin, c.args)+" "+file)
		x.Stderr = &stderr
		err := x.Run()
		lines := strings.Split(stderr.String(), "\n")
		name, _, _ := strings.Cut(c.args, " ")
		want := "^" + name + ": " + regexp.QuoteMeta(file) + "(/[^ ]*)?: file too large$"
		if last := lines[max(0, len(lines)-2)]; x.ProcessState.ExitCode() != 1 || !regexp.MustCompile(want).MatchString(last) {
			t.Errorf("%s: %v, %s; want the exit status 1 and %s", c.args, err, &stderr, want)
		}
		if entries, err := os.ReadDir(dir); len(entries) > 0 || err != nil {
			t.Errorf("%s leaves %v, %v", c.args, entries, err)
		}
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
	verifyFull(t, bin)
	verifySignals(t, bin)
}
