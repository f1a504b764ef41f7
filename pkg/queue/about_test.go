package queue_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/trace"
)

const (
	intermediateARN = "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"
	finalARN        = "arn:aws:backup:eu-north-1:222222222222:backup-vault:final"
)

// requestOf is the body of a request for a copy.
func requestOf(point string) string {
	return fmt.Sprintf(`{"source":"twohop","detail-type":"Copy Request","detail":{"recoveryPointArn":%q,"sourceBackupVaultArn":%q,"destinationBackupVaultArn":%q}}`,
		point, intermediateARN, finalARN)
}

// eventOf is the body of the event of a first hop from a recovery point, of which a copy
// was made where it is not empty.
func eventOf(state, source, copied string) string {
	return fmt.Sprintf(`{"source":"aws.backup","detail-type":"Copy Job State Change","resources":[%q],"detail":{"state":%q,
		"sourceBackupVaultArn":"arn:aws:backup:eu-central-1:111111111111:backup-vault:local","destinationBackupVaultArn":%q,"destinationRecoveryPointArn":%q}}`,
		source, state, intermediateARN, copied)
}

func TestTheDeadLettersAboutRecoveryPoints(t *testing.T) {
	b := begin(t, nil)
	put := b.world.Clock.Now()
	b.leave(t, requestOf("p"), map[string]string{"reason": "r", "class": "Key", "advice": "a", "rejected_at": "2026-11-01T02:00:00.5Z"})
	b.leave(t, requestOf("other"), nil)
	b.leave(t, eventOf("FAILED", "s", ""), nil)
	b.leave(t, eventOf("COMPLETED", "s2", "q"), map[string]string{"rejected_at": "today"})
	b.leave(t, eventOf("COMPLETED", "s3", "q3"), nil)
	b.leave(t, eventOf("FAILED", "another", ""), nil)
	b.leave(t, `{"source":"aws.ec2","detail-type":"x"}`, nil)
	b.leave(t, "poison", nil)
	for range 2 {
		letters, whole, err := b.dead.About(t.Context(), map[string]bool{"p": true, "s": true, "q": true, "s3": true})
		require.NoError(t, err)
		assert.True(t, whole, "what was read is shown again at once")
		for i := range letters {
			assert.NotEmpty(t, letters[i].ID)
			letters[i].ID = ""
		}
		assert.ElementsMatch(t, []trace.Letter{
			{Point: "p", Hop: 2, Destination: vault(t, finalARN), Sent: put, RejectedAt: time.Date(2026, 11, 1, 2, 0, 0, 5e8, time.UTC), Reason: "r", Class: "Key", Advice: "a"},
			{Point: "s", Hop: 1, Sent: put},
			{Point: "q", Hop: 2, Sent: put},
			{Point: "q3", Hop: 2, Sent: put},
		}, letters, "a completed first hop is found by its source, too")
	}
	assert.Len(t, b.in("dead"), 8, "nothing was taken away")
	none, whole, err := b.dead.About(t.Context(), nil)
	require.NoError(t, err)
	assert.True(t, whole)
	assert.Empty(t, none)
}

func TestWhatDeadLettersAskFor(t *testing.T) {
	b := begin(t, nil)
	for _, body := range []string{eventOf("FAILED", "s", ""), `{"source":"aws.ec2","detail-type":"x"}`, "poison"} {
		b.leave(t, body, nil)
	}
	found, err := b.dead.Read(t.Context())
	require.NoError(t, err)
	assert.True(t, found.Whole)
	assert.Empty(t, found.Requests, "a failed first hop asks for no second one")
}
