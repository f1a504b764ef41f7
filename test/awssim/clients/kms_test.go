package clients_test

import (
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/kms"
)

const (
	// readable is the policy of a key that another account's role may look at.
	readable = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"},
		{"Effect":"Allow","Principal":{"AWS":"` + reader + `"},"Action":"kms:DescribeKey","Resource":"*"}]}`
)

// addKey gives the member two keys, of which it returns the one that has the alias
// alias/twohop-local; the API has no calls for these here.
func (l *local) addKey() (arn string) {
	l.t.Helper()
	arn, err := l.KMS.AddKey(kms.Key{Account: member, Region: primary, Description: "orders"})
	require.NoError(l.t, err)
	_, err = l.KMS.AddAlias("alias/twohop-local", arn)
	require.NoError(l.t, err)
	_, err = l.KMS.AddKey(kms.Key{Account: member, Region: primary, Description: "ledger"})
	require.NoError(l.t, err)
	return arn
}

// openKey makes a key whose policy admits everybody.
func (l *local) openKey(account, region string) (arn string) {
	l.t.Helper()
	arn, err := l.KMS.AddKey(kms.Key{Account: account, Region: region,
		Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*"}]}`})
	require.NoError(l.t, err)
	return arn
}

// ordersKey is the key of the cluster orders, made when it is first asked for.
func (l *local) ordersKey() string {
	l.t.Helper()
	if l.orders == "" {
		l.orders = l.openKey(member, primary)
	}
	return l.orders
}
