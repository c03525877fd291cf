package mutants

import "strconv"

// Results are what the gallery's test finds; docs/mutants.json holds them.
type Results struct {
	Real    Result   `json:"real"`
	Mutants []Result `json:"mutants"` // in the order of All
	// Points are the held-out samples of two moons: x, y and class, in the units of
	// Boundary.
	Points [][3]float64 `json:"points"`
}

// A Result is the outcome of one mutant.
type Result struct {
	Check   string   `json:"check,omitempty"`   // the first test that fails
	Label   string   `json:"label,omitempty"`   // the first label that it names
	Message string   `json:"message,omitempty"` // the line in which it does so
	Wrong   []string `json:"wrong,omitempty"`   // the equations that network no longer computes
	// What network learns of two moons, unless the mutant is in a check.
	Accuracy *float64 `json:"accuracy,omitempty"` // on held-out samples
	Diverges bool     `json:"diverges,omitempty"`
	Boundary string   `json:"boundary,omitempty"` // between the classes, an SVG path
}

// String returns the accuracy, "diverges", or "" if there is neither.
func (r Result) String() string {
	switch {
	case r.Diverges:
		return "diverges"
	case r.Accuracy == nil:
		return ""
	}
	return strconv.FormatFloat(*r.Accuracy, 'f', 4, 64)
}

// Width and Height are the size of the drawing that Boundary and Points are in.
const (
	Width  = 48
	Height = 36
)
