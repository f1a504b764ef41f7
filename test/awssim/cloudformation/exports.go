package cloudformation

import (
	"fmt"
	"maps"
	"slices"
)

// Export is a value that a stack gives to others of its account and Region.
type Export struct{ Stack, Value string }

// place is where exports have their names.
type place struct{ account, region, name string }

// PutExports notes what a stack exports. Names are unique in an account and Region: one
// that another stack has exported refuses them all.
func (s *Service) PutExports(account, region, stack string, values map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if taken, ok := s.exports[place{account, region, name}]; ok && taken.Stack != stack {
			return fmt.Errorf("Export with name %s is already exported by stack %s.", name, taken.Stack)
		}
	}
	for name, value := range values {
		s.exports[place{account, region, name}] = Export{Stack: stack, Value: value}
	}
	return nil
}

// Import is the value that a stack of an account and Region exports under a name; false
// where none does.
func (s *Service) Import(account, region, name string) (value string, exported bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	export, ok := s.exports[place{account, region, name}]
	return export.Value, ok
}
