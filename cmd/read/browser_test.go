//go:build unix

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "take the screenshot docs/reader.png again")

// TestBrowser uses the reader in a browser. Every test runs twice: served in a wide
// window, and opened from a folder in a narrow one.
func TestBrowser(t *testing.T) {
	b := newBrowser(t)
	dir := filepath.Join(t.TempDir(), "site")
	if err := writeSite(context.Background(), dir, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), "site")
	if err := writeSite(context.Background(), plain, []string{"mutants"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	script := must(os.ReadFile(filepath.Join(dir, "live.js")))
	server := httptest.NewServer(handler(site(), func() []byte { return script }))
	defer server.Close()
	run := func(name, url string, test func(*testing.T, *browser, string)) {
		t.Run(name, func(t *testing.T) {
			here := *b
			here.t = t
			here.console()
			test(t, &here, url+"/")
			if messages := here.console(); len(messages) > 0 {
				t.Errorf("console: %v", messages)
			}
		})
	}
	for _, form := range []struct {
		name, url string
		width     int
	}{{"served", server.URL, 1440}, {"folder", "file://" + dir, 390}} {
		b.resize(form.width, 900)
		run(form.name+"/Pages", form.url, testPages)
		run(form.name+"/Pointing", form.url, testPointing)
		run(form.name+"/Keys", form.url, testKeys)
		run(form.name+"/Links", form.url, testLinks)
		run(form.name+"/History", form.url, testHistory)
		run(form.name+"/Sharing", form.url, testSharing)
		run(form.name+"/Drawing", form.url, testDrawing)
		run(form.name+"/Tour", form.url, testTour)
		run(form.name+"/Elements", form.url, testElements)
		run(form.name+"/Editing", form.url, testEditing)
		run(form.name+"/Steps", form.url, testSteps)
		run(form.name+"/Walk", form.url, testWalk)
		run(form.name+"/Mutant", form.url, testMutant)
		run(form.name+"/SharedAddress", form.url, testSharedAddress)
		run(form.name+"/WrongInput", form.url, testWrongInput)
		run(form.name+"/Names", form.url, testNames)
	}
	for _, size := range [][2]int{{640, 400}, {320, 256}} { // 1280×800 at 200 %, and 1280×1024 at 400 %
		b.resize(size[0], size[1])
		run(fmt.Sprintf("Zoomed%d", size[0]), server.URL, testZoomed)
	}
	built, result := make(chan bool, 1), script
	slow := httptest.NewServer(handler(site(), func() []byte { <-built; return result }))
	defer slow.Close()
	defer close(built)
	const diagram, problem = `document.getElementById("diagram").textContent.includes("1.53")`, `document.getElementById("problem").textContent`
	run("Building", slow.URL, func(t *testing.T, b *browser, url string) {
		b.open(url)
		b.wait("true", problem+`.startsWith("Preparing the numbers.")`)
		b.wait("true", diagram) // the first numbers are in the page
		b.press("n", "F2", current)
		built <- true
		b.wait("F2", answered)
		b.wait("", problem)
	})
	run("BuildFails", slow.URL, func(t *testing.T, b *browser, url string) {
		result = programOrError(nil, errors.New("go build: \"no\x01 space\"\u2028left"))
		b.open(url)
		built <- true
		b.wait("No numbers: go build: \"no\x01 space\"\u2028left", problem)
		b.wait("true", diagram)
		b.press("n", "F2", current, "true", problem+`.startsWith("No numbers: ")`)
	})
	run("NoMutants", "file://"+plain, func(t *testing.T, b *browser, url string) {
		b.read(url, "M4&bug=7")
		b.press("n", "M5", answered, "#M5", `location.hash`)
	})
	run("NoProgram", "file://"+dir, func(t *testing.T, b *browser, url string) {
		if err := os.Remove(filepath.Join(dir, "live.js")); err != nil {
			t.Fatal(err)
		}
		b.open(url + "index.html")
		b.wait("No numbers: live.js cannot be loaded; does the reader still run?", problem)
		b.console()
	})
	if *update {
		b.resize(1440, 900) // the narrowest window that shows these lines of code whole
		b.read(server.URL+"/", "M4")
		var picture []byte // JSON has it in base64
		b.do("GET", "/screenshot", nil, &picture)
		if err := os.WriteFile("../../docs/reader.png", picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	current  = `document.querySelector(".eq.current").id`
	focused  = `document.activeElement.id`
	answered = `document.documentElement.dataset.answered`
	// The file with the focused line, or undefined.
	focusedFile = `document.activeElement.closest("ol")?.id`
)

// read opens the derivation and waits for its numbers.
func (b *browser) read(url, state string) {
	b.t.Helper()
	b.open(url + "index.html#" + state)
	label, _, _ := strings.Cut(state, "&")
	b.wait(label, answered)
}

func testPages(t *testing.T, b *browser, url string) {
	for _, p := range pages {
		b.open(url + p.File)
		b.wait("complete", `document.readyState`)
		if p.File == "index.html" {
			b.wait("F1", answered)
			b.wait("loaded", `[...document.fonts].map((f) => f.status).join(" ")`)
		}
		b.wait("true", `document.querySelector("h1").textContent !== ""`)
		b.wait(p.Name, `document.querySelector("[aria-current=page]").textContent`)
		b.wait("true", `document.documentElement.scrollWidth <= innerWidth`)
		b.wait("", `[...document.querySelectorAll(".math")].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent).join("\n")`)
		b.text(`[...document.images].forEach((i) => { i.loading = "eager"; })`)
		b.wait("true", `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
	}
}

func testPointing(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	b.see("#M4")
	b.point(`#M4 [data-q="w²_jk"]`)
	b.wait("M4", current)
	b.wait("derive/sample.go network/backward.go", `[...document.querySelectorAll(".window .lit")].map((e) => e.closest("ol").id).join(" ")`)
	got := b.text(`[...document.querySelectorAll(".window .lit")].map((e) => e.textContent).join("")`)
	for _, want := range []string{"return sum * v.D6(j) // M4", "p.Delta.Hadamard(p.Delta.Mul(n.W2, p.Eta), p.F1Prime)", "// M4, D5"} {
		if !strings.Contains(got, want) {
			t.Errorf("highlighted lines: got %q, want %q", got, want)
		}
	}
	b.wait("true", `document.querySelector("#M4 .here").textContent.includes("= −0.0006799")`)
	b.wait("visible", `getComputedStyle(document.querySelector("#M4 .here")).visibility`)
	b.wait("#F1", `location.hash`)
	// A symbol shows its value, and its part of the drawing.
	b.wait("true", `document.getElementById("tip").textContent.endsWith("= 0.2")`)
	b.wait("w2-0-0", `document.querySelector("#diagram .hot").dataset.part`)
	b.press("\ue00c", "true", `document.getElementById("tip").hidden`) // Escape
	if b.text(`innerWidth`) == "390" {
		b.click("#tab-code")
	}
	b.wait("true,true", `[...document.querySelectorAll(".window")].map((box) => {
		const l = box.querySelector(".lit").getBoundingClientRect(), w = box.getBoundingClientRect();
		return l.height > 0 && l.top >= w.top && l.bottom <= w.bottom; })`)
	b.see(`#network\/backward\.go [data-labels~="M2"]`)
	b.point(`#network\/backward\.go [data-labels~="M2"] i`)
	b.wait("E1 M2 D3", `["E1", "M2", "D3"].filter((l) => document.getElementById(l).matches(".lit, .current")).join(" ")`)
}

func testKeys(t *testing.T, b *browser, url string) {
	b.open(url + "index.html")
	b.wait("F1", answered)
	b.wait("0", `scrollY`)
	b.press("n", "F2", current)
	b.text(`history.back()`)
	b.wait("F1", current)
	b.read(url, "M4")
	b.press("n", "M5", current, "#M5", `location.hash`, "M5", focused)
	b.text(`history.back()`)
	b.wait("#M4", `location.hash`)
	b.wait("M4", current)
	b.press("n", "M5", current)
	b.press("p", "M4", current)
	b.press("o", "derive/sample.go", focusedFile, "M4", `document.activeElement.dataset.labels`)
	b.press("o", "network/backward.go", focusedFile)
	b.press("b", "M4", focused)
	b.press("\ue007", "derive/sample.go", focusedFile) // Enter
	b.press("\ue007", "M4", focused)
	for tabs := 0; b.text(current) != "M5"; tabs++ {
		if tabs > 6 { // the links to the code, and boxes that scroll
			t.Fatal("Tab does not reach M5")
		}
		b.press("\ue004")
	}
	b.press("?", "true", `document.getElementById("help").open`)
	b.click("#keys")
	b.press("\ue00c", "false", `document.getElementById("help").open`) // Escape
	b.press("n")
	b.read(url, "M5")
	b.press("n", "false", `document.getElementById("keys").checked`)
	b.text(`document.getElementById("help").showModal()`)
	b.click("#keys")
	b.press("\ue00c", "M5", current)
}

func testLinks(t *testing.T, b *browser, url string) {
	b.read(url, "M4")
	b.click(`#M4 .status a[href^="#network/"]`, "network/backward.go", focusedFile, "M4 D5", `document.activeElement.dataset.labels`)
	b.text(`history.back()`)
	b.wait("#M4", `location.hash`)
	b.text(`history.forward()`)
	b.wait("network/backward.go", focusedFile)
	b.see(`.window [data-labels="M2 E1 D3"]`)
	b.click(`.window [data-labels="M2 E1 D3"] a[href="#E1"]`, "E1", current, "true", `/^#E1(&|$)/.test(location.hash)`)
	b.click("#tab-values")
	b.click(`.values [data-label="U2"] a`, "U2", answered)
	b.wait("true", `(() => { const v = document.querySelector(".values .current").getBoundingClientRect(), p = document.getElementById("pane-values").getBoundingClientRect(); return v.top >= p.top && v.top < p.bottom; })()`)
	// From another page to a line without a label.
	b.open(url + "index.html#network/train.go-L2")
	b.wait("network/train.go", focusedFile)
	b.wait("true", `document.activeElement.textContent.length > 0`)
}

// Whatever moves can be taken back, and the address keeps the edits and the tab.
func testHistory(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	b.click("#tab-values", "#F1&tab=values", `location.hash`)
	b.see("#M4")
	b.click("#M4 .tag", "M4", current)
	b.click("#next", "M5", current)
	b.text(`history.back()`)
	b.wait("M4", current)
	b.text(`history.back()`)
	b.wait("F1", current)
	b.wait("#F1&tab=values", `location.hash`)
	b.text(`history.forward()`)
	b.wait("M4", current)
	b.click("#tab-numbers")
	b.fill(`[name="w1-0-0"]`, "7")
	b.see(`[href="#3-the-loss"]`)
	b.click(`[href="#3-the-loss"]`, "#3-the-loss&eq=M4&w1=7,0.6,0.2;0.3,0.9,0.5&tab=numbers", `location.hash`)
	b.text(`location.reload()`)
	b.wait("M4", answered)
	b.wait("7", `document.querySelector('[name="w1-0-0"]').value`)
	b.wait("true", `(() => { const r = document.getElementById("3-the-loss").getBoundingClientRect(); return r.top > 0 && r.top < innerHeight / 2; })()`)
	b.text(`history.back()`)
	b.wait("M4", current)
	b.wait("true", `location.hash.startsWith("#M4&w1=7,")`)
	// While a value is invalid, nothing pretends to be current; a tab can still be chosen.
	b.fill(`[name="w1-0-0"]`, "x")
	b.wait("true", `["substituted", "loss", "steps"].every((id) => getComputedStyle(document.getElementById(id)).visibility === "hidden")`)
	b.click("#tab-values", "hidden", `getComputedStyle(document.getElementById("values")).visibility`)
	b.click("#tab-numbers")
	b.click(`[name=more][value="1"]`) // takes no step later
	b.fill(`[name="w1-0-0"]`, "7")
	b.wait("false", `document.documentElement.matches(".stale")`)
	b.wait("true", `location.hash.startsWith("#M4&w1=7,") && !location.hash.includes("steps")`)
	// Back leaves nothing in the field where the reader was typing.
	b.read(url, "F1&tab=numbers")
	b.click("#next", "F2", current)
	b.fill(`[name="rate"]`, "3")
	b.text(`history.back()`)
	b.wait("F1", answered)
	b.wait("0.5", `document.querySelector("[name=rate]").value`)
}

// A network of another shape goes through a file and comes back.
func testSharing(t *testing.T, b *browser, url string) {
	b.read(url, "B1")
	for n, size := range []string{"3", "4", "2", "5"} {
		b.fill(fmt.Sprintf(`input[name="shape-0-%d"]`, n), size)
	}
	b.wait("#B1&shape=3,4,2,5", `location.hash`)
	b.wait("15 12 4 8 2 10", `["x", "w1", "b1", "w2", "b2", "y"].map((key) => document.querySelectorAll("[name^=" + key + "-]").length).join(" ")`)
	b.set("[name=s]", "4", "#B1&shape=3,4,2,5&s=4", `location.hash`)
	b.wait("true", `document.getElementById("substituted").textContent.includes("+") && document.getElementById("substituted").textContent.includes("15")`)
	b.click(`[name=more][value="1"]`)
	b.text(`HTMLAnchorElement.prototype.click = function () { window.text = decodeURIComponent(this.href.slice(this.href.indexOf(",") + 1)); }`)
	b.click("#save", "true", `text.length > 500`)
	b.click("#tab-values")
	const output = `document.querySelectorAll('.values [data-label="F4"] td')[9]?.title`
	saved := b.text(output)
	b.click("#tab-numbers")
	b.click("[name=reset]")
	b.output(q1())
	b.text(`(() => { const list = new DataTransfer(); list.items.add(new File([text], "a.json")); const e = document.getElementById("open"); e.files = list.files; e.dispatchEvent(new Event("change")); })()`)
	b.wait("true", `location.hash.startsWith("#F1&f1=sigmoid&x=")`)
	b.click("#tab-values", saved, output)
	b.text(`history.back()`)
	b.wait("#B1&tab=numbers", `location.hash`)
	b.output(q1())
	b.fill(`input[name="shape-0-1"]`, "9")
	b.wait("true", `document.getElementById("problem").textContent.endsWith("got 9, want an integer from 1 to 8")`)
}

func testElements(t *testing.T, b *browser, url string) {
	b.read(url, "M4")
	b.wait("δ0=(−0.02603·0.2)·f1′⁡(1.7)", `document.querySelector("#substituted > :not(.math) math").textContent`)
	b.set("[name=j]", "2", "δ2=(−0.02603·0.8)·f1′⁡(1.7)", `document.querySelector("#substituted > :not(.math) math").textContent`)
	b.wait("#M4&j=2", `location.hash`)
	b.click("#full", "#M4&j=2&full=1", `location.hash`)
	b.click("[name=reset]", "0", `document.querySelector("[name=j]").value`, "#M4&full=1", `location.hash`)
	// Tables as wide as these do not cover one another.
	b.read(url, "M5&shape=4,6,3,1&tab=values")
	b.wait("", `[...document.querySelectorAll(".values .all > div")].filter((e) => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX !== "auto").map((e) => e.textContent).join("\n")`)
}

// Where the panel would leave no room for an equation, it starts folded. The second
// skip link opens it and leads to the numbers.
func testZoomed(t *testing.T, b *browser, url string) {
	b.read(url, "E3")
	b.wait("true", `document.documentElement.scrollWidth <= innerWidth`)
	b.wait("true", `document.getElementById("E3").getBoundingClientRect().top >= 0`)
	b.wait("true", `document.querySelector("#E3 .math").getBoundingClientRect().bottom <= Math.min(innerHeight, document.querySelector(".panes").getBoundingClientRect().top)`)
	b.text(`document.getElementById("fold").click()`)
	b.wait("true", `document.getElementById("fold").ariaExpanded`)
	b.text(`document.getElementById("fold").click()`)
	b.wait("false", `document.getElementById("fold").ariaExpanded`)
	b.see("#M4")
	at := b.text(`Math.round(document.getElementById("M4").getBoundingClientRect().top)`)
	b.point("#M4 .math")
	b.wait("M4", current)
	b.text(`document.getElementById("fold").click()`)
	b.text(`document.getElementById("fold").click()`)
	b.wait(at, `Math.round(document.getElementById("M4").getBoundingClientRect().top)`)
	b.text(`document.querySelector('.skip[href="#pane-numbers"]').focus()`)
	b.press("\ue007", "pane-numbers", focused, "true", `document.getElementById("pane-numbers").checkVisibility()`)
	b.wait("says", `[...document.querySelectorAll("[role=status], [role=alert], [aria-live], output")].map((e) => e.id).join(" ")`)
}

// Every control has an accessible name, and one tab takes the focus.
func testNames(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	for tab, least := range map[string]int{"numbers": 30, "values": 5, "break": 6} {
		b.click("#tab-"+tab, "pane-"+tab, `[...document.querySelectorAll(".pane:not(.code)")].filter((p) => p.offsetParent).map((p) => p.id).join(" ")`)
		b.text(`window.controls = [...document.querySelectorAll("#pane-" + a[0] + " :is(input, select, button, [tabindex='0'], svg[role=img]), .tabs button")].filter((e) => e.checkVisibility())`, tab)
		b.wait("true", `controls.length >= a[0]`, least)
		b.wait("", `controls.filter((e) => !e.computedName).map((e) => e.outerHTML).join("\n")`)
	}
	b.click("#tab-numbers")
	const inOrder = `[...document.querySelectorAll("[role=tab]")].filter((t) => t.tabIndex === 0).map((t) => t.id).join(" ")`
	b.wait("tab-numbers", inOrder)
	b.press("\ue014", "tab-values", focused, "tab-values", inOrder) // right arrow
}
