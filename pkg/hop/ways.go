package hop

// RestoreWay is one of the four ways in which a backup is restored.
type RestoreWay struct {
	Number      int // 1 to 4, as the README numbers them
	From        Held
	Impossible  string // why, in words; empty: it is possible
	Recommended bool
}

// Possible reports whether the way can be gone now.
func (w RestoreWay) Possible() bool { return w.Impossible == "" }

// The four ways.
const (
	LocalRestore   = 1 // in the member account, from its local vault
	BackupRestore  = 2 // in the backup account, from one of its vaults
	StraightReturn = 3 // one copy to the local vault, then as 1
	DetourReturn   = 4 // over the detour vault to the local vault, then as 1
)

// Ways are the four ways of restoring the backup, in order, with the one that is
// recommended: the nearest to where the data are needed, the member account. Where
// that account cannot even be looked at it is taken for lost, and the backup account
// is the nearest.
func (w WayBack) Ways() []RestoreWay {
	local := w.first(func(h Held) bool { return h.Vault.Account == w.Local.Account })
	away := w.first(func(h Held) bool { return w.central(h) && h.Vault.Region != w.Local.Region })
	near := w.first(func(h Held) bool { return w.central(h) && h.Vault.Region == w.Local.Region })
	remote := away
	if remote.ARN == "" {
		remote = near
	}
	ways := []RestoreWay{{Number: LocalRestore, From: local}, {Number: BackupRestore, From: remote}, {Number: StraightReturn}, {Number: DetourReturn}}
	straight, detour := &ways[2], &ways[3]
	switch {
	case local.ARN != "":
	case w.LocalUnseen:
		ways[0].Impossible = "the local vault could not be looked at"
	default:
		ways[0].Impossible = "no usable copy is in the local vault"
	}
	if remote.ARN == "" {
		for i := 1; i < len(ways); i++ {
			ways[i].Impossible = "no usable copy is in a vault of the backup account"
		}
		return recommend(ways, w.LocalUnseen)
	}
	switch {
	case near.ARN != "":
		straight.From = near
		detour.Impossible = "not needed: a copy is in the backup account in " + near.Vault.Region + " already, and one action takes it to the member"
	case w.Detour.ARN == "":
		straight.From = away
		detour.Impossible = "not needed: one action crosses accounts and Regions"
	default:
		straight.Impossible = "one action crosses accounts and Regions for " + w.Backup.ResourceType + " only where AWS Backup has that since October 2025: try copy-back --direct"
		detour.From = away
	}
	return recommend(ways, w.LocalUnseen)
}

// recommend marks one of the ways that are possible, if any is.
func recommend(ways []RestoreWay, memberLost bool) []RestoreWay {
	order := []int{LocalRestore, StraightReturn, DetourReturn, BackupRestore}
	if memberLost {
		order = []int{BackupRestore}
	}
	for _, number := range order {
		if ways[number-1].Possible() {
			ways[number-1].Recommended = true
			break
		}
	}
	return ways
}

// first is the first usable copy for which is holds.
func (w WayBack) first(is func(Held) bool) Held {
	for _, h := range w.Backup.Held {
		if is(h) && h.Usable(w.Now) {
			return h
		}
	}
	return Held{}
}

// central tells the backup account's copies, which alone can start from there.
func (w WayBack) central(h Held) bool { return h.Vault.Account == AccountOf(w.Role) }
