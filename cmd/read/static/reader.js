// The script of the derivation. It keeps what the reader looks at, asks for the
// numbers and shows them. It computes no number itself: all come from package live,
// which live.js brings as WebAssembly.
"use strict";
(() => {

const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, attributes = {}, ...children) => {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
	e.append(...children);
	return e;
};

// remember returns what the browser has stored, and first stores the value if there is one.
const remember = (storage, key, value) => {
	try {
		if (value) window[storage].setItem(key, value);
		return window[storage].getItem(key);
	} catch { /* a private window */ }
};

// The state is the address, "#M4&w1=0.4,0.6,0.2;0.3,0.9,0.5&steps=3&bug=7": a place,
// and settings with the values that are not those of the homework. They stand here as
// they stand there; package live reads the same text, and explains each setting. The
// inputs of the page have the names of the settings. A place that is no equation, such
// as a heading or a line of code, is followed by eq, the equation that is current.
const matrices = ["x", "w1", "b1", "w2", "b2", "y"];
const view = ["i", "j", "k", "s", "full", "bug", "tab"]; // change no number
const order = ["f1", ...matrices, "shape", "rate", "lambda", "steps", "before", ...view];
let place = "F1", label = "F1", settings = {};

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

const query = (first, extra) => [first, ...extra, ...Object.keys(settings).sort((a, b) => order.indexOf(a) - order.indexOf(b)).map((key) => `${key}=${settings[key]}`)].join("&");
const request = () => query(label, []);
function save(push) {
	const to = "#" + query(encodeURI(place), equation(place) ? [] : ["eq=" + label]);
	if (to === (location.hash || "#F1")) return;
	if (push) history.pushState(null, "", to);
	else history.replaceState(null, "", to);
}
function load(hash) {
	const [first, ...rest] = (hash.slice(1) || "F1").split("&");
	settings = Object.fromEntries(rest.map((p) => [p.split("=")[0], p.slice(p.indexOf("=") + 1)]));
	place = decoded(first);
	label = [place, settings.eq, "F1"].find(equation);
	delete settings.eq;
}

// change changes settings: null, and an index of 0, are as if not set.
function change(changes) {
	for (const [key, value] of Object.entries(changes)) {
		if (value === null || value === "" && key !== "rate" && key !== "lambda" || value === "0" && view.includes(key)) delete settings[key];
		else settings[key] = value;
	}
	save(false);
	show();
}

// go moves to a place: an equation, a line of code, or a heading.
function go(to, { push = true, scroll = true, focus = true } = {}) {
	const target = equation(to) || lineOf(to) || $(to);
	if (!target) return;
	const moved = to !== place;
	place = to;
	if (!equation(to)) target.tabIndex = -1;
	if (equation(to)) point(to);
	else if (lineOf(to) && !wide.matches) change({ tab: "code" });
	save(push && moved);
	if (focus) target.focus({ preventScroll: true });
	if (lineOf(to)) intoView(target.closest(".window"), target);
	else if (scroll) target.scrollIntoView({ block: equation(to) && target.offsetHeight < innerHeight / 3 ? "center" : "start", behavior: push ? "auto" : "instant" });
}
const next = (by) => labels[labels.indexOf(label) + by] || label;
// code is the next line of code of the equation, or the first.
function code() {
	const list = all(`.window [data-labels~="${label}"]`).filter((e, n, l) => n === 0 || l[n - 1] !== e.previousElementSibling);
	return list[(list.indexOf(document.activeElement) + 1) % list.length].id;
}

// arrive shows the address, at the start and whenever it changes.
function arrive() {
	load(location.hash);
	mark();
	show();
	reveal(label);
	if (location.hash) go(place, { push: false, focus: !equation(place) });
}
history.scrollRestoration = "manual"; // arrive scrolls
addEventListener("popstate", arrive);

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
	show();
};
window.chainruleFailed = (text) => problem("", "No numbers: " + text);

// show shows the state: the controls, and the numbers once there is a program.
let now = null; // the numbers of the last answer, by setting
function show() {
	tab();
	bug();
	if (!window.chainruleLive) { // chainruleProgram shows it later
		if (request() === "F1") numbers(JSON.parse($("first").textContent));
		$("problem").textContent = preparing;
		return;
	}
	const answer = JSON.parse(chainruleLive("answer", request()));
	document.documentElement.classList.toggle("stale", "error" in answer);
	if (answer.error) problem(answer.field, answer.error);
	else numbers(answer);
	document.documentElement.dataset.answered = label; // for the tests
}

// problem marks the input that is wrong and says why.
function problem(field, text) {
	if (!now) { // the address is wrong, or there is no program
		editor(Object.fromEntries(matrices.filter((key) => settings[key]).map((key) => [key, table(key).map((row) => row.map((v) => [v, v].map(decoded)))])));
		if (settings.tab) change({ tab: null });
		intoView($("pane-numbers"), $("problem"));
	}
	valid();
	for (const input of field ? all(`[name="${field}"], [name^="${field}-"]`) : []) {
		input.setAttribute("aria-invalid", "true");
		input.setAttribute("aria-describedby", "problem");
	}
	$("says").textContent = $("problem").textContent = (field ? title(field) + ": " : "") + text;
}
function valid() {
	all("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
	$("problem").textContent = "";
}
const title = (field) => ({ rate: "α", lambda: "λ", f1: "f₁", x: "a⁰" })[field] || field.replace(/^x/, "a⁰").replace(/^([bw])([12])/, (_, x, n) => x + " ¹²"[n]).replace(/-(\d+)-(\d+)$/, " row $1, column $2");

// The editor shows the parameters as they are now.
const cell = (c) => c[settings.full ? 1 : 0];
function editor(values) {
	const shape = JSON.stringify(matrices.map((key) => (values[key] || []).map((r) => r.length)));
	if ($("parameters").dataset.shape !== shape) {
		$("parameters").dataset.shape = shape;
		$("parameters").replaceChildren(...matrices.filter((key) => values[key]).map((key) => make("fieldset", {}, make("legend", {}, title(key)),
			...values[key].map((row, r) => make("div", {}, ...row.map((_, c) => make("input", { name: `${key}-${r}-${c}`, inputmode: "decimal", "aria-label": title(`${key}-${r}-${c}`) })))))));
	}
	for (const input of all(".panes [name]")) {
		const [key, r, c] = input.name.split("-");
		const value = r ? values[key]?.[r]?.[c] : [decoded(settings[key] ?? values[key]?.[0][0][1] ?? "0")];
		if (input.type === "checkbox") input.checked = settings[key];
		else if (value && input !== document.activeElement) {
			const text = r && key !== "shape" ? cell(value) : value[0];
			if (input.value !== text) input.value = text;
		}
		if (r && value && input.title !== value[1]) input.title = value[1];
	}
}

// table is a setting that is a matrix, as text.
const table = (key) => settings[key]?.split(";").map((row) => row.split(",")) ?? now[key].map((row) => row.map((c) => encodeURIComponent(c[1])));
const joined = (rows) => rows.map((row) => row.join(",")).join(";");

// settled are the changes that make the current parameters those with which training
// starts. The steps that have been taken stay taken.
function settled() {
	if (!now || !(settings.steps > 0)) return {};
	const changes = { steps: null, before: String(+(settings.before ?? 0) + +settings.steps) };
	for (const key of ["w1", "b1", "w2", "b2"]) changes[key] = joined(now[key].map((row) => row.map((c) => encodeURIComponent(c[1]))));
	return changes;
}
function edit(name, value) {
	const [key, r, c] = name.split("-");
	if (r && !settings[key] && !now) return; // no answer yet
	const changes = view.includes(key) ? {} : settled();
	Object.assign(settings, changes);
	if (key === "shape") Object.assign(changes, { i: null, j: null, k: null, s: null });
	changes[key] = encodeURIComponent(value);
	if (r) {
		const rows = table(key);
		rows[r][c] = changes[key];
		changes[key] = joined(rows);
	}
	change(changes);
}

// numbers shows an answer. put changes only what differs: most of an answer does not.
const had = new WeakMap();
const put = (e, html) => {
	if (had.get(e) === html) return false;
	had.set(e, html);
	e.innerHTML = html;
	return true;
};
let where = new Map();
function numbers(answer) {
	now = answer.now;
	const values = answer.values ?? []; // none in the page itself
	valid();
	for (const [letter, row] of [["i", now.w1], ["j", now.w1[0]], ["k", now.w2[0]], ["s", now.x]]) {
		put($("index-" + letter), row.map((_, n) => `<option>${n}</option>`).join(""));
		$("index-" + letter).parentElement.hidden = letter === "s" && row.length === 1;
	}
	editor(now);
	put($("diagram"), answer.diagram);
	put($("loss"), answer.loss);
	const stepped = put($("steps"), answer.steps);
	$("good").hidden = answer.good >= +(settings.steps ?? 0);
	$("good").dataset.steps = answer.good;
	$("good").textContent = "Back to the last good step, " + (+(settings.before ?? 0) + answer.good);
	const f = answer.focus;
	$("focus-label").textContent = f.label + " with its numbers";
	put($("substituted"), equation(f.label).querySelector(".math").outerHTML + f.lines.map((line) => `<div>${line}</div>`).join(""));
	where = new Map((f.where || []).map((w) => [w.q, w]));
	const list = [...where.values()].filter((w) => !w.both), rows = $("where").tBodies[0];
	put(rows, list.map((w) => `<tr data-q="${w.q}"><td>${w.name}</td><td></td></tr>`).join(""));
	list.forEach((w, n) => put(rows.rows[n].cells[1], w.value));
	equation(f.label).querySelector(".here").textContent = f.says.slice(f.label.length + 2);
	put($("all-values"), values.map(({ label, name, row = "", col = "", cells }) => `<div data-label="${label}"><p><a href="#${label}">${label}</a><b>${name}</b></p><table aria-label="${name}">`
		+ (col ? `<tr><th>${row && row + " \\ "}${col}</th>${cells[0].map((_, c) => `<th scope="col">${c}</th>`).join("")}</tr>` : "")
		+ cells.map((line, r) => `<tr><th scope="row">${row ? (col ? "" : row + " ") + r : "="}</th>${"<td></td>".repeat(line.length)}</tr>`).join("")
		+ `</table><p class="agree"></p></div>`).join("")) && mark();
	const texts = values.flatMap((v) => v.cells.flat()), agree = all(".agree");
	all("#all-values td").forEach((td, n) => {
		put(td, cell(texts[n]).replaceAll("-", "−"));
		if (td.title !== texts[n][1]) td.title = texts[n][1];
	});
	values.forEach((v, n) => put(agree[n], v.agree));
	$("says").textContent = f.says + (stepped ? "; " + answer.steps : "");
	if (answer.wrong) {
		failing = answer.wrong.map((w) => w.label);
		put($("wrong").tBodies[0], answer.wrong.map((w) => `<tr><td><a href="#${w.label}">${w.label}</a></td><td>${w.name}</td><td>${w.true}</td><td>${w.buggy}</td><td>${w.ratio && "× " + w.ratio}</td></tr>`).join(""));
		put($("both"), answer.loss + answer.steps);
		mark();
	}
	tour(answer.tour);
	$("wrong").hidden = !answer.wrong?.length;
	$("same").hidden = !answer.wrong || answer.wrong.length > 0;
	hover();
}

// mark highlights the current equation, and marks those that the bug breaks.
let failing = [], firstFailing = "";
function mark() {
	equations.forEach((e) => {
		const fails = failing.includes(e.id), first = e.id === firstFailing;
		e.classList.toggle("current", e.id === label);
		e.classList.toggle("failing", fails);
		e.querySelector(".verdict").textContent = first ? "✗ named first by the tests · " : fails ? "✗ wrong · " : "";
		e.ariaCurrent = e.id === label ? "true" : null;
	});
	all(".window [data-labels]").forEach((e) => e.classList.toggle("lit", e.dataset.labels.split(" ").includes(label)));
	all(".values [data-label]").forEach((e) => {
		e.classList.toggle("current", e.dataset.label === label);
		e.classList.toggle("failing", failing.includes(e.dataset.label));
	});
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
	for (const box of all(".window")) {
		const line = box.querySelector(`[data-labels~="${label}"]`);
		if (line) intoView(box, line);
	}
	const value = document.querySelector(".values .current");
	if (value) intoView($("pane-values"), value);
}

// point makes an equation the current one, but moves to no other place.
let rest = 0;
function point(to, names = []) {
	clearTimeout(rest);
	light(names);
	if (to === label) return;
	label = to;
	mark();
	if (!names.length) reveal();
	tip(null);
	show();
}

// An element is pointed at when the mouse moves to it and rests on it, not when the page
// scrolls under the mouse.
function pointing(e, f) {
	e.addEventListener("pointermove", (event) => {
		if (event.pointerType !== "mouse") return;
		clearTimeout(rest);
		rest = setTimeout(f, 60);
	});
	e.addEventListener("pointerleave", () => clearTimeout(rest));
}
for (const e of equations) {
	pointing(e, () => { if (label !== e.id) point(e.id); });
	e.addEventListener("focusin", () => { if (e.matches(":has(:focus-visible), :focus-visible") && place !== e.id) go(e.id, { push: false, scroll: false, focus: false }); });
	e.addEventListener("click", (event) => { if (!event.target.closest("a")) go(e.id, { scroll: false, focus: false }); });
}
for (const e of all(".window [data-labels]")) {
	const names = e.dataset.labels.split(" ");
	const at = () => names.includes(label) ? label : names[0];
	const pointed = () => point(at(), names);
	pointing(e, pointed);
	e.addEventListener("focus", pointed);
	e.addEventListener("click", (event) => {
		if (event.target.closest("a") || String(getSelection())) return;
		go(at());
		light(names);
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
	let symbol = null; // the outermost: in ∂L/∂w, the derivative
	for (let e = under?.isConnected && under.closest(".eq.current, #where") && under; e; e = e.parentElement.closest("[data-q]")) {
		if (where.has(e.dataset.q)) symbol = e;
	}
	if (symbol || !$("tip").hidden || document.querySelector(".hot")) tip(symbol);
}
document.addEventListener("pointerover", (event) => { under = event.target.closest("[data-q]"); hover(); });
addEventListener("scroll", () => { if (!$("tip").hidden) tip(null); }, { passive: true });

// Links to places of this page.
document.addEventListener("click", (event) => {
	const link = event.target.closest('a[href^="#"]');
	if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	go(decoded(link.hash.slice(1)));
});

// Tabs.
const tabs = all("[role=tab]");
let opened = "";
function tab() {
	const names = tabs.map((t) => t.id.slice(4)).filter((name) => name !== "code" || !wide.matches);
	const name = names.includes(settings.tab) ? settings.tab : settings.bug && $("bug") && !("tab" in settings) ? "break" : "numbers";
	if (opened === name + wide.matches) return;
	opened = name + wide.matches;
	for (const t of tabs) {
		const on = t.id === "tab-" + name, pane = $(t.getAttribute("aria-controls"));
		t.setAttribute("aria-selected", on);
		t.tabIndex = on ? 0 : -1;
		pane.hidden = !(on || (wide.matches && pane.id === "pane-code"));
	}
	reveal(); // a hidden element could not scroll
}
tabs.forEach((t) => {
	t.addEventListener("click", () => { fold(false); change({ tab: t.id.slice(4) }); });
	t.addEventListener("keydown", (event) => {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (!by) return;
		const shown = tabs.filter((x) => x.offsetParent);
		const to = shown[(shown.indexOf(t) + by + shown.length) % shown.length];
		to.focus();
		to.click();
	});
});
wide.addEventListener("change", tab);

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

// Editing and stepping.
document.querySelector(".panes").addEventListener("input", ({ target }) => {
	if (target.name) edit(target.name, target.type === "checkbox" ? (target.checked ? "1" : "") : target.value);
});
$("editor").addEventListener("focusout", () => { if (now && !$("problem").textContent) setTimeout(() => editor(now)); });
$("editor").addEventListener("submit", (event) => event.preventDefault());
all("[data-steps]").forEach((b) => b.addEventListener("click", () => {
	const by = +b.dataset.steps, taken = b.id === "good" ? 0 : +(settings.steps ?? 0);
	const changes = taken + by > $("stepping").dataset.most ? settled() : {};
	change({ ...changes, steps: String(changes.before ? by : taken + by) });
}));
$("reset").addEventListener("click", () => {
	settings = Object.fromEntries(Object.entries(settings).filter(([key]) => ["full", "bug", "tab"].includes(key)));
	change({});
});
$("previous").addEventListener("click", () => go(next(-1), { focus: false }));
$("next").addEventListener("click", () => go(next(1), { focus: false }));

// In the drawing, a weight, a bias, an input or a target is dragged up or down.
let held = null;
$("diagram").addEventListener("pointerdown", (event) => {
	const part = event.target.closest("[data-grip], [data-part]")?.dataset;
	const [, kind, n, to] = (part?.grip ?? part?.part ?? "").match(/^(w1|w2|b1|b2|a0|y)-(\d)-?(\d?)$/) || [];
	if (!kind || !now) return;
	const [key, r, c] = kind[0] === "w" ? [kind, n, to] : kind[0] === "b" ? [kind, 0, n] : [kind === "y" ? "y" : "x", settings.s ?? 0, n];
	held = { name: `${key}-${r}-${c}`, y: event.clientY, from: +now[key][r][c][1] };
	$("diagram").setPointerCapture(event.pointerId);
	event.preventDefault();
});
$("diagram").addEventListener("pointermove", (event) => { if (held) edit(held.name, (held.from + (held.y - event.clientY) / 50).toFixed(2).replace(/\.?0+$/, "")); });
for (const name of ["pointerup", "pointercancel"]) $("diagram").addEventListener(name, () => { held = null; });

// Below the drawing, nodes are added and removed.
["input", "hidden", "output"].forEach((layer, n) => $("nodes").append(make("span", {}, ...["−", "+"].map((sign) => {
	const b = make("button", { "aria-label": `${sign === "+" ? "Add" : "Remove"} ${layer} node` }, sign);
	b.addEventListener("click", () => {
		const input = $("editor")[`shape-0-${n}`];
		input[sign === "+" ? "stepUp" : "stepDown"]();
		edit(input.name, input.value);
	});
	return b;
}))));

// back goes from the loss back through the layers, and then takes the step.
const route = ["L1", "M1", "M2", "M4", "M5", "U1"];
const back = (how) => go(route[(route.indexOf(label) + 1) % route.length], how);
$("back").addEventListener("click", () => back({ focus: false }));

// The tour asks for each value before it shows it. It can be left, and goes on at the
// equation where it was left, also after a reload.
const stops = ["F1", "F2", "F3", "F4", "L1", "M1", "M2", "M3", "M4", "M5", "M6", "U1"];
let touring = false, asked = "", stop = "";
function stopAt(to) {
	stop = remember("sessionStorage", "stop", to) ?? to;
	$("tour").textContent = stop === "F1" ? "Tour" : "Tour from " + stop;
}
function tour(step) {
	$("touring").hidden = !touring || !step;
	if (touring && step) {
		stopAt(label);
		$("tour-text").textContent = `${stops.indexOf(label) + 1} of ${stops.length}, ${label}: ${step.text}`;
		if (asked !== label + step.question) {
			asked = label + step.question;
			$("question").textContent = step.question;
			const reply = (right, otherwise) => {
				$("question").textContent = $("says").textContent = (right ? "Right. " : otherwise) + step.check;
				$("choices").replaceChildren();
				document.body.classList.remove("asking");
				$("tour-next").focus();
			};
			const input = make("input", { inputmode: "decimal", required: "", "aria-label": "Your answer" });
			const form = make("form", { autocomplete: "off" }, input, " ", make("button", {}, "Answer"));
			form.addEventListener("submit", (event) => {
				event.preventDefault();
				const v = +input.value.replace("−", "-");
				reply(v >= step.right[0] && v <= step.right[1], "No. ");
			});
			$("choices").replaceChildren(...step.choices?.map((choice, n) => {
				const b = make("button", {}, choice);
				b.addEventListener("click", () => reply(n === step.answer, `No, ${step.choices[step.answer]}. `));
				return b;
			}) ?? [form]);
		}
	}
	document.body.classList.toggle("asking", touring && !!step && $("choices").hasChildNodes());
}
stopAt([remember("sessionStorage", "stop")].find((s) => stops.includes(s)) ?? "F1");
const visit = (on, to) => { touring = on; asked = ""; go(to, { focus: false }); show(); };
$("tour").addEventListener("click", () => visit(true, stop));
$("tour-end").addEventListener("click", () => visit(false, label));
$("tour-next").addEventListener("click", () => {
	const to = stops[stops.indexOf(label) + 1];
	if (!to) stopAt("F1");
	visit(!!to, to ?? label);
});

// Sharing.
$("copy").addEventListener("click", async () => {
	try {
		await navigator.clipboard.writeText(location.href);
		$("says").textContent = $("copy").textContent = "Address copied";
	} catch {
		$("says").textContent = $("copy").textContent = "Copy it from the address bar";
	}
});
$("save").addEventListener("click", () => {
	const text = JSON.parse(chainruleLive("save", request()));
	if (text.error) return;
	const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "network.json" });
	link.click();
	URL.revokeObjectURL(link.href);
});
$("open").addEventListener("change", async () => {
	const [file] = $("open").files;
	if (!file) return;
	const found = JSON.parse(chainruleLive("open", await file.text()));
	$("open").value = "";
	if (found.error) {
		problem("", found.error);
		return;
	}
	history.pushState(null, "", "#" + found);
	arrive();
});

// The bugs.
let gallery = null, shown = null;
window.chainruleMutants = (data) => { gallery = data; show(); };
function bug() {
	if (settings.bug && !all("#bug option").some((o) => o.value === settings.bug)) delete settings.bug; // a site without the bugs
	if (settings.bug && !gallery && !$("gallery")) document.head.append(make("script", { src: "mutants.js", id: "gallery" }));
	const m = gallery?.mutants.find((m) => m.id === settings.bug);
	if (!$("bug") || m === shown) return;
	shown = m;
	failing = [];
	$("wrong").hidden = $("same").hidden = true; // until the next answer
	put($("both"), "");
	firstFailing = m ? m.label : "";
	all(".changed").forEach((e) => e.classList.remove("changed"));
	mark();
	$("broken").replaceChildren();
	if (!m) return;
	const changed = lineOf(m.place.replace(":", "-L"));
	for (let n = 0, e = changed; n < m.lines && e; n++, e = e.nextElementSibling) e.classList.add("changed");
	if (changed) intoView(changed.closest(".window"), changed);
	const left = make("div"), right = make("figure");
	left.append(make("h2", {}, "The change, in " + m.place));
	left.insertAdjacentHTML("beforeend", m.diff);
	const first = make("a", { href: "#" + m.label }, m.label);
	left.append(make("h2", {}, "Found by ", m.check), make("p", { class: "message" }, m.message));
	left.append(make("p", {}, "First label: ", first, "."));
	$("same").textContent = "With these numbers the bug changes no value. " + m.hint;
	right.innerHTML = gallery.picture;
	right.querySelector(".real").setAttribute("d", gallery.real[m.run]);
	right.querySelector(".learnt").setAttribute("d", m.boundary ?? "");
	right.append(make("figcaption", {}, m.says));
	$("broken").append(left, right);
}

// Keys, which can be switched off.
$("keys").checked = remember("localStorage", "keys") !== "off";
$("keys").addEventListener("change", () => remember("localStorage", "keys", $("keys").checked ? "on" : "off"));
$("help-open").addEventListener("click", () => $("help").showModal());
document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || event.target.closest("input, select, textarea")) return;
	if (event.key === "Enter" && event.target.matches(".eq")) { go(code()); return; }
	if (event.key === "Enter" && event.target.matches(".window [data-labels]")) { go(label); return; }
	if (event.key === "Escape" && !$("tip").hidden) { tip(null); return; }
	if (!$("keys").checked) return;
	const act = { n: () => go(next(1)), p: () => go(next(-1)), o: () => go(code()), b: () => go(label), l: back, "?": () => $("help").showModal() }[event.key];
	if (act) { event.preventDefault(); act(); }
});

for (const link of all('.status [href="#status"]')) link.title = "Defined: the page gives the quantity its value or its name. Derived: a test evaluated so many of its equalities, and they hold. Executed, implemented: derive and network compute the same values.";
arrive();
const program = make("script", { src: "live.js" });
program.addEventListener("error", () => chainruleFailed("live.js cannot be loaded; does the reader still run?"));
document.head.append(program);

})();
