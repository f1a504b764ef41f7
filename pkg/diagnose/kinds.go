package diagnose

// Kind is one cause of failures, with one fix. Several texts may be of one kind.
type Kind string

// Every kind, by class.
const (
	CrossAccountOff   Kind = "cross-account off"
	OtherOrganization Kind = "other organization"

	NoSingleAction Kind = "no single action"
	UnderTDE       Kind = "TDE"
	RDSCustom      Kind = "RDS Custom"
	NotSupported   Kind = "not supported"

	SourceKey        Kind = "source key"
	DestinationKey   Kind = "destination key"
	EitherKey        Kind = "either key"
	UnderManagedKey  Kind = "under an AWS managed key"
	UnderOwnedKey    Kind = "under an AWS owned key"
	VaultManagedKey  Kind = "vault under aws/backup"
	InvalidPrincipal Kind = "invalid principal"

	NotAdmitted Kind = "not admitted"
	NoVault     Kind = "no vault"
	OutsideLock Kind = "outside the lock"

	JobRole              Kind = "job role"
	NotAssumable         Kind = "role not assumable"
	DeniedByOrganization Kind = "denied by the organization"
	PassRole             Kind = "iam:PassRole"
	Denied               Kind = "denied"

	NotSubscribed  Kind = "not subscribed"
	MissingOptions Kind = "missing options"

	TooManyCopies Kind = "too many copies"
	TooManyJobs   Kind = "too many jobs"
	JobRunning    Kind = "job running"

	ManualSnapshots Kind = "manual snapshots"
	SharedTooOften  Kind = "shared too often"
	TooManyTags     Kind = "too many tags"
	KeyGrants       Kind = "key grants"
	UsedUp          Kind = "quota used up"

	Outage        Kind = "outage"
	ResourceState Kind = "resource state"
	BackupWindow  Kind = "backup window"
	JobExpired    Kind = "job expired"
	FatalError    Kind = "fatal error"

	SourceGone Kind = "source gone"

	NoTarget   Kind = "no target"    // of a rule or schedule
	FailedRun  Kind = "failed run"   // of a function
	NotAnEvent Kind = "not an event" // a message that cannot be read

	UnknownText Kind = "unknown text"
)
