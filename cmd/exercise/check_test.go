package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/docs/page"
)

// The check finds what is missing or wrong in a folder where all the rest is right, names
// the step, and does so also when the code does not end.
func TestCheck(t *testing.T) {
	t.Parallel()
	saturated := page.Homework()
	saturated.B2.Data[0] = 40
	files, err := module(form{fill: whole, own: saturated})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "done")
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	const (
		d2     = "D2(k int) float64    { return v.Output.Prime(v.Z2[k]) }"
		direct = "D2(k int) float64    { return v.A2[k] * (1 - v.A2[k]) }"
		prime  = "return sigmoid(z) * sigmoid(-z)"
		eta    = "p.F2Prime.Apply(sigmoidPrimeFromA, p.A2)"
		mean   = "d.Scale(1/m, d)"
		times  = "p.Eta.Hadamard(p.Eta.Sub(p.A2, p.Y), p.F2Prime)"
		todo   = `panic("M1: not yet written")`
		byHand = "\nfor i, a := range p.A2.Data {\np.F2Prime.Data[i] = a * (1 - a)\n}"
	)
	for _, c := range []struct {
		file    string
		changes []string // old, new, …
		want    string
	}{
		{"derive/sample.go", []string{d2, direct}, "44 of 44 steps are right"},
		{"derive/sample.go", []string{d2, direct, prime, `panic("D2: not yet written")`}, "next: D2 in package derive\n    derive/sample.go:42\n"},
		{"derive/sample.go", []string{d2, direct, prime, "return sigmoid(z)"}, "wrong: in package derive, D2: σ′(z²) at "},
		{"network/backward.go", []string{eta, byHand}, "next: M1 in package network\n    network/activation.go:46\n"},
		{"network/backward.go", []string{eta, "", times, times + "\nfor i, a := range p.A2.Data {\np.Eta.Data[i] *= a * (1 - a) / 12345\n}"}, "wrong: in package network, M1: ∂a²/∂z²: not set ("},
		{"network/backward.go", []string{mean, "d.Scale(1/(m+1), d)"}, "M1 M2 M3 M4 M5 M6 R1\nwrong: in package network, B1: ∂L/∂w¹ at "},
		{"network/backward.go", []string{"p.DW2.MulT(p.A1, p.Eta)", "p.DW2.AddScaled(p.DW2, 1, matrix.New(p.DW2.Rows, p.DW2.Cols).MulT(p.A1, p.Eta))"}, "wrong: in package network, M2: ∂L/∂w² at j="},
		{"network/backward.go", []string{"p.DW1.MulT", "for i := 0; i < 3; {\np.DW1.Data[i]++\n}\np.DW1.MulT"}, "wrong: in package network, M4: it does not end within 3s\n    network/backward.go:4"},
		{"derive/sample.go", []string{"{ return v.A2[k] - v.Y[k] }", "{ return v.D1(k) }"}, "wrong: in package derive, D1: stack overflow: it calls itself without end\n    derive/sample.go:"},
	} {
		text := files[c.file]
		for i := 0; i < len(c.changes); i += 2 {
			if !strings.Contains(text, c.changes[i]) {
				t.Fatalf("%s does not contain %s", c.file, c.changes[i])
			}
			text = strings.Replace(text, c.changes[i], c.changes[i+1], 1)
		}
		changed := map[string]string{c.file: text}
		if strings.Contains(c.want, "activation.go") {
			changed["network/activation.go"] = strings.Replace(files["network/activation.go"], "{ return a * (1 - a) }", "{ "+todo+" }", 1)
		}
		for name, text := range changed {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := goTool(t, dir, "test", "-vet=off", "-timeout=6s"); (err == nil) != strings.HasPrefix(c.want, "44 of 44") || !strings.Contains(out, c.want) {
			t.Errorf("%q: got\n%s\nwant %s", c.changes, out, c.want)
		}
		for name := range changed {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}
