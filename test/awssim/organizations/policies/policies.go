// Package policies keeps the backup policies of the local AWS Organizations:
// documents attached to roots, units and accounts, and the effective policy that an
// account inherits from them. What the policy asks for is AWS Backup's business.
//
// A document in files: read.go (JSON, strictly), grammar.go (what may stand where),
// merge.go (documents become one). Not here: child control operators, and selections
// by resource, which are refused when a document is read.
package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Type is the policies' type [Organizations API: PolicyType].
const Type = "BACKUP_POLICY"

// Quotas of AWS [Organizations user guide: quotas].
const (
	longest  = 10000 // characters of a document
	attached = 10    // documents of a root, unit or account
)

// Tree is the organizations that policies are attached to.
type Tree interface {
	// Lineage are the root, units and account that an account inherits from, from
	// the root down; false for an account without an organization.
	Lineage(account string) ([]string, bool)
	// Manages tells whether a root, unit or account belongs to the organization that
	// an account manages.
	Manages(management, target string) bool
	// PolicyTypeEnabled tells whether policies of a type count for an account.
	PolicyTypeEnabled(account, policyType string) bool
}

// Policy is a backup policy.
type Policy struct {
	Management string // the account of the organization that it belongs to
	Name       string // one of its kind in the organization
	Content    string // JSON, at most 10,000 characters
	Targets    []string
}

// Store is safe for concurrent use.
type Store struct {
	tree Tree

	mu       sync.Mutex
	policies map[name]*document
	targets  map[string][]*document // in the order in which they were attached
	creating map[string]bool        // organizations, by management account, in which a creation is in progress
}

type name struct{ management, name string }

// document is a policy that was read.
type document struct {
	Policy
	root *node
}

// New returns a store without policies.
func New(tree Tree) *Store {
	return &Store{tree: tree, policies: map[name]*document{}, targets: map[string][]*document{}, creating: map[string]bool{}}
}

// Create makes a policy and attaches it, as CreatePolicy and AttachPolicy do. It is in
// progress until settled is called, once: until then no other policy of the organization
// can be created. A name that a policy has already is refused, and so is what Put refuses.
func (s *Store) Create(p Policy) (settled func(), err error) {
	if err := s.begin(p); err != nil {
		return nil, fmt.Errorf("create backup policy %q: %w", p.Name, err)
	}
	end := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.creating, p.Management)
	}
	if err := s.Put(p); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// begin refuses a creation as Organizations does [API: CreatePolicy, errors].
func (s *Store) begin(p Policy) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.creating[p.Management]:
		return &wire.Error{Code: "ConcurrentModificationException", Message: "AWS Organizations can't complete your request because it conflicts with another attempt to modify the same entity. Try again later."}
	case s.policies[name{p.Management, p.Name}] != nil:
		return &wire.Error{Code: "DuplicatePolicyException", Message: "A policy with the specified name and type already exists."}
	}
	s.creating[p.Management] = true
	return nil
}

// Put makes a policy, or replaces the one of its name: what it stays attached to
// keeps its place in the order. The error names every fault, with its path in the
// document; then everything is as it was.
func (s *Store) Put(p Policy) error {
	root, faults := read(p.Content)
	if n := utf8.RuneCountInString(p.Content); n > longest {
		faults = append(faults, fmt.Errorf("it has %d characters; %d are allowed", n, longest))
	}
	if p.Name == "" {
		faults = append(faults, errors.New("it has no name"))
	}
	p.Targets = slices.Clone(p.Targets)
	put := &document{Policy: p, root: root}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.policies[name{p.Management, p.Name}]
	for i, target := range p.Targets {
		if !s.tree.Manages(p.Management, target) {
			faults = append(faults, fmt.Errorf("target %s: no root, unit or account of the organization that %q manages", target, p.Management))
		}
		if slices.Contains(p.Targets[:i], target) {
			faults = append(faults, fmt.Errorf("target %s: named twice", target))
		}
		if others := s.targets[target]; !slices.Contains(others, old) && len(others) >= attached {
			faults = append(faults, fmt.Errorf("target %s: it has %d backup policies; no more can be attached", target, attached))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("put backup policy %q: %w", p.Name, err)
	}
	s.policies[name{p.Management, p.Name}] = put
	s.attach(old, put)
	return nil
}

// attach puts a document where it belongs and takes the old one, if any, away. s.mu
// is held.
func (s *Store) attach(old, put *document) {
	for target, documents := range s.targets {
		at := slices.Index(documents, old)
		switch {
		case old == nil || at < 0:
		case put != nil && slices.Contains(put.Targets, target):
			documents[at] = put
		default:
			s.targets[target] = slices.Delete(documents, at, at+1)
		}
	}
	if put == nil {
		return
	}
	for _, target := range put.Targets {
		if !slices.Contains(s.targets[target], put) {
			s.targets[target] = append(s.targets[target], put)
		}
	}
}

// Remove detaches and deletes a policy.
func (s *Store) Remove(management, policy string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.policies[name{management, policy}]
	if !ok {
		return fmt.Errorf("remove backup policy %q: the organization that %q manages has none of this name", policy, management)
	}
	delete(s.policies, name{management, policy})
	s.attach(old, nil)
	return nil
}

// Effective is the policy that counts for an account, as JSON without operators and
// with the account in place of $account; false where there is none: no policy
// reaches the account, or the type is not enabled.
func (s *Store) Effective(account string) (json.RawMessage, bool) {
	line, ok := s.tree.Lineage(account)
	if !ok || !s.tree.PolicyTypeEnabled(account, Type) {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var merged any
	for _, target := range line {
		var level []*node
		for _, d := range s.targets[target] {
			level = append(level, d.root)
		}
		merged = merge(policyGrammar(), merged, level)
	}
	if merged == nil {
		return nil, false
	}
	text, _ := json.Marshal(merged) // maps, lists and strings: cannot fail
	return json.RawMessage(strings.ReplaceAll(string(text), "$account", account)), true
}
