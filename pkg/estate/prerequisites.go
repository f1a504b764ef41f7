package estate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Prerequisites is the configuration of the function prerequisites in one of the
// two accounts that it runs in.
type Prerequisites struct {
	Estate  string `json:"-"` // name of the estate, in the ids of its custom resources and in the members' trails
	Account string // id of the account that the function runs in

	OptIns       OptIns            `json:",omitempty"` // in which Regions the account is put in order; none: not this function's
	Organization *OrganizationDuty `json:",omitempty"` // nil: not this function's
	Members      *MembersDuty      `json:",omitempty"` // nil: not this function's
}

// OrganizationDuty is the configuration of the duty organization.
type OrganizationDuty struct {
	ID string // o-…: no other organization is touched
}

// MembersDuty is the configuration of the duty members.
type MembersDuty struct {
	Units    []string // ids of organizational units, or of the root: their accounts at any depth
	Accounts []string // narrow the units down to these; none: every account of the units
	Except   []string // accounts that are never members: the backup account, the management account
	Role     string   // name of the role to assume in each member
	OptIns   OptIns   // in which Regions each member is put in order
}

// RoleARN is the ARN of the role to assume in a member, in the partition of its
// Regions.
func (m MembersDuty) RoleARN(account string) string {
	partition := Partition("")
	if regions := keys(m.OptIns); len(regions) > 0 { // so it is where the duty was checked
		partition = Partition(regions[0])
	}
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", partition, account, m.Role)
}

// Session is the name of the function's sessions in the members: their trails tell
// which estate came.
func (p Prerequisites) Session() string { return Estate{Name: p.Estate}.Called(PrerequisiteDuty) }

const envPrerequisites = "TWOHOP_PREREQUISITES"

// Environment is the configuration as environment variables; ReadPrerequisites
// reads it back. Hundreds of account ids, or dozens of Regions, are more than Lambda
// takes, which is an error.
func (p Prerequisites) Environment() (map[string]string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envPrerequisites, err)
	}
	advice := "name fewer secondary Regions with vaults, or fewer types"
	if p.Members != nil {
		advice = "name units rather than single accounts, and one unit rather than those below it"
	}
	return fit(PrerequisiteDuty, advice, map[string]string{envEstate: p.Estate, envPrerequisites: string(text)})
}

// ReadPrerequisites reads the configuration from environment variables. The error
// names every fault, one to a line.
func ReadPrerequisites(getenv func(string) string) (Prerequisites, error) {
	r := reader{getenv: getenv}
	name := r.text(envEstate)
	var p Prerequisites
	if r.json(envPrerequisites, &p) {
		r.found(p.check(envPrerequisites).errors())
	}
	if len(r.faults) > 0 {
		return Prerequisites{}, fmt.Errorf("configuration: %d faults:\n%w", len(r.faults), errors.Join(r.faults...))
	}
	p.Estate = name
	return p, nil
}

// roleName [IAM quotas].
var roleName = expression(`^[\w+=,.@-]{1,64}$`)

func (p Prerequisites) check(at string) faults {
	var c checker
	c.account(at+".Account", p.Account, "222222222222")
	p.OptIns.check(&c, at+".OptIns")
	if len(p.OptIns) == 0 && p.Organization == nil && p.Members == nil {
		c.add(at, "has no duty; OptIns, Organization or Members are needed")
	}
	if p.Organization != nil {
		c.matches(organizationID, at+".Organization.ID", p.Organization.ID, "the id of an organization", "o-a1b2c3d4e5")
	}
	if p.Members != nil {
		p.Members.check(&c, at+".Members", p.Account)
	}
	return c.faults
}

func (m MembersDuty) check(c *checker, at, own string) {
	if len(m.Units) == 0 {
		c.add(at+".Units", "no unit; the id of an organizational unit or of the root is needed, which would look like ou-ab12-11111111")
	}
	c.each(at+".Units", m.Units, func(at, unit string) {
		c.matches(unitID, at, unit, "the id of an organizational unit or of the root", "ou-ab12-11111111 or r-ab12")
	})
	c.each(at+".Except", m.Except, func(at, id string) { c.account(at, id, "222222222222") })
	if accountID.MatchString(own) && !slices.Contains(m.Except, own) {
		c.add(at+".Except", "%s, the function's own account, is missing; it cannot be a member", own)
	}
	c.each(at+".Accounts", m.Accounts, func(at, id string) {
		c.account(at, id, "111111111111")
		if slices.Contains(m.Except, id) {
			c.add(at, "%s is one of Except, which are never members; take it out", id)
		}
	})
	c.matches(roleName, at+".Role", m.Role, "the name of a role", "twohop-Operator")
	if len(m.OptIns) == 0 {
		c.add(at+".OptIns", `no Region; one would look like {"eu-central-1": ["RDS"]}`)
	}
	m.OptIns.check(c, at+".OptIns")
}

// each checks a list's items one by one, and that none stands in it twice.
func (c *checker) each(at string, words []string, check func(at, word string)) {
	for i, word := range words {
		check(item(at, i), word)
	}
	c.once(at, words)
}
