package awsswitch_test

import (
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/lambda"
	simscheduler "github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	account = "222222222222"
	region  = "eu-central-1"
	queue   = "arn:aws:sqs:eu-central-1:222222222222:twohop-copies"
)

var names = awsswitch.Names{Schedules: []string{"twohop-recent", "twohop-full"}, Group: "twohop", Function: "twohop-copystarter", QueueARN: queue}

// begin makes a world with a mapping and the schedule recent; full is not there.
func begin(t *testing.T, config awssim.Config) (w *awssim.World, uuid string, client aws.Config) {
	t.Helper()
	w, err := awssim.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	executable, err := os.Executable() // it is never invoked
	require.NoError(t, err)
	function, err := w.Lambda.CreateFunction(lambda.Function{
		Name: "twohop-copystarter", Account: account, Region: region, RoleARN: "arn:aws:iam::222222222222:role/twohop-copystarter", Bootstrap: executable,
	})
	require.NoError(t, err)
	_, err = w.SQS.Create(account, region, "twohop-copies", nil, nil)
	require.NoError(t, err)
	uuid, err = w.Lambda.CreateMapping(lambda.Mapping{QueueARN: queue, Function: function, Enabled: true})
	require.NoError(t, err)
	_, err = w.Scheduler.AddGroup(account, region, "twohop")
	require.NoError(t, err)
	retries := 3
	_, err = w.Scheduler.Add(simscheduler.Schedule{
		Account: account, Region: region, Group: "twohop", Name: "twohop-recent", Description: "what events missed",
		Expression: "cron(0/15 * * * ? *)", Timezone: "Europe/Berlin", FlexibleMinutes: 5,
		Target: simscheduler.Target{ARN: function, RoleARN: "arn:aws:iam::222222222222:role/twohop-schedules", Input: `{"run":"recent"}`,
			DeadLetterARN: queue, MaximumEventAge: time.Hour, MaximumRetryAttempts: &retries},
	})
	require.NoError(t, err)
	return w, uuid, aws.Config{
		Region: region, BaseEndpoint: aws.String(w.Endpoint()), RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(account, "local", ""),
	}
}

// isOn looks at a switch that must be there.
func isOn(t *testing.T, s relay.Switch) bool {
	t.Helper()
	on, err := s.On(t.Context())
	require.NoError(t, err)
	return on
}

func TestTheSwitchesOfTheSecondHop(t *testing.T) {
	w, uuid, client := begin(t, awssim.Config{})
	all := awsswitch.SecondHop(client, names)
	require.Len(t, all, 3)
	assert.Equal(t, "schedule twohop-recent", all[0].String())
	assert.Equal(t, "event source mapping of twohop-copystarter", all[2].String())
	before := shown(t, client)
	for _, s := range []relay.Switch{all[0], all[2]} {
		require.True(t, isOn(t, s))
		for _, on := range []bool{false, false, true, true} {
			require.NoError(t, s.Set(t.Context(), on))
			assert.Equal(t, on, isOn(t, s))
		}
		require.NoError(t, s.Set(t.Context(), false))
	}
	state, err := w.Lambda.Mapping(uuid)
	require.NoError(t, err)
	assert.False(t, state.Enabled)
	off := shown(t, client)
	assert.Equal(t, "DISABLED", string(off.State))
	off.State = before.State
	assert.Equal(t, before, off, "nothing but the state is another")
}

// shown is the schedule recent, without what every change changes.
func shown(t *testing.T, client aws.Config) *scheduler.GetScheduleOutput {
	t.Helper()
	out, err := scheduler.NewFromConfig(client).GetSchedule(t.Context(), &scheduler.GetScheduleInput{GroupName: &names.Group, Name: &names.Schedules[0]})
	require.NoError(t, err)
	out.LastModificationDate, out.ResultMetadata = nil, middleware.Metadata{}
	return out
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	_, _, client := begin(t, awssim.Config{})
	others := names
	others.Function, others.Group = "twohop-none", "none"
	elsewhere := names
	elsewhere.QueueARN += "-dlq"
	for sentence, s := range map[string]relay.Switch{
		"a schedule":         awsswitch.SecondHop(client, names)[1],
		"a group":            awsswitch.SecondHop(client, others)[0],
		"a function":         awsswitch.SecondHop(client, others)[2],
		"a mapping of these": awsswitch.SecondHop(client, elsewhere)[2],
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := s.On(t.Context())
			require.ErrorIs(t, err, hop.ErrNotFound)
			require.ErrorIs(t, s.Set(t.Context(), false), hop.ErrNotFound)
		})
	}
}

func TestRefusalsAreClassified(t *testing.T) {
	for code, class := range map[string]hop.Class{
		"AccessDeniedException":  hop.ClassRole,
		"ThrottlingException":    hop.ClassTransient,
		"ResourceInUseException": hop.ClassTransient,
		"ConflictException":      hop.ClassTransient,
		"SomethingNewException":  hop.ClassUnknown,
	} {
		t.Run(code, func(t *testing.T) {
			_, _, client := begin(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
				if c.Action == "UpdateSchedule" || c.Action == "UpdateEventSourceMapping" {
					return wire.Fault{Err: &wire.Error{Code: code, Message: "not now"}}
				}
				return wire.Fault{}
			}})
			all := awsswitch.SecondHop(client, names)
			for _, s := range []relay.Switch{all[0], all[2]} {
				err := s.Set(t.Context(), false)
				var refused *hop.Failure
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, hop.Failure{Class: class, Code: code, Message: "not now"}, *refused)
				assert.True(t, isOn(t, s))
			}
		})
	}
}

func TestANetworkThatIsDownIsTransient(t *testing.T) {
	client := aws.Config{Region: region, BaseEndpoint: aws.String("http://127.0.0.1:1"), RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")}
	_, err := awsswitch.SecondHop(client, names)[0].On(t.Context())
	var refused *hop.Failure
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, hop.ClassTransient, refused.Class)
}
