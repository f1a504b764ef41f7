package relay_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

var (
	now          = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	local        = vault("arn:aws:backup:eu-central-1:111111111111:backup-vault:local")
	intermediate = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	final        = vault("arn:aws:backup:eu-north-1:222222222222:backup-vault:final")
	second       = vault("arn:aws:backup:eu-west-1:222222222222:backup-vault:second")
)

func vault(arn string) hop.Vault {
	v, err := hop.ParseVault(arn)
	if err != nil {
		panic(err)
	}
	return v
}

// mailbox is the queue `copies` and its dead-letter queue in memory: it keeps
// what was sent, and it refuses when told to.
type mailbox struct {
	mu      sync.Mutex
	waiting int
	held    int // messages that are received and not deleted
	refuse  error
	// uncounted is what counting the waiting messages fails with.
	uncounted error
	resent    []resent
	split     []hop.Request
	splitOf   []relay.Message // what each split was of
	rejected  []relay.Rejection
}

type resent struct {
	message relay.Message
	delay   time.Duration
}

func (b *mailbox) Resend(_ context.Context, m relay.Message, delay time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse == nil {
		b.resent = append(b.resent, resent{m, delay})
	}
	return b.refuse
}

func (b *mailbox) Split(_ context.Context, m relay.Message, requests []hop.Request) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse == nil {
		b.split, b.splitOf = append(b.split, requests...), append(b.splitOf, m)
	}
	return b.refuse
}

func (b *mailbox) NotVisible(context.Context) (int, error) { return b.held, b.uncounted }

func (b *mailbox) Waiting(context.Context) (int, error) {
	if b.uncounted != nil {
		return 0, b.uncounted
	}
	return b.waiting, b.refuse
}

func (b *mailbox) Reject(_ context.Context, r relay.Rejection) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse == nil {
		b.rejected = append(b.rejected, r)
	}
	return b.refuse
}

// diary keeps outcomes by message id.
type diary struct {
	mu       sync.Mutex
	outcomes map[string]relay.Outcome
}

func (d *diary) Observe(o relay.Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.outcomes[o.MessageID] = o
}

// bench is a starter on an AWS Backup and queues in memory.
type bench struct {
	*relay.Starter
	backup *backuptest.Memory
	mail   *mailbox
	diary  *diary
}

func newBench() *bench {
	b := &bench{backup: backuptest.NewMemory(now), mail: &mailbox{}, diary: &diary{outcomes: map[string]relay.Outcome{}}}
	b.backup.ReadsLag(lag.Usual())
	b.Starter = &relay.Starter{
		Routes: hop.Routes{{
			Name: "databases", Source: intermediate, Types: []string{"RDS", "Aurora", "DocumentDB", "Neptune"},
			Role:         "arn:aws:iam::222222222222:role/twohop-copy",
			Destinations: []hop.Destination{{Vault: final, DeleteAfterDays: 35}},
		}},
		Pools: []hop.Pool{
			{Types: []string{"RDS"}, Size: 20, Headroom: 2},
			{Types: []string{"Aurora", "DocumentDB", "Neptune"}, Size: 5, Headroom: 1},
		},
		Retry:       hop.Retry{Attempts: 3, First: 5 * time.Minute, Longest: 2 * time.Hour},
		MaxReceives: 5,
		Points:      b.backup, Jobs: b.backup, Copies: b.backup,
		Queue: b.mail, DeadLetters: b.mail, Observer: b.diary,
		Advice: func(f hop.FailedJob) string { return "advice for " + string(f.Class) },
		Clock:  time.Now,
	}
	return b
}

// catchUp advances the clock until every list and description shows what is there. A
// change that a test has just made may be hidden until then: AWS promises nothing sooner.
func (b *bench) catchUp() { b.backup.Advance(lag.Usual().Longest()) }

// fanOut adds a second destination in a third Region.
func (b *bench) fanOut() {
	b.Routes[0].Destinations = append(b.Routes[0].Destinations, hop.Destination{Vault: second, DeleteAfterDays: 7})
}

// addPoint puts a recovery point into the intermediate vault.
func (b *bench) addPoint(arn, resourceType string) {
	b.backup.AddPoint(intermediate, hop.RecoveryPoint{
		ARN: arn, ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:" + arn, ResourceType: resourceType,
		Status: hop.PointCompleted, Created: now.Add(-3 * time.Hour), SourceVault: local,
	})
}

// event is the message of a completed hop 1, received for the first time.
func event(id, point, resourceType string) relay.Message {
	return relay.Message{ID: id, Body: "body of " + id, Sent: now, Received: now, Receives: 1,
		Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
			State: hop.Completed, SourceVault: local, Destination: intermediate, Copy: point, ResourceType: resourceType,
		}}}
}

// request is a message of our own for one destination.
func request(id, point, resourceType string, to hop.Vault) relay.Message {
	return relay.Message{ID: id, Body: "body of " + id, Sent: now, Received: now, Receives: 1,
		Notice: hop.Notice{Request: &hop.Request{Point: point, Source: intermediate, Destination: to, ResourceType: resourceType}}}
}

func pointARN(kind string, i int) string {
	return fmt.Sprintf("arn:aws:rds:eu-central-1:222222222222:%s:awsbackup:copyjob-%d", kind, i)
}

// handle settles the messages and returns the errors by message id.
func (b *bench) handle(t *testing.T, messages ...relay.Message) map[string]error {
	t.Helper()
	errs := map[string]error{}
	for _, result := range b.Handle(t.Context(), messages) {
		if result.Err != nil {
			errs[result.ID] = result.Err
		}
	}
	return errs
}
