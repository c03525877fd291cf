package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

var update = flag.Bool("update", false, "take docs/reader.png anew")

const picturePath = "../../docs/reader.png"

// The reader in a real browser: served and from a folder, wide and narrow.
func TestBrowser(t *testing.T) {
	b := newBrowser(t)
	root, err := cli.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := build(root, false)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler(files, "127.0.0.1"))
	defer server.Close()
	dir := filepath.Join(t.TempDir(), "site")
	if err := writeSite(context.Background(), dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	folder := (&url.URL{Scheme: "file", Path: filepath.ToSlash(dir)}).String()
	for _, site := range []struct{ name, url string }{{"served", server.URL}, {"folder", folder}} {
		for _, width := range []int{1440, 390} {
			b.resize(width, 900)
			for _, c := range []struct {
				name string
				test func(*testing.T, *browser, string)
			}{
				{"Pages", testPages}, {"Pointing", testPointing}, {"Keys", testKeys}, {"Editing", testEditing},
				{"Steps", testSteps}, {"Walk", testWalk}, {"Mutant", testMutant}, {"SharedAddress", testSharedAddress},
				{"WrongInput", testWrongInput}, {"Names", testNames}, {"Links", testLinks}, {"Elements", testElements},
			} {
				t.Run(fmt.Sprintf("%s/%d/%s", site.name, width, c.name), func(t *testing.T) {
					here := *b
					here.t = t
					here.forget()
					c.test(t, &here, site.url+"/")
				})
			}
		}
	}
	t.Run("LateAnswer", func(t *testing.T) {
		here := *b
		here.t = t
		here.read(server.URL+"/", "F4")
		here.eval(nil, `(() => { const ask = window.fetch; let late = true; window.fetch = async (...x) => {
			const answer = await ask(...x);
			if (late) { late = false; await new Promise((f) => setTimeout(f, 500)); }
			return answer; }; })()`)
		n, x, _ := homework()
		for _, v := range []float64{7, 8} {
			here.fill(`[name="b2-0-0"]`, fmt.Sprint(v))
			n.B2.Set(0, 0, v)
		}
		here.near(n.Predict(x).At(0, 0), shown("F4"))
		time.Sleep(700 * time.Millisecond)
		here.near(n.Predict(x).At(0, 0), shown("F4"))
	})
	t.Run("NoServer", func(t *testing.T) {
		here := *b
		here.t = t
		gone := httptest.NewServer(handler(files, "127.0.0.1"))
		here.read(gone.URL+"/", "F1")
		gone.Close()
		here.click("#full")
		here.wait("No answer: does the reader still run?", `document.getElementById("problem").textContent`)
		here.forget()
	})
	t.Run("Picture", func(t *testing.T) {
		here := *b
		here.t = t
		testPicture(t, &here, server.URL+"/")
	})
}

// read opens the derivation and waits for its numbers.
func (b *browser) read(url, state string) {
	b.t.Helper()
	b.open(url + "index.html#" + state)
	label, _, _ := strings.Cut(state, "&")
	b.wait(label, `document.documentElement.dataset.answered`)
}

const current = `document.querySelector(".eq.current").id`

func testPages(t *testing.T, b *browser, url string) {
	for _, p := range pages {
		b.open(url + p.file)
		if p.file == "index.html" {
			b.wait("F1", `document.documentElement.dataset.answered`)
		}
		b.wait("complete", `document.readyState`)
		b.quiet(p.file)
		if got := b.text(`document.querySelector("h1").textContent`); got == "" {
			t.Errorf("%s has no heading", p.file)
		}
		if got := b.text(`document.querySelector("[aria-current=page]").textContent`); got != p.name {
			t.Errorf("%s says that it is %s", p.file, got)
		}
		// Nothing is wider than the screen.
		if got := b.text(`document.documentElement.scrollWidth <= innerWidth`); got != "true" {
			t.Errorf("%s is %s wide", p.file, b.text(`document.documentElement.scrollWidth`))
		}
		b.eval(nil, `[...document.images].forEach((i) => { i.loading = "eager"; })`)
		b.wait("true", `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
	}
	b.quiet("the pictures")
}

func testPointing(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	b.see("#M4")
	b.point(`#M4 [data-q="w²_jk"]`)
	b.wait("M4", current)
	b.wait("derive/ledger.go network/backward.go", `[...document.querySelectorAll(".window .lit")].map((e) => e.closest("pre").id).join(" ")`)
	got := b.text(`[...document.querySelectorAll(".window .lit")].map((e) => e.textContent).join("")`)
	for _, want := range []string{"return sum * v.D6(j) // M4", "p.Delta.Hadamard(p.Delta.Mul(n.W2, p.Eta), p.D6) // M4, D5"} {
		if !strings.Contains(got, want) {
			t.Errorf("lit is %q, want %q", got, want)
		}
	}
	b.wait("true", `document.querySelector("#M4 .here").textContent.includes("= −0.0006799")`)
	if b.text(`getComputedStyle(document.querySelector("#M4 .here")).visibility`) != "visible" {
		t.Error("the values of M4 are not to be seen")
	}
	if got := b.text(`location.hash`); got != "#F1" {
		t.Errorf("pointing changes the address to %s", got)
	}
	// A symbol shows its value, and its part of the drawing.
	b.wait("false", `document.getElementById("tip").hidden`)
	if got := b.text(`document.getElementById("tip").textContent`); !strings.HasSuffix(got, "= 0.2") {
		t.Errorf("the value of w²_jk: %q", got)
	}
	if got := b.text(`document.querySelector("#diagram .hot").dataset.part`); got != "w2-0-0" {
		t.Errorf("w²_jk lights %s", got)
	}
	b.press("\ue00c") // Escape
	b.wait("true", `document.getElementById("tip").hidden`)
	if b.text(`innerWidth`) == "390" {
		b.click("#tab-code")
	}
	for _, box := range []string{"derive", "network"} {
		seen := `(() => { const l = document.querySelector('[aria-label$="` + box + `"] .lit').getBoundingClientRect(), w = document.querySelector('[aria-label$="` + box + `"]').getBoundingClientRect(); return l.height > 0 && l.top >= w.top && l.bottom <= w.bottom; })()`
		if b.text(seen) != "true" {
			t.Errorf("the line in %s is out of sight", box)
		}
	}
	b.see(`#network\/backward\.go [data-labels~="M2"]`)
	b.point(`#network\/backward\.go [data-labels~="M2"] .c`)
	b.wait("E1 M2 D3", `["E1", "M2", "D3"].filter((l) => document.getElementById(l).matches(".lit, .current")).join(" ")`)
	b.quiet("pointing")
}

func testKeys(t *testing.T, b *browser, url string) {
	b.open(url + "index.html")
	b.wait("F1", `document.documentElement.dataset.answered`)
	if b.text(`scrollY`) != "0" {
		t.Error("the page does not begin at its beginning")
	}
	b.press("n")
	b.wait("F2", current)
	b.eval(nil, `history.back()`)
	b.wait("F1", current)
	b.read(url, "M4")
	b.press("n")
	b.wait("M5", current)
	b.wait("#M5", `location.hash`)
	b.wait("M5", `document.activeElement.id`)
	b.eval(nil, `history.back()`)
	b.wait("#M4", `location.hash`)
	b.wait("M4", current)
	b.press("n")
	b.wait("M5", current)
	b.press("p")
	b.wait("M4", current)
	b.press("o")
	b.wait("derive/ledger.go", `document.activeElement.closest("pre")?.id`)
	b.wait("M4", `document.activeElement.dataset.labels`)
	b.press("o")
	b.wait("network/backward.go", `document.activeElement.closest("pre")?.id`)
	b.press("b")
	b.wait("M4", `document.activeElement.id`)
	b.press("\ue007") // Enter
	b.wait("derive/ledger.go", `document.activeElement.closest("pre")?.id`)
	b.press("\ue007")
	b.wait("M4", `document.activeElement.id`)
	for tabs := 0; b.text(current) != "M5"; tabs++ {
		if tabs > 6 { // the links to the code, and what can be scrolled
			t.Fatal("Tab does not come to M5")
		}
		b.press("\ue004")
	}
	b.press("?")
	b.wait("true", `document.getElementById("help").open`)
	b.click("#keys")
	b.press("\ue00c") // Escape
	b.wait("false", `document.getElementById("help").open`)
	b.press("n")
	b.read(url, "M5")
	b.press("n")
	b.wait("false", `document.getElementById("keys").checked`)
	b.eval(nil, `document.getElementById("help").showModal()`)
	b.click("#keys")
	b.press("\ue00c")
	if got := b.text(current); got != "M5" {
		t.Errorf("with its keys off it goes to %s", got)
	}
	b.quiet("keys")
}

func testLinks(t *testing.T, b *browser, url string) {
	b.read(url, "M4")
	b.click(`#M4 .status a[href^="#network/"]`)
	b.wait("network/backward.go-L43", `document.activeElement.id.replace(/L\d+/, "L43")`)
	b.wait("M4 D5", `document.activeElement.dataset.labels`)
	b.see(`.window [data-labels="M2 E1 D3"]`)
	b.click(`.window [data-labels="M2 E1 D3"] a[href="#E1"]`)
	b.wait("E1", current)
	b.wait("#E1", `location.hash`)
	b.click("#tab-values")
	b.click(`.values [data-label="U2"] a`)
	b.wait("U2", `document.documentElement.dataset.answered`)
	seen := `(() => { const v = document.querySelector(".values .current").getBoundingClientRect(), p = document.getElementById("pane-values").getBoundingClientRect(); return v.top >= p.top && v.top < p.bottom; })()`
	b.wait("true", seen)
	// A line that no equation has, from another page.
	b.open(url + "index.html#network/train.go-L2")
	b.wait("true", `document.activeElement.textContent.length > 0 && document.activeElement.closest("pre")?.id === "network/train.go"`)
	b.quiet("links")
}

func testElements(t *testing.T, b *browser, url string) {
	b.read(url, "M4")
	b.wait("δ0=(−0.02603·0.2)·f1′⁡(1.7)", `document.querySelector("#plugged math").textContent`)
	b.eval(nil, `document.getElementById("index-j").value = "2", document.getElementById("index-j").dispatchEvent(new Event("change"))`)
	b.wait("δ2=(−0.02603·0.8)·f1′⁡(1.7)", `document.querySelector("#plugged math").textContent`)
	b.wait("#M4&j=2", `location.hash`)
	b.click("#full")
	b.wait("#M4&j=2&full", `location.hash`)
	b.click("#reset")
	b.wait("0", `document.getElementById("index-j").value`)
	b.quiet("elements")
}

// homework is the network that the reader begins with.
func homework() (n *network.Network, x, y *matrix.Matrix) {
	n = &network.Network{Activation: network.Sigmoid,
		W1: matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), B1: matrix.FromRows([]float64{1, 1, 1}),
		W2: matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), B2: matrix.FromRows([]float64{0.5})}
	return n, matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1})
}

// near waits until the expression is that number. Rounding is not the same in
// WebAssembly where the processor multiplies and adds in one instruction.
func (b *browser) near(want float64, expression string) {
	b.t.Helper()
	b.wait("true", `Math.abs((`+expression+`) - a[0]) <= `+fmt.Sprint(derive.Tolerance)+` * Math.abs(a[0])`, want)
}

// shown is the value of a quantity on the screen, with all its digits.
func shown(label string) string {
	return `document.querySelector('.values [data-label="` + label + `"] td')?.title`
}

func testEditing(t *testing.T, b *browser, url string) {
	b.read(url, "F4")
	places := `JSON.stringify([...document.querySelectorAll(".eq, .page > p, #diagram, #plugged, #where, #editor, #problem, #loss, .row")].map((e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }))`
	b.wait("0.822059433706368", shown("F4"))
	n, x, _ := homework()
	b.eval(nil, `window.first = window.chainruleLive`)
	b.click(`[name="w1-0-0"]`)
	before := b.text(places)
	for _, v := range []float64{0.9, 3, 1234.5678, 0} { // a minus alone would be wrong input
		n.W1.Set(0, 0, v)
		text := strconv.FormatFloat(v, 'g', -1, 64)
		b.fill(`[name="w1-0-0"]`, text)
		b.near(n.Predict(x).At(0, 0), shown("F4"))
		if got := b.text(`document.querySelector('[name="w1-0-0"]').value`); got != text {
			t.Errorf("typed %s, there is %s", text, got)
		}
	}
	if after := b.text(places); after != before {
		t.Errorf("the layout moves:\n%s\n%s", before, after)
	}
	if got := b.text(`location.hash`); got != "#F4&w1=0,0.6,0.2;0.3,0.9,0.5" {
		t.Errorf("the address is %s", got)
	}
	b.fill(`[name="w1-0-0"]`, "0.50")
	b.press("\ue004")
	b.wait("0.5", `document.querySelector('[name="w1-0-0"]').value`)
	b.click("#reset")
	b.wait("0.822059433706368", shown("F4"))
	b.wait("#F4", `location.hash`)
	if b.text(`window.first === window.chainruleLive`) != "true" {
		t.Error("WebAssembly has been started more than once")
	}
	b.click("#full")
	b.wait("true", `document.getElementById("plugged").textContent.includes("0.822059433706368")`)
	b.quiet("editing")
}

func testSteps(t *testing.T, b *browser, url string) {
	b.read(url, "U1")
	n, x, y := homework()
	p := n.NewPass(1)
	p.Load(x, y, []int{0})
	for range 11 {
		n.Step(p, 2, 0)
	}
	b.fill("#alpha", "2")
	b.click(`[data-steps="1"]`)
	b.click(`[data-steps="10"]`)
	n.Forward(p)
	want := fmt.Sprintf("after 11 steps J = %s, from 0.01583", strconv.FormatFloat(p.Loss(), 'g', 4, 64))
	b.wait(want, `document.getElementById("steps").textContent`)
	b.near(p.A2.At(0, 0), shown("F4"))
	if points := b.text(`document.querySelector("#loss polyline").getAttribute("points")`); len(strings.Fields(points)) != 12 {
		t.Errorf("the curve has the points %s", points)
	}
	// What is edited now starts from here: the steps stay taken.
	b.fill("#alpha", "0.5")
	b.click(`[data-steps="1"]`)
	n.Step(p, 0.5, 0)
	n.Forward(p)
	b.near(p.A2.At(0, 0), shown("F4"))
	b.fill(`[name="b2-0-0"]`, "0.25")
	n.B2.Set(0, 0, 0.25)
	b.near(n.Predict(x).At(0, 0), shown("F4"))
	b.eval(nil, `document.getElementById("f1").value = "relu", document.getElementById("f1").dispatchEvent(new Event("input", { bubbles: true }))`)
	b.wait("true", `location.hash.includes("&f1=relu&")`)
	n.Activation = network.ReLU
	b.near(n.Predict(x).At(0, 0), shown("F4"))
	// There is an end to the steps of one request, and none to training.
	b.read(url, "F4&steps=950")
	n, x, y = homework()
	p.Load(x, y, []int{0})
	for range 1050 {
		n.Step(p, 0.5, 0)
	}
	n.Forward(p)
	b.click(`[data-steps="100"]`)
	b.near(p.A2.At(0, 0), shown("F4"))
	b.quiet("steps")
}

func testWalk(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	places := `[...document.querySelectorAll(".eq, #plugged, #where")].map((e) => e.offsetTop).join(" ")`
	before := b.text(places)
	for _, label := range page.Ledger {
		b.wait(label, `document.getElementById("current").textContent`)
		b.wait(label+" with its numbers", `document.getElementById("focus-label").textContent`)
		b.wait("true", `document.getElementById("says").textContent.startsWith(a[0])`, label+": ")
		if b.text(`document.querySelectorAll("#diagram .on").length > 0 && document.querySelectorAll("#plugged math").length > 0`) != "true" {
			t.Errorf("%s: nothing is lit, or there are no numbers", label)
		}
		b.click("#next")
		if after := b.text(places); after != before {
			t.Fatalf("%s moves the equations:\n%s\n%s", label, before, after)
		}
	}
	b.wait("U2", current)
	b.quiet("the walk")
}

func testMutant(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	b.click("#tab-break")
	choose := func(name string) {
		b.eval(nil, `(() => { const s = document.getElementById("bug"); s.value = [...s.options].find((o) => o.text.endsWith(a[0])).value; s.dispatchEvent(new Event("change")); })()`, name)
	}
	choose("no f₁′ in δ")
	b.wait("M4", `document.querySelector(".eq.wrong.first")?.id`)
	if got, want := b.text(`[...document.querySelectorAll(".eq.wrong")].map((e) => e.id).join(" ")`), "E3 E4 M4 M5 M6 B1 R2 U1 U2"; got != want {
		t.Errorf("off are %s, want %s", got, want)
	}
	for expression, want := range map[string]string{
		`getComputedStyle(document.querySelector("#M4 .off"), "::before").content`: "first off",
		`document.querySelector("#broken .message").textContent`:                   "M4: δ at j=",
		`document.querySelector("#broken del").textContent`:                        "p.Delta.Hadamard",
		`document.querySelector("#broken figcaption").textContent`:                 "0.8550",
		`document.querySelector(".window .changed").textContent`:                   "p.Delta.Hadamard",
		`document.querySelector("#broken .learnt").getAttribute("d")`:              "M",
		`location.hash`: "&bug=",
	} {
		if got := b.text(expression); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want %q in it", expression, got, want)
		}
	}
	for name, want := range map[string]string{"y − a for a − y": "Training diverges", "a tolerance of 1e-2": "A check is broken here"} {
		choose(name)
		b.wait("true", `document.querySelector("#broken figcaption").textContent.startsWith(a[0])`, want)
		b.wait("", `document.querySelector("#broken .learnt").getAttribute("d")`)
	}
	choose("a sum in the order of arrival")
	b.wait("3", `document.querySelectorAll(".window .changed").length`)
	choose("none: the real network")
	b.wait("0", `document.querySelectorAll(".eq.wrong, .window .changed").length`)
	b.quiet("a mutant")
}

func testSharedAddress(t *testing.T, b *browser, url string) {
	b.read(url, "E3&f1=tanh&w1=0.5,-0.25,1,0.125;2,0.75,-1.5,0.3&b1=0.1,0.2,0.3,0.4&w2=0.5;-0.5;0.25;1&rate=0.125&lambda=0.01&steps=3&i=1&j=2&bug=1&full")
	n, x, y := homework()
	n.Activation = network.Tanh
	n.W1 = matrix.FromRows([]float64{0.5, -0.25, 1, 0.125}, []float64{2, 0.75, -1.5, 0.3})
	n.B1 = matrix.FromRows([]float64{0.1, 0.2, 0.3, 0.4})
	n.W2 = matrix.FromRows([]float64{0.5}, []float64{-0.5}, []float64{0.25}, []float64{1})
	p := n.NewPass(1)
	p.Load(x, y, []int{0})
	for range 3 {
		n.Step(p, 0.125, 0.01)
	}
	n.Forward(p)
	p.Loss()
	n.Backward(p)
	b.near(p.DW1.At(1, 2), `document.querySelectorAll('.values [data-label="M5"] td')[1 * 4 + 2]?.title`)
	b.wait("D2", `document.querySelector(".eq.wrong.first")?.id`)
	for expression, want := range map[string]string{
		current:                                              "E3",
		`document.getElementById("f1").value`:                "tanh",
		`document.getElementById("alpha").value`:             "0.125",
		`document.getElementById("index-j").value`:           "2",
		`document.getElementById("full").checked`:            "true",
		`document.querySelectorAll('[name^="w1-"]').length`:  "8",
		`document.querySelector("#E3").matches(":focus")`:    "false",
		`document.querySelector("[aria-selected=true]").id`:  "tab-break",
		`document.getElementById("steps").value.slice(0,13)`: "after 3 steps",
	} {
		if got := b.text(expression); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
	if top := b.text(`(() => { const r = document.getElementById("E3").getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; })()`); top != "true" {
		t.Error("E3 is out of sight")
	}
	b.quiet("a shared address")
}

func testWrongInput(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	for _, c := range []struct{ selector, text, want string }{
		{`[name="w1-1-2"]`, "1e999", `w¹ row 1, column 2: "1e999", want a number from −1e9 to 1e9`},
		{`[name="y-0-0"]`, "NaN", `y row 0, column 0: "NaN", want`},
		{`#lambda`, "n", `λ: "n" is not a number`}, // no key of the page's
		{`#alpha`, "-1", "α: -1, want 0 or more"},
		{`#alpha`, "\ue003", "α: empty, want a number"}, // Backspace
	} {
		was := b.text(`document.querySelector(a[0]).value`, c.selector)
		b.fill(c.selector, c.text)
		b.wait("true", `document.getElementById("problem").textContent.startsWith(a[0])`, c.want)
		if b.text(`document.querySelector(a[0]).getAttribute("aria-invalid")`, c.selector) != "true" {
			t.Errorf("%s is not marked", c.selector)
		}
		b.fill(c.selector, was)
		b.wait("", `document.getElementById("problem").textContent`)
		if b.text(`document.querySelectorAll("[aria-invalid]").length`) != "0" {
			t.Errorf("%s is still marked", c.selector)
		}
	}
	if got := b.text(current); got != "F1" {
		t.Errorf("what is typed into a field leads to %s", got)
	}
	wide := strings.TrimSuffix(strings.Repeat("1,", 1000), ",")
	b.open(url + "index.html#%&w1=%")
	b.wait("F1", `document.documentElement.dataset.answered`)
	b.open(url + "index.html#F1&w1=" + wide + "&rate=x")
	b.wait("w¹: 1×1000, want 1 to 8 nodes in each layer", `document.getElementById("problem").textContent`)
	b.forget() // a browser notes each 400
}

// Every control has a name to be read aloud, and every tab its role.
func testNames(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	for _, tab := range []string{"numbers", "values", "break"} {
		b.click("#tab-" + tab)
		b.wait("pane-"+tab, `[...document.querySelectorAll(".pane:not(.code)")].filter((p) => p.offsetParent).map((p) => p.id).join(" ")`)
		var found []map[string]string
		b.do("POST", "/elements", map[string]any{"using": "css selector", "value": "#pane-" + tab + " :is(input, select, button, [tabindex='0'], svg[role=img]), .tabs button"}, &found)
		if len(found) < 6 {
			t.Errorf("%s has %d controls", tab, len(found))
		}
		for _, e := range found {
			for _, id := range e {
				if b.nameless(id) {
					var tag string
					b.do("GET", "/element/"+id+"/property/outerHTML", nil, &tag)
					t.Errorf("without a name: %.120s", tag)
				}
			}
		}
	}
	b.click("#tab-numbers")
	inOrder := `[...document.querySelectorAll("[role=tab]")].filter((t) => t.tabIndex === 0).map((t) => t.id).join(" ")`
	b.wait("tab-numbers", inOrder)
	b.press("\ue014") // →
	b.wait("tab-values", `document.activeElement.id`)
	b.wait("tab-values", inOrder)
	b.quiet("names")
}

// The README's picture is of this reader, and small.
func testPicture(t *testing.T, b *browser, url string) {
	if *update {
		b.resize(1280, 800)
		b.read(url, "M4")
		if err := os.WriteFile(picturePath, small(t, b.screenshot()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(picturePath)
	if err != nil {
		t.Fatalf("%v; to take it: go test ./cmd/read -update", err)
	}
	picture, err := png.Decode(bytes.NewReader(text))
	if err != nil || picture.Bounds().Dx() != 1280 || len(text) > 120_000 {
		t.Errorf("%s: %v, %d bytes", picturePath, err, len(text))
	}
}

// small returns the picture with its 255 most frequent colours: a text has few.
func small(t *testing.T, picture []byte) []byte {
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	count := make(map[color.Color]int)
	box := full.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[full.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return count[b] - count[a] })
	few := image.NewPaletted(box, color.Palette(colours[:min(len(colours), 255)]))
	draw.Draw(few, box, full, box.Min, draw.Src)
	var to bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&to, few); err != nil {
		t.Fatal(err)
	}
	return to.Bytes()
}

// From the key to the new numbers on the screen.
func BenchmarkEdit(b *testing.B) {
	w := newBrowser(b)
	root, err := cli.Root()
	if err != nil {
		b.Fatal(err)
	}
	files, err := build(root, false)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler(files, "127.0.0.1"))
	defer server.Close()
	dir := filepath.Join(b.TempDir(), "site")
	if err := writeSite(context.Background(), dir, io.Discard); err != nil {
		b.Fatal(err)
	}
	w.resize(1440, 900)
	for _, site := range []struct{ name, url string }{{"served", server.URL}, {"folder", "file://" + dir}} {
		b.Run(site.name, func(b *testing.B) {
			w.read(site.url+"/", "E3")
			sum := 0.0
			for n := range b.N {
				var took float64
				w.do("POST", "/execute/async", map[string]any{"args": []any{n}, "script": `
					const [n, done] = arguments, input = document.querySelector('[name="w1-0-0"]'), begun = performance.now();
					new MutationObserver((_, o) => { o.disconnect(); requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))); })
						.observe(document.getElementById("plugged"), { childList: true });
					input.value = 0.4 + n / 1000;
					input.dispatchEvent(new Event("input", { bubbles: true }));`}, &took)
				sum += took
			}
			b.ReportMetric(sum/float64(b.N), "ms/edit")
		})
	}
}
