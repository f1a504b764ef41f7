package estate_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestFaultsOfThoseWhoAreTrusted(t *testing.T) {
	refuse(t, map[string]fault{
		"an operator by name":           {"operators: [OnCall]", `operators[0]: "OnCall" is not the ARN of a role or a user; it would look like arn:aws:iam::222222222222:role/OnCall`},
		"a whole account of operators":  {`operators: ["arn:aws:iam::222222222222:root"]`, "is not the ARN of a role or a user"},
		"operators of every name":       {`operators: ["arn:aws:iam::222222222222:role/*"]`, "admits every name; give a part of it"},
		"operators of every path":       {`operators: ["arn:aws:iam::222222222222:role/*/**"]`, "admits every name"},
		"an operator of a member":       {`operators: ["arn:aws:iam::111111111111:role/OnCall"]`, "operators[0]: account 111111111111 is not the backup account 222222222222, from which operators act"},
		"an operator of any account":    {`operators: ["arn:aws:iam::*:role/OnCall"]`, "is not the ARN of a role or a user"},
		"an operator of another cloud":  {`operators: ["arn:aws-us-gov:iam::222222222222:role/OnCall"]`, "operators[0]: aws-us-gov is not the estate's partition aws"},
		"an operator twice":             {`operators: ["arn:aws:iam::222222222222:role/OnCall", "arn:aws:iam::222222222222:role/OnCall"]`, "operators[1]"},
		"a role of the estate's own":    {"breakGlassRole: twohop-Operator", `breakGlassRole: "twohop-Operator" begins with twohop-, as the estate's own roles do, and none of them may delete recovery points; it would look like BreakGlass`},
		"that role in other letters":    {"breakGlassRole: TwoHop-operator", `breakGlassRole: "TwoHop-operator" begins with twohop-`},
		"a break-glass role by its ARN": {"breakGlassRole: 'arn:aws:iam::222222222222:role/BreakGlass'", "is not the name of a role, without a path; it would look like BreakGlass"},
	})
	accept(t, map[string]string{
		"operators of a permission set": `operators: ["arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_OnCall_*", "arn:aws:iam::222222222222:user/ada"]`,
		"operators in GovCloud":         "regions: {primary: us-gov-west-1, secondary: [us-gov-east-1]}\noperators: [\"arn:aws-us-gov:iam::222222222222:role/OnCall\"]",
		"a break-glass role":            "breakGlassRole: BreakGlass",
		"one of another estate":         "breakGlassRole: twohops-BreakGlass",
	})
}

// operators are n ARNs of the given length.
func operators(n, length int) string {
	const arn = "arn:aws:iam::222222222222:role/"
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "  - %s%s%02d\n", arn, strings.Repeat("r", length-len(arn)-2), i)
	}
	return "operators:\n" + text.String()
}

func TestOperatorsFitIntoATrustPolicy(t *testing.T) {
	refuse(t, map[string]fault{
		"a character too many": {operators(1, 1346), "operators: they take 1349 characters, each ARN 3 besides its own; 1348 are possible, for IAM takes 2048 in the trust policy of the role twohop-Operator: name fewer, or several by one ARN with * in it"},
		"thirty roles":         {operators(30, 80), "operators: they take 2490 characters"},
	})
	accept(t, map[string]string{
		"to the last character": operators(1, 1345),
		"sixteen roles":         operators(16, 80),
	})
}
