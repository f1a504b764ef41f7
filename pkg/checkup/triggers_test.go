package checkup_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

// fakeTriggers are one function and one mapping, for all names, and one queue.
type fakeTriggers struct {
	queue    checkup.Queue
	function checkup.Function
	mapping  checkup.Mapping
	err      error // of the function
}

func (f fakeTriggers) Queue(context.Context, string) (checkup.Queue, error) { return f.queue, nil }
func (f fakeTriggers) Function(context.Context, string) (checkup.Function, error) {
	return f.function, f.err
}
func (f fakeTriggers) Mapping(context.Context, string, string) (checkup.Mapping, error) {
	return f.mapping, nil
}

func TestTheSettingsOfAQueueThatTriggersAFunction(t *testing.T) {
	e := example(t)
	const dead = "arn:aws:sqs:eu-central-1:222222222222:twohop-copies-dlq"
	sound := fakeTriggers{
		checkup.Queue{Visibility: 6 * time.Minute, DeadLetters: dead, Receives: 5},
		checkup.Function{Timeout: time.Minute}, checkup.Mapping{UUID: "u", BatchSize: 10, PerMessage: true, MaxConcurrency: 2}, nil,
	}
	look := func(f fakeTriggers) []checkup.Finding {
		return checkup.Run(t.Context(), checkup.Fed(e, checkup.Deploys{}, f, f)[:1])
	}
	require.Empty(t, look(sound))
	for sentence, c := range map[string]struct {
		change  func(*fakeTriggers)
		kind    checkup.Kind
		problem string
	}{
		"hidden for as long as the function works": {func(f *fakeTriggers) { f.queue.Visibility = time.Minute }, checkup.Warning, "AWS recommends 6 times"},
		"hidden for a second less":                 {func(f *fakeTriggers) { f.queue.Visibility = 59 * time.Second }, checkup.Broken, "less than the timeout"},
		"redriven elsewhere":                       {func(f *fakeTriggers) { f.queue.DeadLetters = "arn:other" }, checkup.Broken, "names arn:other, not " + dead},
		"redriven too late":                        {func(f *fakeTriggers) { f.queue.Receives = 1000 }, checkup.Broken, "a maxReceiveCount of 1000, and the estate 5"},
		"filtered":                                 {func(f *fakeTriggers) { f.mapping.Filtered = true }, checkup.Broken, "has filter criteria"},
		"more starters at once":                    {func(f *fakeTriggers) { f.mapping.MaxConcurrency = 3 }, checkup.Broken, "a maximum concurrency of 3, and the estate 2"},
		"smaller batches":                          {func(f *fakeTriggers) { f.mapping.BatchSize = 1 }, "", ""},
		"a dead-letter queue that takes nothing":   {func(f *fakeTriggers) { f.queue.Allows.Permission = "denyAll" }, checkup.Broken, "the redrive allow policy of the queue twohop-copies-dlq does not allow the queue twohop-copies"},
		"one that takes another queue's messages": {func(f *fakeTriggers) {
			f.queue.Allows = checkup.RedriveAllow{Permission: "byQueue", Sources: []string{"arn:other"}}
		}, checkup.Broken, "does not allow the queue twohop-copies"},
		"one that takes this queue's": {func(f *fakeTriggers) {
			f.queue.Allows = checkup.RedriveAllow{Permission: "byQueue", Sources: []string{"arn:aws:sqs:eu-central-1:222222222222:twohop-copies"}}
		}, "", ""},
		"a function that is not read":    {func(f *fakeTriggers) { f.err = errors.New("timeout") }, checkup.NotChecked, "timeout"},
		"a function that does not exist": {func(f *fakeTriggers) { f.err = checkup.ErrNotFound }, "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := sound
			c.change(&f)
			found := look(f)
			if c.kind == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, c.kind, found[0].Kind)
			assert.Contains(t, found[0].Problem, c.problem)
		})
	}
}

func TestTheEnvironmentOfAFunctionIsThatOfTheEstatesFile(t *testing.T) {
	e := example(t)
	wanted, err := e.Starter().Environment()
	require.NoError(t, err)
	look := func(f checkup.Function, err error) []checkup.Finding {
		return checkup.Run(t.Context(), checkup.Configured(e, checkup.Deploys{Estate: file, Stack: "S"}, fakeTriggers{function: f, err: err})[:1])
	}
	more := map[string]string{"AWS_MAX_ATTEMPTS": "9"}
	for name, value := range wanted {
		more[name] = value
	}
	const role = "arn:aws:iam::222222222222:role/twohop-copystarter"
	assert.Empty(t, look(checkup.Function{Environment: more, Role: role}, nil), "what the estate does not set is nobody's business")
	assert.Empty(t, look(checkup.Function{}, checkup.ErrNotFound), "reported by the check of its loops")
	delete(more, "TWOHOP_POOLS")
	found := look(checkup.Function{Environment: more, Role: role, Throttled: true}, nil)
	require.Len(t, found, 2)
	assert.Contains(t, found[0].Problem, "reserved concurrency of the function twohop-copystarter is 0")
	assert.Contains(t, found[1].Problem, "TWOHOP_POOLS")
	assert.Equal(t, "make deploy ESTATE=my.yaml STACKS=S FLAGS=--revert-drift", found[1].Mend)
}

func TestTheRoleAndTheDeadLetterQueueOfAFunctionAreTheEstates(t *testing.T) {
	e := example(t)
	wanted, err := e.Reconciler().Environment()
	require.NoError(t, err)
	f := checkup.Function{Environment: wanted, Role: "arn:aws:iam::222222222222:role/other"}
	found := checkup.Run(t.Context(), checkup.Configured(e, checkup.Deploys{}, fakeTriggers{function: f})[2:3])
	require.Len(t, found, 2)
	assert.Equal(t, "the function twohop-reconciler works as the role arn:aws:iam::222222222222:role/other, and the estate's as arn:aws:iam::222222222222:role/twohop-reconciler", found[0].Problem)
	assert.Contains(t, found[0].Mend, "--region eu-central-1 --function-name twohop-reconciler --role arn:aws:iam::222222222222:role/twohop-reconciler")
	assert.Contains(t, found[1].Problem, `has the dead-letter queue "", and the estate's arn:aws:sqs:eu-central-1:222222222222:twohop-reconciler-dlq`)
}
