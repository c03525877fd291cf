// Package atomicfile writes files that are complete or not there at all.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the named file hold what write writes. Until all is written and
// on the disk, the file stays as it was: what is written goes to another file
// beside it, which then takes its name. On any error that other file is gone
// and the named one untouched; the error begins with the name.
//
// A link is followed. A file that exists keeps its permissions. What exists and
// is no regular file, such as a folder or a device, is an error.
func Write(name string, write func(io.Writer) error) error {
	target, mode, err := resolve(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	return nil
}

// Check returns the error with which Write would fail before it writes: for a
// program that has long to work before it has something to write. It leaves
// nothing behind.
func Check(name string) error {
	target, _, err := resolve(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	f.Close()
	return os.Remove(f.Name())
}

// resolve returns the file that name leads to, and the permissions it is to
// have.
func resolve(name string) (target string, mode fs.FileMode, err error) {
	target, mode = name, 0o644
	if name == "" {
		return "", 0, errors.New("an empty file name")
	}
	if os.IsPathSeparator(name[len(name)-1]) {
		return "", 0, errors.New("is the name of a folder, want a file")
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		target = real
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, mode, nil
	case err != nil:
		return "", 0, bare(err)
	case info.IsDir():
		return "", 0, errors.New("is a folder, want a file")
	case !info.Mode().IsRegular():
		return "", 0, errors.New("is not a regular file")
	}
	return target, info.Mode().Perm(), nil
}

// bare takes the operation and the file's name off an error: it would be the
// name of the file beside.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
