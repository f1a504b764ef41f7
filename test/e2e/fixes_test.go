package e2e

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/stage"
)

// aText is a text of every kind that has one.
var aText = map[diagnose.Kind]string{
	diagnose.CrossAccountOff: diagnose.SaysCrossAccountOff, diagnose.OtherOrganization: "Both source and destination account must be a member of the same organization.",
	diagnose.NoSingleAction: diagnose.SaysUnsupported, diagnose.UnderTDE: "The snapshot with the option TDE can't be shared.",
	diagnose.RDSCustom: "Copying is not supported for RDS Custom.", diagnose.NotSupported: "Unsupported resource type",
	diagnose.SourceKey: diagnose.SaysClosedKey, diagnose.DestinationKey: "Must specify new KMS key for cross region encrypted snapshot copy.", diagnose.EitherKey: diagnose.SaysDisabledKey,
	diagnose.UnderManagedKey: diagnose.SaysManagedKey, diagnose.UnderOwnedKey: "The snapshot is under an AWS owned key.", diagnose.VaultManagedKey: diagnose.SaysManagedVaultKey,
	diagnose.InvalidPrincipal: "MalformedPolicyDocumentException: invalid principals", diagnose.NotAdmitted: diagnose.SaysAccessDenied,
	diagnose.NoVault: "Backup vault x cannot be found", diagnose.OutsideLock: diagnose.SaysRetention, diagnose.JobRole: diagnose.SaysRoleLacks,
	diagnose.NotAssumable: "IAM Role x cannot be assumed by AWS Backup", diagnose.DeniedByOrganization: "with an explicit deny in a service control policy",
	diagnose.PassRole: "not authorized to perform: iam:PassRole", diagnose.Denied: "Access Denied", diagnose.NotSubscribed: "OptInRequired", diagnose.MissingOptions: diagnose.SaysOptionGroup,
	diagnose.TooManyCopies: diagnose.SaysSnapshotQuota, diagnose.TooManyJobs: "ConcurrentSnapshotLimitExceeded", diagnose.JobRunning: "there was a running job for the same resource",
	diagnose.ManualSnapshots: diagnose.SaysManualSnapshots, diagnose.SharedTooOften: "SharedSnapshotQuotaExceeded", diagnose.TooManyTags: "More than 50 tags specified",
	diagnose.KeyGrants: "LimitExceededException: grants", diagnose.UsedUp: "StorageQuotaExceeded", diagnose.Outage: "Rate exceeded", diagnose.ResourceState: "is not in the available state",
	diagnose.BackupWindow: "too close to the automated backup window", diagnose.JobExpired: "Backup job expired before completion.", diagnose.FatalError: "Copy job encountered a fatal error.",
	diagnose.SourceGone: "Cannot find recovery point.", diagnose.UnknownText: "odd",
}

// notByAText are the kinds that no text of a job has.
var notByAText = []diagnose.Kind{diagnose.NoTarget, diagnose.FailedRun, diagnose.NotAnEvent}

// notOffered are the commands that the local AWS has no service or action for: the AWS CLI
// has parsed them and sent the request, and what AWS answers is not known.
var notOffered = []string{
	"cloudformation create-change-set", "cloudformation execute-change-set", "iam attach-role-policy", "iam put-role-policy", "iam update-assume-role-policy",
	"organizations list-accounts", "organizations list-parents", "organizations list-policies-for-target", "rds describe-db-cluster-snapshots", "rds describe-db-cluster-snapshot-attributes",
	"rds describe-db-snapshot-attributes", "rds restore-db-cluster-from-snapshot", "resourcegroupstaggingapi tag-resources", "service-quotas get-service-quota",
	"service-quotas list-service-quotas --service-code backup", "service-quotas request-service-quota-increase",
}

// TestEveryCommandThatAdviceCanPrintRuns, as it is printed, with the AWS CLI against the local
// AWS: for every kind of failure, every job, and a job about which nothing but its text is
// known.
func TestEveryCommandThatAdviceCanPrintRuns(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	run := newPrinted(t, s)
	cluster, instance := s.databases("Aurora", 1)[0], s.databases("RDS", 1)[0]
	s.hopOne([]stage.Resource{cluster, instance})
	s.settle()
	e, err := estate.Load(run.file)
	require.NoError(t, err)
	known := map[diagnose.Kind]bool{}
	for kind, text := range aText {
		require.Equal(t, kind, diagnose.Text(text).Kind, text)
		known[kind] = true
	}
	for _, kind := range notByAText {
		known[kind] = true
	}
	assert.ElementsMatch(t, kindsOf(t), slices.Collect(maps.Keys(known)), "every kind has a text here")
	ran := map[string]bool{}
	for _, f := range failures(s, cluster, instance) {
		advice := (&fix.Adviser{Estate: e, File: "my.yaml"}).Of(t.Context(), f)
		assert.NotContains(t, advice.Fix, "aws ", "a command in words does not run: %+v", f)
		if text := advice.String(); !ran[text] {
			ran[text] = true
			run.advice(fmt.Sprintf("%s %s %s", f.Kind, f.Class, f.Message), advice)
		}
	}
	_, deletion, _ := strings.Cut(hop.DeletionAdvice("", s.Final), "deploy first): ")
	run.play("expired recovery points", stage.Backup, deletion)
	assert.Greater(t, run.commands, 60)
	for _, command := range notOffered {
		assert.True(t, run.parsed[command], "%s is printed nowhere, or the local AWS offers it", command)
	}
}

// failures are jobs of every kind with every text, and every class without one.
func failures(s *set, r, instance stage.Resource) []hop.FailedJob {
	point := func(v hop.Vault, r stage.Resource) string { return s.In(v, r)[0].RecoveryPointArn }
	local, middle := point(s.Local, r), point(s.Intermediate, r)
	jobs := []hop.FailedJob{
		{Kind: hop.BackupJobKind, Resource: r.ARN, ResourceType: r.Type, Destination: s.Local},
		{Kind: hop.FirstHop, Rejected: true, Resource: r.ARN, ResourceType: r.Type, Point: local, Source: s.Local, Destination: s.Intermediate},
		{Kind: hop.FirstHop, Rejected: true, Resource: r.ARN, ResourceType: r.Type, Point: local, KeyARN: r.KeyARN, Source: s.Local, Destination: s.Final},
		{Kind: hop.FirstHop, Resource: instance.ARN, ResourceType: "RDS", Point: point(s.Local, instance), KeyARN: instance.KeyARN, Source: s.Local, Destination: s.Intermediate},
		{Kind: hop.SecondHop, Rejected: true, Resource: r.ARN, ResourceType: r.Type, Point: middle, Source: s.Intermediate, Destination: s.Final},
		{Kind: hop.SecondHop, Resource: r.ARN, ResourceType: "RDS", Point: middle, KeyARN: s.keyOf(s.Intermediate), Source: s.Intermediate, Destination: s.Final},
		{Kind: hop.CopyBack, Resource: r.ARN, ResourceType: r.Type, Point: middle, Source: s.Intermediate, Destination: s.Local},
		{},
	}
	var all []hop.FailedJob
	for _, job := range jobs {
		for _, kind := range slices.Sorted(maps.Keys(aText)) {
			job.Message = aText[kind]
			job.Class = diagnose.Text(job.Message).Class
			all = append(all, job)
		}
		for _, class := range hop.Classes {
			job.Message, job.Class = "words of twohop", class
			all = append(all, job)
		}
	}
	return all
}

// kindsOf are all kinds that package diagnose defines.
func kindsOf(t *testing.T) []diagnose.Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../pkg/diagnose/kinds.go", nil, 0)
	require.NoError(t, err)
	var kinds []diagnose.Kind
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			assert.NoError(t, err)
			kinds = append(kinds, diagnose.Kind(kind))
		}
		return true
	})
	return kinds
}

// TestARecoveryPointUnderAManagedKeyIsCopiedByThePrintedProcedure: one whose first hop fails,
// since no other account may use aws/rds, arrives in the final vault after the commands that
// explain prints for it.
func TestARecoveryPointUnderAManagedKeyIsCopiedByThePrintedProcedure(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	run := newPrinted(t, s)
	e, err := estate.Load(run.file)
	require.NoError(t, err)
	managed, err := s.Add(stage.Resource{Name: "managed", Type: "RDS", Bytes: 10 << 30, Managed: true})
	require.NoError(t, err)
	s.hopOne([]stage.Resource{managed})
	s.settle()
	require.Empty(t, s.In(s.Final, managed))
	jobs := s.World.Backup.CopyJobs(stage.Member, stage.Primary)
	require.Len(t, jobs, 1)
	require.Equal(t, diagnose.UnderManagedKey, diagnose.Text(jobs[0].StatusMessage).Kind)

	adviser := &fix.Adviser{Estate: e, File: "my.yaml"}
	run.advice("aws/rds", adviser.Of(t.Context(), hop.FailedJob{
		Kind: hop.FirstHop, Class: hop.ClassKey, Message: jobs[0].StatusMessage, Rejected: true, Resource: managed.ARN, ResourceType: "RDS",
		Point: jobs[0].SourceRecoveryPointArn, Source: s.Local, Destination: s.Intermediate,
	}))
	s.settle()
	final := s.In(s.Final, managed)
	require.Len(t, final, 1)
	assert.Equal(t, s.keyOf(s.Final), final[0].EncryptionKeyArn)
}
