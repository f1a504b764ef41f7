package plans

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Refresh reads the policies of all accounts and puts their plans in force. AWS does
// so by itself, some time after a policy, an account or the organization has changed;
// here whoever changes them says when.
//
// The error names what is wrong with which account's policy, with paths; such an
// account keeps the plans it had. What AWS Backup does with them is UNCONFIRMED A88.
func (s *Plans) Refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.config.Accounts == nil || s.config.Policies == nil {
		return nil
	}
	var faults []error
	wanted := map[key]Plan{}
	kept := map[string]bool{} // accounts
	for _, account := range s.config.Accounts.Accounts() {
		policy, ok := s.config.Policies.Effective(account)
		if !ok {
			continue
		}
		found, err := read(policy)
		if err != nil {
			faults = append(faults, fmt.Errorf("account %s: %w", account, err))
			kept[account] = true
		}
		for _, p := range found {
			for _, region := range p.Regions {
				wanted[key{arn.Place{Account: account, Region: region}, p.Name}] = p
			}
		}
	}
	for k, old := range s.plans {
		if _, ok := wanted[k]; !ok && !kept[k.Account] {
			old.stop()
			delete(s.plans, k)
		}
	}
	for _, k := range sorted(wanted) {
		if !kept[k.Account] {
			s.put(k, wanted[k])
		}
	}
	return errors.Join(faults...)
}

// sorted keys, so that the same seed gives the same ids.
func sorted(plans map[key]Plan) []key {
	keys := []key{}
	for k := range plans {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.text(), b.text()) })
	return keys
}

func (k key) text() string { return k.Account + " " + k.Region + " " + k.name }

// put puts a plan in force, unless the very same already is. s.mu is held.
func (s *Plans) put(k key, wanted Plan) {
	old := s.plans[k]
	if old != nil && reflect.DeepEqual(old.Plan, wanted) {
		return
	}
	// An organization's plan has an id of this form in the accounts' jobs and logs
	// [logging-using-cloudtrail].
	p := &plan{Plan: wanted, home: k.Place, id: s.id("orgs/", k.text()), version: s.IDs.UUID(), created: wire.Epoch{Time: s.Clock.Now()}}
	if old != nil {
		old.stop()
		p.created, p.lastRun = old.created, old.lastRun
	}
	for i, r := range wanted.Rules {
		p.ruleIDs = append(p.ruleIDs, s.id("", k.text()+" "+r.Name))
		p.timers = append(p.timers, nil)
		s.schedule(p, i, s.Clock.Now())
	}
	s.plans[k] = p
}

// id of what was seen under a name before, or a new one.
func (s *Plans) id(prefix, name string) string {
	if s.ids[name] == "" {
		s.ids[name] = prefix + s.IDs.UUID()
	}
	return s.ids[name]
}

func (p *plan) stop() {
	p.gone = true
	for _, timer := range p.timers {
		if timer != nil {
			timer.Stop()
		}
	}
}
