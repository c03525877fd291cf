package live

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/docs/tex"
	"chainrule/matrix"
)

// A quantity is a matrix with the index letters of its rows and columns, "" where
// there is only one.
type quantity struct {
	*matrix.Matrix
	row, col string
}

// of returns the element with the given indices.
func (q quantity) of(at map[string]int) float64 { return q.At(at[q.row], at[q.col]) }

// letters returns the indices of an element: "jk", or "".
func (q quantity) letters() string { return q.row + q.col }

func scalar(v float64) quantity { return quantity{Matrix: matrix.FromRows([]float64{v})} }

// count returns the number of values that an index takes.
func (s *state) count(letter string) int { return s.all.batch.Count(rune(letter[0])) }

// shaped returns z with the letters of the equation's quantity. One sample has no s.
func shaped(eq derive.Equation, z *matrix.Matrix, samples int) quantity {
	letters := eq.Letters
	if samples == 1 || eq.PerSample() {
		letters = strings.TrimSuffix(letters, "s")
	}
	switch {
	case len(letters) == 2:
		return quantity{z, letters[:1], letters[1:]}
	case letters == eq.Letters || eq.IsGradient(): // a row, as biases are
		return quantity{z, "", letters}
	}
	return quantity{z, letters, ""}
}

// lookup returns the value of a symbol or derivative of an equation. A parameter has its
// value before the step.
func (s *state) lookup(n tex.Node) (quantity, bool) {
	name := key(n)
	pass := s.sample().step.Pass
	switch name {
	case "w¹":
		return quantity{s.net.W1, "i", "j"}, true
	case "b¹":
		return quantity{s.net.B1, "", "j"}, true
	case "w²":
		return quantity{s.net.W2, "j", "k"}, true
	case "b²":
		return quantity{s.net.B2, "", "k"}, true
	case "a⁰":
		return quantity{pass.A0, "i", ""}, true
	case "y":
		return quantity{pass.Y, "k", ""}, true
	case "λ":
		return scalar(s.Lambda), true
	case "α":
		return scalar(s.Alpha), true
	case "m":
		return scalar(float64(s.X.Rows)), true
	}
	return s.computed(n)
}

// computed returns what the equation of a quantity computes: by network where it has a
// matrix for it, otherwise by derive. From B1 on it is that of the batch, unless it has
// the index s.
func (s *state) computed(n tex.Node) (quantity, bool) {
	ofBatch := strings.Contains("BRU", s.label[:1])
	tex.Walk(n, func(n tex.Node) {
		if symbol, ok := n.(*tex.Symbol); ok && slices.Contains(symbol.Sub, "s") {
			ofBatch = false
		}
	})
	for _, eq := range derive.Ledger {
		if eq.Quantity == key(n) && strings.HasSuffix(eq.Letters, "s") != ofBatch {
			r := s.all
			if !ofBatch {
				r = s.sample()
			}
			return shaped(eq, r.matrix(eq), len(r.batch.Samples)), true
		}
	}
	return quantity{}, false
}

// matrix returns what the equation computes: by network, or by derive.
func (r *run) matrix(eq derive.Equation) *matrix.Matrix {
	if z := r.step.Matrix(eq); z != nil {
		return z
	}
	return eq.Matrix(r.batch)
}

// key returns the ledger's name for a symbol, for a derivative, or for f₁ or f₂ or
// their derivative at z; otherwise "".
func key(n tex.Node) string {
	switch n := n.(type) {
	case *tex.Call:
		if z := key(n.Arg.X); z == "z¹" || z == "z²" {
			a := strings.Replace(z, "z", "a", 1)
			if n.Func.Prime {
				return "∂" + a + "/∂" + z
			}
			return a
		}
	case *tex.Symbol:
		if !n.IsFunction() {
			return page.Quantity(n, "")
		}
	case *tex.Frac:
		if _, _, ok := n.Derivative(); ok {
			return page.Quantity(n, "")
		}
	}
	return ""
}

// values returns what each equation of the ledger computes, and how closely network and
// derive agree. What has a matrix for each sample is that of the sample shown.
func (s *state) values() (list []Value) {
	m := s.X.Rows
	for _, eq := range derive.Ledger {
		name, r := eq.Quantity, s.all
		switch {
		case eq.Label == "B1" && eq.Letters != "" && m == 1:
			continue // M2, M3, M5 and M6
		case eq.Label == "B1":
			name += fmt.Sprintf(", the mean over %d", m)
		case eq.Label[0] == 'U':
			name += " after the step"
		case eq.PerSample():
			r = s.sample()
			if m > 1 {
				name += fmt.Sprintf(" of sample %d", s.at["s"])
			}
		}
		derived, z := eq.Matrix(r.batch), r.step.Matrix(eq)
		agree := "derive; network has no matrix of its own for it"
		if z == nil {
			z = derived
		} else {
			worst := 0.0
			for i, v := range z.Data {
				worst = max(worst, derive.RelErr(v, derived.Data[i]))
			}
			if agree = "network and derive, to the last bit"; worst > 0 {
				agree = fmt.Sprintf("network; derive differs by a relative %s", number(worst, 2))
			}
		}
		shown, texts := shaped(eq, z, m), cells(z)
		if eq.Label[0] == 'U' {
			before := map[string]*matrix.Matrix{"w¹": s.net.W1, "b¹": s.net.B1, "w²": s.net.W2, "b²": s.net.B2}[eq.Quantity]
			for i, v := range z.Data {
				texts[i/z.Cols][i%z.Cols][0] = moved(before.Data[i], v)
			}
		}
		list = append(list, Value{Label: eq.Label, Name: name, Row: shown.row, Col: shown.col, Cells: texts, Agree: agree})
	}
	return list
}

// table shows the values as HTML.
func (s *state) table() string {
	var b strings.Builder
	for _, v := range s.values() {
		fmt.Fprintf(&b, `<div data-label="%s"><p><a href="#%[1]s">%[1]s</a><b>%[2]s</b></p><table aria-label="%[2]s">`, v.Label, v.Name)
		corner, before := v.Col, v.Row+" "
		if v.Row != "" && v.Col != "" {
			corner, before = v.Row+` \ `+v.Col, ""
		}
		if v.Col != "" {
			fmt.Fprintf(&b, `<tr><th>%s</th>`, corner)
			for c := range v.Cells[0] {
				fmt.Fprintf(&b, `<th scope="col">%d</th>`, c)
			}
			b.WriteString("</tr>")
		}
		for r, row := range v.Cells {
			name := "="
			if v.Row != "" {
				name = fmt.Sprint(before, r)
			}
			fmt.Fprintf(&b, `<tr><th scope="row">%s</th>`, name)
			for _, c := range row {
				fmt.Fprintf(&b, `<td title="%s">%s</td>`, c[1], minus(c[s.digits()]))
			}
			b.WriteString("</tr>")
		}
		fmt.Fprintf(&b, `</table><p class="agree">%s</p></div>`, v.Agree)
	}
	return b.String()
}

// wrong returns what the bug changes by more than rounding: of each quantity the element
// shown, or else the first that differs.
func (s *state) wrong() []Wrong {
	list := []Wrong{}
	for _, eq := range derive.Ledger {
		r := s.all
		if eq.PerSample() {
			r = s.sample()
		}
		is, should := r.buggy.Matrix(eq), r.step.Matrix(eq)
		if is == nil || eq.Label == "B1" && len(list) > 0 && len(r.batch.Samples) == 1 && eq.Letters != "" {
			continue // of one sample: M2, M3, M5 and M6
		}
		var found *derive.Index
		for x := range eq.Elements(r.batch) {
			row, col := eq.Place(x)
			if derive.RelErr(is.At(row, col), should.At(row, col)) <= derive.Tolerance {
				continue
			}
			shown := true
			for _, letter := range eq.Letters {
				shown = shown && x.At(letter) == s.at[string(letter)]
			}
			if found == nil || shown {
				found = &x
			}
		}
		if found == nil {
			continue
		}
		name := eq.Quantity + " " + eq.Name(*found)
		if s.X.Rows == 1 {
			name, _ = strings.CutSuffix(strings.TrimSuffix(name, "s=0"), ", ")
		}
		row, col := eq.Place(*found)
		w := Wrong{Label: eq.Label, Name: strings.TrimSpace(name), True: minus(short(should.At(row, col))), Buggy: minus(short(is.At(row, col)))}
		if ratio := is.At(row, col) / should.At(row, col); finite(ratio) {
			w.Ratio = minus(short(ratio))
		}
		list = append(list, w)
	}
	return list
}
