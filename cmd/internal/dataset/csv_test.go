package dataset

import (
	"slices"
	"strconv"
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
		text   string
		format CSV
		header []string
		lines  []int
	}{
		{text: "1,2.5\n-0.03,4\n", lines: []int{1, 2}},
		{text: "1.000000000000000000e+00,2.500000000000000000e+00\n-3.000000000000000062e-02,4.000000000000000000e+00\n", lines: []int{1, 2}},
		{text: "\r\n\n1;2.5\n-0.03;4", lines: []int{3, 4}},
		{text: "1\t2.5\n-0.03\t4\n", lines: []int{1, 2}},
		{text: "left,right\n1,2.5\n-0.03,4\n", header: []string{"left", "right"}, lines: []int{2, 3}},
		{text: "7,8\n1,2.5\n-0.03,4\n", format: CSV{Header: "yes"}, header: []string{"7", "8"}, lines: []int{2, 3}},
		{text: "x,8\n1,2.5\n-0.03,4\n", format: CSV{Header: "yes"}, header: []string{"x", "8"}, lines: []int{2, 3}},
		{text: "1,2.5\n-0.03,4\n", format: CSV{Header: "no"}, lines: []int{1, 2}},
		{text: "\xef\xbb\xbfa,b\r\n1,2.5\r\n-0.03,4\r\n", header: []string{"a", "b"}, lines: []int{2, 3}},
		{text: "\n\n1,2.5\n  \n\n-0.03,4\n\n \n", lines: []int{3, 6}},
		{text: " 1 , 2.5\n -0.03 ,\t4 \n", lines: []int{1, 2}},
		{text: "\"a\",\"b, c\"\n\"1\",2.5\n-0.03,\"4\"\n", header: []string{"a", "b, c"}, lines: []int{2, 3}},
		{text: ",0,1\n7,1,2.5\nx,-0.03,4\n", header: []string{"", "0", "1"}, lines: []int{2, 3}},
		{text: "Unnamed: 0,a,b\n7,1,2.5\n8,-0.03,4\n", header: []string{"Unnamed: 0", "a", "b"}, lines: []int{2, 3}},
		{text: "7,1,2.5\nx,-0.03,4\n", format: CSV{Index: "yes"}, lines: []int{1, 2}},
		{text: "1,2.5\r\r-0.03,4\r", lines: []int{1, 3}},
		{text: " \t \n1;2.5\n-0.03;4\n", lines: []int{2, 3}},
		{text: "\t\n1,2.5\n-0.03,4\n", lines: []int{2, 3}},
		{text: "1,\"2.5\"\n\"-0.03\",4\n", lines: []int{1, 2}},
		{text: "\"a;1;2\",\"b|3|4\"\n1,2.5\n-0.03,4\n", header: []string{"a;1;2", "b|3|4"}, lines: []int{2, 3}},
		{text: "\"a 1\" \"b\"\n1 2.5\n-0.03 4\n", header: []string{"a 1", "b"}, lines: []int{2, 3}},
		{text: "0,0\n1,2.5\n-0.03,4\n", format: CSV{Header: "yes"}, header: []string{"0", "0"}, lines: []int{2, 3}},
		{text: ",0,1\n7,1,2.5\n8,-0.03,4\n", header: []string{"", "0", "1"}, lines: []int{2, 3}},
		{text: "1,2.5" + strings.Repeat(" ", 1<<16) + "\r\n-0.03,4\r\n", lines: []int{1, 2}},
		{text: "1|2.5\n-0.03|4\n", lines: []int{1, 2}},
		{text: "a name of more than sixteen bytes;b\n1;2.5\n-0.03;4\n", header: []string{"a name of more than sixteen bytes", "b"}, lines: []int{2, 3}},
		{text: "  1   2.5\n-0.03 4  \n", lines: []int{1, 2}},
		{text: string(zipped([]byte("a,b\n1,2.5\n-0.03,4\n"))), header: []string{"a", "b"}, lines: []int{2, 3}},
	} {
		got, err := c.format.read("X.csv", strings.NewReader(c.text), false)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if !slices.Equal(got.X.Data, want) || got.X.Rows != 2 || got.X.Cols != 2 || !slices.Equal(got.header, c.header) || !slices.Equal(got.Lines, c.lines) {
			t.Errorf("%q: got %+v", c.text, got)
		}
	}

	for _, c := range []struct{ text, want string }{
		{"", "X.csv: found no data, want at least one line of numbers"},
		{"\n \n", "X.csv: found no data"},
		{"a,b\n", "X.csv: found no data, want at least one line of numbers; line 1 was taken for the names of the columns"},
		{"0,1\n5,6\n", "X.csv:1: the line counts from 0; -header yes if"},
		{"0\n5.5\n", "X.csv:1: the line counts from 0; -header yes if"},
		{",2.5\n1,2.5\n", `X.csv:1: column 1: found "", want a number; -header yes if this line has the names of the columns`},
		{",1\n1,2.5\n", `X.csv:1: column 1: found ""`},
		{",,\n1,2,3\n", "X.csv:1: found a field twice, want different names of columns or numbers; -header yes if"},
		{"?,?\n1,2\n", "X.csv:1: found a field twice"},
		{",Unnamed: 0,a\n7,7,1\n8,8,2.5\n", `X.csv:1: column 2: found the name "Unnamed: 0", which pandas gives to an index; leave the column out, or`},
		{"1,2\n3\n", "X.csv:2: column 2: found the end of the line, want 2 fields as in line 1"},
		{"\n1,2\n\n3,4,5\n", `X.csv:4: column 3: found "5", want the end of the line as in line 2`},
		{"a,b\n1,2,3\n", `X.csv:2: column 3: found "3", want the end of the line`},
		{"1,2\r3\r", "X.csv:2: column 2: found the end of the line"},
		{"1,2\n3,four\n", `X.csv:2: column 2: found "four", want a finite number`},
		{"1,2\n3,\n", `X.csv:2: column 2: found "", want a finite number`},
		{"1\t2\t3\n4\t\t6\n", `X.csv:2: column 2: found ""`},
		{"1,2\nNaN,4\n", `X.csv:2: column 1: found "NaN"`},
		{"1,NaN\n3,4\n", `X.csv:1: column 2: found "NaN"`},
		{"1,2\n3,-inf\n", `X.csv:2: column 2: found "-inf"`},
		{"1,2\n3,inf\n", `X.csv:2: column 2: found "inf"`},
		{"1,2\n3,1e999\n", `X.csv:2: column 2: found "1e999"`},
		{"1e999,2\n3,4\n", `X.csv:1: column 1: found "1e999"`},
		{"1,2\n3,1 000\n", `X.csv:2: column 2: found "1 000"`},
		{"a,2\n1,2\n", `X.csv:1: column 1: found "a", want a number; -header yes if this line has the names of the columns`},
		{"1,2,x,y\n3,4\n", `X.csv:1: column 3: found "x", want a number`}, // sizes need labels
		{"1,2,a\n", `X.csv:1: column 3: found "a", want a number; -header yes if`},
		{"0,1,2\n5,6,7\n", "X.csv:1: the line counts from 0; -header yes if these are the names of the columns, -header no"},
		{"1,2\n3,\"4\n5,6\n", `X.csv:2: column 2: extraneous or missing " in quoted-field`},
		{"1,2\n3,4\"\n", `X.csv:2: column 2: bare " in non-quoted-field`},
		{"0x1p3,2\n", `X.csv:1: column 1: found "0x1p3", want a number`},
		{"1,2\n1_000.5,2\n", `X.csv:2: column 1: found "1_000.5", want a finite number`},
		{"1,5;2,5\n", `X.csv:1: column 1: found "1,5", want a number; write decimal commas as points`},
		{"1;2\n1;2,5\n", `X.csv:2: column 2: found "2,5", want a finite number; write decimal commas as points`},
		{"1 2\n3 x\n", `X.csv:2: column 2: found "x", want a finite number`},
		{"\xff\xfe1\x00,\x002\x00\n\x00", "X.csv: found a zero byte, want text in UTF-8; this is UTF-16"},
		{"\x001,2\n", "X.csv: found a zero byte"},
		{string(zipped([]byte("1,2\n3,4\n"))[:20]), "X.csv: unexpected EOF"},
		{"\x1f\x8b", "X.csv: unexpected EOF"},
		{strings.Repeat("1", maxLine+1), "X.csv: found a line of more than 16 MB, which is the limit"},
		{"1,2\n3," + strings.Repeat("é", 1000) + "\n", strings.Repeat("é", 40) + `…", want`},
	} {
		_, err := CSV{}.read("X.csv", strings.NewReader(c.text), false)
		refused(t, c.text, err, c.want)
	}
}

// Each line may have maxLine bytes.
func TestMaxLine(t *testing.T) {
	line := strings.Repeat("1", maxLine)
	for s, want := range map[string]bool{line: true, "\n" + line: true, "12\n" + line: true, line + "1": false, "12\n1" + line: false} {
		in := &text{r: strings.NewReader(s)}
		if _, err := in.Read(make([]byte, 2*maxLine)); (err == nil) != want {
			t.Errorf("%d bytes: got error %v, want none: %v", len(s), err, want)
		}
	}
}

// What is too large is refused before it takes the memory.
func TestLimit(t *testing.T) {
	defer func(n int) { maxNumbers = n }(maxNumbers)
	maxNumbers = 8*wordsPerLine + 8
	text := strings.Repeat("1,0\n2,1\n", 4)
	if _, err := (CSV{}).labelled(text); err != nil {
		t.Error(err)
	}
	_, err := CSV{}.labelled(text + text)
	refused(t, "many lines", err, "T.csv:10: the numbers up to here take")
	maxNumbers = 3 << 17
	_, err = CSV{}.labelled(strings.Repeat("1,0\n", 1<<17))
	refused(t, "very many lines", err, "the numbers up to here take 3 MB, which is the limit")
	maxNumbers = 8*wordsPerLine + 8
	_, err = CSV{}.labelled("0,a\n1,b\n2,c\n3,d\n4,e\n5,f\n6,g\n")
	refused(t, "many targets", err, "T.csv: found 7 classes of 7 samples, want a product of at most 48")
}

// Any text gives an error or a valid set.
func FuzzCSV(f *testing.F) {
	f.Add("1,2,0\n3,4,1\n")
	f.Add("\xef\xbb\xbfa;b;c\r\n1;2;0\r\n\r\n3;4;1\r\n")
	f.Add("1\t\"2\"\t1e0\n3\t4\t1\n")
	f.Add("a,b\n1,NaN\n")
	f.Add("3,2,z,y\n1,2,0\n3,4,1\n5,6,1\n")
	f.Add(",a,b\n0,1,x\n1,4,\"\x1b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, labelled := range []bool{false, true} {
			table, err := CSV{}.read("F", strings.NewReader(text), labelled)
			if err != nil {
				refused(t, text, err, "F:")
				continue
			}
			if len(table.X.Data) != table.X.Rows*table.X.Cols || len(table.X.Data) > len(text) || len(table.Lines) != table.X.Rows {
				t.Errorf("%q: %d×%d with %d numbers, %d lines", text, table.X.Rows, table.X.Cols, len(table.X.Data), len(table.Lines))
			}
			if !labelled {
				continue
			}
			set, err := CSV{}.set(table)
			if err != nil {
				refused(t, text, err, "F:")
			} else if set.X != table.X || set.Y.Cols != len(set.Classes) || slices.Max(set.Labels) != len(set.Classes)-1 || slices.Min(set.Labels) != 0 ||
				strings.ContainsFunc(set.Format, func(r rune) bool { return !strconv.IsPrint(r) }) {
				t.Errorf("%q: got %+v", text, set)
			}
		}
	})
}
