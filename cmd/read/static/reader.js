// The script of the derivation. It keeps what the reader looks at, asks for the
// numbers and shows them. It computes no number itself: all come from package live,
// which live.js brings as WebAssembly.
"use strict";
(() => {

const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
// put sets the HTML of an element, and reports whether that is a change.
const had = new WeakMap();
const put = (e, html) => {
	if (had.get(e) === html) return false;
	had.set(e, html);
	e.innerHTML = html;
	return true;
};
const make = (tag, attributes = {}, ...children) => {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
	e.append(...children);
	return e;
};

// What is shown. A parameter that is null has the homework's value.
const matrices = ["w1", "w2", "b2", "y", "b1", "a0"];
const state = { label: "F1", i: 0, j: 0, k: 0, full: false, f1: "sigmoid", alpha: null, lambda: null, steps: 0, bug: 0 };
for (const name of matrices) state[name] = null;

const equations = all(".eq");
const labels = equations.map((e) => e.id);
const equation = (label) => (labels.includes(label) ? $(label) : null);
const lineOf = (id) => { // "network/backward.go-L43"
	const [, file, n] = id.match(/^(.+)-L(\d+)$/) || [];
	return file && $(file) && $(file).children[n - 1];
};
const wide = matchMedia("(min-width: 56.2rem)");

// Anyone may write an address, so it may hold anything.
const decoded = (s) => { try { return decodeURIComponent(s); } catch { return s; } };

// The address, "#M4&w1=0.4,0.6,0.2;0.3,0.9,0.5&rate=0.5&steps=3&bug=7", lists
// everything that differs from the homework.
const numbers = { alpha: "rate", lambda: "lambda", steps: "steps", i: "i", j: "j", k: "k", bug: "bug" };
function address() {
	const parts = [state.label];
	if (state.f1 !== "sigmoid") parts.push("f1=" + encodeURIComponent(state.f1));
	for (const name of matrices) {
		if (state[name]) parts.push(name + "=" + state[name].map((row) => row.map(encodeURIComponent).join(",")).join(";"));
	}
	for (const [name, key] of Object.entries(numbers)) {
		if (state[name]) parts.push(key + "=" + encodeURIComponent(state[name]));
	}
	if (state.full) parts.push("full");
	return "#" + parts.join("&");
}

// goTo reads the state from an address. It returns false if the address has none.
function goTo(hash) {
	const parts = hash.replace(/^#/, "").split("&");
	if (!equation(parts[0])) return false;
	const found = new Map(parts.slice(1).map((p) => [p.split("=")[0], p.slice(p.indexOf("=") + 1)]));
	state.label = parts[0];
	state.f1 = decoded(found.get("f1") || "sigmoid");
	for (const name of matrices) {
		state[name] = found.has(name) ? found.get(name).split(";").map((row) => row.split(",").map(decoded)) : null;
	}
	for (const [name, key] of Object.entries(numbers)) {
		state[name] = found.has(key) ? decoded(found.get(key)) : (name === "alpha" || name === "lambda" ? null : 0);
	}
	state.full = found.has("full");
	return true;
}
function saveAddress(push) {
	const to = address();
	if (to === location.hash) return;
	if (push) history.pushState(null, "", to);
	else history.replaceState(null, "", to);
}

// The program that computes, package live, comes in live.js as gzip in base64. It
// takes a while the first time: the server builds it.
const preparing = "Preparing the numbers." + (location.hostname ? " The first start of the reader builds the program that computes them, which can take half a minute." : "");
window.chainruleProgram = async (text) => {
	try {
		const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
		const wasm = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
		const go = new Go();
		const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
		go.run(instance); // defines chainruleLive and does not end
	} catch (error) {
		chainruleFailed("the browser cannot run WebAssembly: " + error);
	}
	ask();
};
window.chainruleFailed = (text) => showError("", "No numbers: " + text);
function ask() {
	if (!window.chainruleLive) { // chainruleProgram asks later
		if (address() === "#F1") show(JSON.parse($("first").textContent));
		$("problem").textContent = preparing;
		return;
	}
	const answer = JSON.parse(chainruleLive(JSON.stringify(request())));
	if (answer.error) showError(answer.field, answer.error);
	else show(answer);
	document.documentElement.dataset.answered = state.label; // for the tests
}
function update() { // after a change of the state
	saveAddress(false);
	ask();
}
function request() {
	const r = { label: state.label, full: state.full, f1: state.f1 };
	for (const name of ["i", "j", "k", "steps"]) r[name] = String(state[name]);
	for (const name of [...matrices, "alpha", "lambda"]) if (state[name] !== null) r[name] = state[name];
	return r;
}

// showError marks the input that is wrong and says why.
function showError(field, text) {
	let input = field && document.querySelector(`#editor [name="${CSS.escape(field)}"], #editor #${CSS.escape(field)}`);
	if (!input && !$("parameters").hasChildNodes()) {
		editor(Object.fromEntries(matrices.filter((n) => state[n]).map((n) => [n, state[n].map((r) => r.map((v) => [v, v]))])));
		input = field && document.querySelector(`#editor [name="${CSS.escape(field)}"]`);
	}
	all("[aria-invalid]", $("editor")).forEach((e) => e.removeAttribute("aria-invalid"));
	if (input) {
		input.setAttribute("aria-invalid", "true");
		input.setAttribute("aria-describedby", "problem");
	}
	$("problem").textContent = (field ? title(field) + ": " : "") + text;
	if (!now) { // the address is wrong, or there is no program
		tab("numbers");
		intoView($("pane-numbers"), $("problem"));
	}
}
const raised = { 0: "⁰", 1: "¹", 2: "²" };
const title = (field) => ({ alpha: "α", lambda: "λ", f1: "f₁" })[field] || field.replace(/^([abwz])([012])/, (_, x, n) => x + raised[n]).replace(/-(\d+)-(\d+)$/, " row $1, column $2");

// The editor shows the parameters as they are now.
let now = null; // from the last answer
const cell = (c) => c[state.full ? 1 : 0];
function editor(values) {
	const parameters = $("parameters");
	const shape = JSON.stringify(matrices.map((n) => (values[n] || []).map((r) => r.length)));
	if (parameters.dataset.shape !== shape) {
		parameters.dataset.shape = shape;
		parameters.replaceChildren();
		for (const name of matrices) {
			if (!values[name]) continue;
			const field = make("fieldset", {}, make("legend", {}, title(name)));
			values[name].forEach((row, r) => field.append(make("div", {}, ...row.map((_, c) => make("input", {
				name: `${name}-${r}-${c}`, inputmode: "decimal", "aria-label": name[0] === "w" ? `${title(name)} row ${r}, column ${c}` : `${title(name)} ${c}`,
			})))));
			parameters.append(field);
		}
	}
	for (const name of matrices) {
		(values[name] || []).forEach((row, r) => row.forEach((c, n) => {
			const input = parameters.querySelector(`[name="${name}-${r}-${n}"]`);
			if (input !== document.activeElement && input.value !== cell(c)) input.value = cell(c);
			if (input.title !== c[1]) input.title = c[1];
		}));
	}
	for (const [name, otherwise] of [["alpha", "0.5"], ["lambda", "0"]]) {
		if ($(name) !== document.activeElement) $(name).value = state[name] ?? otherwise;
	}
	$("f1").value = state.f1;
}

// settle makes the current parameters the ones that training starts from.
function settle() {
	if (!now || !(state.steps > 0)) return;
	for (const name of ["w1", "b1", "w2", "b2"]) state[name] = now[name].map((row) => row.map((c) => c[1]));
	state.steps = 0;
}

// edit reads an input. The steps that have been taken stay taken.
function edit(input) {
	settle();
	if (input.id) {
		state[input.id] = input.value;
	} else {
		const [name, r, c] = input.name.split("-");
		state[name] ??= now && now[name].map((row) => row.map((x) => x[1]));
		if (!state[name]) return; // no answer yet
		state[name][r][c] = input.value;
	}
	update();
}

// show shows an answer.
let where = new Map();
function show(answer) {
	now = answer.now;
	all("[aria-invalid]", $("editor")).forEach((e) => e.removeAttribute("aria-invalid"));
	$("problem").textContent = "";
	editor(now);
	put($("diagram"), answer.diagram);
	put($("loss"), answer.loss);
	$("steps").textContent = answer.steps;
	const f = answer.focus;
	$("focus-label").textContent = f.label + " with its numbers";
	put($("substituted"), f.lines.map((line) => `<div>${line}</div>`).join(""));
	where = new Map((f.where || []).map((w) => [w.q, w]));
	const list = [...where.values()], rows = $("where").tBodies[0];
	put(rows, list.map((w) => `<tr data-q="${w.q}"><td>${w.name}</td><td></td></tr>`).join(""));
	list.forEach((w, n) => put(rows.rows[n].cells[1], w.value));
	equation(f.label).querySelector(".here").textContent = f.says.slice(f.label.length + 2);
	indices();
	values(answer.values);
	$("says").textContent = f.says;
	hover();
}

function indices() {
	for (const [letter, row] of [["i", now.a0[0]], ["j", now.b1[0]], ["k", now.b2[0]]]) {
		const select = $("index-" + letter);
		if (select.options.length !== row.length) {
			select.replaceChildren(...row.map((_, n) => make("option", {}, String(n))));
		}
		select.value = +state[letter];
	}
}

function values(list) {
	put($("all-values"), list.map(({ label, name, row = "", col = "", cells }) => `<div data-label="${label}"><p><a href="#${label}">${label}</a><b>${name}</b></p><table aria-label="${name}">`
		+ (col ? `<tr><th>${row && row + " \\ "}${col}</th>${cells[0].map((_, c) => `<th scope="col">${c}</th>`).join("")}</tr>` : "")
		+ cells.map((line, r) => `<tr><th scope="row">${col || !row ? "" : row + " "}${row && r}</th>${"<td></td>".repeat(line.length)}</tr>`).join("")
		+ `</table><p class="agree"></p></div>`).join("")) && mark();
	const texts = list.flatMap((v) => v.cells.flat()), agree = all(".agree");
	all("#all-values td").forEach((td, n) => {
		put(td, cell(texts[n]).replaceAll("-", "−"));
		if (td.title !== texts[n][1]) td.title = texts[n][1];
	});
	list.forEach((v, n) => put(agree[n], v.agree));
}

// mark highlights the current equation, and marks those that the bug breaks.
let failing = [], firstFailing = "";
function mark() {
	equations.forEach((e) => {
		const fails = failing.includes(e.id), first = e.id === firstFailing;
		e.classList.toggle("current", e.id === state.label);
		e.classList.toggle("failing", fails);
		e.querySelector(".verdict").textContent = first ? "✗ named first by the tests · " : fails ? "✗ wrong · " : "";
		e.ariaCurrent = e.id === state.label ? "true" : null;
	});
	all(".window [data-labels]").forEach((e) => e.classList.toggle("lit", e.dataset.labels.split(" ").includes(state.label)));
	all(".values [data-label]").forEach((e) => {
		e.classList.toggle("current", e.dataset.label === state.label);
		e.classList.toggle("failing", failing.includes(e.dataset.label));
	});
	$("current").textContent = state.label;
}

// lightWith highlights the other equations of a statement.
function lightWith(names) {
	equations.forEach((e) => e.classList.toggle("lit", names.includes(e.id)));
}

// intoView scrolls one box, but not those around it.
function intoView(box, line) {
	const b = box.getBoundingClientRect(), l = line.getBoundingClientRect();
	if (l.top < b.top + 30 || l.bottom > b.bottom - 8) box.scrollTop += l.top - b.top - b.height / 2.4;
	box.scrollLeft = 0;
}
function reveal(label) {
	for (const box of all(".window")) {
		const line = box.querySelector(`[data-labels~="${label}"]`);
		if (line) intoView(box, line);
	}
}

function revealValue() {
	const value = document.querySelector(".values .current");
	if (value) intoView($("pane-values"), value);
}

// choose makes an equation the current one. With "go" it also changes the address
// and scrolls to the equation, with "focus" it changes the address only, and with
// "point" neither.
function choose(label, how) {
	const changed = label !== state.label;
	clearTimeout(rest);
	state.label = label;
	lightWith([]);
	mark();
	reveal(label);
	if (changed) revealValue();
	if (how === "go") {
		saveAddress(true);
		equation(label).scrollIntoView({ block: "center" });
		equation(label).focus({ preventScroll: true });
	} else if (how === "focus") {
		saveAddress(false);
	}
	if (changed) { tip(null); ask(); }
}
function move(by, how) { // with "focus", the button keeps the focus
	const to = labels[labels.indexOf(state.label) + by];
	if (!to) return;
	choose(to, how);
	equation(to).scrollIntoView({ block: "center" });
}

// openCode goes to the code of the equation, and when repeated to its next line.
function openCode() {
	const list = all(`.window [data-labels~="${state.label}"]`).filter((e, n, l) => n === 0 || l[n - 1] !== e.previousElementSibling);
	openLine(list[(list.indexOf(document.activeElement) + 1) % list.length]);
}

// Pointing. An element becomes current when the mouse moves to it and rests on it,
// not when the page scrolls under the mouse.
let rest = 0;
function pointing(e, f) {
	e.addEventListener("pointermove", (event) => {
		if (event.pointerType !== "mouse") return;
		clearTimeout(rest);
		rest = setTimeout(f, 60);
	});
	e.addEventListener("pointerleave", () => clearTimeout(rest));
}
for (const e of equations) {
	pointing(e, () => { if (state.label !== e.id) choose(e.id, "point"); });
	e.addEventListener("focusin", () => { if (state.label !== e.id) choose(e.id, "focus"); });
	e.addEventListener("click", (event) => { if (!event.target.closest("a")) choose(e.id, "focus"); });
}
for (const e of all(".window [data-labels]")) {
	const names = e.dataset.labels.split(" ");
	const pointed = () => {
		if (!names.includes(state.label)) {
			state.label = names[0];
			mark();
			ask();
		}
		lightWith(names);
	};
	pointing(e, pointed);
	e.addEventListener("focus", pointed);
	e.addEventListener("click", (event) => {
		if (event.target.closest("a") || String(getSelection())) return;
		choose(names.includes(state.label) ? state.label : names[0], "go");
		lightWith(names);
	});
}

// tip shows the value of a symbol and highlights its part of the drawing.
function tip(symbol) {
	all(".hot").forEach((e) => e.classList.remove("hot"));
	const box = $("tip"), w = symbol && where.get(symbol.dataset.q);
	box.hidden = !w;
	if (!w) return;
	box.innerHTML = `${w.name} = ${w.value}`;
	symbol.classList.add("hot");
	for (const part of w.lit || []) all(`#diagram [data-part="${part}"]`).forEach((e) => e.classList.add("hot"));
	all("#where tr").forEach((e) => e.classList.toggle("hot", e.dataset.q === w.q));
	const at = symbol.getBoundingClientRect();
	box.style.left = Math.max(4, Math.min(at.left, innerWidth - box.offsetWidth - 4)) + "px";
	box.style.top = (at.bottom + box.offsetHeight + 8 < innerHeight ? at.bottom + 6 : at.top - box.offsetHeight - 6) + "px";
}
let under = null; // the symbol under the mouse
function hover() {
	const symbol = under && under.isConnected && under.closest(".eq.current, #where") ? under : null;
	if (symbol || !$("tip").hidden || document.querySelector(".hot")) tip(symbol);
}
document.addEventListener("pointerover", (event) => { under = event.target.closest("[data-q]"); hover(); });
addEventListener("scroll", () => { if (!$("tip").hidden) tip(null); }, { passive: true });

// Links: to an equation, or to a line of the code.
document.addEventListener("click", (event) => {
	const link = event.target.closest('a[href^="#"]');
	if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
	const id = decoded(link.hash.slice(1));
	if (equation(id)) {
		event.preventDefault();
		choose(id, "go");
	} else if (lineOf(id)) {
		event.preventDefault();
		openLine(lineOf(id));
	}
});
function openLine(line) {
	if (!wide.matches) tab("code");
	line.tabIndex = -1;
	line.focus({ preventScroll: true });
	intoView(line.closest(".window"), line);
}

// Tabs.
const tabs = all("[role=tab]");
function tab(name) {
	for (const t of tabs) {
		const on = t.id === "tab-" + name, pane = $(t.getAttribute("aria-controls"));
		t.setAttribute("aria-selected", on);
		t.tabIndex = on ? 0 : -1;
		pane.hidden = !(on || (wide.matches && pane.id === "pane-code"));
	}
	if (name === "code") reveal(state.label); // a hidden element cannot scroll
	if (name === "values") revealValue();
}
tabs.forEach((t, n) => {
	t.addEventListener("click", () => tab(t.id.slice(4)));
	t.addEventListener("keydown", (event) => {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (!by) return;
		const shown = tabs.filter((x) => x.offsetParent);
		const to = shown[(shown.indexOf(t) + by + shown.length) % shown.length];
		to.focus();
		to.click();
	});
});
wide.addEventListener("change", () => tab(selected() === "code" ? "numbers" : selected()));
const selected = () => tabs.find((t) => t.getAttribute("aria-selected") === "true").id.slice(4);

// Editing and stepping.
$("editor").addEventListener("input", (event) => { edit(event.target); });
$("editor").addEventListener("focusout", () => { if (now && !$("problem").textContent) setTimeout(() => editor(now)); });
$("editor").addEventListener("submit", (event) => event.preventDefault());
for (const letter of ["i", "j", "k"]) $("index-" + letter).addEventListener("change", (event) => { state[letter] = +event.target.value; update(); });
$("full").addEventListener("change", () => { state.full = $("full").checked; update(); });
all("[data-steps]").forEach((b) => b.addEventListener("click", () => {
	if (+state.steps + +b.dataset.steps > $("stepping").dataset.most) settle();
	state.steps = +state.steps + +b.dataset.steps;
	update();
}));
$("reset").addEventListener("click", () => {
	const { label, bug, full } = state;
	goTo("#" + label);
	Object.assign(state, { bug, full });
	update();
});
$("previous").addEventListener("click", () => move(-1, "focus"));
$("next").addEventListener("click", () => move(1, "focus"));

// The bugs.
let gallery = null;
window.chainruleMutants = (data) => { gallery = data; showBug(); };
function bug() {
	if (!$("bug")) { state.bug = 0; return; } // a site without the bugs
	$("bug").selectedIndex = state.bug;
	if ($("bug").selectedIndex < 0) $("bug").selectedIndex = state.bug = 0;
	if (+state.bug && !gallery && !$("gallery")) document.head.append(make("script", { src: "mutants.js", id: "gallery" }));
	else showBug();
}
function showBug() {
	const m = gallery && gallery.mutants[state.bug - 1];
	failing = m?.wrong ?? []; // a bug in a check breaks no equation
	firstFailing = m ? m.label : "";
	all(".changed").forEach((e) => e.classList.remove("changed"));
	mark();
	const place = $("broken");
	place.replaceChildren();
	if (!m) return;
	const changed = lineOf(m.place.replace(":", "-L"));
	for (let n = 0, e = changed; n < m.lines && e; n++, e = e.nextElementSibling) e.classList.add("changed");
	if (changed) intoView(changed.closest(".window"), changed);
	const left = make("div"), right = make("figure");
	left.append(make("h2", {}, "The change, in " + m.place));
	left.insertAdjacentHTML("beforeend", m.diff);
	const first = make("a", { href: "#" + m.label }, m.label);
	left.append(make("h2", {}, "Found by ", m.check), make("p", { class: "message" }, m.message));
	const wrong = failing.flatMap((l, n) => [n ? " " : ". Wrong: ", make("a", { href: "#" + l }, l)]);
	left.append(make("p", {}, "First label: ", first, ...wrong, "."));
	right.innerHTML = gallery.picture;
	right.querySelector(".real").setAttribute("d", gallery.real[m.run]);
	right.querySelector(".learnt").setAttribute("d", m.boundary ?? "");
	right.append(make("figcaption", {}, m.says));
	place.append(left, right);
}
$("bug")?.addEventListener("change", () => { state.bug = $("bug").selectedIndex; saveAddress(false); bug(); });

// Keys, which can be switched off.
const remembered = { get: () => { try { return localStorage.getItem("keys"); } catch { return null; } }, set: (v) => { try { localStorage.setItem("keys", v); } catch { /* a private window */ } } };
$("keys").checked = remembered.get() !== "off";
$("keys").addEventListener("change", () => remembered.set($("keys").checked ? "on" : "off"));
$("help-open").addEventListener("click", () => $("help").showModal());
document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.target.closest("input, select, textarea")) return;
	if (event.key === "Enter" && event.target.matches(".eq")) { openCode(); return; }
	if (event.key === "Enter" && event.target.matches(".window [data-labels]")) { choose(state.label, "go"); return; }
	if (event.key === "Escape" && !$("tip").hidden) { tip(null); return; }
	if (!$("keys").checked) return;
	const act = { n: () => move(1, "go"), p: () => move(-1, "go"), o: openCode, b: () => choose(state.label, "go"), "?": () => $("help").showModal() }[event.key];
	if (act) { event.preventDefault(); act(); }
});

// arrive shows the address, at the start and whenever it changes.
function arrive() {
	const id = decoded(location.hash.slice(1));
	if (goTo(location.hash || "#F1")) {
		$("full").checked = state.full;
		if (+state.bug && $("bug")) tab("break");
		bug();
		mark();
		reveal(state.label);
		if (location.hash) equation(state.label).scrollIntoView({ block: "center", behavior: "instant" });
	} else if (lineOf(id)) {
		openLine(lineOf(id));
	}
	ask();
}
addEventListener("popstate", arrive);
tab("numbers");
mark();
arrive();
const program = make("script", { src: "live.js" });
program.addEventListener("error", () => chainruleFailed("live.js cannot be loaded; does the reader still run?"));
document.head.append(program);

})();
