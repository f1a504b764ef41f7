package telemetry_test

import (
	"bytes"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

var ran = relay.Report{
	Run: relay.RecentRun, Now: time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC), Points: 9, Unrouted: 1, Late: 2, Waiting: 3, OldestLetter: time.Minute, Asked: 4, Looked: 5,
	Standings: map[hop.Standing]int{hop.Stuck: 6, hop.Rejected: 7, hop.Copied: 8},
	Oldest:    map[string]time.Duration{"RDS": time.Hour, "Aurora": 0},
	Newest:    map[string]time.Duration{"RDS": 2 * time.Hour},
	Weak:      []relay.WeakCopy{{Resource: "r", Vault: hop.Vault{ARN: "v"}}, {Resource: "r", Vault: hop.Vault{ARN: "w"}}, {Resource: "s", Vault: hop.Vault{ARN: "v"}}},
}

// measured are the metrics of a run, by the resource type that is their dimension.
func measured(t *testing.T, report relay.Report) map[string]map[string]any {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, telemetry.NewRuns("main", &out).Ran(report))
	lines := map[string]map[string]any{}
	for out.Len() > 0 {
		l := line(t, &out)
		if _, ok := l["_aws"]; ok {
			of, _ := l["ResourceType"].(string)
			lines[of] = l
		}
	}
	return lines
}

func metricsOf(l map[string]any) map[string]float64 {
	values := map[string]float64{}
	set := l["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)[0].(map[string]any)
	for _, metric := range set["Metrics"].([]any) {
		name := metric.(map[string]any)["Name"].(string)
		values[name] = l[name].(float64)
	}
	return values
}

func TestARecentRunMeasuresEveryType(t *testing.T) {
	lines := measured(t, ran)
	require.Len(t, lines, 3)
	assert.Equal(t, map[string]float64{"RecentRuns": 1, "OldestLetterAge": 60, "Waiting": 3, "UnroutedPoints": 1, "LateResources": 2, "StuckCopies": 6,
		"FailedCopies": 7, "CopiesAskedFor": 4, "OutcomesToCheck": 5}, metricsOf(lines[""]))
	assert.Equal(t, map[string]float64{"OldestUncopiedAge": 3600, "NewestFinalCopyAge": 7200}, metricsOf(lines["RDS"]))
	assert.Equal(t, map[string]float64{"OldestUncopiedAge": 0, "NewestFinalCopyAge": 0}, metricsOf(lines["Aurora"]), "zeros included")
	set := lines["RDS"]["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)[0].(map[string]any)
	assert.Equal(t, []any{[]any{"Estate", "ResourceType"}}, set["Dimensions"])
	assert.InDelta(t, float64(ran.Now.UnixMilli()), lines["RDS"]["_aws"].(map[string]any)["Timestamp"], 0)
}

func TestAFullRunBeatsOnceAllItsPartsAreMade(t *testing.T) {
	full := ran
	full.Run, full.Expired = relay.FullRun, 8
	lines := measured(t, full)
	assert.Equal(t, map[string]float64{"FullRuns": 1, "ExpiredPoints": 8, "UnderprotectedResources": 2, "CopiesAskedFor": 4, "OutcomesToCheck": 5}, metricsOf(lines[""]))
	assert.Equal(t, map[string]float64{"OldestUncopiedAge": 3600}, metricsOf(lines["RDS"]), "points that a recent run no longer looks at")
	full.Unfinished = true
	lines = measured(t, full)
	assert.NotContains(t, lines, "", "the last part counts what all have done")
	assert.Contains(t, lines, "RDS")
}

func TestWhatCouldNotBeReadHasNoValue(t *testing.T) {
	of := func(change func(*relay.Report)) map[string]map[string]any {
		report := ran
		report.Err = errors.New("away")
		change(&report)
		return measured(t, report)
	}
	whole := metricsOf(measured(t, ran)[""])
	without := func(names ...string) map[string]float64 {
		left := maps.Clone(whole)
		for _, name := range append(names, "RecentRuns") {
			delete(left, name)
		}
		return left
	}
	for _, test := range []struct {
		unread []relay.Reading
		lacks  []string
	}{
		{nil, nil}, // something could not be sent
		{[]relay.Reading{relay.WaitingMessages}, []string{"Waiting"}},
		{[]relay.Reading{relay.DeadLetterMessages}, []string{"OldestLetterAge"}},
		{[]relay.Reading{relay.FinalVaults}, []string{"LateResources"}},
		{[]relay.Reading{relay.SourceVaults}, []string{"UnroutedPoints", "StuckCopies", "FailedCopies"}},
		{[]relay.Reading{relay.WaitingMessages, relay.FinalVaults}, []string{"Waiting", "LateResources"}},
	} {
		lines := of(func(r *relay.Report) { r.Unread = test.unread })
		assert.Equal(t, without(test.lacks...), metricsOf(lines[""]), test.unread)
	}
	finals := of(func(r *relay.Report) { r.Unread = []relay.Reading{relay.FinalVaults} })
	assert.Equal(t, map[string]float64{"OldestUncopiedAge": 0}, metricsOf(finals["Aurora"]))
	sources := of(func(r *relay.Report) { r.Unread = []relay.Reading{relay.SourceVaults} })
	assert.Equal(t, map[string]float64{"NewestFinalCopyAge": 0}, metricsOf(sources["Aurora"]))
	both := of(func(r *relay.Report) { r.Unread = []relay.Reading{relay.SourceVaults, relay.FinalVaults} })
	assert.NotContains(t, both, "Aurora")
	full := of(func(r *relay.Report) { r.Run = relay.FullRun })
	for _, metric := range []string{"FullRuns", "ExpiredPoints", "UnderprotectedResources"} {
		assert.NotContains(t, metricsOf(full[""]), metric, "of a run that did not read everything")
	}
}

func TestARunThatFailedSaysWhy(t *testing.T) {
	report := ran
	report.Unread, report.Err = []relay.Reading{relay.WaitingMessages}, errors.New("away")
	var out bytes.Buffer
	require.NoError(t, telemetry.NewRuns("main", &out).Ran(report))
	l := line(t, &out)
	assert.Equal(t, "ERROR", l["level"])
	assert.Equal(t, "away", l["error"])
	assert.Equal(t, []any{"waiting messages"}, l["unread"])
	assert.NotContains(t, l, "waiting")
}

func TestEachFindingIsALine(t *testing.T) {
	report := ran
	report.Findings = map[hop.Standing][]relay.Finding{hop.Stuck: {{Point: "p", Since: ran.Now, Detail: "d", Advice: "a"}}}
	var out bytes.Buffer
	require.NoError(t, telemetry.NewRuns("main", &out).Ran(report))
	finding := line(t, &out)
	assert.Equal(t, "WARN", finding["level"])
	for key, want := range map[string]string{"kind": "stuck", "recovery_point": "p", "detail": "d", "advice": "a", "since": "2026-11-01T03:00:00Z"} {
		assert.Equal(t, want, finding[key], key)
	}
	compared := line(t, &out)
	assert.Equal(t, "vaults compared", compared["msg"])
	assert.InDelta(t, 6, compared["stuck"], 0)
}

func TestAFullRunThatGoesOnSaysHowFarItGot(t *testing.T) {
	report := ran
	report.Run, report.Unfinished, report.Rest = relay.FullRun, true, relay.Sweep{Source: "vault", Before: ran.Now}
	var out bytes.Buffer
	require.NoError(t, telemetry.NewRuns("main", &out).Ran(report))
	compared := line(t, &out)
	assert.Equal(t, true, compared["goes_on"])
	assert.Equal(t, "vault", compared["vault"])
	assert.Equal(t, "2026-11-01T03:00:00Z", compared["before"])
	report.Unfinished = false
	out.Reset()
	require.NoError(t, telemetry.NewRuns("main", &out).Ran(report))
	assert.NotContains(t, line(t, &out), "before")
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestARunThatCannotBeReportedIsAnError(t *testing.T) {
	require.ErrorContains(t, telemetry.NewRuns("main", full{}).Ran(ran), "report the run: write metrics: no space left")
}
