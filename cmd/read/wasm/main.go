//go:build js && wasm

// Command wasm is what computes in a static site of the reader: it gives the
// page's script the function chainruleLive, which takes a request of package
// live as text and returns the status and the answer.
package main

import (
	"syscall/js"

	"chainrule/cmd/read/internal/live"
)

func main() {
	js.Global().Set("chainruleLive", js.FuncOf(func(_ js.Value, args []js.Value) any {
		status, body := live.Respond([]byte(args[0].String()))
		return []any{status, string(body)}
	}))
	select {} // the function must not end before the page does
}
