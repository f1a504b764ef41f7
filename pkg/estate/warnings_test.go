package estate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

func TestAPoolWithoutHeadroomIsWarnedOf(t *testing.T) {
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	require.Len(t, e.Warnings(), 1)
	assert.Contains(t, e.Warnings()[0], "operators: empty; members have no role for twohop status")
	e.Operators = []string{"arn:aws:iam::222222222222:role/OnCall"}
	assert.Empty(t, e.Warnings())
	e.Pools[1].Headroom = 0
	require.Len(t, e.Warnings(), 1)
	assert.Contains(t, e.Warnings()[0], "pools[1].headroom: 0; two invocations that take the last slot at once use one more than the quota of 5")
}

// operated is an estate that names its operators.
func operated(t *testing.T, text string) estate.Estate {
	t.Helper()
	return parse(t, text+"operators: ['arn:aws:iam::222222222222:role/OnCall']\n")
}

func TestRetentionThatMakesEachCopyAFullOneIsWarnedOf(t *testing.T) {
	const weekly = "plans: {cross-region-special: {schedule: 'cron(0 3 ? * SUN *)', retention: {local: %s}}}\nrpo: {RDS: 200h, Aurora: 200h, DocumentDB: 200h, Neptune: 200h}\n"
	for sentence, row := range map[string]struct {
		text string
		want []string
	}{
		"a local vault": {"plans: {cross-region-special: {retention: {local: 1, intermediate: 7, final: 35}}}", []string{
			"plans.cross-region-special.retention.local: 1; backups of plan cross-region-special are up to 1 day apart, so a recovery point has left the vault when the next one is copied, and each copy is a full one: use 2 or more"}},
		"vaults of a weekly plan": {strings.Replace(weekly, "%s", "8, intermediate: 7, final: 7", 1), []string{
			"plans.cross-region-special.retention.final: 7; backups of plan cross-region-special are up to 7 days apart",
			"plans.cross-region-special.retention.intermediate: 7; backups of plan cross-region-special are up to 7 days apart"}},
		"longer than the interval": {strings.Replace(weekly, "%s", "8, intermediate: 8, final: 8", 1), nil},
		"a shortened retention": {strings.Replace(weekly, "%s", "8, intermediate: 8, final: 35", 1) + "intermediateRetentionDays: 7", []string{
			"intermediateRetentionDays: 7; backups of plan cross-region-special are up to 7 days apart"}},
		"a shortened retention that is long enough":           {"intermediateRetentionDays: 2", nil},
		"a shortened retention does not concern direct plans": {"plans: {cross-region: {schedule: 'cron(0 2 ? * SUN *)', retention: {local: 8, final: 35}}}\nintermediateRetentionDays: 2", nil},
		"a direct plan":               {"plans: {cross-region: {retention: {local: 2, final: 1}}}", []string{"plans.cross-region.retention.final: 1; "}},
		"a plan without copies":       {"plans: {simple: {retention: {local: 1}}}", nil},
		"a plan that is not in force": {"plans: {cross-region: {enabled: false, retention: {local: 1, final: 1}}}", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			found := operated(t, over(row.text+"\n")).Warnings()
			require.Len(t, found, len(row.want), strings.Join(found, "\n"))
			for i, want := range row.want {
				assert.Contains(t, found[i], want)
			}
		})
	}
}

func TestTheIntervalOfASchedule(t *testing.T) {
	const day = 24 * time.Hour
	for schedule, want := range map[string]time.Duration{
		"cron(0 3 * * ? *)":         day,
		"cron(0 * * * ? *)":         time.Hour,
		"cron(0 1,5 ? * * *)":       20 * time.Hour,
		"cron(0 3 ? * sun *)":       7 * day,
		"cron(0 3 ? * MON-FRI *)":   3 * day,
		"cron(0 3 ? * L *)":         7 * day,
		"cron(0 3 ? * 6L *)":        35 * day,
		"cron(0 3 ? * TUE#2 *)":     35 * day,
		"cron(0 3 1 * ? *)":         31 * day,
		"cron(0 3 1,15 * ? *)":      17 * day,
		"cron(0 3 L * ? *)":         31 * day,
		"cron(0 3 1W * ? *)":        33 * day,
		"cron(0 3 31W 1,3 ? *)":     308 * day,
		"cron(0 3 1 JAN,JUL ? *)":   184 * day,
		"cron(0 3 29 2 ? *)":        1461 * day,
		"cron(0 3 1 1 ? 2027,2029)": 731 * day,
		"cron(0 3 1 1 ? 2027)":      0,
	} {
		assert.Equal(t, want, estate.Plan{Schedule: schedule}.Interval(), schedule)
	}
}
