//go:build js && wasm

// Command wasm runs package live in a browser: it defines the JavaScript function
// chainruleLive, which calls live.Answer.
package main

import (
	"syscall/js"

	"chainrule/cmd/read/internal/live"
)

func main() {
	js.Global().Set("chainruleLive", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(live.Answer([]byte(args[0].String())))
	}))
	select {} // the function works only while main runs
}
