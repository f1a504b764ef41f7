package estate

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Prerequisites is the configuration of the function prerequisites in one of the
// two accounts that it runs in.
type Prerequisites struct {
	Estate  string   `json:"-"` // name of the estate, in the ids of its custom resources
	Account string   // id of the account that the function runs in
	Regions []string // in which the account is put in order; none: the duty account is not its
	Types   []string // resource types to opt in, here and in the members, as the service opt-in names them

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
	Regions  []string // in which each member is put in order
}

// RoleARN is the ARN of the role to assume in a member.
func (m MembersDuty) RoleARN(account string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", Partition(m.Regions[0]), account, m.Role)
}

const envPrerequisites = "TWOHOP_PREREQUISITES"

// environmentLimit is the most bytes of names and values that a function's
// environment may have [Lambda: configuration-envvars].
const environmentLimit = 4096

// Environment is the configuration as environment variables; ReadPrerequisites
// reads it back. Hundreds of account ids are more than Lambda takes, which is an
// error.
func (p Prerequisites) Environment() (map[string]string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", envPrerequisites, err)
	}
	variables := map[string]string{envEstate: p.Estate, envPrerequisites: string(text)}
	measured, err := json.Marshal(variables) // as Lambda measures
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w", envPrerequisites, err)
	}
	if len(measured) > environmentLimit {
		return nil, fmt.Errorf("the environment of the function prerequisites has %d bytes, Lambda takes %d: "+
			"name units rather than single accounts", len(measured), environmentLimit)
	}
	return variables, nil
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
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

func (p Prerequisites) check(at string) faults {
	var c checker
	c.account(at+".Account", p.Account, "222222222222")
	c.each(at+".Regions", p.Regions, c.region)
	c.each(at+".Types", p.Types, func(at, name string) { c.oneOf(at, name, optIns...) })
	if len(p.Types) == 0 && (len(p.Regions) > 0 || p.Members != nil) {
		c.add(at+".Types", "no resource type; some of %v are needed", optIns)
	}
	if len(p.Regions) == 0 && p.Organization == nil && p.Members == nil {
		c.add(at, "has no duty; Regions, Organization or Members are needed")
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
	if len(m.Regions) == 0 {
		c.add(at+".Regions", "no Region; one would look like eu-central-1")
	}
	c.each(at+".Regions", m.Regions, c.region)
}

// each checks a list's items one by one, and that none stands in it twice.
func (c *checker) each(at string, words []string, check func(at, word string)) {
	for i, word := range words {
		check(item(at, i), word)
	}
	c.once(at, words)
}
