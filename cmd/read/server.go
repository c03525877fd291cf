package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"chainrule/cmd/read/internal/live"
)

// maxBody is how long a request for numbers may be: the largest network that is
// shown has 161 numbers, of 25 characters at most.
const maxBody = 1 << 14

// types are those of the site's files by the ends of their names.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// handler serves the files, and answers POST /live with package live. addr is the
// host that the server listens on.
func handler(files map[string][]byte, addr string) http.Handler {
	begun := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = "index.html"
		}
		content, ok := files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", types[path.Ext(name)])
		http.ServeContent(w, r, name, begun, bytes.NewReader(content))
	})
	mux.HandleFunc("POST /live", func(w http.ResponseWriter, r *http.Request) {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if kind != "application/json" { // a form of another site cannot send that
			refuse(w, http.StatusUnsupportedMediaType, "Content-Type: want application/json")
			return
		}
		request, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var long *http.MaxBytesError
		switch {
		case errors.As(err, &long):
			refuse(w, http.StatusRequestEntityTooLarge, "a request of more than 16 KiB")
			return
		case err != nil:
			refuse(w, http.StatusBadRequest, "the request has no end")
			return
		}
		status, body := live.Respond(request)
		answer(w, status, body)
	})
	return safely(mux, addr)
}

// safely sets what a browser may do with the pages, and answers only who asks
// for this computer: another site whose name has been made to lead here gets
// nothing.
func safely(next http.Handler, addr string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		literal := net.ParseIP(strings.Trim(host, "[]")) != nil
		if !literal && !strings.EqualFold(host, "localhost") && !strings.EqualFold(host, addr) {
			http.Error(w, "this is not the host "+host, http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy+"; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// refuse answers with an error as package live does.
func refuse(w http.ResponseWriter, status int, message string) {
	body, err := json.Marshal(live.Error{Message: message})
	if err != nil {
		panic(err) // two strings
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}
