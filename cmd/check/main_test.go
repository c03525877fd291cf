package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/claim"
	"chainrule/cmd/internal/cli"
	"chainrule/docs/page"
	"chainrule/matrix"
)

// files writes four files: right, one whose δ lacks f₁′, one that no known mistake
// explains, and one that is no file.
func files(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range []string{"right", "wrong", "unknown"} {
		f := &claim.File{Point: *page.Homework(), Claims: make(map[string]*matrix.Matrix)}
		f.Alpha = 0.5
		b := f.Batch()
		for _, eq := range claim.Equations() {
			f.Claims[claim.Name(eq)] = eq.Matrix(b)
		}
		switch delta := f.Claims["delta"]; name {
		case "wrong":
			for j := range delta.Data {
				delta.Data[j] = b.Samples[0].M1(0) * b.W2.At(j, 0)
			}
			for _, d := range []string{"dw1", "db1"} {
				for i := range f.Claims[d].Data {
					f.Claims[d].Data[i] = delta.Data[i%3]
				}
			}
		case "unknown":
			delta.Data[1] += 1e-9
			f.Claims["after.w1"].Data[0] += 1e-9
		}
		path := filepath.Join(t.TempDir(), name+".json")
		names = append(names, path)
		var text strings.Builder
		if err := f.Write(&text); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return append(names, filepath.Join(t.TempDir(), "none.json"))
}

func command(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

func TestOneFile(t *testing.T) {
	names := files(t)
	for n, c := range []struct {
		code           int
		stdout, stderr []string
	}{
		{0, []string{"numbers taken as float64\n", "\nM4  delta     right\n", "\nU2  after.b2  right\n", "\nAll is right.\n"}, nil},
		{1, []string{"\nM4  delta     off at j=0, s=0     -0.005205748", " 3 of 3\n", "\nM5  dw1       follows from delta\n", "\nU1  after.w2  right\n",
			"\nYour δ is (w² η) without ⊙ f₁′(z¹).\n"}, nil},
		{1, []string{"  1 of 3\n", "\nM5  dw1       right\n", "\nNo known mistake explains your δ and w¹ after the step. Begin with M4 of\ndocs/derivation.md: δ = (w² η) ⊙ f₁′(z¹)\n"}, nil},
		{2, nil, []string{"check: ", "none.json: no such file or directory\n"}},
	} {
		code, stdout, stderr := command("", names[n])
		for _, want := range c.stdout {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: no %q in\n%s", names[n], want, stdout)
			}
		}
		for _, want := range c.stderr {
			if !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s: no %q in %q", names[n], want, stderr)
			}
		}
		if code != c.code || (stdout == "") != (c.stdout == nil) || (stderr == "") != (c.stderr == nil) {
			t.Errorf("%s: exit %d, want %d; %q", names[n], code, c.code, stderr)
		}
		for _, line := range strings.Split(stdout, "\n")[1:] { // the first has the name of the file
			if utf8.RuneCountInString(line) > cli.Width {
				t.Errorf("wider than %d: %s", cli.Width, line)
			}
		}
	}
	text, err := os.ReadFile(names[2])
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := command(string(text), "-tol", "1e-3", "-"); code != 0 || !strings.HasPrefix(stdout, "-: ") {
		t.Errorf("with a tolerance: exit %d\n%s", code, stdout)
	}
}

func TestSeveralFiles(t *testing.T) {
	names := files(t)
	code, stdout, stderr := command("", append([]string{"-csv"}, names...)...)
	records, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	want := [][]string{
		{"file", "first off", "mistake", "right"},
		{names[0], "", "", "100"},
		{names[1], "M4", "Your δ is (w² η) without ⊙ f₁′(z¹).", "80"},
		{names[2], "M4", "No known mistake explains your δ and w¹ after the step.", "86"},
		{names[3], "not judged", "no such file or directory", ""},
	}
	if code != 2 || stderr != "" || err != nil || !slices.EqualFunc(records, want, slices.Equal) {
		t.Errorf("exit %d, %v, %q, got\n%s", code, err, stderr, stdout)
	}
	if code, after, _ := command("", append(slices.Clone(names), "-csv")...); code != 2 || after != stdout {
		t.Errorf("with -csv after the files: exit %d, got\n%s", code, after)
	}
	// The table shortens the mistake, but to no less than 20 characters.
	t.Chdir(t.TempDir())
	for width, mistake := range map[int]string{5: "Your δ is (w² η) without ⊙ f₁′(z¹).", 30: "Your δ is (w² η) without ⊙ f…", 80: "Your δ is (w² η) wi…"} {
		long := strings.Repeat("x", width)
		if err := errors.Join(os.Symlink(names[0], "right"), os.Symlink(names[1], long)); err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, row := range [][4]string{{"file", "first off", "right", "mistake"}, {"right", "", "100 %", ""}, {long, "M4", "80 %", mistake}} {
			want += strings.TrimRight(fmt.Sprintf("%-*s  %-9s  %5s  %s", width, row[0], row[1], row[2], row[3]), " ") + "\n"
		}
		if code, stdout, _ := command("", "right", long); code != 1 || stdout != want {
			t.Errorf("exit %d, got\n%swant\n%s", code, stdout, want)
		}
		os.Remove("right")
	}
	if code, _, _ := command("", names[0], names[0]); code != 0 {
		t.Errorf("right files: exit %d", code)
	}
}

func TestUsage(t *testing.T) {
	const noClaims = `"w1": [[1]], "b1": [0], "w2": [[1]], "b2": [0], "x": [[0]], "y": [[1]]`
	for _, c := range []struct{ args, stdin, want string }{
		{"", "", "want at least one file (see -h)"},
		{"-tol 0 -", "", "-tol 0: want a number above 0 and below 1; without -tol, "},
		{"- -tol 1", "", "-tol 1: want a number above 0 and below 1;"},
		{"-x -", "", "flag provided but not defined: -x"},
		{"-", "{" + noClaims + "}", "-: the file has no claims\n"},
	} {
		if code, stdout, stderr := command(c.stdin, strings.Fields(c.args)...); code != 2 || stdout != "" || !strings.HasPrefix(stderr, "check: "+c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, %q", c.args, code, stdout, stderr)
		}
	}
	// A single claim is enough.
	if code, stdout, _ := command("{"+noClaims+`, "claims": {"loss": 9}}`, "-"); code != 1 || !strings.Contains(stdout, "Begin with B1 of docs/derivation.md: L = 1/m\nΣ_s L_s\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if _, stdout, _ := command("", "-h"); !strings.HasPrefix(stdout, usage) {
		t.Error("-h does not print the usage")
	}
	for _, eq := range claim.Equations() { // after.w1 is in the line of after
		name := strings.TrimPrefix(claim.Name(eq), "after.")
		if !strings.Contains(usage, name) {
			t.Errorf("the usage does not name %s", name)
		}
	}
}

var update = flag.Bool("update", false, "rewrite the session in docs/check.md")

// The session on the page is what the command prints for the file on the page.
func TestPage(t *testing.T) {
	name, err := filepath.Abs("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	block := func(name string) *regexp.Regexp {
		return regexp.MustCompile("(?s)(<!-- " + name + " -->\n```text\n)(.*?)(```\n)")
	}
	example, session := block("example").FindSubmatch(text), block("session").FindSubmatch(text)
	if example == nil || session == nil {
		t.Fatal("docs/check.md has no example or no session")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("own.json", example[2], 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("", "own.json")
	switch {
	case code != 1 || stderr != "":
		t.Errorf("exit %d, %s", code, stderr)
	case stdout == string(session[2]):
	case *update:
		stdout = strings.ReplaceAll(stdout, "$", "$$")
		if err := os.WriteFile(name, block("session").ReplaceAll(text, []byte("${1}"+stdout+"${3}")), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/check.md is stale; to update it: go test ./cmd/check -update\ngot\n%s\nwant\n%s", session[2], stdout)
	}
}
