package night

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
)

// faults are what happens to calls, events and processes.
type faults struct {
	n           *nights
	calls, runs atomic.Int64

	mu     sync.Mutex
	rng    *rand.Rand          // of calls and kills, which come in no certain order
	active map[string][]string // runs under way, by the function's short name
	doomed map[string]deathBy  // by run
	told   map[string]bool     // resources that were found late
}

// deathBy is the moment in a run at which its process is killed.
type deathBy int

const (
	beforeCall   deathBy = iota // the call is not made
	afterCall                   // the call is made, and nobody reads the answer
	beforeAnswer                // all calls are made, and the messages are not acknowledged
)

func newFaults(n *nights) *faults {
	return &faults{n: n, rng: rand.New(rand.NewPCG(n.Seed, 1)), active: map[string][]string{}, doomed: map[string]deathBy{}, told: map[string]bool{}}
}

// functions are those that twohop's own work is done by.
var functions = []string{"copystarter", "outcometracker", "reconciler"}

// function is the short name of the function that makes a call; empty: none of them.
func function(principal string) string {
	for _, name := range functions {
		if strings.Contains(principal, ":assumed-role/twohop-"+name+"/") {
			return name
		}
	}
	return ""
}

func shortName(arn string) string { return arn[strings.LastIndex(arn, "-")+1:] }

// dead is the real time after which a killed process is gone.
const dead = 20 * time.Millisecond

// call is what happens to a call of a function.
func (f *faults) call(c wire.Call) wire.Fault {
	name := function(c.Principal)
	if name == "" {
		return wire.Fault{}
	}
	f.calls.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if run, moment, ok := f.victim(name); ok && moment != beforeAnswer {
		delete(f.doomed, run)
		go f.n.World.Lambda.Kill(run)
		fault := wire.Fault{Delay: dead}
		if moment == beforeCall {
			fault.Err = serverError()
		}
		return fault
	}
	switch x := f.rng.Float64(); {
	case x < f.n.Rates.Throttled:
		return wire.Fault{Err: &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}}
	case x < f.n.Rates.Throttled+f.n.Rates.Broken:
		return wire.Fault{Err: serverError()}
	}
	return wire.Fault{}
}

func serverError() *wire.Error {
	return &wire.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException", Message: "Service is unavailable, please try again"}
}

// victim picks a run of the function that is to be killed. With two under way the call
// may be the other's: then that one dies at a moment of its own.
func (f *faults) victim(name string) (run string, moment deathBy, ok bool) {
	for _, run := range f.active[name] {
		if moment, ok := f.doomed[run]; ok && f.rng.IntN(3) == 0 {
			return run, moment, true
		}
	}
	return "", 0, false
}

func (f *faults) starts(run lambda.Invocation) {
	f.runs.Add(1)
	name := shortName(run.Function)
	if name == "reconciler" {
		f.n.known.looked(run.At)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active[name] = append(f.active[name], run.RequestID)
	if f.rng.Float64() < f.n.Rates.Killed {
		f.doomed[run.RequestID] = deathBy(f.rng.IntN(3))
	}
}

func (f *faults) ends(run lambda.Invocation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := shortName(run.Function)
	left := f.active[name][:0]
	for _, id := range f.active[name] {
		if id != run.RequestID {
			left = append(left, id)
		}
	}
	f.active[name] = left
	delete(f.doomed, run.RequestID)
}

// late tells whether the reconciler has said that a resource's newest copy is too old.
func (f *faults) late(resource string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.told[resource]
}

// log notes what the reconciler finds, and kills a run when it writes its metrics,
// which is the last that it does.
func (f *faults) log(line lambda.LogLine) {
	if strings.Contains(line.Text, `"kind":"late"`) {
		var finding struct {
			Resource string `json:"recovery_point"`
		}
		if json.Unmarshal([]byte(line.Text), &finding) == nil {
			f.mu.Lock()
			f.told[finding.Resource] = true
			f.mu.Unlock()
		}
	}
	if !strings.Contains(line.Text, `"_aws"`) {
		return
	}
	f.mu.Lock()
	moment, ok := f.doomed[line.RequestID]
	f.mu.Unlock()
	if ok && moment == beforeAnswer {
		f.n.World.Lambda.Kill(line.RequestID)
	}
}

// event is what happens to an event of a copy job on its first leg, from the default
// bus where AWS Backup tells of it.
func (f *faults) event(e events.Event, rule, target string) events.Delivery {
	var detail struct {
		CopyJobID                   string `json:"copyJobId"`
		State                       string
		ResourceArn                 string          `json:"resourceArn"`
		DestinationBackupVaultArn   string          `json:"destinationBackupVaultArn"`
		DestinationRecoveryPointArn json.RawMessage `json:"destinationRecoveryPointArn"`
	}
	if e.DetailType != "Copy Job State Change" || json.Unmarshal(e.Detail, &detail) != nil {
		return events.Delivery{}
	}
	if target == f.n.Copies.ARN {
		f.n.known.told(strings.Trim(string(detail.DestinationRecoveryPointArn), `"`), f.n.World.Clock.Now())
	}
	if target == f.n.Outcomes.ARN {
		f.n.known.ended(detail.CopyJobID, f.n.World.Clock.Now())
	}
	if strings.Contains(rule, "rule/twohop/") {
		return events.Delivery{} // its second leg
	}
	about := []any{detail.ResourceArn, detail.DestinationBackupVaultArn, detail.State, night(e.Time)}
	var d events.Delivery
	switch x := f.n.chance.Of(append([]any{"event"}, about...)...); {
	case x < f.n.Rates.Dropped:
		d.Drop = true
		return d
	case x < f.n.Rates.Dropped+f.n.Rates.Doubled:
		d.Copies = 2
	}
	if f.n.chance.Of(append([]any{"late"}, about...)...) < f.n.Rates.Late {
		d.Delay = f.n.chance.Between(0, 30*time.Minute, append([]any{"how late"}, about...)...)
	}
	return d
}
