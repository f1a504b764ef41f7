package hop_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func hopOne(change func(*hop.CopyJobEvent)) hop.Notice {
	e := hop.CopyJobEvent{
		State: hop.Completed, SourceVault: local, Destination: intermediate, Copy: point, ResourceType: "RDS",
	}
	change(&e)
	return hop.Notice{CopyJob: &e}
}

func TestTriage(t *testing.T) {
	whole := hop.Request{Point: point, Source: intermediate, Destination: final, ResourceType: "RDS"}
	open := hop.Request{Point: point, Source: intermediate}
	for _, test := range []struct {
		name    string
		notice  hop.Notice
		want    []hop.Request
		verdict hop.Verdict
		reason  hop.Reason
	}{
		{"hop 1 is complete", hopOne(func(*hop.CopyJobEvent) {}), []hop.Request{whole}, "", ""},
		{"hop 1 is complete, its type unsaid", hopOne(func(e *hop.CopyJobEvent) { e.ResourceType = "" }), []hop.Request{open}, "", ""},
		{"an unrouted type is left to the description", hopOne(func(e *hop.CopyJobEvent) { e.ResourceType = "EBS" }),
			[]hop.Request{{Point: point, Source: intermediate, ResourceType: "EBS"}}, "", ""},
		{"hop 1 is CREATED", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Created }), nil, hop.Skip, hop.ReasonNotYet},
		{"hop 1 is RUNNING", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Running }), nil, hop.Skip, hop.ReasonNotYet},
		{"hop 1 FAILED", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Failed }), nil, hop.Reject, hop.ReasonHopOne},
		{"hop 1 is PARTIAL", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Partial }), nil, hop.Reject, hop.ReasonHopOne},
		{"hop 1 was ABORTED", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Aborted }), nil, hop.Reject, hop.ReasonHopOne},
		{"hop 1 EXPIRED", hopOne(func(e *hop.CopyJobEvent) { e.State = hop.Expired }), nil, hop.Reject, hop.ReasonHopOne},
		{"a state nobody knows", hopOne(func(e *hop.CopyJobEvent) { e.State = "NEW" }), nil, hop.Reject, hop.ReasonMalformed},
		{"COMPLETED without a point", hopOne(func(e *hop.CopyJobEvent) { e.Copy = "" }), nil, hop.Reject, hop.ReasonMalformed},
		{"a copy to a vault of others", hopOne(func(e *hop.CopyJobEvent) { e.Destination = other }), nil, hop.Skip, hop.ReasonOther},
		{"our own second hop", hopOne(func(e *hop.CopyJobEvent) { e.SourceVault, e.Destination = intermediate, final }), nil, hop.Skip, hop.ReasonOther},
		{"the restore detour", hopOne(func(e *hop.CopyJobEvent) { e.SourceVault = final }), nil, hop.Skip, hop.ReasonOwnCopy},
		{"a request with a destination", hop.Notice{Request: &whole}, []hop.Request{whole}, "", ""},
		{"a request from a vault of others", hop.Notice{Request: &hop.Request{Point: point, Source: other}}, nil, hop.Skip, hop.ReasonOther},
		{"another event", hop.Notice{Foreign: "aws.backup Backup Job State Change"}, nil, hop.Skip, hop.ReasonForeign},
	} {
		t.Run(test.name, func(t *testing.T) {
			requests, decision := hop.Triage(test.notice, routes)
			assert.Equal(t, test.want, requests)
			assert.Equal(t, test.verdict, decision.Verdict)
			assert.Equal(t, test.reason, decision.Reason)
		})
	}
	_, decision := hop.Triage(hopOne(func(e *hop.CopyJobEvent) { e.Copy = "" }), routes)
	assert.Contains(t, decision.Detail, "names no destinationRecoveryPointArn")
}

func TestTriageSplitsByDestination(t *testing.T) {
	fanned := hop.Routes{routes[0]}
	fanned[0].Destinations = append(fanned[0].Destinations, hop.Destination{Vault: other, DeleteAfterDays: 7})
	requests, _ := hop.Triage(hopOne(func(*hop.CopyJobEvent) {}), fanned)
	require.Len(t, requests, 2)
	again, _ := hop.Triage(hop.Notice{Request: &requests[1]}, fanned)
	assert.Equal(t, requests[1:], again, "what was split is not split again")
	assert.Equal(t, []hop.Vault{final, other}, []hop.Vault{requests[0].Destination, requests[1].Destination})
}

func TestSlotsCountOnlyCopiesThatTheQuotaCounts(t *testing.T) {
	pools := []hop.Pool{{Types: []string{"Aurora", "Neptune"}, Size: 3, Headroom: 1}}
	job := func(resourceType string, to hop.Vault) hop.CopyJob {
		return hop.CopyJob{Source: point, Destination: to, ResourceType: resourceType, State: hop.Running}
	}
	local := job("Aurora", final)
	local.Source = "arn:aws:rds:eu-north-1:222222222222:cluster-snapshot:awsbackup:copyjob-2"
	for _, test := range []struct {
		name     string
		inFlight []hop.CopyJob
		room     bool
	}{
		{"an empty pool", nil, true},
		{"a pool with one slot left", []hop.CopyJob{job("Neptune", final)}, true},
		{"a pool full but for its headroom", []hop.CopyJob{job("Neptune", final), job("Aurora", final)}, false},
		{"jobs of another pool", []hop.CopyJob{job("RDS", final), job("RDS", final)}, true},
		{"jobs to another Region", []hop.CopyJob{job("Aurora", other), job("Aurora", other)}, true},
		{"jobs inside the source's Region", []hop.CopyJob{job("Aurora", intermediate), job("Aurora", intermediate)}, true},
		{"jobs inside the destination's Region", []hop.CopyJob{local, local}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			slots := hop.NewSlots(pools, hop.InUse{Jobs: test.inFlight})
			assert.Equal(t, test.room, slots.Room("Aurora", intermediate, final))
			assert.True(t, slots.Room("Aurora", intermediate, intermediate), "a copy inside the Region has no quota")
			assert.True(t, slots.Room("EBS", intermediate, final), "a type without a pool has no quota")
		})
	}
}

func TestACopyInsideARegionTakesNoSlot(t *testing.T) {
	slots := hop.NewSlots([]hop.Pool{{Types: []string{"RDS"}, Size: 1}}, hop.InUse{})
	slots.Take("RDS", final, final)
	slots.Take("EBS", intermediate, final)
	assert.True(t, slots.Room("RDS", intermediate, final))
	slots.Take("RDS", intermediate, final)
	assert.False(t, slots.Room("RDS", intermediate, final))
}

func TestAnInvocationTakesHalfOfWhatIsFree(t *testing.T) {
	slots := hop.NewSlots([]hop.Pool{{Types: []string{"RDS"}, Size: 20, Headroom: 2}}, hop.InUse{})
	taken := 0
	for ; slots.Room("RDS", intermediate, final); taken++ {
		slots.Take("RDS", intermediate, final)
	}
	assert.Equal(t, 9, taken)
}

func TestDelayGrowsWithTheQueue(t *testing.T) {
	d := hop.Decision{Verdict: hop.Wait}
	few, some, many := hop.Delay(d, now, "id", hop.Spread{Waiting: 3, Pace: 1}), hop.Delay(d, now, "id", hop.Spread{Waiting: 100, Pace: 1}), hop.Delay(d, now, "id", hop.Spread{Waiting: 5000, Pace: 1})
	assert.Less(t, few, 2*time.Minute)
	assert.Less(t, few, some)
	assert.Less(t, some, 7*time.Minute)
	assert.Less(t, some, many)
	assert.NotEqual(t, hop.Delay(d, now, "another id", hop.Spread{Waiting: 5000, Pace: 1}), many, "messages spread")

	d.Until = now.Add(10 * time.Minute)
	assert.Equal(t, 10*time.Minute, hop.Delay(d, now, "id", hop.Spread{Waiting: 3, Pace: 1}))
	d.Until = now.Add(2 * time.Hour)
	assert.Equal(t, 15*time.Minute, hop.Delay(d, now, "id", hop.Spread{Waiting: 3, Pace: 1}))
}

func TestParseVault(t *testing.T) {
	for name, arn := range map[string]string{
		"empty":             "",
		"another service":   "arn:aws:rds:eu-central-1:222222222222:backup-vault:final",
		"no account":        "arn:aws:backup:eu-central-1::backup-vault:final",
		"a name too short":  "arn:aws:backup:eu-central-1:222222222222:backup-vault:f",
		"a name with colon": "arn:aws:backup:eu-central-1:222222222222:backup-vault:a:b",
	} {
		_, err := hop.ParseVault(arn)
		require.ErrorContains(t, err, "is not the ARN of a backup vault", name)
	}
	for _, arn := range []string{final.ARN,
		"arn:aws-us-gov:backup:us-gov-west-1:222222222222:backup-vault:final",
		"arn:aws-eusc:backup:eusc-de-east-1:222222222222:backup-vault:final",
		"arn:aws:backup:eu-central-1:222222222222:backup-vault:aws/efs/automatic-backup-vault",
		"arn:aws-cn:backup:cn-north-1:222222222222:backup-vault:final",
	} {
		encoded, err := json.Marshal(vault(arn))
		require.NoError(t, err)
		var back hop.Vault
		require.NoError(t, json.Unmarshal(encoded, &back))
		assert.Equal(t, vault(arn), back)
	}
}

func TestClassesThatRepeatingMends(t *testing.T) {
	mended := []hop.Class{hop.ClassLimit, hop.ClassTransient, hop.ClassUnknown}
	for _, class := range mended {
		assert.False(t, class.Permanent(), class)
	}
	permanent := []hop.Class{hop.ClassKey, hop.ClassVaultPolicy, hop.ClassRetention, hop.ClassOrganization, hop.ClassOptIn,
		hop.ClassRole, hop.ClassOptionGroup, hop.ClassUnderprotected, hop.ClassUnsupported, hop.ClassQuota, hop.ClassMalformed, hop.ClassGone, hop.ClassWrong, hop.ClassUntold}
	for _, class := range permanent {
		assert.True(t, class.Permanent(), class)
	}
	assert.False(t, hop.Class("NEW").Permanent(), "what nobody knows is repeated")
	assert.ElementsMatch(t, append(mended, permanent...), hop.Classes, "each may be asked for by name")
}
