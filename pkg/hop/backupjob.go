package hop

import "time"

// BackupJob is one backup job as AWS Backup lists it. Its states are those of copy jobs,
// and PENDING and ABORTING, which are in flight.
type BackupJob struct {
	ID        string
	State     State
	Created   time.Time
	Completed time.Time // zero while in flight
	Point     string    // recovery point ARN; empty before COMPLETED
	Vault     Vault
	Message   string // status message of a job that did not complete
	Class     Class  // of Message
}

// Failed is the backup job of a resource that failed.
func (j BackupJob) Failed(resource, resourceType string) FailedJob {
	return FailedJob{Kind: BackupJobKind, Class: j.Class, Message: j.Message, Resource: resource, ResourceType: resourceType, Destination: j.Vault}
}
