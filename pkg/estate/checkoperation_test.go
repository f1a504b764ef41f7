package estate_test

import "testing"

func TestFaultsOfTheCopies(t *testing.T) {
	refuse(t, map[string]fault{
		"a ceiling below zero":                {"copies: {dailyCeiling: -1}", "copies.dailyCeiling: -1 is below 0"},
		"no attempts":                         {"copies: {attempts: 0}", "copies.attempts: 0 is below 1"},
		"a pool without slots":                {"pools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 0}]", "pools[0].size: 0; a quota of 1 or more is needed"},
		"a pool that is all headroom":         {"pools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 5, headroom: 5}]", "pools[0].headroom: 5 leaves no slot of 5 to copy with; use 0 to 4"},
		"a pool without types":                {"pools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 5}, {size: 5}]", "pools[1].types: no resource type"},
		"a type in two pools":                 {"pools: [{types: [RDS, Aurora, DocumentDB, Neptune], size: 5}, {types: [RDS], size: 5}]", "pools[1].types: RDS is in another pool already"},
		"a type of one hop in a pool":         {"pools: [{types: [RDS, Aurora, DocumentDB, Neptune, S3], size: 5}]", `pools[0].types: "S3" does not travel in two hops`},
		"a type in use without a pool":        {"pools: [{types: [RDS, Aurora, DocumentDB], size: 5}]", "pools: no pool holds Neptune, which a two-hop plan copies"},
		"an early end below zero":             {"intermediateRetentionDays: -1", "intermediateRetentionDays: -1 is out of bounds"},
		"an early end that is later":          {"intermediateRetentionDays: 8", "intermediateRetentionDays: 8 is above the 7 days that plan cross-region-special gives vault intermediate; retention is only ever shortened, so use 7 or less"},
		"an early end against a lock":         {"intermediateRetentionDays: 3\nvaults: {intermediate: {lock: {mode: governance, minDays: 2}}}", "intermediateRetentionDays: 3 can never be set: the lock of vault intermediate forbids"},
		"a day against a lock":                {"intermediateRetentionDays: 1\nvaults: {intermediate: {lock: {mode: governance, minDays: 2}}}", "intermediateRetentionDays: 1 can never be set"},
		"an early end without a vault for it": {"intermediateRetentionDays: 3\n" + plan("strategy: two-hop, types: [RDS], retention: {local: 7, final: 7}"), "plans.own.retention: names none"},
		"a way back through no vault":         {"restore: {detourVault: detour}", `restore.detourVault: "detour" is no vault of the estate; they are final, intermediate, local`},
		"a way back that is not set":          {"restore: {detourVault: ''}", "restore.detourVault: is not set"},
		"a way back from another Region":      {"restore: {detourVault: final}", `restore.detourVault: "final" is not in the backup account's primary Region`},
		"a way back in the member":            {"restore: {detourVault: local}", `restore.detourVault: "local" is not in the backup account's`},
		"an RPO of a type of one hop":         {"rpo: {S3: 26h}", "rpo.S3: no two-hop plan in force makes copies of this type; those that are made: Aurora, DocumentDB, Neptune, RDS"},
		"an RPO of a slip":                    {"rpo: {rds: 26h}", "(is RDS meant?)"},
		"an RPO of nothing":                   {"rpo: {RDS: 0s}", "rpo.RDS: 0s is no age; it would look like 26h"},
		"an RPO of a type no longer in use":   {"rpo: {RDS: 26h}\nplans: {cross-region-special: {types: [Aurora]}}", "rpo.RDS: no two-hop plan in force"},
	})
	accept(t, map[string]string{
		"no ceiling, one attempt":  "copies: {dailyCeiling: 0, attempts: 1}",
		"an early end":             "intermediateRetentionDays: 7",
		"a vault for the way back": "vaults: {detour: {account: backup, region: primary}}\nrestore: {detourVault: detour}",
		"pools for types in use":   "plans: {cross-region-special: {types: [RDS]}}\npools: [{types: [RDS], size: 1}]",
	})
}

func TestFaultsOfTheOperation(t *testing.T) {
	refuse(t, map[string]fault{
		"a period too short":             {"reconciler: {recentEvery: 4m}", "reconciler.recentEvery: 4m0s is out of bounds; 5m to 24h are possible"},
		"a period too long":              {"reconciler: {recentEvery: 25h, fullEvery: 30h}", "reconciler.recentEvery: 25h0m0s is out of bounds"},
		"a period of half minutes":       {"reconciler: {recentEvery: 7m30s}", "reconciler.recentEvery: 7m30s is not a number of whole minutes; it would look like 15m or 24h"},
		"a full sweep at half minutes":   {"reconciler: {fullEvery: 90m30s}", "reconciler.fullEvery: 1h30m30s is not a number of whole minutes"},
		"a period of nothing":            {"reconciler: {recentEvery: 0s}", "reconciler.recentEvery: 0s is out of bounds"},
		"a full sweep too seldom":        {"reconciler: {fullEvery: 73h}", "reconciler.fullEvery: 73h0m0s is above 72h0m0s"},
		"a full sweep more often":        {"reconciler: {recentEvery: 20m, fullEvery: 15m}", "reconciler.fullEvery: 15m0s is below recentEvery 20m0s"},
		"no recent days":                 {"reconciler: {recentDays: 0}", "reconciler.recentDays: 0 is out of bounds; 1 to 30 days are possible"},
		"days that no job list reaches":  {"reconciler: {recentDays: 31}", "reconciler.recentDays: 31 is out of bounds"},
		"an address with a name":         {"alarms: {emails: [On Call <on-call@example.com>]}", `alarms.emails[0]: "On Call <on-call@example.com>" is not an address alone; it would look like on-call@example.com`},
		"an address without a host":      {"alarms: {emails: [on-call]}", `"on-call" is not an address`},
		"an address twice":               {"alarms: {emails: [a@example.com, a@example.com]}", "alarms.emails[1]"},
		"a retention that logs have not": {"logs: {retentionDays: 100}", "logs.retentionDays: 100 is not possible; CloudWatch Logs takes [1 3 5 7 14 30 60 90"},
		"an archive of no days":          {"logs: {archiveDays: 0}", "logs.archiveDays: 0 is out of bounds"},
	})
	accept(t, map[string]string{
		"the shortest periods": "reconciler: {recentEvery: 5m, recentDays: 1}",
		"the longest periods":  "reconciler: {recentEvery: 24h, recentDays: 30}",
		"one sweep for both":   "reconciler: {recentEvery: 1h, fullEvery: 1h}",
	})
}
