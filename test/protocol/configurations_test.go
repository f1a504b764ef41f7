package protocol

// configuration is one run of the model checker.
type configuration struct {
	model   string // file name without .pml
	name    string
	defines string
	refuted property // what does not hold; empty: everything holds
	large   bool     // only make model checks it
}

// property is a part of the assertion by which the checker refutes it.
type property string

const (
	noSecondCopy   property = "second"         // no job starts while a copy exists or is in flight
	noFalseLetter  property = "untrue"         // no dead-letter message about such a copy
	waitingEnds    property = "sure["          // no wait of which nothing more can come
	nothingIsLost  property = "letters>0"      // at rest: copied, or in the dead-letter queue, or had its time
	reached        property = "!((((stored[0]" // the end is reached at all
	withinQuota    property = "inFlight<=("    // slots used
	fullUse        property = "inFlight<("     // every slot is used at some time
	sourceStays    property = "early"          // a job in flight keeps its source
	listedBefore   property = "new[k]"         // a job in flight when the retention is changed began after the last list
	bothCopiesMade property = "deleted||"      // the retention is changed when both copies exist
)

var configurations = []configuration{
	{model: "copy", name: "failures, redriven", defines: "-DTRANSIENT=2 -DPERMANENT=1 -DREDRIVES=1 -DDOUBLE", large: true},
	{model: "copy", name: "crashes", defines: "-DCRASHES=2 -DTRANSIENT=1 -DDOUBLE"},
	{model: "copy", name: "lists lag", defines: "-DLAG -DTRANSIENT=1 -DPERMANENT=1 -DREDRIVES=1 -DDOUBLE", large: true},
	{model: "copy", name: "lists lag and go back, tokens are forgotten", defines: "-DLAG -DBACK -DFORGET_TOKENS -DTRANSIENT=2 -DDOUBLE"},
	{model: "copy", name: "lists go back, descriptions lag, tokens are forgotten, redriven", defines: "-DMESSAGES=2 -DLAG -DBACK -DFORGET_TOKENS -DCROSS_REGION -DTRANSIENT=1 -DPERMANENT=1 -DREDRIVES=1 -DDOUBLE", large: true},
	{model: "copy", name: "descriptions lag, copies are deleted", defines: "-DCROSS_REGION -DDOUBLE -DDELETIONS=1 -DRUNS=1"},
	{model: "copy", name: "lists lag, clocks differ", defines: "-DLAG -DSKEW -DTRANSIENT=2 -DDOUBLE -DCRASHES=1", large: true},
	{model: "copy", name: "lists lag, events are lost", defines: "-DLAG -DLOSE -DRUNS=2 -DTRANSIENT=2 -DPERMANENT=1 -DREDRIVES=1", large: true},
	{model: "copy", name: "four jobs, lists lag, events are lost", defines: "-DJOBS=4 -DLAG -DLOSE -DRUNS=1 -DTRANSIENT=3 -DREDRIVES=1"},
	{model: "copy", name: "four jobs, lists lag, events come twice", defines: "-DJOBS=4 -DMESSAGES=2 -DLAG -DTRANSIENT=3 -DREDRIVES=1 -DDOUBLE", large: true},
	{model: "copy", name: "jobs and tokens are forgotten", defines: "-DFORGET_JOBS -DFORGET_TOKENS -DDELETIONS=2 -DREQUESTS=1 -DREDRIVES=1"},
	{model: "copy", name: "the source expires", defines: "-DMESSAGES=2 -DSOURCE_EXPIRES -DLAG -DCROSS_REGION -DTRANSIENT=1 -DDELETIONS=1 -DDOUBLE", large: true},
	{model: "copy", name: "all of it", defines: "-DMESSAGES=2 -DLAG -DCROSS_REGION -DLOSE -DTRANSIENT=1 -DPERMANENT=1 -DREDRIVES=1 -DDELETIONS=1 -DRUNS=1 -DCRASHES=1", large: true},

	{model: "copy", name: "the end is reached", defines: "-DREACHED", refuted: reached},
	{model: "copy", name: "a copy not described counts as gone", defines: "-DNO_SETTLING -DCROSS_REGION -DDOUBLE", refuted: noSecondCopy},
	{model: "copy", name: "older jobs decide about an event", defines: "-DNO_EVENT_WAIT -DLAG -DPERMANENT=1 -DREDRIVES=1", refuted: noFalseLetter},
	{model: "copy", name: "the token is a count", defines: "-DCOUNT_TOKEN -DFORGET_JOBS -DDELETIONS=2 -DREQUESTS=1 -DREDRIVES=1", refuted: waitingEnds},
	{model: "copy", name: "a start is repeated blindly", defines: "-DBLIND_RETRY -DLAG -DDOUBLE -DTRANSIENT=1", refuted: noSecondCopy},
	{model: "copy", name: "any answer counts as a start", defines: "-DNO_STALE -DFORGET_JOBS -DDELETIONS=2 -DREQUESTS=1 -DREDRIVES=1", refuted: nothingIsLost},
	{model: "copy", name: "no reconciler", defines: "-DNO_RUNS -DLOSE -DTRANSIENT=1", refuted: nothingIsLost},
	{model: "copy", name: "beyond: the source expires before a lost failure is found", defines: "-DSOURCE_EXPIRES -DLOSE -DTRANSIENT=1", refuted: nothingIsLost},
	{model: "copy", name: "beyond: a doubled event, redriven before the list shows the new job", defines: "-DSTRICT -DLAG -DDOUBLE -DPERMANENT=1 -DREDRIVES=1", refuted: noFalseLetter},

	{model: "pool", name: "lists are immediate", defines: "-DSIZE=8"},
	{model: "pool", name: "lists lag", defines: "-DLAG=2"},
	{model: "pool", name: "lists lag, a larger pool", defines: "-DLAG=2 -DSIZE=8", large: true},
	{model: "pool", name: "lists lag in order", defines: "-DLAG=2 -DSIZE=7 -DIN_ORDER", large: true},
	{model: "pool", name: "lists lag, an environment is replaced", defines: "-DLAG=1 -DREPLACED=1"},
	{model: "pool", name: "every slot is used", defines: "-DREACHED", refuted: fullUse},
	{model: "pool", name: "one list for a batch", defines: "-DNO_RELIST", refuted: withinQuota},
	{model: "pool", name: "own starts count once", defines: "-DNO_OWN", refuted: withinQuota},
	{model: "pool", name: "own starts count twice only while they are not listed", defines: "-DNO_RECENT", refuted: withinQuota},
	{model: "pool", name: "own starts count twice for less than twice the lag", defines: "-DLAG=1 -DRECENT=3 -DSIZE=8", refuted: withinQuota},
	{model: "pool", name: "a new environment is not careful", defines: "-DLAG=1 -DREPLACED=1 -DNO_CARE", refuted: withinQuota},
	{model: "pool", name: "beyond: lists lag for longer than stated", defines: "-DLAG=2 -DRECENT=4 -DSIZE=8", refuted: withinQuota, large: true},
	{model: "pool", name: "beyond: environments are replaced one after another", defines: "-DLAG=1 -DREPLACED=2", refuted: withinQuota},

	{model: "trim", name: "lists are immediate", defines: "-DDOUBLE -DCROSS_REGION"},
	{model: "trim", name: "lists lag", defines: "-DLAG -DDOUBLE -DCROSS_REGION"},
	{model: "trim", name: "no second list", defines: "-DNO_SECOND_LIST", refuted: listedBefore},
	{model: "trim", name: "one day is left", defines: "-DLAG -DONE_DAY", refuted: sourceStays},
	{model: "trim", name: "one copy is enough", defines: "-DONE_COPY", refuted: bothCopiesMade},
	{model: "trim", name: "beyond: a job runs for more than two days", defines: "-DLAG -DLONGEST=5", refuted: sourceStays},
}
