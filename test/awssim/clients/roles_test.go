package clients_test

import (
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/iam"
)

const (
	memberRole = "arn:aws:iam::111111111111:role/BackupandRestore"
	reader     = "arn:aws:iam::222222222222:role/TwohopReader"
	everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
)

// addRoles gives the member a role that AWS Backup works with, the backup account one
// that may describe keys as far as it alone decides, and both an administrator; the API
// has no calls for these here.
func (l *local) addRoles() {
	l.t.Helper()
	for _, r := range []iam.Role{
		{Account: member, Name: "BackupandRestore", Trust: trusts(`{"Service":"backup.amazonaws.com"}`), Inline: map[string]string{"all": everything}},
		{Account: central, Name: "TwohopReader", Trust: trusts(`{"AWS":"111111111111"}`), Inline: map[string]string{
			"keys": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:DescribeKey","Resource":"*"}]}`}},
		{Account: member, Name: "Administrator", Trust: trusts(`{"AWS":"111111111111"}`), Inline: map[string]string{"all": everything}},
	} {
		require.NoError(l.t, l.IAM.AddRole(r))
	}
}

func trusts(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`
}

// administrator is an access key of the member's administrator: a root user assumes no
// role.
func (l *local) administrator() string {
	l.t.Helper()
	session, err := l.STS.Session("arn:aws:iam::"+member+":role/Administrator", "client", 0)
	require.NoError(l.t, err)
	return session.AccessKeyID
}
