package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// serve serves the site until ctx ends, and shows it at a place that begins with #. The
// pages are there at once; live.js is built meanwhile.
func serve(ctx context.Context, addr, place string, open bool, stdout io.Writer) error {
	site, err := build()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	live := sync.OnceValue(func() []byte { return programOrError(program(ctx, site.folder, true)) })
	defer live() // so that it leaves no temporary files
	defer stop()
	go live()
	s := &http.Server{Handler: handler(site.files, live), ReadHeaderTimeout: 5 * time.Second}
	at := listener.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		at.IP = net.IPv4(127, 0, 0, 1)
	}
	url := "http://" + at.String() + "/" + place
	if _, err := fmt.Fprintf(stdout, "%s\nPress Ctrl-C to stop.\n", url); err != nil {
		return errors.Join(err, listener.Close())
	}
	if open {
		browse(url)
	}
	context.AfterFunc(ctx, func() { s.Close() })
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// handler serves the files, and as live.js what live returns.
func handler(files map[string][]byte, live func() []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		content, ok := files[name]
		if name == "live.js" {
			content, ok = live(), true
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache") // the next start may serve other files
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

// programOrError returns the script, or one that shows the error on the page.
func programOrError(script []byte, err error) []byte {
	if err == nil {
		return script
	}
	text, _ := json.Marshal(err.Error()) // a string has no error
	return fmt.Appendf(nil, "chainruleFailed(%s);\n", text)
}

// browse opens a browser if the system has a command for that and a screen. Errors
// do not matter, because the address has been printed.
func browse(url string) {
	var c *exec.Cmd
	switch {
	case runtime.GOOS == "darwin":
		c = exec.Command("open", url)
	case runtime.GOOS == "windows":
		c = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		c = exec.Command("xdg-open", url)
	default:
		return
	}
	if c.Start() == nil {
		go c.Wait()
	}
}
