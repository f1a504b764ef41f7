package restores

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/outbox"
)

// detail is the detail of "Restore Job State Change" [eventbridge].
type detail struct {
	RestoreJobID       string `json:"restoreJobId"`
	BackupSizeInBytes  string `json:"backupSizeInBytes"`
	CreationDate       string `json:"creationDate"`
	IamRoleArn         string `json:"iamRoleArn"`
	ResourceType       string `json:"resourceType"`
	SourceResourceArn  string `json:"sourceResourceArn"`
	Status             string `json:"status"`
	StatusMessage      string `json:"statusMessage,omitempty"`
	CreatedResourceArn string `json:"createdResourceArn,omitempty"`
	CompletionDate     string `json:"completionDate,omitempty"`
}

// announce tells EventBridge the job's new state. s.mu is held.
func (s *Jobs) announce(j *job) {
	d := detail{
		RestoreJobID: j.RestoreJobID, BackupSizeInBytes: strconv.FormatInt(j.BackupSizeInBytes, 10), CreationDate: eventTime(j.CreationDate.Time),
		IamRoleArn: j.IamRoleArn, ResourceType: j.ResourceType, SourceResourceArn: j.SourceResourceArn, Status: j.Status,
		StatusMessage: j.StatusMessage, CreatedResourceArn: j.CreatedResourceArn,
	}
	if !j.CompletionDate.IsZero() {
		d.CompletionDate = eventTime(j.CompletionDate.Time)
	}
	text, _ := json.Marshal(d) // strings: cannot fail
	s.Outbox.Put(outbox.Event{Place: j.home, DetailType: "Restore Job State Change", Resources: []string{j.RecoveryPointArn}, Detail: text})
}

func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
