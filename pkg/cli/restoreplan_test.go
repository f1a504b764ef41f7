package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestTheKeyOfARecoveryPointIsNamed(t *testing.T) {
	for want, point := range map[string]hop.RecoveryPoint{
		"key/1":         {KeyARN: "arn:aws:kms:eu-north-1:222222222222:key/1"},
		"AWS owned":     {Encrypted: true},
		"none reported": {},
	} {
		assert.Equal(t, want, keyName(point))
	}
}
