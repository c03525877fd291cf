package cli

import (
	"errors"
	"go/build"
	"path/filepath"
)

// Root returns the root folder of the module chainrule. It is an error if the
// working directory is outside it.
func Root() (string, error) {
	p, err := build.Import("chainrule/network", ".", build.FindOnly)
	if err != nil || p.Dir == "" {
		return "", errors.New("cannot find the source of chainrule/network: run this command in a clone of the repository")
	}
	return filepath.Dir(p.Dir), nil
}
