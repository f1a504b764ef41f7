package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/stage"
)

func TestEveryEngineMakesTwoHops(t *testing.T) {
	s := setUp(t, awssim.Config{}, stage.Options{})
	var databases []stage.Database
	for _, resourceType := range []string{"RDS", "Aurora", "DocumentDB", "Neptune"} {
		databases = append(databases, s.backUp(resourceType, 2)...)
	}
	s.settle()
	for _, d := range databases {
		require.Len(t, s.In(s.Final.ARN, d), 1, d.Name)
		copied := s.In(s.Final.ARN, d)[0]
		assert.Equal(t, int64(35), copied.Lifecycle.Days(), "the route's retention, not the member's")
		assert.Equal(t, s.In(s.Local.ARN, d)[0].CreationDate, copied.CreationDate, "retention counts from the backup")
		assert.Equal(t, "arn:aws:kms:eu-north-1:222222222222:key/final-vault", copied.EncryptionKeyArn)
	}
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
}
