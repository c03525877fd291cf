package mathml

import (
	"regexp"
	"strings"
	"testing"

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

// plain removes the attributes that have a test of their own, and those of spacing.
func plain(markup string) string {
	return regexp.MustCompile(` (stretchy|data-q|lspace|rspace)="[^"]*"`).ReplaceAllString(markup, "")
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`x = 1.5`, `<mi>x</mi><mo>=</mo><mn>1.5</mn>`},
		{`w_{ij}`, `<msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>`},
		{`w^{(1)T}`, `<msup><mi>w</mi><mrow><mtext>(1)</mtext><mi>T</mi></mrow></msup>`},
		{`f_2'(x)`, `<mrow><msubsup><mi>f</mi><mn>2</mn><mo>′</mo></msubsup><mo>&#x2061;</mo><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow></mrow>`},
		{`\frac{1}{m}`, `<mfrac><mn>1</mn><mi>m</mi></mfrac>`},
		{`\partial L / \partial b`, `<mrow><mrow><mo>∂</mo><mi>L</mi></mrow><mo>/</mo><mrow><mo>∂</mo><mi>b</mi></mrow></mrow>`},
		{`\sum_k y_k`, `<mrow><munder><mo>∑</mo><mi>k</mi></munder><msub><mi>y</mi><mi>k</mi></msub></mrow>`},
		{`e^{-x}`, `<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>`},
		{`a \odot b`, `<mrow><mi>a</mi><mo>⊙</mo><mi>b</mi></mrow>`},
		{`a b`, `<mrow><mi>a</mi><mo>⁢</mo><mi>b</mi></mrow>`},
		{`a + b - c`, `<mrow><mi>a</mi><mo>+</mo><mi>b</mi><mo>−</mo><mi>c</mi></mrow>`},
		{`\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}`, `<mtable class="matrix"><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>`},
		{`w \leftarrow -2`, `<mi>w</mi><mo>←</mo><mrow><mo>−</mo><mn>2</mn></mrow>`},
		{`x &= 1 \quad y`, `<mi>x</mi><mo>=</mo><mn>1</mn><mspace width="1em"/><mi>y</mi>`},
		{`|x| \ge 1 \iff (\mathrm{D1} y)_{jk} \approx 2`, `<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow><mo>≥</mo><mn>1</mn><mo>⟺</mo>` +
			`<msub><mrow><mo>(</mo><mrow><mi>D1</mi><mo>⁢</mo><mi>y</mi></mrow><mo>)</mo></mrow><mrow><mi>j</mi><mi>k</mi></mrow></msub><mo>≈</mo><mn>2</mn>`},
		{`\begin{aligned} x &= y \\ &= 2 \qquad z &= 1 \end{aligned} \tag{F1}`,
			`<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mi>y</mi></mtd></mtr>` +
				`<mtr><mtd></mtd><mtd><mo>=</mo><mn>2</mn><mspace width="2em"/><mi>z</mi><mo>=</mo><mn>1</mn></mtd></mtr></mtable>`},
	} {
		d := parse(t, c.text)
		if got, want := plain(Display(d)), `<math display="block">`+c.want+"</math>"; got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, want)
		}
		if got, want := plain(Inline(d)), "<math>"+c.want+"</math>"; len(d.Lines) == 1 && got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, want)
		}
	}
}

// Names are those of the code's comments; brackets stretch only after \left.
func TestAttributes(t *testing.T) {
	for _, c := range []struct{ text, attribute, want string }{
		{`\frac{\partial L}{\partial w^{(2)}_{jk}} = \frac{1}{\eta_k} f_1'(z^{(1)}_j)`, "data-q", "∂L/∂w²_jk L w²_jk η_k f₁′(z¹_j) z¹_j"},
		{`\left( (a) (b) \right) + a^{(1)}`, "stretchy", "false false false false"},
	} {
		var got []string
		for _, m := range regexp.MustCompile(c.attribute+`="([^"]*)"`).FindAllStringSubmatch(Inline(parse(t, c.text)), -1) {
			got = append(got, m[1])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s\ngot  %q\nwant %s", c.text, c.attribute, got, c.want)
		}
	}
}

func TestWide(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("x +", 20) + " y": true,
		`\begin{aligned} x &= y` + strings.Repeat(`\\ &= w^{(2)}_{jk}`, 20) + `\end{aligned}`: false,
	} {
		if got := strings.Contains(Display(parse(t, text)), ` class="wide"`); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

func TestNode(t *testing.T) {
	if got, want := plain(Node(&tex.Number{Text: "-1"})), "<math><mn>−1</mn></math>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
