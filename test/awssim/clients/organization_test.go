package clients_test

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/organizations"
)

const (
	organization = "o-a1b2c3d4e5"
	root         = "r-ab12"
	unit         = "ou-ab12-11111111"
)

// addOrganization makes an organization that the backup account manages, with the
// member and two more accounts in its unit; the API has no call for it here.
func (l *local) addOrganization() {
	l.t.Helper()
	require.NoError(l.t, l.Organizations.AddOrganization(organizations.Organization{ID: organization, Root: root, Management: central}))
	require.NoError(l.t, l.Organizations.AddUnit(organizations.Unit{ID: unit, Parent: root, Name: "databases"}))
	require.NoError(l.t, l.Organizations.AddUnit(organizations.Unit{ID: "ou-ab12-22222222", Parent: root, Name: "others"}))
	require.NoError(l.t, l.Organizations.AddAccount(organizations.Account{ID: member, Parent: unit, Name: "orders"}))
	for i, state := range []string{organizations.Suspended, organizations.Active} {
		require.NoError(l.t, l.Organizations.AddAccount(organizations.Account{ID: fmt.Sprintf("44444444444%d", i), Parent: unit, State: state, Name: state}))
	}
}
