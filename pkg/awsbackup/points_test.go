package awsbackup_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

// DeleteAt is not there where a recovery point is kept for ever.
func TestALifecycleWithoutAnEndHasNone(t *testing.T) {
	for name, c := range map[string]wireCall{"Point": wireCalls["Point"], "Held": wireCalls["Held"]} {
		got, err := c.call(t.Context(), accountOf(t, answering(fmt.Sprintf(c.answer, c.least+`,"CalculatedLifecycle":{}`))))
		require.NoError(t, err, name)
		assert.Equal(t, c.want[0], got, name)
	}
}

func TestAnARNOfNoVaultIsKept(t *testing.T) {
	a := accountOf(t, answering(`{"RecoveryPoints":[{`+wholePoint+`,"SourceBackupVaultArn":"odd"}]}`))
	for range 2 { // the second one is remembered
		found, err := a.Held(t.Context(), final, arnOfResource)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, hop.Vault{ARN: "odd"}, found[0].SourceVault)
	}
}

// pages answers a list page by page: each text is what the members are put around.
func pages(of ...string) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		n++
		if n < len(of) {
			fmt.Fprintf(w, `{"NextToken":"%d","RecoveryPoints":[%s]}`, n, of[n-1])
			return
		}
		fmt.Fprintf(w, `{"RecoveryPoints":[%s]}`, of[len(of)-1])
	}
}

func TestAVisitThatFailsEndsTheList(t *testing.T) {
	full := errors.New("full")
	visits := 0
	err := accountOf(t, pages("{"+wholePoint+"}", "{"+wholePoint+"}")).Made(t.Context(), final, after, before, func([]hop.RecoveryPoint) error {
		visits++
		return full
	})
	require.ErrorIs(t, err, full)
	assert.Equal(t, 1, visits)
}

func TestPagesAreVisitedOneByOne(t *testing.T) {
	var sizes []int
	two := "{" + wholePoint + "},{" + wholePoint + "}"
	require.NoError(t, accountOf(t, pages(two, "", "{"+wholePoint+"}")).Made(t.Context(), final, after, before, func(page []hop.RecoveryPoint) error {
		sizes = append(sizes, len(page))
		return nil
	}))
	assert.Equal(t, []int{2, 0, 1}, sizes)
}

func TestAnEmptyPageIsNotTheLastOne(t *testing.T) {
	for want, answers := range map[bool][]string{true: {"", "", "{" + wholePoint + "}"}, false: {"", "", ""}} {
		found, err := accountOf(t, pages(answers...)).Older(t.Context(), final, before)
		require.NoError(t, err)
		assert.Equal(t, want, found)
	}
}

// An answer that is not whole names everything that it lacks.
func TestEveryMissingMemberIsNamed(t *testing.T) {
	_, err := accountOf(t, answering(`{"CopyJob":{"CopyJobId":"j"}}`)).Job(t.Context(), "j")
	requireFailure(t, hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer",
		Message: "DescribeCopyJob answered without State, CreationDate, SourceRecoveryPointArn, DestinationBackupVaultArn"}, err)
	_, err = accountOf(t, answering(`{"CopyJob":null}`)).Job(t.Context(), "j")
	requireFailure(t, hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer", Message: "DescribeCopyJob answered without CopyJob"}, err)
}

// An answer, or an entry of it, that has no member at all.
func TestAnAnswerWithoutMembersNamesItsOperation(t *testing.T) {
	operations := map[string]string{
		"Point": "DescribeRecoveryPoint", "Start": "StartCopyJob", "Job": "DescribeCopyJob", "Key": "DescribeBackupVault", "Keep": "UpdateRecoveryPointLifecycle",
		"Held": "ListRecoveryPointsByBackupVault", "PointsOf": "ListRecoveryPointsByBackupVault", "Made": "ListRecoveryPointsByBackupVault", "Older": "ListRecoveryPointsByBackupVault",
		"Resources": "ListProtectedResourcesByBackupVault", "Protected": "ListProtectedResources", "BackupsOf": "ListBackupJobs",
	}
	for name, c := range wireCalls {
		if name == "Size" { // the one call that needs no member
			continue
		}
		got, err := c.call(t.Context(), accountOf(t, answering(fmt.Sprintf(c.answer, ""))))
		operation := cmp.Or(operations[name], "ListCopyJobs")
		var failure *hop.Failure
		require.ErrorAs(t, err, &failure, name)
		assert.True(t, strings.HasPrefix(failure.Message, operation+" answered without "), "%s: %s", name, failure.Message)
		for _, text := range c.names {
			if text != arnOfResource { // of a list that goes on
				require.ErrorContains(t, err, text, name)
			}
		}
		assert.Empty(t, got, name)
	}
}

func TestAnEmptyNameIsNamed(t *testing.T) {
	a := accountOf(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	ctx := t.Context()
	errs := map[string]error{}
	_, errs["list copy jobs: BySourceRecoveryPointArn"] = a.From(ctx, "")
	_, errs["list copy jobs: ByDestinationVaultArn"] = a.Into(ctx, "eu-north-1", hop.Vault{})
	_, errs["list copy jobs: ByResourceArn"] = a.CopiesOf(ctx, "")
	_, errs["list backup jobs: ByResourceArn"] = a.BackupsOf(ctx, "")
	_, errs["resource : list recovery points: ByResourceArn"] = a.Held(ctx, final, "")
	_, errs["list recovery points: BackupVaultName"] = a.Older(ctx, hop.Vault{}, before)
	_, errs["list resources: BackupVaultName"] = a.Resources(ctx, hop.Vault{})
	_, errs["describe vault: BackupVaultName"] = a.Key(ctx, hop.Vault{})
	_, errs["describe recovery point: RecoveryPointArn"] = a.Point(ctx, final, "")
	size, err := a.Size(ctx, hop.Vault{}, arnOfPoint)
	assert.Zero(t, size)
	errs["describe recovery point: BackupVaultName"] = err
	errs["shorten the retention: RecoveryPointArn"] = a.Keep(ctx, final, "", 1)
	for text, err := range errs {
		assert.EqualError(t, err, text+" is empty, and AWS would answer about everything")
	}
}

// A job that begins to run between the two lists is in both of them.
func TestAJobOfBothListsIsInFlightOnce(t *testing.T) {
	job := func(id string) string {
		return fmt.Sprintf(`{"CopyJobs":[{%s},{%s}]}`, jobCalled(id), jobCalled("both"))
	}
	a := accountOf(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, job(r.URL.Query().Get("state"))) })
	found, err := a.InFlight(t.Context())
	require.NoError(t, err)
	var ids []string
	for _, j := range found {
		ids = append(ids, j.ID)
	}
	assert.Equal(t, []string{"CREATED", "both", "RUNNING"}, ids)
}

func jobCalled(id string) string {
	return fmt.Sprintf(`"CopyJobId":%q,"State":"RUNNING","CreationDate":1793500000,"SourceRecoveryPointArn":%q,"DestinationBackupVaultArn":%q`, id, arnOfPoint, arnOfFinal)
}
