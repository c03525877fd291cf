package diagnose

import (
	"strings"

	"chainrule/cmd/internal/claim"
	"chainrule/matrix"
)

// A kind says what is to be thought of a mistake.
type kind int

const (
	mistake    kind = iota
	convention      // another definition than the page's
	same            // not another value, but another way to compute it, which shows after another mistake
)

// A formula computes the named quantity in a wrong way, or returns nil if the numbers of
// nodes, the activation or the hyperparameters leave no room for it.
type formula func(v *values, name string) *matrix.Matrix

// A Mistake is a known one, in one or several quantities at once.
type Mistake struct {
	of    []string // the quantities
	is    string   // what they are instead, with the names of values.layer in braces
	kind  kind
	f     formula
	pairs bool     // it is also tried together with each of the others that are
	and   *Mistake // one more, that is made at the same time
}

// swap returns the formula for each quantity.
func (m Mistake) swap() map[string]formula {
	swap := make(map[string]formula)
	for n := &m; n != nil; n = n.and {
		for _, name := range n.of {
			swap[name] = n.f
		}
	}
	return swap
}

// Known mistakes, by the quantities in which they are made. Each is looked for in every
// one of these, and in all of them at once.
const (
	gradients = "dw1 db1 dw2 db2"
	weights   = "dw1 dw2"
	biases    = "db1 db2"
	after     = "after.w1 after.w2 after.b1 after.b2"
)

// A catalogue collects mistakes.
type catalogue struct{ all []Mistake }

// mistakes returns all known mistakes that can be made with the file's network.
func mistakes(f *claim.File) []Mistake {
	list, m, n2 := new(catalogue), float64(f.X.Rows), float64(f.Y.Cols)
	list.forward()
	list.losses(f, m, n2)
	list.errors(f, m, n2)
	list.gradients(f, m, n2)
	list.steps(f, m)
	return list.all
}

// addAll adds the mistake in each of the quantities, and in all of them at once.
func (list *catalogue) addAll(of string, m Mistake) {
	names := strings.Fields(of)
	for _, name := range names {
		m.of = []string{name}
		list.all = append(list.all, m)
	}
	if m.of = names; len(names) > 1 {
		list.all = append(list.all, m)
	}
}

func (list *catalogue) add(of, is string, kind kind, f formula) {
	list.addAll(of, Mistake{is: is, kind: kind, f: f})
}

// layered adds a mistake of which the formula depends on nothing but the layer.
func (list *catalogue) layered(of, is string, f func(v *values, l layer) *matrix.Matrix) {
	list.add(of, is, mistake, func(v *values, name string) *matrix.Matrix { return f(v, v.layer(name)) })
}

// multiple adds the mistake that a quantity is by times what the page says.
func (list *catalogue) multiple(of, is string, kind kind, by float64) {
	list.addAll(of, Mistake{is: is, kind: kind, pairs: true, f: func(v *values, name string) *matrix.Matrix { return scale(by, byPage(v, name)) }})
}

// byPage is the formula of the page.
func byPage(v *values, name string) *matrix.Matrix { return quantityOf(name).page(v) }
