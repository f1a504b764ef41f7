package main_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestTheAccountIsPutInOrderOnce(t *testing.T) {
	for name, omittedIsOff := range map[string]bool{
		"AWS keeps the opt-ins that an update leaves out": false,
		"AWS switches them off":                           true,
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, func(c *backup.Config) { c.Settings.OmittedIsOff = omittedIsOff })
			function := w.deploy(central, forBackup(), time.Minute)
			before := w.Backup.Settings.OptIns(central, secondary)
			require.False(t, before["DocumentDB"] || before["S3"])

			made := w.create(function, "account")
			succeeded(t, made)
			assert.Equal(t, "main/prerequisites/account", made.PhysicalID)
			assert.Empty(t, made.Data)
			assert.True(t, w.IAM.HasRole(central, "AWSServiceRoleForBackup"))
			assert.True(t, w.IAM.HasRole(central, "AWSServiceRoleForRDS"))
			for _, region := range []string{primary, secondary} {
				after := w.Backup.Settings.OptIns(central, region)
				assert.True(t, after["DocumentDB"] && after["S3"] && after["RDS"], region)
				for name, on := range before {
					assert.True(t, after[name] || !on, "%s was on and is off in %s", name, region)
					assert.True(t, on || !after[name] || name == "DocumentDB" || name == "S3", "%s was off, is on in %s, and nobody asked", name, region)
				}
			}
			assert.Equal(t, []string{
				central + " iam:CreateServiceLinkedRole", central + " iam:CreateServiceLinkedRole",
				central + " backup:UpdateRegionSettings", central + " backup:UpdateRegionSettings",
			}, w.changes())

			updated := w.ask(cloudformation.CustomResource{
				Type: cloudformation.Update, Function: function, PhysicalID: made.PhysicalID,
				Properties: properties("2", "account"), Old: properties("1", "account"),
			})
			succeeded(t, updated)
			assert.Equal(t, made.PhysicalID, updated.PhysicalID)
			assert.Nil(t, w.daily(function, `{"duties":["account"]}`))
			assert.Empty(t, w.changes(), "the second time everything is in order")
			assert.Contains(t, w.log(), `"duty":"account","account":"222222222222","setting":"role AWSServiceRoleForRDS","outcome":"changed"`)
			assert.Contains(t, w.log(), `"setting":"opt-in of RDS, DocumentDB, S3 in eu-north-1","outcome":"in order"`)
		})
	}
}

func TestADeletedStackSwitchesNothingOff(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(central, forBackup(), time.Minute)
	deleted := w.ask(cloudformation.CustomResource{
		Type: cloudformation.Delete, Function: function, PhysicalID: "whatever it was", Properties: map[string]any{"Duties": "nonsense"},
	})
	succeeded(t, deleted)
	assert.Equal(t, "whatever it was", deleted.PhysicalID)
	assert.Empty(t, w.calls, "not even a look")
}

func TestAnUpdateToOtherDutiesKeepsThePhysicalID(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(management, forManagement(), time.Minute)
	answer := w.ask(cloudformation.CustomResource{
		Type: cloudformation.Update, Function: function, PhysicalID: "main/prerequisites/account", Properties: properties("2", "organization", "members"),
	})
	succeeded(t, answer)
	assert.Equal(t, "main/prerequisites/account", answer.PhysicalID)
}

func TestWhatCannotBeDoneIsAnsweredWithItsReason(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(central, forBackup(), time.Minute)
	request := func(kind string, properties map[string]any) cloudformation.CustomResource {
		return cloudformation.CustomResource{Type: kind, Function: function, Properties: properties}
	}
	for name, test := range map[string]struct {
		request cloudformation.CustomResource
		want    []string
	}{
		"an unknown type of request": {request("Read", properties("1", "account")), []string{`RequestType is "Read"; Create, Update or Delete are possible`}},
		"no duty":                    {request(cloudformation.Create, properties("1")), []string{"no duty; some of [account organization members] are needed"}},
		"unknown duties and properties, all at once": {
			request(cloudformation.Create, map[string]any{"Duties": []string{"acount", "account", "account"}, "Region": "eu-north-1"}),
			[]string{`"acount" is no duty`, `"account" stands in the list twice`, `property "Region" is not known`},
		},
		"duties that are no list": {request(cloudformation.Create, map[string]any{"Duties": "account"}), []string{"property Duties is account; a list of names is needed"}},
		"a duty of the other function": {request(cloudformation.Create, properties("1", "organization")),
			[]string{`duty "organization"`, "no configuration of the duty"}},
	} {
		t.Run(name, func(t *testing.T) { failed(t, w.ask(test.request), test.want...) })
	}
	assert.Empty(t, w.changes())
}

func TestAFaultyConfigurationIsAnsweredAndNotDiedOf(t *testing.T) {
	w := start(t, nil)
	function := w.deployWith(central, map[string]string{"TWOHOP_ESTATE": "main", "TWOHOP_PREREQUISITES": `{"Account":"1","OptIns":{"eu-north-1":["rds"]}}`}, time.Minute)
	made := w.create(function, "account")
	failed(t, made, "TWOHOP_PREREQUISITES.Account", `TWOHOP_PREREQUISITES.OptIns.eu-north-1[0]: "rds"`)
	succeeded(t, w.ask(cloudformation.CustomResource{Type: cloudformation.Delete, Function: function, PhysicalID: made.PhysicalID}))
	fault := w.daily(function, `{"duties":["account"]}`)
	require.NotNil(t, fault)
	assert.Contains(t, fault.Message, "TWOHOP_PREREQUISITES.Account")
}

func TestTheInputOfADailyRunIsChecked(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(central, forBackup(), time.Minute)
	for input, want := range map[string]string{
		`{}`:                   "read input: no duty",
		`{"duties":["all"]}`:   `"all" is no duty`,
		`{"duty":"account"}`:   `unknown field "duty"; it would look like {"duties":["members"]}`,
		`{"duties":"account"}`: "read input: ",
		`[]`:                   "read input: ",
	} {
		fault := w.daily(function, input)
		require.NotNil(t, fault, input)
		assert.Contains(t, fault.Message, want, input)
	}
}

func TestATypeIsOptedInWhereItIsNeededAndNowhereElse(t *testing.T) {
	w := start(t, func(c *backup.Config) { c.Settings.Unsupported = map[string][]string{secondary: {"S3"}} })
	config := forBackup()
	config.OptIns[secondary] = []string{"RDS", "DocumentDB"}
	succeeded(t, w.create(w.deploy(central, config, time.Minute), "account"))
	assert.True(t, w.Backup.Settings.OptIns(central, primary)["S3"])
	assert.False(t, w.Backup.Settings.OptIns(central, secondary)["S3"])
	assert.True(t, w.Backup.Settings.OptIns(central, secondary)["DocumentDB"])
}

func TestATypeThatARegionLacksKeepsNoOtherFromBeingOptedIn(t *testing.T) {
	w := start(t, func(c *backup.Config) { c.Settings.Unsupported = map[string][]string{secondary: {"S3"}} })
	function := w.deploy(central, forBackup(), time.Minute)
	failed(t, w.create(function, "account"), "AWS Backup has no S3 in eu-north-1; take them out of the estate's plans")
	assert.True(t, w.Backup.Settings.OptIns(central, secondary)["DocumentDB"])
}

func TestARoleThatAppearsMeanwhileIsNoFailure(t *testing.T) {
	w := start(t, nil)
	w.intercept = func(c wire.Call) wire.Fault {
		if c.Action == "CreateServiceLinkedRole" {
			return wire.Fault{Err: &wire.Error{Code: "InvalidInput",
				Message: "Service role name AWSServiceRoleForBackup has been taken in this account, please try a different suffix."}}
		}
		return wire.Fault{}
	}
	succeeded(t, w.create(w.deploy(central, forBackup(), time.Minute), "account"))
	assert.Contains(t, w.log(), `"setting":"role AWSServiceRoleForBackup","outcome":"in order"`)
}

func TestWithoutTheRightToLookForARoleTheAttemptToCreateItTells(t *testing.T) {
	w := start(t, nil)
	w.intercept = func(c wire.Call) wire.Fault {
		if c.Action == "GetRole" {
			return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: "not authorized to perform: iam:GetRole"}}
		}
		return wire.Fault{}
	}
	function := w.deploy(central, forBackup(), time.Minute)
	succeeded(t, w.create(function, "account"))
	assert.True(t, w.IAM.HasRole(central, "AWSServiceRoleForBackup"))
	succeeded(t, w.create(function, "account"))
}

func TestThrottlingIsMetByTheSDK(t *testing.T) {
	w := start(t, nil)
	once := false
	w.intercept = func(wire.Call) wire.Fault {
		if once {
			return wire.Fault{}
		}
		once = true
		return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
	}
	succeeded(t, w.create(w.deploy(central, forBackup(), time.Minute), "account"))
}

func TestAnAnswerComesInTimeWhenACallHangs(t *testing.T) {
	w := start(t, nil)
	w.intercept = func(c wire.Call) wire.Fault {
		if c.Action == "UpdateRegionSettings" {
			return wire.Fault{Delay: time.Hour} // until the client has enough
		}
		return wire.Fault{}
	}
	function := w.deploy(central, forBackup(), 12*time.Second)
	failed(t, w.create(function, "account"),
		"not done, the function's time was up",
		"opt-in of RDS, DocumentDB, S3 in eu-central-1 of 222222222222; opt-in of RDS, DocumentDB, S3 in eu-north-1",
		"changed: role AWSServiceRoleForBackup of 222222222222; role AWSServiceRoleForRDS")
}

func TestAReasonIsNoLongerThanCloudFormationReads(t *testing.T) {
	w := start(t, nil)
	w.intercept = func(c wire.Call) wire.Fault {
		return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: strings.Repeat("<nein — no> ", 1000)}}
	}
	answer := w.create(w.deploy(central, forBackup(), time.Minute), "account")
	assert.Greater(t, len(answer.Reason), 1000, "nor is it cut more than it must be")
	failed(t, answer, "failed: role AWSServiceRoleForBackup of 222222222222: create the role: AccessDeniedException: <nein — no> ", "… (the log has the rest)")
}

func TestACrashIsNoAnswerAndTheNextAttemptIs(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(central, forBackup(), time.Minute)
	w.onStart = func(run lambda.Invocation) {
		w.onStart = nil
		w.Lambda.Kill(run.RequestID)
	}
	_, err := w.CloudFormation.Send(t.Context(), cloudformation.CustomResource{
		Type: cloudformation.Create, Function: function, Properties: properties("1", "account"),
	})
	require.ErrorIs(t, err, cloudformation.ErrNoAnswer)
	succeeded(t, w.create(function, "account"))
}
