package hop_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestTheKeysOfARecoveryPointAreToldApart(t *testing.T) {
	for sentence, test := range map[string]struct {
		point hop.RecoveryPoint
		want  string
	}{
		"neither a key nor encryption":        {hop.RecoveryPoint{}, "not encrypted, or under a key that AWS owns: AWS Backup reports no key"},
		"the type of a key that AWS owns":     {hop.RecoveryPoint{KeyType: hop.AWSOwnedKey}, "under a key that AWS owns"},
		"encryption without a key":            {hop.RecoveryPoint{Encrypted: true}, "under a key that AWS owns"},
		"a customer managed key":              {hop.RecoveryPoint{Encrypted: true, KeyARN: "k", KeyType: hop.CustomerManagedKey}, "under the customer managed key k"},
		"a key whose type AWS Backup has not": {hop.RecoveryPoint{Encrypted: true, KeyARN: "k"}, "under the key k"},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, test.want, test.point.Protection())
		})
	}
}
