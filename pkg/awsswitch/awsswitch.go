// Package awsswitch has the switches of an estate's second hop: the event source
// mapping that feeds the function copystarter, on AWS Lambda, and the schedules that
// ask for copies, on EventBridge Scheduler.
package awsswitch

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/twohop/twohop/pkg/relay"
)

// Names say which they are, in the account and Region of the SDK's configuration.
type Names struct {
	Schedules []string
	Group     string // of the schedules
	Function  string
	QueueARN  string // that the mapping reads
}

// SecondHop returns the switches in the order in which they are switched off: the
// schedules before the mapping, so that nothing is sent that nobody takes.
func SecondHop(config aws.Config, n Names) []relay.Switch {
	var switches []relay.Switch
	schedules := scheduler.NewFromConfig(config)
	for _, name := range n.Schedules {
		switches = append(switches, schedule{schedules, n.Group, name})
	}
	return append(switches, mapping{lambda.NewFromConfig(config), n.Function, n.QueueARN})
}
