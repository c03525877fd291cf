package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	// A temporary file of a process that was killed is removed after a day.
	for old, age := range map[string]time.Duration{Temporary + "old": 24*time.Hour + time.Minute, Temporary + "new": 23 * time.Hour, ".other": 25 * time.Hour} {
		old, at := filepath.Join(dir, old), time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(old, nil, 0o600), os.Chtimes(old, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(name, text("one")); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, "-rw------- .chainrule-new: \n-rw------- .other: \n-rw-r--r-- model: one\n")
	if err := errors.Join(os.Remove(filepath.Join(dir, ".other")), os.Remove(filepath.Join(dir, Temporary+"new"))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(name, 0o600), os.Symlink("model", link), WriteFile(link, text("two")), CheckFile(link)); err != nil {
		t.Fatal(err)
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")
	if !writing.TryLock() {
		t.Fatal("WriteFile has returned and still holds its lock")
	}
	writing.Unlock()
	err := WriteFile(name, func(w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("out of ink")
	})
	if err == nil || err.Error() != name+": out of ink" {
		t.Errorf("error %v", err)
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")

	// A link to nothing is followed as well, and the name may be as long as the system allows.
	long := strings.Repeat("x", 255)
	nowhere := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.Symlink(long, nowhere), WriteFile(nowhere, text("three"))); err != nil {
		t.Fatal(err)
	}
	verify(t, filepath.Dir(nowhere), "Lrwxrwxrwx link: three\n-rw-r--r-- "+long+": three\n")
	circle := filepath.Join(t.TempDir(), "circle")
	if err := os.Symlink("circle", circle); err != nil {
		t.Fatal(err)
	}

	// A socket stands for all special files: a bug here would replace a device.
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	_, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	stdout, err := os.Create(filepath.Join(t.TempDir(), "report"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	defer func(old *os.File) { os.Stdout = old }(os.Stdout)
	os.Stdout = stdout
	for _, c := range []struct{ name, want string }{
		{dir, "is a folder or a special file, want a regular file"},
		{filepath.Join(dir, "new") + "/", "no such file or directory"},
		{socket, "is a folder or a special file, want a regular file"},
		{fmt.Sprintf("/dev/fd/%d", pipe.Fd()), "is a folder or a special file, want a regular file"},
		{stdout.Name(), "is where standard output goes, want another file"},
		{filepath.Join(dir, "none", "model"), "no such file or directory"},
		{filepath.Join(name, "model"), "not a directory"},
		{circle, "too many levels of symbolic links"},
	} {
		for _, err := range []error{WriteFile(c.name, text("x")), CheckFile(c.name)} {
			if err == nil || err.Error() != c.name+": "+c.want {
				t.Errorf("%q: got %v, want %q", c.name, err, c.want)
			}
		}
	}
	verify(t, dir, "Lrwxrwxrwx link: two\n-rw------- model: two\n")
}

// After an error in the middle, a folder is as it was.
func TestWriteFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	t.Chdir(t.TempDir())
	broken := map[string][]byte{"a": []byte("new"), "b": nil, "b/c": nil} // b is no folder
	verifyError := func(want string) {
		t.Helper()
		if err := WriteFiles(dir, broken); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	verifyError(filepath.Join(dir, "b", "c") + ": not a directory")
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the new folder: got %v, want that it does not exist", err)
	}
	for range 2 {
		if err := WriteFiles(dir, map[string][]byte{"a": []byte("one"), "c/d/e": []byte("two")}); err != nil {
			t.Fatal(err)
		}
	}
	verify(t, filepath.Join(dir, "c", "d"), "-rw-r--r-- e: two\n")
	verify(t, ".", "")
	for _, name := range []string{dir, filepath.Join(dir, "c")} {
		if info, err := os.Stat(name); err != nil || info.Mode() != fs.ModeDir|0o755 {
			t.Errorf("%s: got %v, %v", name, info, err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "c")); err != nil {
		t.Fatal(err)
	}
	verifyError(filepath.Join(dir, "b", "c") + ": not a directory")
	verify(t, dir, "-rw-r--r-- a: one\n")
	broken = map[string][]byte{"a/f": nil}
	verifyError(filepath.Join(dir, "a", "f") + ": not a directory")
	broken = map[string][]byte{"d": nil}
	if err := os.MkdirAll(filepath.Join(dir, "d", "e"), 0o700); err != nil {
		t.Fatal(err)
	}
	verifyError(filepath.Join(dir, "d") + ": file exists")
	dir = filepath.Join(dir, "a")
	verifyError(dir + ": not a directory")
	dir = filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("nowhere", dir); err != nil {
		t.Fatal(err)
	}
	verifyError(dir + ": file exists")
	if _, err := os.Readlink(dir); err != nil {
		t.Error(err)
	}
	dir, broken = t.TempDir(), map[string][]byte{"b": nil, "b/c": nil}
	verifyError(filepath.Join(dir, "b", "c") + ": not a directory")
	verify(t, dir, "") // an empty folder stays
	if !writing.TryLock() {
		t.Fatal("WriteFiles has returned and still holds its lock")
	}
	writing.Unlock()
}

func TestSameFile(t *testing.T) {
	dir := t.TempDir()
	join := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(join("a"), nil, 0o600), os.WriteFile(join("b"), nil, 0o600), os.Mkdir(join("d"), 0o700), os.Symlink("a", join("toA")),
		os.Link(join("a"), join("alsoA")), os.Symlink("new", join("toNew")), os.Symlink(join("new"), join("absolute")), os.Symlink(dir, join("d/up"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a", "toA", true}, {"a", "alsoA", true}, {"a", "d/up/a", true}, {"a", "d/up/toA", true}, {"a", "d/a", false},
		{"new", "new", true}, {"new", "toNew", true}, {"new", "absolute", true}, {"new", "d/up/new", true}, {"new", "d/new", false}, {"new", "a", false}, {"no/new", "no/new", false},
	} {
		if got := SameFile(join(c.a), join(c.b)); got != c.want {
			t.Errorf("%s and %s: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
