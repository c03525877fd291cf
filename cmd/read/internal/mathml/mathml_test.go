package mathml

import (
	"encoding/xml"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"chainrule/docs/page"
	"chainrule/docs/tex"
)

func parse(t *testing.T, text string) *tex.Display {
	t.Helper()
	d, err := tex.Parse(text, tex.Pos{Line: 1, Col: 1})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// plain takes out what the expectations are not about.
func plain(markup string) string {
	return regexp.MustCompile(` (stretchy|data-q|lspace|rspace)="[^"]*"`).ReplaceAllString(markup, "")
}

func TestInline(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`x`, `<mi>x</mi>`},
		{`x = 1.5`, `<mi>x</mi><mo>=</mo><mn>1.5</mn>`},
		{`w_{ij}`, `<msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>`},
		{`a^{(2)}`, `<msup><mi>a</mi><mrow><mo>(</mo><mn>2</mn><mo>)</mo></mrow></msup>`},
		{`w^{(1)T}`, `<msup><mi>w</mi><mrow><mo>(</mo><mn>1</mn><mo>)</mo><mi>T</mi></mrow></msup>`},
		{`f_2'(x)`, `<mrow><msubsup><mi>f</mi><mrow><mn>2</mn></mrow><mrow><mo>′</mo></mrow></msubsup><mo>&#x2061;</mo><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>`},
		{`\frac{1}{m}`, `<mfrac><mn>1</mn><mi>m</mi></mfrac>`},
		{`\partial L / \partial b`, `<mrow><mrow><mo>∂</mo><mi>L</mi></mrow><mo>/</mo><mrow><mo>∂</mo><mi>b</mi></mrow></mrow>`},
		{`\sum_k y_k`, `<mrow><munder><mo>∑</mo><mi>k</mi></munder><msub><mi>y</mi><mrow><mi>k</mi></mrow></msub></mrow>`},
		{`e^{-x}`, `<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>`},
		{`a \odot b`, `<mrow><mi>a</mi><mo>⊙</mo><mi>b</mi></mrow>`},
		{`a b`, `<mrow><mi>a</mi><mo>&#x2062;</mo><mi>b</mi></mrow>`},
		{`a - b`, `<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>`},
		{`\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}`, `<mrow><mtable class="matrix"><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable></mrow>`},
		{`w \leftarrow -2`, `<mi>w</mi><mo>←</mo><mrow><mo>−</mo><mn>2</mn></mrow>`},
	} {
		got, err := Inline(parse(t, c.text))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if got = plain(got); got != "<math>"+c.want+"</math>" {
			t.Errorf("%s\nis   %s\nwant <math>%s</math>", c.text, got, c.want)
		}
	}
}

func TestDisplayAlignsItsLines(t *testing.T) {
	got, err := Display(parse(t, `\begin{aligned} x &= y \\ &= 2 \qquad z = 1 \end{aligned} \tag{F1}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `<math display="block"><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mi>y</mi></mtd></mtr>` +
		`<mtr><mtd></mtd><mtd><mo>=</mo><mn>2</mn><mspace width="2em"/><mi>z</mi><mo>=</mo><mn>1</mn></mtd></mtr></mtable></math>`
	if plain(got) != want {
		t.Errorf("is   %s\nwant %s", plain(got), want)
	}
}

// Names are those of the code's comments.
func TestNames(t *testing.T) {
	got, err := Inline(parse(t, `\frac{\partial L}{\partial w^{(2)}_{jk}} = \eta_k f_1'(z^{(1)}_j)`))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`data-q="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		names = append(names, m[1])
	}
	if want := "∂L/∂w²_jk L w²_jk η_k f₁′(z¹_j) z¹_j"; strings.Join(names, " ") != want {
		t.Errorf("names %q", names)
	}
}

// Every formula of the pages has its MathML, and that is well-formed.
func TestPages(t *testing.T) {
	count := 0
	for _, name := range []string{"derivation", "experiments", "answers", "exercises", "mutants"} {
		text, err := os.ReadFile("../../../../docs/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		formulas, err := page.Formulas(string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range formulas {
			d, err := tex.Parse(f.Text, f.Pos)
			if err != nil {
				t.Fatal(err)
			}
			write := Display
			if f.Inline {
				write = Inline
			}
			got, err := write(d)
			if err != nil {
				t.Fatalf("%s:%v", name, err)
			}
			x := xml.NewDecoder(strings.NewReader(got))
			for err == nil {
				_, err = x.Token()
			}
			if err != io.EOF || strings.ContainsAny(got, `\$`) {
				t.Errorf("%s:%v: %v in %s", name, f.Pos, err, got)
			}
			count++
		}
	}
	if count < 120 {
		t.Errorf("%d formulas", count)
	}
}

func TestErrors(t *testing.T) {
	if _, err := Inline(parse(t, `x = 1 \tag{F1}`)); err == nil {
		t.Error("a tag in a sentence passes")
	}
	type unknown struct{ *tex.Number }
	if _, err := Node(unknown{&tex.Number{Pos: tex.Pos{Line: 3, Col: 7}, Text: "1"}}); err == nil || !strings.HasPrefix(err.Error(), "3:7: no MathML for a") {
		t.Errorf("a part of a formula that is not known: %v", err)
	}
}
