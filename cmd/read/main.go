// Command read shows the derivation, the code that computes it and its numbers side
// by side in a browser.
//
// Read site.go for how the pages are made, code.go for how code is shown, serve.go
// and output.go for the two ways to look at them, static for what the browser runs.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/cmd/read/internal/live"
)

const usage = `Usage: go run ./cmd/read [-addr HOST:PORT] [-open=false] [FILE.json]
       go run ./cmd/read -o DIR [-without PAGES]

Shows the derivation, the code for each equation and its value side by side in
a browser, until Ctrl-C. The browser computes the numbers with WebAssembly; the
first start builds it, which takes a few seconds. With a file in the format of
docs/check.md, it opens on that network and its first 8 samples.

  -addr HOST:PORT  address to listen on (default 127.0.0.1, which only this
                   computer can reach, and a free port)
  -open=false      print the address, but open no browser
  -o DIR           write the same pages to DIR as a static site, to be published
                   on any host or opened from the folder
  -without PAGES   leave out pages of the site, such as answers,mutants; the
                   bugs are left out together with mutants, and the code and
                   all pages with answers to the exercises with derivation
`

func main() { cli.Main(run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := cli.Command{Name: "read", Usage: usage, Args: true}
	addr := c.Flags.String("addr", "127.0.0.1:0", "")
	open := c.Flags.Bool("open", true, "")
	dir := c.Flags.String("o", "", "")
	without := c.Flags.String("without", "", "")
	return c.Run(args, stdout, stderr, func(out io.Writer) error {
		given, files := c.Given(), c.Flags.Args()
		switch {
		case len(files) > 1 || len(files) == 1 && given["o"]:
			return cli.Usagef("want one file at most, and none with -o")
		case given["without"] && !given["o"]:
			return cli.Usagef("-without is for the site that -o writes")
		case !given["o"]:
			if _, _, err := net.SplitHostPort(*addr); err != nil {
				return cli.Usagef("-addr %q: want HOST:PORT", *addr)
			}
			at := ""
			if len(files) == 1 {
				f, err := claim.Open(files[0], os.Stdin)
				if err != nil {
					return err
				}
				if at, err = live.Address(f); err != nil {
					return fmt.Errorf("%s: %w", files[0], err)
				}
				at = "#" + at
			}
			return serve(ctx, *addr, at, *open, out)
		case *dir == "":
			return cli.Usagef("-o is empty, want a folder")
		case given["addr"] || given["open"]:
			return cli.Usagef("-o does not serve: use it without -addr and -open")
		}
		return writeSite(ctx, *dir, strings.FieldsFunc(*without, func(r rune) bool { return r == ',' }), out)
	})
}
