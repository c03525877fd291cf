package mutants

// Results are what the gallery's test found; docs/mutants.json holds them.
type Results struct {
	Real    Result   `json:"real"`
	Mutants []Result `json:"mutants"` // in the order of All
	// The samples of two moons that are held out: x, y and class, in the units
	// of Boundary.
	Points [][3]float64 `json:"points"`
}

// A Result is what became of one mutant.
type Result struct {
	Check   string   `json:"check,omitempty"`   // the first test that fails
	Label   string   `json:"label,omitempty"`   // the first label it names
	Message string   `json:"message,omitempty"` // the line in which it does so
	Off     []string `json:"off,omitempty"`     // the equations that network no longer computes
	Learnt
}

// Learnt is what a network has learnt of two moons.
type Learnt struct {
	Accuracy string `json:"accuracy,omitempty"` // on samples held out, or "diverges"
	Boundary string `json:"boundary,omitempty"` // between the classes, an SVG path
}

// The drawing in which Boundary and Points are: so many units wide and high.
const (
	Width  = 48
	Height = 36
)
