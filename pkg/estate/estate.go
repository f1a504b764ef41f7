package estate

import (
	"maps"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Estate is one estate as its file describes it, defaults filled in and checked:
// one primary Region, one backup account, the members whose databases are copied.
// It does not change after Load. What each key means, and what it is when it is
// left out, stands in infra/config/example.yaml.
type Estate struct {
	Name         string           `yaml:"name"`         // begins every name that the estate gives to anything
	Organization string           `yaml:"organization"` // id of the AWS organization
	Accounts     Accounts         `yaml:"accounts"`
	Members      Members          `yaml:"members"`
	Admission    Admission        `yaml:"admission"`
	Regions      Regions          `yaml:"regions"`
	Vaults       map[string]Vault `yaml:"vaults"` // by the name that plans use
	TagKey       string           `yaml:"tagKey"` // of the tag that selects a plan
	Plans        map[string]Plan  `yaml:"plans"`
	Restore      Restore          `yaml:"restore"`
	Copies       Copies           `yaml:"copies"`
	Pools        []Pool           `yaml:"pools"`
	// IntermediateRetentionDays is what a verified point keeps in the
	// intermediate vault, in days from its creation; 0: its plan's retention.
	IntermediateRetentionDays int `yaml:"intermediateRetentionDays"`

	RPO            map[string]time.Duration `yaml:"rpo"` // by resource type
	Reconciling    Reconciling              `yaml:"reconciler"`
	Alarms         Alarms                   `yaml:"alarms"`
	Operators      []string                 `yaml:"operators"`      // ARNs of principals in the backup account, * allowed in their names
	BreakGlassRole string                   `yaml:"breakGlassRole"` // name of a role; empty: none
	SharedKey      bool                     `yaml:"sharedKey"`      // members get a key that databases may share
	Logs           Logs                     `yaml:"logs"`
}

// Accounts are the ids of the two accounts that are not members.
type Accounts struct {
	Management string `yaml:"management"`
	Backup     string `yaml:"backup"`
}

// Members says where the member accounts are: in these units of the organization
// and, if Accounts are named, only those of them.
type Members struct {
	Units    []string `yaml:"units"`    // ids of organizational units, or of the root
	Accounts []string `yaml:"accounts"` // empty: every account of the units
}

// AdmissionBy is how the backup account tells that a caller is a member.
type AdmissionBy string

// Ways to admit members. All are bound to the organization.
const (
	ByOrganization AdmissionBy = "organization" // every account of it
	ByUnits        AdmissionBy = "units"        // accounts below some of its paths
	ByAccounts     AdmissionBy = "accounts"     // the accounts of Members.Accounts
)

// Admission says who may copy into the backup account's vaults and send events
// to its bus.
type Admission struct {
	By        AdmissionBy `yaml:"by"`
	UnitPaths []string    `yaml:"unitPaths"` // o-…/r-…/ou-…/*, where By is units
}

// Regions of the estate: where databases are, and where final vaults are.
type Regions struct {
	Primary   string   `yaml:"primary"`
	Secondary []string `yaml:"secondary"`
}

// Owner is whose account a vault stands in.
type Owner string

// Owners of vaults.
const (
	MemberAccount Owner = "member" // one such vault in each member account
	BackupAccount Owner = "backup"
)

// Words for a vault's Region besides a Region's own name.
const (
	PrimaryRegion    = "primary"
	SecondaryRegions = "secondary" // one such vault in each secondary Region
)

// Vault is a backup vault of the estate, or one in each of several Regions.
type Vault struct {
	Account Owner  `yaml:"account"`
	Region  string `yaml:"region"` // primary, secondary or a Region of the estate
	Name    string `yaml:"name"`   // in AWS
	Lock    *Lock  `yaml:"lock"`   // nil: none
}

// LockMode is the mode of a vault lock [AWS Backup: vault lock].
type LockMode string

// Modes of a vault lock.
const (
	Governance LockMode = "governance" // whoever has the right may take it off
	Compliance LockMode = "compliance" // nobody may, once the grace days are over
)

// Lock is a vault lock. Copies whose retention is out of its bounds fail.
type Lock struct {
	Mode      LockMode `yaml:"mode"`
	MinDays   int      `yaml:"minDays"`   // 1 or more
	MaxDays   int      `yaml:"maxDays"`   // 0: no bound
	GraceDays int      `yaml:"graceDays"` // compliance only: 3 or more, in which it may still be taken off
}

// Strategy is the way of a plan's copies.
type Strategy string

// Strategies of plans.
const (
	TwoHop Strategy = "two-hop" // local -> intermediate by the plan, -> final by twohop
	Direct Strategy = "direct"  // local -> every other vault by the plan; without one there is no copy
)

// Plan is one backup plan, selected by the tag TagKey = Tag.
type Plan struct {
	Enabled               bool           `yaml:"enabled"`
	Tag                   string         `yaml:"tag"`
	Strategy              Strategy       `yaml:"strategy"`
	Schedule              string         `yaml:"schedule"` // cron(...) as AWS Backup takes it
	Timezone              string         `yaml:"timezone"` // UTC by one of its names; see timezoneFault
	StartWindowMinutes    int            `yaml:"startWindowMinutes"`
	CompleteWindowMinutes int            `yaml:"completeWindowMinutes"`
	Retention             map[string]int `yaml:"retention" given:"whole"` // days in each vault; names the plan's vaults
	Types                 []string       `yaml:"types"`                   // of the resources that carry the tag, as the service opt-in names them
}

// Restore says how recovery points come back.
type Restore struct {
	DetourVault string `yaml:"detourVault"` // a vault in the backup account's primary Region
}

// Copies bounds the second hop.
type Copies struct {
	DailyCeiling int `yaml:"dailyCeiling"` // per member account in 24 hours; 0: none
	Attempts     int `yaml:"attempts"`     // failed copies after which a point is rejected
}

// Pool is a quota of concurrent copies to one Region.
type Pool struct {
	Types    []string `yaml:"types"`
	Size     int      `yaml:"size"`
	Headroom int      `yaml:"headroom"` // slots kept free for restores
}

// Reconciling says how often the vaults are compared.
type Reconciling struct {
	RecentEvery time.Duration `yaml:"recentEvery"` // of the last days' points
	RecentDays  int           `yaml:"recentDays"`
	FullEvery   time.Duration `yaml:"fullEvery"` // of all points
}

// Alarms says who is told.
type Alarms struct {
	Emails []string `yaml:"emails"`
}

// Logs says how long what happened is kept.
type Logs struct {
	RetentionDays int `yaml:"retentionDays"` // of log groups, as CloudWatch Logs takes it
	ArchiveDays   int `yaml:"archiveDays"`   // of the event archive
}

// EnabledPlans are the names of the plans in force, sorted.
func (e Estate) EnabledPlans() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(e.Plans)) {
		if e.Plans[name].Enabled {
			names = append(names, name)
		}
	}
	return names
}

func (p Pool) hop() hop.Pool { return hop.Pool(p) }
