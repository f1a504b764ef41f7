package estate

import "slices"

var vaultName = expression(`^[a-zA-Z0-9_-]{2,50}$`) // [CreateBackupVault]

// defaultVault is made by AWS Backup itself, in every account and Region where its
// console is used [AWS Backup: backup vaults].
const defaultVault = "Default"

func (c *checker) vaults() {
	type place struct {
		account      Owner
		region, name string
	}
	taken := map[place]string{}
	for _, key := range keys(c.e.Vaults) {
		at, vault := "vaults."+word(key), c.e.Vaults[key]
		c.key(at, key, "final")
		c.oneOf(at+".account", string(vault.Account), string(MemberAccount), string(BackupAccount))
		c.vaultRegion(at, vault)
		if vault.Name != c.e.Called(key) || c.named(key) {
			c.matches(vaultName, at+".name", vault.Name, "the name of a vault, 2 to 50 letters, digits, _ or -", "twohop-final")
		}
		if vault.Name == defaultVault {
			c.add(at+".name", "%q is the vault that AWS Backup makes by itself; give this one a name of its own, such as %s", vault.Name, c.e.Called(key))
		}
		if vault.Lock != nil {
			c.lock(at+".lock", *vault.Lock)
		}
		for _, region := range c.e.VaultRegions(key) {
			here := place{vault.Account, region, vault.Name}
			if other, collides := taken[here]; collides && other != key {
				c.add(at+".name", "vault %s of the %s account in %s has the name %s already; give one of them another", other, vault.Account, region, vault.Name)
				break
			}
			taken[here] = key
		}
	}
}

func (c *checker) vaultRegion(at string, vault Vault) {
	words := append([]string{PrimaryRegion, SecondaryRegions}, c.e.Regions.all()...)
	if vault.Region == "" || !slices.Contains(words, vault.Region) {
		c.oneOf(at+".region", vault.Region, words...)
		return
	}
	if vault.Account == MemberAccount && vault.Region != PrimaryRegion && vault.Region != c.e.Regions.Primary {
		c.add(at+".region", "is %s, but a member account has vaults in the primary Region only, where its databases are; use %s", vault.Region, PrimaryRegion)
	}
}

// Bounds of a vault lock, in days [PutBackupVaultLockConfiguration]. Its minimum
// may be left out there, but not in CloudFormation [AWS::Backup::BackupVault].
const leastGraceDays = 3

func (c *checker) lock(at string, lock Lock) {
	c.oneOf(at+".mode", string(lock.Mode), string(Governance), string(Compliance))
	c.between(at+".minDays", lock.MinDays, 1, longestRetention, "days")
	if lock.MaxDays != 0 {
		c.between(at+".maxDays", lock.MaxDays, 1, longestRetention, "days, or 0 for no bound,")
		if lock.MaxDays < lock.MinDays {
			c.add(at+".maxDays", "%d is below minDays %d, so no retention fits; use %d or more", lock.MaxDays, lock.MinDays, lock.MinDays)
		}
	}
	switch {
	case lock.Mode == Compliance:
		c.between(at+".graceDays", lock.GraceDays, leastGraceDays, longestRetention, "days, in which the lock may still be taken off,")
	case lock.Mode == Governance && lock.GraceDays != 0:
		c.add(at+".graceDays", "%d has no effect in governance mode; take it out, or set mode to compliance", lock.GraceDays)
	}
}
