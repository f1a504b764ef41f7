package clients_test

import (
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/kms"
)

const (
	reader = "arn:aws:iam::222222222222:role/TwohopReader"

	// readable is the policy of a key that another account's role may look at.
	readable = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"},
		{"Effect":"Allow","Principal":{"AWS":"` + reader + `"},"Action":"kms:DescribeKey","Resource":"*"}]}`
)

// addKey gives the member two keys, of which it returns the one that has the alias
// alias/twohop-local, and the backup account the role TwohopReader, which may describe
// keys as far as it alone decides; the API has no calls for these here.
func (l *local) addKey() (arn string) {
	l.t.Helper()
	arn, err := l.KMS.AddKey(kms.Key{Account: member, Region: primary, Description: "orders"})
	require.NoError(l.t, err)
	_, err = l.KMS.AddAlias("alias/twohop-local", arn)
	require.NoError(l.t, err)
	_, err = l.KMS.AddKey(kms.Key{Account: member, Region: primary, Description: "ledger"})
	require.NoError(l.t, err)
	require.NoError(l.t, l.IAM.AddRole(iam.Role{
		Account: central, Name: "TwohopReader",
		Trust:  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}]}`,
		Inline: map[string]string{"keys": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:DescribeKey","Resource":"*"}]}`},
	}))
	return arn
}
