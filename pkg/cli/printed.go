package cli

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/fix"
)

// given are the flags that lead a printed command of twohop to where this one went.
func (a *access) given() string {
	flags := "--estate " + fix.Quoted(a.file)
	for _, account := range slices.Sorted(maps.Keys(a.profiles)) {
		flags += " --profile " + fix.Quoted(account+"="+a.profiles[account])
	}
	return flags
}

// switchOn says how what is off is switched on again. Resume does it for what pause switches
// off, and for nothing else.
func (a *access) switchOn(off []string) string {
	paused := map[string]bool{}
	for _, s := range awsswitch.SecondHop(awslogin.Config{}, namesOf(a.estate)) {
		paused[s.String()] = true
	}
	others := slices.ContainsFunc(off, func(name string) bool { return !paused[name] })
	switch {
	case !slices.ContainsFunc(off, func(name string) bool { return paused[name] }):
		return fmt.Sprintf("twohop doctor %s prints the commands that switch it on; twohop resume does not", a.given())
	case others:
		return fmt.Sprintf("twohop resume %[1]s --yes, once the reason for the pause is gone; twohop doctor %[1]s prints the commands for what resume does not switch on", a.given())
	default:
		return fmt.Sprintf("twohop resume %s --yes, once the reason for the pause is gone", a.given())
	}
}

var (
	awsCommand   = regexp.MustCompile(`\baws [a-z0-9-]+ (wait )?[a-z0-9]+(-[a-z0-9]+)+\b`)
	otherAccount = regexp.MustCompile(`in account (\d{12})\b`)
)

// runnable is what mends a finding, its commands with the profiles that were given: those of
// the AWS CLI run where the finding is, unless the text names another account.
func (d *doctor) runnable(f checkup.Finding) string {
	a, account, mend := &d.access, f.Account, f.Mend
	if strings.Contains(mend, "in the management account") {
		account = a.estate.Accounts.Management
	} else if named := otherAccount.FindStringSubmatch(mend); named != nil {
		account = named[1]
	}
	if profile := a.profiles[account]; profile != "" {
		mend = strings.ReplaceAll(mend, " --profile "+account+"=NAME", "")
		mend = awsCommand.ReplaceAllStringFunc(mend, func(command string) string { return command + " --profile " + fix.Quoted(profile) })
	}
	return strings.ReplaceAll(mend, "--estate "+a.file, a.given())
}
