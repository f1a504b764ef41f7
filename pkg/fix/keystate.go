package fix

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

var errNotAsked = errors.New("AWS was not asked")

// keyState is a KMS key as far as AWS tells about it.
type keyState struct {
	ARN    string // empty: not known which
	of     string // names it in a sentence
	exists bool
	checkup.Key
	policy string // JSON
	unread error  // of the key or of its policy
	denied bool   // the key's state is known, its policy is not
}

// inspect asks AWS for a key's state and policy, once.
func (a *Adviser) inspect(ctx context.Context, arn, of string) keyState {
	a.mu.Lock()
	known, ok := a.keys[arn]
	a.mu.Unlock()
	if !ok {
		known = a.ask(ctx, arn)
		a.mu.Lock()
		if a.keys == nil {
			a.keys = map[string]keyState{}
		}
		a.keys[arn] = known
		a.mu.Unlock()
	}
	known.ARN, known.of = arn, of
	return known
}

func (a *Adviser) ask(ctx context.Context, arn string) keyState {
	if arn == "" {
		return keyState{unread: errNotAsked}
	}
	account, err := a.account(ctx, hop.AccountOf(arn))
	if err != nil {
		return keyState{unread: err}
	}
	key, err := account.Keys.Key(ctx, arn)
	switch {
	case errors.Is(err, checkup.ErrNotFound):
		return keyState{}
	case err != nil:
		return keyState{unread: err}
	}
	state := keyState{Key: key, exists: true}
	if state.policy, err = account.Keys.KeyPolicy(ctx, arn); err != nil {
		state.unread, state.denied = err, true
	}
	return state
}

var keyARN = regexp.MustCompile(`arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+`)

// sourceKey is the key of the recovery point that was to be copied: as is known already, as
// AWS Backup describes the point, or as the text names it.
func (w writer) sourceKey(ctx context.Context) string {
	if w.job.KeyARN != "" {
		return w.job.KeyARN
	}
	if w.job.Source.Name != "" && w.job.Point != "" {
		if account, err := w.account(ctx, w.job.Source.Account); err == nil {
			if point, err := account.Backup.Point(ctx, w.job.Source, w.job.Point); err == nil && point.KeyARN != "" {
				return point.KeyARN
			}
		}
	}
	if w.found.Kind != diagnose.DestinationKey {
		return keyARN.FindString(w.job.Message)
	}
	return ""
}

// destinationKey is the key of the vault that the copy was to go to.
func (w writer) destinationKey(ctx context.Context) string {
	if w.job.Destination.Name != "" {
		if account, err := w.account(ctx, w.job.Destination.Account); err == nil {
			if key, err := account.Backup.Key(ctx, w.job.Destination); err == nil {
				return key
			}
		}
	}
	if w.found.Kind == diagnose.DestinationKey {
		return keyARN.FindString(w.job.Message)
	}
	return ""
}

// regionOf is the Region of an ARN; empty where it names none.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}
