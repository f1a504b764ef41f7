package cli

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// Times are in RFC 3339, lengths of time in seconds.
type (
	statusReported struct {
		Estate      string                `json:"estate"`
		Account     string                `json:"account"`
		Region      string                `json:"region"`
		Now         time.Time             `json:"now"`
		CopiesSince time.Time             `json:"copiesSince"` // single copies are of points made from then on
		Points      int                   `json:"recoveryPoints"`
		Waiting     int                   `json:"messagesWaiting"`
		Letters     int                   `json:"deadLetters"`
		Totals      map[picture.State]int `json:"totals"`
		Queues      map[string]int        `json:"deadLettersByQueue"` // queues without any are left out
		Paused      []string              `json:"paused"`             // what is switched off
		Members     bool                  `json:"membersRead"`        // false: left out by --without-members
		NotLookedAt []unseenReported      `json:"notLookedAt"`
		Resources   []resourceReported    `json:"resources"`
	}
	unseenReported struct {
		Account string `json:"account,omitempty"`
		Vault   string `json:"vault,omitempty"` // empty: the whole account, or what
		What    string `json:"what,omitempty"`  // a queue, for one
		Error   string `json:"error"`
	}
	resourceReported struct {
		ARN      string           `json:"arn"`
		Type     string           `json:"type"`
		Account  string           `json:"account"`
		State    picture.State    `json:"state"`
		RPO      int64            `json:"rpoSeconds,omitempty"`
		LateIn   []string         `json:"lateIn,omitempty"`
		Unrouted int              `json:"unrouted,omitempty"`
		Newest   []newestReported `json:"newest"`
		Weak     []weakReported   `json:"underprotected,omitempty"` // newest copies that are not under their vault's key
		Unusable []unusable       `json:"unusable,omitempty"`       // recovery points that are no backup
		Deleted  int              `json:"deletedCopies,omitempty"`  // before the end of their retention, with their sources
		Copies   []copyReported   `json:"copies,omitempty"`
	}
	unusable struct {
		Vault  string          `json:"vault"`
		Status hop.PointStatus `json:"status"` // EXPIRED or DELETING
		Points int             `json:"recoveryPoints"`
	}
	weakReported struct {
		Vault   string      `json:"vault"`
		Point   string      `json:"recoveryPoint"`
		Created time.Time   `json:"created"`
		Key     string      `json:"key,omitempty"`     // ARN; empty: AWS Backup reports none
		KeyType hop.KeyType `json:"keyType,omitempty"` // as AWS Backup reports it
		Class   hop.Class   `json:"class"`
		Detail  string      `json:"detail"`
		Advice  string      `json:"advice"`
	}
	newestReported struct {
		Vault   string       `json:"vault"`
		Role    picture.Role `json:"role"`
		Point   string       `json:"recoveryPoint"`
		Created time.Time    `json:"created"`
		Age     int64        `json:"ageSeconds"`
	}
	copyReported struct {
		Hop         int       `json:"hop,omitempty"`    // 1 or 2
		Direct      bool      `json:"direct,omitempty"` // a plan's copy straight to a final vault, which is no hop
		Point       string    `json:"recoveryPoint"`
		Created     time.Time `json:"created"`
		Destination string    `json:"destination"`
		Standing    string    `json:"standing"`
		Since       time.Time `json:"since"`
		Elapsed     int64     `json:"elapsedSeconds"`
		Failed      bool      `json:"failed"`
		Overtaken   bool      `json:"overtaken"`
		Job         string    `json:"copyJob,omitempty"`
		State       string    `json:"jobState,omitempty"`
		Class       string    `json:"class,omitempty"`
		Message     string    `json:"message,omitempty"`
		Advice      string    `json:"advice,omitempty"`
	}
)

// reported is a picture as a JSON object.
func (s *status) reported(ctx context.Context, p picture.Picture) statusReported {
	adviser := s.adviser()
	e := s.estate
	said := statusReported{
		Estate: e.Name, Account: e.Accounts.Backup, Region: e.Regions.Primary, Now: p.Now, CopiesSince: p.Since, Points: p.Points,
		Waiting: p.Waiting, Letters: p.Letters, Totals: p.Count(), NotLookedAt: []unseenReported{}, Resources: []resourceReported{},
		Queues: p.DeadLetters, Paused: append([]string{}, p.Off...), Members: !p.WithoutMembers,
	}
	for _, u := range p.Unseen {
		said.NotLookedAt = append(said.NotLookedAt, unseenReported{u.Account, u.Vault.ARN, u.What, u.Err.Error()})
	}
	for _, r := range p.Resources {
		one := resourceReported{ARN: r.ARN, Type: r.Type, Account: r.Account, State: r.State, RPO: seconds(r.Objective),
			Unrouted: r.Unrouted, Deleted: r.Deleted, Newest: []newestReported{}}
		for _, vault := range r.LateIn {
			one.LateIn = append(one.LateIn, vault.ARN)
		}
		for _, place := range p.Places {
			if point, ok := r.Newest[place.Vault.ARN]; ok {
				one.Newest = append(one.Newest, newestReported{place.Vault.ARN, place.Role, point.ARN, point.Created, seconds(p.Now.Sub(point.Created))})
			}
		}
		for _, u := range r.Unusable {
			one.Unusable = append(one.Unusable, unusable{u.Vault.ARN, u.Status, u.Points})
		}
		for _, w := range r.Weak {
			one.Weak = append(one.Weak, weakReported{w.Vault.ARN, w.Point.ARN, w.Point.Created, w.Point.KeyARN, w.Point.KeyType,
				hop.ClassUnderprotected, w.Detail, adviser.Of(ctx, hop.UnderprotectedCopy(r.ARN, w.Vault, w.Detail)).Full()})
		}
		for _, copy := range r.Copies {
			one.Copies = append(one.Copies, copyOf(ctx, adviser, copy, p.Now))
		}
		said.Resources = append(said.Resources, one)
	}
	return said
}

func copyOf(ctx context.Context, adviser *fix.Adviser, c picture.Copy, now time.Time) copyReported {
	said := copyReported{
		Hop: c.Hop, Direct: c.Hop == picture.Direct, Point: c.Point.ARN, Created: c.Point.Created, Destination: c.Request.Destination.ARN, Standing: string(c.Standing),
		Since: c.Since(), Elapsed: seconds(now.Sub(c.Since())), Failed: c.Failed(), Overtaken: c.Overtaken,
		Job: c.Job.ID, State: string(c.Job.State), Message: c.Job.Message,
	}
	if c.Job.State.Unsuccessful() {
		said.Class, said.Advice = string(c.Job.Class), adviser.Of(ctx, c.FailedJob()).Full()
	}
	return said
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
