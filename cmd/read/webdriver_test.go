//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// A browser is a Chromium session controlled by chromedriver with the WebDriver
// protocol: JSON over HTTP.
type browser struct {
	t       *testing.T
	session string // its address
}

// newBrowser starts a browser if the environment variable CHAINRULE_BROWSER asks
// for it; otherwise it skips the test.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	if os.Getenv("CHAINRULE_BROWSER") == "" {
		t.Skip("CHAINRULE_BROWSER=required runs this test; it needs chromium and chromedriver")
	}
	if _, err := exec.LookPath("chromedriver"); err != nil {
		t.Fatal(err)
	}
	// The shell kills its process group when the test process ends in any way,
	// because that closes the shell's standard input.
	c := exec.Command("sh", "-c", "chromedriver --port=0 & read end; kill -9 0")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, out := must(c.StdinPipe()), must(c.StdoutPipe())
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); c.Wait() })
	b := &browser{t: t}
	started := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := regexp.MustCompile(`successfully on port (\d+)`).FindStringSubmatch(lines.Text()); m != nil {
				started <- "http://127.0.0.1:" + m[1]
			}
		}
	}()
	select {
	case b.session = <-started:
	case <-time.After(30 * time.Second):
		t.Fatal("chromedriver has not started after 30 s")
	}
	arguments := []string{"--headless=new", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--enable-blink-features=ComputedAccessibilityInfo", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir=" + t.TempDir()}
	if os.Getuid() == 0 {
		arguments = append(arguments, "--no-sandbox") // Chromium's sandbox does not work for root
	}
	var session struct{ SessionID string }
	b.do("POST", "/session", object{"capabilities": object{"alwaysMatch": object{
		"browserName":        "chrome",
		"pageLoadStrategy":   "eager", // do not wait for live.js
		"goog:loggingPrefs":  object{"browser": "ALL"},
		"goog:chromeOptions": object{"args": arguments},
	}}}, &session)
	b.session += "/session/" + session.SessionID
	t.Cleanup(func() { b.do("DELETE", "", nil, nil) })
	return b
}

type object = map[string]any

// do sends one command, and decodes the result into value unless that is nil.
func (b *browser) do(method, path string, body, value any) {
	b.t.Helper()
	var content bytes.Buffer
	if body != nil {
		content.Write(must(json.Marshal(body)))
	}
	response := must(http.DefaultClient.Do(must(http.NewRequest(method, b.session+path, &content))))
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

// resize sets the size of the viewport.
func (b *browser) resize(width, height int) {
	b.t.Helper()
	b.do("POST", "/goog/cdp/execute", object{"cmd": "Emulation.setDeviceMetricsOverride",
		"params": object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}}, nil)
	b.wait(strconv.Itoa(width), `innerWidth`)
}

// open loads a page, even if only the fragment of the address differs.
func (b *browser) open(url string) {
	b.t.Helper()
	b.do("POST", "/url", object{"url": "about:blank"}, nil)
	b.do("POST", "/url", object{"url": url}, nil)
}

// see scrolls an element to the middle of the viewport, and waits until it rests.
func (b *browser) see(selector string) {
	b.t.Helper()
	for was := ""; ; {
		b.text(`document.querySelector(a[0]).scrollIntoView({ block: "center", behavior: "instant" })`, selector)
		time.Sleep(30 * time.Millisecond)
		now := b.text(`JSON.stringify(document.querySelector(a[0]).getBoundingClientRect())`, selector)
		if now == was {
			return
		}
		was = now
	}
}

// text returns the value of a JavaScript expression as a string; a is arguments.
func (b *browser) text(expression string, arguments ...any) (s string) {
	b.t.Helper()
	if arguments == nil {
		arguments = []any{}
	}
	b.do("POST", "/execute/sync", object{"script": "const a = arguments; return String(" + expression + ")", "args": arguments}, &s)
	return s
}

// wait waits until the expression has the given value.
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

// then waits for the values of expressions: value, expression, value, expression …
func (b *browser) then(pairs []string) {
	b.t.Helper()
	for n := 0; n < len(pairs); n += 2 {
		b.wait(pairs[n], pairs[n+1])
	}
}

// element returns the handle of the first element for the selector.
func (b *browser) element(selector string) (handle map[string]string) {
	b.t.Helper()
	b.do("POST", "/element", object{"using": "css selector", "value": selector}, &handle)
	return handle
}

// elementKey is the key of a handle: the standard defines it.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

// click clicks an element, then waits as then does.
func (b *browser) click(selector string, pairs ...string) {
	b.t.Helper()
	b.do("POST", "/element/"+b.element(selector)[elementKey]+"/click", object{}, nil)
	b.then(pairs)
}

// fill replaces the text of an input by typing.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	b.text(`(() => { const e = document.querySelector(a[0]); e.focus(); e.select(); })()`, selector)
	b.press(text)
}

// set sets the value of a select element, then waits as then does.
func (b *browser) set(selector, value string, pairs ...string) {
	b.t.Helper()
	b.text(`(() => { const e = document.querySelector(a[0]); e.value = a[1]; for (const name of ["input", "change"]) e.dispatchEvent(new Event(name, { bubbles: true })); })()`, selector, value)
	b.then(pairs)
}

// act performs the actions of one input device.
func (b *browser) act(device string, actions []any) {
	b.t.Helper()
	b.do("POST", "/actions", object{"actions": []any{object{"type": device, "id": device, "actions": actions}}}, nil)
}

// point moves the mouse to the middle of an element.
func (b *browser) point(selector string) {
	b.t.Helper()
	origin := b.element(selector)
	move := func(x int) any { // too fast to rest on the way
		return object{"type": "pointerMove", "duration": 10, "x": x, "y": 0, "origin": origin}
	}
	b.act("pointer", []any{move(3), move(0)})
}

// press presses keys one after the other, then waits as then does.
func (b *browser) press(keys string, pairs ...string) {
	b.t.Helper()
	var actions []any
	for _, key := range keys {
		for _, kind := range []string{"keyDown", "keyUp"} {
			actions = append(actions, object{"type": kind, "value": string(key)})
		}
	}
	b.act("key", actions)
	b.then(pairs)
}

// console returns the messages in the console, and removes them. They include failed
// requests and violations of the content security policy.
func (b *browser) console() (messages []any) {
	b.t.Helper()
	b.do("POST", "/se/log", object{"type": "browser"}, &messages)
	return messages
}
