package page

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/docs/tex"
)

// An Answer is the verdict on one equation of a page on which somebody fills in
// blanks.
type Answer struct {
	Label   string
	tex.Pos        // on the page, of what is wrong
	Open    bool   // a blank is left, or the last line still contains a derivative
	Wrong   string // if not empty: what is wrong
}

// Right reports whether the equation is complete and true.
func (a Answer) Right() bool { return !a.Open && a.Wrong == "" }

// Judge compares a text with p, the page that was given to somebody to fill in the
// blanks, at the points. It returns the verdict on each equation that has a blank. Every
// line that replaces a blank must have the value of the left side, which follows from
// the definitions, and the last one must say it without a derivative if the equation is
// about one sample. Lines may be added and left out. Of the text, only the math fences
// with the tags of these equations are read, each beside what p says of the others.
func (p *Page) Judge(text string, points []*Point) (list []Answer) {
	fences := fences(text)
	for n, b := range p.Blocks {
		if b.Kind != Display || b.Math.Tag == "" || !slices.ContainsFunc(b.Math.Chains(), func(c tex.Chain) bool { return firstBlank(c) >= 0 }) {
			continue
		}
		a := Answer{Label: b.Math.Tag}
		if err := a.judge(p, n, text, fences, points); err != nil {
			a.Pos, a.Wrong = err.Pos, strings.TrimPrefix(err.Msg, a.Label+": ")
		}
		list = append(list, a)
	}
	return list
}

// A fence is a formula in a text, and where it begins.
type fence struct {
	tex.Pos
	body string
}

// fences returns the math fences with a tag, by the tag.
func fences(text string) map[string]fence {
	list := make(map[string]fence)
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	start := 0
	for n, line := range lines {
		switch strings.TrimSpace(line) {
		case "```math":
			start = n + 1
		case "```":
			body := strings.Join(lines[start:n], "\n")
			if m := tagged.FindStringSubmatch(body); m != nil && start > 0 {
				list[m[1]] = fence{tex.Pos{Line: start + 1, Col: 1}, body}
			}
			start = 0
		}
	}
	return list
}

// judge fills in the verdict on the equation in block n of given. fences are those of the
// text. The error is what else than a value is wrong.
func (a *Answer) judge(given *Page, n int, text string, fences map[string]fence, points []*Point) *tex.Error {
	f, ok := fences[a.Label]
	if !ok {
		before, _, _ := strings.Cut(text, fmt.Sprintf("<a id=%q>", a.Label))
		return tex.Pos{Line: 1 + strings.Count(before, "\n"), Col: 1}.Errorf("want a formula with \\tag{%s} between ```math and ```", a.Label)
	}
	d, err := tex.Parse(f.body, f.Pos)
	if err != nil {
		return err.(*tex.Error)
	}
	blocks := slices.Clone(given.Blocks)
	blocks[n].Math = d
	p, err := Of(blocks)
	if err != nil {
		return err.(*tex.Error)
	}
	var runs []*Run
	for _, pt := range points {
		runs = append(runs, p.At(pt))
	}
	eq, g := p.Equation(a.Label), given.Equation(a.Label)
	if eq.Batch && !g.Batch {
		return eq.Errorf("the index s has no meaning here: the equation is about one sample")
	}
	for i, c := range g.Chains {
		from := firstBlank(c)
		if i >= len(eq.Chains) || !startsLike(eq.Chains[i], c, from) {
			return eq.Errorf("want %v: replace only the □", c)
		}
		if from >= 0 && a.Wrong == "" {
			a.chain(runs, eq, eq.Chains[i], from)
		}
	}
	return nil
}

// firstBlank returns the first step of a chain that has a blank, or −1.
func firstBlank(c tex.Chain) int {
	return slices.IndexFunc(c.Steps, func(s tex.Step) bool { return isOpen(s.Right) })
}

// isOpen reports whether n contains a blank.
func isOpen(n tex.Node) bool {
	return contains(n, func(n tex.Node) bool { _, ok := n.(*tex.Blank); return ok })
}

func contains(n tex.Node, is func(tex.Node) bool) (found bool) {
	tex.Walk(n, func(n tex.Node) { found = found || is(n) })
	return found
}

// startsLike reports whether c is the chain g up to the step at which g has its first
// blank, or to its end if from is negative.
func startsLike(c, g tex.Chain, from int) bool {
	if from < 0 {
		return c.String() == g.String()
	}
	if len(c.Steps) <= from {
		return false
	}
	c.Steps, g.Steps = c.Steps[:from], g.Steps[:from]
	return c.String() == g.String()
}

// chain adds to the verdict what is wrong in the steps of a chain from the given one
// on.
func (a *Answer) chain(runs []*Run, eq *Equation, c tex.Chain, from int) {
	before := c.First.String()
	for _, step := range c.Steps[from:] {
		if isOpen(step.Right) {
			a.Open = true
			continue
		}
		wrong := func(format string, args ...any) {
			a.Pos, a.Wrong = step.Right.Where(), fmt.Sprintf("%v: ", step.Right)+fmt.Sprintf(format, args...)
		}
		unknown := rightOnly(c.First, step.Right)
		switch {
		case step.Rel != "=":
			wrong("found %s, want =", step.Rel)
		case contains(step.Right, func(n tex.Node) bool { return n.String() == c.First.String() }) || step.Right.String() == before:
			wrong("this repeats what stands before it")
		case len(unknown) > 0:
			wrong("the left side has no index %s, so it has no value here", unknown[0])
		default:
			if text := explain(runs, eq, claim{left: c.First, Step: step}); text != "" {
				wrong("%s", text)
			}
		}
		if a.Wrong != "" {
			return
		}
		before = step.Right.String()
	}
	last := c.Steps[len(c.Steps)-1].Right
	left, _ := c.First.(*tex.Call)
	derivative := func(n tex.Node) bool {
		_, ok := n.(*tex.Partial)
		s, _ := n.(*tex.Symbol)
		return ok || left != nil && left.Func.Prime && s != nil && s.Prime // f′ is what is asked for
	}
	a.Open = a.Open || !eq.Batch && contains(last, derivative)
}

// explain says why a claim does not hold, or "" if it does. If it would hold with the
// other sign, or with one other factor in a product, with one less or one more, it says so.
func explain(runs []*Run, eq *Equation, c claim) string {
	text := firstDifference(runs, eq, c)
	if text == "" {
		return ""
	}
	negative := c
	negative.Right = &tex.Add{Pos: eq.Pos, Terms: []tex.Node{c.Right}, Signs: []byte{'-'}}
	if firstDifference(runs, eq, negative) == "" {
		return text + "; with the other sign it is true"
	}
	candidates, found := eq.factors(runs[0].Page), ""
	tex.Walk(c.Right, func(n tex.Node) {
		if m, ok := n.(*tex.Product); ok && found == "" {
			found = wrongFactor(m, candidates, func() bool { return firstDifference(runs, eq, c) == "" })
		}
	})
	return text + found
}

// wrongFactor returns which change of one factor makes a claim hold, or "".
func wrongFactor(m *tex.Product, candidates []tex.Node, holds func() bool) string {
	was, ops := m.Factors, m.Ops
	defer func() { m.Factors, m.Ops = was, ops }()
	for i, factor := range was {
		m.Factors = slices.Clone(was)
		for _, m.Factors[i] = range candidates {
			if holds() {
				return fmt.Sprintf("; with another factor in place of %v it is true", factor)
			}
		}
	}
	for i, factor := range was {
		op := max(i-1, 0) // the one before the factor, or after the first
		m.Factors, m.Ops = slices.Delete(slices.Clone(was), i, i+1), slices.Delete(slices.Clone(ops), op, op+1)
		if holds() {
			return fmt.Sprintf("; without the factor %v it is true", factor)
		}
	}
	m.Ops = append(slices.Clone(ops), "·")
	for _, extra := range candidates {
		if m.Factors = append(slices.Clone(was), extra); holds() {
			return "; a factor is missing"
		}
	}
	return ""
}

// firstDifference returns where a claim does not hold at the points of the runs, with
// both values, or "".
func firstDifference(runs []*Run, eq *Equation, c claim) string {
	for _, r := range runs {
		for _, f := range r.frames(eq, c.left, c.Right) {
			switch _, _, d := f.compare(c); {
			case d == nil:
			case d.Reason != "":
				return d.Reason
			default:
				return fmt.Sprintf("got %.6g, want %.6g at %s (%v)", d.Want, d.Got, d.Index, r.Point)
			}
		}
	}
	return ""
}

// factors returns what may be a factor of the equation: the left sides of those up to
// it, and the quantities that are known there, whole, transposed or by element.
func (eq *Equation) factors(p *Page) (list []tex.Node) {
	for _, other := range p.Equations {
		if other == eq {
			break
		}
		for _, c := range other.Chains {
			if f, ok := c.First.(*tex.Frac); ok {
				list = append(list, f)
			}
		}
	}
	for key, q := range quantities {
		if d := p.defined[key]; strings.Contains(key, " ") || q.given == nil && (d == nil || d.before >= eq.visible) {
			continue
		}
		s := tex.Symbol{Pos: eq.Pos, Name: strings.TrimRight(key, "012"), Layer: strings.TrimLeft(key, "abwzyηδλαxmLJ")}
		whole, transposed, element := s, s, s
		transposed.Transposed, element.Sub = true, q.letters(eq.Batch)
		list = append(list, &whole, &transposed, &element)
		if s.Name == "z" {
			f := &tex.Symbol{Pos: eq.Pos, Name: "f", Sub: []string{s.Layer}, Prime: true}
			for _, z := range []tex.Node{&whole, &element} {
				list = append(list, &tex.Call{Pos: eq.Pos, Func: f, Arg: &tex.Group{Pos: eq.Pos, X: z}})
			}
		}
	}
	return list
}
