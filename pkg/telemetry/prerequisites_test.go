package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/prerequisite"
	"github.com/twohop/twohop/pkg/telemetry"
)

func TestAFindingIsOneLine(t *testing.T) {
	found := prerequisite.Finding{Duty: prerequisite.TheMembers, Account: "111111111111", Setting: "access", Outcome: prerequisite.InOrder}
	failed, panicked := found, found
	failed.Outcome, failed.Err = prerequisite.Failed, errors.New("denied")
	panicked.Outcome, panicked.Err = prerequisite.Failed, fmt.Errorf("enter: %w", &prerequisite.Panic{Value: "v", Stack: "goroutine 1"})
	for name, test := range map[string]struct {
		finding      prerequisite.Finding
		level, error string
		stack        any
	}{
		"in order":  {found, "INFO", "", nil},
		"a failure": {failed, "ERROR", "denied", nil},
		"a panic":   {panicked, "ERROR", "enter: panic: v", "goroutine 1"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			telemetry.NewPrerequisites(&out).Observe(test.finding)
			var line map[string]any
			require.NoError(t, json.Unmarshal(out.Bytes(), &line))
			assert.Equal(t, test.level, line["level"])
			assert.Equal(t, "members", line[telemetry.KeyDuty])
			assert.Equal(t, "111111111111", line[telemetry.KeyAccount])
			assert.Equal(t, "access", line[telemetry.KeySetting])
			assert.Equal(t, string(test.finding.Outcome), line[telemetry.KeyOutcome])
			assert.Equal(t, test.stack, line[telemetry.KeyStack])
			if test.error == "" {
				assert.NotContains(t, line, telemetry.KeyError)
				return
			}
			assert.Contains(t, line[telemetry.KeyError], test.error)
		})
	}
}

func TestAnAnswerIsOneLine(t *testing.T) {
	var out bytes.Buffer
	telemetry.NewPrerequisites(&out).Answered(telemetry.Reply{Request: "Create", Duties: []prerequisite.Duty{prerequisite.OwnAccount}, Status: "FAILED", Reason: "denied"})
	assert.Contains(t, out.String(), `"level":"ERROR","msg":"custom resource answered","request":"Create","duties":["account"],"status":"FAILED","reason":"denied"}`)
}
