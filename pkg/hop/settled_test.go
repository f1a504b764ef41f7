package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

// TestAPointThatCannotBeFoundIsGoneOnceItHasSettled: AWS Backup may not find a recovery point
// that has just arrived, so a job that fails with that text counts as an attempt until the
// settling time since the copy's first job is over. Starter, tracker and reconciler agree.
func TestAPointThatCannotBeFoundIsGoneOnceItHasSettled(t *testing.T) {
	first := now.Add(-time.Hour)
	job := func(id string, began, ended time.Duration) hop.CopyJob {
		return hop.CopyJob{ID: id, State: hop.Failed, Class: hop.ClassGone, Message: "Cannot find recovery point.", Source: point, Destination: final,
			Created: first.Add(began), Completed: first.Add(ended)}
	}
	early, late := job("early", 0, time.Minute), job("late", 6*time.Minute, 15*time.Minute)
	for _, test := range []struct {
		what    string
		jobs    []hop.CopyJob
		decided hop.Verdict
		tracked hop.Verdict
		stands  hop.Standing
	}{
		{"one that failed at once", []hop.CopyJob{early}, hop.Start, hop.Again, hop.Failing},
		{"two, the second after the settling time", []hop.CopyJob{late, early}, hop.Reject, hop.Reject, hop.Rejected},
		{"one that took longer than the settling time", []hop.CopyJob{job("long", 0, 20*time.Minute)}, hop.Reject, hop.Reject, hop.Rejected},
	} {
		t.Run(test.what, func(t *testing.T) {
			c := due()
			c.Jobs = test.jobs
			decision := hop.Decide(c)
			assert.Equal(t, test.decided, decision.Verdict)
			outcome := hop.Track(hop.Tracked{Request: c.Request, Jobs: test.jobs, Retry: retry, FirstSeen: first, Now: now})
			assert.Equal(t, test.tracked, outcome.Verdict)
			survey := hop.Look(intermediate, []hop.RecoveryPoint{c.Point}, test.jobs, routes, retry, now)
			assert.Equal(t, test.stands, survey.Legs[0].Standing)
			if decision.Verdict == hop.Reject {
				assert.Equal(t, []hop.Class{hop.ClassGone, hop.ClassGone}, []hop.Class{decision.Class, outcome.Class})
			}
		})
	}
}
