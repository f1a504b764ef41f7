package buspolicy

import (
	"encoding/json"
	"regexp"

	"github.com/twohop/twohop/test/awssim/events/fault"
)

// Parameters are a statement as PutPermission takes it without a policy.
type Parameters struct {
	Action, Principal, StatementID string
	Condition                      *ParameterCondition
}

// ParameterCondition is the one condition that parameters can give.
type ParameterCondition struct{ Type, Key, Value string }

var accountOrEveryone = regexp.MustCompile(`^(\d{12}|\*)$`)

// Statement is the policy statement that the parameters stand for.
func (in Parameters) Statement(busARN string) (json.RawMessage, error) {
	if in.Action != "events:PutEvents" {
		return nil, fault.Invalid("Provided value in parameter 'action' is not supported.")
	}
	if err := fault.StatementID.Check(in.StatementID, "statementId"); err != nil {
		return nil, err
	}
	if !accountOrEveryone.MatchString(in.Principal) {
		return nil, fault.Constraint(in.Principal, "principal", `satisfy regular expression pattern: (\d{12}|\*)`)
	}
	statement := map[string]any{"Sid": in.StatementID, "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": busARN}
	if in.Principal != "*" {
		statement["Principal"] = map[string]string{"AWS": "arn:aws:iam::" + in.Principal + ":root"}
	}
	if c := in.Condition; c != nil {
		// No other condition can be given this way [API: Condition].
		if c.Type != "StringEquals" || c.Key != "aws:PrincipalOrgID" || c.Value == "" {
			return nil, fault.Invalid("Condition is %s %s %q; it must be StringEquals aws:PrincipalOrgID and an organization's id", c.Type, c.Key, c.Value)
		}
		statement["Condition"] = map[string]any{c.Type: map[string]string{c.Key: c.Value}}
	}
	return json.Marshal(statement)
}
