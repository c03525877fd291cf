//go:build unix

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Ctrl-C ends a test that does not end by itself, and leaves nothing behind.
func TestInterrupt(t *testing.T) {
	defer func(old time.Duration) { limit = old }(limit)
	limit = time.Minute
	dir, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	alive := filepath.Join(dir, "alive")
	if err := os.Mkdir(filepath.Join(dir, "network"), 0o777); err != nil {
		t.Fatal(err)
	}
	text := "package network\n\nimport (\n\"os\"\n\"os/signal\"\n\"testing\"\n\"time\"\n)\n\nfunc TestMine(t *testing.T) {\n" +
		"signal.Ignore(os.Interrupt)\nfor ; ; time.Sleep(time.Millisecond) {\nos.WriteFile(" + strconv.Quote(alive) + ", nil, 0o666)\n}\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "network", "my_test.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		for !exists(alive) {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	if code := run(ctx, []string{"judge", "23", dir}, io.Discard, io.Discard); code != 130 {
		t.Fatalf("exit %d, want 130", code)
	}
	os.Remove(alive)
	if time.Sleep(100 * time.Millisecond); exists(alive) {
		t.Error("the test still runs")
	}
	if entries, err := os.ReadDir(temporary); len(entries) > 0 || err != nil {
		t.Errorf("found %v, %v, want no temporary files", entries, err)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
