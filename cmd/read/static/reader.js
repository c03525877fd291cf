// The script of the derivation. It keeps what the reader looks at, asks for the
// numbers and shows them. It computes no number itself: all come from package live,
// which live.js brings as WebAssembly.
"use strict";
(() => {

const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// put shows HTML in an element, and reports whether it is another than before. Most of
// it is not: only texts and attributes that differ are written.
const had = new WeakMap();
function put(e, html) {
	if (had.get(e) === html) return false;
	had.set(e, html);
	const to = e.cloneNode();
	to.innerHTML = html;
	patch(e, to);
	return true;
}
function patch(e, to) {
	if (e.isEqualNode(to)) return;
	if (e.nodeName !== to.nodeName) return e.replaceWith(to);
	if (e.nodeType === Node.TEXT_NODE) e.data = to.data;
	for (const { name, value } of to.attributes ?? []) if (e.getAttribute(name) !== value) e.setAttribute(name, value);
	for (const { name } of [...e.attributes ?? []]) if (!to.hasAttribute(name)) e.removeAttribute(name);
	const children = [...to.childNodes];
	if (e.childNodes.length !== children.length) e.replaceChildren(...children);
	else [...e.childNodes].forEach((child, n) => patch(child, children[n]));
}

// remember returns what the browser has stored, and first stores the value if there is one.
const remember = (storage, key, value) => {
	try {
		if (value) window[storage].setItem(key, value);
		return window[storage].getItem(key);
	} catch { /* a private window */ }
};

// The state is the address, "#M4&w1=0.4,0.6,0.2;0.3,0.9,0.5&steps=3&bug=7": a place,
// and settings with the values that are not those of the homework. They stand here as
// they stand there; package live reads the same text, explains each setting, and changes
// them. The inputs of the page have the names of the settings. A place that is no equation,
// such as a heading or a line of code, is followed by eq, the equation that is current.
let place = "F1", label = "F1", settings = {};
let answer = null; // the last numbers

const equations = all(".eq");
const labels = equations.map((e) => e.id);
const equation = (id) => (labels.includes(id) ? $(id) : null);
const lineOf = (id) => { // "network/backward.go-L43"
	const [, file, n] = id.match(/^(.+)-L(\d+)$/) || [];
	return file && $(file) && $(file).children[n - 1];
};
const wide = matchMedia("(min-width: 56.2rem)");

// Anyone may write an address, so it may hold anything.
const decoded = (s) => { try { return decodeURIComponent(s); } catch { return s; } };

// load takes the settings from an address, and returns the place.
function load(address) {
	const [first, ...rest] = address.split("&");
	settings = Object.fromEntries(rest.map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]));
	return decoded(first);
}
const request = (first = label) => [first, ...Object.entries(settings).map((pair) => pair.join("="))].join("&");
function save(push) {
	const to = "#" + request(equation(place) ? place : `${encodeURI(place)}&eq=${label}`);
	if (to !== (location.hash || "#F1")) history[push ? "pushState" : "replaceState"](null, "", to);
}
const ask = (what, text) => JSON.parse(chainruleLive(what, text));

// edit changes one input: package live knows what that means for the other settings.
function edit(name, value) {
	if (!window.chainruleLive) return;
	load(ask("edit", `${request()}&${name}=${encodeURIComponent(value)}`));
	save(false);
	show();
}

// go moves to a place: an equation, a line of code, or a heading.
function go(to, { push = true, scroll = true, focus = true } = {}) {
	const line = lineOf(to), target = equation(to) || line || $(to);
	if (!target) return;
	const moved = to !== place;
	place = to;
	if (equation(to)) point(to);
	else target.tabIndex = -1;
	if (line && !wide.matches) settings.tab = "code";
	save(push && moved);
	tab();
	if (focus) target.focus({ preventScroll: true });
	if (line) intoView(target.closest(".window"), target);
	else if (scroll) target.scrollIntoView({ block: equation(to) && target.offsetHeight < innerHeight / 3 ? "center" : "start", behavior: push ? "auto" : "instant" });
}
// code is the next line of code of the equation, or the first.
function code() {
	const list = all(`.window [data-labels~="${label}"]`).filter((e, n, l) => n === 0 || l[n - 1] !== e.previousElementSibling);
	return list[(list.indexOf(document.activeElement) + 1) % list.length].id;
}

// arrive shows the address, at the start and whenever it changes.
function arrive() {
	place = load(location.hash.slice(1) || "F1");
	label = [place, settings.eq, "F1"].find(equation);
	delete settings.eq;
	put($("parameters"), "");
	if (document.activeElement.form === $("editor")) document.activeElement.blur(); // what is typed there is not of this address
	tab();
	show();
	reveal();
	if (location.hash) go(place, { push: false, focus: !equation(place) });
}
history.scrollRestoration = "manual"; // arrive scrolls
addEventListener("popstate", arrive);

// The program that computes, package live, comes in live.js as gzip in base64. It
// takes a while the first time: the server builds it.
let waiting = "Preparing the numbers." + (location.hostname ? " The first start of the reader builds the program that computes them, which can take half a minute." : "");
window.chainruleProgram = async (text) => {
	try {
		const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
		const wasm = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
		const go = new Go();
		const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
		go.run(instance); // defines chainruleLive and does not end
	} catch (error) {
		return chainruleFailed("the browser cannot run WebAssembly: " + error);
	}
	$("editor").inert = false;
	show();
};
window.chainruleFailed = (text) => {
	waiting = "No numbers: " + text;
	problem({ error: waiting });
};

// show shows the state: the numbers, once there is a program, and what is current.
function show() {
	bug();
	$("full").checked = "full" in settings;
	if (window.chainruleLive) {
		const found = ask("answer", request());
		if (found.error) problem(found);
		else numbers(found);
		document.documentElement.classList.toggle("stale", "error" in found);
		document.documentElement.dataset.answered = label; // for the tests
	} else { // chainruleProgram shows it later
		if (request() === "F1") numbers(JSON.parse($("first").textContent));
		$("problem").textContent = waiting;
	}
	mark();
	hover();
}

// problem says what is wrong, and shows the inputs of a wrong address.
function problem(found) {
	if (!$("parameters").firstChild) {
		if (found.inputs) editor(found);
		delete settings.tab;
		save(false);
		tab();
		intoView($("pane-numbers"), $("problem"));
	}
	invalid(found.field, found.error);
	$("says").textContent = found.error;
	wrong(null);
}
// invalid marks the inputs of a field, and no others.
function invalid(field, text) {
	all("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
	const inputs = [...$("editor").elements].filter((e) => field && (e.name + "-").startsWith(field + "-"));
	for (const e of inputs) {
		e.ariaInvalid = "true";
		e.setAttribute("aria-describedby", "problem");
	}
	$("problem").textContent = text;
}

// editor shows the settings in their inputs, except where the reader is typing.
function editor({ inputs, shown }) {
	put($("parameters"), inputs);
	const { elements } = $("editor");
	for (const [name, text, digits] of shown) {
		const input = elements[name];
		if (input.value !== text && input !== document.activeElement) input.value = text;
		if (digits && input.title !== digits) input.title = digits;
	}
}

// numbers shows an answer.
function numbers(found) {
	answer = found;
	const { focus } = answer;
	invalid("", "");
	for (const id of ["indices", "diagram", "nodes", "good", "loss", "values"]) put($(id), answer[id]);
	editor(answer);
	const stepped = put($("steps"), answer.steps);
	$("focus-label").textContent = label + " with its numbers";
	put($("substituted"), $(label).querySelector(".math").outerHTML + focus.lines.map((line) => `<div>${line}</div>`).join(""));
	put($("where").tBodies[0], focus.where.filter((w) => !w.both).map((w) => `<tr data-q="${w.q}"><td>${w.name}</td><td>${w.value}</td></tr>`).join(""));
	$(label).querySelector(".here").textContent = focus.says.slice(label.length + 2);
	$("says").textContent = focus.says + (stepped ? "; " + answer.steps : "");
	wrong(answer.wrong);
	tour(answer.tour);
}

// mark highlights the current equation, and marks those that the bug breaks.
let failing = [];
function mark() {
	equations.forEach((e) => {
		const fails = failing.includes(e.id), first = e.id === mutant?.label;
		e.querySelector(".verdict").textContent = first ? "✗ named first by the tests · " : fails ? "✗ wrong · " : "";
		e.ariaCurrent = e.id === label ? "true" : null;
	});
	for (const e of [...equations, ...all(".values [data-label]")]) {
		const name = e.dataset.label ?? e.id;
		e.classList.toggle("current", name === label);
		e.classList.toggle("failing", failing.includes(name));
	}
	all(".window [data-labels]").forEach((e) => e.classList.toggle("lit", e.dataset.labels.split(" ").includes(label)));
	$("current").textContent = label;
}

// light highlights the other equations of a statement.
const light = (names) => equations.forEach((e) => e.classList.toggle("lit", names.includes(e.id)));

// intoView scrolls one box, but not those around it.
function intoView(box, line) {
	const b = box.getBoundingClientRect(), l = line.getBoundingClientRect();
	if (l.top < b.top + 30 || l.bottom > b.bottom - 8) box.scrollTop += l.top - b.top - b.height / 2.4;
	box.scrollLeft = 0;
}
function reveal() {
	for (const box of [...all(".window"), $("pane-values")]) {
		const line = box.querySelector(`[data-labels~="${label}"], .current`);
		if (line) intoView(box, line);
	}
}

// point makes an equation the current one, but moves to no other place. It lights the
// equations of a line of code, if one is pointed at.
let rest = 0;
function point(to, names = []) {
	clearTimeout(rest);
	light(names);
	if (to === label) return;
	label = to;
	show();
	if (!names.length) reveal();
}
function pointAt(e) {
	if (e.matches(".eq")) return point(e.id);
	const names = e.dataset.labels.split(" ");
	point(names.includes(label) ? label : names[0], names);
}

// An equation or a line of code is pointed at when the mouse moves to it and rests on it,
// not when the page scrolls under the mouse; or when Tab leads to it. A click goes there.
const spot = (target) => target.closest?.(".eq, .window [data-labels]");
document.addEventListener("pointermove", ({ target, pointerType }) => {
	clearTimeout(rest);
	const e = pointerType === "mouse" && spot(target);
	if (e && e.id !== label) rest = setTimeout(() => pointAt(e), 60);
});
document.addEventListener("focusin", ({ target }) => {
	const e = spot(target);
	if (e === target && !e.matches(".eq")) pointAt(e);
	else if (e?.matches(".eq") && target.matches(":focus-visible") && place !== e.id) go(e.id, { push: false, scroll: false, focus: false });
});
document.addEventListener("click", (event) => {
	const link = event.target.closest("a"), e = spot(event.target);
	if (link) {
		if (!link.matches('[href^="#"]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		go(decoded(link.hash.slice(1)));
	} else if (e?.matches(".eq")) go(e.id, { scroll: false, focus: false });
	else if (e && !String(getSelection())) {
		pointAt(e);
		go(label);
		light(e.dataset.labels.split(" "));
	}
});

// hover shows the value of the symbol under the mouse, and highlights its part of the
// drawing.
let under = null;
function hover() {
	let symbol = null, w = null; // the outermost: in ∂L/∂w, the derivative
	for (let e = under?.isConnected && under.closest(".eq.current, #where") && under; e; e = e.parentElement.closest("[data-q]")) {
		const found = answer?.focus.where.find((w) => w.q === e.dataset.q);
		if (found) [symbol, w] = [e, found];
	}
	all(".hot").forEach((e) => e.classList.remove("hot"));
	const box = $("tip");
	box.hidden = !w;
	if (!w) return;
	put(box, `${w.name} = ${w.value}`);
	const parts = all("#diagram [data-part]").filter((e) => w.lit?.includes(e.dataset.part));
	const row = all("#where tr").filter((e) => e.dataset.q === w.q);
	[symbol, ...parts, ...row].forEach((e) => e.classList.add("hot"));
	const at = symbol.getBoundingClientRect();
	box.style.left = Math.max(4, Math.min(at.left, innerWidth - box.offsetWidth - 4)) + "px";
	box.style.top = (at.bottom + box.offsetHeight + 8 < innerHeight ? at.bottom + 6 : at.top - box.offsetHeight - 6) + "px";
}
const over = (symbol) => { under = symbol; hover(); };
document.addEventListener("pointerover", ({ target }) => over(target.closest("[data-q]")));
addEventListener("scroll", () => { if (!$("tip").hidden) over(null); }, { passive: true });

// Tabs.
const tabs = all("[role=tab]");
function tab() {
	const shown = tabs.filter((t) => t.id !== "tab-code" || !wide.matches);
	const open = ["tab-" + settings.tab, settings.bug && "tab-break", "tab-numbers"].map((id) => shown.find((t) => t.id === id)).find(Boolean);
	for (const t of tabs) {
		const pane = $(t.getAttribute("aria-controls"));
		t.setAttribute("aria-selected", t === open);
		t.tabIndex = t === open ? 0 : -1;
		pane.hidden = !(t === open || wide.matches && pane.id === "pane-code");
	}
}
tabs.forEach((t) => {
	t.addEventListener("click", () => {
		settings.tab = t.id.slice(4);
		save(false);
		fold(false);
		tab();
		show(); // some numbers are only asked for where they are seen
		reveal();
	});
	t.addEventListener("keydown", ({ key }) => {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[key], shown = tabs.filter((x) => x.offsetParent);
		if (!by) return;
		const to = shown[(shown.indexOf(t) + by + shown.length) % shown.length];
		to.focus();
		to.click();
	});
});
wide.addEventListener("change", () => { tab(); reveal(); });

// The panel can be hidden except for its tabs. It starts so where it would leave no room.
// What is on the screen stays where it is.
function fold(on) {
	const top = (e) => e.getBoundingClientRect().top;
	const seen = [equation(label), ...all(".page > *")].find((e) => top(e) > 0 && top(e) < innerHeight), was = seen && top(seen);
	document.body.classList.toggle("folded", on);
	$("fold").setAttribute("aria-expanded", !on);
	if (seen) scrollBy({ top: top(seen) - was, behavior: "instant" });
}
$("fold").addEventListener("click", () => fold(!document.body.classList.contains("folded")));
document.querySelector('[href="#pane-numbers"]').addEventListener("click", () => fold(false));
fold(matchMedia("(max-height: 30rem)").matches);

// Editing and stepping. An input that is left shows its number as the others do.
const panes = document.querySelector(".panes");
panes.addEventListener("input", ({ target }) => {
	if (target.name) edit(target.name, target.type === "checkbox" && !target.checked ? "" : target.value);
});
panes.addEventListener("click", ({ target }) => { if (target.matches("button[name]")) edit(target.name, target.value); });
// Training runs until it is stopped, or diverges.
let running = 0;
function run() {
	clearTimeout(running);
	$("run").checked &&= !$("good").innerHTML && !document.querySelector(".stale");
	if (!$("run").checked) return;
	edit("more", "1");
	running = setTimeout(run, 150);
}
$("run").addEventListener("change", run);
$("editor").addEventListener("focusout", () => { if (answer && !$("problem").textContent) setTimeout(() => editor(answer)); });
$("editor").addEventListener("submit", (event) => event.preventDefault());

// In the drawing, a weight, a bias, an input or a target is dragged up or down.
let held = null;
$("diagram").addEventListener("pointerdown", (event) => {
	const name = event.target.dataset.grip;
	if (!name) return;
	held = { name, y: event.clientY, from: +$("editor").elements[name].title };
	$("diagram").setPointerCapture(event.pointerId);
	event.preventDefault();
});
$("diagram").addEventListener("pointermove", (event) => { if (held) edit(held.name, +(held.from + (held.y - event.clientY) / 50).toFixed(2)); });
for (const name of ["pointerup", "pointercancel"]) $("diagram").addEventListener(name, () => { held = null; });

// From the loss back through the layers, and then the step.
const route = ["L1", "M1", "M2", "M4", "M5", "U1"];

// The tour asks for each value before it shows it. It can be left, and goes on at the
// equation where it was left, also after a reload.
let touring = false, stop = "";
function stopAt(to) {
	stop = [remember("sessionStorage", "stop", to), to, "F1"].find(equation);
	$("tour").textContent = stop === "F1" ? "Tour" : "Tour from " + stop;
}
function tour(step) {
	const here = touring && step !== null;
	$("touring").hidden = !here;
	if (here) {
		stopAt(label);
		$("tour-text").textContent = step.text;
		put($("question"), step.question);
	}
	document.body.classList.toggle("asking", here && $("question").querySelector("form") !== null);
}
$("question").addEventListener("submit", (event) => {
	event.preventDefault();
	const { right, wrong, check } = answer.tour;
	const v = +(event.submitter.value || event.target[0].value.replace("−", "-"));
	$("question").textContent = $("says").textContent = (v >= right[0] && v <= right[1] ? "Right. " : wrong) + check;
	document.body.classList.remove("asking");
	$("tour-next").focus();
});
stopAt();
const visit = (on, to) => { touring = on; had.delete($("question")); go(to, { focus: false }); show(); };
$("tour").addEventListener("click", () => visit(true, stop));
$("tour-end").addEventListener("click", () => visit(false, label));
$("tour-next").addEventListener("click", () => {
	const to = answer.tour.next;
	if (!to) stopAt("F1");
	visit(!!to, to || label);
});

// Sharing.
$("copy").addEventListener("click", async () => {
	let text = "Address copied";
	try { await navigator.clipboard.writeText(location.href); } catch { text = "Copy it from the address bar"; }
	$("says").textContent = $("copy").textContent = text;
});
$("save").addEventListener("click", () => {
	const text = ask("save", request());
	if (!text.error) make("a", { href: "data:application/json," + encodeURIComponent(text), download: "network.json" }).click();
});
$("open").addEventListener("change", async () => {
	const [file] = $("open").files;
	if (!file) return;
	const found = ask("open", await file.text());
	$("open").value = "";
	if (found.error) return problem(found);
	history.pushState(null, "", "#" + found);
	arrive();
});

// The bugs.
let gallery = null, mutant = null;
window.chainruleMutants = (data) => { gallery = data; show(); };
function bug() {
	if (!all("#bug option").some((o) => o.value === settings.bug)) delete settings.bug; // a site without the bugs
	if (!$("bug")) return;
	$("bug").value = settings.bug ?? "";
	if (settings.bug && !gallery && !$("gallery")) document.head.append(make("script", { src: "mutants.js", id: "gallery" }));
	const m = gallery?.mutants.find((m) => m.id === settings.bug);
	$("broken").hidden = !m;
	if (m === mutant) return;
	mutant = m;
	all(".changed").forEach((e) => e.classList.remove("changed"));
	if (!m) return;
	put($("change"), m.html);
	put($("moons"), gallery.picture);
	document.querySelector("#moons .real").setAttribute("d", gallery.real[m.run]);
	document.querySelector("#moons .learnt").setAttribute("d", m.boundary ?? "");
	$("caption").textContent = m.says;
	$("same").textContent = "With these numbers the bug changes no value. " + m.hint;
	const line = lineOf(m.place.replace(":", "-L"));
	for (let n = 0, e = line; n < m.lines && e; n++, e = e.nextElementSibling) e.classList.add("changed");
	if (line) intoView(line.closest(".window"), line);
}
// wrong lists what the bug changes; null is no bug.
function wrong(list) {
	failing = list?.map((w) => w.label) ?? [];
	if (!$("wrong")) return;
	put($("wrong").tBodies[0], list?.map((w) => `<tr><td><a href="#${w.label}">${w.label}</a></td><td>${w.name}</td><td>${w.true}</td><td>${w.buggy}</td><td>${w.ratio && "× " + w.ratio}</td></tr>`).join("") ?? "");
	put($("both"), list ? answer.loss + answer.steps : "");
	$("wrong").hidden = !failing.length;
	$("same").hidden = !list || failing.length > 0;
}

// Keys, which can be switched off, and buttons that do the same but keep the focus.
const acts = {
	n: (how) => go(labels[labels.indexOf(label) + 1] ?? label, how),
	p: (how) => go(labels[labels.indexOf(label) - 1] ?? label, how),
	o: () => go(code()),
	b: () => go(label),
	l: (how) => go(route[(route.indexOf(label) + 1) % route.length], how),
	"?": () => $("help").showModal(),
};
for (const b of all("[data-key]")) b.addEventListener("click", () => acts[b.dataset.key]({ focus: false }));
$("keys").checked = remember("localStorage", "keys") !== "off";
$("keys").addEventListener("change", () => remember("localStorage", "keys", $("keys").checked ? "on" : "off"));
document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.target.closest("input, select, textarea")) return;
	if (event.key === "Enter" && event.target.matches(".eq")) { go(code()); return; }
	if (event.key === "Enter" && event.target.matches(".window [data-labels]")) { go(label); return; }
	if (event.key === "Escape" && !$("tip").hidden) { over(null); return; }
	const act = $("keys").checked && acts[event.key];
	if (act) { event.preventDefault(); act(); }
});

for (const link of all('.status [href="#status"]')) link.title = "Defined: the page gives the quantity its value or its name. Derived: a test evaluated so many of its equalities, and they hold. Executed, implemented: derive and network compute the same values.";
arrive();
document.head.append(make("script", { src: "live.js", onerror: () => chainruleFailed("live.js cannot be loaded; does the reader still run?") }));

})();
