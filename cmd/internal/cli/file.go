package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// WriteFile replaces the content of the named file with what write writes,
// atomically: write writes to a temporary file in the same folder, which is
// renamed when it is complete and on the disk. After an error the named file is
// unchanged and the temporary file removed. The error begins with the name.
//
// WriteFile follows symbolic links and keeps the permissions of an existing file.
// It also removes what a process that was killed has left in the folder a day ago.
// An existing folder, device or other special file is an error.
func WriteFile(name string, write func(io.Writer) error) error {
	if err := replace(name, write); err != nil {
		return fmt.Errorf("%s: %w", name, WithoutPath(err))
	}
	return nil
}

// errChecked is the error with which CheckFile ends WriteFile.
var errChecked = errors.New("file name checked")

// CheckFile returns the error that WriteFile would return before it calls write.
// A long computation calls it first, so that a wrong name costs no time.
func CheckFile(name string) error {
	err := WriteFile(name, func(io.Writer) error { return errChecked })
	if errors.Is(err, errChecked) {
		return nil
	}
	return err
}

// Temporary begins the names of the files and folders in which WriteFile and WriteFiles
// collect what they write.
const Temporary = ".chainrule-"

// follow returns what a symbolic link stands for, whether that exists or not.
func follow(name string) string {
	for range 40 { // links in a circle have no end
		target, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Dir(name) + string(filepath.Separator) + target
		}
		name = target
	}
	return name
}

// SameFile reports whether two names stand for one file, whether that exists or not.
func SameFile(a, b string) bool {
	same := func(a, b string) bool {
		x, err1 := os.Stat(a)
		y, err2 := os.Stat(b)
		return err1 == nil && err2 == nil && os.SameFile(x, y)
	}
	a, b = follow(a), follow(b)
	return same(a, b) || filepath.Base(a) == filepath.Base(b) && same(filepath.Dir(a), filepath.Dir(b))
}

// writing is held for reading while a file is written.
var writing sync.RWMutex

func replace(name string, write func(io.Writer) error) error {
	writing.RLock()
	defer writing.RUnlock()
	info, err := os.Stat(name) // follows links of the system too, such as /dev/stdout, which name no file
	exists := err == nil
	stdout, _ := os.Stdout.Stat()
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case exists && !info.Mode().IsRegular():
		return errors.New("is a folder or a special file, want a regular file")
	case exists && os.SameFile(info, stdout):
		return errors.New("is where standard output goes, want another file")
	}
	name = follow(name)
	dir := filepath.Dir(name)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); strings.HasPrefix(e.Name(), Temporary) && err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	f, err := os.OpenFile(filepath.Join(dir, Temporary+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if exists {
		err = f.Chmod(info.Mode().Perm())
	}
	if err == nil {
		err = write(f)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// WriteFiles writes files to the folder dir, which it creates with its parents: all of
// them or, if one cannot be written, none. Their names are relative, with slashes. Files
// that dir has under the same names are replaced.
func WriteFiles(dir string, files map[string][]byte) error {
	writing.RLock()
	defer writing.RUnlock()
	_, missing := os.Lstat(dir) // a link to nothing is none of ours
	err := writeFiles(dir, files)
	if err != nil && missing != nil {
		os.Remove(dir)
	}
	return err
}

func writeFiles(dir string, files map[string][]byte) error {
	var half string
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		half, err = os.MkdirTemp(dir, Temporary)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", dir, WithoutPath(err))
	}
	defer os.RemoveAll(half)
	each := func(folder string, do func(name, path string) error) error {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			path := filepath.Join(folder, filepath.FromSlash(name))
			err := os.MkdirAll(filepath.Dir(path), 0o777)
			if err == nil {
				err = do(name, path)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", filepath.Join(dir, name), WithoutPath(err))
			}
		}
		return nil
	}
	if err := each(half, func(name, path string) error { return os.WriteFile(path, files[name], 0o666) }); err != nil {
		return err
	}
	return each(dir, func(name, path string) error { return os.Rename(filepath.Join(half, name), path) })
}

// WithoutPath strips the operation and the paths from an error of package os, for a
// message that already begins with the name of the file.
func WithoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
