//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chainrule/derive"
	"chainrule/docs"
	"chainrule/matrix"
	"chainrule/network"
)

// q1 returns the network of the homework's Q1, with which the reader starts.
func q1() *network.Network {
	return &network.Network{Activation: network.Sigmoid,
		W1: matrix.FromRows([]float64{0.4, 0.6, 0.2}, []float64{0.3, 0.9, 0.5}), B1: matrix.FromRows([]float64{1, 1, 1}),
		W2: matrix.FromRows([]float64{0.2}, []float64{0.2}, []float64{0.8}), B2: matrix.FromRows([]float64{0.5})}
}

// train takes training steps with the sample of Q1 and returns the next one.
func train(n *network.Network, steps int, alpha, lambda float64) *docs.Step {
	for {
		s := docs.Train(n, matrix.FromRows([]float64{1, 1}), matrix.FromRows([]float64{1}), []int{0}, alpha, lambda)
		if steps == 0 {
			return s
		}
		n, steps = s.After, steps-1
	}
}

// output waits until the page shows the output of the network with all its digits.
func (b *browser) output(n *network.Network) {
	b.t.Helper()
	b.near(train(n, 0, 0, 0).Pass.A2.At(0, 0), "F4", 0)
}

// near waits until cell n of an equation has that value on the tab of all values, apart
// from rounding: outside WebAssembly a processor may multiply and add in one instruction.
// It goes back to the tab that was selected.
func (b *browser) near(want float64, label string, n int) {
	b.t.Helper()
	tab := b.text(`document.querySelector("[aria-selected=true]").id`)
	b.click("#tab-values")
	b.wait("true", `Math.abs(document.querySelectorAll('.values [data-label="' + a[1] + '"] td')[a[2]]?.title - a[0]) <= `+fmt.Sprint(derive.Tolerance)+` * Math.abs(a[0])`, want, label, n)
	b.click("#" + tab)
}

// Dragging changes a parameter, and the button goes back layer by layer.
func testDrawing(t *testing.T, b *browser, url string) {
	b.read(url, "U1")
	b.see("#diagram")
	origin := b.element(`[data-part="b1-2"]`)
	b.act("pointer", []any{object{"type": "pointerMove", "duration": 10, "x": 0, "y": 0, "origin": origin}, object{"type": "pointerDown", "button": 0},
		object{"type": "pointerMove", "duration": 10, "x": 0, "y": -25, "origin": "pointer"}, object{"type": "pointerUp", "button": 0}})
	n := q1()
	n.B1.Set(0, 2, 1.5)
	b.output(n)
	b.wait("#U1&b1=1,1,1.5&tab=numbers", `location.hash`)
	for _, label := range []string{"L1", "M1", "M2", "M4", "M5", "U1"} {
		b.click("#back", label, current)
	}
	b.text(`history.back()`)
	b.wait("M5", current)
	// Nodes are added and removed, as many as fit.
	for range 7 {
		b.click("#nodes span:nth-child(2) button:last-child")
	}
	b.wait("#U1&b1=1,1,1.5&shape=2,8,1,1&tab=numbers", `location.hash.replace("M5", "U1")`)
	b.click("#nodes span:nth-child(1) button:first-child", "1", `document.querySelectorAll("#diagram circle[data-part^=a0]").length`)
	b.click("#nodes span:nth-child(3) button:last-child", "true", `location.hash.includes("shape=1,8,2,1&")`)
	// The page opens on the drawing and a whole equation.
	b.open(url + "index.html")
	b.wait("F1", answered)
	b.wait("true", `["#diagram", "#nodes", "#substituted > .math"].every((part) => { const r = document.querySelector(part).getBoundingClientRect(), p = document.getElementById("pane-numbers").getBoundingClientRect(); return r.height > 20 && r.top >= p.top && r.bottom <= p.bottom; })`)
	// No text of the drawing touches a node, but those in the nodes, which fit.
	for _, state := range []string{"M4", "U1&steps=30", "M4&shape=4,3,3,1", "F1&shape=1,1,1,1", "F3&w1=-4.123,-6.05,-2;-3.2,-9,-5"} {
		b.read(url, state)
		b.wait("", `(() => {
			const boxes = (names) => [...document.querySelectorAll("#diagram " + names)].map((e) => [e.getBBox(), e]), nodes = boxes(".node");
			const apart = ([a], [b]) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
			const out = boxes("text:not(.value)").filter((t) => !nodes.every((n) => apart(t, n)));
			return [...out, ...boxes(".value").filter(([t]) => t.width > 44)].map(([, e]) => e.textContent).join(", ");
		})()`)
	}
	// In ∂L/∂w, the derivative has a value, and w has one in U1.
	b.read(url, "U1")
	for symbol, want := range map[string]string{"∂J/∂w": "−0.0006799", "w": "0.4, w"} {
		b.text(`document.querySelector('#U1 [data-q="' + a[0] + '"]').dispatchEvent(new Event("pointerover", { bubbles: true }))`, symbol)
		b.wait("true", `document.getElementById("tip").textContent.replace(/[()]/g, "").includes(a[0])`, want)
	}
}

func testEditing(t *testing.T, b *browser, url string) {
	b.read(url, "F4")
	const places = `JSON.stringify([...document.querySelectorAll(".eq, .page > p, #diagram, #substituted, #where, #editor, #problem, #loss, .row")].map((e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }))`
	n := q1()
	b.output(n)
	b.text(`window.first = window.chainruleLive`)
	for _, v := range []float64{0.9, 3, 1234.5678, 0} { // a minus sign alone would be an error
		n.W1.Set(0, 0, v)
		text := fmt.Sprint(v)
		b.click(`[name="w1-0-0"]`)
		before := b.text(places)
		b.fill(`[name="w1-0-0"]`, text)
		b.wait(text, `document.querySelector('[name="w1-0-0"]').value`)
		if after := b.text(places); after != before {
			t.Errorf("the layout moves:\n%s\n%s", before, after)
		}
		b.output(n)
	}
	b.wait("#F4&w1=0,0.6,0.2;0.3,0.9,0.5&tab=numbers", `location.hash`)
	b.fill(`[name="w1-0-0"]`, "0.50")
	b.press("\ue004", "0.5", `document.querySelector('[name="w1-0-0"]').value`) // Tab
	b.click("[name=reset]")
	b.output(q1())
	b.wait("#F4&tab=numbers", `location.hash`)
	b.wait("true", `window.first === window.chainruleLive`) // started once
	b.click("#full", "true", `document.getElementById("substituted").textContent.includes("0.822059433706368")`)
}

func testSteps(t *testing.T, b *browser, url string) {
	b.read(url, "U1")
	b.fill(`[name="rate"]`, "2")
	b.click(`[name=more][value="1"]`)
	b.click(`[name=more][value="10"]`)
	next := train(q1(), 11, 2, 0)
	b.output(next.Before)
	b.wait(fmt.Sprintf("after 11 steps J = %.4g, from 0.01583", next.J), `document.getElementById("steps").textContent`)
	b.wait("12", `document.querySelector("#loss polyline").getAttribute("points").split(" ").length`)
	// Edits start from here: the steps stay taken.
	b.fill(`[name="rate"]`, "0.5")
	b.click(`[name=more][value="1"]`)
	n := train(next.Before, 1, 0.5, 0).Before
	b.output(n)
	b.fill(`[name="b2-0-0"]`, "0.25")
	n.B2.Set(0, 0, 0.25)
	b.output(n)
	b.set(`[name="f1"]`, "relu", "true", `location.hash.includes("&f1=relu&")`)
	n.Activation = network.ReLU
	b.output(n)
	// A request has a largest number of steps, but training goes on.
	b.read(url, "F4&steps=950")
	b.click(`[name=more][value="100"]`)
	b.output(train(q1(), 1050, 0.5, 0).Before)
	b.wait("true", `document.getElementById("steps").textContent.startsWith("after 1050 steps ")`)
	// Training runs until it is stopped, or diverges.
	const taken = `document.getElementById("steps").textContent`
	b.click("#run", "true", `parseInt(`+taken+`.slice(6)) > 1052`)
	b.click("#run", "false", `document.getElementById("run").checked`)
	stopped := b.text(taken)
	time.Sleep(400 * time.Millisecond)
	b.wait(stopped, taken)
	b.read(url, "F4&f1=relu&rate=1e9&lambda=1e9")
	b.click("#run", "true", `document.getElementById("good").innerHTML !== ""`, "false", `document.getElementById("run").checked`)
	// After a divergence, an edit starts before the steps, and a button goes back.
	b.read(url, "F4&f1=relu&rate=1e9&lambda=1e9&steps=100")
	b.fill(`[name="rate"]`, "0.5")
	n = q1()
	n.Activation = network.ReLU
	b.output(n)
	b.read(url, "F4&f1=relu&rate=1e9&lambda=1e9")
	b.click(`[name=more][value="100"]`)
	b.wait("true", `document.getElementById("steps").textContent.includes("NaN")`)
	good := b.text(`document.querySelector("#good button").value`)
	b.click("#good button", "F4", answered, "", `document.getElementById("good").innerHTML`)
	b.wait("true", `document.getElementById("steps").textContent.startsWith("after " + a[0] + " steps ")`, good)
}

func testWalk(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	const places = `[...document.querySelectorAll(".eq, #substituted, #where")].map((e) => e.offsetTop).join(" ")`
	before := b.text(places)
	for _, label := range derive.Labels() {
		b.wait(label, `document.getElementById("current").textContent`)
		b.wait(label+" with its numbers", `document.getElementById("focus-label").textContent`)
		b.wait("true", `document.getElementById("says").textContent.startsWith(a[0])`, label+": ")
		b.wait("true", `document.querySelectorAll("#diagram .on").length > 0 && document.querySelectorAll("#substituted > :not(.math) math").length > 0`)
		b.click("#next", "next", focused)
		if after := b.text(places); after != before {
			t.Fatalf("%s moves the equations:\n%s\n%s", label, before, after)
		}
	}
	b.wait("U2", current)
}

// The tour hides a value until its question is answered, and goes on where it was left.
func testTour(t *testing.T, b *browser, url string) {
	const hidden, question = `getComputedStyle(document.getElementById("substituted")).visibility`, `document.getElementById("question").textContent`
	b.read(url, "F1")
	b.click("#tour", "hidden", hidden)
	b.fill("#question input", "1.7")
	b.click("#question button", "visible", hidden, "Right. It is 1.7.", question)
	b.click("#tour-next", "F2", current, "hidden", hidden)
	b.click("#question button:last-child", "No, smaller. It is 0.8455.", question)
	b.click("#tour-next", "F3", current)
	b.click("#tour-end", "visible", hidden)
	b.click("#next", "F4", current)
	b.text(`location.reload()`)
	b.wait("Tour from F3", `document.getElementById("tour")?.textContent`)
	b.wait("F4", answered)
	b.click("#tour", "F3", current, "hidden", hidden)
	for range 7 {
		b.click("#tour-next")
	}
	b.wait("M5", current)
	b.fill("#question input", "0.00068") // the sign is missing
	b.click("#question button", "No. It is −0.0006799. The central difference gives −0.0006799.", question)
	b.click("#tour-next")
	b.click("#tour-next")
	b.wait("U1", current)
	b.click("#tour-next", "true", `document.getElementById("touring").hidden`, "visible", hidden, "Tour", `document.getElementById("tour").textContent`)
}

func testMutant(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	b.click("#tab-break")
	b.set("#bug", "2b", "✗ named first by the tests · ", `document.querySelector("#M4 .verdict").textContent`)
	b.wait("✗ wrong · ", `document.querySelector("#E3 .verdict").textContent`)
	// The values with the bug stand beside the true ones: f₁′(1.7) = 0.1306.
	b.wait("M4 δ j=0 −0.0006799 −0.005206 × 7.657", `[...document.querySelectorAll("#wrong tr")].map((r) => [...r.cells].map((c) => c.textContent).join(" ")).find((t) => t.startsWith("M4"))`)
	b.click(`#pane-break [name=more][value="10"]`, "true", `document.getElementById("both").textContent.includes("after 10 steps") && [...document.querySelectorAll("#both polyline")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 20).length === 2`)
	b.wait("E3 E4 M4 M5 M6 R2 U1 U2", `[...document.querySelectorAll(".eq.failing")].map((e) => e.id).join(" ")`)
	for expression, want := range map[string]string{
		`document.querySelector("#broken .message").textContent`:      "M4: δ at j=",
		`document.querySelector("#broken del").textContent`:           "p.Delta.Hadamard",
		`document.querySelector("#broken figcaption").textContent`:    "With the bug (thin line) it reaches 0.893 (",
		`document.querySelector(".window .changed").textContent`:      "p.Delta.Hadamard",
		`document.querySelector("#broken .learnt").getAttribute("d")`: "M",
		`location.hash`: "&bug=",
	} {
		b.wait("true", `(`+expression+`).includes(a[0])`, want)
	}
	for name, want := range map[string]string{"10": "training diverges", "21a": "This bug is in a check", "2a": "the accuracy does not reveal the bug"} {
		b.set("#bug", name)
		b.wait("true", `document.querySelector("#broken figcaption").textContent.includes(a[0])`, want)
	}
	b.set("#bug", "22", "3", `document.querySelectorAll(".window .changed").length`)
	b.set("#bug", "", "0", `document.querySelectorAll(".eq.failing, .window .changed").length`)
}

func testSharedAddress(t *testing.T, b *browser, url string) {
	b.read(url, "E3&f1=tanh&w1=0.5,-0.25,1,0.125;2,0.75,-1.5,0.3&b1=0.1,0.2,0.3,0.4&w2=0.5;-0.5;0.25;1&rate=0.125&lambda=0.01&steps=3&i=1&j=2&bug=1&full")
	n := &network.Network{Activation: network.Tanh, B2: q1().B2,
		W1: matrix.FromRows([]float64{0.5, -0.25, 1, 0.125}, []float64{2, 0.75, -1.5, 0.3}), B1: matrix.FromRows([]float64{0.1, 0.2, 0.3, 0.4}),
		W2: matrix.FromRows([]float64{0.5}, []float64{-0.5}, []float64{0.25}, []float64{1})}
	b.near(train(n, 3, 0.125, 0.01).Pass.DW1.At(1, 2), "M5", 1*4+2)
	for expression, want := range map[string]string{
		current: "E3",
		`document.querySelector("[name=f1]").value`:                               "tanh",
		`document.querySelector("[name=rate]").value`:                             "0.125",
		`document.querySelector("[name=j]").value`:                                "2",
		`document.getElementById("full").checked`:                                 "true",
		`document.querySelectorAll('[name^="w1-"]').length`:                       "8",
		`document.querySelector("#E3").matches(":focus")`:                         "false",
		`document.querySelector("[aria-selected=true]").id`:                       "tab-break",
		`document.getElementById("steps").textContent.slice(0,13)`:                "after 3 steps",
		`document.querySelector("#D2 .verdict").textContent`:                      "✗ named first by the tests · ",
		`Math.sign(document.getElementById("E3").getBoundingClientRect().top)`:    "1",
		`document.getElementById("E3").getBoundingClientRect().top < innerHeight`: "true",
	} {
		b.wait(want, expression)
	}
}

func testWrongInput(t *testing.T, b *browser, url string) {
	b.read(url, "F1")
	const problem = `document.getElementById("problem").textContent`
	for _, c := range []struct{ selector, text, want string }{
		{`[name="w1-1-2"]`, "1e999", `w¹ row 1, column 2: got "1e999", want a number from −1e9 to 1e9`},
		{`[name="y-0-0"]`, "NaN", `y row 0, column 0: got "NaN", want`},
		{`[name="lambda"]`, "n", `λ: "n" is not a number`}, // n is also one of the page's keys
		{`[name="rate"]`, "-1", "α: got -1, want 0 or more"},
		{`[name="rate"]`, "\ue003", "α: empty, want a number"}, // Backspace
	} {
		was := b.text(`document.querySelector(a[0]).value`, c.selector)
		b.fill(c.selector, c.text)
		b.wait("true", problem+`.startsWith(a[0])`, c.want)
		b.wait("true", `document.querySelector(a[0]).getAttribute("aria-invalid")`, c.selector)
		b.fill(c.selector, was)
		b.wait("", problem)
		b.wait("0", `document.querySelectorAll("[aria-invalid]").length`)
	}
	b.wait("F1", current)
	b.open(url + "index.html#%&w1=%")
	b.wait("F1", answered)
	b.open(url + "index.html#F1&w1=" + strings.TrimSuffix(strings.Repeat("1,", 1000), ",") + "&rate=x")
	b.wait("w¹: got 1×1000 numbers, want at most 8 rows and columns", problem)
	b.wait("", `document.getElementById("diagram").textContent`)
	b.open(url + "index.html#M4&w1=1,2,3,4;1,2,3,4")
	b.wait("w¹: got 4 columns, want 3, as many as b1 has columns", problem)
	b.wait("w1", `[...new Set([...document.querySelectorAll("[aria-invalid]")].map((e) => e.name.slice(0, 2)))].join(" ")`)
}
