package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/stage"
)

// TestANightOfAnAccountThatJoins: it gets its stack and the plans at once, its opt-ins
// by the daily run, and the copies of its next night.
func TestANightOfAnAccountThatJoins(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	require.NoError(t, s.Join(stage.Second))
	assert.Equal(t, []cloudformation.Instance{
		{Account: stage.Member, Region: stage.Primary, Status: "CURRENT"}, {Account: stage.Second, Region: stage.Primary, Status: "CURRENT"},
	}, s.MemberStacks())
	assert.False(t, s.World.Backup.Settings.OptIns(stage.Second, stage.Primary)["Neptune"])
	s.pass(25*time.Hour + time.Minute)
	assert.True(t, s.World.Backup.Settings.OptIns(stage.Second, stage.Primary)["Neptune"])

	local := s.Vault(stage.Second, stage.Primary, "local")
	theirs := make([]stage.Resource, len(restorable))
	for i, r := range restorable {
		r.Account = stage.Second
		theirs[i] = s.add(r)
	}
	s.pass(13 * time.Hour)
	for _, r := range theirs {
		s.stands(local, r, 7)
		s.stands(s.Final, r, 35)
		if r.Plan == "cross-region-special" {
			s.stands(s.Intermediate, r, 7)
		}
	}
	assert.Empty(t, s.World.Events.Dropped())
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
}

// TestAnAccountThatLeavesTheUnit is not backed up any more, and keeps its stack with
// what is in its vault.
func TestAnAccountThatLeavesTheUnit(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{}, database)
	r := s.add(stage.Resource{Name: "later", Type: "RDS", Plan: "simple"})
	require.NoError(t, s.World.Organizations.Move(stage.Member, "r-ab12"))
	assert.Empty(t, s.MemberStacks(), "the StackSet has forgotten it")
	s.pass(24 * time.Hour)
	assert.Empty(t, s.In(s.Local, r))
	s.only(s.Local, all[0])
	assert.True(t, s.World.IAM.HasRole(stage.Member, "twohop-BackupandRestore"))
}

// TestAMemberThatCannotTakeItsStack holds up no other; its duty fails until it can.
func TestAMemberThatCannotTakeItsStack(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	_, err := s.World.SQS.Create(stage.Second, stage.Primary, "twohop-forward-dlq", nil, nil)
	require.NoError(t, err)
	require.NoError(t, s.Join(stage.Second))
	instances := s.MemberStacks()
	require.Len(t, instances, 2)
	assert.Equal(t, cloudformation.Outdated, instances[1].Status)
	assert.Contains(t, instances[1].Reason, "twohop-forward-dlq already exists")
	r := s.add(cluster)
	s.pass(25 * time.Hour)
	s.only(s.Final, r)
	assert.Contains(t, s.logged(), `"level":"ERROR","msg":"prerequisite failed","duty":"members","account":"444444444444"`)
}
