package main

import (
	"fmt"
	"math"
	"slices"
)

// spread is the middle of a quantity's values and how far they scatter.
type spread struct {
	median, low, high float64 // low and high are the quartiles
}

func spreadOf(values []float64) spread {
	sorted := slices.Sorted(slices.Values(values))
	return spread{median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75)}
}

// quantile interpolates between the two nearest of the sorted values, of which
// there is at least one.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	below, part := math.Modf(at)
	left, right := sorted[int(below)], sorted[int(math.Ceil(at))]
	return left + part*(right-left)
}

// in writes the spread in units of one, to two decimals.
func (s spread) in(one float64, unit string) string {
	return fmt.Sprintf("%.2f %s (%.2f to %.2f)", s.median/one, unit, s.low/one, s.high/one)
}
