package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/stage"
)

const closedKey = "KMS key is either disabled or pending deletion or access to KMS key is denied"

// rekey gives a key another policy: what it says, and that the account can mend it.
func (s *set) rekey(key, account, statement string) {
	s.t.Helper()
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":["kms:PutKeyPolicy","kms:DescribeKey"],"Resource":"*"}%s]}`, account, statement)
	require.NoError(s.t, s.World.KMS.SetPolicy(key, policy, authz.Principal{}))
}

// TestADestinationsKeyIsAsked: a vault whose key can do nothing for AWS Backup takes no
// copy.
func TestADestinationsKeyIsAsked(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, restorable...)
	local, intermediate := map[string]string{}, map[string]string{}
	for _, r := range all {
		local[r.ARN] = s.only(s.Local, r).RecoveryPointArn
		if len(s.In(s.Intermediate, r)) > 0 {
			intermediate[r.ARN] = s.only(s.Intermediate, r).RecoveryPointArn
		}
	}
	s.rekey(s.keyOf(s.Final), stage.Backup, "")
	s.rekey(s.keyOf(s.Intermediate), stage.Backup, "")
	member := s.Role(stage.Member, "BackupandRestore")
	for _, r := range all {
		t.Run(r.Type, func(t *testing.T) {
			job, err := s.copyBy(member, s.Local, local[r.ARN], s.Intermediate)
			require.NoError(t, err)
			assert.Equal(t, closedKey, job.StatusMessage, "the first hop")
		})
	}
	const through = `,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"}`
	s.rekey(s.keyOf(s.Intermediate), stage.Backup, through) // a second hop opens it
	for _, r := range all {
		if point, ok := intermediate[r.ARN]; ok {
			t.Run(r.Type+" onward", func(t *testing.T) {
				job, err := s.copyTo(s.Intermediate, point, s.Final)
				require.NoError(t, err)
				assert.Equal(t, closedKey, job.StatusMessage, "the second hop")
			})
		}
	}
	s.rekey(s.keyOf(s.Final), stage.Backup, through)
	job, err := s.copyTo(s.Intermediate, intermediate[all[2].ARN], s.Final)
	require.NoError(t, err)
	assert.Equal(t, "COMPLETED", job.State, "mended by the account's root statement")
}

// TestAKeyThatAdmitsAServiceAlone: kms:ViaService is the service whose snapshots are
// copied.
func TestAKeyThatAdmitsAServiceAlone(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	rows := []struct {
		resource stage.Resource
		via      string
		vault    hop.Vault // that the plan's copy goes to
		arrives  bool
	}{
		{stage.Resource{Name: "rds-by-rds", Type: "RDS", Plan: database.Plan}, "rds", s.Intermediate, true},
		{stage.Resource{Name: "rds-by-ec2", Type: "RDS", Plan: database.Plan}, "ec2", s.Intermediate, false},
		{stage.Resource{Name: "aurora-by-rds", Type: "Aurora", Plan: cluster.Plan}, "rds", s.Intermediate, true},
		{stage.Resource{Name: "ebs-by-ec2", Type: "EBS", Plan: volume.Plan}, "ec2", s.Final, true},
		{stage.Resource{Name: "ebs-by-rds", Type: "EBS", Plan: volume.Plan}, "rds", s.Final, false},
	}
	for i := range rows {
		r := &rows[i]
		r.resource = s.add(r.resource)
		s.rekey(r.resource.KeyARN, stage.Member, fmt.Sprintf(`,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*",
			"Condition":{"StringEquals":{"kms:ViaService":"%s.eu-central-1.amazonaws.com"}}}`, r.via))
	}
	s.pass(13 * time.Hour)
	for _, r := range rows {
		s.only(s.Local, r.resource)
		assert.Equal(t, r.arrives, len(s.In(r.vault, r.resource)) == 1, r.resource.Name)
	}
}
