package estate

import "strings"

var principal = expression(`^arn:(aws|aws-us-gov):iam::(\d{12}):(?:role|user)/(?:[\w+=,.@*-]+/)*([\w+=,.@*-]+)$`)

// longestTrust is the most characters of a role's trust policy by default [IAM
// quotas]; IAM raises it on request, up to 4,096.
const longestTrust = 2048

const (
	// trustAround is what the trust policy of the Operator role, which package policy
	// writes, may have besides the operators: 622 characters with the longest name of an estate, id of an
	// organization and partition, and some more for what may be added to it.
	trustAround = 700
	// trustPerARN is the quotes around an ARN, and the comma after it.
	trustPerARN = 3
)

// operators checks each of them, and their length in all: they stand in the trust
// policy of each of the two roles that they may assume in a member.
func (c *checker) operators() {
	c.each("operators", c.e.Operators, c.operator)
	n := 0
	for _, operator := range c.e.Operators {
		n += len(operator) + trustPerARN
	}
	if room := longestTrust - trustAround; n > room {
		c.add("operators", "they take %d characters, each ARN %d besides its own; %d are possible, for IAM takes %d in the trust policy of the role %s: name fewer, or several by one ARN with * in it",
			n, trustPerARN, room, longestTrust, c.e.Called(OperatorRole))
	}
}

func (c *checker) operator(at, operator string) {
	const like = "arn:aws:iam::222222222222:role/OnCall"
	c.matches(principal, at, operator, "the ARN of a role or a user", like)
	match := principal.find(operator)
	if match == nil {
		return
	}
	if match[1] != c.e.partition() {
		c.add(at, "%s is not the estate's partition %s", match[1], c.e.partition())
	}
	if match[2] != c.e.Accounts.Backup && c.e.Accounts.Backup != "" {
		c.add(at, "account %s is not the backup account %s, from which operators act", match[2], c.e.Accounts.Backup)
	}
	if strings.Trim(match[3], "*") == "" {
		c.add(at, "%q admits every name; give a part of it, as in %s*", operator, like)
	}
}

// breakGlass finds a role that would undo the protection of the vaults: one of the
// estate's own. Names of roles differ by more than case [IAM: names].
func (c *checker) breakGlass() {
	switch role, own := c.e.BreakGlassRole, c.e.Called(""); {
	case role == "":
	case !roleName.MatchString(role):
		c.add("breakGlassRole", "%q is not the name of a role, without a path; it would look like BreakGlass", role)
	case strings.HasPrefix(strings.ToLower(role), own):
		c.add("breakGlassRole", "%q begins with %s, as the estate's own roles do, and none of them may delete recovery points; it would look like BreakGlass", role, own)
	}
}
