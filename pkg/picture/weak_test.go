package picture_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

func TestANewestCopyThatIsNotUnderItsVaultsKeyIsNamed(t *testing.T) {
	w := newWorld()
	w.night(4 * hour)
	copied := &w.backup.points[final.ARN][0]
	copied.KeyARN, copied.KeyType = "", hop.AWSOwnedKey
	r := w.look(t).Resources[0]
	assert.True(t, r.State.Bad())
	assert.Equal(t, []picture.Weak{{Vault: final, Point: *copied, Detail: "it is under a key that AWS owns, not under the vault's own key key of final"}}, r.Weak)
}

func TestAVaultWhoseKeyIsNotKnownIsSaidToBeUnseen(t *testing.T) {
	w := newWorld()
	w.night(27 * hour)
	w.backup.refuse["key of "+final.ARN] = errors.New("denied")
	p := w.look(t)
	require.Len(t, p.Unseen, 1)
	assert.Equal(t, final, p.Unseen[0].Vault)
	assert.Equal(t, picture.Late, p.Resources[0].State, "the rest is told all the same")
}

func TestOnlyCopiesOfPlansMustBeUnderTheVaultsKey(t *testing.T) {
	for resourceType, weak := range map[string]bool{"S3": true, "DynamoDB": false} { // a plan copies S3 straight there
		w := newWorld()
		w.point(final, 4*hour)
		copied := &w.backup.points[final.ARN][0]
		copied.KeyARN, copied.ResourceType = "other", resourceType
		assert.Equal(t, weak, len(w.look(t).Resources[0].Weak) > 0, resourceType)
	}
}
