package stacks

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// addDashboard adds the page that an on-call engineer opens first: what rings,
// what is stuck, what was decided, what AWS Backup did, and why copies were
// given up. It comes last, since it shows the stack's alarms.
func (s *stack) addDashboard() {
	body, err := json.Marshal(map[string]any{"widgets": []any{
		s.widget("alarm", 0, 0, 24, 4, "Alarms", map[string]any{"alarms": s.alarms}),
		s.widget("metric", 0, 4, 8, 6, "Dead letters: should be none", map[string]any{
			"metrics": s.deadLetterMetrics(), "stat": "Maximum", "period": 5 * minute, "view": "timeSeries",
		}),
		s.widget("metric", 8, 4, 8, 6, "Copies that wait", map[string]any{
			"metrics": []any{
				[]any{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", s.Estate.Called(estate.CopiesQueue)},
				[]any{"AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", s.Estate.Called(estate.CopiesQueue)},
			}, "stat": "Maximum", "period": 5 * minute, "view": "timeSeries",
		}),
		s.widget("metric", 16, 4, 8, 6, "Decisions", map[string]any{
			"metrics": s.decisionMetrics(), "stat": "Sum", "period": hour, "view": "timeSeries", "stacked": true,
		}),
		s.widget("metric", 0, 10, 12, 6, "Copy jobs of AWS Backup in this account", map[string]any{
			"metrics": copyJobMetrics(), "stat": "Sum", "period": hour, "view": "timeSeries",
		}),
		s.widget("metric", 12, 10, 12, 6, "Functions", map[string]any{
			"metrics": s.functionMetrics(), "stat": "Sum", "period": 5 * minute, "view": "timeSeries",
		}),
		s.widget("log", 0, 16, 24, 6, "Copies given up, and errors", map[string]any{
			"query": s.rejections(), "view": "table",
		}),
	}})
	s.fault(err)
	awscloudwatch.NewCfnDashboard(s.scope, str("Dashboard"), &awscloudwatch.CfnDashboardProps{
		DashboardName: str(s.Estate.Name), DashboardBody: str(string(body)),
	})
}

// widget places a part of the dashboard; the page is 24 units wide.
func (s *stack) widget(kind string, x, y, width, height int, title string, properties map[string]any) map[string]any {
	properties["title"] = title
	if kind != "alarm" {
		properties["region"] = s.region
	}
	return map[string]any{"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}
}

func (s *stack) deadLetterMetrics() []any {
	var metrics []any
	for _, part := range []string{estate.CopiesDLQ, estate.EventsDLQ, estate.DutyDLQ, estate.SchedulesDLQ} {
		metrics = append(metrics, []any{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", s.Estate.Called(part)})
	}
	return metrics
}

func (s *stack) decisionMetrics() []any {
	var metrics []any
	for _, metric := range []telemetry.Metric{telemetry.Started, telemetry.Waited, telemetry.Skipped, telemetry.Rejected, telemetry.Unsettled, telemetry.Unrouted} {
		metrics = append(metrics, []any{telemetry.Namespace, string(metric), telemetry.DimensionEstate, s.Estate.Name})
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
	for _, part := range []string{estate.CopyStarter, estate.PrerequisiteDuty} {
		for _, metric := range []string{"Invocations", "Errors", "Throttles"} {
			metrics = append(metrics, []any{"AWS/Lambda", metric, "FunctionName", s.Estate.Called(part)})
		}
	}
	return metrics
}

// rejections asks the starter's log for what it gave up, and for what it could
// not settle.
func (s *stack) rejections() string {
	keys := []string{telemetry.KeyRecoveryPoint, telemetry.KeyRoute, telemetry.KeyReason, telemetry.KeyClass, telemetry.KeyDetail, telemetry.KeyError}
	return fmt.Sprintf("SOURCE '%s' | fields @timestamp, %s | filter level = 'ERROR' | sort @timestamp desc | limit 50",
		s.Estate.LogGroup(estate.CopyStarter), strings.Join(keys, ", "))
}
