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
func (s *state) count(letter string) int { return s.batch.Count(rune(letter[0])) }

// shaped returns z with the letters of the equation's quantity, for one sample.
func shaped(eq derive.Equation, z *matrix.Matrix) quantity {
	letters := strings.TrimSuffix(eq.Letters, "s")
	switch {
	case len(letters) == 2:
		return quantity{z, letters[:1], letters[1:]}
	case letters == eq.Letters || eq.IsGradient(): // a row, as biases are
		return quantity{z, "", letters}
	}
	return quantity{z, letters, ""}
}

// lookup returns the value of a quantity by its name in the ledger. A parameter has
// its value before the step.
func (s *state) lookup(name string) (quantity, bool) {
	if q, ok := s.given[name]; ok {
		return q, true
	}
	return s.computed(name)
}

// computed returns what the equation of a quantity computes: by network where it
// has a matrix for it, otherwise by derive.
func (s *state) computed(name string) (q quantity, ok bool) {
	n := slices.IndexFunc(derive.Ledger, func(eq derive.Equation) bool { return eq.Quantity == name })
	if n < 0 {
		return quantity{}, false
	}
	eq := derive.Ledger[n]
	z := s.step.Matrix(eq)
	if z == nil {
		z = eq.Matrix(s.batch)
	}
	return shaped(eq, z), true
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

// values returns what each equation of the ledger computes: by network where it
// has a matrix for it, otherwise by derive, and how closely the two agree.
func (s *state) values() (list []Value) {
	for _, eq := range derive.Ledger {
		name := eq.Quantity
		switch {
		case eq.Label == "B1" && eq.Letters != "":
			continue // of one sample: M2, M3, M5 and M6
		case eq.Label == "B1":
			name += ", the mean over a batch of one"
		case eq.Label[0] == 'U':
			name += " after the step"
		}
		shown := shaped(eq, eq.Matrix(s.batch))
		agree := "derive; network has no matrix of its own for it"
		if z := s.step.Matrix(eq); z != nil {
			worst := 0.0
			for i, v := range z.Data {
				worst = max(worst, derive.RelErr(v, shown.Data[i]))
			}
			if agree = "network and derive, to the last bit"; worst > 0 {
				agree = fmt.Sprintf("network; derive differs by a relative %s", number(worst, 2))
			}
			shown.Matrix = z
		}
		list = append(list, Value{Label: eq.Label, Name: name, Row: shown.row, Col: shown.col, Cells: cells(shown.Matrix), Agree: agree})
	}
	return list
}
