package copies

import (
	"encoding/json"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/outbox"
)

// detail is the detail of "Copy Job State Change", with the traps of AWS's own
// samples [eventbridge]: CREATED has no more than four members, and
// destinationRecoveryPointArn is an empty object until there is one.
type detail struct {
	CopyJobID                   string   `json:"copyJobId,omitempty"`
	BackupSizeInBytes           *int64   `json:"backupSizeInBytes,omitempty"`
	CreationDate                string   `json:"creationDate"`
	IamRoleArn                  string   `json:"iamRoleArn,omitempty"`
	ResourceArn                 string   `json:"resourceArn,omitempty"`
	ResourceType                string   `json:"resourceType,omitempty"`
	SourceBackupVaultArn        string   `json:"sourceBackupVaultArn"`
	State                       string   `json:"state"`
	StatusMessage               string   `json:"statusMessage,omitempty"`
	CompletionDate              string   `json:"completionDate,omitempty"`
	DestinationBackupVaultArn   string   `json:"destinationBackupVaultArn"`
	DestinationRecoveryPointArn any      `json:"destinationRecoveryPointArn,omitempty"`
	CreatedBy                   *creator `json:"createdBy,omitempty"`
}

type creator struct {
	BackupPlanID      string `json:"backupPlanId"`
	BackupPlanArn     string `json:"backupPlanArn"`
	BackupPlanVersion string `json:"backupPlanVersion"`
	BackupPlanRuleID  string `json:"backupPlanRuleId"`
}

func (j *job) detail() json.RawMessage {
	d := detail{
		CreationDate:              eventTime(j.CreationDate.Time),
		SourceBackupVaultArn:      j.SourceBackupVaultArn,
		State:                     j.State,
		DestinationBackupVaultArn: j.DestinationBackupVaultArn,
	}
	if j.State != Created {
		d.CopyJobID, d.BackupSizeInBytes, d.IamRoleArn = j.CopyJobID, &j.BackupSizeInBytes, j.IamRoleArn
		d.ResourceArn, d.ResourceType = j.ResourceArn, j.ResourceType
		d.DestinationRecoveryPointArn = struct{}{}
		if by := j.CreatedBy; by != nil {
			d.CreatedBy = &creator{by.BackupPlanID, by.BackupPlanArn, by.BackupPlanVersion, by.BackupRuleID}
		}
	}
	if !j.CompletionDate.IsZero() {
		d.CompletionDate = eventTime(j.CompletionDate.Time)
	}
	switch j.State {
	case Completed:
		d.DestinationRecoveryPointArn = j.DestinationRecoveryPointArn
	case Failed:
		d.StatusMessage = j.StatusMessage
	}
	text, _ := json.Marshal(d) // strings and numbers: cannot fail
	return text
}

func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// announce tells EventBridge the job's new state.
func (s *Jobs) announce(j *job) {
	e := outbox.Event{
		Place:      j.home,
		DetailType: "Copy Job State Change",
		Resources:  []string{j.SourceRecoveryPointArn},
		Detail:     j.detail(),
	}
	s.outbox.Put(e)
	if s.config.EventsAtDestination && j.to != j.home {
		e.Place = j.to
		s.outbox.Put(e)
	}
}
