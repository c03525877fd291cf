package live

import (
	"encoding/json"
	"strings"
	"testing"
)

// An edit changes what is shown, and nothing else.
func TestEdit(t *testing.T) {
	for _, c := range []struct{ address, edit, want string }{
		{"F1", "w1-1-2=0.25", "F1&w1=0.4,0.6,0.2;0.3,0.9,0.25"},
		{"M4&w1=1,2;3,4&b1=0,0&w2=1;2&tab=code&full=1", "w1-1-0=-7", "M4&w1=1,2;-7,4&b1=0,0&w2=1;2&full=1&tab=code"},
		{"F1&b1=1,1,5", "b1-0-2=1", "F1"},
		{"F1", "rate=", "F1&rate="},
		{"F1", "y-0-0=a%2C%3B%26", "F1&y=a%2C%3B%26"},
		// What is shown has been cut, filled or trained: it is written out first.
		{"F1&w1=9,8,7;6,5,4&shape=1,4,1,1", "b1-0-3=5", "F1&x=1&w1=9,8,7,0.2&b1=1,1,1,5&w2=0.2;0.2;0.8;1"},
		{"M4&shape=3,1,1,1&i=2", "w1-2-0=1", "M4&x=1,1,0.5&w1=0.4;0.3;1&b1=1&w2=0.2&i=2"},
		// A wrong number stays until it is corrected, and the others can be edited.
		{"F1&w1=0.4,x,0.2;0.3,0.9,0.5", "w1-0-0=y", "F1&w1=y,x,0.2;0.3,0.9,0.5"},
		{"F1&w1=0.4,x,0.2;0.3,0.9,0.5&steps=3", "b2-0-0=1", "F1&w1=0.4,x,0.2;0.3,0.9,0.5&b2=1&steps=3"},
		{"F1&w1=1,2;3", "w1-1-1=4", "F1&w1=1,2;3"},
		{"F1&w1=1,2;3", "w1-2-0=4", "F1&w1=1,2;3"},
		{"F1", "shape-0-1=5", "F1&shape=2,5,1,1"},
		{"F1&x=1,2,3;4,5,6&w1=1,2;3,4;5,6&b1=0,0&w2=1,1;2,2&b2=0,0&y=1,1;2,2&i=2&j=1&k=1&s=1&full=1", "shape-0-3=1",
			"F1&x=1,2,3;4,5,6&w1=1,2;3,4;5,6&b1=0,0&w2=1,1;2,2&b2=0,0&y=1,1;2,2&shape=3,2,2,1&full=1"},
		{"F1&w1=0.4,x,0.2;0.3,0.9,0.5", "more=10", "F1&w1=0.4,x,0.2;0.3,0.9,0.5"},
		// After a divergence, the numbers shown cannot be edited: those before the steps are.
		{"F4&f1=relu&rate=1e9&lambda=1e9&steps=100&before=7", "rate=0.5", "F4&f1=relu&lambda=1e%2B09&before=7"},
		{"F4&f1=relu&rate=1e9&lambda=1e9&steps=100&shape=1,1,1,1", "w1-0-0=3", "F4&f1=relu&x=1&w1=3&b1=1&w2=0.2&rate=1e%2B09&lambda=1e%2B09"},
		{"F4&f1=relu&rate=1e9&lambda=1e9&steps=1000", "more=1", "F4&f1=relu&rate=1e9&lambda=1e9&steps=1000"},
		{"F1&shape=2,5,1,1", "shape-0-1=", "F1&shape=2,,1,1"},
		{"F1&steps=990", "more=10", "F1&steps=1000"},
		{"F1&steps=12&before=3", "steps=5", "F1&steps=5&before=3"},
		{"F1&steps=2&shape=2,2,1,1", "j=1", "F1&shape=2,2,1,1&steps=2&j=1"},
		{"F1&bug=7", "bug=", "F1"},
		{"F1&full=1", "full=", "F1"},
		{"R1&x=2,2&rate=3&steps=7&before=9&i=1&full=1&bug=7&tab=break", "reset=", "R1&full=1&bug=7&tab=break"},
	} {
		var got string
		body := Edit(c.address + "&" + c.edit)
		if err := json.Unmarshal(body, &got); err != nil || got != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.address, c.edit, body, c.want)
		}
	}
	// Settled steps stay counted, and the numbers stay the same to the last bit.
	for address, edit := range map[string]string{"U1&steps=3&before=4&bug=7&full=1": "lambda=0", "U1&steps=995&full=1": "more=10", "U1&steps=3&shape=3,2,2,2&full=1": "rate=0.5"} {
		var after string
		if err := json.Unmarshal(Edit(address+"&"+edit), &after); err != nil {
			t.Fatal(err)
		}
		was, is := shown(t, address), shown(t, strings.Replace(after, "&steps=10", "", 1))
		for name, text := range was {
			if is[name] != text {
				t.Errorf("%s: %s was %s and is %s in %s", address, name, text, is[name], after)
			}
		}
		s, _ := newState(address)
		if again, err := newState(after); err != nil || again.before != s.before+s.taken || again.taken != map[string]int{"more=10": 10}[edit] {
			t.Errorf("%s: %v, %d steps to take", after, err, again.taken)
		}
	}
}
