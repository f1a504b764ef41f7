package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/policy"
	"github.com/twohop/twohop/test/awssim/events/buspolicy"
)

func TestTheLocalAWSReadsTheBusPolicyInTheSameWay(t *testing.T) {
	e := estateWith(t)
	bus, err := buspolicy.Parse(jsonOf(t, policy.Bus(e)), e.BusARN())
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change func(*buspolicy.Request)
		want   bool
	}{
		"what is forwarded": {func(*buspolicy.Request) {}, true},
		"another role": {func(r *buspolicy.Request) {
			r.Principal = buspolicy.Principal("arn:aws:iam::" + member + ":role/admin")
		}, false},
		"another organization": {func(r *buspolicy.Request) { r.Principal.Organization = "o-9999999999" }, false},
		"another source":       {func(r *buspolicy.Request) { r.Source = "my.app" }, false},
		"another kind":         {func(r *buspolicy.Request) { r.DetailType = "Backup Job State Change" }, false},
	} {
		r := buspolicy.Request{
			Principal: buspolicy.Principal("arn:aws:iam::" + member + ":role/twohop-forward"),
			BusARN:    e.BusARN(), BusAccount: e.Accounts.Backup, Source: "aws.backup", DetailType: "Copy Job State Change",
		}
		r.Principal.Organization = e.Organization
		test.change(&r)
		admitted, err := bus.Admits(r)
		require.NoError(t, err, name)
		assert.Equal(t, test.want, admitted, name)
	}
}
