package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/matrix"
)

// FromRows is matrix.FromRows for a slice.
func FromRows(rows [][]float64) *matrix.Matrix { return matrix.FromRows(rows...) }

func TestReadCSV(t *testing.T) {
	want := []float64{1, 2.5, -3e-2, 4}
	for name, c := range map[string]struct {
		text   string
		csv    CSV
		header []string
		lines  []int
	}{
		"commas":         {text: "1,2.5\n-0.03,4\n", lines: []int{1, 2}},
		"course":         {text: "1.000000000000000000e+00,2.500000000000000000e+00\n-3.000000000000000062e-02,4.000000000000000000e+00\n", lines: []int{1, 2}},
		"semicolons":     {text: "1;2.5\n-0.03;4", lines: []int{1, 2}},
		"tabs":           {text: "1\t2.5\n-0.03\t4\n", lines: []int{1, 2}},
		"header":         {text: "left,right\n1,2.5\n-0.03,4\n", header: []string{"left", "right"}, lines: []int{2, 3}},
		"header numbers": {text: "7,8\n1,2.5\n-0.03,4\n", csv: CSV{Header: "yes"}, header: []string{"7", "8"}, lines: []int{2, 3}},
		"mixed header":   {text: "x,8\n1,2.5\n-0.03,4\n", csv: CSV{Header: "yes"}, header: []string{"x", "8"}, lines: []int{2, 3}},
		"no header":      {text: "1,2.5\n-0.03,4\n", csv: CSV{Header: "no"}, lines: []int{1, 2}},
		"mark and CRLF":  {text: "\xef\xbb\xbfa,b\r\n1,2.5\r\n-0.03,4\r\n", header: []string{"a", "b"}, lines: []int{2, 3}},
		"blank lines":    {text: "\n\n1,2.5\n  \n\n-0.03,4\n\n \n", lines: []int{3, 6}},
		"blanks":         {text: " 1 , 2.5\n -0.03 ,\t4 \n", lines: []int{1, 2}},
		"quotes":         {text: "\"a\",\"b, c\"\n\"1\",2.5\n-0.03,\"4\"\n", header: []string{"a", "b, c"}, lines: []int{2, 3}},
		"other comma":    {text: "1;2.5\n-0.03;4\n", csv: CSV{Comma: ';'}, lines: []int{1, 2}},
	} {
		got, err := c.csv.Read("X.csv", strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(got.X.Data, want) || got.X.Rows != 2 || got.X.Cols != 2 || !slices.Equal(got.Header, c.header) || !slices.Equal(got.Lines, c.lines) {
			t.Errorf("%s: %+v, %v", name, got, got.X)
		}
	}
}

func TestReadCSVRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "X.csv: found no line of numbers"},
		{"\n \n", "X.csv: found no line of numbers"},
		{"a,b\n", "X.csv: found no line of numbers"},
		{"1,2\n3\n", "X.csv:2: found 1 fields, want 2 as in the first line"},
		{"1,2\n\n3,4,5\n", "X.csv:3: found 3 fields, want 2"},
		{"a,b\n1,2,3\n", "X.csv:2: found 3 fields, want 2"},
		{"1,2\n3,four\n", `X.csv:2: column 2: found "four", want a finite number`},
		{"1,2\n3,\n", `X.csv:2: column 2: found ""`},
		{"1,2\nNaN,4\n", `X.csv:2: column 1: found "NaN"`},
		{"1,NaN\n3,4\n", `X.csv:1: column 2: found "NaN"`},
		{"1,2\n3,-inf\n", `X.csv:2: column 2: found "-inf"`},
		{"1,2\n3,1e999\n", `X.csv:2: column 2: found "1e999"`},
		{"1,2\n3,1 000\n", `X.csv:2: column 2: found "1 000"`},
		{"a,2\n1,2\n", "X.csv:1: found 1 numbers and 1 fields of text: say if it is a header or data"},
		{"1,2\n\"3,4\n", `X.csv:2: column 6: extraneous or missing " in quoted-field`},
		{"1,2\n3,4\"\n", `X.csv:2: column 4: bare " in non-quoted-field`},
		{"1,2\n3," + strings.Repeat("x", 1000) + "\n", strings.Repeat("x", 40) + "…"},
	} {
		_, err := CSV{}.Read("X.csv", strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func file(t testing.TB, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestReadXY(t *testing.T) {
	x := file(t, "X.csv", "1.0e+00,2.0e+00\n3.0e+00,4.0e+00\n5.0e+00,6.0e+00\n")
	set, err := CSV{}.ReadXY(x, file(t, "Y.csv", "1.000000000000000000e+00\n-7.000000000000000000e+00\n1.000000000000000000e+00\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"-7", "1"}) || !slices.Equal(set.Labels, []int{1, 0, 1}) || !slices.Equal(set.Y.Data, []float64{0, 1, 1, 0, 0, 1}) || set.X.At(2, 1) != 6 {
		t.Errorf("%+v", set)
	}
	for _, c := range []struct{ y, want string }{
		{"0\n1\n", "X.csv has 3 samples and"},
		{"0\n1\n1\n1\n", "has 4 labels, want as many"},
		{"0,1\n1,0\n1,0\n", "Y.csv: found 2 columns, want one of labels"},
		{"0\n1\n0.5\n", "Y.csv:3: found the label 0.5, want a whole number"},
		{"0\n1\n\n1e300\n", "Y.csv:4: found the label 1e+300, want a whole number"},
		{"2\n2\n2\n", "all 3 samples are of class 2, want at least two classes"},
		{"0\n1\nx\n", `Y.csv:3: column 1: found "x"`},
	} {
		if _, err := (CSV{}).ReadXY(x, file(t, "Y.csv", c.y)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.y, err, c.want)
		}
	}
	for _, names := range [][2]string{{"none", x}, {x, "none"}} {
		if _, err := (CSV{}).ReadXY(names[0], names[1]); err == nil || !strings.Contains(err.Error(), "none") {
			t.Errorf("%v: %v", names, err)
		}
	}
}

func TestLabelled(t *testing.T) {
	table, err := CSV{}.Read("T.csv", strings.NewReader("a,kind,2\n1,0,10\n2,3,20\n3,0,30\n"))
	if err == nil {
		t.Fatal("a header with a number: no error")
	}
	if table, err = (CSV{Header: "yes"}).Read("T.csv", strings.NewReader("a,kind,1\n1,0,10\n2,3,20\n3,0,10\n")); err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]struct {
		x       []float64
		classes []string
	}{
		"kind": {[]float64{1, 10, 2, 20, 3, 10}, []string{"0", "3"}},
		"2":    {[]float64{1, 10, 2, 20, 3, 10}, []string{"0", "3"}},
		"":     {[]float64{1, 0, 2, 3, 3, 0}, []string{"10", "20"}},
		"1":    {[]float64{1, 0, 2, 3, 3, 0}, []string{"10", "20"}}, // the name, before the number
		"a":    {[]float64{0, 10, 3, 20, 0, 10}, []string{"1", "2", "3"}},
	} {
		set, err := table.Labelled(column)
		if err != nil || !slices.Equal(set.X.Data, want.x) || !slices.Equal(set.Classes, want.classes) {
			t.Errorf("column %q: %+v, %v", column, set, err)
		}
	}
	for _, column := range []string{"b", "0", "4", "-1"} {
		if _, err := table.Labelled(column); err == nil || !strings.Contains(err.Error(), "want the name of one or 1 to 3") {
			t.Errorf("column %q: %v", column, err)
		}
	}
	if table, err = (CSV{}).Read("T.csv", strings.NewReader("1\n2\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Labelled(""); err == nil || !strings.Contains(err.Error(), "found one column") {
		t.Errorf("one column: %v", err)
	}
	var many strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&many, "1,%d\n", i)
	}
	if table, err = (CSV{}).Read("T.csv", strings.NewReader(many.String())); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Labelled(""); err == nil || !strings.Contains(err.Error(), "want at most 1000 classes") {
		t.Errorf("a thousand labels: %v", err)
	}
}

// Whatever the text, there is an error or a valid set.
func FuzzCSV(f *testing.F) {
	f.Add("1,2,0\n3,4,1\n")
	f.Add("\xef\xbb\xbfa;b;c\r\n1;2;0\r\n\r\n3;4;1\r\n")
	f.Add("1\t\"2\"\t1e0\n3\t4\t1\n")
	f.Add("a,b\n1,NaN\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := CSV{}.Read("F", strings.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: an error of two lines: %v", text, err)
			}
			return
		}
		if len(table.X.Data) != table.X.Rows*table.X.Cols || len(table.X.Data) > len(text) || len(table.Lines) != table.X.Rows {
			t.Errorf("%q: %d×%d with %d numbers, %d lines", text, table.X.Rows, table.X.Cols, len(table.X.Data), len(table.Lines))
		}
		set, err := table.Labelled("")
		if err != nil {
			return
		}
		if set.X.Rows != table.X.Rows || set.X.Cols != table.X.Cols-1 || set.Y.Cols != len(set.Classes) || slices.Max(set.Labels) != len(set.Classes)-1 || slices.Min(set.Labels) != 0 {
			t.Errorf("%q: %+v", text, set)
		}
	})
}
