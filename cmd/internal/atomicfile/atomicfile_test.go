package atomicfile

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// verify fails unless the folder holds just the named files with those texts.
func verify(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(want) {
		t.Errorf("%d files, want %d: %v", len(entries), len(want), entries)
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, text)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "model")
	if err := Write(name, text("one")); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, map[string]string{"model": "one"})
	if info, _ := os.Stat(name); info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, want 0644", info.Mode())
	}
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(name, text("two")); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, map[string]string{"model": "two"})
	if info, _ := os.Stat(name); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600 as it was", info.Mode())
	}
	if err := Check(name); err != nil {
		t.Error(err)
	}
	verify(t, dir, map[string]string{"model": "two"})
}

// What fails half-way leaves the old file, and nothing beside it.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "model")
	if err := Write(name, text("old")); err != nil {
		t.Fatal(err)
	}
	err := Write(name, func(w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("out of ink")
	})
	if err == nil || err.Error() != name+": out of ink" {
		t.Errorf("error %v", err)
	}
	verify(t, dir, map[string]string{"model": "old"})
}

func TestLink(t *testing.T) {
	dir := t.TempDir()
	if err := Write(filepath.Join(dir, "target"), text("old")); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	if err := Write(link, text("new")); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, map[string]string{"link": "new", "target": "new"})
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info.Mode(), err)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	// A socket stands for all that is no regular file. Were it a device, a fault
	// here would replace it.
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	if err := Write(filepath.Join(dir, "file"), text("")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want string }{
		{"", "an empty file name"},
		{dir, "is a folder"},
		{filepath.Join(dir, "new") + "/", "is the name of a folder"},
		{socket, "is not a regular file"},
		{filepath.Join(dir, "none", "model"), "no such file or directory"},
		{filepath.Join(dir, "file", "model"), "not a directory"},
	} {
		for _, err := range []error{Write(c.name, text("x")), Check(c.name)} {
			if err == nil || err.Error() != c.name+": "+strings.TrimPrefix(err.Error(), c.name+": ") || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%q: %v, want %q", c.name, err, c.want)
			}
		}
	}
	verify(t, dir, map[string]string{"file": ""})
}
