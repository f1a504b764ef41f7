package hop

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const backAccount = "222222222222"

// backWorld is a backup of a database of an hour ago, of which a final copy is left.
func backWorld(change func(*WayBack)) WayBack {
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	w := WayBack{
		Local: backVault("111111111111", "eu-central-1", "local"), Detour: backVault(backAccount, "eu-central-1", "detour"),
		Role: "arn:aws:iam::222222222222:role/copy", KeepDays: 7, Now: now, Begun: now.Add(-time.Minute),
		Pools: []Pool{{Types: []string{"RDS"}, Size: 2, Headroom: 1}},
	}
	w.Backup = Backup{ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:d", ResourceType: "RDS", Created: now.Add(-time.Hour)}
	w.Backup.Held = []Held{w.held(backVault(backAccount, "eu-north-1", "final"))}
	if change != nil {
		change(&w)
	}
	return w
}

func backVault(account, region, name string) Vault {
	return Vault{ARN: "arn:aws:backup:" + region + ":" + account + ":backup-vault:" + name, Account: account, Region: region, Name: name}
}

// held is the backup's copy in a vault.
func (w *WayBack) held(v Vault) Held {
	return Held{v, RecoveryPoint{
		ARN: "arn:aws:rds:" + v.Region + ":" + v.Account + ":snapshot:" + v.Name, ResourceARN: w.Backup.ResourceARN, ResourceType: w.Backup.ResourceType,
		Status: PointCompleted, Created: w.Backup.Created, DeleteAt: w.Now.AddDate(0, 0, 30),
	}}
}

// add puts a copy into a vault, before those that are there.
func (w *WayBack) add(v Vault) { w.Backup.Held = append([]Held{w.held(v)}, w.Backup.Held...) }

// job adds a job of the copy in one vault to another.
func (w *WayBack) job(state State, from, to Vault, change ...func(*CopyJob)) {
	j := CopyJob{ID: string(state), State: state, Created: w.Now.Add(-time.Hour), Source: w.held(from).ARN, Destination: to, ResourceType: w.Backup.ResourceType}
	if !state.InFlight() {
		j.Completed = w.Now.Add(-30 * time.Minute)
	}
	if state == Completed {
		j.Copy = w.held(to).ARN
	}
	for _, c := range change {
		c(&j)
	}
	w.Jobs = append(w.Jobs, j)
}

func TestTheNextStepBack(t *testing.T) {
	final, west := backVault(backAccount, "eu-north-1", "final"), backVault(backAccount, "eu-west-1", "final")
	between := backVault(backAccount, "eu-central-1", "intermediate")
	now := func(j *CopyJob) { j.Completed = backWorld(nil).Now }
	ago := func(d time.Duration) func(*CopyJob) {
		return func(j *CopyJob) { j.Completed = backWorld(nil).Now.Add(-d) }
	}
	refused := func(j *CopyJob) { j.Class, j.Message = ClassLimit, "SnapshotQuotaExceeded" }
	for sentence, c := range map[string]struct {
		change  func(w *WayBack)
		verdict BackVerdict
		from    string // name of the vault that the copy is from
		to      string
	}{
		"a final copy takes the detour":                         {nil, BackDue, "final", "detour"},
		"what the detour vault has goes to the member":          {func(w *WayBack) { w.add(w.Detour) }, BackDue, "detour", "local"},
		"what is between the hops goes straight":                {func(w *WayBack) { w.add(between) }, BackDue, "intermediate", "local"},
		"without a detour it goes straight":                     {func(w *WayBack) { w.Detour = Vault{} }, BackDue, "final", "local"},
		"the first of two final copies is taken":                {func(w *WayBack) { w.Backup.Held = append(w.Backup.Held, w.held(west)) }, BackDue, "final", "detour"},
		"what is in the local vault is back":                    {func(w *WayBack) { w.add(w.Local) }, BackDone, "", "local"},
		"what expires there at once is not":                     {func(w *WayBack) { w.add(w.Local); w.Backup.Held[0].DeleteAt = w.Now.Add(time.Minute) }, BackDue, "final", "detour"},
		"the member's other vaults cannot be copied from":       {func(w *WayBack) { w.add(backVault("111111111111", "eu-central-1", "other")) }, BackDue, "final", "detour"},
		"a first copy in flight is waited for":                  {func(w *WayBack) { w.job(Running, final, w.Detour) }, BackUnderway, "final", "detour"},
		"so is one that waits its turn":                         {func(w *WayBack) { w.job(Created, final, w.Detour) }, BackUnderway, "final", "detour"},
		"so is one in a state that nobody knows":                {func(w *WayBack) { w.job("PAUSED", final, w.Detour) }, BackUnderway, "final", "detour"},
		"a second copy in flight is waited for":                 {func(w *WayBack) { w.add(w.Detour); w.job(Running, w.Detour, w.Local) }, BackUnderway, "detour", "local"},
		"the second counts before the first":                    {func(w *WayBack) { w.add(w.Detour); w.job(Running, final, w.Detour); w.job(Running, w.Detour, w.Local) }, BackUnderway, "detour", "local"},
		"a copy just made is waited for until it is listed":     {func(w *WayBack) { w.job(Completed, final, w.Detour, now) }, BackUnderway, "final", "detour"},
		"one that has gone is made again":                       {func(w *WayBack) { w.job(Completed, final, w.Detour) }, BackDue, "final", "detour"},
		"one that is not listed in a vault nobody sees is back": {func(w *WayBack) { w.LocalUnseen = true; w.add(w.Detour); w.job(Completed, w.Detour, w.Local) }, BackDone, "detour", "local"},
		"one that has gone from the member is made again":       {func(w *WayBack) { w.add(w.Detour); w.job(Completed, w.Detour, w.Local) }, BackDue, "detour", "local"},
		"the detour's jobs do not tell of an unseen vault":      {func(w *WayBack) { w.LocalUnseen = true; w.job(Completed, final, w.Detour) }, BackDue, "final", "detour"},
		"one that may still be listed is waited for":            {func(w *WayBack) { w.job(Completed, final, w.Detour, ago(15*time.Minute-time.Nanosecond)) }, BackUnderway, "final", "detour"},
		"one that should be listed is not":                      {func(w *WayBack) { w.job(Completed, final, w.Detour, ago(15*time.Minute)) }, BackDue, "final", "detour"},
		"a copy to elsewhere is none of these":                  {func(w *WayBack) { w.job(Running, final, west) }, BackDue, "final", "detour"},
		"nor is one to nowhere":                                 {func(w *WayBack) { w.Detour = Vault{}; w.job(Running, final, Vault{}) }, BackDue, "final", "local"},
		"a failed copy to another vault does not end it":        {func(w *WayBack) { w.job(Failed, final, w.Local, now) }, BackDue, "final", "detour"},
		"nor does one from another vault":                       {func(w *WayBack) { w.job(Failed, west, w.Detour, now) }, BackDue, "final", "detour"},
		"the later of two failures counts":                      {func(w *WayBack) { w.job(Failed, final, w.Detour); w.job(Aborted, final, w.Detour, now) }, BackFailed, "final", "detour"},
		"whichever is listed first":                             {func(w *WayBack) { w.job(Aborted, final, w.Detour, now); w.job(Failed, final, w.Detour) }, BackFailed, "final", "detour"},
		"a run of no known beginning has no failure":            {func(w *WayBack) { w.Begun = time.Time{} }, BackDue, "final", "detour"},
		"a failure as the run begins ends it":                   {func(w *WayBack) { w.job(Failed, final, w.Detour, func(j *CopyJob) { j.Completed = w.Begun }) }, BackFailed, "final", "detour"},
		"a failure of this run ends it":                         {func(w *WayBack) { w.job(Failed, final, w.Detour, now) }, BackFailed, "final", "detour"},
		"a failure of an earlier run is tried again":            {func(w *WayBack) { w.job(Failed, final, w.Detour) }, BackDue, "final", "detour"},
		"a quota's refusal is no failure":                       {func(w *WayBack) { w.job(Failed, final, w.Detour, now, refused) }, BackDue, "final", "detour"},
		"the headroom is used":                                  {func(w *WayBack) { w.InFlight = []CopyJob{crossing(w)} }, BackDue, "final", "detour"},
		"with all slots used it waits":                          {func(w *WayBack) { w.InFlight = []CopyJob{crossing(w), crossing(w)} }, BackFull, "final", "detour"},
		"a copy within a Region needs no slot":                  {func(w *WayBack) { w.add(w.Detour); w.InFlight = []CopyJob{crossing(w), crossing(w)} }, BackDue, "detour", "local"},
		"slots to other Regions are others":                     {func(w *WayBack) { w.InFlight = []CopyJob{second(w), second(w), second(w)} }, BackDue, "final", "detour"},
		"nothing is left":                                       {func(w *WayBack) { w.Backup.Held = nil }, BackLost, "", "local"},
		"what is about to expire is not left":                   {func(w *WayBack) { w.Backup.Held[0].DeleteAt = w.Now.Add(time.Minute) }, BackLost, "", "local"},
		"what is broken is not left":                            {func(w *WayBack) { w.Backup.Held[0].Status = PointPartial }, BackLost, "", "local"},
		"a lock that takes no such retention ends it":           {func(w *WayBack) { w.Bounds = map[string]Bounds{w.Detour.ARN: {Max: 7}} }, BackFailed, "final", "detour"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := backWorld(c.change)
			step := w.Next()
			assert.Equal(t, c.verdict, step.Verdict, step.Detail)
			assert.Equal(t, c.from, step.From.Vault.Name)
			assert.Equal(t, c.to, step.To.Name)
			assert.Equal(t, c.to == "local", w.Last(step))
			assert.Equal(t, c.verdict == BackDue, step.Order.Token != "", "an order is of what is due alone")
			if c.verdict == BackDone {
				assert.NotEmpty(t, step.Point)
			}
		})
	}
}

func TestAStepSaysWhy(t *testing.T) {
	final := backVault(backAccount, "eu-north-1", "final")
	for sentence, c := range map[string]struct {
		change func(w *WayBack)
		says   string
	}{
		"nothing failed before": {nil, ""},
		"an earlier failure":    {func(w *WayBack) { w.job(Failed, final, w.Detour, func(j *CopyJob) { j.Message = "AWS's words" }) }, "copy job FAILED ended FAILED: AWS's words"},
		"a copy in flight":      {func(w *WayBack) { w.job(Running, final, w.Detour) }, "copy job RUNNING is RUNNING"},
		"a copy that is not listed yet": {func(w *WayBack) { w.job(Completed, final, w.Detour, func(j *CopyJob) { j.Completed = w.Now }) },
			"copy job COMPLETED is COMPLETED, and its copy is not listed yet"},
		"a vault that is not seen": {func(w *WayBack) { w.LocalUnseen = true; w.add(w.Detour); w.job(Completed, w.Detour, w.Local) },
			"by the job list; the vault itself was not looked at"},
		"no slot":         {func(w *WayBack) { w.InFlight = []CopyJob{crossing(w), crossing(w)} }, "every slot for RDS copies to eu-central-1 is used"},
		"nothing is left": {func(w *WayBack) { w.Backup.Held = nil }, "no copy of the backup that could be used is left in a vault of the backup account"},
		"a lock's maximum": {func(w *WayBack) { w.Bounds = map[string]Bounds{w.Detour.ARN: {Max: 7}} },
			"a copy of a backup of 2026-11-01 has to be kept for 8 days from then, and the lock of detour takes 7 at the most"},
	} {
		t.Run(sentence, func(t *testing.T) { assert.Equal(t, c.says, backWorld(c.change).Next().Detail) })
	}
}

func TestACopyBackIsKeptFromTheBackupOn(t *testing.T) {
	for sentence, c := range map[string]struct {
		age    time.Duration
		keep   int
		bounds Bounds
		days   int32 // 0: the lock takes none
	}{
		"a backup of now":                  {0, 7, Bounds{}, 7},
		"of a clock that is behind":        {-time.Minute, 7, Bounds{}, 7},
		"of a day ago":                     {24 * time.Hour, 7, Bounds{}, 8},
		"of a day and an hour ago":         {25 * time.Hour, 7, Bounds{}, 9},
		"for no time from now":             {0, 0, Bounds{}, 1},
		"as long as the lock takes":        {time.Hour, 7, Bounds{Max: 8}, 8},
		"a day longer than the lock takes": {time.Hour, 7, Bounds{Max: 7}, 0},
		"where the lock takes a day":       {0, 1, Bounds{Max: 1}, 1},
		"longer than such a lock takes":    {0, 2, Bounds{Max: 1}, 0},
		"for as long as the lock asks":     {0, 1, Bounds{Min: 3, Max: 5}, 3},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := backWorld(nil)
			w.Backup.Held[0].Created = w.Now.Add(-c.age)
			w.KeepDays, w.Bounds = c.keep, map[string]Bounds{w.Detour.ARN: c.bounds}
			step := w.Next()
			assert.Equal(t, c.days, step.Order.DeleteAfterDays)
			if c.days == 0 {
				assert.Equal(t, BackFailed, step.Verdict)
				assert.Equal(t, ClassRetention, step.Class)
			}
		})
	}
}

// crossing is a job in flight of another database to the primary Region.
func crossing(w *WayBack) CopyJob {
	return CopyJob{State: Running, ResourceType: "RDS", Source: "arn:aws:rds:eu-north-1:222222222222:snapshot:x", Destination: w.Detour}
}

// second is a second hop in flight.
func second(*WayBack) CopyJob {
	return CopyJob{State: Running, ResourceType: "RDS", Source: "arn:aws:rds:eu-central-1:222222222222:snapshot:x", Destination: backVault(backAccount, "eu-north-1", "final")}
}

func TestAnOrderBack(t *testing.T) {
	final := backVault(backAccount, "eu-north-1", "final")
	w := backWorld(nil)
	assert.Equal(t, Order{
		Point: w.held(final).ARN, Source: final, Destination: w.Detour, DeleteAfterDays: 8, Role: w.Role, Token: Token(w.held(final).ARN, w.Detour, ""),
	}, w.Next().Order, "kept for a week from now: AWS counts from the backup")

	w.Bounds = map[string]Bounds{w.Detour.ARN: {Min: 14, Max: 30}}
	assert.EqualValues(t, 14, w.Next().Order.DeleteAfterDays)
	w.job(Failed, final, w.Detour)
	w.job(Aborted, final, w.Detour)
	w.job(Failed, final, w.Local)
	next := w.Next()
	assert.Equal(t, Token(w.held(final).ARN, w.Detour, "FAILED"), next.Order.Token, "each try has its token")
	assert.Contains(t, next.Detail, "ended FAILED", "the earlier failure is told of")
}
