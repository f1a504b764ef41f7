package hop

import (
	"math"
	"sync"
)

// Pace says how soon copies that wait for room look for it again, by their size: large ones
// sooner, so that the copies that take longest seldom begin last. It compares them with the
// sizes that it was asked about before. That a large backup takes longer to copy is
// UNCONFIRMED A111; where it does not, nothing but the order of the copies is different. Its
// zero value has seen no sizes. It is safe for concurrent use.
type Pace struct {
	mu   sync.Mutex
	seen float64 // sizes, of which mean remembers the last ones most
	mean float64 // of the logarithms of sizes
}

// Fastest is the greatest pace.
const Fastest = 2.5

const (
	slowest    = 0.8
	remembered = 500 // sizes
)

// Of is the pace of a backup of so many bytes, as Delay takes it; 1 where its size is not
// known.
func (p *Pace) Of(bytes int64) float64 {
	if bytes <= 0 {
		return 1
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	size := math.Log(float64(bytes))
	p.seen = min(p.seen+1, remembered)
	p.mean += (size - p.mean) / p.seen
	return min(max(math.Exp((size-p.mean)/2), slowest), Fastest)
}
