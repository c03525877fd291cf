package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// A browser is a session of chromium that chromedriver drives: the WebDriver
// protocol is JSON over HTTP.
type browser struct {
	t       testing.TB
	session string // its address
}

// required is the variable that makes a missing browser a failure.
const required = "CHAINRULE_BROWSER"

// newBrowser starts a browser, or skips the test where there is none.
func newBrowser(t testing.TB, arguments ...string) *browser {
	t.Helper()
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		if os.Getenv(required) != "" {
			t.Fatalf("%s is set: %v", required, err)
		}
		t.Skipf("skipped without a browser: %v (Debian: chromium, chromium-driver)", err)
	}
	c := exec.Command(driver, "--port=0")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	port := ""
	for lines := bufio.NewScanner(out); port == "" && lines.Scan(); {
		if m := regexp.MustCompile(`successfully on port (\d+)`).FindStringSubmatch(lines.Text()); m != nil {
			port = m[1]
		}
	}
	go io.Copy(io.Discard, out)
	b := &browser{t: t, session: "http://127.0.0.1:" + port}
	arguments = append(arguments, "--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir())
	if os.Getuid() == 0 {
		arguments = append(arguments, "--no-sandbox") // chromium refuses to be root with one
	}
	var session struct {
		SessionID string `json:"sessionId"`
	}
	b.do("POST", "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName":        "chrome",
		"goog:loggingPrefs":  map[string]any{"browser": "ALL"},
		"goog:chromeOptions": map[string]any{"args": arguments},
	}}}, &session)
	b.session += "/session/" + session.SessionID
	t.Cleanup(func() { b.do("DELETE", "", nil, nil) })
	return b
}

// do sends one command, and stores what is returned in value if that is not nil.
func (b *browser) do(method, path string, body, value any) {
	b.t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, b.session+path, content)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != 200 {
		b.t.Fatalf("%s %s: %.600s", method, path, answer.Value)
	}
	if value != nil {
		if err := json.Unmarshal(answer.Value, value); err != nil {
			b.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

// resize sets the size of the page that is seen.
func (b *browser) resize(width, height int) {
	b.t.Helper()
	b.do("POST", "/goog/cdp/execute", map[string]any{"cmd": "Emulation.setDeviceMetricsOverride",
		"params": map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}}, nil)
	b.wait(strconv.Itoa(width), `innerWidth`)
}

// open loads a page anew, also if only the part behind the # is another.
func (b *browser) open(url string) {
	b.t.Helper()
	b.do("POST", "/url", map[string]any{"url": "about:blank"}, nil)
	b.do("POST", "/url", map[string]any{"url": url}, nil)
}

// see scrolls an element to the middle of the window, and waits until it stays.
func (b *browser) see(selector string) {
	b.t.Helper()
	for was := ""; ; {
		b.eval(nil, `document.querySelector(a[0]).scrollIntoView({ block: "center", behavior: "instant" })`, selector)
		time.Sleep(30 * time.Millisecond)
		now := b.text(`JSON.stringify(document.querySelector(a[0]).getBoundingClientRect())`, selector)
		if now == was {
			return
		}
		was = now
	}
}

// eval stores the value of a JavaScript expression, in which a is the arguments.
func (b *browser) eval(value any, expression string, arguments ...any) {
	b.t.Helper()
	if arguments == nil {
		arguments = []any{}
	}
	b.do("POST", "/execute/sync", map[string]any{"script": "const a = arguments; return " + expression, "args": arguments}, value)
}

func (b *browser) text(expression string, arguments ...any) (s string) {
	b.t.Helper()
	b.eval(&s, "String("+expression+")", arguments...)
	return s
}

// wait waits until the expression is what is wanted.
func (b *browser) wait(want, expression string, arguments ...any) {
	b.t.Helper()
	got := ""
	for range 400 {
		if got = b.text(expression, arguments...); got == want {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.t.Fatalf("%s %v is %q after 10 s, want %q", expression, arguments, got, want)
}

// element returns the handle of the first element for the selector.
func (b *browser) element(selector string) string {
	b.t.Helper()
	var e map[string]string
	b.do("POST", "/element", map[string]any{"using": "css selector", "value": selector}, &e)
	for _, id := range e {
		return id
	}
	return ""
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.do("POST", "/element/"+b.element(selector)+"/click", map[string]any{}, nil)
}

// fill types text into an input, in the place of what is there.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	b.eval(nil, `(() => { const e = document.querySelector(a[0]); e.focus(); e.select(); })()`, selector)
	b.press(text)
}

// point moves the mouse to the middle of an element.
func (b *browser) point(selector string) {
	b.t.Helper()
	origin := map[string]any{"element-6066-11e4-a52e-4f735466cecf": b.element(selector)}
	var moves []any
	for _, x := range []int{3, 0} { // faster than a mouse that rests
		moves = append(moves, map[string]any{"type": "pointerMove", "duration": 10, "x": x, "y": 0, "origin": origin})
	}
	b.do("POST", "/actions", map[string]any{"actions": []any{map[string]any{
		"type": "pointer", "id": "mouse", "parameters": map[string]any{"pointerType": "mouse"}, "actions": moves}}}, nil)
}

// press presses keys, one after the other.
func (b *browser) press(keys string) {
	b.t.Helper()
	var actions []any
	for _, key := range keys {
		for _, kind := range []string{"keyDown", "keyUp"} {
			actions = append(actions, map[string]any{"type": kind, "value": string(key)})
		}
	}
	b.do("POST", "/actions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keys", "actions": actions}}}, nil)
}

// quiet fails if anything has been said in the console, or a request has failed.
func (b *browser) quiet(where string) {
	b.t.Helper()
	var entries []struct{ Level, Message string }
	b.do("POST", "/se/log", map[string]any{"type": "browser"}, &entries)
	for _, e := range entries {
		b.t.Errorf("%s: the console: %s %s", where, e.Level, e.Message)
	}
}

// forget empties the console.
func (b *browser) forget() {
	b.t.Helper()
	b.do("POST", "/se/log", map[string]any{"type": "browser"}, nil)
}

func (b *browser) screenshot() []byte {
	b.t.Helper()
	var text string
	b.do("GET", "/screenshot", nil, &text)
	picture, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// nameless reports whether an element that is seen has no name to be read aloud.
func (b *browser) nameless(id string) bool {
	b.t.Helper()
	var name string
	var seen bool
	b.do("GET", "/element/"+id+"/computedlabel", nil, &name)
	b.do("GET", "/element/"+id+"/displayed", nil, &seen)
	return name == "" && seen
}
