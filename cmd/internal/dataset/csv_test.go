package dataset

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// refused reports an error unless err is one line that contains want.
func refused(t *testing.T, what any, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%.80q: got error %v, want %q", what, err, want)
	}
}

func TestReadCSV(t *testing.T) {
	want := []float64{1, 2.5, -3e-2, 4}
	for _, c := range []struct {
		text, header string
		names        []string
		lines        []int
	}{
		{text: "1,2.5\n-0.03,4\n", lines: []int{1, 2}},
		{text: "1.000000000000000000e+00,2.500000000000000000e+00\n-3.000000000000000062e-02,4.000000000000000000e+00\n", lines: []int{1, 2}},
		{text: "\r\n\n1;2.5\n-0.03;4", lines: []int{3, 4}},
		{text: "1\t2.5\n-0.03\t4\n", lines: []int{1, 2}},
		{text: "left,right\n1,2.5\n-0.03,4\n", names: []string{"left", "right"}, lines: []int{2, 3}},
		{text: "7,8\n1,2.5\n-0.03,4\n", header: "yes", names: []string{"7", "8"}, lines: []int{2, 3}},
		{text: "x,8\n1,2.5\n-0.03,4\n", header: "yes", names: []string{"x", "8"}, lines: []int{2, 3}},
		{text: "1,2.5\n-0.03,4\n", header: "no", lines: []int{1, 2}},
		{text: "\xef\xbb\xbfa,b\r\n1,2.5\r\n-0.03,4\r\n", names: []string{"a", "b"}, lines: []int{2, 3}},
		{text: "\n\n1,2.5\n  \n\n-0.03,4\n\n \n", lines: []int{3, 6}},
		{text: " 1 , 2.5\n -0.03 ,\t4 \n", lines: []int{1, 2}},
		{text: "\"a\",\"b, c\"\n\"1\",2.5\n-0.03,\"4\"\n", names: []string{"a", "b, c"}, lines: []int{2, 3}},
	} {
		got, err := CSV{c.header}.Read("X.csv", strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if !slices.Equal(got.X.Data, want) || got.X.Rows != 2 || got.X.Cols != 2 || !slices.Equal(got.Header, c.names) || !slices.Equal(got.Lines, c.lines) {
			t.Errorf("%q: got %+v", c.text, got)
		}
	}

	for _, c := range []struct{ text, want string }{
		{"", "X.csv: found no data, want at least one line of numbers"},
		{"\n \n", "X.csv: found no data"},
		{"a,b\n", "X.csv: found no data"},
		{"1,2\n3\n", "X.csv:2: number of fields: found 1, want 2 as in the first line"},
		{"1,2\n\n3,4,5\n", "X.csv:3: number of fields: found 3, want 2"},
		{"a,b\n1,2,3\n", "X.csv:2: number of fields: found 3, want 2"},
		{"1,2\n3,four\n", `X.csv:2: column 2: found "four", want a finite number`},
		{"1,2\n3,\n", `X.csv:2: column 2: found ""`},
		{"1\t2\t3\n4\t\t6\n", `X.csv:2: column 2: found ""`},
		{"1,2\nNaN,4\n", `X.csv:2: column 1: found "NaN"`},
		{"1,NaN\n3,4\n", `X.csv:1: column 2: found "NaN"`},
		{"1,2\n3,-inf\n", `X.csv:2: column 2: found "-inf"`},
		{"1,2\n3,1e999\n", `X.csv:2: column 2: found "1e999"`},
		{"1e999,2\n3,4\n", `X.csv:1: column 1: found "1e999"`},
		{"1,2\n3,1 000\n", `X.csv:2: column 2: found "1 000"`},
		{"a,2\n1,2\n", "X.csv:1: found 1 numbers in 2 fields, cannot tell whether this line is a header or data"},
		{"1,2\n\"3,4\n", `X.csv:2: column 6: extraneous or missing " in quoted-field`},
		{"1,2\n3,4\"\n", `X.csv:2: column 4: bare " in non-quoted-field`},
		{"1,2\n3," + strings.Repeat("x", 1000) + "\n", strings.Repeat("x", 40) + `…", want`},
	} {
		_, err := CSV{}.Read("X.csv", strings.NewReader(c.text))
		refused(t, c.text, err, c.want)
	}
}

func TestReadXY(t *testing.T) {
	file := func(name, text string) string {
		return filepath.Join(folder(t, map[string][]byte{name: []byte(text)}), name)
	}
	x := file("X.csv", "1.0e+00,2.0e+00\n3.0e+00,4.0e+00\n5.0e+00,6.0e+00\n")
	set, err := CSV{}.ReadXY(x, file("Y.csv", "1.000000000000000000e+00\n-7.000000000000000000e+00\n1.000000000000000000e+00\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.Classes, []string{"-7", "1"}) || !slices.Equal(set.Labels, []int{1, 0, 1}) || !slices.Equal(set.Y.Data, []float64{0, 1, 1, 0, 0, 1}) || set.X.At(2, 1) != 6 {
		t.Errorf("got %+v", set)
	}
	for _, c := range []struct{ y, want string }{
		{"0\n1\n", "X.csv has 3 samples"},
		{"0\n1\n1\n1\n", "Y.csv: found 4 labels, but "},
		{"0,1\n1,0\n1,0\n", "Y.csv: found 2 columns, want one column of labels"},
		{"0\n1\n0.5\n", "Y.csv:3: found the label 0.5, want a whole number"},
		{"0\n1\n\n1e300\n", "Y.csv:4: found the label 1e+300, want a whole number"},
		{"2\n2\n2\n", "X.csv: found only the label 2 in 3 samples, want at least two classes"},
		{"0\n1\nx\n", `Y.csv:3: column 1: found "x"`},
	} {
		_, err := CSV{}.ReadXY(x, file("Y.csv", c.y))
		refused(t, c.y, err, c.want)
	}
	for _, names := range [][2]string{{"none", x}, {x, "none"}} {
		_, err := CSV{}.ReadXY(names[0], names[1])
		refused(t, names, err, "none: no such file")
	}
}

func TestLabelled(t *testing.T) {
	table := func(text string) *Table {
		table, err := CSV{Header: "yes"}.Read("T.csv", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	const three = "a,kind,1\n1,-0,10\n2,3,20\n3,0,10\n"
	for column, want := range map[string]struct {
		x       []float64
		classes []string
	}{
		"kind": {[]float64{1, 10, 2, 20, 3, 10}, []string{"0", "3"}},
		"2":    {[]float64{1, 10, 2, 20, 3, 10}, []string{"0", "3"}},
		"":     {[]float64{1, 0, 2, 3, 3, 0}, []string{"10", "20"}},
		"1":    {[]float64{1, 0, 2, 3, 3, 0}, []string{"10", "20"}}, // a name comes before a number
		"a":    {[]float64{0, 10, 3, 20, 0, 10}, []string{"1", "2", "3"}},
	} {
		set, err := table(three).Labelled(column)
		if err != nil || !slices.Equal(set.X.Data, want.x) || !slices.Equal(set.Classes, want.classes) {
			t.Errorf("column %q: got %+v, %v", column, set, err)
		}
	}
	many := "a,b\n"
	for i := range 1001 {
		many += fmt.Sprintf("1,%d\n", i)
	}
	for _, c := range []struct{ text, column, want string }{
		{three, "b", `T.csv: found no column "b", want the name of a column or a number from 1 to 3`},
		{three, "0", `found no column "0"`},
		{three, "4", `found no column "4"`},
		{three, "-1", `found no column "-1"`},
		{"a\n1\n2\n", "", "T.csv: found one column, want at least two"},
		{many, "", "T.csv: found 1001 different labels, want at most 1000"},
		{"a,b\n1,2\n\n3,0.5\n", "", "T.csv:4: column 2: found the label 0.5, want a whole number"},
	} {
		_, err := table(c.text).Labelled(c.column)
		refused(t, c.column, err, c.want)
	}
}

// Any text gives an error or a valid set.
func FuzzCSV(f *testing.F) {
	f.Add("1,2,0\n3,4,1\n")
	f.Add("\xef\xbb\xbfa;b;c\r\n1;2;0\r\n\r\n3;4;1\r\n")
	f.Add("1\t\"2\"\t1e0\n3\t4\t1\n")
	f.Add("a,b\n1,NaN\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := CSV{}.Read("F", strings.NewReader(text))
		if err != nil {
			refused(t, text, err, "F:")
			return
		}
		if len(table.X.Data) != table.X.Rows*table.X.Cols || len(table.X.Data) > len(text) || len(table.Lines) != table.X.Rows {
			t.Errorf("%q: %d×%d with %d numbers, %d lines", text, table.X.Rows, table.X.Cols, len(table.X.Data), len(table.Lines))
		}
		set, err := table.Labelled("")
		if err == nil && (set.X.Rows != table.X.Rows || set.X.Cols != table.X.Cols-1 || set.Y.Cols != len(set.Classes) || slices.Max(set.Labels) != len(set.Classes)-1 || slices.Min(set.Labels) != 0) {
			t.Errorf("%q: got %+v", text, set)
		}
	})
}
