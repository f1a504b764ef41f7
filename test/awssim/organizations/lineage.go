package organizations

import "slices"

// Lineage are the root, the units and the account itself that policies for an
// account may be attached to, from the root down; false for an account without an
// organization.
func (s *Service) Lineage(account string) ([]string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(account)
	if o == nil {
		return nil, false
	}
	line := []string{account}
	for at := o.parent(account); at != ""; at = o.parent(at) {
		line = append(line, at)
	}
	slices.Reverse(line)
	return line, true
}

// parent of an account or unit; empty for the root.
func (o *organization) parent(id string) string {
	for _, a := range o.accounts {
		if a.ID == id {
			return a.Parent
		}
	}
	for _, u := range o.units {
		if u.ID == id {
			return u.Parent
		}
	}
	return ""
}

// Accounts are the ids of all accounts of all organizations, management accounts
// included, whatever their state.
func (s *Service) Accounts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []string{}
	for _, o := range s.organizations {
		for _, a := range o.accounts {
			found = append(found, a.ID)
		}
	}
	slices.Sort(found)
	return found
}

// Manages tells whether a root, unit or account belongs to the organization that an
// account manages.
func (s *Service) Manages(management, target string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(management)
	return o != nil && o.Management == management && (o.holds(target) || o.parent(target) != "")
}

// PolicyTypeEnabled tells whether policies of a type count for an account: the type
// is enabled on the root of its organization, not only about to be.
func (s *Service) PolicyTypeEnabled(account, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(account)
	return o != nil && o.policies[name] != nil && o.policies[name].pending == 0
}
