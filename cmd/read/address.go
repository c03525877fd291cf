package main

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/read/internal/live"
	"chainrule/matrix"
)

// address returns the part of the reader's address, from # on, that shows the network
// and the first sample of a file.
func address(f *claim.File) (string, error) {
	layers := []struct {
		name  string
		nodes int
	}{{"input", f.W1.Rows}, {"hidden", f.W1.Cols}, {"output", f.W2.Cols}}
	for _, l := range layers {
		if l.nodes > live.MaxNodes {
			return "", fmt.Errorf("got %d %s nodes, but the reader shows at most %d in a layer", l.nodes, l.name, live.MaxNodes)
		}
	}
	number := func(v float64) string { return url.QueryEscape(strconv.FormatFloat(v, 'g', -1, 64)) }
	hash := "#F1&f1=" + f.Activation
	for _, p := range []struct {
		name string
		x    *matrix.Matrix
	}{{"w1", f.W1}, {"b1", f.B1}, {"w2", f.W2}, {"b2", f.B2}, {"a0", matrix.FromRows(f.X.Row(0))}, {"y", matrix.FromRows(f.Y.Row(0))}} {
		var rows []string
		for r := range p.x.Rows {
			var row []string
			for _, v := range p.x.Row(r) {
				row = append(row, number(v))
			}
			rows = append(rows, strings.Join(row, ","))
		}
		hash += "&" + p.name + "=" + strings.Join(rows, ";")
	}
	if f.Alpha > 0 {
		hash += "&rate=" + number(f.Alpha)
	}
	return hash + "&lambda=" + number(f.Lambda), nil
}
