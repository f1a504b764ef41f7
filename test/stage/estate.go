package stage

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/deploy"
)

// estate is one of those whose templates are checked in.
type estate struct {
	name      string
	members   []string // accounts
	secondary []string // Regions
}

// The estates of infra/config/example.yaml and infra/stacks/testdata/whole.yaml.
var (
	twohop  = estate{name: "twohop", members: []string{Member}, secondary: []string{Secondary}}
	payroll = estate{name: "payroll", members: []string{Member, Second}, secondary: []string{Secondary, Third}}
)

// stack is a stack's name.
func (e estate) stack(part string) string {
	return strings.ToUpper(e.name[:1]) + e.name[1:] + part
}

// stacks are all stacks in the order of deployment, without their templates. That of
// the members is deployed by the management account's StackSet.
func (e estate) stacks() []deploy.Input {
	var all []deploy.Input
	for _, region := range e.secondary {
		all = append(all, deploy.Input{Name: e.stack("BackupSecondary-" + region), Account: Backup, Region: region})
	}
	return append(all,
		deploy.Input{Name: e.stack("BackupPrimary"), Account: Backup, Region: Primary},
		deploy.Input{Name: e.stack("Management"), Account: Management, Region: Primary})
}
