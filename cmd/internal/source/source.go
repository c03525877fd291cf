// Package source finds the sources of this project, for commands that show or
// copy them.
package source

import (
	"errors"
	"go/build"
	"path/filepath"
)

// Root returns the folder of the module chainrule, in which the command runs. It
// is an error if it runs elsewhere.
func Root() (string, error) {
	p, err := build.Import("chainrule/network", ".", build.FindOnly)
	if err != nil || p.Dir == "" {
		return "", errors.New("the sources of chainrule/network are not found: run this in a clone of the repository")
	}
	return filepath.Dir(p.Dir), nil
}
