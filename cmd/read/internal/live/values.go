package live

import (
	"fmt"
	"strings"

	"chainrule/derive"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// A quantity is something that has a value: a matrix, with the letters that
// count its rows and columns, "" where there is but one.
type quantity struct {
	*matrix.Matrix
	row, col string
	bias     bool // a row, which an equation counts by its column
}

// of returns the element for the indices.
func (q quantity) of(at map[string]int) float64 {
	return q.At(at[q.row], at[q.col])
}

// letters returns the indices that the quantity has: "jk", or "".
func (q quantity) letters() string { return q.row + q.col }

func scalar(v float64) quantity { return quantity{Matrix: matrix.FromRows([]float64{v})} }

// made returns the quantity whose elements f computes.
func (w *world) made(row, col string, f func(r, c int) float64) quantity {
	q := quantity{Matrix: matrix.New(w.count(row), w.count(col)), row: row, col: col}
	for r := range q.Rows {
		for c := range q.Cols {
			q.Set(r, c, f(r, c))
		}
	}
	return q
}

// count returns how many values the index has.
func (w *world) count(letter string) int {
	switch letter {
	case "i":
		return w.n0
	case "j":
		return w.n1
	case "k":
		return w.n2
	}
	return 1 // s, and where there is no index
}

// column and line are the shapes of what package derive computes with one index.
func (w *world) column(row string, f func(n int) float64) quantity {
	return w.made(row, "", func(r, _ int) float64 { return f(r) })
}

func (w *world) line(col string, f func(n int) float64) quantity {
	q := w.made("", col, func(_, c int) float64 { return f(c) })
	q.bias = true
	return q
}

// lookup returns the value of a symbol without its indices and marks ("w1", "η")
// or of a derivative ("L/w2"): what network.Pass holds by network, the factors
// and gradients by derive, each as docs/derivation.md defines it.
func (w *world) lookup(key string) (q quantity, ok bool) {
	p, v := w.pass, w.sample
	switch key {
	case "a0":
		return quantity{p.A0, "i", "", false}, true
	case "w1":
		return quantity{w.net.W1, "i", "j", false}, true
	case "b1":
		return quantity{w.net.B1, "", "j", true}, true
	case "z1":
		return quantity{p.Z1, "j", "", false}, true
	case "a1":
		return quantity{p.A1, "j", "", false}, true
	case "w2":
		return quantity{w.net.W2, "j", "k", false}, true
	case "b2":
		return quantity{w.net.B2, "", "k", true}, true
	case "z2":
		return quantity{p.Z2, "k", "", false}, true
	case "a2":
		return quantity{p.A2, "k", "", false}, true
	case "y":
		return quantity{p.Y, "k", "", false}, true
	case "η":
		return quantity{p.Eta, "k", "", false}, true
	case "δ":
		return quantity{p.Delta, "j", "", false}, true
	case "L":
		return scalar(p.L.Data[0]), true
	case "J":
		return scalar(w.objective[len(w.objective)-1]), true
	case "λ":
		return scalar(w.lambda), true
	case "α":
		return scalar(w.alpha), true
	case "m":
		return scalar(1), true
	case "L/a2":
		return w.column("k", v.D1), true
	case "a2/z2":
		return w.column("k", v.D2), true
	case "z2/w2":
		return w.made("j", "k", v.D3), true
	case "z2/b2":
		return w.column("k", v.D4), true
	case "z2/a1":
		return w.made("j", "k", v.D5), true
	case "a1/z1":
		return w.column("j", v.D6), true
	case "z1/w1":
		return w.made("i", "j", v.D7), true
	case "z1/b1":
		return w.column("j", v.D8), true
	case "L/w2":
		return w.made("j", "k", v.E1), true
	case "L/b2":
		return w.line("k", v.E2), true
	case "L/w1":
		return w.made("i", "j", v.E3), true
	case "L/b1":
		return w.line("j", v.E4), true
	case "J/w1":
		return quantity{p.DJW1, "i", "j", false}, true
	case "J/w2":
		return quantity{p.DJW2, "j", "k", false}, true
	}
	return quantity{}, false
}

// key returns what lookup calls a symbol, a derivative, or an activation or its
// derivative at a z; or "".
func key(n tex.Node) string {
	switch n := n.(type) {
	case *tex.Call:
		if z := key(n.Arg.X); z == "z1" || z == "z2" {
			a := "a" + z[1:]
			if n.Func.Prime {
				return a + "/" + z
			}
			return a
		}
	case *tex.Symbol:
		if !n.IsFunction() {
			return n.Name + n.Layer
		}
	case *tex.Frac:
		if x, y, ok := n.Derivative(); ok {
			return key(x) + "/" + key(y)
		}
	}
	return ""
}

// values returns what each equation of the ledger computes: by network where it
// has a matrix for it, by derive where it has none, and how far the two agree.
func (w *world) values() []Value {
	p, v, a, params := w.pass, w.sample, w.after, w.params()
	var list []Value
	add := func(label, name string, derived quantity, computed *matrix.Matrix) {
		value := Value{Label: label, Name: name, Row: derived.row, Col: derived.col, Agree: "derive; network has no matrix of its own for it"}
		shown := derived.Matrix
		if computed != nil {
			shown = computed
			worst := 0.0
			for n, x := range computed.Data {
				worst = max(worst, derive.RelErr(x, derived.Data[n]))
			}
			value.Agree = fmt.Sprintf("network; derive differs by %s of it", number(worst, 2))
			if worst == 0 {
				value.Agree = "network and derive, to the last bit"
			}
		}
		value.Cells = cells(shown)
		list = append(list, value)
	}
	add("F1", "z¹", w.column("j", v.F1), p.Z1)
	add("F2", "a¹", w.column("j", v.F2), p.A1)
	add("F3", "z²", w.column("k", v.F3), p.Z2)
	add("F4", "a²", w.column("k", v.F4), p.A2)
	add("L1", "L", scalar(v.L1()), p.L)
	for _, d := range []struct {
		label string
		of    [2]string // ∂X/∂Y
	}{
		{"D1", [2]string{"L", "a2"}}, {"D2", [2]string{"a2", "z2"}}, {"D3", [2]string{"z2", "w2"}}, {"D4", [2]string{"z2", "b2"}},
		{"D5", [2]string{"z2", "a1"}}, {"D6", [2]string{"a1", "z1"}}, {"D7", [2]string{"z1", "w1"}}, {"D8", [2]string{"z1", "b1"}},
		{"E1", [2]string{"L", "w2"}}, {"E2", [2]string{"L", "b2"}}, {"E3", [2]string{"L", "w1"}}, {"E4", [2]string{"L", "b1"}},
	} {
		derived, _ := w.lookup(d.of[0] + "/" + d.of[1])
		computed := map[string]*matrix.Matrix{"D2": p.F2Prime, "D6": p.F1Prime, "E1": p.DW2, "E2": p.DB2, "E3": p.DW1, "E4": p.DB1}[d.label]
		add(d.label, "∂"+raised.Replace(d.of[0])+"/∂"+raised.Replace(d.of[1]), derived, computed)
	}
	add("M1", "η", w.column("k", v.M1), p.Eta)
	add("M2", "∂L/∂w²", w.made("j", "k", v.M2), p.DW2)
	add("M3", "∂L/∂b²", w.line("k", v.M3), p.DB2)
	add("M4", "δ", w.column("j", v.M4), p.Delta)
	add("M5", "∂L/∂w¹", w.made("i", "j", v.M5), p.DW1)
	add("M6", "∂L/∂b¹", w.line("j", v.M6), p.DB1)
	batch := derive.Batch{v}
	add("B1", "L, the mean over a batch of one", scalar(batch.Loss()), p.L)
	add("R1", "J", scalar(derive.R1(batch.Loss(), w.lambda, params)), matrix.FromRows([]float64{w.objective[len(w.objective)-1]}))
	add("R2", "∂J/∂w¹", w.made("i", "j", w.dj1), p.DJW1)
	add("R2", "∂J/∂w²", w.made("j", "k", w.dj2), p.DJW2)
	add("U1", "w¹ after the step", w.made("i", "j", func(i, j int) float64 { return derive.U1(w.net.W1.At(i, j), w.alpha, w.dj1(i, j)) }), a.W1)
	add("U1", "w² after the step", w.made("j", "k", func(j, k int) float64 { return derive.U1(w.net.W2.At(j, k), w.alpha, w.dj2(j, k)) }), a.W2)
	add("U2", "b¹ after the step", w.line("j", func(j int) float64 { return derive.U2(w.net.B1.At(0, j), w.alpha, v.E4(j)) }), a.B1)
	add("U2", "b² after the step", w.line("k", func(k int) float64 { return derive.U2(w.net.B2.At(0, k), w.alpha, v.E2(k)) }), a.B2)
	return list
}

// dj1 and dj2 are ∂J/∂w¹ and ∂J/∂w² by derive.
func (w *world) dj1(i, j int) float64 {
	return derive.R2(w.sample.E3(i, j), w.lambda, w.net.W1.At(i, j))
}
func (w *world) dj2(j, k int) float64 {
	return derive.R2(w.sample.E1(j, k), w.lambda, w.net.W2.At(j, k))
}

// raised writes the layer of a key as a superscript.
var raised = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²")
