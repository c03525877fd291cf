package cli

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// verify compares the modes, names and contents of the files in dir.
func verify(t *testing.T, dir, want string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	got := ""
	for _, e := range entries {
		info, err1 := e.Info()
		b, err2 := os.ReadFile(filepath.Join(dir, e.Name()))
		err = errors.Join(err, err1, err2)
		got += fmt.Sprintf("%v %s: %s\n", info.Mode(), e.Name(), b)
	}
	if got != want || err != nil {
		t.Errorf("got\n%s%v; want\n%s", got, err, want)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "model"), filepath.Join(dir, "link")
	if err := WriteFile(name, text("one")); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, "-rw-r--r-- model: one\n")
	if err := errors.Join(os.Chmod(name, 0o600), os.Symlink("model", link), WriteFile(link, text("two")), CheckFile(link)); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")
	err := WriteFile(name, func(w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("out of ink")
	})
	if err == nil || err.Error() != name+": out of ink" {
		t.Errorf("error %v", err)
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")

	// A socket stands for all special files: a bug here would replace a device.
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	for _, c := range []struct{ name, want string }{
		{dir, "is a folder or a special file, want a regular file"},
		{filepath.Join(dir, "new") + "/", "no such file or directory"},
		{socket, "is a folder or a special file, want a regular file"},
		{filepath.Join(dir, "none", "model"), "no such file or directory"},
		{filepath.Join(name, "model"), "not a directory"},
	} {
		for _, err := range []error{WriteFile(c.name, text("x")), CheckFile(c.name)} {
			if err == nil || err.Error() != c.name+": "+c.want {
				t.Errorf("%q: got %v, want %q", c.name, err, c.want)
			}
		}
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")
}
