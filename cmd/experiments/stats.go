package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/cmd/internal/trial"
)

// A stat summarises a score over the runs of a series.
type stat struct {
	Mean   float64 `json:"mean"`
	Half   float64 `json:"half"`  // the 95 % interval of the mean is Mean ± Half
	Seeds  float64 `json:"seeds"` // standard deviation of the means of the seeds
	Folds  float64 `json:"folds"` // standard deviation over the folds of one seed, pooled over the seeds
	Median float64 `json:"median"`
}

// An interval is Mean ± Half, with 95 % confidence.
type interval struct {
	Mean float64 `json:"mean"`
	Half float64 `json:"half"`
}

func (s stat) String() string { return interval{s.Mean, s.Half}.String() }
func (i interval) String() string {
	return strings.Replace(fmt.Sprintf("%.4f ± %.4f", i.Mean, i.Half), "-", "−", 1)
}

// round rounds to six decimals: more than the tables show, few enough to read.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// newStat returns the statistics of the values, seed by seed and fold by fold. Values
// that are nil do not count. The interval is that of Student's t over the means of
// the seeds, which are independent; the folds of a seed are not, because they share
// training samples.
func newStat(values []*float64, folds int) stat {
	var all, means []float64
	var squares, freedom float64
	for seed := range slices.Chunk(values, folds) {
		var v []float64
		for _, x := range seed {
			if x != nil {
				v = append(v, *x)
			}
		}
		if len(v) == 0 {
			continue
		}
		mean, sd := trial.MeanSD(v)
		means, all = append(means, mean), append(all, v...)
		squares, freedom = squares+sd*sd*float64(len(v)-1), freedom+float64(len(v)-1)
	}
	mean, seeds := trial.MeanSD(means)
	slices.Sort(all)
	s := stat{Mean: round(mean), Seeds: round(seeds), Median: round((all[(len(all)-1)/2] + all[len(all)/2]) / 2)}
	if n := len(means); n > 1 {
		s.Half = round(quantile(n-1) * seeds / math.Sqrt(float64(n)))
	}
	if freedom > 0 {
		s.Folds = round(math.Sqrt(squares / freedom))
	}
	return s
}

// paired returns the mean of a − b over the runs that both have, seed by seed, with an
// interval. If the runs of a seed share training samples, it is that of Nadeau and
// Bengio's corrected resampled t-test: the variance of the mean is not s²/n but
// s² (1/n + ratio), where ratio is the number of held-out samples per training sample.
// A ratio of 0 means that they do not. Then the correction does not apply, but the runs
// of a seed still share held-out samples, so each seed counts once, with its mean.
//
// C. Nadeau, Y. Bengio: Inference for the generalization error. Machine Learning 52
// (2003), pages 239 to 281.
func paired(a, b []*float64, splits int, ratio float64) interval {
	var d []float64
	for first := 0; first < len(a); first += splits {
		var seed []float64
		for i := first; i < first+splits; i++ {
			if a[i] != nil && b[i] != nil {
				seed = append(seed, *a[i]-*b[i])
			}
		}
		if ratio == 0 && len(seed) > 0 {
			mean, _ := trial.MeanSD(seed)
			seed = []float64{mean}
		}
		d = append(d, seed...)
	}
	if len(d) == 0 {
		return interval{}
	}
	mean, sd := trial.MeanSD(d)
	i := interval{Mean: round(mean)}
	if n := len(d); n > 1 {
		i.Half = round(quantile(n-1) * sd * math.Sqrt(1/float64(n)+ratio))
	}
	return i
}

// wilson returns the interval of a proportion of which n samples have shown correct
// ones. Its centre is not the observed proportion.
func wilson(correct, n int) interval {
	const z = 1.959963984540054 // 97.5 % quantile of the normal distribution
	p, m := float64(correct)/float64(n), float64(n)
	return interval{
		Mean: round((p + z*z/(2*m)) / (1 + z*z/m)),
		Half: round(z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))),
	}
}

// quantile returns the 97.5 % quantile of Student's t with 1 to 24 degrees of
// freedom.
func quantile(freedom int) float64 {
	return [...]float64{
		12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004,
		2.262157, 2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905,
		2.109816, 2.100922, 2.093024, 2.085963, 2.079614, 2.073873, 2.068658, 2.063899,
	}[freedom-1]
}
