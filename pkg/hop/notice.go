package hop

// Notice is what one message says. It is a hint, never believed: AWS Backup must
// describe the recovery point that it names in a route's source vault, and role and
// retention come from the route. Exactly one field is set.
type Notice struct {
	CopyJob *CopyJobEvent
	Request *Request
	// Foreign is the detail-type of an event that is not ours to handle.
	Foreign string
}

// About is the recovery point that the notice is about, or "", and the hop: 1 for
// a first hop that has not completed, else 2.
func (n Notice) About() (point string, hop int) {
	switch {
	case n.Request != nil:
		return n.Request.Point, 2
	case n.CopyJob == nil:
		return "", 2
	case n.CopyJob.Copy == "":
		return n.CopyJob.Source, 1
	default:
		return n.CopyJob.Copy, 2
	}
}

// CopyJobEvent is a "Copy Job State Change" event of AWS Backup.
type CopyJobEvent struct {
	State        State
	JobID        string // absent in CREATED
	Source       string // recovery point ARN in the source vault
	SourceVault  Vault
	Destination  Vault
	Copy         string // recovery point ARN in the destination vault; only in COMPLETED
	ResourceARN  string // absent in CREATED
	ResourceType string // absent in CREATED
	Message      string // status message; only in states other than COMPLETED
	Class        Class  // of Message
	Bytes        int64  // size of the backup; 0: not said
}

// Request asks for the second hop of one recovery point. twohop sends these to
// itself: one per destination of a route, and again to look later.
type Request struct {
	Point       string // recovery point ARN in the source vault
	Source      Vault
	Destination Vault // zero: every destination of the route
	// ResourceType saves a description while its pool is full. It decides
	// nothing else, and may be empty.
	ResourceType string
	// Bytes is the size of the backup; 0: not known. It only shapes how soon the copy looks
	// for room again.
	Bytes int64
	// Copy is the copy that who asks for its outcome has found in the destination
	// vault: where AWS Backup no longer lists its job, nothing else tells of it.
	Copy string
}

// Triage turns a notice into the requests it gives rise to, one per destination,
// or into the decision that settles it at once (Skip or Reject).
func Triage(n Notice, routes Routes) ([]Request, Decision) {
	switch {
	case n.Request != nil:
		return triageRequest(*n.Request, routes)
	case n.CopyJob != nil:
		return triageCopyJob(*n.CopyJob, routes)
	default:
		return nil, skip(ReasonForeign, "detail-type %q is not one that twohop handles", n.Foreign)
	}
}

func triageCopyJob(e CopyJobEvent, routes Routes) ([]Request, Decision) {
	switch {
	case !routes.From(e.Destination.ARN):
		return nil, skip(ReasonOther, "the copy went to %s, where no route starts", e.Destination)
	case e.SourceVault.Account == e.Destination.Account:
		// Guard against loops: a restore on its way back also lands here. The
		// event's top-level account is no guide, it may be either side's.
		return nil, skip(ReasonOwnCopy, "the copy came from %s, the backup account's own vault", e.SourceVault)
	case e.State.InFlight():
		return nil, skip(ReasonNotYet, "hop 1 is %s", e.State)
	case e.State.Unsuccessful():
		return nil, reject(ReasonHopOne, e.Class, "hop 1 ended %s: %s", e.State, e.Message)
	case e.State != Completed:
		return nil, reject(ReasonMalformed, ClassMalformed, "unknown copy job state %q", e.State)
	case e.Copy == "":
		return nil, reject(ReasonMalformed, ClassMalformed,
			"a COMPLETED copy job event names no destinationRecoveryPointArn")
	}
	return triageRequest(Request{Point: e.Copy, Source: e.Destination, ResourceType: e.ResourceType, Bytes: e.Bytes}, routes)
}

func triageRequest(r Request, routes Routes) ([]Request, Decision) {
	if r.Point == "" {
		return nil, nameless
	}
	if !routes.From(r.Source.ARN) {
		return nil, skip(ReasonOther, "no route starts at %s", r.Source)
	}
	route, ok := routes.For(r.Source.ARN, r.ResourceType)
	if r.Destination.ARN != "" || !ok {
		// The type is a hint only, and may be empty: the description decides.
		return []Request{r}, Decision{}
	}
	return route.Split(r), Decision{}
}

// nameless is the decision for a message without a recovery point: a list by an empty name
// would be one of everything.
var nameless = reject(ReasonMalformed, ClassMalformed, "the message names no recovery point; an event has the ARN of its source recovery point, and nothing else, in resources")

// Split makes one request per destination of the route.
func (r Route) Split(request Request) []Request {
	requests := make([]Request, 0, len(r.Destinations))
	for _, destination := range r.Destinations {
		request.Destination = destination.Vault
		requests = append(requests, request)
	}
	return requests
}
