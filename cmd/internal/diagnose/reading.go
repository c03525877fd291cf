package diagnose

import (
	"maps"
	"slices"

	"chainrule/cmd/internal/claim"
	"chainrule/matrix"
)

// A reading is what a file means if one thing in it is not as the format has it.
type reading struct {
	is   string // what to say of it
	file *claim.File
}

// readings returns the readings that are possible.
func readings(f *claim.File) (list []reading) {
	for _, t := range []struct {
		is    string
		names []string
	}{
		{`Your file has one sample per column: add "samples": "columns".`, []string{"x", "y", "z1", "a1", "z2", "a2", "eta", "delta"}},
		{"Your w1, with its gradient, is exported as its transpose: w1[i][j] belongs to input i.", []string{"w1", "dw1", "after.w1"}},
		{"Your w2, with its gradient, is exported as its transpose: w2[j][k] belongs to hidden node j.", []string{"w2", "dw2", "after.w2"}},
		{"Your w1 and w2, with their gradients, are exported as their transposes: w1[i][j] belongs to input i, and w2[j][k] to hidden node j.",
			[]string{"w1", "dw1", "after.w1", "w2", "dw2", "after.w2"}},
	} {
		g, square := edit(f), true
		for _, name := range t.names {
			if z := g[name]; z != nil {
				square = square && z.Rows == z.Cols
				g[name] = transpose(z)
			}
		}
		if square {
			list = append(list, reading{t.is, g.file(f)})
		}
	}
	for _, lambda := range slices.Compact([]float64{f.Lambda, 0}) { // 0: the gradients contain it
		if g := edit(f).before(f.Alpha, lambda); g != nil {
			list = append(list, reading{"Your file has the parameters from after the step: export those from before it.", g.file(f)})
		}
	}
	return list
}

// edited are the matrices of a file by their names.
type edited map[string]*matrix.Matrix

func edit(f *claim.File) edited {
	g := edited(parameters(f))
	g["x"], g["y"] = f.X, f.Y
	maps.Copy(g, f.Claims)
	return g
}

// file returns f with the matrices of g.
func (g edited) file(f *claim.File) *claim.File {
	e := *f
	e.Claims = make(map[string]*matrix.Matrix)
	for name := range f.Claims {
		e.Claims[name] = g[name]
	}
	e.W1, e.B1, e.W2, e.B2, e.X, e.Y = g["w1"], g["b1"], g["w2"], g["b2"], g["x"], g["y"]
	return &e
}

// before replaces the parameters by those from before the step, if all gradients are claimed
// and, without a rate, z¹: it is linear in the rate.
func (g edited) before(alpha, lambda float64) edited {
	for _, name := range []string{"dw1", "db1", "dw2", "db2"} {
		if g[name] == nil {
			return nil
		}
	}
	if z1, x := g["z1"], transpose(g["x"]); alpha == 0 && z1 != nil {
		moved := addBias(tmul(g["dw1"], x), 1, g["db1"])
		alpha = plus(z1, -1, addBias(tmul(g["w1"], x), 1, g["b1"])).Data[0] / moved.Data[0]
	}
	if alpha == 0 || alpha*lambda == 1 {
		return nil
	}
	for _, name := range []string{"w1", "b1", "w2", "b2"} {
		c := 1.0
		if name[0] == 'w' {
			c -= alpha * lambda
		}
		g[name] = scale(1/c, plus(g[name], alpha, g["d"+name])) // U1 and U2, solved for the parameter before
	}
	return g
}
