package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs"
	"chainrule/docs/page"
	"chainrule/matrix"
	"chainrule/network"
)

func command(backward func(*network.Network, *network.Pass), args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(args, &out, &err, backward)
	return code, out.String(), err.String()
}

func TestDemo(t *testing.T) {
	for y, args := range map[string][]string{"1": nil, "0": {"-y", "0"}, "0.3": {"-y", "0.3"}, "0.82": {"-y=0.82"}} {
		code, out, err := command((*network.Network).Backward, args...)
		if code != 0 || err != "" {
			t.Errorf("%v: exit %d, %s", args, code, err)
		}
		pt := page.Homework()
		pt.Y.Data[0], _ = strconv.ParseFloat(y, 64)
		verify(t, pt, out)
		if !strings.Contains(out, "\n0.82\n") || !strings.Contains(out, "\nQ1.2  Backward pass for y = "+y+", one scalar at a time\n") {
			t.Errorf("%v: no line 0.82, or no y = %s, in\n%s", args, y, out)
		}
		for _, label := range derive.Labels() {
			if !strings.Contains("BRU", label[:1]) && !strings.Contains(out, "\n"+label+"  ") {
				t.Errorf("%v: no line for %s", args, label)
			}
		}
		for _, line := range strings.Split(out, "\n") {
			if utf8.RuneCountInString(line) > cli.Width {
				t.Errorf("%v: wider than 80 columns: %s", args, line)
			}
		}
	}
	_, out, _ := command((*network.Network).Backward)
	for _, want := range []string{ // from a calculation in 50-digit decimal arithmetic
		"= 1.7\n", "= 2.5\n", "= 0.84553473491646", "= 0.92414181997875", "= 1.530363098912", "= 0.822059433706", "0.0158314225664", "-0.026028740539",
		"-0.0220082042322", "-0.0240542476539", "-0.00067990062014", "-0.00036494228976", "-0.00271960248059",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// verify compares what the demo prints for the first sample of a point with the network.
func verify(t *testing.T, pt *page.Point, out string) {
	t.Helper()
	n := docs.NetworkAt(pt)
	p := n.NewPass(1)
	p.Load(pt.X, pt.Y, []int{0})
	n.Forward(p)
	n.Backward(p)
	for name, x := range map[string]*matrix.Matrix{"a⁰": p.A0, "w¹": n.W1, "b¹": n.B1, "w²": n.W2, "b²": n.B2, "y": p.Y} {
		if name == "y" && len(p.Y.Data) == 1 {
			continue // it is in the heading
		}
		number := regexp.MustCompile(`(?m)^` + name + ` = \[ +(\S+)`).FindStringSubmatch(out)
		row, _, _ := strings.Cut(name+" = "+fmt.Sprint(x), "\n")
		if number == nil || !near(arithmetic(number[1]), x.Data[0], 0.01) || strings.Contains(out, "\n"+row+"\n") != (utf8.RuneCountInString(row) <= cli.Width) {
			t.Errorf("%v: got %v, want %s, rounded if it is wider than %d", pt, number, row, cli.Width)
		}
	}
	// A line of the forward pass is an equation. Some are broken before a + or =.
	lines := regexp.MustCompile(`\n {9,}([+=]) `).ReplaceAllString(out, " $1 ")
	if bad := regexp.MustCompile(`[·+−] ?-\d|[·+−] ?\(\d|= -\S+·`).FindString(lines); bad != "" {
		t.Errorf("%v: a negative number without parentheses, or another with them: %q", pt, bad)
	}
	equations := regexp.MustCompile(`(?m)^    ([za][¹²])_(\d+) = (.*?) += (\S+)$`).FindAllStringSubmatch(lines, -1)
	if want := 2 * (pt.W1.Cols + pt.W2.Cols); len(equations) != want {
		t.Errorf("%v: got %d equations with numbers, want %d", pt, len(equations), want)
	}
	for _, m := range equations {
		k, _ := strconv.Atoi(m[2])
		if want := p.Matrix(m[1]).Data[k]; m[4] != fmt.Sprint(want) || !near(arithmetic(m[3]), want, 1e-13) {
			t.Errorf("%v: got %s, whose left side is %v; want %v", pt, m[0], arithmetic(m[3]), want)
		}
	}
	for label, quantity := range map[string]string{"M1": "η", "M2": "∂L/∂w²", "M3": "∂L/∂b²", "M4": "δ", "M5": "∂L/∂w¹", "M6": "∂L/∂b¹"} {
		_, values, _ := strings.Cut(out, "\n"+label+"  "+quantity+" = ")
		for at, want := range p.Matrix(quantity).Data {
			_, values, _ = strings.Cut(values, "\n    ")
			line, _, _ := strings.Cut(values, "\n")
			if fields := strings.Fields(line); len(fields) < 2 || fields[len(fields)-1] != fmt.Sprint(want) {
				t.Errorf("%v: %s: element %d: got %q, want %v", pt, label, at, line, want)
			}
		}
	}
}

// near reports whether a and b agree to a relative error, or to an absolute one if they
// are small.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }

// arithmetic returns the value of a sum of products, or of an activation of a number.
func arithmetic(text string) (sum float64) {
	for before, f := range map[string]func(float64) float64{
		"1/(1 + e^−": func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }, "tanh(": math.Tanh, "max(0, ": func(z float64) float64 { return max(0, z) },
	} {
		if argument, ok := strings.CutPrefix(text, before); ok {
			return f(arithmetic(strings.TrimSuffix(argument, ")")))
		}
	}
	for _, term := range strings.Split(text, " + ") {
		product := 1.
		for _, factor := range strings.Split(term, "·") {
			v, _ := strconv.ParseFloat(strings.Trim(factor, "()"), 64)
			product *= v
		}
		sum += product
	}
	return sum
}

// A file's own network and first sample are worked through, whatever its shape, its
// activation and the size of its inputs.
func TestDemoFile(t *testing.T) {
	points := page.Points()
	linear := *points[0]
	linear.Activation = "identity"
	points = append(points, &linear, page.Random(rand.New(rand.NewPCG(1, 1)), "tanh", 12, 2, 2, 2))
	for _, pt := range page.Points() {
		pt.X.Scale(100, pt.X)
		pt.W1.Scale(0.01, pt.W1) // so that nothing saturates
		points = append(points, pt)
	}
	for _, pt := range points {
		name := filepath.Join(t.TempDir(), "own.json")
		var text strings.Builder
		if err := (&claim.File{Point: *pt}).Write(&text); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		code, out, err := command((*network.Network).Backward, name)
		verify(t, pt, out)
		n0, n1, n2 := pt.W1.Rows, pt.W1.Cols, pt.W2.Cols
		if code != 0 || err != "" || strings.Contains(out, "%!") {
			t.Errorf("%v: exit %d, %s", pt, code, err)
		}
		names := regexp.MustCompile(`(?m)^M[2356]  [wb][¹²]_[\d,]+ `).FindAllString(out, -1)
		if slices.Sort(names); len(slices.Compact(names)) != (n0+1)*n1+(n1+1)*n2 || n0 > 10 && !strings.Contains(out, "\nM5  w¹_10,1 ") {
			t.Errorf("%v: %d parameters in the table", pt, len(names))
		}
		function := map[string]string{"sigmoid": "f₁ = f₂ = σ", "tanh": "f₁ = tanh, f₂ = σ", "relu": "f₁ = ReLU, f₂ = σ", "identity": "f₁ = the identity, f₂ = σ"}[pt.Activation]
		if want := fmt.Sprintf("the %d-%d-%d network, %s\n\nThe sample is the first of %d.\n", n0, n1, n2, function, pt.X.Rows); !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
		if want := regexp.MustCompile(fmt.Sprintf(`\n\d\.\d\d(  \d\.\d\d){%d}\n`, n2-1)); !want.MatchString(out) {
			t.Errorf("%v: no line with %d outputs", pt, n2)
		}
		for _, line := range strings.Split(out, "\n") {
			if utf8.RuneCountInString(line) > cli.Width {
				t.Errorf("%v: wider than %d: %s", pt, cli.Width, line)
			}
		}
	}
	name := filepath.Join(t.TempDir(), "kink.json")
	kink := `{"activation": "relu", "w1": [[1]], "b1": [0], "w2": [[1]], "b2": [0], "x": [[0]], "y": [[1]]}`
	if err := os.WriteFile(name, []byte(kink), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, err := command((*network.Network).Backward, name); code != 0 || !strings.Contains(out, "none: a kink") || !strings.Contains(out, "the 3 gradients") {
		t.Errorf("at a kink: exit %d, %s, %s", code, err, out)
	}
	name = filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(name, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, err := command((*network.Network).Backward, name); code != 1 || out != "" || err != "demo: "+name+":1:2: the text ends too early\n" {
		t.Errorf("exit %d, %q, %q", code, out, err)
	}
}

// A backward pass with one wrong line makes the command fail and name it.
func TestDemoNamesTheWrongLine(t *testing.T) {
	for want, break_ := range map[string]func(p *network.Pass){
		"M1": func(p *network.Pass) { p.Eta.Scale(1+1e-9, p.Eta) },
		"M3": func(p *network.Pass) { p.DB2.Scale(-1, p.DB2) },
		"M6": func(p *network.Pass) { p.DB1.Data[2] += 1e-3 },
		"M5": func(p *network.Pass) { p.DW1.Data[4] *= 1 + 1e-9 },
	} {
		code, _, err := command(func(n *network.Network, p *network.Pass) {
			n.Backward(p)
			break_(p)
		})
		if code != 1 || !strings.Contains(err, "\n  "+want+": ") || strings.Contains(err, "by central differences") != (want == "M3" || want == "M6") {
			t.Errorf("%s: exit %d, %s", want, code, err)
		}
	}
}

func TestDemoFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-y", "2"}, "demo: -y 2: want a number from 0 to 1"},
		{[]string{"-y", "1", "own.json"}, "demo: want one file, without -y, or no file"},
		{[]string{"own.json", "own.json"}, "demo: want one file, without -y, or no file"},
		{[]string{"none.json"}, "demo: none.json: no such file or directory"},
		{[]string{"-y", "NaN"}, "demo: -y NaN: want a number from 0 to 1"},
		{[]string{"-y", "one"}, `invalid value "one" for flag -y`},
	} {
		code, out, err := command((*network.Network).Backward, c.args...)
		if code != 2 || out != "" || !strings.Contains(err, c.want) || strings.Count(err, "\n") != 1 {
			t.Errorf("%v: exit %d, %q, %q", c.args, code, out, err)
		}
	}
}
