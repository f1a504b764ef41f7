package policy_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// limits in bytes of JSON without white space, by what a document's name begins
// with. AWS Backup documents none for a vault's policy; IAM's usual one is kept.
var limits = map[string]int{
	"vault-": 10_240,
	"key-":   32_768, // [KMS: quotas]
	"bus":    10_240, // [CloudFormation: AWS::Events::EventBusPolicy]
	"queue-": 8_192,  // [SQS: policy quotas]
	"topic":  30_720, // [SNS: quotas]
	"role-":  10_240, // all inline policies of a role [IAM: quotas]
}

func TestDocumentsFitIntoAWS(t *testing.T) {
	all := estates(t)
	// 500 members that are told by their ids.
	all["a large estate"] = estateWith(t, byAccounts, breakGlass, operators, sharedKey, fanOut, func(e *estate.Estate) {
		e.Members.Accounts = nil
		for i := range 500 {
			e.Members.Accounts = append(e.Members.Accounts, fmt.Sprintf("%012d", 111111111111+i))
		}
	})
	for name, e := range all {
		for _, d := range documents(t, e) {
			measured := false
			for prefix, limit := range limits {
				if strings.HasPrefix(d.Name, prefix) {
					measured = true
					assert.LessOrEqual(t, len(jsonOf(t, d.Document)), limit, "%s: %s", name, d.Name)
				}
			}
			assert.True(t, measured, "%s has no limit", d.Name)
			if strings.HasSuffix(d.Name, "-trust") {
				assert.LessOrEqual(t, len(jsonOf(t, d.Document)), 2048, "%s: %s [IAM: quotas, role trust policy length]", name, d.Name)
			}
			for _, s := range d.Document.Statement {
				if strings.HasPrefix(d.Name, "queue-") {
					assert.LessOrEqual(t, len(s.Action), 7, "[SQS: policy quotas, actions per statement]")
				}
			}
		}
	}
}

// CloudFormation makes the reason the role's description [IAM API: CreateRole].
func TestARolesReasonFitsItsDescription(t *testing.T) {
	e := estateWith(t, operators)
	reader, _ := policy.Reader(e, member)
	text := regexp.MustCompile(`^[\x20-\x7e]{20,1000}$`)
	for _, role := range []policy.Role{
		policy.CopyStarter(e), policy.OutcomeTracker(e), policy.Reconciler(e), policy.Copy(e), policy.Restore(e), policy.BackupPrerequisites(e), policy.ManagementPrerequisites(e),
		policy.Schedules(e, backup), policy.Backup(e, member), policy.Forward(e, member), policy.Operator(e, member), reader,
	} {
		assert.Regexp(t, text, role.Reason, role.Name)
		assert.LessOrEqual(t, len(role.Name), 64, "[IAM: quotas, role name length]")
	}
}
