package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

func TestAnAgeThatNobodyCouldLookAtIsNotTakenForNone(t *testing.T) {
	now := time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC)
	own := picture.Place{Vault: hop.Vault{ARN: "own", Account: "111111111111"}, Role: picture.Local}
	final := picture.Place{Vault: hop.Vault{ARN: "final", Account: "222222222222"}, Role: picture.Final}
	others := hop.Vault{ARN: "others", Account: "444444444444"}
	for sentence, c := range map[string]struct {
		unseen       []picture.Unseen
		local, final string
	}{
		"everything was looked at":             {nil, "-", "-"},
		"the final vault was not":              {[]picture.Unseen{{Account: "222222222222", Vault: final.Vault}}, "-", "?"},
		"the resource's account was not":       {[]picture.Unseen{{Account: "111111111111"}}, "?", "-"},
		"its local vault was not":              {[]picture.Unseen{{Account: "111111111111", Vault: own.Vault}}, "?", "-"},
		"another member's local vault was not": {[]picture.Unseen{{Account: "444444444444", Vault: others}}, "-", "-"},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := picture.Picture{Now: now, Places: []picture.Place{own, final}, Unseen: c.unseen}
			r := picture.Resource{ARN: "db", Account: "111111111111"}
			assert.Equal(t, c.local, reached(p, r, picture.Local))
			assert.Equal(t, c.final, reached(p, r, picture.Final))
		})
	}
}

func TestABucketsLocalCopyIsNotTakenForNoneWhereAMemberWasNotRead(t *testing.T) {
	t.Parallel()
	bucket := picture.Resource{ARN: "arn:aws:s3:::invoices"}
	final := picture.Unseen{Account: "222222222222", Vault: hop.Vault{ARN: "final", Account: "222222222222"}}
	assert.Equal(t, "?", reached(picture.Picture{Unseen: []picture.Unseen{{Account: "111111111111"}}}, bucket, picture.Local))
	assert.Equal(t, "-", reached(picture.Picture{Unseen: []picture.Unseen{final}}, bucket, picture.Local))
	assert.Equal(t, "-", reached(picture.Picture{}, bucket, picture.Local))
}
