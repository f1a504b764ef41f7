package diagnose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// knownText is a kind of failure text: a text that has all of the parts, in any case and
// any order, is of the kind.
type knownText struct {
	parts []string
	class hop.Class
	names string // what its cause or its advice must name, and that of no other kind of its class does
}

const options = "The snapshot requires a target option group with the following options"

// What the cause or the advice of some kinds names.
const (
	ofTDE      = "Transparent Data Encryption (TDE)"
	ofCopies   = "as many copies are in progress"
	ofManual   = "L-272F1212"
	ofGrants   = "L-D594A657"
	ofVault    = "L-514878B6"
	ofAnyLimit = "the quota that the code names"
	ofOutage   = "AWS was throttling or failing"
	ofManaged  = "(aws/rds, aws/ebs)"
)

// knownTexts are all kinds. A text of several kinds is of the first one.
var knownTexts = []knownText{
	{[]string{"Cross-account copy feature is not enabled for the current organization"}, hop.ClassOrganization, "isCrossAccountBackupEnabled=true"},
	{[]string{"Both source and destination account must be a member of the same organization"}, hop.ClassOrganization, "are not in one organization"},
	{[]string{"cannot be initiated for", "Feature is not supported for provided resource type"}, hop.ClassUnsupported, "tag it backup=cross-region-special"},
	{[]string{"encrypted with the default Backup service managed key"}, hop.ClassKey, "aws/backup"},
	{[]string{"source snapshot KMS key", "does not exist, is not enabled or you do not have permissions to access it"}, hop.ClassKey, "(kms:CreateGrant missing)"},
	{[]string{"Given key ID is not accessible"}, hop.ClassKey, "the volume's key"},
	{[]string{"KMS key is either disabled or pending deletion or access to KMS key is denied"}, hop.ClassKey, "enable the source key"},
	{[]string{"Snapshots encrypted with the AWS managed key", "be shared"}, hop.ClassKey, ofManaged},
	{[]string{"Encrypted snapshots with Amazon EBS default key cannot be shared"}, hop.ClassKey, ofManaged},
	{[]string{"MalformedPolicyDocument", "invalid principals"}, hop.ClassKey, "create the role first"},
	{[]string{"Access Denied trying to call AWS Backup service"}, hop.ClassVaultPolicy, "backup:CopyIntoBackupVault"},
	{[]string{"The retention specified in the job is not within the range specified for the target Backup Vault"}, hop.ClassRetention, "lock.minDays"},
	{[]string{"does not have sufficient permissions to execute the backup"}, hop.ClassRole, "AWSBackupServiceRolePolicyForS3Backup"},
	{[]string{options, " TDE"}, hop.ClassUnsupported, ofTDE},
	{[]string{options, ",TDE"}, hop.ClassUnsupported, ofTDE},
	{[]string{options, "TRANSPARENT_DATA_ENCRYPTION"}, hop.ClassUnsupported, ofTDE},
	{[]string{options, "Transparent Data Encryption"}, hop.ClassUnsupported, ofTDE},
	{[]string{"share", " TDE"}, hop.ClassUnsupported, ofTDE},
	{[]string{"share", "TRANSPARENT_DATA_ENCRYPTION"}, hop.ClassUnsupported, ofTDE},
	{[]string{"share", "Transparent Data Encryption"}, hop.ClassUnsupported, ofTDE},
	{[]string{"RDS Custom", "not supported"}, hop.ClassUnsupported, "the database is RDS Custom"},
	{[]string{options}, hop.ClassOptionGroup, "persistent options"},
	{[]string{"RequestLimitExceeded"}, hop.ClassTransient, ofOutage},
	{[]string{"copy more than", "snapshots across Regions"}, hop.ClassLimit, ofCopies},
	{[]string{"copies", "in progress"}, hop.ClassLimit, ofCopies},
	{[]string{"concurrent", "copies"}, hop.ClassLimit, ofCopies},
	{[]string{"concurrent", "copy jobs"}, hop.ClassLimit, ofCopies},
	{[]string{"in-progress snapshots"}, hop.ClassLimit, ofCopies},
	{[]string{"ConcurrentSnapshotLimitExceeded"}, hop.ClassLimit, ofCopies},
	{[]string{"running job for the same resource"}, hop.ClassLimit, "one at a time"},
	{[]string{"create more than", "manual", "snapshot"}, hop.ClassQuota, ofManual},
	{[]string{"maximum number of", "snapshots"}, hop.ClassQuota, ofManual},
	{[]string{"SharedSnapshotQuotaExceeded"}, hop.ClassQuota, "shared with as many accounts"},
	{[]string{"accounts that you can share a manual DB snapshot with"}, hop.ClassQuota, "shared with as many accounts"},
	{[]string{"StorageQuotaExceeded"}, hop.ClassQuota, "L-7ADDB58A"},
	{[]string{"SnapshotLimitExceeded"}, hop.ClassQuota, "L-309BACF6"},
	{[]string{"LimitExceeded", "grant"}, hop.ClassQuota, ofGrants},
	{[]string{"grants", "quota"}, hop.ClassQuota, ofGrants},
	{[]string{"grants", "limit"}, hop.ClassQuota, ofGrants},
	{[]string{"grants", "exceed"}, hop.ClassQuota, ofGrants},
	{[]string{"grants", "reached"}, hop.ClassQuota, ofGrants},
	{[]string{"recovery points", "vault", "quota"}, hop.ClassQuota, ofVault},
	{[]string{"recovery points", "vault", "limit"}, hop.ClassQuota, ofVault},
	{[]string{"recovery points", "vault", "exceed"}, hop.ClassQuota, ofVault},
	{[]string{"recovery points", "vault", "maximum"}, hop.ClassQuota, ofVault},
	{[]string{"SnapshotQuotaExceeded"}, hop.ClassLimit, ofCopies},
	{[]string{"LimitExceededException"}, hop.ClassLimit, ofCopies},
	{[]string{"LimitExceeded"}, hop.ClassQuota, ofAnyLimit},
	{[]string{"QuotaExceeded"}, hop.ClassQuota, ofAnyLimit},
	{[]string{"Rate exceeded"}, hop.ClassTransient, ofOutage},
	{[]string{"Throttling"}, hop.ClassTransient, ofOutage},
	{[]string{"ServiceUnavailable"}, hop.ClassTransient, ofOutage},
	{[]string{"InternalFailure"}, hop.ClassTransient, ofOutage},
}

// kindOf is the kind of a text, after the table.
func kindOf(text string) knownText {
	text = strings.ToLower(text)
	for _, known := range knownTexts {
		if !slices.ContainsFunc(known.parts, func(part string) bool { return !strings.Contains(text, strings.ToLower(part)) }) {
			return known
		}
	}
	return knownText{class: hop.ClassUnknown, names: "this text is not known"}
}

// requireKind holds that a text is diagnosed as of its kind, and of no other.
func requireKind(t require.TestingT, text string) diagnose.Diagnosis {
	found, want := diagnose.Text(text), kindOf(text)
	require.Equal(t, want.class, found.Class, text)
	require.Contains(t, found.Cause+" "+found.Advice, want.names, text)
	return found
}

func TestATextIsKnownByAllOfItsPartsTogether(t *testing.T) {
	for i, known := range knownTexts {
		whole := strings.Join(known.parts, " ... ")
		require.Equal(t, knownTexts[i], kindOf(whole), "no earlier kind takes this one's texts: %s", whole)
		found := requireKind(t, "Copy job failed. "+whole+".")
		requireKind(t, strings.ToUpper(whole))
		for left := range known.parts {
			rest := slices.Delete(slices.Clone(known.parts), left, left+1)
			near := requireKind(t, "Copy job failed. "+strings.Join(rest, " ... ")+".")
			assert.NotEqual(t, found, near, "%q without %q", whole, known.parts[left])
		}
	}
}

// Texts are put together of parts of several kinds, whole ones and cut ones.
func TestATextIsOfTheFirstKindWhosePartsItHas(t *testing.T) {
	var parts []string
	for _, known := range knownTexts {
		parts = append(parts, known.parts...)
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	piece := rapid.Custom(func(t *rapid.T) string {
		part := rapid.SampledFrom(parts).Draw(t, "part")
		if rapid.Bool().Draw(t, "cut") {
			part = part[:rapid.IntRange(0, len(part)-1).Draw(t, "at")]
		}
		return part
	})
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(piece, 0, 5).Draw(t, "pieces")
		requireKind(t, strings.Join(pieces, rapid.SampledFrom([]string{"", " ", ", ", "\n"}).Draw(t, "between")))
	})
}
