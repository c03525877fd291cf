package diagnose

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"chainrule/cmd/internal/claim"
	"chainrule/docs/page"
	"chainrule/matrix"
)

// digits are the ways in which numbers are written.
var digits = map[string]func(v float64) float64{
	"float64":    func(v float64) float64 { return v },
	"float32":    func(v float64) float64 { return float64(float32(v)) },
	"12 digits":  printed('g', 12),
	"8 digits":   printed('g', 8),
	"6 decimals": printed('f', 6),
	"3 digits":   printed('g', 3),
	"2 digits":   printed('g', 2),
	"2 decimals": printed('f', 2),
}

func printed(format byte, digits int) func(v float64) float64 {
	return func(v float64) float64 {
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, format, digits, 64), 64)
		return v
	}
}

// write returns the file of the point with the named claims, as it is read when its
// numbers are rounded.
func write(t *testing.T, pt *page.Point, of map[string]*matrix.Matrix, names []string, round func(v float64) float64) *claim.File {
	t.Helper()
	f := &claim.File{Point: *pt, Claims: make(map[string]*matrix.Matrix)}
	for _, m := range []**matrix.Matrix{&f.W1, &f.B1, &f.W2, &f.B2, &f.X, &f.Y} {
		*m = apply(round, *m)
	}
	for _, name := range names {
		f.Claims[name] = apply(round, of[name])
	}
	var text strings.Builder
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	f, err := claim.Read(strings.NewReader(text.String()), "f")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func names(of string) (list []string) {
	for _, q := range quantities {
		if of == "" || slices.Contains(strings.Fields(of), q.name) {
			list = append(list, q.name)
		}
	}
	return list
}

// subsets are what files claim.
var subsets = []string{"", gradients, "a2 loss " + gradients, "a2 " + after, "", "eta " + gradients}

// point returns the point as a file without claims.
func point(pt *page.Point) *claim.File { return &claim.File{Point: *pt} }

// claims returns all claims of the point, which are right.
func claims(pt *page.Point) map[string]*matrix.Matrix {
	b, right := point(pt).Batch(), make(map[string]*matrix.Matrix)
	for _, eq := range claim.Equations() {
		right[claim.Name(eq)] = eq.Matrix(b)
	}
	return right
}

// What is right is right.
func TestRight(t *testing.T) {
	for _, pt := range append(page.Points(), page.Homework()) {
		if pt.Alpha == 0 {
			pt.Alpha = 0.5
		}
		right := claims(pt)
		for name, round := range digits {
			for _, of := range subsets {
				r := Judge(write(t, pt, right, names(of), round), 0)
				if r.Right() < len(r.Claims) || len(r.Findings) > 0 {
					t.Errorf("%v, %s: %s", pt, name, said(r))
				}
			}
		}
	}
}

// One claim may have other digits than the rest.
func TestMixedDigits(t *testing.T) {
	pt := page.Points()[9]
	right := claims(pt)
	for _, c := range []struct{ name, digits, others, want string }{
		{"loss", "float64", "float32", "float32"},
		{"loss", "float64", "3 digits", "3 digits"},
		{"loss", "12 digits", "float64", "float64, loss as 12 digits"},
		{"a2", "3 digits", "float64", "float64, a2 as 3 digits"},
		{"a2", "float32", "float64", "float64"},
	} {
		f := write(t, pt, right, names("a2 loss "+gradients), digits[c.others])
		one := write(t, pt, right, []string{c.name}, digits[c.digits])
		f.Claims[c.name], f.Claimed[c.name] = one.Claims[c.name], one.Claimed[c.name]
		r := Judge(f, 0)
		if r.Right() < len(r.Claims) || r.Precision != c.want {
			t.Errorf("%s of %s, others of %s: got %s: %s", c.name, c.digits, c.others, r.Precision, said(r))
		}
		f.Claims[c.name].Scale(1.02, f.Claims[c.name])
		if r := Judge(f, 0); r.Right() != len(r.Claims)-1 {
			t.Errorf("%s of %s, others of %s, 2 %% off: %s", c.name, c.digits, c.others, said(r))
		}
	}
}

// Each known mistake is found at the first point at which it can be made and at half of the others, and
// somewhere it is the only one that fits.
func TestMistakes(t *testing.T) {
	var mutex sync.Mutex
	possible := make(map[string]bool) // by text
	times := make(map[string]int)     // possible so often
	alone := make(map[string]int)     // by text
	t.Run("points", func(t *testing.T) {
		points := page.Points()
		for p, c := range []struct {
			*page.Point
			digits string
		}{
			{points[1], "float64"}, {points[9], "float64"}, {points[9], "float32"}, {points[16], "float64"}, {points[17], "8 digits"},
			{page.Random(rand.New(rand.NewPCG(3, 4)), "sigmoid", 3, 3, 3, 5), "8 digits"},
		} {
			type wrong struct {
				Mistake
				of map[string]*matrix.Matrix
			}
			var list []wrong
			for _, m := range mistakes(point(c.Point)) {
				w := wrong{m, compute(point(c.Point), nil, m.swap(), nil, nil, nil)}
				possible[m.is] = possible[m.is] || w.of != nil
				if key := fmt.Sprint(m.of, m.is); w.of != nil && m.kind != same {
					if n := times[key]; n == 0 || m.of[0] == "loss" || (n+len(key))%2 == 0 {
						list = append(list, w)
					}
					times[key]++
				}
			}
			t.Run(c.String()+" "+c.digits, func(t *testing.T) {
				t.Parallel()
				found := 0
				for n, m := range list {
					of := subsets[(n+p)%len(subsets)]
					r := Judge(write(t, c.Point, m.of, names(of), digits[c.digits]), 0)
					if r.Right() == len(r.Claims) {
						continue
					}
					found++
					if len(r.Findings) != 1 || !slices.ContainsFunc(r.Findings[0].Mistakes, func(f Mistake) bool { return f.is == m.is }) {
						t.Errorf("claims %q: %v %s", of, m.Mistake.of, m.is)
						for _, f := range r.Findings {
							t.Errorf("  got %s", f.Text())
						}
						continue
					}
					mutex.Lock()
					if alone[m.is] += 0; len(r.Findings[0].Mistakes) == 1 {
						alone[m.is]++
					}
					mutex.Unlock()
				}
				if found < 60 {
					t.Errorf("found %d mistakes, want at least 60", found)
				}
			})
		}
	})
	for m, is := range possible {
		if !is {
			t.Errorf("possible at no point: %s", m)
		}
	}
	for is, n := range alone {
		if n == 0 {
			t.Errorf("never alone: %s", is)
		}
	}
}
