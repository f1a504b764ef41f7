// Package chance makes up numbers that depend on a seed and on what they are about,
// not on the order in which they are asked for.
package chance

import (
	"fmt"
	"hash/fnv"
	"time"
)

// Seed decides all numbers.
type Seed uint64

// Of is a number from 0 to 1, 1 excluded, for a thing.
func (s Seed) Of(thing ...any) float64 {
	hash := fnv.New64a()
	fmt.Fprintln(hash, append([]any{uint64(s)}, thing...)...) // a hash never fails
	// The bits of FNV that differ for similar texts are the lower ones.
	x := hash.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / float64(1<<53)
}

// Between is a length of time for a thing.
func (s Seed) Between(low, high time.Duration, thing ...any) time.Duration {
	return low + time.Duration(s.Of(thing...)*float64(high-low))
}
