package keys

import (
	"fmt"
	"regexp"
	"time"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// State of a key [API: KeyState].
type State string

// States of a key.
const (
	Enabled         State = "Enabled"
	Disabled        State = "Disabled"
	PendingDeletion State = "PendingDeletion"
)

// Key is a customer managed, symmetric key to be made.
type Key struct {
	Account, Region string
	Description     string
	Policy          string // JSON; empty: AWS's default, which leaves all to the account
	Rotation        bool   // once a year
	// Creator, where one is given, must be allowed to change the policy afterwards; its
	// own policies count. Nobody is checked where none is.
	Creator authz.Principal
}

// key is a key that is kept.
type key struct {
	Place
	id, description string
	manager         string // CUSTOMER or AWS
	made            time.Time
	state           State
	text            string // of the policy, as it was given
	policy          policy.Document
	rotation        rotation
	grants          []Issued // in the order in which they were made

	deletion time.Time // when, while that is pending
	end      *clock.Timer
}

// Managers of keys [API: KeyManagerType].
const (
	Customer = "CUSTOMER"
	AWS      = "AWS"
)

func (k *key) arn() string { return fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", k.Region, k.Account, k.id) }

var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

const longestDescription = 8192

// AddKey makes a key and returns its ARN. Its errors are those of CreateKey,
// *wire.Error: MalformedPolicyDocumentException for a policy that cannot be read, that
// names principals who do not exist, or that locks its creator out.
func (s *Store) AddKey(k Key) (string, error) {
	if !accountForm.MatchString(k.Account) || !regionForm.MatchString(k.Region) || len(k.Description) > longestDescription {
		return "", fault.Invalid("a key has an account of 12 digits, not %q, a Region, not %q, and a description of at most %d bytes", k.Account, k.Region, longestDescription)
	}
	if k.Policy == "" {
		k.Policy = defaultPolicy(k.Account)
	}
	made := &key{Place: Place{k.Account, k.Region}, id: s.config.IDs.UUID(), description: k.Description, manager: Customer,
		made: s.config.Clock.Now(), state: Enabled, text: k.Policy}
	document, err := s.readPolicy(k.Policy)
	if err != nil {
		return "", err
	}
	made.policy = document
	if err := s.checkLockout(made, k.Creator); err != nil {
		return "", err
	}
	if k.Rotation {
		made.rotation = rotation{since: made.made, days: UsualRotation}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, made)
	return made.arn(), nil
}

// SetPolicy replaces a key's policy, whether or not the setter may. The setter, where
// one is given, must be allowed to change it again. Its errors are those of
// PutKeyPolicy, *wire.Error; the keys that AWS manages take no policy.
func (s *Store) SetPolicy(keyARN, text string, setter authz.Principal) error {
	document, err := s.readPolicy(text)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	if k.manager == AWS {
		return fault.New("UnsupportedOperationException", "%s is managed by AWS; its key policy cannot be changed.", keyARN)
	}
	if err := s.checkLockout(&key{Place: k.Place, id: k.id, policy: document}, setter); err != nil {
		return err
	}
	k.text, k.policy = text, document
	return nil
}

// Description is what there is to know of a key.
type Description struct {
	Place
	ARN, ID     string
	Description string
	Policy      string // as it was given
	Manager     string // Customer or AWS
	State       State
	Made        time.Time
	Deletion    time.Time // while that is pending; else zero
	// RotationDays is the time between rotations, and NextRotation the next; zero while
	// the key is not rotated.
	RotationDays int
	NextRotation time.Time
}

// Describe tells of a key, whoever asks. The error is of the class ErrNotFound.
func (s *Store) Describe(keyARN string) (Description, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return Description{}, err
	}
	return s.describe(k), nil
}

// In lists the keys of a place in the order in which they were made.
func (s *Store) In(p Place) []Description {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Description
	for _, k := range s.keys {
		if k.Place == p {
			found = append(found, s.describe(k))
		}
	}
	return found
}

// describe needs s.mu held. A key pending deletion is not rotated [API:
// GetKeyRotationStatus].
func (s *Store) describe(k *key) Description {
	d := Description{Place: k.Place, ARN: k.arn(), ID: k.id, Description: k.description, Policy: k.text, Manager: k.manager,
		State: k.state, Made: k.made, Deletion: k.deletion}
	if k.rotation.days > 0 && k.state != PendingDeletion {
		d.RotationDays, d.NextRotation = k.rotation.days, k.rotation.next(s.config.Clock.Now())
	}
	return d
}

// byARN needs s.mu held.
func (s *Store) byARN(arn string) (*key, error) {
	for _, k := range s.keys {
		if k.arn() == arn {
			return k, nil
		}
	}
	return nil, fault.NotFound("Key '%s' does not exist", arn)
}
