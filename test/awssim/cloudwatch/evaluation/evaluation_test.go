package evaluation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// data are periods of five minutes as AWS writes them, the latest last: 0 does not
// breach, X does, - is missing.
func data(text string) []evaluation.Datum {
	recent := make([]evaluation.Datum, len(text))
	for i, letter := range text {
		datum := evaluation.Datum{At: start.Add(time.Duration(i) * 5 * time.Minute), Missing: letter == '-'}
		if letter == 'X' {
			datum.Value = 7
		}
		recent[len(text)-1-i] = datum
	}
	return recent
}

const (
	ok    = evaluation.OK
	rings = evaluation.Alarm
	lacks = evaluation.InsufficientData
	stays = evaluation.State("as before")
)

// TestMissingDataAsInTheExamplesOfAWS has both tables of the user guide, "configuring
// how CloudWatch alarms treat missing data", and what the text below them adds.
func TestMissingDataAsInTheExamplesOfAWS(t *testing.T) {
	for _, test := range []struct {
		datapoints                               int // out of 3
		data                                     string
		missing, ignore, breaching, notBreaching evaluation.State
	}{
		{3, "0-X-X", ok, ok, ok, ok},
		{3, "----0", ok, ok, ok, ok},
		{3, "-----", lacks, stays, rings, ok},
		{3, "0XX-X", rings, rings, rings, rings},
		{3, "--X--", rings, stays, rings, ok},

		{2, "0-X-X", rings, rings, rings, rings},
		{2, "00X0X", rings, rings, rings, rings},
		{2, "0-X--", ok, ok, rings, ok},
		{2, "----0", ok, ok, rings, ok},
		{2, "---X-", rings, stays, rings, ok},

		// "The alarm does not go immediately into ALARM state".
		{3, "----X", stays, stays, rings, ok},
		{3, "---X-", stays, stays, rings, ok},
		{3, "---X0", ok, ok, ok, ok},
		{3, "--X-0", ok, ok, ok, ok},
	} {
		for treatment, want := range map[string]evaluation.State{
			"": test.missing, "missing": test.missing, "ignore": test.ignore, "breaching": test.breaching, "notBreaching": test.notBreaching,
		} {
			rule := evaluation.Rule{Comparison: "GreaterThanThreshold", Threshold: 1, Periods: 3, Datapoints: test.datapoints, MissingData: treatment}
			assert.Equal(t, 5, rule.Range())
			got := rule.Judge(data(test.data), stays)
			assert.Equal(t, want, got.State, "%d of 3 of %s, %s", test.datapoints, test.data, treatment)
		}
	}
}

func TestComparisons(t *testing.T) {
	for comparison, want := range map[string][3]evaluation.State{ // below, at, above the threshold
		"GreaterThanOrEqualToThreshold": {ok, rings, rings},
		"GreaterThanThreshold":          {ok, ok, rings},
		"LessThanThreshold":             {rings, ok, ok},
		"LessThanOrEqualToThreshold":    {rings, rings, ok},
	} {
		rule := evaluation.Rule{Comparison: comparison, Threshold: 5, Periods: 1, Datapoints: 1}
		for i, value := range []float64{4.9, 5, 5.1} {
			got := rule.Judge([]evaluation.Datum{{Value: value}, {Missing: true}, {Missing: true}}, stays)
			assert.Equal(t, want[i], got.State, "%v, %s", value, comparison)
		}
	}
}

func TestReasonsHaveTheValues(t *testing.T) {
	atLeast := evaluation.Rule{Comparison: "GreaterThanOrEqualToThreshold", Threshold: 7, Periods: 3, Datapoints: 2, MissingData: "breaching"}
	heartbeat := evaluation.Rule{Comparison: "LessThanThreshold", Threshold: 0.5, Periods: 1, Datapoints: 1, MissingData: "breaching"}
	for sentence, test := range map[string]struct {
		rule evaluation.Rule
		data string
		want string
	}{
		"all there": {atLeast, "00X0X", "Threshold Crossed: 2 out of the last 3 datapoints [7 (2026-11-01T03:20:00Z), 0 (2026-11-01T03:15:00Z), " +
			"7 (2026-11-01T03:10:00Z)] were greater than or equal to the threshold (7), 2 would ring."},
		"some missing": {atLeast, "0----", "Threshold Crossed: 0 out of the last 1 datapoint [0 (2026-11-01T03:00:00Z)] were greater than or equal to " +
			"the threshold (7), 2 would ring; no datapoints were received for 2 periods, treated as breaching."},
		"none": {heartbeat, "---", "Threshold Crossed: no datapoints were received for 1 period, treated as breaching."},
		"none, which is not enough": {evaluation.Rule{Comparison: "LessThanThreshold", Periods: 2, Datapoints: 2}, "----",
			"Insufficient Data: 2 datapoints were unknown."},
	} {
		assert.Equal(t, test.want, test.rule.Judge(data(test.data), stays).Reason(), sentence)
	}
}
