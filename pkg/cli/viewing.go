package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awsbackup"
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
	command.Flags().IntVar(&v.days, "days", 14, "tell of single copies of the points of so many days;\na dead letter lasts 14")
}

// check finds what is wrong with the flags.
func (v *viewing) check() error {
	if v.days < 1 {
		return errors.New("--days: 1 or more")
	}
	return nil
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
	members, err := v.members(ctx)
	if err != nil {
		return picture.Viewer{}, err
	}
	viewer := picture.Viewer{
		Routes: e.Routes(), Retry: hop.Patience(e.Copies.Attempts), Objectives: e.RPO, Recent: time.Duration(v.days) * 24 * time.Hour,
		Backup: awsbackup.New(config), Keys: awsbackup.New(config), Places: placesOf(e),
		Copies: queue.Open(config, e.QueueURL(estate.CopiesQueue)), Letters: queue.OpenLetters(config, e.QueueURL(estate.CopiesDLQ)),
	}
	for _, account := range members {
		m := picture.Member{Account: account, Hops: e.FirstHops(account), Open: func(ctx context.Context) (picture.Account, error) {
			config, err := v.reader(ctx, account)
			if err != nil {
				return nil, err
			}
			return awsbackup.New(config), nil
		}}
		for _, vault := range e.MemberVaults(account) {
			m.Places = append(m.Places, picture.Place{Vault: vault, Role: picture.Local, KeptDays: e.KeptDays(vault.Name)})
		}
		viewer.Members = append(viewer.Members, m)
	}
	return viewer, nil
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

// verdict says whether a person has to look at something.
func (v *viewing) verdict(p picture.Picture) error {
	for _, r := range p.Resources {
		if r.State.Bad() {
			return &hinted{&findingsError{errors.New("something is late, failed, stuck or underprotected")}, fmt.Sprintf("twohop trace --estate %s %s", v.file, r.ARN)}
		}
	}
	if p.Dark(v.estate.Accounts.Backup) {
		return &hinted{&findingsError{errors.New("a vault of the backup account could not be looked into")}, "mend what keeps it from being looked into, and look again"}
	}
	return nil
}
