package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chainrule/cmd/internal/cli"
)

// writeSite writes the site to dir, without some pages. It writes no file before all are
// made, and removes what it leaves out if an earlier site had it.
func writeSite(ctx context.Context, dir string, without []string, stdout io.Writer) error {
	if err := checkFolder(dir); err != nil {
		return err
	}
	site, err := build(without...)
	if err != nil {
		return err
	}
	if site.has("derivation.md") {
		if site.files["live.js"], err = program(ctx, site.folder); err != nil {
			return err
		}
	}
	for _, name := range leftOut(site) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(site.files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		err := cli.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(site.files[name])
			return err
		})
		if err != nil {
			return err
		}
		total += len(site.files[name])
	}
	fmt.Fprintf(stdout, "wrote %d files, %.1f MB; open %s\n", len(site.files), float64(total)/1e6, filepath.Join(dir, "index.html"))
	return nil
}

// leftOut returns the files of a whole site that site does not have.
func leftOut(site *builder) (names []string) {
	for _, p := range pages {
		names = append(names, p.File)
	}
	names = append(names, "mutants.json", "mutants.js", "reader.js", "live.js")
	return slices.DeleteFunc(names, func(name string) bool { return site.files[name] != nil })
}

// checkFolder returns an error if dir contains something other than a site that was
// written earlier.
func checkFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	index, _ := os.ReadFile(filepath.Join(dir, "index.html"))
	if !bytes.Contains(index, []byte(`content="chainrule read"`)) {
		return fmt.Errorf("%s contains other files, want a new folder, an empty one, or one written by -o", dir)
	}
	return nil
}

// program returns live.js: Go's wasm_exec.js, and package live as WebAssembly. The
// WebAssembly is text, because a page opened from a folder can load scripts only.
func program(ctx context.Context, root string) ([]byte, error) {
	temporary, err := os.MkdirTemp("", "read-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	binary := filepath.Join(temporary, "live.wasm")
	run := func(args ...string) ([]byte, error) {
		c := exec.CommandContext(ctx, "go", args...)
		c.Dir = root
		c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // go ends its compilers
		c.WaitDelay = 5 * time.Second
		c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOTMPDIR="+temporary)
		out, err := c.CombinedOutput()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w, nothing written", cli.ErrInterrupted)
		}
		if err != nil {
			return nil, fmt.Errorf("go %s: %v\n%s", args[0], err, bytes.TrimSpace(out))
		}
		return out, nil
	}
	if _, err := run("build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./cmd/read/wasm"); err != nil {
		return nil, err
	}
	goroot, err := run("env", "GOROOT")
	if err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	start, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	script := bytes.NewBuffer(start)
	script.WriteString("chainruleProgram(\"")
	text := base64.NewEncoder(base64.StdEncoding, script)
	packed := gzip.NewWriter(text)
	_, err = packed.Write(wasm)
	if err := errors.Join(err, packed.Close(), text.Close()); err != nil {
		return nil, err
	}
	script.WriteString("\");\n")
	return script.Bytes(), nil
}
