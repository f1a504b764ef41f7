package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/stage"
)

// bothEnds has AWS Backup tell of a copy where it ends, too: on the bus where the rules
// of the estate listen.
func bothEnds(c *backup.Config) { c.EventsAtDestination = true }

// TestAFinalCopyComesBackByTheDetour, and what is in the intermediate vault on its way
// back is not copied onward again: neither for its event's sake nor by the reconciler,
// who sees it there.
func TestAFinalCopyComesBackByTheDetour(t *testing.T) {
	t.Parallel()
	overIntermediate := func(s *set) hop.Vault { return s.Intermediate }
	for sentence, test := range map[string]struct {
		options stage.Options
		tell    func(*backup.Config)
		by      func(*set) hop.Vault
	}{
		"over the intermediate vault":                                 {stage.Options{}, nil, overIntermediate},
		"over the intermediate vault, of which its account hears too": {stage.Options{}, bothEnds, overIntermediate},
		"over a vault of its own": {stage.Options{Payroll: true}, bothEnds, func(s *set) hop.Vault {
			return s.Vault(stage.Backup, stage.Primary, "restore")
		}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			test.options.World.Backup = test.tell
			s, all := backedUp(t, test.options, kinds[2:6]...)
			hops, looks := len(s.hopTwos()), s.looks()
			for _, r := range all {
				between := s.copied(s.Final, s.only(s.Final, r).RecoveryPointArn, test.by(s))
				assert.Equal(t, s.keyOf(test.by(s)), between.EncryptionKeyArn)
				back := s.copied(test.by(s), between.RecoveryPointArn, s.Local)
				assert.Equal(t, s.keyOf(s.Local), back.EncryptionKeyArn)
				s.comesBack(s.Local, r, back)
			}
			s.settle()
			assert.Greater(t, s.looks(), looks)
			assert.Len(t, s.hopTwos(), hops+len(all), "those to the member, and none onward")
			for _, r := range all {
				s.only(s.Final, r)
			}
			assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
		})
	}
}

// looks is how often the reconciler has compared the points of the last days.
func (s *set) looks() int { return strings.Count(s.logged(), `"RecentRuns":1`) }

// TestTheDetoursEventIsNoFirstHop: past the rules, which keep it from the queue, the
// function itself knows a copy that came from the backup account's own vault.
func TestTheDetoursEventIsNoFirstHop(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{}, cluster)
	heard, err := s.World.SQS.Create(stage.Backup, stage.Secondary, "heard", map[string]string{"Policy": `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}`}, nil)
	require.NoError(t, err)
	_, err = s.World.Events.DeclareRule(stage.Backup, stage.Secondary, events.DeclaredRule{
		Name: "heard", State: "ENABLED", Pattern: `{"detail-type":["Copy Job State Change"],"detail":{"state":["COMPLETED"]}}`,
		Targets: []events.RuleTarget{{Id: "queue", Arn: heard}},
	})
	require.NoError(t, err)
	s.copied(s.Final, s.only(s.Final, all[0]).RecoveryPointArn, s.Intermediate)
	told := s.World.SQS.Peek(heard)
	require.Len(t, told, 1)
	hops := len(s.hopTwos())
	s.send(told[0].Body)
	s.settle()
	assert.Contains(t, s.logged(), `"decision":"skip","reason":"own_copy"`)
	assert.Len(t, s.hopTwos(), hops)
	s.only(s.Final, all[0])
}
