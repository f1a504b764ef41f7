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
	forwarded := buspolicy.Request{
		Account: member, PrincipalARN: "arn:aws:iam::" + member + ":role/twohop-forward", Organization: e.Organization,
		Source: "aws.backup", DetailType: "Copy Job State Change",
	}
	assert.True(t, bus.Admits(forwarded))
	for name, change := range map[string]func(*buspolicy.Request){
		"another role":         func(r *buspolicy.Request) { r.PrincipalARN = "arn:aws:iam::" + member + ":role/admin" },
		"another organization": func(r *buspolicy.Request) { r.Organization = "o-9999999999" },
		"another source":       func(r *buspolicy.Request) { r.Source = "my.app" },
		"another kind":         func(r *buspolicy.Request) { r.DetailType = "Backup Job State Change" },
	} {
		r := forwarded
		change(&r)
		assert.False(t, bus.Admits(r), name)
	}
}
