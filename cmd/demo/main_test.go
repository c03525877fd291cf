package main

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/derive"
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
			if utf8.RuneCountInString(line) > 79 {
				t.Errorf("%v: wider than 79: %s", args, line)
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
		{[]string{"-y", "NaN"}, "demo: -y NaN: want a number from 0 to 1"},
		{[]string{"-y", "one"}, `invalid value "one" for flag -y`},
	} {
		code, out, err := command((*network.Network).Backward, c.args...)
		if code != 2 || out != "" || !strings.Contains(err, c.want) || strings.Count(err, "\n") != 1 {
			t.Errorf("%v: exit %d, %q, %q", c.args, code, out, err)
		}
	}
}
