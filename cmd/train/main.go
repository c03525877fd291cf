// Command train trains the two-layer network on handwritten digits and reports
// how well it does on those it has not seen.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"

	"chainrule/cmd/internal/atomicfile"
	"chainrule/cmd/internal/dataset"
	"chainrule/cmd/internal/metrics"
	"chainrule/cmd/internal/progress"
	"chainrule/matrix"
	"chainrule/network"
)

func main() {
	// The first signal ends the context; stop then gives the second one back
	// its usual effect.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, progress.New(os.Stderr)))
}

// run is the command; the exit status is explained in usage.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, line *progress.Line) int {
	c, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		writeUsage(stdout)
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "train: %v (see -h)\n", err)
		return 2
	}
	note, err := train(ctx, c, stdout, line)
	if note != "" {
		fmt.Fprintf(stderr, "train: note: %s\n", note)
	}
	if err != nil {
		fmt.Fprintf(stderr, "train: %v\n", err)
	}
	switch {
	case errors.Is(err, errStopped):
		return 130
	case err != nil:
		return 1
	}
	return 0
}

// errStopped is what a run ends with that was interrupted.
var errStopped = errors.New("stopped")

// Each use of random numbers has a stream of its own, so that, for instance,
// another number of hidden nodes leaves the split as it is.
const (
	streamSplit = iota
	streamWeights
	streamOrder
)

// train does what c says, but for printing the error and the note, which is
// what the user should know although it is no error.
func train(ctx context.Context, c config, stdout io.Writer, line *progress.Line) (note string, err error) {
	set, err := dataset.Digits()
	if err != nil {
		return "", err
	}
	if c.save != "" {
		if err := atomicfile.Check(c.save); err != nil {
			return "", err
		}
	}
	n, err := start(c, set)
	if err != nil {
		return "", err
	}
	samples, held := dataset.Split(set.Labels, c.test, rand.New(rand.NewPCG(c.seed, streamSplit)))
	n0, n1, n2 := n.Shape()
	fmt.Fprintf(stdout, "%s: %d samples to train on, %d held out; seed %d\n", set.Name, len(samples), len(held), c.seed)
	fmt.Fprintf(stdout, "network %d-%d-%d, %v, %d parameters\n", n0, n1, n2, n.F1, n0*n1+n1+n1*n2+n2)

	var stopped error
	if c.train {
		batch := c.batch
		if batch == 0 || batch > len(samples) {
			batch = len(samples)
		}
		fmt.Fprintf(stdout, "training: rate %g, batch %d, lambda %g, %d epochs\n", c.rate, batch, c.lambda, c.epochs)
		stopped, note, err = fit(ctx, c, n, set, samples, line)
		if err != nil {
			return "", err
		}
	}
	fmt.Fprintln(stdout)
	if err := report(stdout, n, set, samples, held, c.lambda); err != nil {
		return "", err
	}
	if c.save != "" {
		if err := atomicfile.Write(c.save, n.Save); err != nil {
			return "", err
		}
		fmt.Fprintf(stdout, "saved in %s\n", c.save)
	}
	return note, stopped
}

// start returns the network to begin with: a new one, or that of -load.
func start(c config, set *dataset.Set) (*network.Network, error) {
	if c.load == "" {
		return network.New(set.X.Cols, c.hidden, set.Y.Cols, c.activation, rand.New(rand.NewPCG(c.seed, streamWeights))), nil
	}
	f, err := os.Open(c.load)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, fmt.Errorf("%s: %w", c.load, err)
	}
	defer f.Close()
	n, err := network.Load(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.load, err)
	}
	if n0, n1, n2 := n.Shape(); n0 != set.X.Cols || n2 != set.Y.Cols {
		return nil, fmt.Errorf("%s: the network is %d-%d-%d, the %s need %d inputs and %d outputs", c.load, n0, n1, n2, set.Name, set.X.Cols, set.Y.Cols)
	}
	return n, nil
}

// fit trains n and shows how far it is. If ctx ended it, stopped says when, and
// n is as far as it got; if it seems too early to stop, note says why.
func fit(ctx context.Context, c config, n *network.Network, set *dataset.Set, samples []int, line *progress.Line) (stopped error, note string, err error) {
	first, err := n.Evaluate(set.X, set.Y, samples, c.lambda)
	if err != nil {
		return nil, "", err
	}
	last, before := first, first
	epochs, err := n.Train(ctx, set.X, set.Y, samples, network.Options{
		Rate: c.rate, Lambda: c.lambda, Epochs: c.epochs, Batch: c.batch,
		Rand: rand.New(rand.NewPCG(c.seed, streamOrder)),
		Epoch: func(epoch int, s network.Score) {
			before, last = last, s
			line.Show(epoch, c.epochs, fmt.Sprintf("epoch %d/%d  data loss %.4f + penalty %.4f = %.4f  train acc. %.4f",
				epoch, c.epochs, s.DataLoss, s.Penalty, s.Total, s.Accuracy))
		},
	})
	line.Close()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w in epoch %d of %d", errStopped, epochs+1, c.epochs), "", nil
	}
	if err != nil {
		return nil, "", err
	}
	note, err = judge(c, first.DataLoss, before.DataLoss, last.DataLoss, constantLoss(set.Y, samples))
	return nil, note, err
}

// judge says what is wrong, if anything is, with a training that began with the
// data loss first and ended with last, before which it had before, when that of
// constant outputs is constant: an error if it diverged, a note if it has not
// got anywhere yet.
//
// A sigmoid's output is finite whatever the rate, so no NaN tells. But at a rate
// too large the outputs are soon so far on the wrong side that their derivative
// is 0, and the loss stands still where it is, above the constant one: for ten
// classes at 0.5 and not 0.45. A network that has just not learned to tell the
// samples apart is within a few per cent of the constant.
func judge(c config, first, before, last, constant float64) (note string, err error) {
	if last < constant {
		return "", nil
	}
	loss := fmt.Sprintf("data loss %.5f, constant outputs have %.5f", last, constant)
	lambda := ""
	if c.lambda > 0 {
		lambda = " or a smaller -lambda"
	}
	switch {
	case last < before*(1-1e-4), last <= first && last > first*0.9:
		return loss + "; it still falls: try more -epochs or a larger -rate", nil
	case last < constant*1.05:
		return loss + "; it does not fall: try another -rate" + lambda, nil
	}
	return "", fmt.Errorf("%w: %s, and it does not fall; try -rate below %g%s", network.ErrDiverged, loss, c.rate, lambda)
}

// constantLoss returns the smallest data loss that outputs can have that are
// the same for every sample: those that are the means of the targets.
func constantLoss(y *matrix.Matrix, samples []int) (loss float64) {
	for k := range y.Cols {
		var mean, square float64
		for _, s := range samples {
			mean += y.At(s, k) / float64(len(samples))
			square += y.At(s, k) * y.At(s, k) / float64(len(samples))
		}
		loss += (square - mean*mean) / 2
	}
	return loss
}

// report prints how n does: the parts of the loss on what it was trained with,
// and everything on what was held out.
func report(w io.Writer, n *network.Network, set *dataset.Set, samples, held []int, lambda float64) error {
	score, err := n.Evaluate(set.X, set.Y, samples, lambda)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Training samples: data loss %.5f + penalty %.5f = %.5f, accuracy %.4f\n", score.DataLoss, score.Penalty, score.Total, score.Accuracy)
	if score, err = n.Evaluate(set.X, set.Y, held, lambda); err != nil {
		return err
	}
	fmt.Fprintf(w, "Held-out samples: data loss %.5f, accuracy %.4f\n\n", score.DataLoss, score.Accuracy)

	outputs := n.Predict(set.X)
	var truth, predicted []int
	for _, s := range held {
		class, err := network.Class(outputs.Row(s))
		if err != nil {
			return fmt.Errorf("sample %d: %w", s, err)
		}
		truth, predicted = append(truth, set.Labels[s]), append(predicted, class)
	}
	metrics.NewConfusion(set.Classes, truth, predicted).WriteReport(w)
	return nil
}
