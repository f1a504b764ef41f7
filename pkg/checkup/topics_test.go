package checkup_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

// fakeTopics have one topic with these subscriptions; nil: there is none.
type fakeTopics []checkup.Subscription

func (f fakeTopics) Subscriptions(_ context.Context, arn string) ([]checkup.Subscription, error) {
	if f == nil || arn != "arn:aws:sns:eu-central-1:222222222222:twohop-alarms" {
		return nil, checkup.ErrNotFound
	}
	return f, nil
}

func TestAddressesThatHearNoAlarmsAreFound(t *testing.T) {
	const email = "OnCall@example.com"
	for sentence, row := range map[string]struct {
		live fakeTopics
		want string
	}{
		"none is subscribed":             {fakeTopics{}, "OnCall@example.com is not subscribed to the topic"},
		"another is":                     {fakeTopics{{Email: "x@example.com", Confirmed: true}}, "OnCall@example.com is not subscribed to the topic"},
		"never confirmed":                {fakeTopics{{Email: email, Pending: true}}, "the subscription of OnCall@example.com to the topic is not confirmed"},
		"unsubscribed":                   {fakeTopics{{Email: email}}, "the subscription of OnCall@example.com to the topic was deleted"},
		"unsubscribed, then asked again": {fakeTopics{{Email: email}, {Email: email, Pending: true}}, "is not confirmed"},
		"no topic":                       {nil, "there is no topic twohop-alarms"},
		"confirmed":                      {fakeTopics{{Email: email, Confirmed: true}}, ""},
		"confirmed, in small letters":    {fakeTopics{{Email: "oncall@example.com", Confirmed: true}}, ""},
		"confirmed after an earlier one": {fakeTopics{{Email: email}, {Email: email, Confirmed: true}}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			e := example(t)
			e.Alarms.Emails = []string{email}
			found := checkup.Run(t.Context(), checkup.Subscribed(e, file, row.live))
			if row.want == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, checkup.Broken, found[0].Kind)
			assert.Contains(t, found[0].Problem, row.want)
			assert.Equal(t, "arn:aws:sns:eu-central-1:222222222222:twohop-alarms", found[0].Resource)
		})
	}
}

func TestTopicsAreNotReadWhereTheEstateNamesNoAddress(t *testing.T) {
	assert.Empty(t, checkup.Subscribed(example(t), file, nil))
}
