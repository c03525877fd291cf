// Package claim reads and writes the one JSON format for a network, a batch, and what
// an implementation in any language says that it computes for them.
//
// A file is one object. What numpy's tolist returns can stand in it as it is.
//
//	name          what it is                                           shape
//	w1, b1        parameters of the hidden layer                       n0×n1, 1×n1
//	w2, b2        parameters of the output layer                       n1×n2, 1×n2
//	x, y          inputs and targets, one sample per row               m×n0, m×n2
//	samples       "rows", or "columns": x, y and the claims that
//	              have a value for each sample have one sample per
//	              column instead
//	activation    "sigmoid" (if it is missing), "tanh", "relu" or
//	              "identity"
//	lambda        λ ≥ 0 (0 if it is missing)
//	rate          the learning rate α > 0; after needs it
//	claims        an object; everything in it may be missing:
//	  z1, a1      of the hidden layer, one sample per row              m×n1
//	  z2, a2      of the output layer                                  m×n2
//	  eta, delta  η of M1 and δ of M4                                  m×n2, m×n1
//	  loss        the data loss, the mean over the batch               a number
//	  dw1, db1    gradients of the data loss, means over the batch,    n0×n1, 1×n1
//	  dw2, db2    without the penalty                                  n1×n2, 1×n2
//	  after       an object with w1, b1, w2, b2: the parameters after one step
//
// A matrix is a list of rows, and a row a list of numbers. A matrix with one row may be
// that row.
package claim

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/matrix"
)

// A File is a network, a batch, and claims about them.
type File struct {
	page.Point // an Alpha of 0 means that the file has no rate

	// Claims holds the matrix of each claim by its name: "z1", "after.w1". It is laid out
	// as derive's ledger has the quantity, with one column per sample.
	Claims map[string]*matrix.Matrix

	Given   Digits            // of the numbers of the parameters and the batch
	Claimed map[string]Digits // of each claim
}

// Digits says how precise a set of numbers is. Zeros do not count.
type Digits struct {
	Significant int  // the largest number of significant digits
	Decimals    int  // the largest number of decimal places
	Double      bool // some number is no float32
}

// Merge adds the numbers that e describes to those of d.
func (d *Digits) Merge(e Digits) {
	d.Significant, d.Decimals, d.Double = max(d.Significant, e.Significant), max(d.Decimals, e.Decimals), d.Double || e.Double
}

// names has the name of each claim, by the label and the quantity in the ledger.
var names = map[string]string{
	"F1 z¹": "z1", "F2 a¹": "a1", "F3 z²": "z2", "F4 a²": "a2", "M1 η": "eta", "M4 δ": "delta",
	"B1 L": "loss", "B1 ∂L/∂w¹": "dw1", "B1 ∂L/∂b¹": "db1", "B1 ∂L/∂w²": "dw2", "B1 ∂L/∂b²": "db2",
	"U1 w¹": "after.w1", "U2 b¹": "after.b1", "U1 w²": "after.w2", "U2 b²": "after.b2",
}

// Name returns the name that the format has for what the equation computes, or "".
func Name(eq derive.Equation) string { return names[eq.Label+" "+eq.Quantity] }

// Equations returns the equations whose quantities can be claimed, in the order of the
// ledger.
func Equations() (list []derive.Equation) {
	for _, eq := range derive.Ledger {
		if Name(eq) != "" {
			list = append(list, eq)
		}
	}
	return list
}

// Batch returns the network and the batch as package derive has them.
func (f *File) Batch() *derive.Batch {
	b := derive.ForwardBatch(derive.NewParams(f.Activation, f.W1, f.B1, f.W2, f.B2), Transpose(f.X), Transpose(f.Y))
	b.Lambda, b.Alpha = f.Lambda, f.Alpha
	return b
}

// Transpose returns the transpose of x.
func Transpose(x *matrix.Matrix) *matrix.Matrix {
	z := matrix.New(x.Cols, x.Rows)
	for r := range z.Rows {
		copy(z.Row(r), x.Col(r))
	}
	return z
}

// Write writes f with one sample per row, each number with the digits that it takes
// to read the same float64 back.
func (f *File) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\"activation\": %q", f.Activation)
	for _, p := range []struct {
		name string
		m    *matrix.Matrix
	}{{"w1", f.W1}, {"b1", f.B1}, {"w2", f.W2}, {"b2", f.B2}, {"x", f.X}, {"y", f.Y}} {
		fmt.Fprintf(out, ",\n%q: %s", p.name, rows(p.m))
	}
	fmt.Fprintf(out, ",\n\"lambda\": %s", number(f.Lambda))
	if f.Alpha != 0 {
		fmt.Fprintf(out, ",\n\"rate\": %s", number(f.Alpha))
	}
	var claims, after []string
	for _, eq := range Equations() {
		m := f.Claims[Name(eq)]
		if m == nil {
			continue
		}
		text := rows(m)
		switch {
		case eq.Letters == "":
			text = number(m.Data[0])
		case strings.HasSuffix(eq.Letters, "s"):
			text = rows(Transpose(m))
		}
		if name, ok := strings.CutPrefix(Name(eq), "after."); ok {
			after = append(after, fmt.Sprintf("%q: %s", name, text))
		} else {
			claims = append(claims, fmt.Sprintf("%q: %s", name, text))
		}
	}
	if len(after) > 0 {
		claims = append(claims, "\"after\": {\n"+strings.Join(after, ",\n")+"}")
	}
	if len(claims) > 0 {
		fmt.Fprintf(out, ",\n\"claims\": {\n%s}", strings.Join(claims, ",\n"))
	}
	fmt.Fprint(out, "}\n")
	return out.Flush()
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func rows(m *matrix.Matrix) string {
	list := make([]string, m.Rows)
	for r := range list {
		row := make([]string, m.Cols)
		for c, v := range m.Row(r) {
			row[c] = number(v)
		}
		list[r] = "[" + strings.Join(row, ", ") + "]"
	}
	return "[" + strings.Join(list, ",\n ") + "]"
}
