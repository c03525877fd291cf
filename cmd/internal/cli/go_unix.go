//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// killAll lets the end of the context kill c and all that it has started.
func killAll(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
