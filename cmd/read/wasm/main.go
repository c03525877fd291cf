//go:build js && wasm

// Command wasm runs package live in a browser: it defines the JavaScript function
// chainruleLive, which takes the name of a function of live and its argument.
package main

import (
	"runtime/debug"
	"syscall/js"

	"chainrule/cmd/read/internal/live"
)

func main() {
	debug.SetGCPercent(400) // most of an answer is garbage once it is given
	calls := map[string]func(string) []byte{"answer": live.Answer, "edit": live.Edit, "open": live.Open, "save": live.Save}
	js.Global().Set("chainruleLive", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(calls[args[0].String()](args[1].String()))
	}))
	select {} // the function works only while main runs
}
