//go:build unix

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C ends a test that does not end by itself.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	pid := filepath.Join(dir, "pid")
	if err := os.Mkdir(filepath.Join(dir, "network"), 0o777); err != nil {
		t.Fatal(err)
	}
	text := "package network\n\nimport (\n\"fmt\"\n\"os\"\n\"testing\"\n)\n\nfunc TestMine(t *testing.T) {\n" +
		"os.WriteFile(" + strconv.Quote(pid) + ", fmt.Appendln(nil, os.Getpid()), 0o666)\nselect {}\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "network", "my_test.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	process := make(chan int)
	go func() {
		for {
			text, _ := os.ReadFile(pid)
			if n, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && strings.HasSuffix(string(text), "\n") {
				stop()
				process <- n
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	if code := run(ctx, []string{"judge", "23", dir}, io.Discard, io.Discard); code != 130 {
		t.Fatalf("exit %d, want 130", code)
	}
	n := <-process
	for end := time.Now().Add(time.Second); syscall.Kill(n, 0) == nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("process %d still runs", n)
		}
	}
}
