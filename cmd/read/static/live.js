
// What computes in a static site: package live, as WebAssembly, started when the
// first number is asked for. Behind this stands the program, gzip in base64.
"use strict";
window.chainruleCompute = async () => {
	window.chainruleCompute.started ??= (async () => {
		const packed = Uint8Array.from(atob(window.chainruleCompute.text), (c) => c.charCodeAt(0));
		const wasm = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
		const go = new Go();
		const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
		go.run(instance); // gives us chainruleLive, and does not end
	})();
	await window.chainruleCompute.started;
	return (request) => window.chainruleLive(request);
};
