package stacks

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/twohop/twohop/pkg/telemetry"
)

// addDashboard adds the page that an on-call engineer opens first: what rings,
// what is stuck, how far the copies are, what was decided, what AWS Backup did, and
// why copies were given up. It comes last, since it shows the stack's alarms.
func (s *stack) addDashboard() {
	body, err := json.Marshal(map[string]any{"widgets": []any{
		s.widget("alarm", 0, 0, 24, "Alarms", map[string]any{"alarms": s.alarms}),
		s.graph(0, 6, "Dead letters: should be none", "Maximum", 5*minute, s.deadLetterMetrics()),
		s.graph(8, 6, "Messages that wait", "Maximum", 5*minute, s.waitingMetrics()),
		s.graph(16, 6, "Decisions on copies", "Sum", hour, s.estateMetrics(decisions)),
		s.graph(0, 12, "Oldest point without its final copies, seconds", "Maximum", s.betweenRuns(), s.typeMetrics(telemetry.OldestUncopiedAge)),
		s.graph(8, 12, "Oldest of the newest final copies, seconds", "Maximum", s.betweenRuns(), s.typeMetrics(telemetry.NewestFinalCopyAge)),
		s.graph(16, 12, "Findings of the reconciler", "Maximum", s.betweenRuns(), s.estateMetrics(found)),
		s.graph(0, 18, "Decisions on outcomes", "Sum", hour, s.estateMetrics(outcomes)),
		s.graph(8, 18, "Copy jobs of AWS Backup in this account", "Sum", hour, copyJobMetrics()),
		s.graph(16, 18, "Functions", "Sum", 5*minute, s.functionMetrics()),
		s.widget("log", 0, 24, 24, "Copies given up, and errors", map[string]any{"query": s.rejections(), "view": "table"}),
		s.widget("log", 0, 30, 24, "What the reconciler found", map[string]any{"query": s.findings(), "view": "table"}),
	}})
	s.fault(err)
	awscloudwatch.NewCfnDashboard(s.scope, str("Dashboard"), &awscloudwatch.CfnDashboardProps{
		DashboardName: str(s.Estate.Name), DashboardBody: str(string(body)),
	})
}

// graph places metrics over time, three beside each other; period is in seconds.
func (s *stack) graph(x, y int, title, statistic string, period int, metrics []any) map[string]any {
	return s.widget("metric", x, y, 8, title, map[string]any{
		"metrics": metrics, "stat": statistic, "period": period, "view": "timeSeries",
	})
}

// widget places a part of the dashboard, as high as all others; the page is 24 units wide.
func (s *stack) widget(kind string, x, y, width int, title string, properties map[string]any) map[string]any {
	properties["title"] = title
	if kind != "alarm" {
		properties["region"] = s.region
	}
	return map[string]any{"type": kind, "x": x, "y": y, "width": width, "height": 6, "properties": properties}
}
