package awsswitch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/hop"
)

const (
	oneMapping   = `{"EventSourceMappings":[{"UUID":"u","State":"Enabled"}]}`
	oneSchedule  = `{"Name":"n","State":"ENABLED","ScheduleExpression":"rate(1 day)","FlexibleTimeWindow":{"Mode":"OFF"},"Target":{"Arn":"a","RoleArn":"r"}}`
	noConclusion = "answered without"
)

// A switch counts as set where AWS confirms it, and a list without an end is no list.
func TestASwitchIsSetWhereAWSConfirmsIt(t *testing.T) {
	for sentence, test := range map[string]struct {
		shown, changed string
		want           string
	}{
		"a mapping whose change is not confirmed": {oneMapping, `{}`, "UpdateEventSourceMapping " + noConclusion + " UUID"},
		"a mapping without an id":                 {`{"EventSourceMappings":[{"State":"Enabled"}]}`, oneMapping, "ListEventSourceMappings " + noConclusion + " UUID"},
		"an endless list of no mappings":          {`{"EventSourceMappings":[],"NextMarker":"m"}`, oneMapping, "has no end"},
		"an answer that is cut off":               {oneMapping[:20], oneMapping, "deserialization failed"},
	} {
		t.Run(sentence, func(t *testing.T) { requirePassing(t, set(t, awsswitch.Names{}, test.shown, test.changed), test.want) })
	}
	for sentence, test := range map[string]struct{ shown, changed, want string }{
		"a schedule whose change is not confirmed": {oneSchedule, `{}`, "UpdateSchedule " + noConclusion + " ScheduleArn"},
		"a schedule without a state":               {strings.Replace(oneSchedule, `"State":"ENABLED",`, "", 1), `{}`, "GetSchedule " + noConclusion},
		"a schedule without a target":              {`{"State":"ENABLED","ScheduleExpression":"rate(1 day)"}`, `{}`, "GetSchedule " + noConclusion},
	} {
		t.Run(sentence, func(t *testing.T) {
			requirePassing(t, set(t, awsswitch.Names{Schedules: []string{"s"}, Group: "g"}, test.shown, test.changed), test.want)
		})
	}
}

// set switches the first switch off on an AWS that shows and changes what it does.
func set(t *testing.T, n awsswitch.Names, shown, changed string) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			fmt.Fprint(w, shown)
			return
		}
		fmt.Fprint(w, changed)
	}))
	t.Cleanup(server.Close)
	n.Function, n.QueueARN = "f", queue
	switches := awsswitch.SecondHop(aws.Config{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")}, n)
	return switches[0].Set(t.Context(), false)
}

func requirePassing(t *testing.T, err error, want string) {
	t.Helper()
	var failure *hop.Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, hop.ClassTransient, failure.Class)
	assert.Contains(t, failure.Message, want)
}
