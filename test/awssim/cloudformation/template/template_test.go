package template_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// parse reads a template that has nothing wrong with it.
func parse(t *testing.T, text string) *template.Template {
	t.Helper()
	parsed, err := template.Parse([]byte(text))
	require.NoError(t, err)
	return parsed
}

// faults are the faults of an error, as text.
func faults(t *testing.T, err error) []string {
	t.Helper()
	var all document.Faults
	require.ErrorAs(t, err, &all)
	var texts []string
	for _, fault := range all {
		texts = append(texts, fault.Error())
	}
	return texts
}

// maker makes whatever it is asked to and remembers it.
type maker struct {
	made       []template.Resource
	attributes []string // every resource has them
	fail       string   // logical id that cannot be made
}

var errMake = errors.New("QueueAlreadyExists: the queue exists")

// make's resources have the id "the Name" and attributes such as "Arn of Name".
func (m *maker) make(_ context.Context, r template.Resource) (template.Made, error) {
	if r.LogicalID == m.fail {
		return template.Made{}, errMake
	}
	m.made = append(m.made, r)
	attributes := map[string]string{}
	for _, name := range m.attributes {
		attributes[name] = name + " of " + r.LogicalID
	}
	return template.Made{PhysicalID: "the " + r.LogicalID, Attributes: attributes}, nil
}

func (m *maker) properties(t *testing.T, id string) map[string]any {
	t.Helper()
	for _, r := range m.made {
		if r.LogicalID == id {
			return r.Properties
		}
	}
	require.Fail(t, "not made", id)
	return nil
}

func (m *maker) ids() []string {
	var ids []string
	for _, r := range m.made {
		ids = append(ids, r.LogicalID)
	}
	return ids
}

// input deploys a template into the member account.
func input(t *testing.T, text string) (template.Input, *maker) {
	t.Helper()
	m := &maker{attributes: []string{"Arn", "Nested.Name"}}
	return template.Input{
		Template: parse(t, text), Account: "111111111111", Region: "eu-central-1", StackName: "estate",
		StackID: "arn:aws:cloudformation:eu-central-1:111111111111:stack/estate/1", Make: m.make,
	}, m
}

// around writes a template with one value in it, at Resources.It.Properties.Value,
// among everything that values refer to.
func around(value string) string {
	return fmt.Sprintf(`{
		"Parameters": {
			"Name": {"Type": "String", "Default": "copies"},
			"Days": {"Type": "Number", "Default": 35},
			"Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"}
		},
		"Mappings": {"Regions": {"eu-central-1": {"City": "Frankfurt", "Zones": ["x", "y"], "Count": 3}}},
		"Conditions": {
			"Yes": {"Fn::Equals": [{"Ref": "Name"}, "copies"]},
			"No": {"Fn::Not": [{"Condition": "Yes"}]}
		},
		"Resources": {
			"Queue": {"Type": "AWS::SQS::Queue"},
			"Never": {"Type": "AWS::SQS::Queue", "Condition": "No"},
			"It": {"Type": "AWS::SNS::Topic", "Properties": {"Value": %s}}
		}
	}`, value)
}
