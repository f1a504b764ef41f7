package hop

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBackupsAreToldByWhenTheyWereMade(t *testing.T) {
	w := backWorld(nil)
	final, local := backVault(backAccount, "eu-north-1", "final"), w.Local
	at := func(v Vault, arn string, age time.Duration) Held {
		h := w.held(v)
		h.ARN, h.Created = arn, w.Now.Add(-age)
		return h
	}
	held := []Held{
		at(local, "l2", 25*time.Hour), at(local, "l1", time.Hour),
		at(final, "f3", 49*time.Hour), at(final, "f2", 25*time.Hour+time.Second), at(final, "f1", time.Hour-time.Second),
	}
	all := Backups(held)
	var arns [][]string
	for _, b := range all {
		var of []string
		for _, h := range b.Held {
			of = append(of, h.ARN)
		}
		arns = append(arns, of)
	}
	assert.Equal(t, [][]string{{"l1", "f1"}, {"l2", "f2"}, {"f3"}}, arns, "the newest first, its copies in the order in which they were found")

	for sentence, c := range map[string]struct {
		wanted Wanted
		change func([]Backup)
		want   string // ARN of its first copy; empty: none
	}{
		"the newest":                           {Wanted{}, nil, "l1"},
		"the newest that can be used":          {Wanted{}, func(all []Backup) { all[0].Held[0].Status, all[0].Held[1].Status = PointCreating, PointExpired }, "l2"},
		"the newest by a time":                 {Wanted{At: w.Now.Add(-2 * time.Hour)}, nil, "l2"},
		"none by a time before all":            {Wanted{At: w.Now.AddDate(0, 0, -9)}, nil, ""},
		"that of a point":                      {Wanted{Point: "f2"}, nil, "l2"},
		"that of a point that cannot be used":  {Wanted{Point: "f3"}, func(all []Backup) { all[2].Held[0].Status = PointPartial }, "f3"},
		"none of a point that is not among it": {Wanted{Point: "x"}, nil, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			all := Backups(held)
			if c.change != nil {
				c.change(all)
			}
			got, ok := Pick(all, c.wanted, w.Now)
			require.Equal(t, c.want != "", ok)
			if ok {
				assert.Equal(t, c.want, got.Held[0].ARN)
			}
		})
	}
}

func TestBackupsThatAreAMinuteApartAreTwo(t *testing.T) {
	w := backWorld(nil)
	one := w.held(w.Local)
	two := one
	two.ARN, two.Created = "older", one.Created.Add(-time.Minute)
	assert.Len(t, Backups([]Held{one, two}), 2)
	two.Created = two.Created.Add(time.Nanosecond)
	all := Backups([]Held{one, two})
	require.Len(t, all, 1)
	assert.Equal(t, Backup{ResourceARN: one.ResourceARN, ResourceType: "RDS", Created: one.Created, Held: []Held{one, two}}, all[0])
}

func TestCopiesOfABackupKeepTheOrderOfTheirVaults(t *testing.T) {
	w := backWorld(nil)
	in := func(v Vault, arn string, later time.Duration) Held {
		h := w.held(v)
		h.ARN, h.Created = arn, h.Created.Add(later)
		return h
	}
	given := []Held{in(w.Local, "a", 0), in(w.Local, "b", time.Second), in(w.Detour, "b", 2*time.Second), in(w.Detour, "c", 3*time.Second)}
	all := Backups(given)
	require.Len(t, all, 1)
	assert.Equal(t, given, all[0].Held, "whichever is the newest, and where two vaults give one name to two points")
}

func TestTheSameBackupIsOfTheSameResourceAndTime(t *testing.T) {
	b := Backup{ResourceARN: "r", Created: backWorld(nil).Now}
	at := func(resource string, later time.Duration) Backup {
		return Backup{ResourceARN: resource, Created: b.Created.Add(later)}
	}
	for _, later := range []time.Duration{0, time.Minute - time.Nanosecond, time.Nanosecond - time.Minute} {
		assert.True(t, b.Same(at("r", later)), later)
		assert.False(t, b.Same(at("s", later)), later)
	}
	assert.False(t, b.Same(at("r", time.Minute)))
	assert.False(t, b.Same(at("r", -time.Minute)))
}

func TestWhoseABackupIs(t *testing.T) {
	bucket := Backup{ResourceARN: "arn:aws:s3:::b", Held: []Held{{backVault(backAccount, "eu-north-1", "final"),
		RecoveryPoint{SourceVault: backVault("111111111111", "eu-central-1", "local")}}}}
	assert.Equal(t, "111111111111", bucket.Owner(backAccount), "that of the vault that it was copied from")
	bucket.Held = append([]Held{{Vault: backVault(backAccount, "eu-north-1", "final")}}, bucket.Held...)
	assert.Equal(t, "111111111111", bucket.Owner(backAccount), "the first copy tells nothing")
	bucket.Held = bucket.Held[1:]
	bucket.Held[0].SourceVault = backVault(backAccount, "eu-central-1", "intermediate")
	assert.Empty(t, bucket.Owner(backAccount))
	bucket.Held = append(bucket.Held, Held{Vault: backVault("444444444444", "eu-central-1", "local")})
	assert.Equal(t, "444444444444", bucket.Owner(backAccount))
	bucket.ResourceARN = "arn:aws:rds:eu-central-1:111111111111:db:d"
	assert.Equal(t, "111111111111", bucket.Owner(backAccount))
}
