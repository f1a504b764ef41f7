package hop

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTheFourWays(t *testing.T) {
	near := backVault(backAccount, "eu-central-1", "intermediate")
	broken := func(i int) func(*WayBack) { return func(w *WayBack) { w.Backup.Held[i].Status = PointPartial } }
	for sentence, c := range map[string]struct {
		change      func(w *WayBack)
		possible    map[int]string // the vault that each way starts from
		recommended int
	}{
		"everything is there":                             {func(w *WayBack) { w.add(near); w.add(w.Local) }, map[int]string{1: "local", 2: "final", 3: "intermediate"}, 1},
		"the local vault lost it":                         {func(w *WayBack) { w.add(near) }, map[int]string{2: "final", 3: "intermediate"}, 3},
		"the local copy is broken":                        {func(w *WayBack) { w.add(near); w.add(w.Local); broken(0)(w) }, map[int]string{2: "final", 3: "intermediate"}, 3},
		"the local copy is about to expire":               {func(w *WayBack) { w.add(w.Local); w.Backup.Held[0].DeleteAt = w.Now.Add(time.Hour) }, map[int]string{2: "final", 4: "final"}, 4},
		"the near copy is broken":                         {func(w *WayBack) { w.add(near); broken(0)(w) }, map[int]string{2: "final", 4: "final"}, 4},
		"the final copy is broken":                        {func(w *WayBack) { w.add(near); broken(1)(w) }, map[int]string{2: "intermediate", 3: "intermediate"}, 3},
		"only the near vault has it":                      {func(w *WayBack) { w.Backup.Held = nil; w.add(near) }, map[int]string{2: "intermediate", 3: "intermediate"}, 3},
		"only a final vault has it":                       {nil, map[int]string{2: "final", 4: "final"}, 4},
		"one action reaches the member":                   {func(w *WayBack) { w.Detour = Vault{} }, map[int]string{2: "final", 3: "final"}, 3},
		"the member account is lost":                      {func(w *WayBack) { w.LocalUnseen = true }, map[int]string{2: "final", 4: "final"}, 2},
		"the member's other Region cannot be copied from": {func(w *WayBack) { w.Backup.Held = nil; w.add(backVault("111111111111", "eu-west-1", "other")) }, map[int]string{1: "other"}, 1},
		"nothing is left away from there":                 {func(w *WayBack) { w.Backup.Held = nil; w.add(w.Local) }, map[int]string{1: "local"}, 1},
		"nothing usable is left":                          {broken(0), nil, 0},
		"nothing is left":                                 {func(w *WayBack) { w.Backup.Held = nil }, nil, 0},
		"nothing is left, and the member account is lost": {func(w *WayBack) { w.Backup.Held, w.LocalUnseen = nil, true }, nil, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			var possible map[int]string
			recommended := 0
			for i, way := range backWorld(c.change).Ways() {
				assert.Equal(t, i+1, way.Number)
				if way.Possible() {
					if possible == nil {
						possible = map[int]string{}
					}
					possible[way.Number] = way.From.Vault.Name
				}
				if way.Recommended {
					assert.Zero(t, recommended, "one is recommended")
					recommended = way.Number
				}
			}
			assert.Equal(t, c.possible, possible)
			assert.Equal(t, c.recommended, recommended)
		})
	}
}

func TestAWayThatCannotBeGoneSaysWhy(t *testing.T) {
	near := backVault(backAccount, "eu-central-1", "intermediate")
	for sentence, c := range map[string]struct {
		change func(w *WayBack)
		way    int
		says   string
	}{
		"no local copy":                  {nil, LocalRestore, "no usable copy is in the local vault"},
		"a vault that is not seen":       {func(w *WayBack) { w.LocalUnseen = true }, LocalRestore, "the local vault could not be looked at"},
		"no copy in the backup account":  {func(w *WayBack) { w.Backup.Held = nil }, BackupRestore, "no usable copy is in a vault of the backup account"},
		"so nothing to copy back":        {func(w *WayBack) { w.Backup.Held = nil }, DetourReturn, "no usable copy is in a vault of the backup account"},
		"a detour beside a near copy":    {func(w *WayBack) { w.add(near) }, DetourReturn, "a copy is in the backup account in eu-central-1 already"},
		"a detour that nothing needs":    {func(w *WayBack) { w.Detour = Vault{} }, DetourReturn, "one action crosses accounts and Regions"},
		"one action where there is none": {nil, StraightReturn, "one action crosses accounts and Regions for RDS only where"},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Contains(t, backWorld(c.change).Ways()[c.way-1].Impossible, c.says)
		})
	}
}

// TestARecoveryPointThatIsGoneOrGoingIsNoBackup: AWS Backup lists it, and it cannot be restored.
func TestARecoveryPointThatIsGoneOrGoingIsNoBackup(t *testing.T) {
	for _, status := range []PointStatus{PointExpired, PointDeleting, PointCreating, PointPartial} {
		t.Run(string(status), func(t *testing.T) {
			w := backWorld(func(w *WayBack) {
				w.add(backVault(backAccount, "eu-central-1", "intermediate"))
				w.add(w.Local)
				for i := range w.Backup.Held {
					w.Backup.Held[i].Status = status
				}
			})
			for _, way := range w.Ways() {
				assert.False(t, way.Possible(), way.Number)
				assert.False(t, way.Recommended, way.Number)
			}
			assert.Equal(t, BackLost, w.Next().Verdict)
			_, found := Pick([]Backup{w.Backup}, Wanted{}, w.Now)
			assert.False(t, found)
		})
	}
}
