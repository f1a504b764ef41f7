// Package lineage counts how often each function has been invoked in a chain of
// requests, as Lambda's recursive loop detection does: the counts travel in the X-Ray
// trace header, from the invocation to what its function sends, and from a message to the
// invocation that it causes [Lambda: invocation-recursion].
//
// AWS documents no format. Records of real headers have Lineage=hash:count, and
// several entries with bars between them; later ones have one entry, 1:hash:count.
// This package writes the first form, which says of each function how often it was
// invoked again. Functions and SDKs hand the header on unread.
package lineage

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Limit is how many invocations of one function a chain may have. AWS says
// approximately 16.
const Limit = 16

// Chain is how often functions were invoked in a chain of requests, by a hash of their
// ARN. The zero value is a chain that begins.
type Chain struct{ invocations map[string]int }

// field begins the lineage in a trace header.
const field = "Lineage="

// Read is the chain of a trace header. A header without a lineage, and what cannot be
// read of one, is a chain that begins.
func Read(header string) Chain {
	c := Chain{map[string]int{}}
	for part := range strings.SplitSeq(header, ";") {
		entries, ok := strings.CutPrefix(part, field)
		if !ok {
			continue
		}
		for entry := range strings.SplitSeq(entries, "|") {
			hash, count, _ := strings.Cut(entry, ":")
			if repeated, err := strconv.Atoi(count); err == nil && repeated >= 0 {
				c.invocations[hash] = repeated + 1
			}
		}
	}
	return c
}

// Invocations are how often a function was invoked in the chain.
func (c Chain) Invocations(functionARN string) int { return c.invocations[hashOf(functionARN)] }

// Ended reports whether the chain has had all the invocations of a function that it may
// have.
func (c Chain) Ended(functionARN string) bool { return c.Invocations(functionARN) >= Limit }

// After is the chain with one more invocation of a function.
func (c Chain) After(functionARN string) Chain {
	longer := Chain{maps.Clone(c.invocations)}
	if longer.invocations == nil {
		longer.invocations = map[string]int{}
	}
	longer.invocations[hashOf(functionARN)]++
	return longer
}

// with is the chain of two that has the larger count of each function.
func (c Chain) with(other Chain) Chain {
	both := Chain{maps.Clone(c.invocations)}
	for hash, n := range other.invocations {
		both.invocations[hash] = max(both.invocations[hash], n)
	}
	return both
}

// String is the field of the trace header. The first invocation of a function counts 0,
// as in records of real headers.
func (c Chain) String() string {
	var entries []string
	for _, hash := range slices.Sorted(maps.Keys(c.invocations)) {
		entries = append(entries, fmt.Sprintf("%s:%d", hash, c.invocations[hash]-1))
	}
	return field + strings.Join(entries, "|")
}

func hashOf(functionARN string) string {
	h := fnv.New32a()
	h.Write([]byte(functionARN))
	return fmt.Sprintf("%08x", h.Sum32())
}
