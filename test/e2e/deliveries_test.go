package e2e

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/stage"
)

// once requires that each database has one copy in the final vault, made by the
// only job that was ever started for it.
func (s *set) once(databases []stage.Resource) {
	s.t.Helper()
	for _, d := range databases {
		assert.Len(s.t, s.In(s.Final, d), 1, d.Name)
	}
	assert.Len(s.t, s.hopTwos(), len(databases), "one job each")
	assert.Empty(s.t, s.World.SQS.Peek(s.DeadLetters.ARN))
}

func TestDoubledDelayedAndReorderedEventsMakeOneCopyEach(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*backup.Config){
		"while tokens are remembered": func(*backup.Config) {},
		"while tokens are forgotten":  func(c *backup.Config) { c.TokenMemory = 0 },
		"told in both accounts":       func(c *backup.Config) { c.EventsAtDestination = true },
	} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{Backup: change}, stage.Options{})
			var n atomic.Int64
			s.World.Events.Intercept = func(events.Event, string, string) events.Delivery {
				i := n.Add(1)
				return events.Delivery{Copies: 2, Delay: time.Duration(i*7919%1800) * time.Second}
			}
			databases := append(s.databases("RDS", 6), s.databases("Neptune", 3)...)
			s.hopOne(databases)
			s.pass(3 * time.Hour) // events are under way for up to one
			s.settle()
			s.once(databases)
		})
	}
}

func TestFanOutReachesEveryVaultOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Payroll: true})
	third := s.Vault(stage.Backup, stage.Third, "final")
	databases := append(s.databases("Aurora", 3), s.databases("RDS", 3)...)
	s.hopOne(databases)
	s.settle()
	for _, d := range databases {
		require.Len(t, s.In(s.Final, d), 1, d.Name)
		require.Len(t, s.In(third, d), 1, d.Name)
	}
	assert.Len(t, s.hopTwos(), 2*len(databases))
}

func TestAMessageCannotSayWhereACopyGoes(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	databases := s.backUp("RDS", 1)
	s.settle()
	s.once(databases)

	elsewhere, err := hop.ParseVault("arn:aws:backup:eu-west-1:222222222222:backup-vault:elsewhere")
	require.NoError(t, err)
	body, err := awsevent.EncodeRequest(hop.Request{
		Point: s.In(s.Intermediate, databases[0])[0].RecoveryPointArn, Source: s.Intermediate, Destination: elsewhere, ResourceType: "RDS",
	})
	require.NoError(t, err)
	s.send(body)
	s.settle()
	s.once(databases)
	assert.Contains(t, s.logged(), `"reason":"unrouted"`)
}

func TestOtherTypesInTheVaultAreCountedAndLeftAlone(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	s.backUp("EBS", 1)
	s.settle()
	assert.Empty(t, s.hopTwos())
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
	assert.Contains(t, s.logged(), `"Unrouted":1`)
}

func TestAPointDeletedByHandIsReported(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	s.World.Events.Intercept = func(events.Event, string, string) events.Delivery { return events.Delivery{Delay: time.Hour} }
	databases := s.backUp("RDS", 1)
	require.NoError(t, s.World.Clock.RunUntil(t.Context(), func() bool { return len(s.In(s.Intermediate, databases[0])) == 1 }))
	s.deletePoint(s.Intermediate, s.In(s.Intermediate, databases[0])[0].RecoveryPointArn)
	s.pass(3 * time.Hour)
	s.settle()
	dead := s.World.SQS.Peek(s.DeadLetters.ARN)
	require.Len(t, dead, 1)
	assert.Equal(t, "Gone", dead[0].Attributes["class"].StringValue)
	assert.Contains(t, dead[0].Attributes["advice"].StringValue, "local vault")
}
