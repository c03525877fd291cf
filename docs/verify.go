// Package docs holds the pages against the code: the values that
// docs/derivation.md gives to its equations against those that packages derive
// and network compute, at the same points. Its tests do so for every label, and
// write what they find at the end of the page.
package docs

import (
	_ "embed" // for Derivation
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

// Derivation is the text of docs/derivation.md.
//
//go:embed derivation.md
var Derivation string

// Labelled matches a comment behind a statement that names the equations which
// the statement computes, "// M2, E1, D3: what"; its first group is the labels.
var Labelled = regexp.MustCompile(`^// ((?:[A-Z][0-9])(?:, [A-Z][0-9])*): `)

// A Difference is a value that the code computes otherwise than the page says.
type Difference struct {
	Label, Package string      // "M4", "network"
	Quantity       string      // "δ_j"
	Index          string      // "j=0, s=2", or ""
	Code, Page     float64     // the value of the code, and by the page
	Reason         string      // if not "": why the code, or the page, has no value
	Point          *page.Point // where this is
}

func (d *Difference) Error() string {
	if d.Reason != "" {
		return fmt.Sprintf("%s in %s: %s: %s", d.Label, d.Package, d.Quantity, d.Reason)
	}
	at := ""
	if d.Index != "" {
		at = " at " + d.Index
	}
	return fmt.Sprintf("%s in %s: %s%s is %.12g, by the page %.12g (%v)", d.Label, d.Package, d.Quantity, at, d.Code, d.Page, d.Point)
}

// A comparison is of one equation, in one package, at one point.
type comparison struct {
	*page.Run
	label    string
	pkg      string
	compared int
	found    *Difference // the first
	panics   []string    // what the code panicked with
}

// do calls f, which is code under test, and notes if it panics.
func (c *comparison) do(f func()) {
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprint(r)
			if !strings.HasSuffix(text, NotYetWritten) {
				text = c.line() + text
			}
			c.panics = append(c.panics, text)
		}
	}()
	f()
}

// line returns "backward.go:40: ", the line of the package under test that the
// panic which is being recovered went through first.
func (c *comparison) line() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for more := true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); strings.HasPrefix(f.Function, "chainrule/"+c.pkg+".") {
			return fmt.Sprintf("%s:%d: ", filepath.Base(f.File), f.Line)
		}
	}
	return ""
}

// reason returns why there is no right value: the first panic, but for those of
// lines that are still to be written and are not this one.
func (c *comparison) reason() string {
	for _, text := range c.panics {
		if label, todo := strings.CutSuffix(text, NotYetWritten); !todo || label == c.label {
			return text
		}
	}
	return ""
}

// value returns what a chain of an equation computes, by the page.
func (c *comparison) value(label string, chain, sample int, layer string) page.Values {
	v, err := c.Evaluate(label, chain, sample, layer)
	if err != nil && c.found == nil {
		c.found = &Difference{c.label, c.pkg, label, "", 0, 0, "the page: " + err.Error(), c.Point}
	}
	return v
}

// hold compares the code's f(row, column) with the values of the page.
func (c *comparison) hold(v page.Values, f func(row, col int) float64) {
	for row := range v.Rows {
		for col := range v.Cols {
			if c.found != nil {
				return
			}
			var got float64
			c.do(func() { got = f(row, col) })
			c.compared++
			want := v.At(row, col)
			if derive.RelErr(got, want) <= page.Tolerance {
				continue
			}
			c.found = &Difference{c.label, c.pkg, v.Name, v.Index(row, col), got, want, c.reason(), c.Point}
		}
	}
}

// NotYetWritten stands behind the label in what a function of an exercise
// panics with, as long as its body is missing.
const NotYetWritten = ": not yet written"

// A part is one chain of a batch's equation, and the layer that its w or b is of.
type part struct {
	chain int
	layer string
}

// parts of the equations about a batch.
var parts = map[string][]part{
	"B1": {{0, ""}, {1, "1"}, {1, "2"}, {2, "1"}, {2, "2"}},
	"R1": {{0, ""}},
	"R2": {{0, "1"}, {0, "2"}},
	"U1": {{0, "1"}, {0, "2"}},
	"U2": {{0, "1"}, {0, "2"}},
}

// equations are those of one sample, in package derive: the element in the row
// and column that its value has on the page.
var equations = map[string]func(v *derive.Sample, row, col int) float64{
	"F1": func(v *derive.Sample, j, _ int) float64 { return v.F1(j) },
	"F2": func(v *derive.Sample, j, _ int) float64 { return v.F2(j) },
	"F3": func(v *derive.Sample, k, _ int) float64 { return v.F3(k) },
	"F4": func(v *derive.Sample, k, _ int) float64 { return v.F4(k) },
	"L1": func(v *derive.Sample, _, _ int) float64 { return v.L1() },
	"D1": func(v *derive.Sample, k, _ int) float64 { return v.D1(k) },
	"D2": func(v *derive.Sample, k, _ int) float64 { return v.D2(k) },
	"D3": (*derive.Sample).D3,
	"D4": func(v *derive.Sample, k, _ int) float64 { return v.D4(k) },
	"D5": (*derive.Sample).D5,
	"D6": func(v *derive.Sample, j, _ int) float64 { return v.D6(j) },
	"D7": (*derive.Sample).D7,
	"D8": func(v *derive.Sample, j, _ int) float64 { return v.D8(j) },
	"E1": (*derive.Sample).E1,
	"E2": func(v *derive.Sample, k, _ int) float64 { return v.E2(k) },
	"E3": (*derive.Sample).E3,
	"E4": func(v *derive.Sample, j, _ int) float64 { return v.E4(j) },
	"M1": func(v *derive.Sample, k, _ int) float64 { return v.M1(k) },
	"M2": (*derive.Sample).M2,
	"M3": func(v *derive.Sample, _, k int) float64 { return v.M3(k) },
	"M4": func(v *derive.Sample, j, _ int) float64 { return v.M4(j) },
	"M5": (*derive.Sample).M5,
	"M6": func(v *derive.Sample, _, j int) float64 { return v.M6(j) },
}

// Executed holds the equation with that label, as derive computes it, against
// the page. It returns how many values were compared, and the first that
// differs, or nil.
func Executed(r *page.Run, label string) (compared int, found *Difference) {
	c, pt := &comparison{Run: r, label: label, pkg: "derive"}, r.Point
	params := &derive.Params{Activation: derive.Named(pt.Activation), W1: pt.W1, B1: pt.B1, W2: pt.W2, B2: pt.B2}
	if f, ok := equations[label]; ok {
		for s := range pt.X.Cols {
			// Its methods get what they start from by the page.
			v := &derive.Sample{Params: params, A0: pt.X.Col(s), Y: pt.Y.Col(s)}
			for _, forward := range []struct {
				label string
				x     *[]float64
			}{{"F1", &v.Z1}, {"F2", &v.A1}, {"F3", &v.Z2}, {"F4", &v.A2}} {
				if forward.label == label {
					break
				}
				*forward.x = c.value(forward.label, 0, s, "").Data
			}
			c.hold(c.value(label, 0, s, ""), func(row, col int) float64 { return f(v, row, col) })
		}
		return c.compared, c.found
	}
	var b derive.Batch
	if label == "B1" {
		c.do(func() { b = derive.ForwardBatch(params, pt.X, pt.Y) })
	}
	for _, part := range parts[label] {
		w, bias := pt.W1, pt.B1
		dW, dB := b.DW1, b.DB1
		if part.layer == "2" {
			w, bias, dW, dB = pt.W2, pt.B2, b.DW2, b.DB2
		}
		var of page.Values // what goes into R1, R2, U1 and U2, by the page
		switch label {
		case "R1":
			of = c.value("B1", 0, 0, "")
		case "R2":
			of = c.value("B1", 1, 0, part.layer)
		case "U1":
			of = c.value("R2", 0, 0, part.layer)
		case "U2":
			of = c.value("B1", 2, 0, part.layer)
		}
		c.hold(c.value(label, part.chain, 0, part.layer), func(row, col int) float64 {
			switch label {
			case "R1":
				return derive.R1(of.At(0, 0), pt.Lambda, params)
			case "R2":
				return derive.R2(of.At(row, col), pt.Lambda, w.At(row, col))
			case "U1":
				return derive.U1(w.At(row, col), pt.Alpha, of.At(row, col))
			case "U2":
				return derive.U2(bias.At(row, col), pt.Alpha, of.At(row, col))
			}
			switch part.chain { // of B1
			case 0:
				return b.Loss()
			case 1:
				return dW(row, col)
			}
			return dB(col)
		})
	}
	return c.compared, c.found
}

// Implemented holds the equation with that label, as network computes it in a
// step of training, against the page. It returns how many values were compared,
// and the first that differs, or nil. A factor that has no matrix of its own in
// network.Pass (D1, D3, D4, D5, D7 and D8) is compared with nothing.
func Implemented(r *page.Run, label string) (compared int, found *Difference) {
	c, pt := &comparison{Run: r, label: label, pkg: "network"}, r.Point
	all := make([]int, pt.X.Cols)
	for s := range all {
		all[s] = s
	}
	if list, ok := parts[label]; ok {
		n, pass, loss := c.step(all)
		for _, part := range list {
			first := part.layer == "1"
			pick := func(one, two *matrix.Matrix) *matrix.Matrix {
				if first {
					return one
				}
				return two
			}
			var z *matrix.Matrix
			switch label + fmt.Sprint(part.chain) {
			case "B10":
				z = matrix.FromRows([]float64{loss})
			case "B11":
				z = pick(pass.DW1, pass.DW2)
			case "B12":
				z = pick(pass.DB1, pass.DB2)
			case "R10":
				z = matrix.FromRows([]float64{loss})
				c.do(func() { z.Data[0] += c.network().Penalty(pt.Lambda) })
			case "R20":
				z = pick(pass.DJW1, pass.DJW2)
			case "U10":
				z = pick(n.W1, n.W2)
			case "U20":
				z = pick(n.B1, n.B2)
			}
			c.hold(c.value(label, part.chain, 0, part.layer), z.At)
		}
		return c.compared, c.found
	}
	_, batch, _ := c.step(all)
	for s := range all {
		// A column of the batch, or the gradient of a batch of one.
		if z := perSample(batch)[label]; z != nil {
			c.hold(c.value(label, 0, s, ""), func(row, _ int) float64 { return z.At(row, s) })
		} else if gradient(batch, label) != nil {
			_, alone, _ := c.step(all[s : s+1])
			z, want := gradient(alone, label), c.value(label, 0, s, "")
			row := z.Rows == 1 && want.Rows > 1 // E2 and E4 are columns on the page
			c.hold(want, func(r, c int) float64 {
				if row {
					r, c = 0, r
				}
				return z.At(r, c)
			})
		}
	}
	return c.compared, c.found
}

func (c *comparison) network() *network.Network {
	f1, err := network.ParseActivation(c.Point.Activation)
	if err != nil {
		panic(err)
	}
	pt := c.Point
	return &network.Network{Activation: f1, W1: pt.W1.Clone(), B1: pt.B1.Clone(), W2: pt.W2.Clone(), B2: pt.B2.Clone()}
}

// step takes a step of training on some of the point's samples. If a part of it
// panics, those after it are still done, with what there is.
func (c *comparison) step(samples []int) (n *network.Network, p *network.Pass, loss float64) {
	n = c.network()
	p = n.NewPass(len(samples))
	p.Load(transposed(c.Point.X), transposed(c.Point.Y), samples)
	c.do(func() { n.Forward(p) })
	c.do(func() { loss = p.Loss() })
	c.do(func() { n.Backward(p) })
	c.do(func() { n.Regularise(p, c.Point.Lambda) })
	c.do(func() { n.Update(p, c.Point.Alpha) })
	return n, p, loss
}

// transposed returns xᵀ: of a batch, one sample a column, the table with one
// sample a row.
func transposed(x *matrix.Matrix) *matrix.Matrix {
	z := matrix.New(x.Cols, x.Rows)
	for r := range z.Rows {
		for c := range z.Cols {
			z.Set(r, c, x.At(c, r))
		}
	}
	return z
}

// perSample are the matrices of a pass that have a column for each sample.
func perSample(p *network.Pass) map[string]*matrix.Matrix {
	return map[string]*matrix.Matrix{
		"F1": p.Z1, "F2": p.A1, "F3": p.Z2, "F4": p.A2, "L1": p.L,
		"D2": p.F2Prime, "M1": p.Eta, "D6": p.F1Prime, "M4": p.Delta,
	}
}

// gradient returns the matrix of a pass that is the mean of that gradient.
func gradient(p *network.Pass, label string) *matrix.Matrix {
	switch label {
	case "M2", "E1":
		return p.DW2
	case "M3", "E2":
		return p.DB2
	case "M5", "E3":
		return p.DW1
	case "M6", "E4":
		return p.DB1
	}
	return nil
}
