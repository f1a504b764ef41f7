package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
	"github.com/twohop/twohop/pkg/queue"
)

// viewing is what commands have in common that take a picture of the estate.
type viewing struct {
	access
	days int
}

func (v *viewing) flags(command *cobra.Command) {
	v.access.flags(command)
	v.memberFlag(command)
	command.Flags().IntVar(&v.days, "days", 14, "tell of single copies of the points of so many `DAYS`;\na dead letter lasts 14")
}

// withoutFlag gives a command the flag that leaves the members out.
func (v *viewing) withoutFlag(command *cobra.Command) {
	command.Flags().BoolVar(&v.withoutMembers, "without-members", false, "read the backup account only: first hops and local vaults are not checked")
}

// check finds what is wrong with the flags.
func (v *viewing) check() error {
	switch {
	case v.days < 1:
		return errors.New("--days: 1 or more")
	case v.withoutMembers && len(v.named) > 0:
		return errors.New("--without-members and --member exclude each other")
	default:
		return nil
	}
}

// take takes a picture of the estate.
func (v *viewing) take(ctx context.Context) (picture.Picture, error) {
	viewer, err := v.viewer(ctx)
	if err != nil {
		return picture.Picture{}, err
	}
	return viewer.Look(ctx, v.logins.Now())
}

func (v *viewing) viewer(ctx context.Context) (picture.Viewer, error) {
	e := v.estate
	config, err := v.backup(ctx)
	if err != nil {
		return picture.Viewer{}, err
	}
	viewer := picture.Viewer{
		Routes: e.Routes(), Retry: hop.Patience(e.Copies.Attempts), Objectives: e.RPO, Recent: time.Duration(v.days) * 24 * time.Hour,
		Backup: awsbackup.New(config), Keys: awsbackup.New(config), Places: placesOf(e),
		Copies: picture.NamedQueue{Name: e.Called(estate.CopiesQueue), Queue: queue.Open(config, e.QueueURL(estate.CopiesQueue))}, WithoutMembers: v.withoutMembers,
	}
	for _, name := range deadLetterQueues {
		viewer.Letters = append(viewer.Letters, v.deadLetterQueue(config, e.Accounts.Backup, name))
	}
	viewer.Switches = switchesOf(config, e)
	v.management(ctx, &viewer)
	if v.withoutMembers {
		return viewer, nil
	}
	return viewer, v.addMembers(ctx, &viewer)
}

// deadLetterQueue is one of an account's, by its part of the name.
func (v *viewing) deadLetterQueue(config awslogin.Config, account, part string) picture.NamedQueue {
	name := v.estate.Called(part)
	if account != v.estate.Accounts.Backup {
		name += " of " + account
	}
	return picture.NamedQueue{Name: name, Queue: queue.NewMailbox(config, v.estate.QueueURLIn(account, part), name)}
}

// management adds the management account's dead-letter queues, where a profile leads there.
func (v *viewing) management(ctx context.Context, viewer *picture.Viewer) {
	account := v.estate.Accounts.Management
	if v.profiles[account] == "" {
		return
	}
	config, err := v.logins.Own(ctx, account, v.estate.Regions.Primary)
	if err != nil {
		viewer.Unseen = append(viewer.Unseen, picture.Unseen{Account: account, Err: err})
		return
	}
	for _, part := range managementQueues {
		viewer.Letters = append(viewer.Letters, v.deadLetterQueue(config, account, part))
	}
}

// addMembers adds the member accounts. That none is known, or not all, is a part of the
// estate that is not read.
func (v *viewing) addMembers(ctx context.Context, viewer *picture.Viewer) error {
	e := v.estate
	members, err := v.members(ctx)
	switch {
	case ctx.Err() != nil:
		return err
	case err == nil && len(members) == 0:
		err = &hinted{errors.New("none is known: the estate names none, and its vaults have copies from none yet"),
			"name them: --member ACCOUNT, or give a profile of the management account: --profile " + e.Accounts.Management + "=NAME"}
	}
	if err != nil {
		viewer.Unseen = append(viewer.Unseen, picture.Unseen{What: "the list of member accounts", Err: err})
	}
	for _, account := range members {
		m := picture.Member{Account: account, Hops: e.FirstHops(account), Open: func(ctx context.Context) (picture.Opened, error) {
			config, err := v.reader(ctx, account)
			if err != nil {
				return picture.Opened{}, err
			}
			return picture.Opened{Backup: awsbackup.New(config), Forward: v.deadLetterQueue(config, account, estate.ForwardDLQ),
				Rule: rule{awscheck.NewEvents(config), "", e.Called(estate.ForwardRule), " of " + account}}, nil
		}}
		for _, vault := range e.MemberVaults(account) {
			m.Places = append(m.Places, picture.Place{Vault: vault, Role: picture.Local, KeptDays: e.KeptDays(vault.Name)})
		}
		viewer.Members = append(viewer.Members, m)
	}
	return nil
}

// placesOf are the vaults of the backup account that recovery points are on their way to. That
// of the restore detour is not one unless it is an intermediate vault too.
func placesOf(e estate.Estate) []picture.Place {
	var places []picture.Place
	routes := e.Routes()
	targets := map[string]bool{}
	for _, arn := range e.PlanTargets() {
		targets[arn] = true
	}
	for _, route := range routes {
		for _, destination := range route.Destinations {
			targets[destination.Vault.ARN] = true
		}
	}
	for _, vault := range e.BackupVaults() {
		place := picture.Place{Vault: vault, Role: picture.Final, Types: e.CopiedTypes(vault), KeptDays: e.KeptDays(vault.Name)}
		switch {
		case routes.From(vault.ARN):
			place.Role = picture.Intermediate
		case !targets[vault.ARN]:
			continue
		}
		places = append(places, place)
	}
	return places
}
