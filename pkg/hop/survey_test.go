package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

// arrived is a point in the intermediate vault.
func arrived(arn, resourceType string, ago time.Duration) hop.RecoveryPoint {
	return hop.RecoveryPoint{ARN: arn, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:" + arn, ResourceType: resourceType,
		Status: hop.PointCompleted, Created: now.Add(-ago - time.Hour), Completed: now.Add(-ago), SourceVault: local}
}

func TestTheStandingOfACopy(t *testing.T) {
	job := func(state hop.State, ago time.Duration, class hop.Class) hop.CopyJob {
		j := hop.CopyJob{ID: string(state), State: state, Source: "p", Destination: final, Created: now.Add(-ago), Class: class}
		if !state.InFlight() {
			j.Completed = j.Created.Add(time.Minute)
		}
		return j
	}
	copied := func(ago time.Duration, state hop.CopyState) hop.CopyJob {
		j := job(hop.Completed, ago, "")
		j.CopyState = state
		return j
	}
	for sentence, test := range map[string]struct {
		jobs []hop.CopyJob
		want hop.Standing
	}{
		"made, and there":                           {[]hop.CopyJob{copied(time.Hour, hop.CopyPresent)}, hop.Copied},
		"made just now, and not described yet":      {[]hop.CopyJob{copied(15*time.Minute, hop.CopyUndescribed)}, hop.Flying},
		"made, and no longer there":                 {[]hop.CopyJob{copied(17*time.Minute, hop.CopyUndescribed)}, hop.Vanished},
		"made, and EXPIRED in its vault":            {[]hop.CopyJob{copied(5*time.Minute, hop.CopyGone)}, hop.Vanished},
		"made twice, and one is there":              {[]hop.CopyJob{copied(2*time.Hour, hop.CopyUndescribed), copied(time.Hour, hop.CopyPresent)}, hop.Copied},
		"made after it failed, and gone":            {[]hop.CopyJob{job(hop.Failed, 2*time.Hour, hop.ClassKey), copied(time.Hour, hop.CopyUndescribed)}, hop.Vanished},
		"gone, and another copy of it failed":       {[]hop.CopyJob{copied(2*time.Hour, hop.CopyUndescribed), job(hop.Failed, time.Hour, hop.ClassKey)}, hop.Rejected},
		"gone, and another copy of it is under way": {[]hop.CopyJob{copied(2*time.Hour, hop.CopyUndescribed), job(hop.Running, time.Hour, "")}, hop.Flying},
		"without a job":                             {nil, hop.Absent},
		"with a job of another point":               {[]hop.CopyJob{{Source: "q", Destination: final, State: hop.Completed}}, hop.Absent},
		"with a job to another vault":               {[]hop.CopyJob{{Source: "p", Destination: other, State: hop.Completed}}, hop.Absent},
		"in CREATED":                                {[]hop.CopyJob{job(hop.Created, time.Hour, "")}, hop.Flying},
		"in CREATED for as long as is usual":        {[]hop.CopyJob{job(hop.Created, 12*time.Hour, "")}, hop.Flying},
		"in RUNNING for as long as is usual":        {[]hop.CopyJob{job(hop.Running, 24*time.Hour, "")}, hop.Flying},
		"failed just now, with attempts left":       {[]hop.CopyJob{job(hop.Failed, time.Minute, hop.ClassUnknown)}, hop.Failing},
		"in CREATED for half a day":                 {[]hop.CopyJob{job(hop.Created, 13*time.Hour, "")}, hop.Stuck},
		"in RUNNING for half a day":                 {[]hop.CopyJob{job(hop.Running, 13*time.Hour, "")}, hop.Flying},
		"in RUNNING for more than a day":            {[]hop.CopyJob{job(hop.Running, 25*time.Hour, "")}, hop.Stuck},
		"in a state nobody knows":                   {[]hop.CopyJob{job("NEW", time.Hour, "")}, hop.Flying},
		"made":                                      {[]hop.CopyJob{job(hop.Completed, time.Hour, ""), job(hop.Failed, 2*time.Hour, hop.ClassKey)}, hop.Copied},
		"failed, with attempts left":                {[]hop.CopyJob{job(hop.Failed, time.Hour, hop.ClassUnknown)}, hop.Failing},
		"failed for good":                           {[]hop.CopyJob{job(hop.Failed, time.Hour, hop.ClassKey)}, hop.Rejected},
		"failed, and another attempt is begun":      {[]hop.CopyJob{job(hop.Failed, time.Hour, hop.ClassUnknown), job(hop.Running, time.Minute, "")}, hop.Flying},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := hop.Look(intermediate, []hop.RecoveryPoint{arrived("p", "RDS", 3*time.Hour)}, test.jobs, routes, retry, now)
			require.Len(t, s.Legs, 1)
			assert.Equal(t, test.want, s.Legs[0].Standing)
			assert.Equal(t, test.want != hop.Copied, s.Legs[0].Due())
			assert.Equal(t, hop.Request{Point: "p", Source: intermediate, Destination: final, ResourceType: "RDS"}, s.Legs[0].Request)
			assert.Equal(t, test.want == hop.Rejected, s.Legs[0].Failure.Class != "")
			assert.Equal(t, test.want == hop.Absent, s.Legs[0].Job.ID == "", "every other standing is of a job")
		})
	}
}

func TestAGoneCopyOfAPointThatCanBeCopiedNoMoreIsNotAskedFor(t *testing.T) {
	made := hop.CopyJob{ID: "j", Source: "p", Copy: "c", Destination: final, State: hop.Completed, CopyState: hop.CopyUndescribed,
		Created: now.Add(-2 * time.Hour), Completed: now.Add(-time.Hour)}
	for sentence, c := range map[string]struct {
		change func(*hop.RecoveryPoint)
		legs   int
	}{
		"it can be copied":              {func(*hop.RecoveryPoint) {}, 1},
		"it is EXPIRED":                 {func(p *hop.RecoveryPoint) { p.Status = hop.PointExpired }, 0},
		"it is being deleted":           {func(p *hop.RecoveryPoint) { p.Status = hop.PointDeleting }, 0},
		"its vault drops it in an hour": {func(p *hop.RecoveryPoint) { p.DeleteAt = now.Add(time.Hour) }, 0},
		"its vault drops it tomorrow":   {func(p *hop.RecoveryPoint) { p.DeleteAt = now.Add(24 * time.Hour) }, 1},
		"a copy's retention has passed": {func(p *hop.RecoveryPoint) { p.Created = now.AddDate(0, 0, -35) }, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := arrived("p", "RDS", 3*time.Hour)
			c.change(&p)
			s := hop.Look(intermediate, []hop.RecoveryPoint{p}, []hop.CopyJob{made}, routes, retry, now)
			require.Len(t, s.Legs, c.legs)
			if c.legs > 0 {
				assert.Equal(t, hop.Vanished, s.Legs[0].Standing)
				assert.Equal(t, now.Add(-45*time.Minute), s.Legs[0].Since(), "once its settling time is over")
				assert.True(t, s.Legs[0].Due())
			}
		})
	}
}

func TestAPointFromBeforeTheJobListIsUntold(t *testing.T) {
	ancient := arrived("p", "RDS", 31*24*time.Hour)
	standing := func(jobs ...hop.CopyJob) hop.Standing {
		return hop.Look(intermediate, []hop.RecoveryPoint{ancient}, jobs, routes, retry, now).Legs[0].Standing
	}
	assert.Equal(t, hop.Untold, standing())
	assert.Equal(t, hop.Flying, standing(hop.CopyJob{Source: "p", Destination: final, State: hop.Running, Created: now}))
	ancient.Completed = now.Add(-30 * 24 * time.Hour)
	assert.Equal(t, hop.Absent, standing())
}

func TestWhichPointsNeedACopy(t *testing.T) {
	own := arrived("own", "RDS", time.Hour)
	own.SourceVault = final
	creating := arrived("creating", "RDS", time.Hour)
	creating.Status = hop.PointCreating
	late := arrived("late", "RDS", time.Hour)
	late.Created = now.AddDate(0, 0, -35)
	s := hop.Look(intermediate, []hop.RecoveryPoint{own, creating, late, arrived("volume", "EBS", time.Hour), arrived("due", "Aurora", 2*time.Hour), arrived("new", "Aurora", time.Hour)},
		nil, routes, retry, now)
	require.Len(t, s.Legs, 2, "not what came back, is not whole, or would expire on arrival")
	assert.Equal(t, "due", s.Legs[0].Point.ARN)
	require.Len(t, s.Unrouted, 1)
	assert.Equal(t, map[string]time.Duration{"RDS": 0, "Aurora": 2 * time.Hour}, s.Oldest(routes, now), "every routed type, zeros included")
}

func TestResourcesWhoseNewestCopyIsTooOld(t *testing.T) {
	at := func(arn, resourceType string, ago time.Duration) hop.Resource {
		return hop.Resource{ARN: arn, Type: resourceType, Newest: now.Add(-ago)}
	}
	late, gone := hop.Late([]hop.Resource{
		at("fresh", "RDS", 25*time.Hour), at("just in time", "RDS", 26*time.Hour), at("weekly", "Aurora", 19*24*time.Hour), at("b", "RDS", 27*time.Hour), at("a", "RDS", 30*time.Hour), at("old", "RDS", 15*24*time.Hour), at("bucket", "S3", 99*24*time.Hour),
		at("older", "RDS", 16*24*time.Hour), at("two weeks", "RDS", 14*24*time.Hour), at("thrice", "Aurora", 20*24*time.Hour+time.Second),
	}, map[string]time.Duration{"RDS": 26 * time.Hour, "Aurora": 10 * 24 * time.Hour}, 14*24*time.Hour, now)
	names := func(resources []hop.Resource) (arns []string) {
		for _, r := range resources {
			arns = append(arns, r.ARN)
		}
		return arns
	}
	assert.Equal(t, []string{"weekly", "two weeks", "a", "b"}, names(late), "the oldest first; none is taken for gone before twice its objective")
	assert.Equal(t, []string{"thrice", "older", "old"}, names(gone))
}
