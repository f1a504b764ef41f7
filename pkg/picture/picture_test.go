package picture_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

func TestPointsAreReadOnceWhateverTheirAge(t *testing.T) {
	w := newWorld()
	oldest := 40 * 24 * hour // older than the vault keeps points
	for ago := time.Duration(0); ago <= oldest; ago += 3 * hour {
		w.point(final, ago)
	}
	for k := range 8 { // where one list ends and the next begins
		edge := time.Duration(k*105) * hour
		w.point(final, edge-9*time.Minute)
		w.point(final, edge-10*time.Minute+time.Millisecond)
	}
	p := w.look(t)
	assert.Equal(t, len(w.backup.points[final.ARN]), p.Points)
	newest, ok := p.Reached(p.Resources[0], picture.Final)
	require.True(t, ok)
	assert.Equal(t, now.Add(10*time.Minute-time.Millisecond), newest.Created, "AWS's clocks may be ahead")
}

func TestWhatCannotBeLookedIntoIsSaidAndStopsNothing(t *testing.T) {
	refused := errors.New("refused")
	for sentence, c := range map[string]struct {
		refuse func(*world)
		want   picture.Unseen
		name   string
		newest time.Duration
	}{
		"a member that lets nobody in": {func(w *world) { w.member.refuse["login"] = refused }, picture.Unseen{Account: "111111111111", Err: refused}, "account 111111111111", 4 * hour},
		"a member's jobs":              {func(w *world) { w.member.refuse["jobs"] = refused }, picture.Unseen{Account: "111111111111", Err: refused}, "account 111111111111", 4 * hour},
		"a member's vault":             {func(w *world) { w.member.refuse[local.ARN] = refused }, picture.Unseen{Account: "111111111111", Vault: local, Err: refused}, "vault " + local.ARN, 4 * hour},
		"a member's queue":             {func(w *world) { w.forward.err = refused }, picture.Unseen{What: "queue forward-dlq of 111111111111", Err: refused}, "queue forward-dlq of 111111111111", 4 * hour},
		"a final vault":                {func(w *world) { w.backup.refuse[final.ARN] = refused }, picture.Unseen{Account: "222222222222", Vault: final, Err: refused}, "vault " + final.ARN, 27 * hour},
		"the intermediate vault":       {func(w *world) { w.backup.refuse[intermediate.ARN] = refused }, picture.Unseen{Account: "222222222222", Vault: intermediate, Err: refused}, "vault " + intermediate.ARN, 4 * hour},
		"the copy jobs of a Region": {func(w *world) { w.backup.refuse["into"] = refused },
			picture.Unseen{Account: "222222222222", What: "copy jobs to vault " + intermediate.ARN, Err: refused}, "copy jobs to vault " + intermediate.ARN, 4 * hour},
		"the queue of copies":           {func(w *world) { w.waiting.err = refused }, picture.Unseen{What: "queue copies", Err: refused}, "queue copies", 4 * hour},
		"a dead-letter queue":           {func(w *world) { w.letters.err = refused }, picture.Unseen{What: "queue copies-dlq", Err: refused}, "queue copies-dlq", 4 * hour},
		"whether a member's rule is on": {func(w *world) { w.rule.err = refused }, picture.Unseen{What: "rule forward of 111111111111", Err: refused}, "rule forward of 111111111111", 4 * hour},
		"whether a mapping is on":       {func(w *world) { w.mapping.err = refused }, picture.Unseen{What: "mapping of copystarter", Err: refused}, "mapping of copystarter", 4 * hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			w.night(c.newest)
			c.refuse(w)
			p := w.look(t)
			assert.Equal(t, []picture.Unseen{c.want}, p.Unseen)
			assert.Equal(t, "NOT READ: "+c.name, p.Headline())
			require.Len(t, p.Resources, 1)
			assert.Equal(t, picture.Fine, p.Resources[0].State, "nothing is late because it was not seen")
		})
	}
}

func TestWithoutCopyJobsThereIsNoPicture(t *testing.T) {
	w := newWorld()
	w.backup.refuse["jobs"] = errors.New("refused")
	_, err := w.viewer().Look(t.Context(), now)
	require.EqualError(t, err, "refused")
}

func TestWhatTheHeadlineSays(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*world, *picture.Viewer)
		want   string
	}{
		"nothing, where all was read":      {func(*world, *picture.Viewer) {}, ""},
		"that second hops are paused":      {func(w *world, _ *picture.Viewer) { w.mapping.on = false }, "PAUSED: off: mapping of copystarter"},
		"that a member forwards no events": {func(w *world, _ *picture.Viewer) { w.rule.on = false }, "PAUSED: off: rule forward of 111111111111"},
		"that members were left out": {func(_ *world, v *picture.Viewer) { v.Members, v.WithoutMembers = nil, true },
			"members not read (--without-members): first hops and local vaults are not checked"},
		"what was not read first": {func(w *world, v *picture.Viewer) {
			w.mapping.on = false
			v.Unseen = []picture.Unseen{{What: "the list of member accounts", Err: errors.New("refused")}}
			w.member.refuse["login"] = errors.New("refused")
		}, "NOT READ: the list of member accounts, account 111111111111; PAUSED: off: mapping of copystarter"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			w.night(4 * hour)
			v := w.viewer()
			c.change(w, &v)
			v.Switches = []picture.Switch{w.mapping}
			p, err := v.Look(t.Context(), now)
			require.NoError(t, err)
			assert.Equal(t, c.want, p.Headline())
		})
	}
	assert.Equal(t, "a, b, c, d, e and 2 more", picture.Named([]string{"a", "b", "c", "d", "e", "f", "g"}))
}

func TestMessagesOfAllDeadLetterQueuesCount(t *testing.T) {
	w := newWorld()
	w.letters.n, w.forward.n = 2, 1
	p := w.look(t)
	assert.Equal(t, 3, p.Letters)
	assert.Equal(t, map[string]int{"copies-dlq": 2, "forward-dlq of 111111111111": 1}, p.DeadLetters)
}

func TestPointsThatAreNoBackupAreCountedByVaultAndStatus(t *testing.T) {
	w := newWorld()
	w.night(4 * hour)
	for i, status := range []hop.PointStatus{hop.PointExpired, hop.PointExpired, hop.PointDeleting} {
		w.point(final, 40*24*hour)
		w.backup.points[final.ARN][i+1].Status = status
	}
	assert.Equal(t, []picture.Unusable{{Vault: final, Status: hop.PointDeleting, Points: 1}, {Vault: final, Status: hop.PointExpired, Points: 2}},
		w.look(t).Resources[0].Unusable)
}

func TestCopiesThatWereDeletedWithTheirSourcesAreCounted(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*world)
		want   int
	}{
		"both are there":     {func(*world) {}, 0},
		"the copies alone":   {func(w *world) { w.backup.points[final.ARN] = w.backup.points[final.ARN][2:] }, 0},
		"with their sources": {func(w *world) { w.lose(final, 2); w.lose(intermediate, 2) }, 2},
		"just now": {func(w *world) {
			w.moves(w.point(intermediate, 3*hour), final, 20*time.Minute)
			w.backup.points[final.ARN], w.backup.points[intermediate.ARN] = w.backup.points[final.ARN][:3], w.backup.points[intermediate.ARN][:3]
		}, 0},
		"whose vault could not be read": {func(w *world) {
			w.lose(final, 2)
			w.lose(intermediate, 2)
			w.backup.refuse[final.ARN] = errors.New("refused")
		}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			w.night(75 * hour)
			w.night(51 * hour)
			w.night(3 * hour)
			c.change(w)
			assert.Equal(t, c.want, w.look(t).Resources[0].Deleted)
		})
	}
}

func TestAPlansOwnCopyToAFinalVaultIsNoHop(t *testing.T) {
	w := newWorld()
	p := w.point(local, 3*hour)
	w.member.points[local.ARN][0].ResourceType = "S3"
	w.copies(p, final, hop.Failed, hour)
	w.member.jobs, w.backup.jobs = w.backup.jobs, nil
	seen := w.look(t)
	require.Len(t, seen.Flights, 1)
	assert.Equal(t, picture.Direct, seen.Flights[0].Hop)
	require.Len(t, seen.Resources[0].Copies, 1)
	assert.Equal(t, picture.Direct, seen.Resources[0].Copies[0].Hop)
	assert.Equal(t, picture.Failed, seen.Resources[0].State, "nobody repeats it")
	assert.Equal(t, []string{"direct copy", "hop 1", "hop 2"}, []string{picture.StepName(picture.Direct), picture.StepName(1), picture.StepName(2)})
}

func TestTheNightsFlights(t *testing.T) {
	w := newWorld()
	w.night(4 * hour)
	w.night(30 * hour) // before the night
	back := w.point(final, 4*hour)
	w.copies(back, local, hop.Completed, hour) // a restore
	w.backup.jobs = append(w.backup.jobs, hop.CopyJob{ID: "detour", Created: now.Add(-hour), Destination: intermediate})
	p := w.look(t)
	require.Len(t, p.Flights, 2)
	for i, want := range []hop.Vault{intermediate, final} {
		assert.Equal(t, i+1, p.Flights[i].Hop)
		assert.Equal(t, want, p.Flights[i].Destination)
	}
	assert.Equal(t, 2, p.Waiting)
}
