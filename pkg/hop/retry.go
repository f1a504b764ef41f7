package hop

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"time"
)

// Retry bounds how often a failed copy is started again.
type Retry struct {
	Attempts int           // failures after which the message is rejected
	First    time.Duration // pause after the first failure; it doubles with each one
	Longest  time.Duration // the pause grows no further
}

// Pauses between the attempts at one copy: AWS Backup itself repeats a copy for
// two hours after a system error, so a failed one is not repeated in haste.
const (
	firstPause   = 5 * time.Minute
	longestPause = 2 * time.Hour
)

// Patience is the way in which second hops are tried again, n times in all.
func Patience(n int) Retry { return Retry{Attempts: n, First: firstPause, Longest: longestPause} }

// after is the pause after n failures; none of its own for a quota's refusal
// alone (n = 0), which waits like a first failure.
func (r Retry) after(n int) time.Duration {
	pause := r.First
	for range n - 1 {
		if pause *= 2; pause >= r.Longest {
			return r.Longest
		}
	}
	return pause
}

// Token is the idempotency token of one attempt at one copy: the first, where no job has
// ended (newestEnded is ""), or the one after the job that ended last. How long AWS Backup
// remembers a token is UNCONFIRMED A29: a constant one might answer a wanted second attempt
// with the failed first job, and so would a number of attempts that is used again once the
// list has forgotten a job. A job's ID is never used again.
func Token(point string, destination Vault, newestEnded string) string {
	if newestEnded == "" {
		newestEnded = "0"
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", point, destination.ARN, newestEnded))
	return hex.EncodeToString(sum[:16])
}

// Bounds of the delay of a message that waits. SQS delays by 15 minutes at most.
const (
	shortestDelay = 60 * time.Second
	longestDelay  = 900 * time.Second
	// perWaiting spaces the messages out: with n of them waiting, one looks for
	// room about every perWaiting, however large n is, until longestDelay. In a pool of
	// more than usualSize slots they become free more often, and looks are as many more.
	perWaiting = 3 * time.Second
	usualSize  = 60
)

// Spread is what spreads the messages that wait for room in a pool of so many slots.
type Spread struct {
	Waiting int     // messages in the queue
	Slots   int     // of the pool; 0: not known
	Pace    float64 // how soon this message comes again compared with others: with 2, after half of the time; 0: as others, like 1
}

// Delay is how long a waiting message stays away: a minute at least, longer when
// many wait, until the decision's own time where it has one. salt (the message's
// id) spreads the messages by a quarter to either side.
func Delay(d Decision, now time.Time, salt string, s Spread) time.Duration {
	if left := d.Until.Sub(now); !d.Until.IsZero() && left > shortestDelay {
		return min(left, longestDelay)
	}
	turn := perWaiting * usualSize / time.Duration(max(s.Slots, usualSize))
	delay := float64(min(max(time.Duration(s.Waiting)*turn, shortestDelay*4/3), longestDelay*4/5))
	delay *= (1 + (jitter(salt)-0.5)/2) / cmp.Or(s.Pace, 1)
	return min(max(time.Duration(delay), shortestDelay), longestDelay)
}

// jitter is a number from 0 to 1 that salt decides.
func jitter(salt string) float64 {
	hash := fnv.New32a()
	hash.Write([]byte(salt)) // a hash.Hash never fails
	return float64(hash.Sum32()) / float64(1<<32)
}
