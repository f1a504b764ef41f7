package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// titles are the four ways in words.
func (p *restorePlan) title(way hop.WayBack, w hop.RestoreWay) string {
	local := way.Local
	switch w.Number {
	case hop.LocalRestore:
		return fmt.Sprintf("restore from %s in the member account %s", local.Name, local.Account)
	case hop.BackupRestore:
		return fmt.Sprintf("restore in the backup account %s, and work goes on there", p.access.estate.Accounts.Backup)
	case hop.StraightReturn:
		return fmt.Sprintf("copy straight back to %s, then restore from there", local.Name)
	default:
		return fmt.Sprintf("copy to %s and from there to %s, then restore from there", way.Detour.Name, local.Name)
	}
}

// needs says what a way takes.
func (p *restorePlan) needs(way hop.WayBack, w hop.RestoreWay) string {
	e := p.access.estate
	const copies = "started in the backup account, with its role %s; the vaults' policies and keys admit it as the estate deploys them"
	switch w.Number {
	case hop.LocalRestore:
		return fmt.Sprintf("credentials of account %s that may pass its role %s", way.Local.Account, e.Called(estate.BackupRole))
	case hop.BackupRestore:
		return fmt.Sprintf("credentials of account %s that may pass its role %s; network and instances in %s", e.Accounts.Backup, e.Called(estate.RestoreRole), w.From.Vault.Region)
	case hop.StraightReturn:
		return fmt.Sprintf("one copy, "+copies, e.Called(estate.CopyRole))
	default:
		return fmt.Sprintf("two copies, hours each at worst, "+copies, e.Called(estate.CopyRole))
	}
}

// commands are those that go a way.
func (p *restorePlan) commands(w hop.RestoreWay) []string {
	switch w.Number {
	case hop.LocalRestore, hop.BackupRestore:
		return restoreCommands(&p.access, w.From.Vault, w.From.ARN)
	default:
		command := fmt.Sprintf("twohop restore copy-back %s %s --point %s", p.access.given(), p.resource, w.From.ARN)
		if p.account != "" {
			command += " --to-account " + p.account
		}
		return []string{command + " --yes --wait"}
	}
}

func (p *restorePlan) showWay(out io.Writer, way hop.WayBack, w hop.RestoreWay) {
	mark := ""
	if w.Recommended {
		mark = " (recommended)"
	}
	if w.Number == hop.DetourReturn && way.Detour.ARN == "" {
		fmt.Fprintf(out, "%d. copy back by a detour: %s\n", w.Number, w.Impossible)
		return
	}
	fmt.Fprintf(out, "%d. %s%s\n", w.Number, p.title(way, w), mark)
	if !w.Possible() {
		fmt.Fprintf(out, "   not now: %s\n", w.Impossible)
		return
	}
	fmt.Fprintf(out, "   needs: %s\n", p.needs(way, w))
	for _, command := range p.commands(w) {
		fmt.Fprintf(out, "   $ %s\n", command)
	}
	if w.Number <= hop.BackupRestore {
		fmt.Fprintf(out, "   in metadata.json, %s\n", metadataNote(way.Backup.ResourceType))
	}
}

// The JSON object of a plan.
type (
	planReport struct {
		Estate   string       `json:"estate"`
		Resource string       `json:"resource"`
		Type     string       `json:"type"`
		Backup   time.Time    `json:"backup"`
		Vaults   []planVault  `json:"vaults"`
		Others   []planBackup `json:"otherBackups"`
		Ways     []planWay    `json:"ways"`
	}
	planVault struct {
		Vault  string      `json:"vault"`
		Error  string      `json:"error,omitempty"` // why it could not be looked at
		Points []planPoint `json:"points"`          // of the backup
	}
	planPoint struct {
		ARN     string      `json:"recoveryPoint"`
		Created time.Time   `json:"created"`
		Expires *time.Time  `json:"expires"` // null: never
		Status  string      `json:"status"`
		Key     string      `json:"key"`               // ARN; empty: AWS Backup reports none
		KeyType hop.KeyType `json:"keyType,omitempty"` // as AWS Backup reports it
		Usable  bool        `json:"usable"`
	}
	planBackup struct {
		Created time.Time `json:"created"`
		Points  []string  `json:"recoveryPoints"`
		Usable  bool      `json:"usable"` // one of them can be restored or copied
	}
	planWay struct {
		Number      int      `json:"number"`
		Way         string   `json:"way"`
		Possible    bool     `json:"possible"`
		Why         string   `json:"why,omitempty"` // it is not possible
		Recommended bool     `json:"recommended"`
		Needs       string   `json:"needs,omitempty"`
		Point       string   `json:"recoveryPoint,omitempty"`
		Commands    []string `json:"commands,omitempty"`
	}
)

func (p *restorePlan) reported(found located, way hop.WayBack, ways []hop.RestoreWay) planReport {
	r := planReport{Estate: p.access.estate.Name, Resource: p.resource, Type: way.Backup.ResourceType, Backup: way.Backup.Created, Others: []planBackup{}}
	for _, look := range found.looks {
		vault := planVault{Vault: look.Vault.ARN, Points: []planPoint{}}
		if look.Err != nil {
			vault.Error = look.Err.Error()
		}
		for _, h := range way.Backup.Held {
			if h.Vault == look.Vault {
				vault.Points = append(vault.Points, planPointOf(h, found.now))
			}
		}
		r.Vaults = append(r.Vaults, vault)
	}
	for _, other := range found.backups {
		if other.Same(way.Backup) {
			continue
		}
		b := planBackup{Created: other.Created}
		for _, h := range other.Held {
			b.Points = append(b.Points, h.ARN)
			b.Usable = b.Usable || h.Usable(found.now)
		}
		r.Others = append(r.Others, b)
	}
	for _, w := range ways {
		item := planWay{Number: w.Number, Way: p.title(way, w), Possible: w.Possible(), Why: w.Impossible, Recommended: w.Recommended, Point: w.From.ARN}
		if w.Possible() {
			item.Needs, item.Commands = p.needs(way, w), p.commands(w)
		}
		r.Ways = append(r.Ways, item)
	}
	return r
}

func planPointOf(h hop.Held, now time.Time) planPoint {
	point := planPoint{ARN: h.ARN, Created: h.Created, Status: string(h.Status), Key: h.KeyARN, KeyType: h.KeyType, Usable: h.Usable(now)}
	if !h.DeleteAt.IsZero() {
		point.Expires = &h.DeleteAt
	}
	return point
}
