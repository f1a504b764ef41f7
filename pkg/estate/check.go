package estate

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// check finds everything that is wrong with an estate.
func (e Estate) check() faults {
	c := checker{e: e}
	c.names()
	c.organization()
	c.members()
	c.admission()
	c.regions()
	c.vaults()
	c.plans()
	c.copies()
	c.operation()
	if len(c.faults) == 0 { // else they are not what they will be
		c.environments()
	}
	return c.faults
}

// checker walks over an estate. Paths are those of the file.
type checker struct {
	e Estate
	faults
}

// longestName leaves room for what is put after the estate's name: a role may have
// 64 characters in all [IAM quotas], a vault and a backup plan 50 [AWS Backup API].
const longestName = 24

const somePath = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"

// pattern is a regular expression. It is compiled at its first use: a function that starts
// does not need most of them.
type pattern func() *regexp.Regexp

func expression(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// MatchString reports whether the text has the pattern's form.
func (p pattern) MatchString(text string) bool {
	return p().MatchString(text)
}

// find is what the pattern's groups hold, after the whole; nil: another form.
func (p pattern) find(text string) []string {
	return p().FindStringSubmatch(text)
}

var (
	partName       = expression(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	partKey        = expression(`^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$`) // logical ids leave hyphens out: a-1b and a1b would be one
	tagText        = expression(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`)      // [tag naming limits and requirements]
	accountID      = expression(`^\d{12}$`)
	organizationID = expression(`^o-[a-z0-9]{10,32}$`) // this and the next: [Organizations API]
	unitID         = expression(`^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$`)
	unitPath       = expression(`^(o-[a-z0-9]{10,32})/r-[a-z0-9]{4,32}/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}/)*\*$`) // [aws:PrincipalOrgPaths]
)

// form tells whether a text has it.
type form interface{ MatchString(text string) bool }

// matches finds a text that is left out or of another form.
func (c *checker) matches(want form, at, text, what, like string) {
	switch {
	case text == "":
		c.add(at, "is not set; %s would look like %s", what, like)
	case !want.MatchString(text):
		c.add(at, "%q is not %s; it would look like %s", text, what, like)
	}
}

// oneOf finds a word that is left out or not among those that are possible.
func (c *checker) oneOf(at, text string, words ...string) {
	switch {
	case text == "":
		c.add(at, "is not set; %s are possible", list(words))
	case !slices.Contains(words, text):
		c.add(at, "%q is not possible%s; %s are", text, nearest(text, words), list(words))
	}
}

// between finds a number out of bounds.
func (c *checker) between(at string, n, low, high int, unit string) {
	if n < low || n > high {
		c.add(at, "%d is out of bounds; %d to %d %s are possible", n, low, high, unit)
	}
}

// once finds what stands in a list twice.
func (c *checker) once(at string, words []string) {
	for i, word := range words {
		if word != "" && slices.Index(words, word) < i {
			c.add(item(at, i), "%q stands in the list already; keep one of them", word)
		}
	}
}

// key finds a key of a vault or a plan from which no logical id can be made.
func (c *checker) key(at, key, like string) {
	c.matches(partKey, at, key, "a key of small letters, digits and single hyphens, with a letter after each hyphen", like)
}

// named reports whether the name that a part has by default is the part's own
// fault: that of the estate or of the key would only be said again.
func (c *checker) named(key string) bool {
	return partName.MatchString(c.e.Name) && len(c.e.Name) <= longestName && partKey.MatchString(key)
}

func (c *checker) names() {
	c.matches(partName, "name", c.e.Name, "a name of small letters, digits and single hyphens", "twohop")
	if len(c.e.Name) > longestName {
		c.add("name", "%q has %d characters; it begins the names of roles and vaults, so use %d or fewer", c.e.Name, len(c.e.Name), longestName)
	}
	if c.e.Name == "default" {
		c.add("name", "%q is the name of the event bus and of the schedule group that every account has already; it would look like twohop", c.e.Name)
	}
	c.tag("tagKey", c.e.TagKey, 128)
}

// tag finds a key or value that a tag cannot have [tag naming limits and requirements].
func (c *checker) tag(at, text string, longest int) {
	switch {
	case !tagText.MatchString(text):
		c.matches(tagText, at, text, "a tag of letters, digits, spaces and _ . : / = + - @", "backup")
	case strings.TrimSpace(text) == "":
		c.add(at, "%q is nothing but blanks; it would look like backup", text)
	case strings.HasPrefix(strings.ToLower(text), "aws:"):
		c.add(at, "%q begins with aws:, which AWS keeps for itself; it would look like backup", text)
	}
	if n := len([]rune(text)); n > longest {
		c.add(at, "has %d characters; a tag takes %d", n, longest)
	}
}

func (c *checker) organization() {
	c.matches(organizationID, "organization", c.e.Organization, "the id of an organization", "o-a1b2c3d4e5")
	accounts := c.e.Accounts
	c.account("accounts.management", accounts.Management, "333333333333")
	c.account("accounts.backup", accounts.Backup, "222222222222")
	if accounts.Backup != "" && accounts.Backup == accounts.Management {
		c.add("accounts.backup", "%s is the management account; an account of its own keeps the copies out of its reach", accounts.Backup)
	}
}

func (c *checker) account(at, id, like string) {
	c.matches(accountID, at, id, "the id of an account, 12 digits", like)
}

func (c *checker) members() {
	members := c.e.Members
	if len(members.Units) == 0 {
		c.add("members.units", "names no unit; the id of an organizational unit or of the root is needed, which would look like ou-ab12-11111111")
	}
	c.each("members.units", members.Units, func(at, unit string) {
		c.matches(unitID, at, unit, "the id of an organizational unit or of the root", "ou-ab12-11111111 or r-ab12")
	})
	c.each("members.accounts", members.Accounts, func(at, account string) {
		c.account(at, account, "111111111111")
		switch account {
		case "":
		case c.e.Accounts.Backup:
			c.add(at, "%s is the backup account, which is no member; take it out", account)
		case c.e.Accounts.Management:
			c.add(at, "%s is the management account, which no StackSet covers; take it out", account)
		}
	})
}

func (c *checker) admission() {
	by, paths := c.e.Admission.By, c.e.Admission.UnitPaths
	c.oneOf("admission.by", string(by), string(ByOrganization), string(ByUnits), string(ByAccounts))
	switch {
	case by == ByUnits && len(paths) == 0:
		c.add("admission.unitPaths", "names no path, but admission is by units; one would look like %s", somePath)
	case by != ByUnits && len(paths) > 0:
		c.add("admission.unitPaths", "has no effect while admission is by %s; take it out, or set admission.by to units", by)
	case by == ByAccounts && len(c.e.Members.Accounts) == 0:
		c.add("admission.by", "is accounts, but members.accounts names none; name them there")
	}
	c.each("admission.unitPaths", paths, func(at, path string) {
		c.matches(unitPath, at, path, "a path of the organization", somePath)
		if match := unitPath.find(path); match != nil && match[1] != c.e.Organization {
			c.add(at, "%s is not the estate's organization %s", match[1], c.e.Organization)
		}
	})
}

// keys are the sorted keys of a map.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
