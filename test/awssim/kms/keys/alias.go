package keys

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// Alias is another name of a key, in its account and Region.
type Alias struct {
	Name, ARN, KeyID string // Name is such as alias/twohop-local
	Made             time.Time
}

// alias is an alias that is kept.
type alias struct {
	Place
	name string
	key  *key
	made time.Time
}

var aliasForm = regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]{1,250}$`)

func aliasARN(p Place, name string) string {
	return fmt.Sprintf("arn:aws:kms:%s:%s:%s", p.Region, p.Account, name)
}

func aliasNotFound(p Place, name string) error {
	return fault.NotFound("Alias %s is not found.", aliasARN(p, name))
}

// AddAlias gives a key another name, such as alias/twohop-local, and returns the
// alias's ARN. Its errors are those of CreateAlias, *wire.Error.
func (s *Store) AddAlias(name, keyARN string) (string, error) {
	if !aliasForm.MatchString(name) || strings.HasPrefix(name, "alias/aws/") {
		return "", fault.Invalid("%q is no alias: it must begin with alias/, not with alias/aws/, and go on with letters, digits and /_-", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return "", err
	}
	if k.state == PendingDeletion {
		return "", fault.PendingDeletion(keyARN)
	}
	if s.alias(k.Place, name) != nil {
		return "", fault.New("AlreadyExistsException", "An alias with the name %s already exists", aliasARN(k.Place, name))
	}
	s.aliases = append(s.aliases, &alias{Place: k.Place, name: name, key: k, made: s.config.Clock.Now()})
	return aliasARN(k.Place, name), nil
}

// RemoveAlias takes a key's other name away. The error is of the class ErrNotFound.
func (s *Store) RemoveAlias(p Place, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.alias(p, name)
	if a == nil {
		return aliasNotFound(p, name)
	}
	s.aliases = slices.DeleteFunc(s.aliases, func(other *alias) bool { return other == a })
	return nil
}

// Aliases lists those of a place, in the order in which they were made, of one key
// where keyARN is not empty. Those of AWS managed keys appear at their first use.
func (s *Store) Aliases(p Place, keyARN string) []Alias {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Alias
	for _, a := range s.aliases {
		if a.Place == p && (keyARN == "" || keyARN == a.key.arn()) {
			found = append(found, Alias{a.name, aliasARN(p, a.name), a.key.id, a.made})
		}
	}
	return found
}

// ByAlias is the ARN of the key with this alias, such as alias/twohop-local. The error
// is of the class ErrNotFound.
func (s *Store) ByAlias(p Place, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.alias(p, name)
	if a == nil {
		return "", aliasNotFound(p, name)
	}
	return a.key.arn(), nil
}

// alias is nil where there is none. s.mu is held.
func (s *Store) alias(p Place, name string) *alias {
	for _, a := range s.aliases {
		if a.Place == p && a.name == name {
			return a
		}
	}
	return nil
}
