package scheduler

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var attributeForm = regexp.MustCompile(`<aws\.scheduler\.[^>]*>`)

// attributes of the input of an invocation [EventBridge Scheduler user guide: context
// attributes].
func attributes(i Invocation) map[string]string {
	return map[string]string{
		"<aws.scheduler.schedule-arn>":   i.ScheduleARN,
		"<aws.scheduler.scheduled-time>": stamp(i.Scheduled),
		"<aws.scheduler.execution-id>":   i.ExecutionID,
		"<aws.scheduler.attempt-number>": strconv.Itoa(i.Attempt),
	}
}

// filled is an input with its context attributes replaced.
func filled(input string, i Invocation) string {
	for name, value := range attributes(i) {
		input = strings.ReplaceAll(input, name, value)
	}
	return input
}

func unknownAttributes(input string) []string {
	var unknown []string
	known := attributes(Invocation{})
	for _, name := range attributeForm.FindAllString(input, -1) {
		if _, ok := known[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// stamp is a time as Scheduler writes it, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
