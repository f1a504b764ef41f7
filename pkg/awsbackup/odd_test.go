package awsbackup_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

const (
	arnOfPoint    = "arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:copyjob-1"
	arnOfResource = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	arnOfFinal    = "arn:aws:backup:eu-north-1:222222222222:backup-vault:final"
)

// Whole answers of AWS, with every member that is needed.
const (
	wholePoint = `"RecoveryPointArn":"` + arnOfPoint + `","ResourceArn":"` + arnOfResource + `","ResourceType":"RDS","Status":"COMPLETED","CreationDate":1793500000`
	wholeJob   = `"CopyJobId":"j","State":"COMPLETED","CreationDate":1793500000,"SourceRecoveryPointArn":"` + arnOfPoint + `","DestinationBackupVaultArn":"` + arnOfFinal + `"`
	wholeOne   = `"ResourceArn":"` + arnOfResource + `","ResourceType":"RDS","LastBackupTime":1793500000`
)

// stage is where an odd AWS Backup answers.
func stage(t *testing.T, answer http.HandlerFunc) backuptest.Stage {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return backuptest.Stage{
		Backup: awsbackup.New(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")}),
		Source: vault(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"), Destination: vault(t, arnOfFinal),
		Point: hop.RecoveryPoint{ARN: arnOfPoint, ResourceARN: arnOfResource}, Now: time.Now, Role: "arn:aws:iam::222222222222:role/twohop-copy",
	}
}

func answering(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

// requireTransient returns what the failure says.
func requireTransient(t *testing.T, err error, name string) string {
	t.Helper()
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure, name)
	assert.Equal(t, hop.ClassTransient, failure.Class, name)
	return failure.Message
}

// call is a call of the adapter, what a whole answer has, and around it.
type call struct {
	members string
	around  string // format
	make    func(context.Context, backuptest.Stage) error
}

var odd = map[string]call{
	"Point": {wholePoint, `{%s}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.Point(ctx, s.Source, s.Point.ARN)
		return err
	}},
	"Start": {`"CopyJobId":"j","CreationDate":1793500000`, `{%s}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.Start(ctx, hop.Order{Point: s.Point.ARN, Source: s.Source, Destination: s.Destination, Role: s.Role, Token: "t"})
		return err
	}},
	"Key": {`"EncryptionKeyArn":"k"`, `{%s}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.Key(ctx, s.Source)
		return err
	}},
	"Keep": {`"RecoveryPointArn":"` + arnOfPoint + `"`, `{%s}`, func(ctx context.Context, s backuptest.Stage) error {
		return s.Backup.Keep(ctx, s.Source, s.Point.ARN, 1)
	}},
	"From": {wholeJob, `{"CopyJobs":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.From(ctx, s.Point.ARN)
		return err
	}},
	"Made": {wholePoint, `{"RecoveryPoints":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		return s.Backup.Made(ctx, s.Source, s.Now(), s.Now(), func([]hop.RecoveryPoint) error { return nil })
	}},
	"Older": {wholePoint, `{"RecoveryPoints":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.Older(ctx, s.Source, s.Now())
		return err
	}},
	"PointsOf": {wholePoint, `{"RecoveryPoints":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.PointsOf(ctx, s.Source, s.Point.ResourceARN)
		return err
	}},
	"Resources": {wholeOne, `{"Results":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.Resources(ctx, s.Source)
		return err
	}},
	"Protected": {wholeOne, `{"Results":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.(*awsbackup.Account).Protected(ctx)
		return err
	}},
	"BackupsOf": {`"BackupJobId":"b","State":"COMPLETED","CreationDate":1793500000`, `{"BackupJobs":[{%s}]}`, func(ctx context.Context, s backuptest.Stage) error {
		_, err := s.Backup.(*awsbackup.Account).BackupsOf(ctx, s.Point.ResourceARN)
		return err
	}},
}

func TestAnAnswerWithoutAMemberPassesAndIsNotBelieved(t *testing.T) {
	for name, c := range odd {
		members := strings.Split(c.members, ",")
		require.NoError(t, c.make(t.Context(), stage(t, answering(fmt.Sprintf(c.around, c.members)))), name)
		for i, left := range members {
			missing, _, _ := strings.Cut(strings.Trim(left, `"`), `"`)
			t.Run(name+" without "+missing, func(t *testing.T) {
				others := strings.Join(append(append([]string(nil), members[:i]...), members[i+1:]...), ",")
				said := requireTransient(t, c.make(t.Context(), stage(t, answering(fmt.Sprintf(c.around, others)))), name)
				assert.Contains(t, said, missing)
			})
		}
	}
}

func TestABodyThatIsNotWholePasses(t *testing.T) {
	for name, c := range odd {
		whole := fmt.Sprintf(c.around, c.members)
		for sentence, answer := range map[string]http.HandlerFunc{
			"no body":     answering(""),
			"half a body": answering(whole[:len(whole)/2]),
			"no JSON":     answering("<html>"),
			"a connection that breaks": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
				fmt.Fprint(w, whole[:len(whole)/2])
			},
		} {
			t.Run(name+" "+sentence, func(t *testing.T) { requireTransient(t, c.make(t.Context(), stage(t, answer)), name) })
		}
	}
}

func TestAListWithoutAnEndIsAnError(t *testing.T) {
	for name, c := range odd {
		if !strings.Contains(c.around, "[") || name == "Older" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			calls := 0
			s := stage(t, func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				calls++
				fmt.Fprintf(w, `{"NextToken":"token-%d",%s`, calls%3, strings.TrimPrefix(fmt.Sprintf(c.around, c.members), "{"))
			})
			said := requireTransient(t, c.make(t.Context(), s), name)
			assert.Contains(t, said, awscall.ErrRepeatedToken.Error())
			assert.Equal(t, 4, calls)
		})
	}
}

func TestLookingForAnOlderPointOverEmptyPagesEnds(t *testing.T) {
	s := stage(t, answering(`{"RecoveryPoints":[],"NextToken":"again"}`))
	_, err := s.Backup.Older(t.Context(), s.Source, s.Now())
	requireTransient(t, err, "Older")
}

func TestNoKeyIsRemembered(t *testing.T) {
	answers := []string{`{}`, `{"EncryptionKeyArn":""}`, `{"EncryptionKeyArn":"k"}`, `{}`}
	s := stage(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, answers[0])
		answers = answers[1:]
	})
	for range 2 {
		_, err := s.Backup.Key(t.Context(), s.Source)
		requireTransient(t, err, "Key")
	}
	for range 2 {
		key, err := s.Backup.Key(t.Context(), s.Source)
		require.NoError(t, err)
		assert.Equal(t, "k", key)
	}
	assert.Len(t, answers, 1, "the key is asked for once")
}

// An empty filter is none for AWS, and an empty name in a path makes another call of it: of
// what AWS then answers something would be taken for what was asked for.
func TestNothingIsAskedWithoutAName(t *testing.T) {
	calls := 0
	s := stage(t, func(w http.ResponseWriter, _ *http.Request) { calls++; fmt.Fprint(w, `{}`) })
	account := s.Backup.(*awsbackup.Account)
	errs := map[string]error{}
	_, errs["From"] = account.From(t.Context(), "")
	_, errs["Of a point"] = account.Of(t.Context(), "", s.Destination)
	_, errs["Of a vault"] = account.Of(t.Context(), arnOfPoint, hop.Vault{})
	_, errs["Into"] = account.Into(t.Context(), "eu-central-1", hop.Vault{})
	_, errs["CopiesOf"] = account.CopiesOf(t.Context(), "")
	_, errs["BackupsOf"] = account.BackupsOf(t.Context(), "")
	_, errs["PointsOf"] = account.PointsOf(t.Context(), s.Source, "")
	_, errs["Point"] = account.Point(t.Context(), s.Source, "")
	_, errs["Point of no vault"] = account.Point(t.Context(), hop.Vault{}, arnOfPoint)
	_, errs["Size"] = account.Size(t.Context(), s.Source, "")
	_, errs["Key"] = account.Key(t.Context(), hop.Vault{})
	errs["Keep"] = account.Keep(t.Context(), s.Source, "", 1)
	errs["Made"] = account.Made(t.Context(), hop.Vault{}, s.Now(), s.Now(), func([]hop.RecoveryPoint) error { return nil })
	_, errs["Older"] = account.Older(t.Context(), hop.Vault{}, s.Now())
	_, errs["Resources"] = account.Resources(t.Context(), hop.Vault{})
	for name, err := range errs {
		require.ErrorContains(t, err, "is empty, and AWS would answer about everything", name)
	}
	assert.Zero(t, calls)
}
