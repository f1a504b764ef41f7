// Package ids makes the identifiers of the local AWS: random in form,
// repeatable by seed.
package ids

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"
)

// Source makes identifiers, safe for concurrent use.
type Source struct {
	mu  sync.Mutex
	rng *rand.Rand
}

// New returns a source that repeats itself for the same seed.
func New(seed uint64) *Source {
	return &Source{rng: rand.New(rand.NewPCG(seed, seed))}
}

// UUID returns a version 4 UUID in its usual form.
func (s *Source) UUID() string {
	b := s.bytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Hex returns n random bytes as 2n hexadecimal digits.
func (s *Source) Hex(n int) string {
	return hex.EncodeToString(s.bytes(n))
}

// Between returns a number from low to high, both included.
func (s *Source) Between(low, high int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return low + s.rng.Int64N(high-low+1)
}

func (s *Source) bytes(n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	return b
}
