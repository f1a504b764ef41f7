package stacks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// What the dashboard shows of the estate as a whole.
var (
	decisions = []telemetry.Metric{telemetry.Started, telemetry.Waited, telemetry.Skipped, telemetry.Rejected, telemetry.Unsettled, telemetry.Unrouted}
	outcomes  = []telemetry.Metric{telemetry.Verified, telemetry.Retried, telemetry.OutcomesRejected, telemetry.OutcomesWaited, telemetry.OutcomesUnsettled}
	found     = []telemetry.Metric{telemetry.LateResources, telemetry.StuckCopies, telemetry.FailedCopies, telemetry.WeakResources, telemetry.Waiting, telemetry.UnroutedPoints, telemetry.ExpiredPoints}
)

// deadLetterQueues are those of the backup account.
var deadLetterQueues = []string{estate.CopiesDLQ, estate.OutcomesDLQ, estate.ReconcilerDLQ, estate.EventsDLQ, estate.DutyDLQ, estate.SchedulesDLQ}

func (s *stack) deadLetterMetrics() []any {
	var metrics []any
	for _, part := range deadLetterQueues {
		metrics = append(metrics, []any{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", s.Estate.Called(part)})
	}
	return metrics
}

func (s *stack) waitingMetrics() []any {
	var metrics []any
	for _, part := range []string{estate.CopiesQueue, estate.OutcomesQueue, estate.SweepsQueue} {
		for _, metric := range []string{"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesDelayed"} {
			metrics = append(metrics, []any{"AWS/SQS", metric, "QueueName", s.Estate.Called(part)})
		}
	}
	return metrics
}

func (s *stack) estateMetrics(of []telemetry.Metric) []any {
	var metrics []any
	for _, metric := range of {
		metrics = append(metrics, []any{telemetry.Namespace, string(metric), telemetry.DimensionEstate, s.Estate.Name})
	}
	return metrics
}

func (s *stack) typeMetrics(metric telemetry.Metric) []any {
	var metrics []any
	for _, resourceType := range slices.Sorted(maps.Keys(s.Estate.RPO)) {
		metrics = append(metrics, []any{telemetry.Namespace, string(metric), telemetry.DimensionEstate, s.Estate.Name, telemetry.DimensionType, resourceType})
	}
	return metrics
}

func copyJobMetrics() []any {
	var metrics []any
	for _, metric := range []string{"NumberOfCopyJobsCreated", "NumberOfCopyJobsRunning", "NumberOfCopyJobsCompleted", "NumberOfCopyJobsFailed"} {
		for _, engine := range estate.TwoHopTypes {
			metrics = append(metrics, []any{"AWS/Backup", metric, "ResourceType", engine})
		}
	}
	return metrics
}

func (s *stack) functionMetrics() []any {
	var metrics []any
	for _, part := range functions {
		for _, metric := range []string{"Invocations", "Errors", "Throttles"} {
			metrics = append(metrics, []any{"AWS/Lambda", metric, "FunctionName", s.Estate.Called(part)})
		}
	}
	for _, part := range estate.Recursive {
		metrics = append(metrics, []any{"AWS/Lambda", "RecursiveInvocationsDropped", "FunctionName", s.Estate.Called(part)})
	}
	return metrics
}

// rejections asks the logs of the starter and the tracker for what they gave up, and
// for what they could not settle.
func (s *stack) rejections() string {
	return s.query([]string{estate.CopyStarter, estate.OutcomeTracker}, "level = 'ERROR'",
		telemetry.KeyRecoveryPoint, telemetry.KeyRoute, telemetry.KeyReason, telemetry.KeyClass, telemetry.KeyDetail, telemetry.KeyError)
}

// findings asks the reconciler's log for what people have to see to.
func (s *stack) findings() string {
	return s.query([]string{estate.VaultReconciler}, "ispresent("+telemetry.KeyKind+")",
		telemetry.KeyKind, telemetry.KeyRecoveryPoint, telemetry.KeyDestination, telemetry.KeySince, telemetry.KeyDetail, telemetry.KeyAdvice)
}

// query asks the logs of functions for the newest lines that a condition holds for.
func (s *stack) query(of []string, condition string, keys ...string) string {
	var sources strings.Builder
	for _, part := range of {
		fmt.Fprintf(&sources, "SOURCE '%s' | ", s.Estate.LogGroup(part))
	}
	return fmt.Sprintf("%sfields @timestamp, %s | filter %s | sort @timestamp desc | limit 50", sources.String(), strings.Join(keys, ", "), condition)
}
