package night

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
)

// alarms counts those that rang, and tells those that nothing explains.
func (n *nights) alarms(fates []fate, result *Result) {
	rejected := map[string]bool{} // types with a copy that a person has to see to
	for _, f := range fates {
		if f.mustFail {
			rejected[f.point.ResourceType] = true
		}
	}
	for _, d := range n.databases {
		if n.closed[d.ARN] {
			rejected[d.Type] = true
		}
	}
	for _, change := range n.World.CloudWatch.History() {
		if change.To != evaluation.Alarm {
			continue
		}
		result.Alarms++
		if name := change.Alarm.Name; !explained(strings.TrimPrefix(name, n.Name+"-"), rejected) {
			text := fmt.Sprintf("%s rang at %s: %s", name, change.At.Format("01-02 15:04"), change.Reason)
			if !slices.Contains(result.CauselessAlarms, text) {
				result.CauselessAlarms = append(result.CauselessAlarms, text)
			}
		}
	}
}

// explained: the dead-letter queue of copies is filled where a copy must fail, and the
// ages of a type grow where one of its copies does.
func explained(alarm string, rejected map[string]bool) bool {
	if strings.HasPrefix(alarm, "copies-dlq-") {
		return len(rejected) > 0
	}
	for _, age := range []string{"uncopied-", "late-"} {
		if resourceType, ok := strings.CutPrefix(alarm, age); ok {
			return rejected[resourceType]
		}
	}
	return false
}
