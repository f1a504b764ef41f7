package jobs

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/outbox"
)

// detail is the detail of "Backup Job State Change", as AWS's samples have it
// [eventbridge]: CREATED has no more than three members, sizes are strings, the
// status message stands in quotes of its own, and FAILED has no completion date.
type detail struct {
	BackupJobID       string   `json:"backupJobId"`
	BackupSizeInBytes string   `json:"backupSizeInBytes,omitempty"`
	BackupVaultArn    string   `json:"backupVaultArn,omitempty"`
	BackupVaultName   string   `json:"backupVaultName,omitempty"`
	BytesTransferred  string   `json:"bytesTransferred,omitempty"`
	CreationDate      string   `json:"creationDate"`
	IamRoleArn        string   `json:"iamRoleArn,omitempty"`
	ResourceArn       string   `json:"resourceArn,omitempty"`
	ResourceType      string   `json:"resourceType,omitempty"`
	State             string   `json:"state"`
	StatusMessage     string   `json:"statusMessage,omitempty"`
	CompletionDate    string   `json:"completionDate,omitempty"`
	StartBy           string   `json:"startBy,omitempty"`
	PercentDone       *float64 `json:"percentDone,omitempty"`
	CreatedBy         *creator `json:"createdBy,omitempty"`
}

type creator struct {
	BackupPlanID      string `json:"backupPlanId"`
	BackupPlanArn     string `json:"backupPlanArn"`
	BackupPlanVersion string `json:"backupPlanVersion"`
	BackupPlanRuleID  string `json:"backupPlanRuleId"`
}

func (s *Jobs) detail(j *job) json.RawMessage {
	shown := s.show(j)
	d := detail{BackupJobID: j.BackupJobID, CreationDate: eventTime(j.CreationDate.Time), State: j.State}
	if j.State != Created {
		d.BackupVaultArn, d.BackupVaultName, d.IamRoleArn = j.BackupVaultArn, j.BackupVaultName, j.IamRoleArn
		d.ResourceArn, d.ResourceType, d.StartBy = j.ResourceArn, j.ResourceType, eventTime(j.StartBy.Time)
		d.BytesTransferred = strconv.FormatInt(shown.BytesTransferred, 10)
		done, _ := strconv.ParseFloat(shown.PercentDone, 64) // show wrote it
		d.PercentDone = &done
		if by := j.CreatedBy; by != nil {
			d.CreatedBy = &creator{by.BackupPlanID, by.BackupPlanArn, by.BackupPlanVersion, by.BackupRuleID}
		}
	}
	if j.State == Running || j.State == Completed {
		d.BackupSizeInBytes = strconv.FormatInt(j.BackupSizeInBytes, 10)
	}
	if j.StatusMessage != "" {
		d.StatusMessage = strconv.Quote(j.StatusMessage)
	}
	if !j.CompletionDate.IsZero() && j.State != Failed {
		d.CompletionDate = eventTime(j.CompletionDate.Time)
	}
	text, _ := json.Marshal(d) // strings and numbers: cannot fail
	return text
}

func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// announce tells EventBridge the job's new state. The recovery point is named once
// there is one.
func (s *Jobs) announce(j *job) {
	named := []string{}
	if j.RecoveryPointArn != "" {
		named = append(named, j.RecoveryPointArn)
	}
	s.Outbox.Put(outbox.Event{Place: j.home, DetailType: "Backup Job State Change", Resources: named, Detail: s.detail(j)})
}
