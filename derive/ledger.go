package derive

import (
	"fmt"
	"iter"
	"strings"

	"chainrule/matrix"
)

// An Equation is one row of the ledger: an equation of docs/derivation.md, with
// one of the quantities that it computes.
type Equation struct {
	Label    string // "M4"
	Quantity string // its left side without indices: "δ"

	// Letters are the indices of an element, in order: "js" for δ, which has one
	// row per hidden node and one column per sample. A quantity with a single
	// letter is a row, one with none a number. Quantities with three letters and
	// the gradients of one sample (E, M2, M3, M5 and M6) have a matrix for each
	// sample; a gradient has the shape of its parameter.
	Letters string

	// Element returns the element x of the quantity.
	Element func(b *Batch, x Index) float64
}

// An Index says which element of a quantity: i, j, k and s, counted from 0. An
// equation ignores the letters that it does not have.
type Index struct{ I, J, K, S int }

// Ledger lists all equations in the order of docs/derivation.md. It is the only
// list of labels: every loop over the equations uses this table.
var Ledger = []Equation{
	{"F1", "z¹", "js", perJ((*Sample).F1)},
	{"F2", "a¹", "js", perJ((*Sample).F2)},
	{"F3", "z²", "ks", perK((*Sample).F3)},
	{"F4", "a²", "ks", perK((*Sample).F4)},
	{"L1", "L", "s", func(b *Batch, x Index) float64 { return b.Samples[x.S].L1() }},

	{"D1", "∂L/∂a²", "ks", perK((*Sample).D1)},
	{"D2", "∂a²/∂z²", "ks", perK((*Sample).D2)},
	{"D3", "∂z²/∂w²", "jks", perJK((*Sample).D3)},
	{"D4", "∂z²/∂b²", "ks", perK((*Sample).D4)},
	{"D5", "∂z²/∂a¹", "jks", perJK((*Sample).D5)},
	{"D6", "∂a¹/∂z¹", "js", perJ((*Sample).D6)},
	{"D7", "∂z¹/∂w¹", "ijs", perIJ((*Sample).D7)},
	{"D8", "∂z¹/∂b¹", "js", perJ((*Sample).D8)},

	{"E1", "∂L/∂w²", "jks", perJK((*Sample).E1)},
	{"E2", "∂L/∂b²", "ks", perK((*Sample).E2)},
	{"E3", "∂L/∂w¹", "ijs", perIJ((*Sample).E3)},
	{"E4", "∂L/∂b¹", "js", perJ((*Sample).E4)},

	{"M1", "η", "ks", perK((*Sample).M1)},
	{"M2", "∂L/∂w²", "jks", perJK((*Sample).M2)},
	{"M3", "∂L/∂b²", "ks", perK((*Sample).M3)},
	{"M4", "δ", "js", perJ((*Sample).M4)},
	{"M5", "∂L/∂w¹", "ijs", perIJ((*Sample).M5)},
	{"M6", "∂L/∂b¹", "js", perJ((*Sample).M6)},

	{"B1", "L", "", func(b *Batch, _ Index) float64 { return b.Loss() }},
	{"B1", "∂L/∂w¹", "ij", func(b *Batch, x Index) float64 { return b.DW1(x.I, x.J) }},
	{"B1", "∂L/∂b¹", "j", func(b *Batch, x Index) float64 { return b.DB1(x.J) }},
	{"B1", "∂L/∂w²", "jk", func(b *Batch, x Index) float64 { return b.DW2(x.J, x.K) }},
	{"B1", "∂L/∂b²", "k", func(b *Batch, x Index) float64 { return b.DB2(x.K) }},

	{"R1", "J", "", func(b *Batch, _ Index) float64 { return R1(b.Loss(), b.Lambda, b.Params) }},
	{"R2", "∂J/∂w¹", "ij", (*Batch).dJW1},
	{"R2", "∂J/∂w²", "jk", (*Batch).dJW2},

	{"U1", "w¹", "ij", func(b *Batch, x Index) float64 { return U1(b.W1.At(x.I, x.J), b.Alpha, b.dJW1(x)) }},
	{"U1", "w²", "jk", func(b *Batch, x Index) float64 { return U1(b.W2.At(x.J, x.K), b.Alpha, b.dJW2(x)) }},
	{"U2", "b¹", "j", func(b *Batch, x Index) float64 { return U2(b.B1.At(0, x.J), b.Alpha, b.DB1(x.J)) }},
	{"U2", "b²", "k", func(b *Batch, x Index) float64 { return U2(b.B2.At(0, x.K), b.Alpha, b.DB2(x.K)) }},
}

// The equations of a sample, by the indices that they have.

func perJ(f func(v *Sample, j int) float64) func(*Batch, Index) float64 {
	return func(b *Batch, x Index) float64 { return f(b.Samples[x.S], x.J) }
}

func perK(f func(v *Sample, k int) float64) func(*Batch, Index) float64 {
	return func(b *Batch, x Index) float64 { return f(b.Samples[x.S], x.K) }
}

func perJK(f func(v *Sample, j, k int) float64) func(*Batch, Index) float64 {
	return func(b *Batch, x Index) float64 { return f(b.Samples[x.S], x.J, x.K) }
}

func perIJ(f func(v *Sample, i, j int) float64) func(*Batch, Index) float64 {
	return func(b *Batch, x Index) float64 { return f(b.Samples[x.S], x.I, x.J) }
}

func (b *Batch) dJW1(x Index) float64 { return R2(b.DW1(x.I, x.J), b.Lambda, b.W1.At(x.I, x.J)) }
func (b *Batch) dJW2(x Index) float64 { return R2(b.DW2(x.J, x.K), b.Lambda, b.W2.At(x.J, x.K)) }

// Labels returns the labels of the ledger, each once, in order.
func Labels() (labels []string) {
	for _, eq := range Ledger {
		if len(labels) == 0 || labels[len(labels)-1] != eq.Label {
			labels = append(labels, eq.Label)
		}
	}
	return labels
}

// Count returns how many values the index with the given letter takes: n0, n1, n2
// or m. It panics for any other letter.
func (b *Batch) Count(letter rune) int {
	return [...]int{b.W1.Rows, b.W1.Cols, b.W2.Cols, len(b.Samples)}[strings.IndexRune("ijks", letter)]
}

// At returns the value of the index with the given letter. It panics for a letter
// other than i, j, k and s.
func (x Index) At(letter rune) int {
	return [...]int{x.I, x.J, x.K, x.S}[strings.IndexRune("ijks", letter)]
}

// Elements yields the index of every element of the quantity, row by row.
func (eq Equation) Elements(b *Batch) iter.Seq[Index] {
	count := func(letter rune) int {
		if strings.ContainsRune(eq.Letters, letter) {
			return b.Count(letter)
		}
		return 1
	}
	return func(yield func(Index) bool) {
		for i := range count('i') {
			for j := range count('j') {
				for k := range count('k') {
					for s := range count('s') {
						if !yield(Index{i, j, k, s}) {
							return
						}
					}
				}
			}
		}
	}
}

// IsGradient reports whether the equation is about a gradient of the loss of one
// sample: E1 to E4, M2, M3, M5 and M6. The gradients of a batch are those of B1.
func (eq Equation) IsGradient() bool {
	return strings.Contains("EM", eq.Label[:1]) && strings.HasPrefix(eq.Quantity, "∂L/∂")
}

// Place returns the row and the column of element x in the matrix that holds the
// quantity. The gradients of one sample and quantities with three letters have a
// matrix for each sample.
func (eq Equation) Place(x Index) (row, col int) {
	letters := eq.Letters
	if eq.IsGradient() {
		letters = strings.TrimSuffix(letters, "s")
	}
	switch len(letters) {
	case 0:
		return 0, 0
	case 1:
		return 0, x.At(rune(letters[0]))
	default:
		return x.At(rune(letters[0])), x.At(rune(letters[1]))
	}
}

// PerSample reports whether each sample has a matrix of its own.
func (eq Equation) PerSample() bool { return len(eq.Letters) == 3 || eq.IsGradient() }

// Matrix returns the matrix that holds the quantity for the batch. If each sample
// has its own matrix, b must have exactly one sample: Matrix panics otherwise.
func (eq Equation) Matrix(b *Batch) *matrix.Matrix {
	if eq.PerSample() && len(b.Samples) != 1 {
		panic(fmt.Sprintf("derive: %s has a matrix for each of %d samples, want one sample", eq.Label, len(b.Samples)))
	}
	z := matrix.New(eq.shape(b))
	for x := range eq.Elements(b) {
		row, col := eq.Place(x)
		z.Set(row, col, eq.Element(b, x))
	}
	return z
}

// shape returns the shape of the matrix that holds the quantity.
func (eq Equation) shape(b *Batch) (rows, cols int) {
	row, col := eq.Place(Index{b.Count('i') - 1, b.Count('j') - 1, b.Count('k') - 1, b.Count('s') - 1})
	return row + 1, col + 1
}

// Name writes which element x is: "j=0, s=2".
func (eq Equation) Name(x Index) string {
	var name []string
	for _, letter := range eq.Letters {
		name = append(name, fmt.Sprintf("%c=%d", letter, x.At(letter)))
	}
	return strings.Join(name, ", ")
}
