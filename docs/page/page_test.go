package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/derive"
)

const forward = "```math\nz^{(1)}_j = \\sum_i w^{(1)}_{ij} a^{(0)}_i + b^{(1)}_j \\tag{F1}\n```\n" +
	"```math\na^{(1)}_j = f_1(z^{(1)}_j) \\tag{F2}\n```\n"

// run returns a run of F1, F2 and the equations, with the tags X1, X2 and so on.
func run(t *testing.T, equations ...string) *Run {
	t.Helper()
	text := forward
	for i, eq := range equations {
		text += fmt.Sprintf("```math\n%s \\tag{X%d}\n```\n", eq, i+1)
	}
	p, err := Read(text)
	if err != nil {
		t.Fatalf("%s: %v", equations, err)
	}
	return p.At(Random(rand.New(rand.NewPCG(1, 2)), "tanh", 2, 3, 4, 5))
}

// A claim that has no meaning is a fault that says why.
func TestMeaningless(t *testing.T) {
	for _, c := range []struct{ claim, want string }{
		{`a^{(1)} = w^{(1)} a^{(0)}`, "no product of 2×3 and 2×1"},
		{`a^{(1)} = z^{(1)T}`, "left 3×1, right 1×3"},
		{`a^{(1)}_j = z^{(1)}`, "left a number, right 3×1"},
		{`a^{(1)} = z^{(1)} + b^{(1)}`, "3×1 and 1×3 cannot be added"},
		{`a^{(1)} = z^{(1)} \odot b^{(1)}`, "3×1 ⊙ 1×3: want two matrices of one shape"},
		{`a^{(1)}_j = 1 \odot 2`, "a number ⊙ a number: want two matrices"},
		{`a^{(1)}_j = \frac{1}{z^{(1)}}`, "a division by 3×1"},
		{`a^{(1)}_i = 1`, "a¹_i: want the index j"},
		{`w^{(1)}_{ji} = 1`, "w¹_ji: want the index ij"},
		{`w^{(1)T}_{ij} = 1`, "w¹ᵀ_ij: a number has no transpose"},
		{`\lambda^T = 1`, "λᵀ: a number has no transpose"},
		{`v = 1`, "v is no quantity of the page"},
		{`a^{(3)} = 1`, "a³ is no quantity of the page"},
		{`w = 1`, "left 2×3, right a number"},
		{`a^{(1)}_j' = 1`, "a¹_j′ is no quantity of the page"},
		{`1 = f_3(2)`, "f₃ is no function of the page"},
		{`1 = \sum_j \sum_j a^{(1)}_j`, "a sum over j of terms that do not depend on it"},
		{`1 = \sum_j a^{(1)}_j \sum_j a^{(1)}_j`, "the index j is in use already"},
		{`a^{(1)}_j = \sum_i a^{(1)}_j`, "a sum over i of terms that do not depend on it"},
		{`1 = \sum_x a^{(1)}_x`, "a sum over x, want one over i, j or k"},
		{`1 = \sum_k z^{(2)}_k`, "z²_k has no definition up to here"},
		{`1 = L`, "L has no definition up to here"},
		{`1 = J`, "J belongs to a batch"},
		{`z^{(1)}_j = \sum_s L_s`, "z¹_j: want the index js"},
		{`1 = \sum_s L_s`, "L_s has no definition up to here"},
		{`1 = 2^3`, "2 to the power 3: want the square of a number"},
		{`1 = (w^{(1)})^2`, "want the square of a number"},
		{`1 = \begin{bmatrix} 1 & 2 \end{bmatrix}`, "left a number, right 1×2"},
		{`1 = \begin{bmatrix} 1 & a^{(1)} \end{bmatrix}`, "found 3×1 as an element, want a number"},
		{`z^{(1)}_j = \sum_i (a^{(1)})_i`, "(a¹)_i: 3×1 has no element i"},
		{`1 = (a^{(1)})_2`, "(a¹)_2: the index 2 has no value here"},
		{`\frac{\partial L_s}{\partial a^{(1)}_{js}} = 1`, "a¹_js has a value for each sample, want a parameter"},
		{`1 = \partial L`, "∂L has no value here"},
		{`1 = \frac{\partial L}{2}`, "∂L has no value here"},
		{`1 = \frac{2}{\partial L}`, "∂L has no value here"},
		{`\frac{\partial a^{(1)}}{\partial z^{(1)}} = 1`, "a derivative of 3×1, want a number"},
		{`\eta_k = f_1(\eta_k)`, "η_k has no definition up to here"},
		{`\eta = 1`, "η has no definition up to here"},
	} {
		r := run(t, c.claim)
		if _, _, fault := r.Check("X1"); fault == nil {
			quantity, _, _ := strings.Cut(strings.Replace(c.want, "_k", "", 1), " ")
			if _, err := r.Value("X1", quantity, derive.Index{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: no fault, %v; want %s", c.claim, err, c.want)
			}
		} else if !strings.Contains(fault.Reason, c.want) || !strings.HasPrefix(fault.Where, "page 8:") || fault.Label != "X1" {
			t.Errorf("%s: %v, want %s", c.claim, fault, c.want)
		}
	}
}

// Neither infinity nor NaN equals anything, and a bound on rounding does not let a
// wrong digit pass.
func TestExact(t *testing.T) {
	for _, claim := range []string{
		`\frac{1}{0} = \frac{1}{0}`, `1 = \frac{1}{0}`, `\frac{0}{0} = 1`, `\frac{0}{0} = \frac{0}{0}`,
		`\frac{1}{3} = 0.33333333333333`, `1 = 1.000000000000002`, `\frac{\partial a^{(1)}_j}{\partial z^{(1)}_j} = f_1'(z^{(1)}_j) \cdot 1.0000000000001`,
	} {
		if _, _, wrong := run(t, claim).Check("X1"); wrong == nil {
			t.Errorf("%s: no fault", claim)
		}
	}
}

// A formula without a tag is a claim, a name or notation, and nothing else. The claims
// of a batch have a column per sample, and those about the homework have its numbers.
func TestFormulas(t *testing.T) {
	check := func(text string) (numbers, claims, names int, err error) {
		first, err := Read(forward)
		if err != nil {
			t.Fatal(err)
		}
		p, err := first.Read(text)
		if err != nil {
			return 0, 0, 0, err
		}
		for _, eq := range p.Claims {
			r := p.At(Random(rand.New(rand.NewPCG(1, 2)), "tanh", 2, 3, 4, 5))
			if eq.Homework {
				r = p.At(Homework())
			}
			n, _, wrong := r.CheckEquation(eq)
			if wrong != nil {
				return 0, 0, 0, wrong
			}
			numbers += n
		}
		return numbers, len(p.Claims), len(p.Names), nil
	}
	for _, c := range []struct {
		text                   string
		numbers, claims, names int
	}{
		{`$i$ $f_1$ $\sigma$ $w$ $b^{(1)}_j$ $w^{(1)T}$ $\eta$ $\frac{\partial L}{\partial w^{(2)}_{jk}}$ $f_2'(z^{(2)})$ $\mathrm{F1}$`, 0, 0, 10},
		{`$q + 1$<!-- notation -->`, 0, 0, 0},
		{`$\mathrm{F2} = f_1(\mathrm{F1})$, $|x| \ge x \quad e^{-x} > 0$`, 15 + 5 + 5, 3, 0},
		{`$a^{(1)}_{js}$, then $(a^{(1)} a^{(0)T})_{ji} = \sum_s a^{(1)}_{js} a^{(0)}_{is}$`, 6, 1, 1},
		{`$|x| = x \iff x \ge 0$ $|x| = -x \iff x \le 0$`, 5, 2, 0},
		{"# A\n\n<!-- at the homework's numbers -->\n$z^{(1)}_j < 2 \\iff a^{(1)}_j < 0.9$ $b^{(2)} = 0.5 \\approx 1$\n# B\n$x < 9$", 2 + 2 + 5, 4, 0},
	} {
		if n, claims, names, err := check(c.text); err != nil || n != c.numbers || claims != c.claims || names != c.names {
			t.Errorf("%s: got %d numbers, %d claims, %d names, %v; want %d, %d, %d", c.text, n, claims, names, err, c.numbers, c.claims, c.names)
		}
	}
	for _, c := range []struct{ text, want string }{
		{`$w^{(1)}_{ji}$`, "1:2: w¹_ji: want the index ij"},
		{`$v$`, "1:2: v is no quantity of the page"},
		{`$a^{(1)} + 1$`, "1:2: a¹ + 1 is neither a name nor a claim; a formula that is not run needs <!-- notation -->"},
		{`$\frac{\partial L}{2}$`, "∂L/2 is neither a name nor a claim"},
		{`$f_1(a^{(1)} a^{(1)})$`, "is neither a name nor a claim"},
		{`$a^{(1)}_{js}$ $a^{(1)}_j$`, "1:17: a¹_j: want the index js"},
		{`$\mathrm{F3}$`, "1:2: no equation F3 up to here"},
		{"```math\nx = x \\tag{X1}\n```", "2:1: X1: a second equation with this tag"},
		{`$x = x \iff w$`, "this claims nothing: there is no ="},
		{`$x < 1 < 2 \iff x < 1 < 2$`, "want one relation on each side of ⟺"},
		{`$x = x \iff x = x \iff x = x$`, "want one relation on each side of ⟺"},
		{`$1 \approx x$`, "found x after ≈, want a decimal number"},
		{`$1.006 \approx 1.00$`, "got 1.006, want 1"},
		{`$x > 0 \iff x > 9$`, "does not hold exactly where the other side of ⟺ does"},
		{`$x > 0 \iff v > 9$`, "v is no quantity of the page"},
		{`$v > 0 \iff v > 9$`, "v is no quantity of the page"},
		{`$x > 0 \quad x < 0$`, "want 0"},
		{`$b^{(2)} = 0.5$`, "left 1×4, right a number"},
		{"# A\n<!-- at the homework's numbers -->\n$b^{(2)} = 0.6$", "got 0.5, want 0.6"},
		{"<!-- at the homework's numbers -->\n$b^{(2)} = 0.5$", "1:1: at the homework's numbers: want this comment directly below a heading"},
		{`$f_3$`, "1:2: f₃ is no function of the page"},
		{`$\sigma_{i}(x)$`, "is no function of the page"},
		{`$e^{900} \ge x$`, "got +Inf"},
		{`$1 = \frac{\partial z^{(1)}_j}{\partial z^{(1)}_j}$`, "the index j is on the right only"},
	} {
		if _, _, _, err := check(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.text, err, c.want)
		}
	}
}

// A fault gives the position on the page, the line of the equation, the indices and
// both values.
func TestFault(t *testing.T) {
	r := run(t, `\begin{aligned} w^{(1)}_{ij} &= w^{(1)}_{ij} \\ &= a^{(1)}_j \end{aligned}`)
	r.Point.W1.Set(0, 0, 0.25)
	compared, nonzero, fault := r.Check("X1")
	if fault == nil || compared != 5*6+1 || nonzero != compared {
		t.Fatalf("%d compared, %d not zero, %v", compared, nonzero, fault)
	}
	for _, want := range []string{"X1: line 2, w¹_ij = a¹_j at i=0, j=0, s=0: got 0.25, want ", "(page 8:50, n0=2 n1=3 n2=4 m=5, f₁=tanh)"} {
		if !strings.Contains(fault.Error(), want) {
			t.Errorf("%v\nwant %s", fault, want)
		}
	}
	if _, _, fault := r.Check("X2"); fault == nil || !strings.Contains(fault.Error(), "has no such equation") {
		t.Errorf("no such label: %v", fault)
	}
}

// A display may claim first and define later; claims of 0 = 0 are counted
// separately; the indices of a value are in alphabetical order.
func TestEvaluate(t *testing.T) {
	r := run(t,
		`a^{(1)}_j - a^{(1)}_j = 0 \quad \delta_j = \alpha f_1'(z^{(1)}_j) \quad \eta_k = 2 \quad w^{(1)T} = w^{(1)T}`,
		`\frac{\partial z^{(1)}_j}{\partial w^{(1)}_{ij}} = a^{(0)}_i`, `w^{(7)} \leftarrow w^{(1)} \quad w^{(1)} \leftarrow b^{(1)}`,
		`\frac{\partial \delta_j}{\partial \alpha} = f_1'(z^{(1)}_j) \qquad 2 w^{(1)} = w^{(1)} \cdot 2`)
	if compared, nonzero, fault := r.Check("X1"); fault != nil || compared != 5*6 || nonzero != 5*6 {
		t.Errorf("%d compared, %d not zero, %v; want 30, 30", compared, nonzero, fault)
	}
	if compared, _, fault := r.Check("X4"); fault != nil || compared != 5*3+5*6 {
		t.Errorf("%d compared, %v; want 45", compared, fault)
	}
	x := derive.Index{I: 1, J: 1, K: 3, S: 4}
	for quantity, want := range map[string]float64{"X1 η": 2, "X1 w¹": r.Point.W1.At(1, 1), "X2 ∂z¹/∂w¹": r.Point.X.At(4, 1)} {
		label, quantity, _ := strings.Cut(quantity, " ")
		if v, err := r.Value(label, quantity, x); err != nil || v != want {
			t.Errorf("%s: got %v, %v, want %v", quantity, v, err, want)
		}
	}
	if _, err := r.Value("X2", "∂z¹/∂b¹", derive.Index{}); err == nil {
		t.Error("a quantity that is not there has a value")
	}
	if _, err := r.Value("X3", "w¹", x); err == nil || err.Error() != "14:42: left 2×3, right 1×3" {
		t.Errorf("an update of another shape: %v", err)
	}
	if _, err := r.Value("X3", "w⁷", derive.Index{}); err == nil || err.Error() != "14:1: w⁷ is no quantity of the page" {
		t.Errorf("an update of an unknown quantity: %v", err)
	}
}

// Dual numbers agree with central differences, for each function and for all of the
// arithmetic.
func TestDual(t *testing.T) {
	const h = 1e-6
	f := map[string]func(x dual) dual{
		"arithmetic": func(x dual) dual { return x.mul(x).add(one).div(x.neg().add(exp(x))) },
	}
	for name, function := range functions {
		f[name] = function
	}
	for name, f := range f {
		for x := -2.05; x < 2; x += 0.1 {
			slope := (f(dual{v: x + h}).v - f(dual{v: x - h}).v) / (2 * h)
			// The error of the difference is of order h², its rounding 1e-16/h.
			if d := f(dual{v: x, d: 1}).d; math.Abs(d-slope) > 1e-8*max(1, math.Abs(d)) {
				t.Errorf("%s′(%g): got %g, central differences give %g", name, x, d, slope)
			}
			if d := f(dual{v: x}).d; d != 0 {
				t.Errorf("%s: the derivative of a constant is %g, want 0", name, d)
			}
		}
	}
	for _, x := range []float64{0.3, -0.3} {
		if v := functions["tanh"](dual{v: x}).v; math.Abs(v-math.Tanh(x)) > 1e-15 {
			t.Errorf("tanh %v = %v", x, v)
		}
	}
}
