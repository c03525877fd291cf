package cli

import (
	"context"
	"os"
	"os/exec"
	"time"
)

// Go returns the go command with args, to run in the folder dir. Its temporary files
// are in the folder temporary, which the caller removes. The end of ctx kills it and, on
// Unix, its compilers and tests at once, so that nothing is written there any more.
func Go(ctx context.Context, dir, temporary string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir, c.WaitDelay = dir, 5*time.Second
	c.Env = append(os.Environ(), "GOTMPDIR="+temporary)
	killAll(c)
	return c
}
