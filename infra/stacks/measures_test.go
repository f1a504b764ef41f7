package stacks_test

import (
	"math"
	"slices"
	"time"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// measures: what the reconciler measures wakes somebody, and so does its silence.
var measures = map[string]check{
	"every resource type of a two-hop plan has alarms on both its ages, at the estate's objective": {agesRing, map[string]func(*draft){
		"none on points":    func(d *draft) { d.remove(stacks.Primary, "UncopiedNeptuneAlarm") },
		"none on resources": func(d *draft) { d.remove(stacks.Primary, "LateRDSAlarm") },
		"a day later":       func(d *draft) { d.set(stacks.Primary, "UncopiedRDSAlarm", 50*3600, "Threshold") },
		"an hour earlier":   func(d *draft) { d.set(stacks.Primary, "LateAuroraAlarm", 25*3600, "Threshold") },
		"of another type":   func(d *draft) { d.say(stacks.Primary, "LateAuroraAlarm", `"Value":"Aurora"`, `"Value":"RDS"`) },
		"of another estate": func(d *draft) { d.set(stacks.Primary, "UncopiedRDSAlarm", "payroll", "Dimensions", "0", "Value") },
		"of all types":      func(d *draft) { d.say(stacks.Primary, "UncopiedRDSAlarm", `"Name":"ResourceType"`, `"Name":"Type"`) },
		"the other age":     func(d *draft) { d.set(stacks.Primary, "LateRDSAlarm", "OldestUncopiedAge", "MetricName") },
		"at the objective": func(d *draft) {
			d.set(stacks.Primary, "LateRDSAlarm", "GreaterThanOrEqualToThreshold", "ComparisonOperator")
		},
		"below it": func(d *draft) {
			d.set(stacks.Primary, "UncopiedAuroraAlarm", "LessThanThreshold", "ComparisonOperator")
		},
		"well between runs":     func(d *draft) { d.set(stacks.Primary, "UncopiedAuroraAlarm", "notBreaching", "TreatMissingData") },
		"ill between runs":      func(d *draft) { d.set(stacks.Primary, "LateNeptuneAlarm", "breaching", "TreatMissingData") },
		"unknown between runs":  func(d *draft) { d.set(stacks.Primary, "StuckAlarm", "missing", "TreatMissingData") },
		"of periods without":    func(d *draft) { d.set(stacks.Primary, "LateNeptuneAlarm", 300, "Period") },
		"after a second hour":   func(d *draft) { d.set(stacks.Primary, "UncopiedDocumentDBAlarm", 2, "EvaluationPeriods") },
		"none on what expired":  func(d *draft) { d.remove(stacks.Primary, "ExpiredAlarm") },
		"on the second of them": func(d *draft) { d.set(stacks.Primary, "ExpiredAlarm", 2, "Threshold") },
		"none on what hangs":    func(d *draft) { d.remove(stacks.Primary, "StuckAlarm") },
		"the least of an hour":  func(d *draft) { d.set(stacks.Primary, "StuckAlarm", "Minimum", "Statistic") },
	}, nil},
	"an alarm rings where a run of the reconciler is missing, and no data is a missing run": {silenceRings, map[string]func(*draft){
		"none on recent ones":  func(d *draft) { d.remove(stacks.Primary, "RecentRunsMissingAlarm") },
		"none on full ones":    func(d *draft) { d.remove(stacks.Primary, "FullRunsMissingAlarm") },
		"no data is fine":      func(d *draft) { d.set(stacks.Primary, "RecentRunsMissingAlarm", "notBreaching", "TreatMissingData") },
		"no data is unknown":   func(d *draft) { d.set(stacks.Primary, "FullRunsMissingAlarm", "missing", "TreatMissingData") },
		"no data is as before": func(d *draft) { d.set(stacks.Primary, "FullRunsMissingAlarm", "ignore", "TreatMissingData") },
		"on runs that come": func(d *draft) {
			d.set(stacks.Primary, "RecentRunsMissingAlarm", "GreaterThanOrEqualToThreshold", "ComparisonOperator")
		},
		"on one that is late": func(d *draft) { d.set(stacks.Primary, "RecentRunsMissingAlarm", 1, "EvaluationPeriods") },
		"a day too early":     func(d *draft) { d.set(stacks.Primary, "FullRunsMissingAlarm", 2, "EvaluationPeriods") },
		"a day too late":      func(d *draft) { d.set(stacks.Primary, "FullRunsMissingAlarm", 6, "EvaluationPeriods") },
		"in one long period": func(d *draft) {
			d.set(stacks.Primary, "RecentRunsMissingAlarm", 3600, "Period")
			d.set(stacks.Primary, "RecentRunsMissingAlarm", 1, "EvaluationPeriods")
		},
		"the other runs":           func(d *draft) { d.set(stacks.Primary, "FullRunsMissingAlarm", "RecentRuns", "MetricName") },
		"before there is a run":    func(d *draft) { d.attribute(stacks.Primary, "FullRunsMissingAlarm", nil, "DependsOn") },
		"after the other schedule": func(d *draft) { d.attribute(stacks.Primary, "RecentRunsMissingAlarm", "FullSchedule", "DependsOn") },
	}, nil},
}

// measured reports whether an alarm is on what the reconciler measures, the subject of
// these checks.
func measured(alarm *resource) bool {
	return slices.Contains([]string{
		string(telemetry.OldestUncopiedAge), string(telemetry.NewestFinalCopyAge), string(telemetry.StuckCopies), string(telemetry.WeakResources), string(telemetry.OldestLetterAge),
		string(telemetry.ExpiredPoints),
		string(telemetry.RecentRuns), string(telemetry.FullRuns),
	}, alarm.text("MetricName"))
}

func agesRing(d deployment) (found faults) {
	e, s := d.estate, d.primary()
	of := map[string]string{telemetry.DimensionEstate: e.Name}
	bells := []bell{
		{telemetry.Namespace, string(telemetry.StuckCopies), of, "Maximum", 1}, {telemetry.Namespace, string(telemetry.WeakResources), of, "Maximum", 1},
		{telemetry.Namespace, string(telemetry.ExpiredPoints), of, "Maximum", 1},
	}
	for _, route := range e.Routes() {
		for _, resourceType := range route.Types {
			of := map[string]string{telemetry.DimensionEstate: e.Name, telemetry.DimensionType: resourceType}
			for _, metric := range []telemetry.Metric{telemetry.OldestUncopiedAge, telemetry.NewestFinalCopyAge} {
				bells = append(bells, bell{telemetry.Namespace, string(metric), of, "Maximum", e.RPO[resourceType].Seconds()})
			}
		}
	}
	s.ring(&found, s.find(aFunction, e.FunctionARN(s.account, estate.VaultReconciler)), bells...)
	for _, alarm := range s.all(anAlarm) {
		metric := alarm.text("MetricName")
		if !measured(alarm) || metric == string(telemetry.RecentRuns) || metric == string(telemetry.FullRuns) {
			continue
		}
		rings := map[bool]string{true: "GreaterThanThreshold", false: "GreaterThanOrEqualToThreshold"}[metric == string(telemetry.NewestFinalCopyAge)]
		period := math.Ceil(e.Reconciling.RecentEvery.Hours()) * 3600
		if alarm.text("ComparisonOperator") != rings || alarm.text("TreatMissingData") != "ignore" ||
			alarm.number("Period") != period || alarm.number("EvaluationPeriods") != 1 {
			found.add("%s: %v", alarm, alarm.properties)
		}
	}
	return found
}

func silenceRings(d deployment) (found faults) {
	e := d.estate
	for _, missing := range []struct {
		part, schedule string
		metric         telemetry.Metric
		after          time.Duration
	}{
		{estate.RecentRuns, "RecentSchedule", telemetry.RecentRuns, max(time.Hour, 3*e.Reconciling.RecentEvery)},
		{estate.FullRuns, "FullSchedule", telemetry.FullRuns, max(time.Hour, 2*e.Reconciling.FullEvery)},
	} {
		rings := func(alarm *resource) bool {
			period, periods := alarm.number("Period"), alarm.number("EvaluationPeriods")
			return alarm.text("Namespace") == telemetry.Namespace && alarm.text("MetricName") == string(missing.metric) &&
				sameMap(dimensions(alarm), map[string]string{telemetry.DimensionEstate: e.Name}) &&
				alarm.text("Statistic") == "Sum" && alarm.number("Threshold") == 1 && alarm.text("ComparisonOperator") == "LessThanThreshold" &&
				alarm.text("TreatMissingData") == "breaching" && (periods == 4 || period == 86400 && periods <= 7) &&
				period*periods >= missing.after.Seconds() && period*periods < missing.after.Seconds()+period &&
				slices.Equal(alarm.after, []string{missing.schedule})
		}
		if first(d.primary().all(anAlarm), rings) == nil {
			found.add("no alarm rings when %s runs are missing for %s", missing.part, missing.after)
		}
	}
	return found
}
