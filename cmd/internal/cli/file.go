package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile replaces the content of the named file with what write writes,
// atomically: write writes to a temporary file in the same folder, which is
// renamed when it is complete and on the disk. After an error the named file is
// unchanged and the temporary file removed. The error begins with the name.
//
// WriteFile follows symbolic links and keeps the permissions of an existing file.
// An existing folder, device or other special file is an error.
func WriteFile(name string, write func(io.Writer) error) error {
	f, target, err := createTemp(name)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	return nil
}

// CheckFile returns the error that WriteFile would return before it calls write.
// A long computation calls it first, so that a wrong name costs no time.
func CheckFile(name string) error {
	f, _, err := createTemp(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// createTemp creates a temporary file beside target, the file that name refers
// to, with the permissions that target has or is to have.
func createTemp(name string) (f *os.File, target string, err error) {
	target, mode, err := resolve(name)
	if err == nil {
		f, err = os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*")
	}
	if err == nil {
		if err = f.Chmod(mode); err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	return f, target, nil
}

// resolve follows symbolic links and returns the permissions of the file, 0644
// for a new one.
func resolve(name string) (target string, mode fs.FileMode, err error) {
	if name == "" {
		return "", 0, errors.New("empty file name")
	}
	if os.IsPathSeparator(name[len(name)-1]) {
		return "", 0, errors.New("is the name of a folder, want a file")
	}
	target = name
	if real, err := filepath.EvalSymlinks(name); err == nil {
		target = real
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, 0o644, nil
	case err != nil:
		return "", 0, err
	case info.IsDir():
		return "", 0, errors.New("is a folder, want a file")
	case !info.Mode().IsRegular():
		return "", 0, errors.New("is not a regular file")
	}
	return target, info.Mode().Perm(), nil
}

// withoutPath strips the operation and the path from an error of package os: the
// path may be that of the temporary file.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
