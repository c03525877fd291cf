// Command read shows the derivation beside the code that computes it, with its
// numbers, in a browser.
//
// Read site.go for how the pages are made, code.go for how code is shown, server.go
// and write.go for the two ways to get both, static for what the browser runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"chainrule/cmd/internal/cli"
)

const usage = `usage: read [-addr HOST:PORT] [-open=false]
       read -o DIR

Shows the derivation, the code that computes each equation, and its value, side
by side in a browser, until Ctrl-C.

  -addr HOST:PORT  where to listen (default 127.0.0.1, which only this computer
                   reaches, and a free port)
  -open=false      print the address and open no browser
  -o DIR           write the same as a static site to DIR, for any host or to be
                   opened from the folder; the numbers come from WebAssembly,
                   which is built for that

Exit status: 0, also when Ctrl-C ends the serving; 1 if something failed, 2 for
wrong flags, 130 if -o was interrupted: then nothing is written.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal has its usual effect
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, to, stderr io.Writer) int {
	stdout := cli.NewOutput(to)
	flags := flag.NewFlagSet("read", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	addr := flags.String("addr", "127.0.0.1:0", "")
	open := flags.Bool("open", true, "")
	dir := flags.String("o", "", "")
	err := flags.Parse(args)
	given := make(map[string]bool)
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return status(stdout.Err(), stderr)
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case given["o"] && *dir == "":
		err = errors.New("-o is empty, want a folder")
	case given["o"] && (given["addr"] || given["open"]):
		err = errors.New("-o writes a site and serves nothing: want it without -addr and -open")
	default:
		if _, _, e := net.SplitHostPort(*addr); e != nil {
			err = fmt.Errorf("-addr %q, want HOST:PORT", *addr)
		}
	}
	if err != nil {
		fmt.Fprintf(stderr, "read: %v (see -h)\n", err)
		return 2
	}
	if given["o"] {
		err = writeSite(ctx, *dir, stdout)
	} else {
		err = serve(ctx, *addr, *open, stdout)
	}
	if err == nil {
		err = stdout.Err()
	}
	return status(err, stderr)
}

// errStopped is what ends a writing of the site that was interrupted.
var errStopped = errors.New("stopped, nothing is written")

// status returns the exit status for the error, and prints it.
func status(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "read:", err)
	if errors.Is(err, errStopped) {
		return 130
	}
	return 1
}

// serve serves the site until the end of ctx.
func serve(ctx context.Context, addr string, open bool, stdout io.Writer) error {
	root, err := cli.Root()
	if err != nil {
		return err
	}
	files, err := build(root, false)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := &http.Server{
		Handler:           handler(files, host),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    1 << 14,
	}
	at := listener.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		at.IP = net.IPv4(127, 0, 0, 1) // all of this computer's addresses, this one among them
	}
	url := "http://" + at.String() + "/"
	if _, err := fmt.Fprintf(stdout, "%s\nCtrl-C ends it.\n", url); err != nil {
		return errors.Join(err, listener.Close())
	}
	if open {
		browse(url)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	// What is being answered is answered. A connection that a browser has opened
	// ahead, and asked nothing over, would hold Shutdown up: Close ends it.
	last, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.Shutdown(last) != nil {
		return s.Close()
	}
	return nil
}

// browse opens a browser where the system has a command for that and a screen.
// The address has been printed: if it does not work, nothing is lost.
func browse(url string) {
	var c *exec.Cmd
	switch {
	case runtime.GOOS == "darwin":
		c = exec.Command("open", url)
	case runtime.GOOS == "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		c = exec.Command("xdg-open", url)
	default:
		return
	}
	if c.Start() == nil {
		go c.Wait()
	}
}
