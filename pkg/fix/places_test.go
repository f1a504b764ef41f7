package fix_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

func (m memoryAWS) VaultPolicy(context.Context, string, string) (string, error) {
	if m.access == nil {
		return "", errors.New("not shown")
	}
	return *m.access, nil
}

func TestTheAccessPolicyOfTheVaultIsReadBeforeItIsBlamed(t *testing.T) {
	e := example(t)
	middle := vault(t, e, e.Accounts.Backup, "intermediate", "eu-central-1")
	failed := hop.FailedJob{Kind: hop.FirstHop, Class: hop.ClassVaultPolicy, Message: diagnose.SaysAccessDenied, Resource: resource, Destination: middle}
	wanted, err := policy.VaultAccess(e, e.Accounts.Backup, "intermediate", "eu-central-1")
	require.NoError(t, err)
	deployed, err := json.Marshal(wanted)
	require.NoError(t, err)
	denied := strings.Replace(string(deployed), `"Statement":[`, `"Statement":[{"Effect":"Deny","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"},`, 1)
	require.NotEqual(t, string(deployed), denied)
	text := func(s string) *string { return &s }
	for sentence, c := range map[string]struct {
		live       *string
		fix        string
		statements bool
	}{
		"it cannot be read":         {nil, "add the statement below to the access policy of the vault twohop-intermediate", true},
		"it lacks the statement":    {text(""), "add the statement below to the access policy of the vault twohop-intermediate", true},
		"it denies the copy":        {&denied, `take this out of the policy: {"Effect":"Deny"`, false},
		"it admits the copy by now": {text(string(deployed)), "nothing is left to fix in the policy", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			advice := (&fix.Adviser{Estate: e, File: "my.yaml", Open: memoryAWS{access: c.live}.open}).Of(t.Context(), failed)
			assert.Contains(t, advice.Fix, c.fix)
			assert.Equal(t, c.statements, slices.ContainsFunc(advice.Steps, func(s fix.Step) bool { return len(s.Statements) > 0 }), "%+v", advice.Steps)
		})
	}
}
