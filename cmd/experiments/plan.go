package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/trial"
	"chainrule/network"
)

// A source divides data into samples to train on and samples held out, in several
// ways for each seed.
type source struct {
	flags  string // what tells train to use it with -folds; "" if nothing does
	seeds  int    // at most so many seeds; 0 means all
	apart  bool   // the splits of a seed share no samples
	splits func(seed uint64, k int) []split
}

// perSeed returns how many runs of a seed belong together.
func (s *source) perSeed(folds int) int {
	if s.apart {
		return 1
	}
	return len(s.splits(1, folds))
}

// A split is a data set with the samples that are held out.
type split struct {
	set  *dataset.Set
	held []int
}

// counts returns the numbers of samples to train on and held out.
func (s split) counts() (training, held int) { return s.set.X.Rows - len(s.held), len(s.held) }

// folded returns the splits of k-fold cross-validation as train makes them.
func folded(set *dataset.Set, seed uint64, k int) (all []split) {
	for _, held := range dataset.Folds(set.Labels, k, trial.Rand(seed, trial.StreamSplit)) {
		all = append(all, split{set, held})
	}
	return all
}

// reversed returns k splits, each with n samples to train on and the rest held out.
func reversed(set *dataset.Set, seed uint64, k, n int) (all []split) {
	for _, few := range dataset.Folds(set.Labels, set.X.Rows/n, trial.Rand(seed, trial.StreamSplit))[:k] {
		all = append(all, split{set, dataset.Without(set.X.Rows, few)})
	}
	return all
}

// More uses of a seed, beside those of package trial.
const (
	streamAside = 20 + iota
	streamLabels
)

// sources are the data of all experiments.
type sources struct {
	linear, moons, digits *source // folds, as train makes them
	contiguous            *source // folds of the digits in the order of their writers
	fewMoons, fewDigits   *source // few and noisy samples to train on
	fewClean              *source // few digits with the right labels
	searching, aside      *source // folds without the part set aside; that part held out
}

const (
	fewPoints   = 40  // samples of the moons to train on
	fewNoise    = 0.3 // of those moons
	fewImages   = 150 // digits to train on
	wrongLabels = 0.2 // probability that such a digit has a wrong label
)

func newSources(digits *dataset.Set) sources {
	rest, aside := dataset.Split(digits.Labels, 0.2, trial.Rand(1, streamAside))
	known := digits.Take(rest)
	return sources{
		linear: &source{" -data linear", 0, false, func(seed uint64, k int) []split {
			return folded(dataset.Linear(1000, 0, trial.Rand(seed, trial.StreamData)), seed, k)
		}},
		moons: &source{" -data moons", 0, false, func(seed uint64, k int) []split {
			return folded(dataset.Moons(1000, trial.NoiseMoons, trial.Rand(seed, trial.StreamData)), seed, k)
		}},
		digits: &source{" ", 0, false, func(seed uint64, k int) []split { return folded(digits, seed, k) }},
		contiguous: &source{"", 0, false, func(_ uint64, k int) (all []split) {
			m := digits.X.Rows
			for f := range k {
				var held []int
				for s := f * m / k; s < (f+1)*m/k; s++ {
					held = append(held, s)
				}
				all = append(all, split{digits, held})
			}
			return all
		}},
		fewMoons: &source{"", 0, true, func(seed uint64, k int) (all []split) {
			for f := range k {
				set := dataset.Moons(1000, fewNoise, trial.Rand(seed, trial.StreamData+100*uint64(f)))
				all = append(all, reversed(set, seed, 1, fewPoints)...)
			}
			return all
		}},
		fewDigits: &source{"", 0, false, func(seed uint64, k int) []split {
			all := reversed(digits, seed, k, fewImages)
			for f, s := range all {
				training := dataset.Without(digits.X.Rows, s.held)
				all[f].set = digits.Mislabel(training, wrongLabels, trial.Rand(seed, streamLabels+100*uint64(f)))
			}
			return all
		}},
		fewClean:  &source{"", 0, false, func(seed uint64, k int) []split { return reversed(digits, seed, k, fewImages) }},
		searching: &source{"", 3, false, func(seed uint64, k int) []split { return folded(known, seed, k) }},
		aside:     &source{"", 0, false, func(uint64, int) []split { return []split{{digits, aside}} }},
	}
}

// A series is a setting on a source, to be run with each seed on each split. The
// seed and the fold of its Params are not used.
type series struct {
	*source
	trial.Params
}

// An entry is a point of a group before it is measured.
type entry struct {
	value string
	series
	after int // the epoch after which the network is tested; 0 means the last
}

// A plan is a list of groups before they are measured.
type plan []planned

type planned struct {
	name    string
	entries []entry
}

func (p *plan) add(name string, entries ...entry) { *p = append(*p, planned{name, entries}) }

// paired reports whether all points have the same splits.
func (g planned) paired() bool {
	return !slices.ContainsFunc(g.entries, func(e entry) bool { return e.source != g.entries[0].source })
}

// ratio returns the number of held-out samples per training sample, or 0 if the runs
// of a seed share no training samples.
func (g planned) ratio(folds int) float64 {
	if training, held := g.entries[0].splits(1, folds)[0].counts(); training > held {
		return round(float64(held) / float64(training))
	}
	return 0
}

// sweeps are those of Q3, from clearly too small to clearly too large. That of the
// epochs is in newPlan, because it needs one series only.
var sweeps = []struct {
	name   string // the flag of train
	values []float64
	set    func(p *trial.Params, v float64)
}{
	{"hidden", []float64{2, 4, 8, 16, 32, 64, 128, 256}, func(p *trial.Params, v float64) { p.Hidden = int(v) }},
	{"rate", []float64{0.01, 0.1, 0.3, 1, 2, 4, 8, 16}, func(p *trial.Params, v float64) { p.LearningRate = v }},
	{"lambda", []float64{0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2}, func(p *trial.Params, v float64) { p.Lambda = v }},
	{"batch", []float64{1, 4, 16, 64, 256, 0}, func(p *trial.Params, v float64) { p.BatchSize = int(v) }},
}

// epochs are those at which the networks are compared; fewLambdas are the values of λ
// for few samples.
var (
	epochs     = []int{1, 3, 10, 30, 50, 100, 300}
	fewLambdas = []float64{0, 1e-4, 3e-4, 1e-3, 3e-3}
)

// newPlan returns all groups but that of the part set aside. shorten divides the
// numbers of epochs.
func newPlan(d sources, shorten int) (all plan) {
	base := trial.Defaults
	base.Epochs /= shorten
	with := func(p trial.Params, change func(p *trial.Params)) trial.Params {
		change(&p)
		return p
	}
	at := func(list []int, s series) (entries []entry) {
		for _, e := range list {
			entries = append(entries, entry{strconv.Itoa(e), s, e})
		}
		return entries
	}

	plane := with(base, func(p *trial.Params) { p.Epochs = trial.EpochsPlane / shorten })
	all.add("plane", entry{"linear", series{d.linear, plane}, 0}, entry{"moons", series{d.moons, plane}, 0})

	for _, s := range sweeps {
		var entries []entry
		for _, v := range s.values {
			entries = append(entries, entry{label(s.name, v), series{d.digits, with(base, func(p *trial.Params) { s.set(p, v) })}, 0})
		}
		all.add(s.name, entries...)
	}
	all.add("epochs", at(epochs, series{d.digits, with(base, func(p *trial.Params) { p.Epochs = epochs[len(epochs)-1] / shorten })})...)

	// About 270 steps, whatever the batch size.
	var steps []entry
	for _, s := range []struct{ batch, epochs int }{{16, 3}, {64, 12}, {256, 45}, {0, 270}} {
		p := with(base, func(p *trial.Params) { p.BatchSize, p.Epochs = s.batch, max(1, s.epochs/shorten) })
		steps = append(steps, entry{label("batch", float64(s.batch)), series{d.digits, p}, 0})
	}
	all.add("steps", steps...)

	// With and without the bend of f₁.
	for _, g := range []struct {
		name string
		series
	}{
		{"bend_linear", series{d.linear, plane}}, {"bend_moons", series{d.moons, plane}}, {"bend_digits", series{d.digits, base}},
		{"bend_digits8", series{d.digits, with(base, func(p *trial.Params) { p.Hidden = 8 })}},
	} {
		flat := series{g.source, with(g.Params, func(p *trial.Params) { p.Activation = network.Identity })}
		entries := []entry{{"sigmoid", g.series, 0}, {"identity", flat, 0}}
		if g.source == d.digits { // where the identity needs a smaller learning rate
			slow := series{g.source, with(flat.Params, func(p *trial.Params) { p.LearningRate = 0.5 })}
			entries = append(entries, entry{"identity-0.5", slow, 0})
		}
		all.add(g.name, entries...)
	}

	all.add("writers", entry{"shuffled", series{d.digits, base}, 0}, entry{"contiguous", series{d.contiguous, base}, 0})

	// Few and noisy samples: over the epochs with λ = 0, and over λ at the end.
	fewDigits := with(base, func(p *trial.Params) { p.Epochs = 300 / shorten })
	all.add("few_clean_epochs", at([]int{10, 30, 60, 100, 200, 300}, series{d.fewClean, fewDigits})...)
	for _, g := range []struct {
		name   string
		epochs []int
		series
	}{
		{"few_moons", []int{100, 300, 600, 1000, 2000, 3000}, series{d.fewMoons, with(base, func(p *trial.Params) {
			p.Activation, p.Epochs = network.Tanh, 3000/shorten
		})}},
		{"few_digits", []int{10, 30, 60, 100, 200, 300}, series{d.fewDigits, fewDigits}},
	} {
		var entries []entry
		for _, v := range fewLambdas {
			entries = append(entries, entry{label("lambda", v), series{g.source, with(g.Params, func(p *trial.Params) { p.Lambda = v })}, 0})
		}
		all.add(g.name+"_epochs", at(g.epochs, g.series)...)
		all.add(g.name+"_lambda", entries...)
	}

	var search []entry
	for _, c := range []struct {
		hidden, batch int
		lambda        float64
		rates         []float64
	}{{64, 16, 0, []float64{0.5, 1, 2, 4}}, {128, 16, 0, []float64{0.5, 1, 2, 4}}, {128, 4, 0, []float64{0.25, 0.5, 1, 2}}, {128, 16, 1e-4, []float64{1, 2}}} {
		for _, rate := range c.rates {
			p := with(base, func(p *trial.Params) {
				p.Hidden, p.Activation, p.LearningRate, p.BatchSize, p.Lambda = c.hidden, network.ReLU, rate, c.batch, c.lambda
			})
			search = append(search, entry{strings.TrimSpace(flags(p)), series{d.searching, p}, 0})
		}
	}
	all.add("search", search...)
	return all
}

// final returns the last group: the defaults and the leader of the search, trained on
// all samples but those set aside and tested on those.
func final(d sources, all plan, search group, shorten int) (last plan) {
	base := trial.Defaults
	base.Epochs /= shorten
	candidates := all[len(all)-1].entries
	winner := candidates[search.leader()].Params
	last.add("final", entry{"defaults", series{d.aside, base}, 0}, entry{"winner", series{d.aside, winner}, 0})
	return last
}

// weights returns a series with few enough hidden nodes to look at the weights of
// each.
func weights(d sources, shorten int) series {
	p := trial.Defaults
	p.Hidden, p.Lambda, p.Epochs = 16, 1e-4, p.Epochs/shorten
	return series{d.digits, p}
}

// label formats the value of a hyperparameter.
func label(name string, v float64) string {
	if name == "batch" && v == 0 {
		return "all"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// flags returns the flags of train for all hyperparameters that differ from the
// defaults, each with a space before it.
func flags(p trial.Params) (line string) {
	d := trial.Defaults
	for _, f := range []struct {
		name            string
		value, standard any
	}{
		{"hidden", p.Hidden, d.Hidden}, {"activation", p.Activation, d.Activation},
		{"rate", p.LearningRate, d.LearningRate}, {"epochs", p.Epochs, d.Epochs},
		{"batch", p.BatchSize, d.BatchSize}, {"lambda", p.Lambda, d.Lambda},
	} {
		if f.value != f.standard {
			line += fmt.Sprintf(" -%s %v", f.name, f.value)
		}
	}
	return line
}

// command returns the command that repeats the runs of seed 1, or "" if there is
// none.
func (e entry) command(folds int) string {
	if e.source.flags == "" {
		return ""
	}
	p := e.Params
	if e.after > 0 {
		p.Epochs = e.after
	}
	return fmt.Sprintf("go run ./cmd/train -folds %d", folds) + strings.TrimRight(e.source.flags, " ") + flags(p)
}
