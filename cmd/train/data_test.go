package main

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
)

// The files of the course, 2-D and digits, need no flags but their names.
func TestCourseFiles(t *testing.T) {
	dir := t.TempDir()
	digits, err := dataset.Digits()
	if err != nil {
		t.Fatal(err)
	}
	digits.Name = "digits"
	for _, set := range []*dataset.Set{dataset.Moons(600, 0.1, trial.Rand(4, 0)), digits} {
		var x, y strings.Builder
		for s, label := range set.Labels {
			x.WriteString(strings.ReplaceAll(strings.Trim(fmt.Sprintf("%.18e", set.X.Row(s)), "[]"), " ", ",") + "\n")
			fmt.Fprintf(&y, "%.18e\n", float64(label))
		}
		name := filepath.Join(dir, set.Name)
		writeFile(t, name+"X.csv", x.String())
		writeFile(t, name+"Y.csv", y.String())
		if a := number(t, accuracy, succeed(t, fmt.Sprintf("-x %sX.csv -y %sY.csv -save %s.json", name, name, name))); a < 0.95 {
			t.Errorf("%s: accuracy %v", name, a)
		}
		// The scaling and the classes are those of the model.
		records, err := csv.NewReader(strings.NewReader(succeed(t, fmt.Sprintf("-load %s.json -predict %sX.csv", name, name)))).ReadAll()
		if err != nil || len(records) != len(set.Labels) || len(records[0]) != 1+len(set.Classes) {
			t.Fatalf("%s: %d records, the first %v, %v", name, len(records), records[:1], err)
		}
		correct := 0
		for s, record := range records {
			if record[0] == set.Classes[set.Labels[s]] {
				correct++
			}
		}
		if a := float64(correct) / float64(len(records)); a < 0.97 {
			t.Errorf("%s: %v of the predictions are correct", name, a)
		}
	}
	verifyWrong(t, 1, "", "got 64 columns, want 2", fmt.Sprintf("-load %s/moons.json -predict %s/digitsX.csv", dir, dir))
	verifyWrong(t, 1, "", "has 600 samples", fmt.Sprintf("-x %s/moonsX.csv -y %s/digitsY.csv", dir, dir))
}

// Iris, in the forms in which it is handed out, needs no flag but its path.
func TestIris(t *testing.T) {
	const inputs = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),"
	names := []string{"setosa", "versicolor", "virginica"}
	means := [][]float64{{5, 3.4, 1.5, 0.2}, {5.9, 2.8, 4.3, 1.3}, {6.6, 3, 5.6, 2}}
	dir := t.TempDir()
	file := filepath.Join(dir, "iris")
	for _, c := range []struct {
		first, line, format, class string // line has the number, the inputs, the class and its name
	}{
		{"", "%.0[1]s%[2]s,%.0[3]sIris-%[4]s\n", "no header;", "Iris-setosa"},                               // UCI
		{"150,4,setosa,versicolor,virginica\n", "%.0[1]s%[2]s,%[3]s\n", "class names in line 1;", "setosa"}, // scikit-learn
		{inputs + "target\n", "%.0[1]s%[2]s,%[3]s\n", "header;", "0"},                                       // pandas
		{"," + inputs + "target\n", "%[1]s,%[2]s,%[3]s\n", "header, index left out;", "0"},
		{",0,1,2,3,4\n", "%[1]s,%[2]s,%.0[3]s%[4]s\n", "header, index left out;", "setosa"},
	} {
		rng := trial.Rand(1, 0)
		text := c.first
		for s := range 150 {
			var row []string
			for _, mean := range means[s/50] {
				row = append(row, fmt.Sprintf("%.1f", mean+0.3*rng.NormFloat64()))
			}
			text += fmt.Sprintf(c.line, strconv.Itoa(s), strings.Join(row, ","), strconv.Itoa(s/50), names[s/50])
		}
		writeFile(t, file, text+"\n")
		out := succeed(t, "-x "+file+" -save "+file+".json")
		// The class is in the first line, the saved model, the confusion matrix and the scores.
		for _, want := range []string{`^` + c.format + ` classes: ` + c.class + ` \(50\), `, `(?m)^ +` + c.class + ` +10 `, `(?m)^ +` + c.class + ` +\d\.\d{4} `} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("%q: no %s in\n%s", c.first, want, out)
			}
		}
		for _, line := range strings.Split(out, "\n")[:10] {
			if utf8.RuneCountInString(line) > 80 && !strings.Contains(line, file) {
				t.Errorf("%q: wide: %q", c.first, line)
			}
		}
		if a := number(t, accuracy, out); a < 0.9 || !strings.Contains(out, "network: 4-64-3,") {
			t.Errorf("%q:\n%s", c.first, out)
		}
		writeFile(t, file+"X", "5,3.4,1.5,0.2\n")
		if class := succeed(t, "-load "+file+".json -predict "+file+"X"); !strings.HasPrefix(class, c.class+",") {
			t.Errorf("%q: predicts %q", c.first, class)
		}
		if again := succeed(t, "-load "+file+".json -x "+file); scores(again) != scores(strings.TrimSuffix(out, "model saved to "+file+".json\n")) {
			t.Errorf("%q: loaded:\n%s\nsaved:\n%s", c.first, again, out)
		}
	}
}

// The held-out samples of MNIST are its own test set, unless -test is given.
func TestMNIST(t *testing.T) {
	dir := t.TempDir()
	for part, n := range map[string]int{"train": 60, "t10k": 20} {
		images := "\x00\x00\x08\x03\x00\x00\x00" + string(rune(n)) + "\x00\x00\x00\x01\x00\x00\x00\x02" // of 1×2 pixels
		labels := "\x00\x00\x08\x01\x00\x00\x00" + string(rune(n))
		writeFile(t, filepath.Join(dir, part+"-images-idx3-ubyte"), images+strings.Repeat("\xff\x00\x00\xff", n/2))
		writeFile(t, filepath.Join(dir, part+"-labels-idx1-ubyte"), labels+strings.Repeat("\x03\x04", n/2))
	}
	for args, want := range map[string]string{"": "mnist: 60 training samples, 20 held out", "-test 0.5": "mnist: 40 training samples, 40 held out", "-folds 4": "mnist: 60 training samples, 4 folds"} {
		if out := succeed(t, args+" -data mnist:"+dir); !strings.HasPrefix(out, want) || number(t, accuracy, out) != 1 {
			t.Errorf("%q:\n%s", args, out)
		}
	}
	verifyWrong(t, 1, "", "train-images-idx3-ubyte", "-data mnist:"+filepath.Join(dir, "none"))
}
