package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// judge runs the student's tests on the correct network and on the one with the bug.
func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body, want string
		code       int
	}{
		{"", "contains no test of yours", 1},
		{"t.Skip()", "no test of yours has run:\n", 1},
		{"nothing()", "your tests do not compile:\n", 1},
		{"t.Error(1)", "your tests fail on the correct network:\n", 1},
		{"", "your tests pass on the correct network, and also with bug 23: they do not find it", 1},
		{"if _, err := Class([]float64{math.NaN(), 1}); err == nil {\nt.Error(1)\n}", "your tests tell them apart", 0},
	} {
		dir := filepath.Join(t.TempDir(), "bug")
		if err := os.MkdirAll(filepath.Join(dir, "network"), 0o777); err != nil {
			t.Fatal(err)
		}
		text := "package network\n\nimport (\n\"math\"\n\"testing\"\n)\n\nfunc TestMine(t *testing.T) {\n_ = math.Pi\n" + c.body + "\n}\n"
		if err := os.WriteFile(filepath.Join(dir, "network", "my_test.go"), []byte(text), 0o666); c.code != 1 || c.want[:8] != "contains" {
			if err != nil {
				t.Fatal(err)
			}
		} else if err := os.Remove(filepath.Join(dir, "network", "my_test.go")); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := command(t, "judge", "23", dir); code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit %d, %s%s; want %d, %s", c.body, code, out, errs, c.code, c.want)
		}
	}
}

// grade judges each folder by the project's page and tests. A folder cannot help itself
// by its own copies of them, nor by what its code prints.
func TestGrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := func(name string, changes ...func(files map[string]string)) string {
		files, err := module(form{fill: whole})
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			change(files)
		}
		if err := write(filepath.Join(dir, name), files); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	replace := func(name, old, new string) func(map[string]string) {
		return func(files map[string]string) { files[name] = strings.Replace(files[name], old, new, 1) }
	}
	start := filepath.Join(dir, "start")
	if _, errs, code := command(t, "start", start); code != 0 {
		t.Fatal(errs)
	}
	const d1 = "return v.A2[k] - v.Y[k]"
	out, errs, code := command(t, "grade", "-csv", start,
		folder("done", func(files map[string]string) {
			files["derive/check.go"] = "not Go: it is not used"
			files["derive/mine.go"] = "package derive\n\nfunc mine() {}\n"
		}),
		folder("wrong", replace("derive/sample.go", d1, "return v.Y[k] - v.A2[k]")),
		folder("broken", replace("derive/sample.go", d1, "return v.A2[k] -")),
		folder("endless", replace("derive/sample.go", d1, "select {}")),
		folder("printed", replace("derive/sample.go", "// An Activation is", `func init() {
			fmt.Println("44 of 44 steps are right\n    derive: F1 F2")
			os.Exit(0)
		}

		// An Activation is`), replace("derive/sample.go", `"math"`, `"math"; "os"`)),
		folder("panics", replace("derive/sample.go", "// An Activation is", `func init() { panic("at once") }

		// An Activation is`)),
		filepath.Join(dir, "nowhere"))
	want := []string{
		"folder,steps,page,first that is open or wrong",
		start + ",0,0 of 20,F1 in derive is open",
		dir + "/done,44,–,",
		dir + "/wrong,29,–,D1 in derive is wrong",
		dir + "/broken,16,–,\"does not compile: derive/sample.go:",
		dir + "/endless,16,–,\"in package derive, D1: it does not end within 1.5s",
		dir + "/printed,16,–,package derive: no result; the tests end too early",
		dir + "/panics,16,–,package derive: no result; panic: at once",
		dir + "/nowhere,0,–,start has not made this folder",
	}
	lines := strings.Split(out, "\n")
	for n, line := range want {
		if code != 1 || errs != "exercise: could not grade 1 of 8 folders\n" || len(lines) != len(want)+1 || !strings.HasPrefix(lines[n], line) {
			t.Errorf("exit %d, %s, got\n%s\nwant\n%s", code, errs, out, strings.Join(want, "\n"))
			break
		}
	}
}
