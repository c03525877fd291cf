package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/derive"
	"chainrule/docs/page"
	"chainrule/network"
)

func command(backward func(*network.Network, *network.Pass), args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(args, &out, &err, backward)
	return code, out.String(), err.String()
}

func TestDemo(t *testing.T) {
	for _, args := range [][]string{nil, {"-y", "0"}, {"-y", "0.3"}, {"-y=0.82"}} {
		code, out, err := command((*network.Network).Backward, args...)
		if code != 0 || err != "" {
			t.Errorf("%v: exit %d, %s", args, code, err)
		}
		if !strings.Contains(out, "\n0.82\n") {
			t.Errorf("%v: no line 0.82 in\n%s", args, out)
		}
		if n := len(regexp.MustCompile(`(?m)^M[2356]  [wb][¹²]_\d+ `).FindAllString(out, -1)); n != 13 {
			t.Errorf("%v: %d parameters in the table, want 13", args, n)
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

// A file's own network and first sample are worked through, whatever its shape, its
// activation and the size of its inputs.
func TestDemoFile(t *testing.T) {
	points := page.Points()
	linear := *points[0]
	linear.Activation = "identity"
	points = append(points, &linear)
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
		n0, n1, n2 := pt.W1.Rows, pt.W1.Cols, pt.W2.Cols
		if code != 0 || err != "" || strings.Contains(out, "%!") {
			t.Errorf("%v: exit %d, %s", pt, code, err)
		}
		if n := len(regexp.MustCompile(`(?m)^M[2356]  [wb][¹²]_\d+ `).FindAllString(out, -1)); n != (n0+1)*n1+(n1+1)*n2 {
			t.Errorf("%v: %d parameters in the table", pt, n)
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
		if code != 1 || !strings.Contains(err, "  "+want+": ") {
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
