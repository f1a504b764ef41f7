package hop_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

// TestNames: metrics, log lines, attributes of dead-letter messages, JSON output and AWS's
// own answers carry these names, and what reads them is not rebuilt with this package.
func TestNames(t *testing.T) {
	assert.Equal(t, []hop.Class{
		"Key", "VaultPolicy", "Retention", "Organization", "OptIn", "Role", "OptionGroup", "Unsupported", "Quota",
		"Limit", "Transient", "Unknown", "Malformed", "Gone", "Wrong", "Underprotected", "Untold",
	}, []hop.Class{
		hop.ClassKey, hop.ClassVaultPolicy, hop.ClassRetention, hop.ClassOrganization, hop.ClassOptIn, hop.ClassRole, hop.ClassOptionGroup,
		hop.ClassUnsupported, hop.ClassQuota, hop.ClassLimit, hop.ClassTransient, hop.ClassUnknown, hop.ClassMalformed, hop.ClassGone,
		hop.ClassWrong, hop.ClassUnderprotected, hop.ClassUntold,
	})
	assert.Equal(t, []hop.Verdict{"start", "wait", "skip", "reject", "split", "again"},
		[]hop.Verdict{hop.Start, hop.Wait, hop.Skip, hop.Reject, hop.Split, hop.Again})
	assert.Equal(t, []hop.Reason{
		"due", "fan_out", "pool_full", "ceiling", "backoff", "not_yet", "stale", "throttled", "strange", "trim",
		"copied", "in_flight", "expired", "unrouted", "other", "own_copy", "told", "foreign",
		"attempts", "permanent", "malformed", "gone", "untold", "unusable", "hop_1", "wait_limit", "error",
		"verified", "underprotected", "wrong", "retry", "vanished",
	}, []hop.Reason{
		hop.ReasonDue, hop.ReasonFanOut, hop.ReasonPoolFull, hop.ReasonCeiling, hop.ReasonBackoff, hop.ReasonNotYet, hop.ReasonStale,
		hop.ReasonThrottled, hop.ReasonStrange, hop.ReasonTrim,
		hop.ReasonCopied, hop.ReasonInFlight, hop.ReasonExpired, hop.ReasonUnrouted, hop.ReasonOther, hop.ReasonOwnCopy, hop.ReasonTold, hop.ReasonForeign,
		hop.ReasonAttempts, hop.ReasonPermanent, hop.ReasonMalformed, hop.ReasonGone, hop.ReasonUntold, hop.ReasonUnusable, hop.ReasonHopOne,
		hop.ReasonWaitLimit, hop.ReasonError,
		hop.ReasonVerified, hop.ReasonUnderprotected, hop.ReasonWrong, hop.ReasonRetry, hop.ReasonVanished,
	})
	assert.Equal(t, []hop.Standing{"absent", "flying", "stuck", "copied", "failing", "rejected", "untold"},
		[]hop.Standing{hop.Absent, hop.Flying, hop.Stuck, hop.Copied, hop.Failing, hop.Rejected, hop.Untold})
	assert.Equal(t, []hop.BackVerdict{"done", "underway", "due", "full", "failed", "lost"},
		[]hop.BackVerdict{hop.BackDone, hop.BackUnderway, hop.BackDue, hop.BackFull, hop.BackFailed, hop.BackLost})
}

func TestNamesOfAWSBackup(t *testing.T) {
	assert.Equal(t, []hop.State{"CREATED", "RUNNING", "COMPLETED", "FAILED", "PARTIAL", "ABORTED", "EXPIRED"},
		[]hop.State{hop.Created, hop.Running, hop.Completed, hop.Failed, hop.Partial, hop.Aborted, hop.Expired})
	assert.Equal(t, []hop.PointStatus{"COMPLETED", "AVAILABLE", "CREATING", "PARTIAL", "STOPPED", "DELETING", "EXPIRED"},
		[]hop.PointStatus{hop.PointCompleted, hop.PointAvailable, hop.PointCreating, hop.PointPartial, hop.PointStopped, hop.PointDeleting, hop.PointExpired})
	assert.Equal(t, []hop.KeyType{"", "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY"},
		[]hop.KeyType{hop.UnknownKeyType, hop.CustomerManagedKey, hop.AWSOwnedKey})
}
