package hop

import (
	"slices"
	"time"
)

// failures counts the jobs that failed since the last rejection and since the last job that
// made a copy, and returns the latest of them; its ID is empty when there is none. A quota's
// refusal is the latest like any other, but no failure.
//
// A job after one that was rejected was started by a replay, for nothing else starts
// it: the count begins anew with it, whoever asks and whatever the message knows.
func (c Case) failures() (count int, last CopyJob) {
	ended := slices.DeleteFunc(slices.Clone(c.Jobs), func(j CopyJob) bool {
		return j.State != Completed && !j.State.Unsuccessful() || !j.ended().After(c.RejectedAt)
	})
	slices.SortStableFunc(ended, func(a, b CopyJob) int { return a.ended().Compare(b.ended()) })
	for _, job := range ended {
		if job.State == Completed {
			count, last = 0, CopyJob{}
			continue
		}
		if c.permanent(last) || count >= c.Retry.Attempts {
			count = 0
		}
		if job.Class != ClassLimit {
			count++
		}
		last = job
	}
	return count, last
}

// permanent reports whether repeating a failed job cannot help. AWS Backup may say that it
// cannot find a recovery point that has just arrived: the point counts as gone only in a
// job that fails once the settling time is over, counted from the first job of the copy.
func (c Case) permanent(j CopyJob) bool {
	if j.Class != ClassGone {
		return j.Class.Permanent()
	}
	first := j.Created
	for _, job := range c.Jobs {
		if job.Created.Before(first) {
			first = job.Created
		}
	}
	return !j.ended().Before(first.Add(settling))
}

func (j CopyJob) rejected(reason Reason, format string, args ...any) Decision {
	decision := reject(reason, j.Class, format, args...)
	decision.FailedAt = j.ended()
	return decision
}

// LastFailure is when the last of the jobs that failed ended; zero where none did.
func LastFailure(jobs []CopyJob) time.Time {
	var last time.Time
	for _, job := range jobs {
		if job.State.Unsuccessful() && job.ended().After(last) {
			last = job.ended()
		}
	}
	return last
}

// ended is when the job ended; when that is not listed, when it began.
func (j CopyJob) ended() time.Time {
	if j.Completed.IsZero() {
		return j.Created
	}
	return j.Completed
}
