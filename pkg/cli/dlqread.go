package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// deadLetterQueues are those of the backup account, the most telling first.
var deadLetterQueues = []string{estate.CopiesDLQ, estate.OutcomesDLQ, estate.EventsDLQ, estate.ReconcilerDLQ, estate.SchedulesDLQ, estate.DutyDLQ}

// managementQueues are those of the management account, which a profile alone leads into.
var managementQueues = []string{estate.DutyDLQ, estate.SchedulesDLQ}

// deadLetter is a letter with what is known about it.
type deadLetter struct {
	relay.Letter
	cause    letterCause
	reason   string
	resource string // ARN; empty where it is not known
}

// deadLetters are the dead letters of an estate, as they were read.
type deadLetters struct {
	file    string    // of the estate
	given   string    // the flags that lead to it
	now     time.Time // AWS's
	letters []deadLetter
	boxes   map[string]queue.Mailbox // by the letters' Queue
	part    []string                 // queues of which there may be more letters
	unread  []unreadQueue
}

// unreadQueue is a queue that could not be read.
type unreadQueue struct {
	Queue string `json:"queue"`
	Error string `json:"error"`
	err   error  // nil where nothing is wrong: nobody may look there
}

// readDeadLetters reads every dead-letter queue of the estate. hold is for how long each letter is
// kept from other readers; zero: all are released at once.
func (a *access) readDeadLetters(ctx context.Context, hold time.Duration) (*deadLetters, error) {
	config, err := a.backup(ctx)
	if err != nil {
		return nil, err
	}
	p := &deadLetters{file: a.file, given: a.given(), boxes: map[string]queue.Mailbox{}, part: []string{}, unread: []unreadQueue{}}
	if p.now, err = awslogin.Now(ctx, config); err != nil {
		return nil, err
	}
	for _, name := range deadLetterQueues {
		p.add(ctx, queue.NewMailbox(config, a.estate.QueueURL(name), name), hold)
	}
	if !a.withoutMembers {
		a.readForwarding(ctx, config, p, hold)
	}
	a.readManagement(ctx, p, hold)
	if ctx.Err() != nil {
		p.release(ctx, bare(p.letters))
		return nil, ctx.Err()
	}
	letters := bare(p.letters)
	for i, resource := range relay.Resources(ctx, awsbackup.New(config), letters) {
		p.letters[i].resource = resource
	}
	a.findCauses(ctx, p)
	slices.SortStableFunc(p.letters, func(a, b deadLetter) int { return a.Since().Compare(b.Since()) })
	return p, nil
}

// findCauses finds why the letters are there.
func (a *access) findCauses(ctx context.Context, p *deadLetters) {
	jobs := make([]hop.FailedJob, len(p.letters))
	for i, l := range p.letters {
		jobs[i] = failedJob(l.Letter, l.resource)
	}
	for i, advice := range a.adviser().All(ctx, jobs) {
		p.letters[i].cause, p.letters[i].reason = causeOf(p.letters[i].Letter, advice)
	}
}

// readForwarding reads what members could not forward, with the role that may empty that
// queue.
func (a *access) readForwarding(ctx context.Context, config awslogin.Config, p *deadLetters, hold time.Duration) {
	accounts, err := a.membersOf(ctx, config, bare(p.letters))
	if err != nil {
		p.unread = append(p.unread, unreadQueue{"of members", err.Error(), err})
	}
	for _, account := range accounts {
		name := estate.ForwardDLQ + " of " + account
		if len(a.estate.Operators) == 0 && a.profiles[account] == "" {
			p.unread = append(p.unread, unreadQueue{name, "the estate names no operators, and there is no --profile for the account", nil})
			continue
		}
		config, err := a.operator(ctx, account)
		if err != nil {
			if n, counted := a.countForwarding(ctx, account); !counted || n > 0 {
				p.unread = append(p.unread, unreadQueue{name, holding(n) + err.Error(), err})
			}
			continue
		}
		p.add(ctx, queue.NewMailbox(config, a.estate.QueueURLIn(account, estate.ForwardDLQ), name), hold)
	}
}

// readManagement reads what is left of the management account's own runs, where a profile
// leads there. They are no copies, so that without one nothing is said to be missing.
func (a *access) readManagement(ctx context.Context, p *deadLetters, hold time.Duration) {
	account := a.estate.Accounts.Management
	if a.profiles[account] == "" {
		return
	}
	config, err := a.logins.Own(ctx, account, a.estate.Regions.Primary)
	for _, part := range managementQueues {
		name := part + " of " + account
		if err != nil {
			p.unread = append(p.unread, unreadQueue{name, err.Error(), err})
			continue
		}
		p.add(ctx, queue.NewMailbox(config, a.estate.QueueURLIn(account, part), name), hold)
	}
}

// countForwarding is how many letters a member could not forward: who may not read them may
// look as the reader.
func (a *access) countForwarding(ctx context.Context, account string) (n int, counted bool) {
	config, err := a.reader(ctx, account)
	if err != nil {
		return 0, false
	}
	n, err = queue.NewMailbox(config, a.estate.QueueURLIn(account, estate.ForwardDLQ), estate.ForwardDLQ).Count(ctx)
	return n, err == nil
}

func holding(n int) string {
	if n == 0 {
		return ""
	}
	return "it holds " + counted(n, "letter") + "; "
}

// add reads one queue.
func (p *deadLetters) add(ctx context.Context, box queue.Mailbox, hold time.Duration) {
	letters, whole, err := box.Letters(ctx, hold)
	if err != nil {
		p.unread = append(p.unread, unreadQueue{box.Name, err.Error(), err})
		return
	}
	if hold == 0 {
		box.Release(context.WithoutCancel(ctx), letters)
	}
	p.boxes[box.Name] = box
	if !whole {
		p.part = append(p.part, box.Name)
	}
	for _, l := range letters {
		p.letters = append(p.letters, deadLetter{Letter: l})
	}
}

// release shows letters to other readers again.
func (p *deadLetters) release(ctx context.Context, letters []relay.Letter) {
	for name, box := range p.boxes {
		box.Release(context.WithoutCancel(ctx), ofQueue(name, letters))
	}
}

// keep hides letters from other readers for a further quarter of an hour.
func (p *deadLetters) keep(ctx context.Context, letters []relay.Letter) {
	for name, box := range p.boxes {
		box.Keep(ctx, ofQueue(name, letters))
	}
}

// ofQueue are the letters of one queue.
func ofQueue(queue string, letters []relay.Letter) []relay.Letter {
	return slices.DeleteFunc(slices.Clone(letters), func(l relay.Letter) bool { return l.Queue != queue })
}

// bare are letters without what is known about them.
func bare(letters []deadLetter) []relay.Letter {
	all := make([]relay.Letter, len(letters))
	for i, l := range letters {
		all[i] = l.Letter
	}
	return all
}

// without are the letters that are not among some.
func (p *deadLetters) without(some []deadLetter) []deadLetter {
	return slices.DeleteFunc(slices.Clone(p.letters), func(l deadLetter) bool {
		return slices.ContainsFunc(some, func(s deadLetter) bool { return s.ID == l.ID })
	})
}

// remarks tells what was not read.
func (p *deadLetters) remarks(out io.Writer) {
	for _, u := range p.unread {
		fmt.Fprintf(out, "not read: %s: %s\n", u.Queue, oneLine(u.Error))
	}
	if len(p.part) > 0 {
		fmt.Fprintf(out, "read in part: %s; somebody else reads there, or there are more than 5,000: run it again in half a minute\n", strings.Join(p.part, ", "))
	}
}

// partly is the finding that there may be more letters than were read.
func (p *deadLetters) partly() error {
	var closed []string
	for _, u := range p.unread {
		if u.err == nil {
			closed = append(closed, u.Queue)
		}
	}
	switch {
	case len(p.part) > 0:
		return &hinted{&findingsError{errors.New("read in part: " + strings.Join(p.part, ", "))},
			"another reader has the rest: run it again in half a minute; a replay that was killed hides it for up to 15 minutes"}
	case len(closed) > 0:
		return &hinted{&findingsError{errors.New("not read: " + strings.Join(closed, ", "))},
			"give access to these accounts: --profile ACCOUNT=NAME, or name who operates the estate under operators in " + p.file + " and deploy"}
	default:
		return nil
	}
}

// trouble is an error where a queue could not be read; of several a denial counts. A queue
// that does not exist is a finding: the others were read.
func (p *deadLetters) trouble() error {
	var worst error
	n := 0
	for _, u := range p.unread {
		if u.err == nil {
			continue
		}
		n++
		if worst == nil || denied(u.err) && !denied(worst) {
			worst = u.err
		}
	}
	switch {
	case worst == nil:
		return nil
	case errors.Is(worst, hop.ErrNotFound):
		return &hinted{&findingsError{fmt.Errorf("%d of the queues could not be read: %w", n, worst)}, "the deployed stack lacks the queue; deploy it (make deploy), or look whether the estate's file is the deployed one"}
	default:
		return fmt.Errorf("%d of the queues could not be read: %w", n, worst)
	}
}

// pick finds letters by their ids, or the beginnings of these.
func (p *deadLetters) pick(ids []string) ([]deadLetter, error) {
	var picked []deadLetter
	for _, id := range ids {
		var of []deadLetter
		for _, l := range p.letters {
			if strings.HasPrefix(l.ID, id) {
				of = append(of, l)
			}
		}
		switch len(of) {
		case 0:
			return nil, &hinted{fmt.Errorf("there is no dead letter %s", id), "twohop dlq list " + p.given + " shows the letters; another reader hides one for half a minute"}
		case 1:
			picked = append(picked, of[0])
		default:
			return nil, fmt.Errorf("%d dead letters begin with %s; give more of the id", len(of), id)
		}
	}
	return picked, nil
}

// uncounted says that the management account's queues were not looked at, where no profile
// leads there.
func (a *access) uncounted(out io.Writer) {
	if management := a.estate.Accounts.Management; a.profiles[management] == "" {
		fmt.Fprintf(out, "not counted: messages in %s (give --profile %[1]s=NAME)\n", management)
	}
}
