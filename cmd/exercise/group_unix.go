//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// interruptAll lets the end of the context interrupt c and all that it has started: a
// test that does not end does not outlive the go command.
func interruptAll(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGINT) } // go ends its compilers
}
