package stacks

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// alarmAges watches how far the copies of each resource type are, copies that do not
// end, and recovery points that AWS Backup could not delete. Between the runs that measure it, each alarm stays as it is: what had been
// too old would not be well because nobody looks.
func (s *stack) alarmAges() {
	e := s.Estate
	findings := func(kind string) string {
		return "Read the lines with kind " + kind + " in the log group " + e.LogGroup(estate.VaultReconciler) + ": they name it. "
	}
	measured := alarm{
		namespace: telemetry.Namespace, statistic: "Maximum", period: s.betweenRuns(), silence: asBefore,
	}
	for _, resourceType := range slices.Sorted(maps.Keys(e.RPO)) {
		measured.dimensions = map[string]string{telemetry.DimensionEstate: e.Name, telemetry.DimensionType: resourceType}
		age := seconds(e.RPO[resourceType])
		uncopied := measured
		uncopied.name, uncopied.metric, uncopied.threshold = "uncopied-"+resourceType, string(telemetry.OldestUncopiedAge), float64(age)
		uncopied.shows = "status --type " + resourceType
		uncopied.says = resourceType + ": a recovery point has been in the intermediate vault for " + hours(age) + " without its final copies"
		uncopied.advice = "See to what is in the queue " + e.Called(estate.CopiesDLQ) + "; if nothing is, the dashboard shows whether copies wait for room or nobody works on the queue " + e.Called(estate.CopiesQueue)
		s.addAlarm(uncopied)
		late := measured
		late.name, late.metric, late.threshold = "late-"+resourceType, string(telemetry.NewestFinalCopyAge), float64(age)
		late.rings = above // the age may be reached, as the reconciler has it
		late.shows = "status --late --type " + resourceType
		late.says = resourceType + ": the newest final copy of a resource is older than " + hours(age)
		late.advice = findings("late") + "Look at the member's backup jobs and first hops of the last night; a resource that is gone counts no longer two weeks after its last backup"
		s.addAlarm(late)
	}
	stuck := measured
	stuck.dimensions = map[string]string{telemetry.DimensionEstate: e.Name}
	stuck.name, stuck.metric, stuck.threshold = "stuck", string(telemetry.StuckCopies), 1
	stuck.shows = "status"
	stuck.says = "A copy job is under way for longer than a copy should take"
	stuck.advice = findings("stuck") + "AWS Backup cannot stop it; open a case with AWS Support if it does not end within a day"
	s.addAlarm(stuck)
	expired := stuck
	expired.name, expired.metric = "expired", string(telemetry.ExpiredPoints)
	expired.shows = "trace POINT"
	expired.says = "Recovery points are past their retention and still stored: AWS Backup could not delete them, and they cost as before"
	expired.advice = findings("expired") + "The role that each line names must exist and have the right to delete; then delete the recovery points again (aws backup delete-recovery-point), as the break-glass role: the vaults deny it to others"
	s.addAlarm(expired)
	weak := stuck
	weak.name, weak.metric = "underprotected", string(telemetry.WeakResources)
	weak.says = "A resource has final copies that are not under the key of their vault"
	weak.advice = findings("underprotected") + "Move a database without a customer managed key to one; the alarm ends once the newest copy of each resource is under its vault's key. The daily digest names five resources, twohop status all"
	s.addAlarm(weak)
}

// betweenRuns is a period, in seconds and whole hours, that holds a recent run.
func (s *stack) betweenRuns() int {
	return (seconds(s.Estate.Reconciling.RecentEvery) + hour - 1) / hour * hour
}

// alarmRuns watches that the reconciler runs at all: what it does not report, no other
// alarm sees. A run that is missing is missing data, so that must ring, from the first
// day on: a function that never worked would else stay unknown for ever. Hence such an
// alarm rings also in a new estate until its first run is reported. That is minutes at
// the most, for a schedule begins when it is made, and the alarm is made after it.
func (s *stack) alarmRuns(recent, full awscdk.CfnResource) {
	every := s.Estate.Reconciling
	s.alarmSilence(estate.RecentRuns, telemetry.RecentRuns, max(time.Hour, 3*every.RecentEvery), recent)
	s.alarmSilence(estate.FullRuns, telemetry.FullRuns, max(time.Hour, 2*every.FullEvery), full)
}

// alarmSilence rings when no run of a schedule has been reported for a time.
func (s *stack) alarmSilence(part string, metric telemetry.Metric, time time.Duration, schedule awscdk.CfnResource) {
	e := s.Estate
	a := alarm{
		name: part + "-runs-missing", says: "No " + part + " run of the function " + e.Called(estate.VaultReconciler) + " has ended for more than " + hours(seconds(time)),
		advice: "Read the log group " + e.LogGroup(estate.VaultReconciler) + " and the queues " + e.Called(estate.ReconcilerDLQ) + " and " + e.Called(estate.SchedulesDLQ) +
			", and check that the schedule " + e.Called(part) + " is enabled; meanwhile lost events go unnoticed, and other alarms may stay as they are",
		shows:     "doctor",
		namespace: telemetry.Namespace, metric: string(metric), dimensions: map[string]string{telemetry.DimensionEstate: e.Name},
		statistic: "Sum", threshold: 1, rings: below, silence: alarming, after: schedule,
	}
	// Where data are missing CloudWatch looks back for more than the periods (two more in
	// its examples), and a run that it finds there counts [CloudWatch: missing data]. So
	// the time is cut into short periods: one as long would ring after three of it. They
	// are of a day at the most, and seven at the most [PutMetricAlarm].
	a.period, a.periods = (seconds(time)/4+minute-1)/minute*minute, 4
	if a.period > day {
		a.period, a.periods = day, (seconds(time)+day-1)/day
	}
	s.addAlarm(a)
}
