package cli

import (
	"bytes"
	"testing"
	"time"

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

func TestExpiredRecoveryPointsAreListedAsNoBackups(t *testing.T) {
	now := time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC)
	held := func(vault string, days int, status hop.PointStatus) hop.Held {
		return hop.Held{Vault: hop.Vault{Name: vault, Region: "eu-north-1"}, RecoveryPoint: hop.RecoveryPoint{Status: status, Created: now.AddDate(0, 0, -days)}}
	}
	found := located{now: now, backups: hop.Backups([]hop.Held{
		held("local", 1, hop.PointCompleted), held("local", 2, hop.PointExpired), held("final", 2, hop.PointAvailable),
		held("final", 3, hop.PointExpired), held("final", 4, hop.PointDeleting),
	})}
	newest := found.backups[0]
	assert.Equal(t, "the newest of 2", rank(newest, usable(found)))
	assert.Equal(t, "of which no copy can be restored", rank(found.backups[2], usable(found)))
	var out bytes.Buffer
	others(&out, newest, found)
	assert.Equal(t, "\nother backups (choose one with --at or --point):\n  2026-10-30 07:00 in final eu-north-1\n", out.String())
	out.Reset()
	useless(&out, found)
	assert.Equal(t, "\nno backups, since AWS Backup deletes them, or could not:\n"+
		"  2026-10-30 07:00 in local eu-north-1 (EXPIRED)\n  2026-10-29 07:00 in final eu-north-1 (EXPIRED)\n  2026-10-28 07:00 in final eu-north-1 (DELETING)\n", out.String())
	out.Reset()
	for days := range shown + 2 {
		found.backups = append(found.backups, hop.Backup{Created: now, Held: []hop.Held{held("final", 10+days, hop.PointExpired)}})
	}
	useless(&out, found)
	assert.Contains(t, out.String(), "  and 5 more\n")
}
