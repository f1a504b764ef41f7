package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/page"
	"github.com/twohop/twohop/pkg/picture"
)

var now = time.Date(2026, 11, 1, 7, 15, 0, 0, time.UTC)

func vault(account, region, name string) hop.Vault {
	return hop.Vault{ARN: "arn:aws:backup:" + region + ":" + account + ":backup-vault:" + name, Account: account, Region: region, Name: name}
}

var (
	local        = vault("111111111111", "eu-central-1", "twohop-local")
	intermediate = vault("222222222222", "eu-central-1", "twohop-intermediate")
	final        = vault("222222222222", "eu-north-1", "twohop-final")
)

// resource has its newest points so long ago in the three vaults; negative: none.
func resource(name, kind string, state picture.State, ages ...time.Duration) picture.Resource {
	r := picture.Resource{ARN: "arn:aws:rds:eu-central-1:111111111111:" + name, Type: kind, Account: "111111111111", Objective: 26 * time.Hour,
		State: state, Newest: map[string]hop.RecoveryPoint{}}
	for i, v := range []hop.Vault{local, intermediate, final} {
		if ages[i] >= 0 {
			r.Newest[v.ARN] = hop.RecoveryPoint{ARN: fmt.Sprintf("arn:point-%s-%d", name, i), ResourceARN: r.ARN, Created: now.Add(-ages[i])}
		}
	}
	return r
}

func job(r picture.Resource, to hop.Vault, state hop.State, began, took time.Duration) hop.CopyJob {
	j := hop.CopyJob{ID: "job", State: state, Created: now.Add(-began), Destination: to, ResourceARN: r.ARN, ResourceType: r.Type}
	if !state.InFlight() {
		j.Completed = j.Created.Add(took)
	}
	return j
}

// night is a page with one of everything.
func night() page.Report {
	orders := resource("db:orders", "RDS", picture.Fine, 4*time.Hour, 4*time.Hour, 4*time.Hour)
	books := resource("cluster:books", "Aurora", picture.Failed, 3*time.Hour, -1, -1)
	evil := resource(`cluster:<script>alert(1)</script>"'`, "Neptune", picture.Late, 4*time.Hour, 50*time.Hour, 50*time.Hour)
	evil.LateIn = []hop.Vault{final}
	slow := resource("cluster:a-name-that-is-as-long-as-aws-lets-names-of-clusters-become-63", "DocumentDB", picture.Copying, 4*time.Hour, 4*time.Hour, 28*time.Hour)
	failed := job(books, intermediate, hop.Failed, 3*time.Hour, 5*time.Minute)
	failed.Class, failed.Message = hop.ClassKey, `key <b>closed</b> & "gone"`
	books.Copies = []picture.Copy{{Hop: 1, Leg: hop.Leg{Standing: hop.Rejected, Job: failed, Request: hop.Request{Destination: intermediate}}}}
	p := picture.Picture{Now: now, Resources: []picture.Resource{evil, books, slow, orders}, Waiting: 3, Letters: 1,
		Places: []picture.Place{{Vault: local, Role: picture.Local}, {Vault: intermediate, Role: picture.Intermediate}, {Vault: final, Role: picture.Final}},
		Unseen: []picture.Unseen{{Account: "444444444444", Err: errors.New("denied & <closed>")}},
		Flights: []picture.Flight{
			{Hop: 1, CopyJob: job(orders, intermediate, hop.Completed, 240*time.Minute, 30*time.Minute)},
			{Hop: 1, CopyJob: failed},
			{Hop: 1, CopyJob: job(slow, intermediate, hop.Completed, 230*time.Minute, 45*time.Minute)},
			{Hop: 2, CopyJob: job(orders, final, hop.Completed, 205*time.Minute, 50*time.Minute)},
			{Hop: 2, CopyJob: job(slow, final, hop.Running, 170*time.Minute, 0)},
		}}
	return page.Report{Estate: "twohop", Account: "222222222222", Region: "eu-central-1", Picture: p,
		Objectives: map[string]time.Duration{"RDS": 26 * time.Hour, "Aurora": 26 * time.Hour, "Neptune": 26 * time.Hour, "DocumentDB": 26 * time.Hour},
		Advice: func(f hop.FailedJob) (cause, fix string) {
			return "the source <key> admits nobody", "open the <key> of class " + string(f.Class)
		},
		Messages: []page.Message{{Queue: "copies-dlq", Resource: books.ARN, About: "hop 1", Since: now.Add(-3 * time.Hour), Class: hop.ClassKey,
			Cause: "the source <key> admits nobody", Reason: "hop_1: closed", Advice: "open it"}}}
}

func written(t *testing.T, r page.Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, r.Write(&out))
	return out.String()
}

func TestThePageSaysIt(t *testing.T) {
	text := written(t, night())
	for _, want := range []string{
		`<title>twohop: backups at 2026-11-01 07:15 UTC</title>`,
		`<p class="verdict look">NOT READ: account 444444444444</p>`, `<p class="verdict bad">2 of 4 resources need a person; dead-letter messages: 1</p>`,
		`<li class="bad"><b>1</b>late</li>`, `<li class="good"><b>1</b>ok</li>`, `<b>3</b>messages waiting`,
		`<h3>cluster:books: the source &lt;key&gt; admits nobody</h3>`, `<p class="soft">class Key</p>`, `open the &lt;key&gt; of class Key`, `key &lt;b&gt;closed&lt;/b&gt; &amp; &#34;gone&#34;`,
		`<li><span class="name"><b>cluster:books</b></span>: the source &lt;key&gt; admits nobody<br><span class="soft">hop 1, class Key, queue copies-dlq, since 2026-11-01 04:15 UTC</span><br><span class="says">hop_1: closed</span><br><span class="name">open it</span></li>`,
		`444444444444: denied &amp; &lt;closed&gt;`,
		`<td role="cell" data-label="final eu-north-1" class="bad" title="arn:point-cluster:&lt;script&gt;`,
		`>2d2h</td>`, `<tr><th scope="row">Neptune</th><td>26h</td><td>1</td><td>2d2h</td><td class="bad">1</td></tr>`,
		`<tr><th scope="row">Aurora</th><td>26h</td><td>1</td><td>-</td><td class="bad">1</td></tr>`, // without any final copy
		`aria-label="Copies over time, 2026-11-01 03:00 UTC to 2026-11-01 08:00 UTC: 5 copy jobs.`, `times in UTC`, `<text class="now" x="85.000%"`,
		`<rect class="hop1 failed"`, `<rect class="hop2 going"`,
		`hop 2 of db:orders to twohop-final eu-north-1: COMPLETED, 2026-11-01 03:50 UTC to 2026-11-01 04:40 UTC (50m)`,
		`<html lang="en">`, `name="viewport" content="width=device-width, initial-scale=1"`, `@media print`,
	} {
		assert.Contains(t, text, want)
	}
}

func TestTheVerdictsColour(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*picture.Picture)
		want   string
	}{
		"all is well":                    {func(*picture.Picture) {}, `<p class="verdict good">none of 1 resources that were read needs a person</p>`},
		"something was not read":         {func(p *picture.Picture) { p.Unseen = []picture.Unseen{{Account: "1", Err: errors.New("no")}} }, `<p class="verdict look">none of 1`},
		"second hops are paused":         {func(p *picture.Picture) { p.Off = []string{"mapping"} }, `<p class="verdict look">PAUSED: off: mapping</p>`},
		"members were left out":          {func(p *picture.Picture) { p.WithoutMembers = true }, `<p class="verdict look">none of 1`},
		"there are dead-letter messages": {func(p *picture.Picture) { p.Letters = 2 }, `<p class="verdict bad">none of 1 resources that were read needs a person; dead-letter messages: 2</p>`},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := picture.Picture{Now: now, Resources: []picture.Resource{resource("db:orders", "RDS", picture.Fine, time.Hour, time.Hour, time.Hour)}}
			c.change(&p)
			assert.Contains(t, written(t, page.Report{Estate: "twohop", Picture: p}), c.want)
		})
	}
}

func TestAResourceWithoutAFinalCopyIsLateUnlessItsVaultWasNotRead(t *testing.T) {
	r := night()
	r.Picture.Unseen = []picture.Unseen{{Account: "222222222222", Vault: final, Err: errors.New("denied")}}
	assert.Contains(t, written(t, r), `<tr><th scope="row">Aurora</th><td>26h</td><td>1</td><td>-</td><td class="good">0</td></tr>`)
}

func TestDeletedAndExpiredCopiesAreAmongTheFailures(t *testing.T) {
	r := night()
	gone := resource("cluster:gone", "Aurora", picture.Missing, time.Hour, time.Hour, -1)
	made := job(gone, final, hop.Completed, time.Hour, time.Minute)
	made.Copy = "arn:deleted"
	gone.Copies = []picture.Copy{{Hop: 2, Leg: hop.Leg{Standing: hop.Vanished, Job: made, Request: hop.Request{Destination: final}}}}
	left := resource("db:left", "RDS", picture.Expired, time.Hour, time.Hour, time.Hour)
	left.Unusable = []picture.Unusable{{Vault: final, Status: hop.PointExpired, Points: 3}, {Vault: local, Status: hop.PointDeleting, Points: 1}}
	direct := resource("db:direct", "S3", picture.Failed, time.Hour, -1, -1)
	failed := job(direct, final, hop.Failed, time.Hour, time.Minute)
	failed.Class, failed.Message = hop.ClassVaultPolicy, "Access Denied"
	direct.Copies = []picture.Copy{{Hop: picture.Direct, Leg: hop.Leg{Standing: hop.Rejected, Job: failed, Request: hop.Request{Destination: final}}}}
	r.Picture.Resources = append(r.Picture.Resources, gone, left, direct)
	r.Picture.Flights = append(r.Picture.Flights, picture.Flight{Hop: picture.Direct, CopyJob: failed})
	another := gone
	another.ARN += "-too"
	text := written(t, r)
	r.Picture.Resources = append(r.Picture.Resources, another)
	assert.Contains(t, written(t, r), "<h3>cluster:gone and 1 more: a copy was deleted before its time</h3>")
	for _, want := range []string{
		"<h3>cluster:gone: a copy was deleted before its time</h3>", "copy job job made arn:deleted, which is no longer in the vault",
		"3 recovery points are EXPIRED", "direct copy to twohop-final eu-north-1", "direct copy of db:direct to twohop-final",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "hop 1 of db:direct")
}

func TestNothingIsLoadedOrRun(t *testing.T) {
	text := written(t, night())
	assert.Contains(t, text, `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`)
	assert.NotContains(t, text, "<script")
	assert.NotContains(t, text, "ZgotmplZ", "the template escapes nothing away")
	assert.NotRegexp(t, `(?i)(src|href|action|background|poster|data)\s*=`, withoutLabels(text))
	assert.NotRegexp(t, `(?i)url\(|@import|https?:|\son\w+=`, text)
}

// withoutLabels: data-label is an attribute of ours.
func withoutLabels(text string) string { return strings.ReplaceAll(text, "data-label=", "") }

func TestAnEstateWithoutAnythingHasAPageToo(t *testing.T) {
	text := written(t, page.Report{Estate: "new", Picture: picture.Picture{Now: now}})
	for _, want := range []string{"none of 0 resources that were read needs a person", "No copy failed", "No copy began within a day"} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "<svg")
}

func TestTheWholeNightIsNotDrawn(t *testing.T) {
	r := night()
	for i := range 100 {
		one := resource(fmt.Sprintf("db:fine-%03d", i), "RDS", picture.Fine, time.Hour, time.Hour, time.Hour)
		r.Picture.Resources = append(r.Picture.Resources, one)
		r.Picture.Flights = append(r.Picture.Flights, picture.Flight{Hop: 1, CopyJob: job(one, intermediate, hop.Completed, 3*time.Hour, time.Hour)})
	}
	text := written(t, r)
	assert.Contains(t, text, "and 43 more resources, whose copies are made")
	lane := func(name string) int { return strings.Index(text, `<span class="name">`+name+`</span><svg`) }
	assert.Less(t, -1, lane("cluster:books"))
	assert.Less(t, lane("cluster:books"), lane("db:fine-000"), "what failed is drawn first")
	assert.Equal(t, 104, strings.Count(text, `role="rowheader"`), "every resource is in the matrix")
}

func TestACopyThatIsNotUnderItsVaultsKeyIsAmongTheFailures(t *testing.T) {
	r := night()
	weak := resource("cluster:weak", "Aurora", picture.Underprotected, time.Hour, time.Hour, time.Hour)
	weak.Weak = []picture.Weak{{Vault: final, Point: weak.Newest[final.ARN], Detail: "it is under <a key> that AWS owns"}}
	r.Picture.Resources = append(r.Picture.Resources, weak)
	text := written(t, r)
	for _, want := range []string{`<h3>cluster:weak: it is under &lt;a key&gt; that AWS owns</h3>`, `open the &lt;key&gt; of class Underprotected`, `it is under &lt;a key&gt; that AWS owns`,
		`<li class="bad"><b>1</b>underprotected</li>`, `3 of 5 resources need a person`} {
		assert.Contains(t, text, want)
	}
}
