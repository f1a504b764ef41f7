package awsbackup

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/twohop/twohop/pkg/hop"
)

// member is a member of an answer, and whether AWS sent it.
type member struct {
	name string
	sent bool
}

func given(value *string) bool { return aws.ToString(value) != "" }

// complete fails an answer without a member that decides something here. AWS always sends
// these members, so that the answer is taken for a failure that passes, never for a
// recovery point without a type or a vault without a key.
//
// A list that is missing altogether counts as empty: whether AWS Backup sends an empty
// list or leaves it out is UNCONFIRMED A45. A success without any body is none
// (awscall.RequireBody).
func complete(call string, members ...member) error {
	var missing []string
	for _, m := range members {
		if !m.sent {
			missing = append(missing, m.name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer",
		Message: call + " answered without " + strings.Join(missing, ", ")}
}

// pointMembers are those of a recovery point, described or listed.
func pointMembers(arn, resource, resourceType *string, status string, created *time.Time) []member {
	return []member{
		{"RecoveryPointArn", given(arn)}, {"ResourceArn", given(resource)}, {"ResourceType", given(resourceType)},
		{"Status", status != ""}, {"CreationDate", created != nil},
	}
}

// jobMembers are those of a copy job. Its resource type is not one of them: whether a job
// in CREATED has it is UNCONFIRMED A46, since its event has none.
func jobMembers(job types.CopyJob) []member {
	return []member{
		{"CopyJobId", given(job.CopyJobId)}, {"State", job.State != ""}, {"CreationDate", job.CreationDate != nil},
		{"SourceRecoveryPointArn", given(job.SourceRecoveryPointArn)}, {"DestinationBackupVaultArn", given(job.DestinationBackupVaultArn)},
	}
}

func resourceMembers(r types.ProtectedResource) []member {
	return []member{{"ResourceArn", given(r.ResourceArn)}, {"ResourceType", given(r.ResourceType)}, {"LastBackupTime", r.LastBackupTime != nil}}
}

// param is a parameter that names what a call is about.
type param struct {
	name  string
	value *string // nil: the call goes without it
}

// named refuses a call with a parameter that is set to an empty text. As a filter it is
// none, so that AWS lists everything; in a path the SDK (service/backup v1.69.8) leaves it
// out without an error, and the path is that of another call: of DescribeRecoveryPoint
// without a point that of ListRecoveryPointsByBackupVault.
func named(params ...param) error {
	for _, p := range params {
		if p.value != nil && *p.value == "" {
			return fmt.Errorf("%s is empty, and AWS would answer about everything", p.name)
		}
	}
	return nil
}

// inVault are the parameters of a call about a recovery point in a vault.
func inVault(vault hop.Vault, point string) error {
	return named(param{"BackupVaultName", &vault.Name}, param{"RecoveryPointArn", &point})
}
