package awssim

import (
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/sns"
)

// Ring has an alarm tell its topics, as CloudWatch does when it goes into ALARM,
// whether or not its metric says so. The errors say which topic did not take it:
// CloudWatch notes such a refusal in the alarm's history, and nobody is told.
func (w *World) Ring(a cloudwatch.Alarm) error {
	var refused []error
	for _, topic := range a.Actions {
		m := sns.Message{Topic: topic, Subject: "ALARM: " + a.Name, Body: a.Description}
		if err := w.SNS.Publish(m, authz.Principal{Service: "cloudwatch.amazonaws.com"}, behalf(a.ARN())); err != nil {
			refused = append(refused, fmt.Errorf("%s tells %s: %w", a.Name, topic, err))
		}
	}
	return errors.Join(refused...)
}
