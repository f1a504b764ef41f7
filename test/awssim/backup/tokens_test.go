package backup_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

func TestATokenIsRemembered(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.Plan = plan(backup.Course{End: "FAILED", Message: "for a test"}) })
	in := e.hop2(e.point(e.intermediate, nil))
	in.IdempotencyToken = aws.String("attempt-1")
	c := e.client(central, primary)
	first, err := c.StartCopyJob(t.Context(), in)
	require.NoError(t, err)
	e.advance(time.Hour)
	again, err := c.StartCopyJob(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, *first.CopyJobId, *again.CopyJobId)
	assert.Equal(t, *first.CreationDate, *again.CreationDate)
	assert.Len(t, e.service.CopyJobs(central, primary), 1, "although it failed")

	in.Lifecycle = &types.Lifecycle{DeleteAfterDays: aws.Int64(9)}
	_, err = c.StartCopyJob(t.Context(), in)
	requireCode(t, err, "InvalidParameterValueException")
	in.Lifecycle = nil

	e.advance(23 * time.Hour)
	later, err := c.StartCopyJob(t.Context(), in)
	require.NoError(t, err)
	assert.NotEqual(t, *first.CopyJobId, *later.CopyJobId, "forgotten after a day")
}

func TestATokenIsForgottenAtOnce(t *testing.T) {
	e := newEstate(t)
	in := e.hop2(e.point(e.intermediate, nil))
	in.IdempotencyToken = aws.String("attempt-1")
	first := e.start(central, primary, in)
	e.configure(func(c *backup.Config) { c.TokenMemory = 0 })
	second := e.start(central, primary, in)
	third := e.start(central, primary, in)
	assert.NotEqual(t, first, second)
	assert.NotEqual(t, second, third)
}

func TestTokensBelongToTheirPlace(t *testing.T) {
	e := newEstate(t)
	hop1, hop2 := e.hop1(e.point(e.local, nil)), e.hop2(e.point(e.intermediate, nil))
	hop1.IdempotencyToken, hop2.IdempotencyToken = aws.String("same"), aws.String("same")
	assert.NotEqual(t, e.start(member, primary, hop1), e.start(central, primary, hop2))
}

func TestCopiesWithoutATokenAreAllDifferent(t *testing.T) {
	e := newEstate(t)
	in := e.hop2(e.point(e.intermediate, nil))
	in.IdempotencyToken = aws.String("")
	first, second := e.start(central, primary, in), e.start(central, primary, in)
	assert.NotEqual(t, first, second)
}
