package main

import (
	"errors"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/cmd/internal/trial"
)

// Every flag has an effect, and another seed another result.
func TestFlagsMatter(t *testing.T) {
	reports := []string{scores(succeed(t, "-epochs 2"))}
	for _, args := range []string{"-hidden 20", "-activation tanh", "-activation relu", "-rate 1", "-epochs 3", "-batch 32", "-lambda 0.001", "-test 0.5", "-seed 2", "-scale range", "-scale standard"} {
		report := scores(succeed(t, "-epochs 2 "+args))
		if slices.Contains(reports, report) {
			t.Errorf("%v changes nothing", args)
		}
		reports = append(reports, report)
	}
	a, b := succeed(t, "-epochs 1 -batch 0"), succeed(t, "-epochs 1 -batch 1438")
	if c := succeed(t, "-epochs 1 -batch 100000"); a != b || a != c || !strings.Contains(a, "batch size all,") {
		t.Errorf("batches of 0, of all 1438 and of too many samples differ:\n%s%s%s", a, b, c)
	}
}

// The limits themselves are allowed, and defaults depend on the data.
func TestLimits(t *testing.T) {
	for _, args := range []string{
		"-data moons -samples 4", "-data linear -samples 1000000", "-data linear -noise 0", "-data moons -noise 1e6", "-hidden 1", "-hidden 10000", "-epochs 1", "-folds 2",
		"-rate 1.7976931348623157e308", "-lambda 1.7976931348623157e308", "-batch 0", "-x X.csv -label 1", "-x X.csv -header no -index no", "-load m -predict X -header yes -index yes", "-load m -epochs 1 -rate 1 -batch 1",
	} {
		c, flags := defaults, flag.NewFlagSet("", flag.ContinueOnError)
		c.define(flags)
		err := flags.Parse(strings.Fields(args))
		c.given = map[string]bool{}
		flags.Visit(func(f *flag.Flag) { c.given[f.Name] = true })
		noise := c.noise
		if err := errors.Join(err, c.check()); err != nil {
			t.Errorf("%s: %v", args, err)
		}
		if c.data == "moons" && !c.given["noise"] {
			noise = trial.NoiseMoons
		}
		if want := map[bool]string{true: "standard", false: "none"}[c.x != ""]; c.noise != noise || c.Scaling != want {
			t.Errorf("%s: got the noise %v and the scaling %s, want %v and %s", args, c.noise, c.Scaling, noise, want)
		}
	}
}

func TestWrongFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-hidden 0":        "-hidden 0: want 1 to 10000",
		"-hidden 10001":    "-hidden 10001: want 1 to 10000",
		"-activation step": `unknown activation "step", want one of sigmoid, tanh, relu, identity`,
		"-rate 0":          "-rate 0: want a finite number above 0",
		"-rate NaN":        "-rate NaN: want",
		"-rate inf":        "-rate +Inf: want",
		"-epochs 0":        "-epochs 0: want 1 or more",
		"-batch -1":        "-batch -1: want 1 or more",
		"-lambda -1":       "-lambda -1: want a finite number, at least 0",
		"-lambda nan":      "-lambda NaN: want",
		"-test 0":          "-test 0: want a fraction",
		"-test 1":          "-test 1: want a fraction",
		"-test nan":        "-test NaN: want a fraction",
		"-seed -1":         "-seed",
		"-save=":           "-save: want a name",
		"-load=":           "-load: want a name",
		"-x=":              "-x: want a name", "-y=": "-y: want a name", "-label=": "-label: want a name", "-predict=": "-predict: want a name", "-plot=": "-plot: want a name",
		"-data moons -samples 1000001": "-samples 1000001: want 4 to 1000000", "-data moons -noise 1.01e6": "-noise 1.01e+06: want 0 to 1e6",
		"-x a.svg -plot a.svg": "-plot and -x are the same file", "-x X.csv -y a.svg -plot a.svg": "-plot and -y are the same file",
		"-load x -hidden 3":              "-hidden cannot be used with -load",
		"-load x -activation relu":       "-activation cannot be used with -load",
		"-load x -scale range":           "-scale cannot be used with -load",
		"-data iris":                     `-data "iris": want digits, moons, linear or mnist:DIR`,
		"-data mnist:":                   "want digits",
		"-data moons -x X.csv":           "cannot be used together",
		"-y Y.csv":                       "-y needs -x",
		"-x X.csv -y Y.csv -label 1":     "-label needs -x and cannot be used with -y",
		"-label 1":                       "-label needs -x",
		"-header maybe":                  `-header "maybe": want yes or no`,
		"-header yes":                    "-header needs -x",
		"-index 1":                       `-index "1": want yes or no`,
		"-index yes":                     "-index needs -x",
		"-load x -rate 1":                "-rate has no effect with -load unless -epochs",
		"-load x -batch 1":               "-batch has no effect with -load unless -epochs",
		"-samples 10":                    "-samples needs -data moons",
		"-data moons -samples 3":         "-samples 3: want 4 to",
		"-noise 0.1":                     "-noise needs -data moons",
		"-data moons -noise -1":          "-noise -1: want 0",
		"-scale log":                     `-scale "log": want one of none, range, standard`,
		"-folds 1":                       "-folds 1: want 2 or more",
		"-folds 5 -save m":               "-save cannot be used with -folds",
		"-x a.csv -save ./a.csv":         "-save and -x are the same file",
		"-x a.csv -y b.csv -save b.csv":  "-save and -y are the same file",
		"-save a.svg -plot ./a.svg":      "-plot and -save are the same file",
		"-load a.svg -plot a.svg":        "-plot and -load are the same file",
		"-folds 5 -plot p.svg":           "-plot cannot be used with -folds",
		"-plot p.png":                    `-plot "p.png": want a name that ends in .svg`,
		"-folds 5 -load m":               "-load cannot be used with -folds",
		"-folds 5 -test 0.1":             "-test cannot be used with -folds",
		"-predict X.csv":                 "-predict needs -load",
		"-predict X.csv -load m -seed 1": "-predict works with -load, -header and -index only, not with -seed",
	} {
		if out := verifyWrong(t, 2, "", want, args); out != "" {
			t.Errorf("%s: prints %q", args, out)
		}
	}
	for file, want := range map[string]string{filepath.Join(t.TempDir(), "none", "model"): "no such file or directory", t.TempDir(): "is a ", ".": "is a "} {
		verifyWrong(t, 1, file+": ", want, "-load "+file)
		verifyWrong(t, 1, file+": ", want, "-save "+file)
	}
}
