package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/stage"
)

func TestEveryEngineMakesTwoHops(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	var databases []stage.Resource
	for _, resourceType := range []string{"RDS", "Aurora", "DocumentDB", "Neptune"} {
		databases = append(databases, s.databases(resourceType, 2)...)
	}
	s.hopOne(databases)
	s.settle()
	for _, d := range databases {
		require.Len(t, s.In(s.Final, d), 1, d.Name)
		copied := s.In(s.Final, d)[0]
		assert.Equal(t, int64(35), copied.Lifecycle.Days(), "the route's retention, not the member's")
		assert.Equal(t, s.In(s.Local, d)[0].CreationDate, copied.CreationDate, "retention counts from the backup")
		key, err := s.World.KMS.ByAlias(kms.Place{Account: stage.Backup, Region: stage.Secondary}, "alias/twohop-final")
		require.NoError(t, err)
		assert.Equal(t, key, copied.EncryptionKeyArn)
	}
	assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
}
