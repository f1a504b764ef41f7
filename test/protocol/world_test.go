package protocol

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/hop"
)

var (
	source      = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	destination = vault("arn:aws:backup:eu-north-1:222222222222:backup-vault:final")
	routes      = hop.Routes{{
		Name: "databases", Source: source, Types: []string{"RDS"}, Role: "arn:aws:iam::222222222222:role/twohop-copy",
		Destinations: []hop.Destination{{Vault: destination, DeleteAfterDays: 4000}},
	}}
	request = hop.Request{Point: "arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:copyjob-1", Source: source, Destination: destination, ResourceType: "RDS"}
	retry   = hop.Retry{Attempts: 2, First: 5 * time.Minute, Longest: 2 * time.Hour}
)

const (
	database = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	key      = "arn:aws:kms:eu-north-1:222222222222:key/final"
	// lag is the longest time that lists and descriptions may lag: less than the 15 minutes
	// that the product waits.
	lag = 14 * time.Minute
)

func vault(arn string) hop.Vault {
	v, err := hop.ParseVault(arn)
	if err != nil {
		panic(err)
	}
	return v
}

// shown is what the job list shows of a job.
type shown int

const (
	hidden    shown = iota
	inFlight        // since its start
	ended           // since its end
	forgotten       // after 30 days
)

// job is a copy job as it is, and as AWS shows it.
type job struct {
	hop.CopyJob
	token  string
	shown  shown
	stored bool // its copy exists
	// described is what the final vault says: undescribed, present or gone.
	described hop.CopyState
}

// message is one of the queue `copies` or, with an event, of the queue `outcomes`.
type message struct {
	sent, firstSeen, rejectedAt time.Time
	receives                    int
	event                       hop.CopyJobEvent
	untold                      bool // a dead-letter message: whether it was copied is unknown
}

func (m message) began() time.Time {
	if m.firstSeen.IsZero() {
		return m.sent
	}
	return m.firstSeen
}

// world is one recovery point with its copy jobs and the queues. It has the weaknesses of
// the models: what AWS says may be older than what it has done.
type world struct {
	now                    time.Time
	point                  hop.RecoveryPoint
	jobs                   []*job
	copies, outcomes, dead []message
	steady                 bool // AWS does not lag any more
}

func newWorld() *world {
	w := &world{now: time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)}
	w.point = hop.RecoveryPoint{
		ARN: request.Point, ResourceARN: database, ResourceType: "RDS", Status: hop.PointCompleted, Created: w.now.Add(-time.Hour), Completed: w.now,
		SourceVault: vault("arn:aws:backup:eu-central-1:111111111111:backup-vault:local"),
	}
	w.send(message{})
	return w
}

func (w *world) send(m message) {
	m.sent, m.receives = w.now, 0
	w.copies = append(w.copies, m)
}

// pass lets time pass. Nothing lags for longer than lag, and the list forgets after 30 days.
func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	for _, j := range w.jobs {
		late := func(since time.Time) bool { return w.steady || !since.IsZero() && w.now.Sub(since) >= lag }
		if late(j.Created) {
			j.shown = max(j.shown, inFlight)
		}
		if !j.State.InFlight() && late(j.Completed) {
			j.shown = max(j.shown, ended)
			w.describe(j)
		}
	}
}

// describe has the final vault catch up with the copy of a job.
func (w *world) describe(j *job) {
	if j.stored {
		j.described = hop.CopyPresent
	} else if j.described == hop.CopyPresent {
		j.described = hop.CopyUndescribed
	}
}

// list is the job list as it is shown.
func (w *world) list() []hop.CopyJob {
	var jobs []hop.CopyJob
	for _, j := range w.jobs {
		switch j.shown {
		case inFlight:
			jobs = append(jobs, hop.CopyJob{ID: j.ID, State: hop.Running, Created: j.Created, Source: j.Source, Destination: j.Destination, ResourceARN: database, ResourceType: "RDS"})
		case ended:
			jobs = append(jobs, w.ended(j))
		case hidden, forgotten:
		}
	}
	return jobs
}

// ended is a job as it is described once it has ended, with the state of its copy.
func (w *world) ended(j *job) hop.CopyJob {
	described := j.CopyJob
	if j.State == hop.Completed {
		described.CopyState = j.described
	}
	return described
}

// start is StartCopyJob: a token that AWS remembers is answered with its job. No job may
// start while a copy exists or is in flight.
func (w *world) start(t *rapid.T, token string) *job {
	for _, j := range w.jobs {
		if j.token == token {
			return j
		}
	}
	for _, j := range w.jobs {
		if j.stored || j.State.InFlight() {
			t.Fatalf("a second copy: a job starts beside %s, which is %s", j.ID, j.State)
		}
	}
	w.now = w.now.Add(time.Second)
	j := &job{token: token, described: hop.CopyUndescribed, CopyJob: hop.CopyJob{
		ID: fmt.Sprintf("job-%d", len(w.jobs)), State: hop.Running, Created: w.now,
		Source: request.Point, Destination: destination, ResourceARN: database, ResourceType: "RDS",
	}}
	w.jobs = append(w.jobs, j)
	t.Logf("%s starts", j.ID)
	w.pass(0)
	return j
}

// end ends a job. Its event comes once, twice, or not at all.
func (w *world) end(t *rapid.T, j *job, class hop.Class, events int) {
	w.now = w.now.Add(time.Minute)
	j.State, j.Completed = hop.Completed, w.now
	if class != "" {
		j.State, j.Class, j.Message = hop.Failed, class, "a text of class "+string(class)
	} else {
		j.Copy, j.stored = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:"+j.ID, true
	}
	for range events {
		w.outcomes = append(w.outcomes, message{sent: w.now, event: hop.CopyJobEvent{
			State: j.State, JobID: j.ID, Source: j.Source, SourceVault: source, Destination: destination, Copy: j.Copy,
			ResourceARN: database, ResourceType: "RDS", Message: j.Message, Class: j.Class,
		}})
	}
	t.Logf("%s ends %s %s, with %d events", j.ID, j.State, j.Class, events)
	w.pass(0)
}

// reject puts a dead-letter message into the queue. It must not be about a copy that exists
// or is in flight, as far as the list or the event tells.
func (w *world) reject(t *rapid.T, m message, d hop.Decision, at time.Time) {
	m.untold = d.Reason == hop.ReasonUntold
	for _, j := range w.jobs {
		known := j.shown == inFlight || j.shown == ended || j.ID == m.event.JobID
		if known && !m.untold && (j.stored || j.State.InFlight()) {
			t.Fatalf("a dead-letter message (%s) about %s, which is %s: %s", d.Reason, j.ID, j.State, d.Detail)
		}
	}
	t.Logf("rejected: %s", d.Reason)
	m.firstSeen, m.rejectedAt, m.event = m.began(), at, hop.CopyJobEvent{}
	w.dead = append(w.dead, m)
}
