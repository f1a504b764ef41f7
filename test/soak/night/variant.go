package night

import (
	"github.com/twohop/twohop/test/stage"
)

// Variant is twohop without one of its rules.
type Variant struct {
	Name string
	Says string // what is switched off
	// weak has another executable stand for the copystarter, told so.
	weak                string
	untracked, unlooked bool // no outcome is followed; no vault is compared
	stopped             bool // no function allows recursive loops
}

const primary = "TwohopBackupPrimary"

// Variants are the naive design, and each rule switched off by itself.
func Variants() []Variant {
	return []Variant{
		{Name: "naive", Says: "an event goes straight to StartCopyJob, and nothing follows or compares", weak: "everything", untracked: true, unlooked: true},
		{Name: "no list", Says: "the list of copy jobs does not decide", weak: "list"},
		{Name: "no token", Says: "each call has an idempotency token of its own", weak: "token"},
		{Name: "no attempt", Says: "every attempt at a copy has the same token", weak: "attempt"},
		{Name: "no pools", Says: "copies are started into a full pool", weak: "pools"},
		{Name: "no re-send", Says: "what must wait is left to the queue, whose receives count", weak: "resend"},
		{Name: "no partial batch", Says: "one message's failure is its batch's", weak: "partial"},
		{Name: "no loops", Says: "the functions do not allow recursive loops, so Lambda ends waits", stopped: true},
		{Name: "no patience", Says: "throttling is a failure like any other", weak: "patience"},
		{Name: "no tracker", Says: "outcomes are not followed", untracked: true},
		{Name: "no reconciler", Says: "vaults are not compared", unlooked: true},
	}
}

// change has the estate deployed as the nights need it, without the variant's rule.
func (v Variant) change() stage.Change {
	changes := []stage.Change{soakEstate}
	if v.weak != "" {
		changes = append(changes, stage.Variables(primary, "CopystarterFunction", map[string]any{"SOAK_WITHOUT": v.weak}))
	}
	if v.untracked {
		changes = append(changes, stage.Set(primary, "OutcomesMapping", "Enabled", false))
	}
	if v.stopped {
		for _, function := range []string{"CopystarterFunction", "OutcometrackerFunction", "ReconcilerFunction"} {
			changes = append(changes, stage.Without(primary, function, "RecursiveLoop"))
		}
	}
	if v.unlooked {
		changes = append(changes, stage.Set(primary, "RecentSchedule", "State", "DISABLED"), stage.Set(primary, "FullSchedule", "State", "DISABLED"))
	}
	return stage.All(changes...)
}

// instead are the packages that stand for functions.
func (v Variant) instead() map[string]string {
	if v.weak == "" {
		return nil
	}
	return map[string]string{"copystarter": "test/soak/variant"}
}
