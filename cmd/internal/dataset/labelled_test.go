package dataset

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// labelled reads a set from text.
func (c CSV) labelled(text string) (*Set, error) {
	table, err := c.read("T.csv", strings.NewReader(text), true)
	if err != nil {
		return nil, err
	}
	return c.set(table)
}

func TestReadLabelled(t *testing.T) {
	const (
		three = "a,kind,1\n1,-0,10\n2,3,20\n3.5,0,10\n"
		lines = "5.1,3.5,%s\n4.9,3,%s\n\n7,3.2,%s\n\n"
	)
	x := []float64{5.1, 3.5, 4.9, 3, 7, 3.2}
	text := func(a, b, c string) string { return fmt.Sprintf(lines, a, b, c) }
	indexed := "0,5.1,3.5,b\n1,4.9,3,b\n2,7,3.2,a\n"
	for _, c := range []struct {
		text    string
		format  CSV
		x       []float64
		classes []string
		labels  []int
		want    string
	}{
		{strings.Replace(three, "kind", " kind ", 1), CSV{Label: "kind"}, []float64{1, 10, 2, 20, 3.5, 10}, []string{"0", "3"}, []int{0, 1, 0}, "header; classes: 0 (2), 3 (1)"},
		{three, CSV{Label: "kind"}, []float64{1, 10, 2, 20, 3.5, 10}, []string{"0", "3"}, []int{0, 1, 0}, "header; classes: 0 (2), 3 (1)"},
		{"kind,a,b\nx,0,5\ny,1,6\nx,2,7\n", CSV{Label: "kind"}, []float64{0, 5, 1, 6, 2, 7}, []string{"x", "y"}, []int{0, 1, 0}, "header; classes: x (2), y (1)"},
		{"3,1,x,y\n5,0\n6,1\n7,0\n", CSV{}, []float64{5, 6, 7}, []string{"x", "y"}, []int{0, 1, 0}, "class names in line 1; classes: x (2), y (1)"},
		{"a;b,c,d,kind\n1,2,3,x\n4,5,6,y\n", CSV{}, []float64{1, 2, 3, 4, 5, 6}, []string{"x", "y"}, []int{0, 1}, "header; classes: x (1), y (1)"},
		{three, CSV{Header: "yes", Label: "2"}, []float64{1, 10, 2, 20, 3.5, 10}, []string{"0", "3"}, []int{0, 1, 0}, "header; classes: 0 (2), 3 (1)"},
		{three, CSV{Header: "yes"}, []float64{1, 0, 2, 3, 3.5, 0}, []string{"10", "20"}, []int{0, 1, 0}, "header; classes: 10 (2), 20 (1)"},
		{three, CSV{Header: "yes", Label: "1"}, []float64{1, 0, 2, 3, 3.5, 0}, []string{"10", "20"}, []int{0, 1, 0}, "header;"}, // a name comes before a number
		{text("1", "-9007199254740991", "1"), CSV{}, x, []string{"-9007199254740991", "1"}, []int{1, 0, 1}, "no header;"},
		{strings.ReplaceAll(text("b", "b", "a"), ",", " "), CSV{}, x, []string{"a", "b"}, []int{1, 1, 0}, "no header; classes: a (1), b (2)"},
		{text("10", "9.0", "1e1"), CSV{}, x, []string{"9", "10"}, []int{1, 0, 1}, "no header; classes: 9 (1), 10 (2)"},
		{text("setosa", " setosa ", "Virginica"), CSV{}, x, []string{"Virginica", "setosa"}, []int{1, 1, 0}, "no header; classes: Virginica (1), setosa (2)"},
		{"b,5.1,3.5\nb,4.9,3\na,7,3.2\n", CSV{Label: "1"}, x, []string{"a", "b"}, []int{1, 1, 0}, "no header; classes: a (1), b (2)"},
		{"length,width,kind\n" + text("b", "b", "a"), CSV{}, x, []string{"a", "b"}, []int{1, 1, 0}, "header; classes: a (1), b (2)"},
		{"0,1,2\n" + text("b", "b", "a"), CSV{Header: "yes"}, x, []string{"a", "b"}, []int{1, 1, 0}, "header; classes: a (1), b (2)"},
		{",0,1,2\n" + indexed, CSV{}, x, []string{"a", "b"}, []int{1, 1, 0}, "header, index left out; classes: a (1), b (2)"},
		{",0,1,2\n" + indexed, CSV{Index: "no"}, []float64{0, 5.1, 3.5, 1, 4.9, 3, 2, 7, 3.2}, []string{"a", "b"}, []int{1, 1, 0}, "header; classes: a (1), b (2)"},
		{indexed, CSV{Index: "yes"}, x, []string{"a", "b"}, []int{1, 1, 0}, "no header, index left out; classes: a (1), b (2)"},
		{"3,2,z\n" + text("b", "b", "a"), CSV{Header: "yes"}, x, []string{"a", "b"}, []int{1, 1, 0}, "header; classes: a (1), b (2)"},
		{"3,1,x,y\n1,5,5,2\n1,6,6,2\n1,7,7,3\n", CSV{Header: "yes"}, []float64{1, 5, 5, 1, 6, 6, 1, 7, 7}, []string{"2", "3"}, []int{0, 0, 1}, "header;"},
		{",a,b\nx,0,5\ny,1,6\nx,2,7\n", CSV{Label: "1"}, []float64{0, 5, 1, 6, 2, 7}, []string{"x", "y"}, []int{0, 1, 0}, "header; classes: x (2), y (1)"},
		{"x,0,5\ny,1,6\nx,2,7\n", CSV{Label: "1"}, []float64{0, 5, 1, 6, 2, 7}, []string{"x", "y"}, []int{0, 1, 0}, "no header, whole numbers without decimal commas; classes: x (2), y (1)"},
		{",a,b,c\n7,0,5,x\n8,1,6,y\n9,2,7,x\n", CSV{}, []float64{0, 5, 1, 6, 2, 7}, []string{"x", "y"}, []int{0, 1, 0}, "header, index left out;"},
		{"3,2,x,y\n0,5,0\n1,6,1\n2,7,0\n", CSV{}, []float64{0, 5, 1, 6, 2, 7}, []string{"x", "y"}, []int{0, 1, 0}, "class names"},
		{"0,5,2,3\n1,5,2,3\n1,5,2,4\n", CSV{}, []float64{0, 5, 2, 1, 5, 2, 1, 5, 2}, []string{"3", "4"}, []int{0, 0, 1}, "no header, whole numbers without decimal commas;"},
		{"5,4,3e0,0\n5,1,2,1\n", CSV{}, []float64{5, 4, 3, 5, 1, 2}, []string{"0", "1"}, []int{0, 1}, "no header;"},
		{"5;4;0\n5;1;1\n", CSV{}, []float64{5, 4, 5, 1}, []string{"0", "1"}, []int{0, 1}, "no header;"},
		{"0,1\n1,0\n2,1\n", CSV{}, []float64{0, 1, 2}, []string{"0", "1"}, []int{1, 0, 1}, "no header;"},
		{"0,5,x\n1,5,y\n", CSV{}, []float64{0, 5, 1, 5}, []string{"x", "y"}, []int{0, 1}, "no header, whole numbers"},
		{"3,2,z,y,x\n" + text("2", "0", "0"), CSV{}, x, []string{"z", "x"}, []int{1, 0, 0}, "class names in line 1; classes: z (2), x (1)"},
		{text("\xff", "\xff", `"a`+"\x1b[0m\nb"+`"`), CSV{}, x, []string{`"\xff"`, `"a\x1b[0m\nb"`}, []int{0, 0, 1}, `classes: "\xff" (2), "a\x1b[0m\nb" (1)`},
		{text("a", "b", "b"), CSV{Header: "no"}, x, []string{"a", "b"}, []int{0, 1, 1}, "no header; classes: a (1), b (2)"},
		{text("a", "b", "c"), CSV{}, x, []string{"a", "b", "c"}, []int{0, 1, 2}, "no header; classes: a (1), b (1), c (1)"},
		{text("3", "4", "4"), CSV{}, x, []string{"3", "4"}, []int{0, 1, 1}, "no header; classes: 3 (1), 4 (2)"},
		{",0,1,kind\n" + indexed, CSV{}, x, []string{"a", "b"}, []int{1, 1, 0}, "header, index left out; classes: a (1), b (2)"},
		{"2,5,x\n1,5,y\n1,4,x\n", CSV{}, []float64{2, 5, 1, 5, 1, 4}, []string{"x", "y"}, []int{0, 1, 0}, "no header, whole numbers"},
		{"0.5,5,x\n1.5,5,y\n2.5,4,x\n", CSV{}, []float64{0.5, 5, 1.5, 5, 2.5, 4}, []string{"x", "y"}, []int{0, 1, 0}, "no header;"},
		{"1e300,5,x\n1e300,5,y\n1e300,4,x\n", CSV{}, []float64{1e300, 5, 1e300, 5, 1e300, 4}, []string{"x", "y"}, []int{0, 1, 0}, "no header;"},
		{"0,1,0\n1,0,1\n1,1,0\n", CSV{}, []float64{0, 1, 1, 0, 1, 1}, []string{"0", "1"}, []int{0, 1, 0}, "no header, whole numbers"},
	} {
		set, err := c.format.labelled(c.text)
		if err != nil || !slices.Equal(set.X.Data, c.x) || !slices.Equal(set.Classes, c.classes) || !slices.Equal(set.Labels, c.labels) || !strings.Contains(set.Format, c.want) {
			t.Errorf("%q, %+v: got %+v, %v", c.text, c.format, set, err)
		}
	}

	wine := ""
	for i := range 23 {
		wine += fmt.Sprintf("%d,0.5,%d\n", i%3, i%12)
	}
	for classes, ok := range map[int]bool{10: true, 11: false} { // of 12 samples
		text := ""
		for i := range 12 {
			text += fmt.Sprintf("0.5,0.25,%d\n", i%classes)
		}
		if _, err := (CSV{}).labelled(text); (err == nil) != ok {
			t.Errorf("%d classes of 12 samples: %v", classes, err)
		}
	}
	if set, err := (CSV{Label: "3"}).labelled(wine); err != nil || len(set.Classes) != 12 {
		t.Errorf("many classes: %+v, %v", set, err)
	}
	if set, err := (CSV{}).labelled(wine + "1,0.5,1\n"); err != nil || len(set.Classes) != 12 {
		t.Errorf("two samples of each class: %+v, %v", set, err)
	}
	var many strings.Builder
	for i := range 1001 {
		if i == maxClasses {
			if _, err := (CSV{Label: "2"}).labelled(many.String()); err != nil {
				t.Errorf("%d classes: %v", i, err)
			}
		}
		fmt.Fprintf(&many, "1,%d\n", i)
	}
	for _, c := range []struct {
		text   string
		format CSV
		want   string
	}{
		{three, CSV{Label: "b", Header: "yes"}, `T.csv:1: -label: found no column "b", want the name of a column or a number from 1 to 3`},
		{three, CSV{Label: "0", Header: "yes"}, `found no column "0"`},
		{three, CSV{Label: "4", Header: "yes"}, `found no column "4"`},
		{three, CSV{Label: "-1", Header: "yes"}, `found no column "-1"`},
		{text("a", "b", "a"), CSV{Label: "b"}, `T.csv:1: -label: found no column "b"`},
		{"3,2,x,y\n" + text("0", "1", "1"), CSV{Label: "x"}, `T.csv:1: -label: found no column "x", want the name of a column or a number from 1 to 3`},
		{"a,b\n1,2\n", CSV{Header: "no", Label: "b"}, `T.csv:1: -label: found no column "b"`},
		{"1\n2\n", CSV{}, "T.csv: found one column, want inputs and labels, separated by commas,"},
		{wine, CSV{}, "T.csv: the last column has 12 different values in 23 lines; -label names the column of the classes (-label 3 is this one)"},
		{many.String(), CSV{}, "T.csv: found 1001 different labels, want at most 1000"},
		{text("2", "2", "2"), CSV{}, "T.csv: found only the label 2 in 3 samples, want at least two classes"},
		{text("a", "a", "a"), CSV{}, "T.csv: found only the label a in 3 samples"},
		{text("1", "2", "0.5"), CSV{}, `T.csv:4: column 3: found the label "0.5", want a whole number or the name of a class; -label names another column`},
		{text("1", "0x2", "2"), CSV{}, `T.csv:2: column 3: found "0x2", want numbers only or names only`},
		{text("a", "b", "NaN"), CSV{}, `T.csv:4: column 3: found the label "NaN", want`},
		{text("a", "b", ""), CSV{}, `T.csv:4: column 3: found the label "", want`},
		{text("1", "1e300", "2"), CSV{}, `T.csv:2: column 3: found the label "1e300", want`},
		{text("1", "9007199254740993", "2"), CSV{}, `T.csv:2: column 3: found the label "9007199254740993", want`}, // 2⁵³+1 would become 2⁵³
		{text("1", "2", "a"), CSV{}, `T.csv:4: column 3: found "a", want numbers only or names only; line 1 has "1"; -header yes if line 1 has the names`},
		{text("a", "2", "2"), CSV{}, `T.csv:2: column 3: found "2", want numbers only or names only; line 1 has "a"; -header yes if`},
		{"p,q,r\n" + text("a", "2", "2"), CSV{}, `T.csv:3: column 3: found "2", want numbers only or names only; line 2 has "a"`},
		{"b,1,2\n", CSV{}, `T.csv:1: column 1: found "b", want a number; -header yes if this line has the names of the columns; -label 1 if the column has the classes`},
		{"1,2,0\n1,b,0\n", CSV{}, `T.csv:2: column 2: found "b", want a finite number; -label 2 if the column has the classes`},
		{"0,1,class\n5,6,x\n5,7,y\n", CSV{}, "T.csv:1: the line counts from 0; -header yes"},
		{"0.5,1\n0.25,0.5\n", CSV{}, `T.csv:2: column 2: found the label "0.5", want a whole number or the name of a class; -label names another column`},
		{"0,1,2,class\n" + text("1", "2", "2"), CSV{}, "T.csv:1: the line counts from 0; -header yes"},
		{indexed, CSV{}, "T.csv: column 1 numbers the lines from 0 to 2; -index yes leaves it out, -index no makes it an input"},
		{"12,5.1,3.5,b\n10,4.9,3,b\n11,7,3.2,a\n", CSV{}, "T.csv: column 1 numbers the lines from 10 to 12; -index yes"},
		{"1990,1991,class\n" + text("a", "b", "b") + text("a", "b", "b"), CSV{}, `T.csv:1: column 3: found "class", which no other line has; -header yes if this is the name of the column, -header no if it is a label`},
		{",5.1,3.5,b\n" + indexed, CSV{}, `T.csv:1: column 1: found "", want a number; -header yes if`},
		{",0,1,1\n" + indexed, CSV{}, `T.csv:1: column 1: found "", want a number; -header yes if`},
		{"Id,a,b\n1,7,2\n2,8,1\n3,9,2\n", CSV{}, "T.csv: column 1 numbers the lines from 1 to 3; -index yes"},
		{"4,2,x,y,z\n" + text("0", "1", "2"), CSV{}, "T.csv: found 3 samples, want 4 according to line 1; -header yes if"},
		{"3,3,x,y,z\n" + text("0", "1", "2"), CSV{}, "T.csv:2: column 4: found the end of the line, want 4 fields as in line 1"},
		{"3,2,x,y\n" + text("0", "1", "2"), CSV{}, `T.csv:5: column 3: found the label "2", want 0 to 1: line 1 names 2 classes`},
		{"3,2,x,x\n" + text("0", "1", "1"), CSV{}, `T.csv:1: column 3: found "x", want a number`},
		{"3,2,x,y\n" + text("0", "1", "-1"), CSV{}, `T.csv:5: column 3: found the label "-1", want 0 to 1`},
		{"1.5,2,x,y\n" + text("0", "1", "1"), CSV{}, `T.csv:1: column 3: found "x", want a number`},
		{"3,0,x,y\n0\n1\n0\n", CSV{}, `T.csv:1: column 3: found "x", want a number`},
		{"3,9223372036854775807,x,y\n" + text("0", "1", "1"), CSV{}, `T.csv:1: column 3: found "x"`},
		{"3,2,x,y\n" + text("x", "y", "x"), CSV{}, `T.csv:2: column 3: found the label "x", want 0 to 1`},
	} {
		_, err := c.format.labelled(c.text)
		refused(t, c.text, err, c.want)
	}
}

func TestReadLabelledFile(t *testing.T) {
	dir := folder(t, map[string][]byte{"a": []byte("1.5,x\n2.5,y\n")})
	if set, err := (CSV{}).ReadLabelled(filepath.Join(dir, "a")); err != nil || !slices.Equal(set.Classes, []string{"x", "y"}) {
		t.Errorf("got %+v, %v", set, err)
	}
	_, err := CSV{}.ReadLabelled(filepath.Join(dir, "none"))
	refused(t, "no file", err, filepath.Join(dir, "none")+": no such file or directory")
}

// Messages give the advice that applies, and no other.
func TestAdvice(t *testing.T) {
	e := strings.Repeat("é", 40)
	for _, c := range []struct {
		text     string
		format   CSV
		labelled bool
		want     string
	}{
		{"1,2\n3,four\n", CSV{}, false, `T.csv:2: column 2: found "four", want a finite number`},
		{"1e999,2\n3,4\n", CSV{}, false, `T.csv:1: column 1: found "1e999", want a finite number`},
		{"1,2,0\n3,four,1\n", CSV{}, true, `T.csv:2: column 2: found "four", want a finite number; -label 2 if the column has the classes`},
		{"1,2,0\n3,four,1\n", CSV{Label: "3"}, true, `T.csv:2: column 2: found "four", want a finite number`},
		{"1,2,0\n3,,1\n", CSV{}, true, `T.csv:2: column 2: found "", want a finite number`},
		{"1,2,0\n3,NaN,1\n", CSV{}, true, `T.csv:2: column 2: found "NaN", want a finite number`},
		{"1,2\n3," + e + "\n", CSV{}, false, `T.csv:2: column 2: found "` + e + `", want a finite number`},
		{"1,2\n3,é" + e + "\n", CSV{}, false, `T.csv:2: column 2: found "` + e + `…", want a finite number`},
		{",1,x\n2,3,y\n", CSV{Header: "no"}, true, `T.csv:1: column 1: found "", want a finite number`},
	} {
		if _, err := c.format.read("T.csv", strings.NewReader(c.text), c.labelled); err == nil || err.Error() != c.want {
			t.Errorf("%q: got error %v, want %q", c.text, err, c.want)
		}
	}
	if got, err := (CSV{}).read("T.csv", strings.NewReader("Unnamed: 0\n7\n8\n"), false); err != nil || got.X.Cols != 1 {
		t.Errorf("one column is no index: got %+v, %v", got, err)
	}
}

// Classes that are many are listed in part.
func TestCounts(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb cccccccccccccccc d e f", "aaaaaaaaaaaaaaaa (1), bbbbbbbbbbbbbbbb (1), cccccccccccccccc (1), d (1), e (1), f (2)"},
		{"aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb cccccccccccccccc d e f g", "aaaaaaaaaaaaaaaa (1), bbbbbbbbbbbbbbbb (1), cccccccccccccccc (1), d (1), e (1), f (1), … g (2); 7 classes"},
		{"aa b c d e f g", "aa (1), b (1), c (1), d (1), e (1), f (1), … g (2); 7 classes"}, // 41 columns up to f
		{"a b c d e f g", "a (1), b (1), c (1), d (1), e (1), f (1), g (2)"},                // 40
	} {
		set := &Set{Classes: strings.Fields(c.names)}
		for k := range set.Classes {
			set.Labels = append(set.Labels, k)
		}
		set.Labels = append(set.Labels, len(set.Classes)-1)
		if got := set.counts(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.names, got, c.want)
		}
	}
	text := ""
	for i := range 100 {
		text += fmt.Sprintf("1,name %02d\n2,name %02d\n", i, i)
	}
	const want = "no header; classes: name 00 (2), name 01 (2), name 02 (2), name 03 (2), name 04 (2), name 05 (2), … name 99 (2); 100 classes"
	if set, err := (CSV{}).labelled(text); err != nil || set.Format != want {
		t.Errorf("got %+v, %v", set, err)
	}
}

func TestReadXY(t *testing.T) {
	file := func(name, text string) string {
		return filepath.Join(folder(t, map[string][]byte{name: []byte(text)}), name)
	}
	x := file("X.csv", "1.0e+00,2.0e+00\n3.0e+00,4.0e+00\n5.0e+00,6.0e+00\n")
	for _, c := range []struct {
		y       string
		classes []string
		format  string
	}{
		{"1.000000000000000000e+00\n-7.000000000000000000e+00\n1.000000000000000000e+00\n", []string{"-7", "1"}, "-x: no header; -y: no header; classes: -7 (1), 1 (2)"},
		{"b\na\nb\n", []string{"a", "b"}, "-y: no header; classes: a (1), b (2)"},
		{"kind\nb\na\nb\n", []string{"a", "b"}, "-y: header; classes: a (1), b (2)"},
		{"kind\n1\n0\n1\n", []string{"0", "1"}, "-y: header;"},
		{",kind\n0,b\n1,a\n2,b\n", []string{"a", "b"}, "-y: header, index left out;"},
		{",0\n0,1\n1,0\n2,1\n", []string{"0", "1"}, "-y: header, index left out;"},
		{",0\n0,b\n1,a\n2,b\n", []string{"a", "b"}, "-y: header, index left out;"},
	} {
		set, err := CSV{}.ReadXY(x, file("Y.csv", c.y))
		if err != nil || !slices.Equal(set.Classes, c.classes) || !slices.Equal(set.Labels, []int{1, 0, 1}) || !slices.Equal(set.Y.Data, []float64{0, 1, 1, 0, 0, 1}) || set.X.At(2, 1) != 6 || !strings.Contains(set.Format, c.format) {
			t.Errorf("%q: got %+v, %v", c.y, set, err)
		}
	}
	for _, y := range []string{"San Jose\nNew York\nSan Jose\n", "city\nSan Jose\nNew York\nSan Jose\n", "3 San Jose\n1 New York\n3 San Jose\n"} { // blanks separate numbers only
		if set, err := (CSV{}).ReadXY(x, file("Y.csv", y)); err != nil || !slices.Equal(set.Labels, []int{1, 0, 1}) {
			t.Errorf("%q: got %+v, %v", y, set, err)
		}
	}
	for _, c := range []struct{ y, want string }{
		{"0\n1\n", "X.csv has 3 samples"},
		{"San Jose\nNew York, NY\nSan Jose\n", `Y.csv:2: column 2: found "NY", want the end of the line`},
		{"0\n1\n1\n1\n", "Y.csv: found 4 labels, but "},
		{"kind\n0\n1\n", "X.csv has 3 samples; -header no if line 1 is a label"},
		{"kind\na\nb\n", "X.csv has 3 samples; -header no if line 1 is a label"}, // not three labels
		{"a\na\nb\na\n", "Y.csv: found 4 labels, but "},                          // not a header and three labels
		{"b,\na,\n", `Y.csv:2: column 1: found "a", want a finite number`},
		{"0,1\n1,0\n2,0\n", "Y.csv: found 2 columns, want one column of labels; -index yes if the first numbers the lines"},
		{"0\n1\n0.5\n", `Y.csv:3: column 1: found the label "0.5", want a whole number`},
		{"0\n1\n\n1e300\n", `Y.csv:4: column 1: found the label "1e300", want a whole number`},
		{"2\n2\n2\n", "X.csv: found only the label 2 in 3 samples, want at least two classes"},
		{"0\n1\nx\n", `Y.csv:3: column 1: found "x", want numbers only or names only; line 1 has "0"`},
	} {
		_, err := CSV{}.ReadXY(x, file("Y.csv", c.y))
		refused(t, c.y, err, c.want)
	}
	_, err := CSV{Header: "yes"}.ReadXY(file("X.csv", "p\n4\n6\n5\n"), file("Y.csv", "b\na\nb\n"))
	refused(t, "one label too few", err, "Y.csv: found 2 labels, but ")
	indexed := file("X.csv", ",p,q\n5,1,2\n3,3,4\n4,5,6\n")
	for index, want := range map[string]string{"5 3 4": "", "4 3 5": "Y.csv: found another first column than in ", "53  4": "Y.csv: found another"} {
		i := strings.Split(index, " ")
		y := file("Y.csv", fmt.Sprintf(",kind\n%s,b\n%s,a\n%s,b\n", i[0], i[1], i[2]))
		if _, err := (CSV{}).ReadXY(indexed, y); want != "" {
			refused(t, index, err, want)
		} else if err != nil {
			t.Error(err)
		}
		if _, err := (CSV{Index: "yes"}).ReadXY(indexed, y); err != nil {
			t.Error(err)
		}
	}
	for _, y := range []string{"0\n1\n0.5\n", "b,c\na,b\n"} { // -label cannot be used with -y
		if _, err := (CSV{}).ReadXY(x, file("Y.csv", y)); err == nil || strings.Contains(err.Error(), "-label") {
			t.Errorf("%q: got error %v, want one without -label", y, err)
		}
	}
	_, err = CSV{}.ReadXY(file("X.csv", "0,7\n1,8\n2,9\n"), file("Y.csv", "0\n1\n0\n"))
	refused(t, "an index", err, "X.csv: column 1 numbers the lines from 0 to 2; -index yes")
	for _, names := range [][2]string{{"none", x}, {x, "none"}} {
		_, err := CSV{}.ReadXY(names[0], names[1])
		refused(t, names, err, "none: no such file")
	}
}
