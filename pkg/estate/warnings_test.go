package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

func TestAPoolWithoutHeadroomIsWarnedOf(t *testing.T) {
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	assert.Empty(t, e.Warnings())
	e.Pools[1].Headroom = 0
	require.Len(t, e.Warnings(), 1)
	assert.Contains(t, e.Warnings()[0], "pools[1].headroom: 0; two invocations that take the last slot at once use one more than the quota of 5")
}
