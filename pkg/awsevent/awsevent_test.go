package awsevent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/hop"
)

var (
	local        = vault("arn:aws:backup:eu-central-1:111111111111:backup-vault:local")
	intermediate = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
	final        = vault("arn:aws:backup:eu-north-1:222222222222:backup-vault:final")
)

const (
	source = "arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-5f0a7f7e-3f5d-4c0e-9a52-1f2d3c4b5a69"
	copied = "arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:copyjob-7f3c2a9e-0b1d-4e5f-8a7b-6c5d4e3f2a1b"
)

func vault(arn string) hop.Vault {
	v, err := hop.ParseVault(arn)
	if err != nil {
		panic(err)
	}
	return v
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	return body
}

func TestDecodeEveryDocumentedState(t *testing.T) {
	event := func(change func(*hop.CopyJobEvent)) hop.CopyJobEvent {
		e := hop.CopyJobEvent{
			JobID: "7F3C2A9E-0B1D-4E5F-8A7B-6C5D4E3F2A1B", Source: source, SourceVault: local, Destination: intermediate,
			ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:orders", ResourceType: "RDS", Class: hop.ClassUnknown, Bytes: 22548578304,
		}
		change(&e)
		return e
	}
	unsuccessful := func(state hop.State) hop.CopyJobEvent {
		return event(func(e *hop.CopyJobEvent) {
			e.State, e.Message, e.Class = state, "Access Denied trying to call AWS Backup service.", hop.ClassVaultPolicy
		})
	}
	for name, want := range map[string]hop.CopyJobEvent{
		"created": event(func(e *hop.CopyJobEvent) {
			e.State, e.JobID, e.ResourceARN, e.ResourceType, e.Bytes = hop.Created, "", "", "", 0
		}),
		"running":   event(func(e *hop.CopyJobEvent) { e.State = hop.Running }),
		"completed": event(func(e *hop.CopyJobEvent) { e.State, e.Copy = hop.Completed, copied }),
		"completed-cluster": event(func(e *hop.CopyJobEvent) {
			e.State, e.ResourceType, e.ResourceARN = hop.Completed, "Aurora", "arn:aws:rds:eu-central-1:111111111111:cluster:orders"
			e.Copy = "arn:aws:rds:eu-central-1:222222222222:cluster-snapshot:awsbackup:copyjob-7f3c2a9e-0b1d-4e5f-8a7b-6c5d4e3f2a1b"
			e.Source = "arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-5f0a7f7e-3f5d-4c0e-9a52-1f2d3c4b5a69"
		}),
		"failed":  unsuccessful(hop.Failed),
		"partial": unsuccessful(hop.Partial),
		"aborted": unsuccessful(hop.Aborted),
		"expired": unsuccessful(hop.Expired),
	} {
		t.Run(name, func(t *testing.T) {
			notice, err := awsevent.Decode(fixture(t, name))
			require.NoError(t, err)
			require.NotNil(t, notice.CopyJob)
			assert.Equal(t, want, *notice.CopyJob)
		})
	}
}

// TestASizeThatCannotBeReadIsNone: it only shapes a delay.
func TestASizeThatCannotBeReadIsNone(t *testing.T) {
	for written, want := range map[string]int64{`5`: 5, `"5"`: 5, `-5`: 0, `""`: 0, `null`: 0, `5.5`: 0, `{}`: 0, `[1]`: 0, `"much"`: 0, `99999999999999999999`: 0} {
		notice, err := awsevent.Decode([]byte(strings.Replace(string(fixture(t, "completed")), "22548578304", written, 1)))
		require.NoError(t, err, written)
		assert.Equal(t, want, notice.CopyJob.Bytes, written)
	}
}

func TestDecodeForeignEvents(t *testing.T) {
	notice, err := awsevent.Decode(fixture(t, "backup-job"))
	require.NoError(t, err)
	assert.Equal(t, hop.Notice{Foreign: "aws.backup Backup Job State Change"}, notice)

	notice, err = awsevent.Decode([]byte(`{"source":"someone","detail-type":"Copy Job State Change","detail":{}}`))
	require.NoError(t, err)
	assert.Equal(t, hop.Notice{Foreign: "someone Copy Job State Change"}, notice, "only AWS Backup's own events are believed")
}

func TestDecodeSaysWhatIsWrongAndWhere(t *testing.T) {
	detail := func(members string) string {
		return `{"source":"aws.backup","detail-type":"Copy Job State Change","detail":{` + members + `}}`
	}
	const vaults = `"sourceBackupVaultArn":"arn:aws:backup:eu-central-1:111111111111:backup-vault:local",` +
		`"destinationBackupVaultArn":"arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"`
	request := func(members string) string {
		return `{"source":"twohop","detail-type":"Copy Request","detail":{` + members + `}}`
	}
	for name, test := range map[string]struct{ body, want string }{
		"an empty body":               {"", "read event: unexpected end of JSON input"},
		"not an object":               {`[]`, "read event: json: cannot unmarshal array"},
		"no detail-type":              {`{"source":"aws.backup"}`, `"detail-type" is missing`},
		"no detail":                   {`{"source":"aws.backup","detail-type":"Copy Job State Change"}`, "detail: "},
		"no source vault":             {detail(``), "detail.sourceBackupVaultArn"},
		"a bad destination vault":     {detail(`"sourceBackupVaultArn":"arn:aws:backup:eu-central-1:111111111111:backup-vault:local","destinationBackupVaultArn":"x"`), `detail.destinationBackupVaultArn: "x" is not`},
		"a point that is a number":    {detail(vaults + `,"destinationRecoveryPointArn":5`), "cannot unmarshal number"},
		"a point that is an object":   {detail(vaults + `,"destinationRecoveryPointArn":{"arn":"x"}`), "neither a string nor {}"},
		"resources that are no list":  {`{"source":"aws.backup","detail-type":"Copy Job State Change","resources":"p","detail":{` + vaults + `}}`, "read event: json: cannot unmarshal string"},
		"a request without its point": {request(`"sourceBackupVaultArn":"` + intermediate.ARN + `"`), "detail.recoveryPointArn is missing"},
		"a request without its vault": {request(`"recoveryPointArn":"x"`), "detail.sourceBackupVaultArn is missing"},
		"a request with a bad vault":  {request(`"recoveryPointArn":"x","sourceBackupVaultArn":"y"`), `"y" is not the ARN of a backup vault`},
		"a request with more in it":   {request(`"retention":1`), `unknown field "retention"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := awsevent.Decode([]byte(test.body))
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestRequestsComeBackAsTheyWent(t *testing.T) {
	for name, want := range map[string]hop.Request{
		"whole":               {Point: copied, Source: intermediate, Destination: final, ResourceType: "RDS"},
		"with a size":         {Point: copied, Source: intermediate, Destination: final, ResourceType: "RDS", Bytes: 5},
		"with a copy":         {Point: copied, Source: intermediate, Destination: final, Copy: "arn:copy"},
		"without type":        {Point: copied, Source: intermediate, Destination: final},
		"without destination": {Point: copied, Source: intermediate},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := awsevent.EncodeRequest(want)
			require.NoError(t, err)
			notice, err := awsevent.Decode([]byte(body))
			require.NoError(t, err)
			assert.Equal(t, hop.Notice{Request: &want}, notice)
		})
	}
}

func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.json")
	require.NoError(f, err)
	for _, name := range names {
		body, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(body)
	}
	body, err := awsevent.EncodeRequest(hop.Request{Point: copied, Source: intermediate, Destination: final})
	require.NoError(f, err)
	f.Add([]byte(body))
	f.Fuzz(func(t *testing.T, body []byte) {
		notice, err := awsevent.Decode(body)
		if err != nil {
			assert.Equal(t, hop.Notice{}, notice, "an error comes without a notice")
			return
		}
		set := 0
		for _, is := range []bool{notice.CopyJob != nil, notice.Request != nil, notice.Foreign != ""} {
			if is {
				set++
			}
		}
		assert.Equal(t, 1, set, "a notice says exactly one thing")
		if notice.Request != nil {
			again, err := awsevent.EncodeRequest(*notice.Request)
			require.NoError(t, err)
			back, err := awsevent.Decode([]byte(again))
			require.NoError(t, err)
			assert.Equal(t, notice, back)
		}
	})
}

// A completed first hop is copied on without its source; of a second hop package hop
// refuses an event without it.
func TestAnEventWithoutExactlyOneResourceNamesNoSource(t *testing.T) {
	for name, test := range map[string]struct{ resources, want string }{
		"one resource":        {`"resources":["p"],`, "p"},
		"no resources":        {``, ""},
		"empty resources":     {`"resources":[],`, ""},
		"null for resources":  {`"resources":null,`, ""},
		"an empty resource":   {`"resources":[""],`, ""},
		"null for a resource": {`"resources":[null],`, ""},
		"several resources":   {`"resources":["p","q"],`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			notice, err := awsevent.Decode([]byte(`{"source":"aws.backup","detail-type":"Copy Job State Change",` + test.resources +
				`"detail":{"state":"COMPLETED","sourceBackupVaultArn":"arn:aws:backup:eu-central-1:111111111111:backup-vault:local",` +
				`"destinationBackupVaultArn":"` + intermediate.ARN + `","destinationRecoveryPointArn":"c"}}`))
			require.NoError(t, err)
			assert.Equal(t, test.want, notice.CopyJob.Source)
			assert.Equal(t, "c", notice.CopyJob.Copy)
		})
	}
}
