package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// badValue is an error of usage that is found only once the estate's file has been read.
type badValue struct{ error }

func (b *badValue) Unwrap() error { return b.error }

// The functions below list the values that a flag takes. Checks and the completion of shells
// both use them, so they read the estate's file and never call AWS.

func classNames() []string {
	var names []string
	for _, class := range hop.Classes {
		names = append(names, string(class))
	}
	return names
}

// copyRegions are the Regions in which the backup account has vaults.
func copyRegions(e estate.Estate) []string {
	var regions []string
	for _, vault := range e.BackupVaults() {
		regions = append(regions, vault.Region)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// memberAccounts are the members that the file names; none where it names units alone.
func memberAccounts(e estate.Estate) []string {
	return slices.Sorted(slices.Values(e.Members.Accounts))
}

// profileAccounts are the beginnings of the values of --profile.
func profileAccounts(e estate.Estate) []string {
	var begun []string
	for _, account := range append(memberAccounts(e), e.Accounts.Backup, e.Accounts.Management) {
		begun = append(begun, account+"=")
	}
	return begun
}

// oneOf finds a value among those that a flag takes, whatever its case.
func oneOf(flag, value string, values []string) (string, error) {
	at := slices.IndexFunc(values, func(v string) bool { return strings.EqualFold(v, value) })
	if at < 0 {
		return "", &badValue{fmt.Errorf("--%s: %q is not one of %s", flag, value, strings.Join(values, ", "))}
	}
	return values[at], nil
}

var accountID = regexp.MustCompile(`^\d{12}$`)

// memberID checks the value of a flag that takes a member account. Members that the estate
// does not name are accepted, since it may name units alone.
func memberID(flag, value string, e estate.Estate) error {
	known := "the estate names no member accounts, only units"
	if len(e.Members.Accounts) > 0 {
		known = "the estate's are " + strings.Join(memberAccounts(e), ", ")
	}
	switch {
	case !accountID.MatchString(value):
		return &badValue{fmt.Errorf("--%s: %q is not the 12 digits of a member account; %s", flag, value, known)}
	case value == e.Accounts.Backup:
		return &badValue{fmt.Errorf("--%s: %s is the backup account, not a member; %s", flag, value, known)}
	default:
		return nil
	}
}

// isNamed reports whether a flag's value means a resource: by its ARN, or by its name with
// or without its kind, such as db:orders or orders.
func isNamed(arn, value string) bool {
	return value == arn || value == nameOf(arn) || value == lastPart(arn)
}

// someNames lists the first names of resources, sorted.
func someNames(arns []string) string {
	var names []string
	for _, arn := range arns {
		names = append(names, nameOf(arn))
	}
	slices.Sort(names)
	return picture.Named(slices.Compact(names))
}

// completes has shells complete the values of a flag that are the same in every estate.
func completes(command *cobra.Command, flag string, values []string) {
	cobra.CheckErr(command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
}

// completes has shells complete the values of a flag from the estate's file, where it can be
// read.
func (a *access) completes(command *cobra.Command, flag string, directive cobra.ShellCompDirective, values func(estate.Estate) []string) {
	cobra.CheckErr(command.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if err := a.load(); err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return values(a.estate), directive | cobra.ShellCompDirectiveNoFileComp
	}))
}
