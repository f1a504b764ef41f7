package awssim

import (
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
	"github.com/twohop/twohop/test/awssim/feed"
	"github.com/twohop/twohop/test/awssim/sns"
)

// evaluateAlarms has alarms evaluated, and services and functions feed them.
func (w *World) evaluateAlarms(config *Config) *feed.Feed {
	f := &feed.Feed{Clock: w.Clock, CloudWatch: w.CloudWatch, SQS: w.SQS, Events: w.Events}
	w.CloudWatch.Evaluate(cloudwatch.Evaluation{Clock: w.Clock, Sample: f.Sample, Act: w.act, Sources: f.Sources()})
	w.Events.Count(f.Rule)
	config.OnLog = both(f.Log, config.OnLog)
	config.OnInvocation = both(f.Invocation, config.OnInvocation)
	return f
}

// both calls one function, then the other, which may be nil.
func both[T any](first, second func(T)) func(T) {
	return func(value T) {
		first(value)
		if second != nil {
			second(value)
		}
	}
}

// Ring has an alarm tell its topics, as CloudWatch does when it goes into ALARM,
// whether or not its metric says so. The errors say which topic did not take it:
// CloudWatch notes such a refusal in the alarm's history, and nobody is told.
func (w *World) Ring(a cloudwatch.Alarm) error {
	return w.tell(a, a.Actions, evaluation.Alarm, a.Description)
}

// act tells the topics that are to hear of a change of an alarm's state. AWS's message is
// JSON; this one is the description and the reason.
func (w *World) act(c cloudwatch.Change) error {
	var topics []string
	switch c.To {
	case evaluation.Alarm:
		topics = c.Alarm.Actions
	case evaluation.OK:
		topics = c.Alarm.OKActions
	case evaluation.InsufficientData: // has actions of its own, which no template here declares
	}
	return w.tell(c.Alarm, topics, c.To, c.Alarm.Description+"\n\n"+c.Reason)
}

func (w *World) tell(a cloudwatch.Alarm, topics []string, state cloudwatch.State, body string) error {
	var refused []error
	for _, topic := range topics {
		m := sns.Message{Topic: topic, Subject: string(state) + ": " + a.Name, Body: body}
		if err := w.SNS.Publish(m, authz.Principal{Service: "cloudwatch.amazonaws.com"}, behalf(a.ARN())); err != nil {
			refused = append(refused, fmt.Errorf("%s tells %s: %w", a.Name, topic, err))
		}
	}
	return errors.Join(refused...)
}
