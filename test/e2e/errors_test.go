package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/stage"
)

var (
	bucket   = stage.Resource{Name: "invoices", Type: "S3", Plan: "cross-region"}
	volume   = stage.Resource{Name: "scans", Type: "EBS", Plan: "cross-region"}
	database = stage.Resource{Name: "orders", Type: "RDS", Plan: "cross-region-special"}
	cluster  = stage.Resource{Name: "ledger", Type: "Aurora", Plan: "cross-region-special"}
)

func closed(r stage.Resource) stage.Resource { r.Closed = true; return r }

func onAWSsKey(r stage.Resource) stage.Resource { r.Managed = true; return r }

// described says more of the database, which may have an option group with TDE.
func described(d rds.Details) func(*set) {
	return func(s *set) {
		s.World.RDS.AddOptionGroup(stage.Member, stage.Primary, "tde", rds.Option{Name: "TDE", Persistent: true})
		s.World.RDS.Describe(dbARN+database.Name, d)
	}
}

// by has another plan select a resource than that which suits it.
func by(plan string, r stage.Resource) stage.Resource { r.Plan = plan; return r }

const (
	defaultRole = "arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole"
	defaultKey  = "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
		"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied."
)

// byDefaultRole has the plans work with the role that AWS's console makes.
var byDefaultRole = stage.Replace(managementStack, "arn:aws:iam::$account:role/twohop-BackupandRestore", defaultRole)

// TestTheErrorsOfAnEstateThatIsBrokenInOnePlace lets a night of the plans pass over
// one resource, and reads what AWS Backup says. Where the deployment itself fails there
// is no night, and no resource.
func TestTheErrorsOfAnEstateThatIsBrokenInOnePlace(t *testing.T) {
	t.Parallel()
	for sentence, test := range map[string]struct {
		change stage.Change // nil: as it is
		later  func(*set)   // what is broken once the estate stands; nil: nothing
		on     stage.Resource
		want   string // KEY: the ARN of the resource's key
	}{
		"cross-account copies are switched off": {
			later: (*set).switchOff,
			on:    database, want: "Copy job failed. Cross-account copy feature is not enabled for the current organization.",
		},
		"a database is copied straight to the final vault": {
			on:   by("cross-region", cluster),
			want: "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
		},
		"the role has no policies for S3": {
			later: func(s *set) {
				require.NoError(s.t, s.World.IAM.ChangeRole(s.Role(stage.Member, "BackupandRestore"), func(r *iam.Role) { r.Managed = r.Managed[:2] }))
			},
			on: bucket, want: "IAM Role arn:aws:iam::111111111111:role/twohop-BackupandRestore does not have sufficient permissions to execute the backup.",
		},
		"the plan's role is the default role, which has no policies for S3": {
			change: byDefaultRole, later: (*set).makeDefaultRole,
			on: bucket, want: "IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
		},
		"the plan's role is the default role, which does not exist yet": {
			change: byDefaultRole,
			on:     volume, want: "IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
		},
		"the destination vault of a volume is on the default key": {
			change: stage.Without(secondaryStack, "VaultFinal", "EncryptionKeyArn"),
			on:     volume, want: defaultKey,
		},
		"the destination vault of a database is on the default key": {
			change: stage.Without(primaryStack, "VaultIntermediate", "EncryptionKeyArn"),
			on:     database, want: defaultKey,
		},
		"the destination vault of a cluster is on the default key": {
			change: stage.Without(primaryStack, "VaultIntermediate", "EncryptionKeyArn"),
			on:     cluster, want: defaultKey,
		},
		"the destination vault has no policy": {
			change: stage.Without(primaryStack, "VaultIntermediate", "AccessPolicy"),
			on:     database, want: "Access Denied trying to call AWS Backup service.",
		},
		"the database's key does not admit the backup account": {
			on: closed(database), want: "The source snapshot KMS key [KEY] does not exist, is not enabled or you do not have permissions to access it.",
		},
		"the volume's key does not admit the backup account": {
			on: closed(volume), want: "Given key ID is not accessible",
		},
		"the database is on aws/rds": {
			on: onAWSsKey(database), want: "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
		},
		"the database is encrypted by Transparent Data Encryption": {
			later: described(rds.Details{Engine: "oracle-ee", OptionGroup: "tde"}),
			on:    database, want: "The snapshot requires a target option group with the following options: TDE",
		},
		"the database is RDS Custom": {
			later: described(rds.Details{Engine: "custom-sqlserver-ee"}),
			on:    database, want: "Copy job failed. Copying a snapshot across accounts is not supported for RDS Custom.",
		},
		"the volume is on aws/ebs": {
			on: onAWSsKey(volume), want: "Encrypted snapshots with Amazon EBS default key cannot be shared",
		},
		"a key's policy names a role that does not exist": {
			change: stage.Replace(secondaryStack, `"AWS": "arn:aws:iam::222222222222:root"`,
				`"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]`),
			want: "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			changes := []stage.Change{eventsAlone}
			if test.change != nil {
				changes = append(changes, test.change)
			}
			s, err := tryToSetUp(t, awssim.Config{}, stage.Options{Change: stage.All(changes...)})
			if test.on.Name == "" {
				require.ErrorContains(t, err, test.want)
				return
			}
			require.NoError(t, err)
			r := s.add(test.on)
			s.pass(90 * time.Minute) // the daily duties are done, the plans are yet to come
			if test.later != nil {
				test.later(s)
			}
			s.pass(11 * time.Hour)
			assert.Equal(t, strings.ReplaceAll(test.want, "KEY", r.KeyARN), s.said())
			assert.Empty(t, s.In(s.Final, r))
		})
	}
}

// makeDefaultRole makes the role that AWS's console makes at its first use, with the
// two policies that it has.
func (s *set) makeDefaultRole() {
	s.t.Helper()
	require.NoError(s.t, s.World.IAM.AddRole(iam.Role{Account: stage.Member, Name: "AWSBackupDefaultServiceRole",
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		Managed: []string{
			"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup", "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
		}}))
}

// TestTheDefaultRoleServesAllButBuckets: what it lacks is S3 alone.
func TestTheDefaultRoleServesAllButBuckets(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: stage.All(eventsAlone, byDefaultRole)})
	s.makeDefaultRole()
	all := []stage.Resource{s.add(volume), s.add(database), s.add(cluster)}
	s.pass(13 * time.Hour)
	for _, r := range all {
		s.only(s.Final, r)
	}
}

// said is what the jobs of the first member say that ended badly.
func (s *set) said() string {
	var messages []string
	for _, job := range s.World.Backup.BackupJobs(stage.Member, stage.Primary) {
		if job.StatusMessage != "" {
			messages = append(messages, job.StatusMessage)
		}
	}
	for _, job := range s.World.Backup.CopyJobs(stage.Member, stage.Primary) {
		if job.StatusMessage != "" {
			messages = append(messages, job.StatusMessage)
		}
	}
	return strings.Join(messages, "\n")
}
