package live

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/claim"
)

// A Form is what the page's inputs show.
type Form struct {
	Inputs string      `json:"inputs"` // those of the matrices, as HTML without their values
	Shown  [][3]string `json:"shown"`  // the name of each input, its value, and all digits of that
}

// form returns what the inputs show after the steps.
func (s *state) form() (f Form) {
	now := s.now()
	for n, x := range matrices(&now) {
		f.add(names[n], cells(x), s.digits())
	}
	f.Shown = append(f.Shown, [3]string{"f1", s.Activation}, [3]string{"rate", full(s.Alpha)}, [3]string{"lambda", full(s.Lambda)})
	for n, count := range s.counts() {
		f.Shown = append(f.Shown, [3]string{fmt.Sprint("shape-0-", n), strconv.Itoa(count)})
		if letters[n] != "s" || count > 1 {
			f.Shown = append(f.Shown, [3]string{letters[n], strconv.Itoa(s.at[letters[n]])})
		}
	}
	return f
}

// written returns what the inputs show for an address that is wrong: its own text.
func written(address string) (f Form) {
	const most = 1 << 10 // characters of a matrix, which can be too large
	all := settings(address)
	for _, key := range names {
		var rows [][]Cell
		for _, row := range strings.Split(all[key][:min(most, len(all[key]))], ";") {
			var cells []Cell
			for _, number := range strings.Split(row, ",") {
				if plain, err := url.PathUnescape(number); err == nil {
					number = plain
				}
				cells = append(cells, Cell{number, number})
			}
			rows = append(rows, cells)
		}
		f.add(key, rows, 0)
	}
	for _, key := range []string{"f1", "rate", "lambda"} {
		f.Shown = append(f.Shown, [3]string{key, all[key]})
	}
	return f
}

// add adds the inputs of a matrix, which show one of the halves of their cells.
func (f *Form) add(key string, rows [][]Cell, half int) {
	var b strings.Builder
	fmt.Fprintf(&b, "<fieldset><legend>%s</legend>", title(key))
	for r, row := range rows {
		b.WriteString("<div>")
		for c, cell := range row {
			name := fmt.Sprintf("%s-%d-%d", key, r, c)
			b.WriteString(`<input name="` + name + `" inputmode="decimal" aria-label="` + title(name) + `"/>`)
			f.Shown = append(f.Shown, [3]string{name, cell[half], cell[1]})
		}
		b.WriteString("</div>")
	}
	f.Inputs += b.String() + "</fieldset>"
}

// title names an input: "w¹ row 0, column 2".
func title(name string) string {
	key, at, _ := strings.Cut(name, "-")
	switch key {
	case "f1":
		key = "f₁"
	case "x":
		key = "a⁰"
	case "w1", "b1":
		key = key[:1] + "¹"
	case "w2", "b2":
		key = key[:1] + "²"
	case "rate":
		key = "α"
	case "lambda":
		key = "λ"
	}
	if row, col, ok := strings.Cut(at, "-"); ok {
		key += " row " + row + ", column " + col
	}
	return key
}

// letters are the indices of the element shown, and counts returns how many values each has.
var letters = []string{"i", "j", "k", "s"}

func (s *state) counts() []int { return []int{s.W1.Rows, s.W1.Cols, s.W2.Cols, s.X.Rows} }

// indices returns the inputs that select the element shown, as HTML. A single sample needs none.
func (s *state) indices() string {
	var b strings.Builder
	for n, count := range s.counts() {
		if letters[n] == "s" && count == 1 {
			break
		}
		fmt.Fprintf(&b, `<label>%s <select name="%s" form="editor">`, strings.Replace(letters[n], "s", "sample", 1), letters[n])
		for v := range count {
			fmt.Fprintf(&b, "<option>%d</option>", v)
		}
		b.WriteString("</select></label> ")
	}
	return b.String()
}

// nodes returns buttons for each layer that have one node less or more as their value.
func (s *state) nodes() string {
	var b strings.Builder
	for n, layer := range []string{"input", "hidden", "output"} {
		b.WriteString("<span>")
		for _, change := range []struct {
			does, sign string
			limit, by  int
		}{{"Remove", "−", 1, -1}, {"Add", "+", MaxNodes, 1}} {
			disabled := ""
			if s.counts()[n] == change.limit {
				disabled = ` disabled=""`
			}
			fmt.Fprintf(&b, `<button name="shape-0-%d" value="%d" aria-label="%s %s node"%s>%s</button>`, n, s.counts()[n]+change.by, change.does, layer, disabled, change.sign)
		}
		b.WriteString("</span>")
	}
	return b.String()
}

// Edit returns, in JSON, an address after a change of one input: the last part of text, such
// as "w1-0-2=0.5". Where the change affects training, it starts from the numbers that are
// shown: the address states the network after its steps, and the steps stay counted.
// Numbers that no address can have, as after a divergence, are not edited: the change applies
// to those before the steps. "more=10" takes ten more steps, unless the address is wrong, and
// "reset=" goes back to the homework's numbers.
func Edit(text string) []byte {
	address, input := text[:max(0, strings.LastIndex(text, "&"))], text[strings.LastIndex(text, "&")+1:]
	name, value, _ := strings.Cut(input, "=")
	key, at, element := strings.Cut(name, "-")
	all := settings(address)
	settle := func() (ok bool) {
		s, err := newState(address)
		if err != nil {
			return false
		}
		now, _ := Address(&claim.File{Point: s.now()}) // which is not too large
		if _, err = read(now); err != nil {
			if key == "more" {
				return false
			}
			now, _ = Address(&claim.File{Point: s.Point})
			s.taken = 0
		}
		label := all["label"]
		maps.Copy(all, keys(now))
		all["label"], all["shape"], all["steps"], all["before"] = label, "", "0", strconv.Itoa(s.before+s.taken)
		return true
	}
	switch {
	case key == "reset":
		kept := all
		all = keys(homework)
		for _, key := range []string{"label", "full", "bug", "tab"} {
			all[key] = kept[key]
		}
	case key == "more":
		s, err := read(address)
		steps, _ := strconv.Atoi(value)
		if err != nil || s.taken+steps > MaxSteps && !settle() {
			break
		}
		taken, _ := strconv.Atoi(all["steps"])
		all["steps"] = strconv.Itoa(taken + steps)
	case slices.Contains([]string{"steps", "full", "bug"}, key) || slices.Contains(letters, key):
		all[key] = value
	default:
		if all["steps"] != "0" || element && key != "shape" && all["shape"] != "" {
			settle()
		}
		if key == "shape" {
			for _, letter := range letters {
				all[letter] = "0"
			}
			if all[key] == "" {
				cols := func(key string) int {
					row, _, _ := strings.Cut(all[key], ";")
					return 1 + strings.Count(row, ",")
				}
				all[key] = fmt.Sprintf("%d,%d,%d,%d", cols("x"), cols("b1"), cols("b2"), 1+strings.Count(all["x"], ";"))
			}
		}
		if element {
			value = replaced(all[key], at, value)
		}
		all[key] = value
	}
	address = all["label"]
	for _, part := range strings.Split(homework, "&")[1:] {
		if key, standard, _ := strings.Cut(part, "="); all[key] != standard {
			address += "&" + key + "=" + all[key]
		}
	}
	return encode(address)
}

// replaced returns the text of a matrix with another element at "2-0", row and column.
func replaced(table, at, value string) string {
	rows := strings.Split(table, ";")
	for r, row := range rows {
		numbers := strings.Split(row, ",")
		for c := range numbers {
			if at == fmt.Sprintf("%d-%d", r, c) {
				numbers[c] = value
			}
		}
		rows[r] = strings.Join(numbers, ",")
	}
	return strings.Join(rows, ";")
}
