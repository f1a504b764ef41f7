package stacks

import (
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// alarmDecisions watches what the copystarter says of its work: points that no
// plan's types cover, and accounts that copy more than the estate allows them.
func (s *stack) alarmDecisions() {
	logs := s.Estate.LogGroup(estate.CopyStarter)
	decided := alarm{
		namespace: telemetry.Namespace, dimensions: map[string]string{telemetry.DimensionEstate: s.Estate.Name},
		statistic: "Sum", period: hour, threshold: 1, shows: "status",
	}
	unrouted := decided
	unrouted.name, unrouted.metric = "unrouted", string(telemetry.Unrouted)
	unrouted.says = "Recovery points of a type that no two-hop plan lists have come into the intermediate vault, and are not copied onward"
	unrouted.advice = "Find them in the log group " + logs + " (reason unrouted), then add the type to the plan's types or tag the resource for another plan"
	s.addAlarm(unrouted)
	ceiling := decided
	ceiling.name, ceiling.metric = "ceiling", string(telemetry.Ceiling)
	ceiling.says = "A member account has reached its daily ceiling of copies; its further copies wait"
	ceiling.advice = "Find it in the log group " + logs + " (reason ceiling). If that many copies are meant, raise copies.dailyCeiling; if not, the account may be misused"
	s.addAlarm(ceiling)
}
