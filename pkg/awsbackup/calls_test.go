package awsbackup_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

const (
	arnOfCopy  = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-2"
	arnOfLocal = "arn:aws:backup:eu-central-1:111111111111:backup-vault:local"
	arnOfKey   = "arn:aws:kms:eu-central-1:222222222222:key/intermediate"
	arnOfRole  = "arn:aws:iam::222222222222:role/twohop-copy"
)

// What AWS adds to the members that every answer has.
const (
	morePoint = `,"CompletionDate":1793503600,"CalculatedLifecycle":{"DeleteAt":1793586400},"SourceBackupVaultArn":"` + arnOfLocal +
		`","EncryptionKeyArn":"` + arnOfKey + `","EncryptionKeyType":"CUSTOMER_MANAGED_KMS_KEY","IamRoleArn":"` + arnOfRole + `"`
	moreJob = `,"CompletionDate":1793503600,"DestinationRecoveryPointArn":"` + arnOfCopy + `","ResourceArn":"` + arnOfResource +
		`","ResourceType":"RDS","StatusMessage":"Given key ID is not accessible"`
	wholeBackupJob = `"BackupJobId":"b","State":"COMPLETED","CreationDate":1793500000`
	moreBackupJob  = `,"CompletionDate":1793503600,"RecoveryPointArn":"` + arnOfPoint + `","BackupVaultArn":"` + arnOfLocal +
		`","StatusMessage":"Given key ID is not accessible"`
	moreOne = `,"LastRecoveryPointArn":"` + arnOfPoint + `","LastBackupVaultArn":"` + arnOfLocal + `"`
)

var (
	created = time.Unix(1793500000, 0).UTC()
	after   = time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)
	before  = after.Add(time.Hour)
	local   = hop.Vault{ARN: arnOfLocal, Region: "eu-central-1", Account: "111111111111", Name: "local"}
	final   = hop.Vault{ARN: arnOfFinal, Region: "eu-north-1", Account: account, Name: "final"}
)

// What an answer with the members that every answer has becomes, and one with more.
var (
	leastPoint = hop.RecoveryPoint{ARN: arnOfPoint, ResourceARN: arnOfResource, ResourceType: "RDS", Status: hop.PointCompleted, Created: created}
	fullPoint  = hop.RecoveryPoint{ARN: arnOfPoint, ResourceARN: arnOfResource, ResourceType: "RDS", Status: hop.PointCompleted, Created: created,
		Completed: created.Add(time.Hour), DeleteAt: created.AddDate(0, 0, 1), SourceVault: local, KeyARN: arnOfKey, KeyType: hop.CustomerManagedKey, RoleARN: arnOfRole}
	leastJob = hop.CopyJob{ID: "j", State: hop.Completed, Created: created, Source: arnOfPoint, Destination: final, Class: hop.ClassUnknown}
	fullJob  = hop.CopyJob{ID: "j", State: hop.Completed, Created: created, Completed: created.Add(time.Hour), Source: arnOfPoint, Destination: final,
		Copy: arnOfCopy, ResourceARN: arnOfResource, ResourceType: "RDS", Message: "Given key ID is not accessible", Class: hop.ClassKey}
	leastBackup = hop.BackupJob{ID: "b", State: hop.Completed, Created: created, Class: hop.ClassUnknown}
	fullBackup  = hop.BackupJob{ID: "b", State: hop.Completed, Created: created, Completed: created.Add(time.Hour), Point: arnOfPoint, Vault: local,
		Message: "Given key ID is not accessible", Class: hop.ClassKey}
	resource = hop.Resource{ARN: arnOfResource, Type: "RDS", Newest: created}
)

// wireCall is a call of the adapter with the requests that it makes, an answer to each of
// them, and what the call returns for it.
type wireCall struct {
	call     func(context.Context, *awsbackup.Account) (any, error)
	requests []string // method, URL, Region and body
	answer   string   // format, around the members
	least    string   // members that every answer has
	more     string   // members that an answer may have besides
	want     [2]any   // for least, and with more
	names    []string // in the text of every error: what was called, and about what
}

const jobs, points = `{"CopyJobs":[{%s}]}`, `{"RecoveryPoints":[{%s}]}`

// listsJobs is a call that lists copy jobs.
func listsJobs(query, region string, call func(context.Context, *awsbackup.Account) ([]hop.CopyJob, error)) wireCall {
	return wireCall{
		call:     func(ctx context.Context, a *awsbackup.Account) (any, error) { return call(ctx, a) },
		requests: []string{"GET /copy-jobs?" + query + " " + region + " "},
		answer:   jobs, least: wholeJob, more: moreJob, want: [2]any{[]hop.CopyJob{leastJob}, []hop.CopyJob{fullJob}}, names: []string{"list copy jobs"},
	}
}

var wireCalls = map[string]wireCall{
	"Of": listsJobs("destinationVaultArn="+arnOfFinal+"&maxResults=1000&sourceRecoveryPointArn="+arnOfPoint, "eu-central-1",
		func(ctx context.Context, a *awsbackup.Account) ([]hop.CopyJob, error) {
			return a.Of(ctx, arnOfPoint, final)
		}),
	"Since": listsJobs("createdAfter=2026-11-02T03:04:05Z&maxResults=1000", "eu-central-1",
		func(ctx context.Context, a *awsbackup.Account) ([]hop.CopyJob, error) { return a.Since(ctx, after) }),
	"From": listsJobs("maxResults=1000&sourceRecoveryPointArn="+arnOfPoint, "eu-central-1",
		func(ctx context.Context, a *awsbackup.Account) ([]hop.CopyJob, error) { return a.From(ctx, arnOfPoint) }),
	"Into": listsJobs("destinationVaultArn="+arnOfLocal+"&maxResults=1000", "eu-north-1",
		func(ctx context.Context, a *awsbackup.Account) ([]hop.CopyJob, error) {
			return a.Into(ctx, "eu-north-1", local)
		}),
	"CopiesOf": listsJobs("maxResults=1000&resourceArn="+arnOfResource, "eu-central-1",
		func(ctx context.Context, a *awsbackup.Account) ([]hop.CopyJob, error) {
			return a.CopiesOf(ctx, arnOfResource)
		}),
	"InFlight": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.InFlight(ctx) },
		[]string{"GET /copy-jobs?maxResults=1000&state=CREATED eu-central-1 ", "GET /copy-jobs?maxResults=1000&state=RUNNING eu-central-1 "},
		jobs, wholeJob, moreJob, [2]any{[]hop.CopyJob{leastJob}, []hop.CopyJob{fullJob}}, []string{"list copy jobs"},
	},
	"Job": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Job(ctx, "j") },
		[]string{"GET /copy-jobs/j eu-central-1 "}, `{"CopyJob":{%s}}`, wholeJob, moreJob, [2]any{leastJob, fullJob}, []string{"describe copy job j"},
	},
	"Start": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) {
			return a.Start(ctx, hop.Order{Point: arnOfPoint, Source: final, Destination: local, Role: arnOfRole, Token: "t", DeleteAfterDays: 35})
		},
		[]string{`PUT /copy-jobs eu-north-1 {"DestinationBackupVaultArn":"` + arnOfLocal + `","IamRoleArn":"` + arnOfRole +
			`","IdempotencyToken":"t","Lifecycle":{"DeleteAfterDays":35},"RecoveryPointArn":"` + arnOfPoint + `","SourceBackupVaultName":"final"}`},
		`{%s}`, `"CopyJobId":"j","CreationDate":1793500000`, "", [2]any{relay.Started{JobID: "j", Created: created}, relay.Started{JobID: "j", Created: created}},
		[]string{"start copy of " + arnOfPoint, arnOfLocal},
	},
	"Point": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Point(ctx, final, arnOfPoint) },
		[]string{"GET /backup-vaults/final/recovery-points/" + arnOfPoint + " eu-north-1 "}, `{%s}`, wholePoint, morePoint,
		[2]any{leastPoint, described()}, []string{"describe recovery point " + arnOfPoint, arnOfFinal},
	},
	"Size": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Size(ctx, final, arnOfPoint) },
		[]string{"GET /backup-vaults/final/recovery-points/" + arnOfPoint + " eu-north-1 "}, `{%s}`, wholePoint, `,"BackupSizeInBytes":1073741824`,
		[2]any{int64(0), int64(1 << 30)}, []string{"describe recovery point " + arnOfPoint, arnOfFinal},
	},
	"Held": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Held(ctx, final, arnOfResource) },
		[]string{"GET /backup-vaults/final/recovery-points?maxResults=1000&resourceArn=" + arnOfResource + " eu-north-1 "},
		points, wholePoint, morePoint, [2]any{[]hop.RecoveryPoint{leastPoint}, []hop.RecoveryPoint{fullPoint}}, []string{arnOfResource, "list recovery points of " + arnOfFinal},
	},
	"PointsOf": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) {
			return a.PointsOf(ctx, final, arnOfResource)
		},
		[]string{"GET /backup-vaults/final/recovery-points?maxResults=1000&resourceArn=" + arnOfResource + " eu-north-1 "},
		points, wholePoint, morePoint, [2]any{[]hop.Held{{Vault: final, RecoveryPoint: leastPoint}}, []hop.Held{{Vault: final, RecoveryPoint: fullPoint}}},
		[]string{arnOfResource, "list recovery points of " + arnOfFinal},
	},
	"Made": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) {
			var found []hop.RecoveryPoint
			err := a.Made(ctx, final, after, before, func(page []hop.RecoveryPoint) error {
				found = append(found, page...)
				return nil
			})
			return found, err
		},
		[]string{"GET /backup-vaults/final/recovery-points?createdAfter=2026-11-02T03:04:05Z&createdBefore=2026-11-02T04:04:05Z&maxResults=1000 eu-north-1 "},
		points, wholePoint, morePoint, [2]any{[]hop.RecoveryPoint{leastPoint}, []hop.RecoveryPoint{fullPoint}}, []string{"list recovery points of " + arnOfFinal},
	},
	"Older": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Older(ctx, final, before) },
		[]string{"GET /backup-vaults/final/recovery-points?createdBefore=2026-11-02T04:04:05Z&maxResults=1 eu-north-1 "},
		points, wholePoint, morePoint, [2]any{true, true}, []string{"list recovery points of " + arnOfFinal},
	},
	"Resources": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Resources(ctx, final) },
		[]string{"GET /backup-vaults/final/resources?maxResults=1000 eu-north-1 "}, `{"Results":[{%s}]}`, wholeOne, moreOne,
		[2]any{[]hop.Resource{resource}, []hop.Resource{resource}}, []string{"list resources of " + arnOfFinal},
	},
	"Protected": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Protected(ctx) },
		[]string{"GET /resources?maxResults=1000 eu-central-1 "}, `{"Results":[{%s}]}`, wholeOne, moreOne,
		[2]any{[]hop.Protected{{Resource: resource}}, []hop.Protected{{Resource: resource, Point: arnOfPoint, Vault: local}}}, []string{"list protected resources"},
	},
	"BackupsOf": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.BackupsOf(ctx, arnOfResource) },
		[]string{"GET /backup-jobs?maxResults=1000&resourceArn=" + arnOfResource + " eu-central-1 "}, `{"BackupJobs":[{%s}]}`, wholeBackupJob, moreBackupJob,
		[2]any{[]hop.BackupJob{leastBackup}, []hop.BackupJob{fullBackup}}, []string{"list backup jobs of " + arnOfResource},
	},
	"Key": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) { return a.Key(ctx, final) },
		[]string{"GET /backup-vaults/final eu-north-1 "}, `{%s}`, `"EncryptionKeyArn":"k"`, "", [2]any{"k", "k"}, []string{"describe vault " + arnOfFinal},
	},
	"Keep": {
		func(ctx context.Context, a *awsbackup.Account) (any, error) {
			return nil, a.Keep(ctx, final, arnOfPoint, 3)
		},
		[]string{"POST /backup-vaults/final/recovery-points/" + arnOfPoint + ` eu-north-1 {"Lifecycle":{"DeleteAfterDays":3}}`},
		`{%s}`, `"RecoveryPointArn":"` + arnOfPoint + `"`, "", [2]any{nil, nil}, []string{"shorten the retention of " + arnOfPoint, arnOfFinal},
	},
}

// described is fullPoint as DescribeRecoveryPoint is read: the role is not.
func described() hop.RecoveryPoint {
	p := fullPoint
	p.RoleARN = ""
	return p
}

// accountOf is the adapter on a server that answers.
func accountOf(t *testing.T, answer http.HandlerFunc) *awsbackup.Account {
	t.Helper()
	return stage(t, answer).Backup.(*awsbackup.Account)
}

var regionOfScope = regexp.MustCompile(`Credential=\d+/\d+/([a-z0-9-]+)/backup/`)

// requestText writes a request as wireCall has it.
func requestText(r *http.Request) (string, error) {
	target, err := url.QueryUnescape(r.URL.String())
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(r.Body)
	region := regionOfScope.FindStringSubmatch(r.Header.Get("Authorization"))
	return strings.Join([]string{r.Method, target, region[1], string(body)}, " "), err
}

func TestEachCallSendsItsRequestAndReadsTheWholeAnswer(t *testing.T) {
	for name, c := range wireCalls {
		for i, members := range []string{c.least, c.least + c.more} {
			t.Run(fmt.Sprintf("%s %d", name, i), func(t *testing.T) {
				var requests []string
				got, err := c.call(t.Context(), accountOf(t, func(w http.ResponseWriter, r *http.Request) {
					text, err := requestText(r)
					assert.NoError(t, err)
					requests = append(requests, text)
					fmt.Fprintf(w, c.answer, members)
				}))
				require.NoError(t, err)
				assert.Equal(t, c.requests, requests)
				assert.Equal(t, c.want[i], got)
			})
		}
	}
}

func TestAnErrorOfAnyRequestIsTheCallsError(t *testing.T) {
	for name, c := range wireCalls {
		for fails := range c.requests {
			t.Run(fmt.Sprintf("%s request %d", name, fails), func(t *testing.T) {
				made := 0
				got, err := c.call(t.Context(), accountOf(t, func(w http.ResponseWriter, _ *http.Request) {
					made++
					if made <= fails {
						fmt.Fprintf(w, c.answer, c.least)
						return
					}
					refuse(w, http.StatusForbidden, "AccessDeniedException", "not authorized")
				}))
				requireFailure(t, hop.Failure{Class: hop.ClassRole, Code: "AccessDeniedException", Message: "not authorized"}, err)
				for _, text := range c.names {
					require.ErrorContains(t, err, text)
				}
				assert.Equal(t, fails+1, made)
				assert.Empty(t, got)
			})
		}
	}
}

// A part of a list is never taken for the whole.
func TestAListWhoseSecondPageFailsIsAnError(t *testing.T) {
	for name, c := range wireCalls {
		if !strings.Contains(c.answer, "[") || name == "Older" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			got, err := c.call(t.Context(), accountOf(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("nextToken") != "" {
					refuse(w, http.StatusForbidden, "AccessDeniedException", "not authorized")
					return
				}
				fmt.Fprintf(w, `{"NextToken":"more",%s`, strings.TrimPrefix(fmt.Sprintf(c.answer, c.least), "{"))
			}))
			requireFailure(t, hop.Failure{Class: hop.ClassRole, Code: "AccessDeniedException", Message: "not authorized"}, err)
			if name != "Made" { // whose visits have seen the first page
				assert.Empty(t, got)
			}
		})
	}
}

func TestAListThatAWSLeavesOutIsEmpty(t *testing.T) {
	for name, c := range wireCalls {
		if !strings.Contains(c.answer, "[") {
			continue
		}
		got, err := c.call(t.Context(), accountOf(t, answering(`{}`)))
		require.NoError(t, err, name)
		assert.Empty(t, got, name) // false of Older
	}
}
