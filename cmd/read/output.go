package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"chainrule/cmd/internal/cli"
	"chainrule/cmd/internal/mutants"
)

// writeSite writes the site to dir, without some pages. It writes all files or none, and
// removes what it leaves out if an earlier site had it.
func writeSite(ctx context.Context, dir string, without []string, stdout io.Writer) error {
	if err := checkFolder(dir); err != nil {
		return err
	}
	site, err := build(without...)
	if err != nil {
		return err
	}
	if site.has("derivation.md") {
		if site.files["live.js"], err = program(ctx, site.folder, site.has("mutants.md")); err != nil {
			return err
		}
	}
	if err := cli.WriteFiles(dir, site.files); err != nil {
		return err
	}
	for _, name := range leftOut(site) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	total := 0
	for _, text := range site.files {
		total += len(text)
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

// bugStep is a file of package network with a bug in it: it registers the bug's step, which
// has a pass of its own and gives the results to the caller's.
const bugStep = `package network

import (
	"reflect"

	"chainrule/cmd/read/internal/live"
	"chainrule/network"
)

func init() {
	live.Bugs[%q] = func() live.Step {
		var mine *Pass
		return func(n *network.Network, p *network.Pass, alpha, lambda float64) float64 {
			bugged := &Network{Activation(n.Activation), n.W1, n.B1, n.W2, n.B2}
			if mine == nil {
				mine = bugged.NewPass(p.A0.Cols)
				mine.A0, mine.Y = p.A0, p.Y
			}
			loss := bugged.Step(mine, alpha, lambda)
			from, to := reflect.ValueOf(mine).Elem(), reflect.ValueOf(p).Elem()
			for i := range to.NumField() {
				if field := to.Field(i); field.CanSet() {
					field.Set(from.FieldByName(to.Type().Field(i).Name))
				}
			}
			return loss
		}
	}
}
`

// bugs writes into dir package network with each of its bugs, and returns what go's flag
// -overlay needs to add them to the program in main, a folder: package wasm/bug2b, and a
// file that imports all.
func bugs(root, dir, main string) (replace map[string]string, err error) {
	replace = make(map[string]string)
	add := func(name, text string) error {
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		replace[filepath.Join(root, filepath.FromSlash(name))] = file
		return os.WriteFile(file, []byte(text), 0o644)
	}
	sources, err := fs.Glob(os.DirFS(root), "network/*.go")
	if err != nil {
		return nil, err
	}
	imports := "package main\n"
	for _, m := range mutants.All {
		if m.IsCheck() {
			continue
		}
		folder := "cmd/read/wasm/bug" + m.ID()
		imports += fmt.Sprintf("import _ %q\n", "chainrule/"+folder)
		err := add(folder+"/step.go", fmt.Sprintf(bugStep, m.ID()))
		for _, name := range sources {
			if err != nil || strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, wrong := os.ReadFile(filepath.Join(root, name))
			mutated := string(text)
			if err = wrong; err == nil && name == m.File {
				mutated, err = m.Apply(mutated)
			}
			if err == nil {
				err = add(folder+"/"+filepath.Base(name), mutated)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return replace, add(main+"/bugs.go", imports)
}

// overlay writes the file for go's flag -overlay into dir, and returns its name.
func overlay(dir string, replace map[string]string) (string, error) {
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, text, 0o644)
}

// program returns live.js: Go's wasm_exec.js, and package live as WebAssembly, with the
// bugs or without. The WebAssembly is text, because a page opened from a folder can load
// scripts only.
func program(ctx context.Context, root string, withBugs bool) ([]byte, error) {
	temporary, err := os.MkdirTemp("", "read-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	binary := filepath.Join(temporary, "live.wasm")
	run := func(args ...string) ([]byte, error) {
		c := cli.Go(ctx, root, temporary, args...)
		c.Env = append(c.Env, "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
		out, err := c.CombinedOutput()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w, nothing written", cli.ErrInterrupted)
		}
		if err != nil {
			return nil, fmt.Errorf("go %s: %v\n%s", args[0], err, bytes.TrimSpace(out))
		}
		return out, nil
	}
	var replace map[string]string
	if withBugs {
		if replace, err = bugs(root, temporary, "cmd/read/wasm"); err != nil {
			return nil, err
		}
	}
	added, err := overlay(temporary, replace)
	if err != nil {
		return nil, err
	}
	if _, err := run("build", "-overlay", added, "-trimpath", "-ldflags=-s -w", "-o", binary, "./cmd/read/wasm"); err != nil {
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
