package relay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

const localPoint = "arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1"

// replaying is a replayer on an AWS Backup, a member's and a dead-letter queue in memory.
type replaying struct {
	*tracking
	replayer *relay.Replayer
	member   *backuptest.Memory
	sweeps   int
	box      []relay.Letter
	fail     map[string]error // by the box's method
	calls    func(string) error
}

func newReplaying() *replaying {
	r := &replaying{tracking: newTracking(0), member: backuptest.NewMemory(now), fail: map[string]error{}}
	r.member.ReadsLag(lag.Usual())
	r.replayer = &relay.Replayer{
		Routes: r.Routes, Retry: hop.Retry{Attempts: 3}, Points: r.backup, Jobs: r.backup, Vaults: r.backup,
		Copies: r.mail, Later: r, Members: r, FirstHop: makes,
	}
	return r
}

func makes(from, to hop.Vault, resourceType string) (hop.Route, bool) {
	return hop.Route{Name: "plan", Source: from, Types: []string{resourceType}, Role: "role",
		Destinations: []hop.Destination{{Vault: to, DeleteAfterDays: 7}}}, from == local && to == intermediate && resourceType == "RDS"
}

// Member implements relay.Members.
func (r *replaying) Member(context.Context, string) (relay.Member, error) {
	if r.calls != nil {
		if err := r.calls("Member"); err != nil {
			return nil, err
		}
	}
	return r.member, r.fail["Member"]
}

// Continue implements relay.Later.
func (r *replaying) Continue(context.Context, relay.Sweep) error {
	r.sweeps++
	return r.fail["Continue"]
}

// Hold implements relay.Mailbox.
func (r *replaying) Hold(context.Context, relay.Letter) error { return r.fail["Hold"] }

// Delete implements relay.Mailbox.
func (r *replaying) Delete(_ context.Context, letter relay.Letter) error {
	if err := r.fail["Delete"]; err != nil {
		return err
	}
	for i, l := range r.box {
		if l.ID == letter.ID {
			r.box = append(r.box[:i:i], r.box[i+1:]...)
		}
	}
	return nil
}

// catchUp advances both accounts' clocks until every list shows what is there.
func (r *replaying) catchUp() {
	r.bench.catchUp()
	r.member.Advance(lag.Usual().Longest())
}

// plan is what is to be done about the one letter that there is, once the lists show what
// came before it.
func (r *replaying) plan(t *testing.T) relay.Replay {
	t.Helper()
	require.Len(t, r.box, 1)
	r.catchUp()
	return r.replayer.Plan(t.Context(), r.box, r.backup.Now())[0]
}

// failed is a letter about a second hop that has failed for good.
func (r *replaying) failed(t *testing.T, point string) {
	t.Helper()
	require.NoError(t, r.backup.End(r.started(t, point, final), hop.Failed, "Given key ID is not accessible"))
	m := request(point, point, "RDS", final)
	m.RejectedAt = r.backup.Now()
	r.box = []relay.Letter{{Message: m, Queue: "copies-dlq"}}
}

// firstFailed is a letter about a first hop that has failed.
func (r *replaying) firstFailed(change func(*hop.CopyJobEvent)) {
	r.member.AddPoint(local, hop.RecoveryPoint{ARN: localPoint, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:orders",
		ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-time.Hour)})
	r.member.AddJob(hop.CopyJob{ID: "first", State: hop.Failed, Source: localPoint, Destination: intermediate, ResourceType: "RDS",
		Created: now.Add(-time.Hour), Completed: now.Add(-time.Minute), Class: hop.ClassKey})
	event := hop.CopyJobEvent{State: hop.Failed, Source: localPoint, SourceVault: local, Destination: intermediate, ResourceType: "RDS"}
	if change != nil {
		change(&event)
	}
	r.box = []relay.Letter{{Message: relay.Message{ID: "first", Sent: now, Notice: hop.Notice{CopyJob: &event}}}}
}

func TestWhatALetterStillNeeds(t *testing.T) {
	const p = "point"
	for sentence, c := range map[string]struct {
		letter func(*testing.T, *replaying)
		want   relay.Remedy
		why    string
	}{
		"a copy that failed for good": {func(t *testing.T, r *replaying) { r.failed(t, p) }, relay.RemedyCopy, ""},
		"one that failed once more since": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.backup.Advance(time.Hour)
			r.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Failed, Source: p, Destination: final, Created: r.backup.Now(), Completed: r.backup.Now(), Class: hop.ClassKey})
		}, relay.RemedyCopy, ""},
		"one that is in flight": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Created, Source: p, Destination: final})
		}, relay.RemedyStay, "copy job j is CREATED"},
		"one that was made": {func(t *testing.T, r *replaying) {
			require.NoError(t, r.backup.Complete(r.started(t, p, final)))
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, relay.RemedyNone, "is there and right"},
		"one that was made under another key": {func(t *testing.T, r *replaying) {
			require.NoError(t, r.backup.Complete(r.started(t, p, final)))
			r.backup.SetKey(final, "another")
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, relay.RemedyNone, "protected less than asked"},
		"one that would expire on arrival": {func(_ *testing.T, r *replaying) {
			r.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: p, ResourceType: "RDS", Status: hop.PointCompleted, Created: now.AddDate(0, 0, -40), SourceVault: local})
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, relay.RemedyNone, "would expire on arrival"},
		"one whose source is gone": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.backup.DeletePoint(intermediate, p)
			r.backup.Advance(time.Hour)
		}, relay.RemedyStay, "is no longer in vault"},
		"the end of a second hop whose job failed": {func(t *testing.T, r *replaying) {
			r.failed(t, p)
			r.box[0].Notice = hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Failed, Source: p, SourceVault: intermediate, Destination: final, ResourceType: "RDS"}}
		}, relay.RemedyCopy, ""},
		"the end of one that was made": {func(t *testing.T, r *replaying) {
			require.NoError(t, r.backup.Complete(r.started(t, p, final)))
			r.box = []relay.Letter{{Message: relay.Message{Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
				State: hop.Completed, Source: p, SourceVault: intermediate, Destination: final, Copy: "c"}}}}}
		}, relay.RemedyNone, "is there and right"},
		"a wanted look at a copy whose job is no longer listed": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "RDS")
			r.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy", ResourceType: "RDS", Status: hop.PointCompleted, Created: now, KeyARN: finalKey})
			m := request("m", p, "RDS", final)
			m.Notice.Request.Copy = "copy"
			r.box = []relay.Letter{{Message: m}}
		}, relay.RemedyNone, "is there and right"},
		"a completed first hop that was never taken up": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "RDS")
			r.box = []relay.Letter{{Message: event("m", p, "RDS")}}
		}, relay.RemedyCopy, ""},
		"a completed first hop of a type without a route": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "EBS")
			r.box = []relay.Letter{{Message: event("m", p, "EBS")}}
		}, relay.RemedyStay, "no route takes EBS"},
		"one whose copy ends too early": {func(t *testing.T, r *replaying) {
			job := r.started(t, p, final)
			require.NoError(t, r.backup.Complete(job))
			r.change(t, "copy-of-"+job, func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, 7) })
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, relay.RemedyStay, "is not what was asked for"},
		"one whose copy is still being made": {func(t *testing.T, r *replaying) {
			job := r.started(t, p, final)
			require.NoError(t, r.backup.Complete(job))
			r.change(t, "copy-of-"+job, func(p *hop.RecoveryPoint) { p.Status = hop.PointCreating })
			r.box = []relay.Letter{{Message: request("m", p, "RDS", final)}}
		}, relay.RemedyStay, "is still CREATING"},
		"one whose copy, named by the letter, is gone": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "RDS")
			m := request("m", p, "RDS", final)
			m.Notice.Request.Copy = "gone"
			r.box = []relay.Letter{{Message: m}}
		}, relay.RemedyCopy, ""},
		"a copy to a vault that is not ours": {func(_ *testing.T, r *replaying) {
			r.addPoint(p, "RDS")
			r.box = []relay.Letter{{Message: request("m", p, "RDS", second)}}
		}, relay.RemedyStay, "does not lead to"},
		"a first hop that failed": {func(_ *testing.T, r *replaying) { r.firstFailed(nil) }, relay.RemedyFirstHop, ""},
		"a first hop that failed once more since": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Failed, Source: localPoint, Destination: intermediate, ResourceType: "RDS",
				Created: now.Add(time.Minute), Completed: now.Add(2 * time.Minute), Class: hop.ClassKey})
		}, relay.RemedyFirstHop, ""},
		"a first hop from another vault": {func(_ *testing.T, r *replaying) {
			r.firstFailed(func(e *hop.CopyJobEvent) { e.SourceVault = second })
		}, relay.RemedyStay, "the estate makes no first hop of RDS"},
		"a first hop that is on its way": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Running, Source: localPoint, Destination: intermediate})
		}, relay.RemedyStay, "copy job j is RUNNING"},
		"a first hop that was made since": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.AddJob(hop.CopyJob{ID: "j", State: hop.Completed, Source: localPoint, Destination: intermediate, Copy: "c"})
		}, relay.RemedyNone, "copy job j made c"},
		"a first hop whose point is gone": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.member.DeletePoint(local, localPoint)
			r.backup.Advance(time.Hour)
		}, relay.RemedyStay, "is no longer in vault local"},
		"a first hop in a member that cannot be looked at": {func(_ *testing.T, r *replaying) {
			r.firstFailed(nil)
			r.fail["Member"] = errors.New("denied")
		}, relay.RemedyStay, "it could not be looked at: denied"},
		"a run of the reconciler": {func(_ *testing.T, r *replaying) { r.box = []relay.Letter{{Run: true}} }, relay.RemedyRun, ""},
		"what cannot be read": {func(_ *testing.T, r *replaying) {
			r.box = []relay.Letter{{Message: relay.Message{Malformed: errors.New("poison")}}}
		}, relay.RemedyStay, "it asks for no copy"},
		"an event of something else": {func(_ *testing.T, r *replaying) {
			r.box = []relay.Letter{{Message: relay.Message{Notice: hop.Notice{Foreign: "aws.ec2 x"}}}}
		}, relay.RemedyStay, "it asks for no copy"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := newReplaying()
			c.letter(t, r)
			calls := r.backup.Calls()["Start"]
			plan := r.plan(t)
			assert.Equal(t, c.want, plan.Remedy, plan.Why)
			assert.Contains(t, plan.Why, c.why)
			assert.Equal(t, calls, r.backup.Calls()["Start"], "a plan starts nothing")
			assert.Zero(t, r.member.Calls()["Start"])
			assert.Empty(t, r.mail.split)
		})
	}
}
