package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// WriteFile replaces the content of the named file with what write writes,
// atomically: write writes to a temporary file in the same folder, which is
// renamed when it is complete and on the disk. After an error the named file is
// unchanged and the temporary file removed. The error begins with the name.
//
// WriteFile follows symbolic links and keeps the permissions of an existing file.
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

// writing is held for reading while a file is written.
var writing sync.RWMutex

func replace(name string, write func(io.Writer) error) error {
	writing.RLock()
	defer writing.RUnlock()
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	mode := fs.FileMode(0o644)
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is a folder or a special file, want a regular file")
	default:
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	err = f.Chmod(mode)
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

// WithoutPath strips the operation and the path from an error of package os, for a
// message that already begins with the name of the file.
func WithoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
