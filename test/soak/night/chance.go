package night

import (
	"fmt"
	"hash/fnv"
	"time"
)

// chance decides by the seed and by what it is about, not by the order in which it is
// asked.
type chance uint64

// of is a number from 0 to 1 for a thing.
func (c chance) of(thing ...any) float64 {
	hash := fnv.New64a()
	fmt.Fprintln(hash, append([]any{uint64(c)}, thing...)...) // a hash never fails
	// The bits of FNV that differ for similar texts are the lower ones.
	x := hash.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / float64(1<<53)
}

// between is a length of time for a thing.
func (c chance) between(low, high time.Duration, thing ...any) time.Duration {
	return low + time.Duration(c.of(thing...)*float64(high-low))
}
