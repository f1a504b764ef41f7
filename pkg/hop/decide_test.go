package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

var (
	now          = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	local        = vault("arn:aws:backup:eu-central-1:111111111111:backup-vault:local")
	intermediate = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	final        = vault("arn:aws:backup:eu-north-1:222222222222:backup-vault:final")
	other        = vault("arn:aws:backup:eu-west-1:222222222222:backup-vault:other")
	routes       = hop.Routes{{
		Name:   "databases",
		Source: intermediate,
		Types:  []string{"RDS", "Aurora"},
		Role:   "arn:aws:iam::222222222222:role/twohop-copy",
		Destinations: []hop.Destination{
			{Vault: final, DeleteAfterDays: 35},
		},
	}}
	retry = hop.Retry{Attempts: 3, First: 5 * time.Minute, Longest: 2 * time.Hour}
)

const point = "arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:copyjob-1"

func vault(arn string) hop.Vault {
	v, err := hop.ParseVault(arn)
	if err != nil {
		panic(err)
	}
	return v
}

// due is a case that is ready to start; each test changes what it is about.
func due() hop.Case {
	return hop.Case{
		Request: hop.Request{Point: point, Source: intermediate, Destination: final},
		Point: hop.RecoveryPoint{
			ARN: point, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:orders", ResourceType: "RDS",
			Status: hop.PointCompleted, Created: now.Add(-3 * time.Hour), DeleteAt: now.AddDate(0, 0, 7), SourceVault: local,
		},
		Routes: routes, Retry: retry, Room: true,
		FirstSeen: now.Add(-time.Minute), Now: now,
	}
}

func failed(id string, class hop.Class, ended time.Time) hop.CopyJob {
	return hop.CopyJob{ID: id, State: hop.Failed, Class: class, Message: "text of " + id,
		Created: ended.Add(-time.Hour), Completed: ended}
}

func TestDecide(t *testing.T) {
	copied := hop.CopyJob{ID: "done", State: hop.Completed, Copy: "arn:copy", Completed: now.Add(-2 * time.Hour)}
	gone := copied
	gone.CopyState = hop.CopyGone
	undescribed := copied
	undescribed.CopyState = hop.CopyUndescribed
	fresh := undescribed
	fresh.Completed = now.Add(-14 * time.Minute)
	undated := undescribed
	undated.Completed = time.Time{}
	for _, test := range []struct {
		name   string
		change func(*hop.Case)
		want   hop.Verdict
		reason hop.Reason
		class  hop.Class
	}{
		{"nothing stands against it", func(*hop.Case) {}, hop.Start, hop.ReasonDue, ""},
		{"an AVAILABLE point is complete too", func(c *hop.Case) { c.Point.Status = hop.PointAvailable }, hop.Start, hop.ReasonDue, ""},
		{"a point that never expires", func(c *hop.Case) { c.Point.DeleteAt = time.Time{} }, hop.Start, hop.ReasonDue, ""},
		{"a point whose source vault AWS does not tell", func(c *hop.Case) { c.Point.SourceVault = hop.Vault{} }, hop.Start, hop.ReasonDue, ""},

		{"a job is CREATED", func(c *hop.Case) { c.Jobs = []hop.CopyJob{{ID: "a", State: hop.Created}} }, hop.Skip, hop.ReasonInFlight, ""},
		{"a job is RUNNING", func(c *hop.Case) { c.Jobs = []hop.CopyJob{{ID: "a", State: hop.Running}} }, hop.Skip, hop.ReasonInFlight, ""},
		{"a job is RUNNING after failed ones", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("x", hop.ClassKey, now.Add(-time.Minute)), {ID: "a", State: hop.Running}}
		}, hop.Skip, hop.ReasonInFlight, ""},
		{"the copy is there", func(c *hop.Case) { c.Jobs = []hop.CopyJob{copied} }, hop.Skip, hop.ReasonCopied, ""},
		{"the copy is there, its source is not", func(c *hop.Case) { c.Jobs, c.Missing = []hop.CopyJob{copied}, true }, hop.Skip, hop.ReasonCopied, ""},
		{"the copy has vanished", func(c *hop.Case) { c.Jobs = []hop.CopyJob{gone} }, hop.Start, hop.ReasonDue, ""},
		{"the copy has vanished that a replay made after a failure for good", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("x", hop.ClassKey, now.Add(-3*time.Hour)), gone}
		}, hop.Start, hop.ReasonDue, ""},
		{"the copy has vanished, and another one failed for good", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("x", hop.ClassKey, now.Add(-time.Hour)), gone}
		}, hop.Reject, hop.ReasonPermanent, hop.ClassKey},
		{"the copy is not described since longer than Regions may disagree", func(c *hop.Case) { c.Jobs = []hop.CopyJob{undescribed} }, hop.Start, hop.ReasonDue, ""},
		{"the copy is EXPIRED or DELETING, a moment after its job", func(c *hop.Case) {
			gone.Completed = now.Add(-time.Minute)
			c.Jobs = []hop.CopyJob{gone}
		}, hop.Start, hop.ReasonDue, ""},
		{"the copy is not described yet", func(c *hop.Case) { c.Jobs = []hop.CopyJob{fresh} }, hop.Wait, hop.ReasonNotYet, ""},
		{"the copy is not described yet, beside an older one that is gone", func(c *hop.Case) { c.Jobs = []hop.CopyJob{gone, fresh} }, hop.Wait, hop.ReasonNotYet, ""},
		{"a copy of no known date is not described, for a new message", func(c *hop.Case) { c.Jobs = []hop.CopyJob{undated} }, hop.Wait, hop.ReasonNotYet, ""},
		{"a copy of no known date is not described, for an old message", func(c *hop.Case) {
			c.Jobs, c.FirstSeen = []hop.CopyJob{undated}, now.Add(-15*time.Minute)
		}, hop.Start, hop.ReasonDue, ""},
		{"a job is in a state nobody knows", func(c *hop.Case) { c.Jobs = []hop.CopyJob{{ID: "a", State: "PAUSED"}} }, hop.Wait, hop.ReasonStrange, ""},

		{"a job is in a state nobody knows and the source is gone", func(c *hop.Case) {
			c.Jobs, c.Missing, c.FirstSeen = []hop.CopyJob{{ID: "a", State: "PAUSED"}}, true, now.Add(-time.Hour)
		}, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"a type without a route is left alone, whatever its status", func(c *hop.Case) {
			c.Point.ResourceType, c.Point.Status = "EBS", hop.PointPartial
		}, hop.Skip, hop.ReasonUnrouted, ""},
		{"AWS does not tell when the backup was made", func(c *hop.Case) { c.Point.Created = time.Time{} }, hop.Start, hop.ReasonDue, ""},

		{"the point is not described yet", func(c *hop.Case) { c.Missing = true }, hop.Wait, hop.ReasonNotYet, ""},
		{"the point is not described after nearly a quarter of an hour", func(c *hop.Case) {
			c.Missing, c.FirstSeen = true, now.Add(-15*time.Minute).Add(time.Nanosecond)
		}, hop.Wait, hop.ReasonNotYet, ""},
		{"the point is not described after a quarter of an hour", func(c *hop.Case) {
			c.Missing, c.FirstSeen = true, now.Add(-15*time.Minute)
		}, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"the point stays undescribed", func(c *hop.Case) { c.Missing, c.FirstSeen = true, now.Add(-time.Hour) }, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"point and copy are both gone", func(c *hop.Case) {
			c.Missing, c.FirstSeen, c.Jobs = true, now.Add(-time.Hour), []hop.CopyJob{gone}
		}, hop.Skip, hop.ReasonExpired, ""},
		{"the point is CREATING", func(c *hop.Case) { c.Point.Status = hop.PointCreating }, hop.Wait, hop.ReasonNotYet, ""},
		{"the point is DELETING", func(c *hop.Case) { c.Point.Status = hop.PointDeleting }, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"the point is EXPIRED", func(c *hop.Case) { c.Point.Status = hop.PointExpired }, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"the point is PARTIAL", func(c *hop.Case) { c.Point.Status = hop.PointPartial }, hop.Reject, hop.ReasonUnusable, hop.ClassUnsupported},
		{"the point is STOPPED", func(c *hop.Case) { c.Point.Status = hop.PointStopped }, hop.Reject, hop.ReasonUnusable, hop.ClassUnsupported},
		{"the point is in a state nobody knows", func(c *hop.Case) { c.Point.Status = "MOVING" }, hop.Wait, hop.ReasonStrange, ""},

		{"the point came from the backup account itself", func(c *hop.Case) { c.Point.SourceVault = final }, hop.Skip, hop.ReasonOwnCopy, ""},
		{"the type has no route", func(c *hop.Case) { c.Point.ResourceType = "EBS" }, hop.Skip, hop.ReasonUnrouted, ""},
		{"the message lies about the type", func(c *hop.Case) { c.Request.ResourceType, c.Point.ResourceType = "RDS", "EBS" }, hop.Skip, hop.ReasonUnrouted, ""},
		{"the estate no longer leads to the vault", func(c *hop.Case) { c.Request.Destination = other }, hop.Skip, hop.ReasonUnrouted, ""},

		{"the point is older than the list of jobs", func(c *hop.Case) { c.Point.Completed = now.AddDate(0, 0, -31) }, hop.Reject, hop.ReasonUntold, hop.ClassUntold},
		{"the point is older than the list of jobs, and somebody has looked", func(c *hop.Case) {
			c.Point.Completed, c.RejectedAt = now.AddDate(0, 0, -31), now.Add(-time.Hour)
		}, hop.Start, hop.ReasonDue, ""},
		{"the point is older than the list of jobs, which has one of it", func(c *hop.Case) {
			c.Point.Completed, c.Jobs = now.AddDate(0, 0, -31), []hop.CopyJob{gone}
		}, hop.Start, hop.ReasonDue, ""},
		{"the backup is older than the list of jobs, but came yesterday", func(c *hop.Case) {
			c.Point.Created, c.Point.Completed = now.AddDate(0, 0, -31), now.AddDate(0, 0, -1)
		}, hop.Start, hop.ReasonDue, ""},

		{"it failed for good since the message was sent", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("x", hop.ClassKey, now.Add(-time.Minute).Add(time.Nanosecond))}
		}, hop.Skip, hop.ReasonTold, ""},
		{"it failed for a while since the message was sent", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("x", hop.ClassUnknown, now.Add(-time.Second))}
		}, hop.Wait, hop.ReasonBackoff, ""},

		{"the point expires before a copy could end", func(c *hop.Case) { c.Point.DeleteAt = now.Add(30 * time.Minute) }, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"the point expires and its copy has expired", func(c *hop.Case) {
			c.Point.DeleteAt, c.Jobs = now.Add(30*time.Minute), []hop.CopyJob{gone}
		}, hop.Skip, hop.ReasonExpired, ""},
		{"a copy would expire on arrival", func(c *hop.Case) { c.Point.Created = now.AddDate(0, 0, -35) }, hop.Skip, hop.ReasonExpired, ""},
		{"a copy would expire within the hour", func(c *hop.Case) { c.Point.Created = now.AddDate(0, 0, -35).Add(time.Hour) }, hop.Skip, hop.ReasonExpired, ""},
		{"a copy would expire in little more than an hour", func(c *hop.Case) {
			c.Point.Created, c.Point.Completed = now.AddDate(0, 0, -35).Add(time.Hour+time.Second), now.Add(-time.Hour)
		}, hop.Start, hop.ReasonDue, ""},

		{"a failure long enough ago", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("a", hop.ClassUnknown, now.Add(-time.Hour))}
		}, hop.Start, hop.ReasonDue, ""},
		{"a failure just now", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("a", hop.ClassUnknown, now.Add(-time.Minute))}
		}, hop.Wait, hop.ReasonBackoff, ""},
		{"a quota's refusal just now", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("a", hop.ClassLimit, now.Add(-time.Minute))}
		}, hop.Wait, hop.ReasonBackoff, ""},
		{"as many of a quota's refusals as there are attempts", func(c *hop.Case) {
			for _, id := range []string{"a", "b", "c"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassLimit, now.Add(-time.Hour)))
			}
		}, hop.Start, hop.ReasonDue, ""},
		{"more of a quota's refusals than there are attempts", func(c *hop.Case) {
			for _, id := range []string{"a", "b", "c", "d"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassLimit, now.Add(-time.Hour)))
			}
		}, hop.Start, hop.ReasonDue, ""},
		{"attempts used up", func(c *hop.Case) {
			for _, id := range []string{"a", "b", "c"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassTransient, now.Add(-5*time.Hour)))
			}
		}, hop.Reject, hop.ReasonAttempts, hop.ClassTransient},
		{"a failure that repeating cannot mend", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Hour))}
		}, hop.Reject, hop.ReasonPermanent, hop.ClassKey},
		{"a replay forgives a permanent failure", func(c *hop.Case) {
			c.Jobs, c.RejectedAt = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Hour))}, now.Add(-30*time.Minute)
		}, hop.Start, hop.ReasonDue, ""},
		{"a replay forgives used up attempts", func(c *hop.Case) {
			for _, id := range []string{"a", "b", "c"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassTransient, now.Add(-time.Hour)))
			}
			c.RejectedAt = now.Add(-time.Minute)
		}, hop.Start, hop.ReasonDue, ""},
		{"a replay forgives the failure that it was rejected for, to the instant", func(c *hop.Case) {
			c.Jobs, c.RejectedAt = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Hour))}, now.Add(-time.Hour)
		}, hop.Start, hop.ReasonDue, ""},
		{"a failure whose end is not listed counts from its beginning", func(c *hop.Case) {
			job := failed("a", hop.ClassUnknown, now)
			job.Created, job.Completed = now.Add(-time.Minute), time.Time{}
			c.Jobs = []hop.CopyJob{job}
		}, hop.Wait, hop.ReasonBackoff, ""},
		{"a failure for good does not wait for room", func(c *hop.Case) {
			c.Jobs, c.Room = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Hour))}, false
		}, hop.Reject, hop.ReasonPermanent, hop.ClassKey},
		{"a job after a failure for good is a replay's, and has attempts of its own", func(c *hop.Case) {
			c.Jobs = []hop.CopyJob{failed("b", hop.ClassTransient, now.Add(-time.Hour)), failed("a", hop.ClassKey, now.Add(-2*time.Hour))}
		}, hop.Start, hop.ReasonDue, ""},
		{"so is one after attempts that were used up", func(c *hop.Case) {
			for i, id := range []string{"a", "b", "c", "d", "e"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassTransient, now.Add(-time.Duration(20-i)*time.Hour)))
			}
		}, hop.Start, hop.ReasonDue, ""},
		{"and its attempts are used up like any others", func(c *hop.Case) {
			for i, id := range []string{"a", "b", "c", "d", "e", "f"} {
				c.Jobs = append(c.Jobs, failed(id, hop.ClassTransient, now.Add(-time.Duration(20-i)*time.Hour)))
			}
		}, hop.Reject, hop.ReasonAttempts, hop.ClassTransient},
		{"what failed after a replay began is told of by itself", func(c *hop.Case) {
			c.FirstSeen, c.RejectedAt = now.Add(-time.Hour), now.Add(-30*time.Minute)
			c.Jobs = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Minute))}
		}, hop.Skip, hop.ReasonTold, ""},
		{"a replay does not forgive what failed after it", func(c *hop.Case) {
			c.Jobs, c.RejectedAt = []hop.CopyJob{failed("a", hop.ClassKey, now.Add(-time.Minute))}, now.Add(-30*time.Minute)
		}, hop.Reject, hop.ReasonPermanent, hop.ClassKey},
		{"PARTIAL, ABORTED and EXPIRED are failures", func(c *hop.Case) {
			for _, state := range []hop.State{hop.Partial, hop.Aborted, hop.Expired} {
				job := failed(string(state), hop.ClassUnknown, now.Add(-5*time.Hour))
				job.State = state
				c.Jobs = append(c.Jobs, job)
			}
		}, hop.Reject, hop.ReasonAttempts, hop.ClassUnknown},

		{"no room", func(c *hop.Case) { c.Room = false }, hop.Wait, hop.ReasonPoolFull, ""},
		{"the ceiling is reached", func(c *hop.Case) { c.Ceiling, c.Today = 100, 100 }, hop.Wait, hop.ReasonCeiling, ""},
		{"the ceiling is near", func(c *hop.Case) { c.Ceiling, c.Today = 100, 99 }, hop.Start, hop.ReasonDue, ""},
		{"the least ceiling is reached", func(c *hop.Case) { c.Ceiling, c.Today = 1, 1 }, hop.Wait, hop.ReasonCeiling, ""},
		{"no attempts are configured, and none has failed", func(c *hop.Case) { c.Retry = hop.Retry{} }, hop.Start, hop.ReasonDue, ""},
		{"no ceiling", func(c *hop.Case) { c.Ceiling, c.Today = 0, 10_000 }, hop.Start, hop.ReasonDue, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := due()
			test.change(&c)
			got := hop.Decide(c)
			assert.Equal(t, test.want, got.Verdict, got.Detail)
			assert.Equal(t, test.reason, got.Reason)
			assert.Equal(t, test.class, got.Class)
		})
	}
}

func TestBackoffDoublesUpToItsBound(t *testing.T) {
	for failures, pause := range map[int]time.Duration{
		1: 5 * time.Minute, 2: 10 * time.Minute, 3: 20 * time.Minute, 5: 80 * time.Minute, 6: 2 * time.Hour, 40: 2 * time.Hour,
	} {
		c := due()
		c.Retry.Attempts = 100
		for range failures {
			c.Jobs = append(c.Jobs, failed("a", hop.ClassUnknown, now.Add(-time.Second)))
		}
		got := hop.Decide(c)
		require.Equal(t, hop.ReasonBackoff, got.Reason)
		assert.Equal(t, now.Add(-time.Second).Add(pause), got.Until, "%d failures", failures)
	}
}

func TestRejectSaysWhatFailedAndWhen(t *testing.T) {
	c := due()
	ended := now.Add(-time.Hour)
	c.Jobs = []hop.CopyJob{failed("a", hop.ClassKey, ended)}
	got := hop.Decide(c)
	assert.Contains(t, got.Detail, "text of a")
	assert.Equal(t, ended, got.FailedAt)
}
