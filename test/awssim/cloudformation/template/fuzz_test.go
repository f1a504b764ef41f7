package template_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// FuzzDeploy looks for panics and for what holds whatever the template: one that
// is refused has faults with reasons, and one that is taken makes every resource
// at most once, in the order that Order tells.
func FuzzDeploy(f *testing.F) {
	f.Add(network, "")
	f.Add(three, "")
	f.Add(withParameter(`{"Type": "List<Number>", "Default": "1,2", "MaxValue": 3, "AllowedPattern": "[0-9]"}`), "2,1")
	for _, value := range []string{
		`{"Fn::If": ["Yes", {"Fn::GetAtt": ["Queue", "Arn"]}, {"Ref": "Never"}]}`,
		`{"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": ["${x}${!y}${Name}${Queue.Arn}", {"x": {"Fn::Join": ["", [{"Ref": "Days"}, 1]]}}]}]}]}`,
		`{"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Zones"]}`,
		`[{"Ref": "AWS::NoValue"}, {"Fn::Base64": {"Fn::ImportValue": {"Ref": "Name"}}}]`,
	} {
		f.Add(around(value), "a")
	}
	f.Add(`{"Conditions": {"A": {"Fn::And": [{"Condition": "B"}, {"Fn::Not": [{"Condition": "B"}]}]}, "B": {"Fn::Equals": ["", ""]}}, "Resources": {"R": {"Type": "A::B", "Condition": "A", "DependsOn": ["S"]}, "S": {"Type": "A::B"}}}`, "")
	f.Fuzz(func(t *testing.T, text, parameter string) {
		given := map[string]string{}
		if parameter != "" {
			given["P"] = parameter
		}
		hold(t, text, given)
	})
}

// Values of functions inside functions, most of them wrong somewhere: bytes alone
// seldom make one.
func TestAnyValueIsTakenOrRefused(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) { hold(r, around(anyValue(r, 4)), nil) })
}

func anyValue(r *rapid.T, depth int) string {
	leaves := []string{`"a"`, `0`, `1.5`, `true`, `"${Name}-${Queue}-${Queue.Arn}"`, `{"Ref": "Name"}`, `{"Ref": "Zones"}`, `{"Ref": "Queue"}`,
		`{"Ref": "Never"}`, `{"Ref": "AWS::NoValue"}`, `{"Fn::GetAtt": ["Queue", "Arn"]}`, `{"Fn::GetAtt": "Queue.Gone"}`, `{"Condition": "Yes"}`}
	if depth == 0 {
		return rapid.SampledFrom(leaves).Draw(r, "leaf")
	}
	inner := func() string { return anyValue(r, depth-1) }
	switch form := rapid.SampledFrom([]string{"leaf", "list", "object", "Join", "Sub", "Select", "Split", "Base64", "FindInMap", "ImportValue", "If", "Equals"}).Draw(r, "form"); form {
	case "leaf":
		return anyValue(r, 0)
	case "list":
		return "[" + inner() + "," + inner() + "]"
	case "object":
		return `{"a": ` + inner() + `, "b": ` + inner() + `}`
	case "Join", "Split":
		return fmt.Sprintf(`{"Fn::%s": ["-", %s]}`, form, inner())
	case "Sub":
		return `{"Fn::Sub": ["${x}${Name}", {"x": ` + inner() + `}]}`
	case "Select", "Equals":
		return fmt.Sprintf(`{"Fn::%s": [%s, %s]}`, form, rapid.SampledFrom([]string{"0", `"1"`, inner()}).Draw(r, "first"), inner())
	case "FindInMap":
		return `{"Fn::FindInMap": ["Regions", "eu-central-1", ` + inner() + `]}`
	case "If":
		return fmt.Sprintf(`{"Fn::If": [%q, %s, %s]}`, rapid.SampledFrom([]string{"Yes", "No", "Maybe"}).Draw(r, "condition"), inner(), inner())
	default:
		return fmt.Sprintf(`{"Fn::%s": %s}`, form, inner())
	}
}

// hold checks what holds of any template.
func hold(t rapid.TB, text string, given map[string]string) {
	parsed, err := template.Parse([]byte(text))
	if err != nil {
		refused(t, err)
		return
	}
	m := &maker{attributes: []string{"Arn"}}
	in := template.Input{Template: parsed, Account: "111111111111", Region: "eu-central-1", StackName: "s", Parameters: given, Make: m.make,
		Imports: func(name string) (string, bool) { return "imported", name != "" }}
	order, unordered := template.Order(in)
	_, err = template.Deploy(context.Background(), in)
	if err != nil {
		refused(t, err)
	}
	if unordered != nil && len(m.made) > 0 {
		t.Fatalf("%v was made of a stack that has no order: %v", m.ids(), unordered)
	}
	if made := fmt.Sprint(m.ids()); unordered == nil && made != fmt.Sprint(order[:len(m.made)]) {
		t.Fatalf("%v was made in the order of %v", made, order)
	}
}

func refused(t rapid.TB, err error) {
	t.Helper()
	var all document.Faults
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("%v has no faults", err)
	}
	for _, fault := range all {
		if fault.Reason == "" {
			t.Fatalf("%v has a fault without a reason", err)
		}
	}
}
