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

	"chainrule/cmd/internal/cli"
)

// writeSite writes the site to dir, with its own means to compute. All of it is
// made before the first file is written.
func writeSite(ctx context.Context, dir string, stdout io.Writer) error {
	if err := free(dir); err != nil {
		return err
	}
	root, err := cli.Root()
	if err != nil {
		return err
	}
	files, err := build(root, true)
	if err != nil {
		return err
	}
	if files["live.js"], err = compute(ctx, root); err != nil {
		return err
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		err := cli.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(files[name])
			return err
		})
		if err != nil {
			return err
		}
		total += len(files[name])
	}
	fmt.Fprintf(stdout, "wrote %d files, %.1f MB; open %s\n", len(files), float64(total)/1e6, filepath.Join(dir, "index.html"))
	return nil
}

// free returns an error if there is something in dir that is no site of ours.
func free(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	index, _ := os.ReadFile(filepath.Join(dir, "index.html"))
	if !bytes.Contains(index, []byte(`content="chainrule read"`)) {
		return fmt.Errorf("%s holds something else: want a new folder, an empty one, or one that -o has written", dir)
	}
	return nil
}

// compute returns the script that computes: package live as WebAssembly, in text,
// because a page that is opened from a folder may load scripts and nothing else,
// and Go's own wasm_exec.js, which runs it.
func compute(ctx context.Context, root string) ([]byte, error) {
	temporary, err := os.MkdirTemp("", "read-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	program := filepath.Join(temporary, "live.wasm")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./cmd/read/wasm")
	c.Dir = root
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if out, err := c.CombinedOutput(); ctx.Err() != nil {
		return nil, errStopped
	} else if err != nil {
		return nil, fmt.Errorf("go build for js/wasm: %v\n%s", err, bytes.TrimSpace(out))
	}
	wasm, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	env := exec.CommandContext(ctx, "go", "env", "GOROOT")
	env.Dir = root
	goroot, err := env.Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %v", err)
	}
	start, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	ours, err := static.ReadFile("static/live.js")
	if err != nil {
		return nil, err
	}
	var script bytes.Buffer
	script.Write(start)
	script.Write(ours)
	script.WriteString("window.chainruleCompute.text = \"")
	text := base64.NewEncoder(base64.StdEncoding, &script)
	packed, err := gzip.NewWriterLevel(text, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = packed.Write(wasm)
	if err := errors.Join(err, packed.Close(), text.Close()); err != nil {
		return nil, err
	}
	script.WriteString("\";\n")
	return script.Bytes(), nil
}
