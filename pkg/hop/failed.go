package hop

// JobKind is which job of a recovery point's life failed.
type JobKind string

// Every kind; the empty kind is a job of which nothing is known but its text.
const (
	BackupJobKind JobKind = "backup"    // in the member account, by the plan
	FirstHop      JobKind = "hop 1"     // to a vault of the backup account, by the plan
	SecondHop     JobKind = "hop 2"     // to a final vault, by twohop
	CopyBack      JobKind = "copy-back" // to a member, for a restore
)

// FailedJob is a job that failed, with everything that the advice about it depends on. What
// is not known is empty.
type FailedJob struct {
	Kind    JobKind
	Class   Class
	Message string // AWS's words, or a sentence with them
	// Rejected reports that twohop no longer retries the copy: its message is in a
	// dead-letter queue.
	Rejected bool

	Resource, ResourceType string // Resource is an ARN
	Point                  string // recovery point ARN in the source vault
	KeyARN                 string // of the recovery point in the source vault
	Source, Destination    Vault
}

// Failed is a copy job that failed.
func (j CopyJob) Failed(kind JobKind) FailedJob {
	return FailedJob{Kind: kind, Class: j.Class, Message: j.Message, Resource: j.ResourceARN, ResourceType: j.ResourceType,
		Point: j.Source, Destination: j.Destination}
}

// Failed is the first hop that an event reports.
func (e CopyJobEvent) Failed(kind JobKind) FailedJob {
	return FailedJob{Kind: kind, Class: e.Class, Message: e.Message, Resource: e.ResourceARN, ResourceType: e.ResourceType,
		Point: e.Source, Source: e.SourceVault, Destination: e.Destination}
}

// Failed is the job behind a decision to reject a message: a first hop that an event
// reports, or a second hop, which a request or an event asks for.
func (d Decision) Failed(n Notice, r Request) FailedJob {
	f := FailedJob{Kind: SecondHop, ResourceType: r.ResourceType, Point: r.Point, Source: r.Source, Destination: r.Destination}
	switch {
	case d.Reason == ReasonHopOne && n.CopyJob != nil:
		f = n.CopyJob.Failed(FirstHop)
	case r.Point == "" && n.Request != nil:
		f.ResourceType, f.Point, f.Source, f.Destination = n.Request.ResourceType, n.Request.Point, n.Request.Source, n.Request.Destination
	}
	f.Class, f.Message, f.Rejected = d.Class, d.Detail, true
	return f
}

// Failed is the copy of a leg whose job failed.
func (l Leg) Failed(kind JobKind) FailedJob {
	f := l.Job.Failed(kind)
	f.Resource, f.ResourceType, f.Point, f.KeyARN = l.Point.ResourceARN, l.Point.ResourceType, l.Point.ARN, l.Point.KeyARN
	f.Source, f.Destination, f.Rejected = l.Request.Source, l.Request.Destination, l.Standing == Rejected
	return f
}

// UnderprotectedCopy is a copy in a vault that is not under the key of the vault, which
// detail says in words.
func UnderprotectedCopy(resource string, vault Vault, detail string) FailedJob {
	return FailedJob{Kind: SecondHop, Class: ClassUnderprotected, Message: detail, Resource: resource, Destination: vault}
}
