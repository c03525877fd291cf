package live

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/claim"
	"chainrule/derive"
	"chainrule/matrix"
)

func TestErrors(t *testing.T) {
	for _, c := range []struct{ address, field, want string }{
		{"", "label", `got "", want one of F1`},
		{"Z9", "label", `got "Z9", want one of F1`},
		{"F1&w3=1", "", `the address has "w3", want b1, b2, `},
		{"F1&" + strings.Repeat("x", 1<<17), "", "more than 65536 characters"},
		{"F1&f1=softmax", "f1", "softmax"},
		{"F1&w1=0.4,0.6,x;0.3,0.9,0.5", "w1-0-2", `"x" is not a number`},
		{"F1&w1=0.4,0.6,;0.3,0.9,0.5", "w1-0-2", "empty"},
		{"F1&w1=0.4,0.6,NaN;0.3,0.9,0.5", "w1-0-2", `got "NaN", want a number from −1e9 to 1e9`},
		{"F1&w1=0.4,0.6,1e999;0.3,0.9,0.5", "w1-0-2", `got "1e999", want a number`},
		{"F1&w1=0.4,0.6,-inf;0.3,0.9,0.5", "w1-0-2", "want a number"},
		{"F1&w1=0.4,0%2C6,1;0.3,0.9,0.5", "w1-0-1", `"0,6" is not a number`},
		{"F1&rate=1_000", "rate", `"1_000" is not a number`},
		{"F1&rate=0x10p0", "rate", `"0x10p0" is not a number`},
		{"F1&w1=1,2;3", "w1", "row 1 has 1 numbers, row 0 has 2"},
		{"F1&w1=1;2,3", "w1", "row 1 has 2 numbers, row 0 has 1"},
		{"F1&w1=1;1;1;1;1;1;1;1;1", "w1", "got 9×1 numbers, want at most 8 rows and columns"},
		{"F1&w1=1" + strings.Repeat(",1", 9999), "w1", "got 1×10000 numbers, want at most 8"},
		{"F1&w1=", "w1-0-0", "empty, want a number"},
		// The matrix that the others contradict is wrong, or the one that the address gives.
		{"F1&w1=1,2,3,4;1,2,3,4", "w1", "got 4 columns, want 3, as many as b1 has columns"},
		{"F1&w1=1,2,3,4;1,2,3,4&w2=1;2;3;4", "b1", "got 3 columns, want 4, as many as w1 has columns"},
		{"F1&w1=1,2,3", "w1", "got 1 rows, want 2, as many as x has columns"},
		{"F1&b1=1,2,3;1,2,3", "b1", "got 2 rows, want 1"},
		{"F1&w2=1;2", "w2", "got 2 rows, want 3"},
		{"F1&x=1,two", "x-0-1", `"two" is not a number`},
		{"F1&y=1,2", "y", "got 2 columns, want 1"},
		{"F1&y=1;2", "y", "got 2 rows, want 1, as many as x has rows"},
		{"F1&shape=2,3", "shape", "want four numbers: n0,n1,n2,m"},
		{"F1&shape=2,9,1,1", "shape", "got 9, want an integer from 1 to 8"},
		{"F1&rate=−1", "rate", "got -1, want 0 or more"},
		{"F1&lambda=1e10", "lambda", "want a number from"},
		{"F1&steps=1001", "steps", "got 1001, want an integer from 0 to 1000"},
		{"F1&steps=1.5", "steps", "got 1.5, want an integer"},
		{"F1&i=2", "i", "got 2, want an integer from 0 to 1"},
		{"F1&j=-1", "j", "want an integer from 0 to 2"},
		{"F1&s=1", "s", "got 1, want an integer from 0 to 0"},
	} {
		var got Error
		body := Answer(c.address)
		if err := json.Unmarshal(body, &got); err != nil || got.Field != c.field || !strings.Contains(got.Message, c.want) {
			t.Errorf("%.60s: got %.200s, want %s: %s", c.address, body, c.field, c.want)
		}
		if saved := Save(c.address); !slices.Equal(saved, body) {
			t.Errorf("%.60s: Save: %.200s", c.address, saved)
		}
	}
}

// shown returns what each input shows for an address.
func shown(t *testing.T, address string) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	for _, input := range ask(t, address).Shown {
		texts[input[0]] = input[1]
	}
	return texts
}

// A shape cuts and fills the matrices. No two new hidden nodes are alike.
func TestShape(t *testing.T) {
	got := shown(t, "F1&shape=3,4,2,2&full=1")
	want := map[string]string{"x": "1,1,0.5;0.4,0.1,0.8", "w1": "0.4,0.6,0.2,0.2;0.3,0.9,0.5,0.5;0.7,0.4,0.1,0.8",
		"b1": "1,1,1,0.2", "w2": "0.2,0.8;0.2,0.1;0.8,0.4;1,0.7", "b2": "0.5,0.8", "y": "1,0.8;0.4,0.1"}
	for key, want := range want {
		for r, row := range strings.Split(want, ";") {
			for c, number := range strings.Split(row, ",") {
				if name := fmt.Sprintf("%s-%d-%d", key, r, c); got[name] != number {
					t.Errorf("%s: got %s, want %s", name, got[name], number)
				}
			}
		}
	}
	if len(got) != 6+12+4+8+2+4+4+4+3 {
		t.Errorf("got %v", got)
	}
	if got := shown(t, "F1&shape=1,1,1,1"); len(got) != 6+4+3+3 || got["s"] != "" {
		t.Errorf("got %v", got)
	}
}

// An address goes through a file and comes back; what the file claims is right.
func TestFile(t *testing.T) {
	var text, address string
	if err := json.Unmarshal(Save("M4"+batch), &text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(Open(text), &address); err != nil {
		t.Fatal(err)
	}
	was, is := shown(t, "B1&full=1"+batch), shown(t, address+"&full=1&i=2&j=3&k=1&s=3")
	if fmt.Sprint(was) != fmt.Sprint(is) {
		t.Errorf("got %v, want %v", is, was)
	}
	f, err := claim.Read(strings.NewReader(text), "")
	if err != nil {
		t.Fatal(err)
	}
	compared, wrong := derive.Check(f.Batch(), func(eq derive.Equation) *matrix.Matrix { return f.Claims[claim.Name(eq)] })
	if compared < 100 || wrong != nil || len(f.Claims) != len(claim.Equations()) {
		t.Errorf("%d claims, %d numbers, wrong: %v", len(f.Claims), compared, wrong)
	}
	for file, want := range map[string]string{
		`{"w1": 1`: "the file:1:9: the text ends too early",
		`{"w1": [[1]], "b1": [1], "w2": [[1,1,1,1,1,1,1,1,1]], "b2": [1,1,1,1,1,1,1,1,1], "x": [[1]], "y": [[1,1,1,1,1,1,1,1,1]]}`: "got 9 output nodes, but the reader shows at most 8 in a layer",
	} {
		var got Error
		if err := json.Unmarshal(Open(file), &got); err != nil || got.Message != want {
			t.Errorf("%s: got %v, %v", file, got, err)
		}
	}
	const unusual = `{"w1": [[1, -2]], "b1": [0, 1e300], "w2": [[1], [0.5]], "b2": [4], "x": [[5], [6]], "y": [[7], [8]], "activation": "tanh", "rate": 2, "lambda": 0.5}`
	if err := json.Unmarshal(Open(unusual), &address); err != nil || address != "F1&f1=tanh&x=5;6&w1=1,-2&b1=0,1e%2B300&w2=1;0.5&b2=4&y=7;8&rate=2&lambda=0.5" {
		t.Errorf("got %s, %v", address, err)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add("F1")
	f.Add("E3" + batch)
	f.Add("U1&f1=relu&rate=1e9&steps=1000&lambda=1e9&full=1")
	f.Add("F1&shape=8,1,8,3&w1=1e9&b1=-1e9&y=0")
	f.Fuzz(func(t *testing.T, request string) {
		var r struct {
			Response
			Error string
		}
		body := Answer(request)
		if err := json.Unmarshal(body, &r); err != nil || (r.Diagram == "") == (r.Error == "") || r.Inputs == "" {
			t.Fatalf("%v: %s", err, body)
		}
		if err := wellFormed(append(r.Focus.Lines, r.Diagram, r.Loss)...); err != nil {
			t.Fatal(err)
		}
	})
}
