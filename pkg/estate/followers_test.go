package estate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

func TestTheTrackersFaultsAreNamedAtOnce(t *testing.T) {
	_, err := estate.ReadTracker(func(string) string { return "" })
	require.ErrorContains(t, err, "configuration: 9 faults:")
	for _, name := range []string{"TWOHOP_OUTCOMES_QUEUE_URL", "TWOHOP_OUTCOMES_DLQ_URL", "TWOHOP_COPIES_QUEUE_URL", "TWOHOP_COPIES_DLQ_URL", "TWOHOP_INTERMEDIATE_DAYS"} {
		require.ErrorContains(t, err, name+": is not set")
	}
}

func TestTheReconcilersFaultsAreNamedAtOnce(t *testing.T) {
	_, err := estate.ReadReconciler(func(string) string { return "" })
	require.ErrorContains(t, err, "configuration: 12 faults:")
	assert.Len(t, strings.Split(err.Error(), "\n"), 13, "one line each")
}

func TestFaultsOfTheReconciler(t *testing.T) {
	for sentence, test := range map[string]struct{ name, value, want string }{
		"a topic that is none":       {"TWOHOP_TOPIC_ARN", "alarms", `TWOHOP_TOPIC_ARN: "alarms" is not the ARN of a topic`},
		"a period without a unit":    {"TWOHOP_RECENT_EVERY", "15", `TWOHOP_RECENT_EVERY: "15" is not a length of time; it would look like 15m or 26h`},
		"a period of nothing":        {"TWOHOP_RECENT_EVERY", "0s", `TWOHOP_RECENT_EVERY: "0s" is not`},
		"no days":                    {"TWOHOP_RECENT_DAYS", "0", "TWOHOP_RECENT_DAYS: "},
		"an objective that is none":  {"TWOHOP_RPO", `{"RDS":"soon"}`, `TWOHOP_RPO.RDS: "soon" is not a length of time`},
		"objectives that are no map": {"TWOHOP_RPO", `[]`, "TWOHOP_RPO: json: "},
		"no route":                   {"TWOHOP_ROUTES", `[]`, "no route"},
		"a queue that is no URL":     {"TWOHOP_SWEEPS_QUEUE_URL", "sweeps", "TWOHOP_SWEEPS_QUEUE_URL: "},
	} {
		t.Run(sentence, func(t *testing.T) {
			environment, err := parse(t, least).Reconciler().Environment()
			require.NoError(t, err)
			environment[test.name] = test.value
			_, err = estate.ReadReconciler(func(name string) string { return environment[name] })
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "configuration: 1 faults")
		})
	}
}

func TestTheReconcilerKnowsTheEstatesPeriods(t *testing.T) {
	c := parse(t, least+"rpo: {RDS: 30h}\nreconciler: {recentEvery: 10m, recentDays: 2}\n").Reconciler()
	assert.Equal(t, 10*time.Minute, c.Every)
	assert.Equal(t, 2, c.RecentDays)
	assert.Equal(t, map[string]time.Duration{"RDS": 30 * time.Hour, "Aurora": 26 * time.Hour, "DocumentDB": 26 * time.Hour, "Neptune": 26 * time.Hour}, c.Objectives)
	assert.Equal(t, "arn:aws:sns:eu-central-1:222222222222:twohop-alarms", c.Topic)
}
