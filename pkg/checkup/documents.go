package checkup

import (
	"cmp"
	"fmt"

	"github.com/twohop/twohop/pkg/policy"
)

// compared are the findings about a live policy that is to be the wanted one: each
// statement that is missing, exactly, and each denial that the estate does not have.
// of names the policy in a sentence ("the access policy of the vault twohop-final"),
// causes is the error that a missing permission brings, deploy mends all of it at once.
func compared(wanted policy.Document, live, of, causes, deploy string) ([]Finding, error) {
	difference, err := policy.Compare(wanted, live)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", of, err)
	}
	var found []Finding
	for _, statement := range difference.Missing {
		follows := causes
		if statement.Effect == policy.Deny || follows == "" {
			follows = statement.Reason
		}
		found = append(found, broken(fmt.Sprintf("%s lacks the statement %s", of, statement.Sid), follows,
			fmt.Sprintf("%s; or add to it:\n%s", deploy, statement.JSON()))...)
	}
	for _, statement := range difference.Denying {
		found = append(found, broken(fmt.Sprintf("%s denies what the estate does not", of), cmp.Or(causes, "what it denies is refused"),
			fmt.Sprintf("%s; or take out of it:\n%s", deploy, statement))...)
	}
	return found, nil
}
