package template_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

func TestOrder(t *testing.T) {
	cases := map[string]struct {
		resources string
		want      []string
	}{
		"by id where nothing depends":       {`"C": {"Type": "A::B"}, "A": {"Type": "A::B"}, "B": {"Type": "A::B"}`, []string{"A", "B", "C"}},
		"after what it depends on":          {`"A": {"Type": "A::B", "DependsOn": "C"}, "B": {"Type": "A::B"}, "C": {"Type": "A::B"}`, []string{"B", "C", "A"}},
		"after all that it depends on":      {`"A": {"Type": "A::B", "DependsOn": ["C", "B"]}, "B": {"Type": "A::B", "DependsOn": ["C"]}, "C": {"Type": "A::B"}`, []string{"C", "B", "A"}},
		"after what it refers to":           {`"A": {"Type": "A::B", "Properties": {"P": [{"Ref": "B"}]}}, "B": {"Type": "A::B", "Properties": {"P": {"Fn::GetAtt": ["C", "Arn"]}}}, "C": {"Type": "A::B"}`, []string{"C", "B", "A"}},
		"after what its texts refer to":     {`"A": {"Type": "A::B", "Properties": {"P": {"Fn::Sub": "${B.Arn} ${!C}"}}}, "B": {"Type": "A::B"}, "C": {"Type": "A::B"}`, []string{"B", "A", "C"}},
		"after what its metadata refers to": {`"A": {"Type": "A::B", "Metadata": {"P": {"Ref": "B"}}}, "B": {"Type": "A::B"}`, []string{"B", "A"}},
		"what refers by the branch taken":   {`"A": {"Type": "A::B", "Properties": {"P": {"Fn::If": ["Yes", {"Ref": "C"}, {"Ref": "B"}]}}}, "B": {"Type": "A::B"}, "C": {"Type": "A::B"}`, []string{"B", "C", "A"}},
		"no circle by the branch not taken": {`"A": {"Type": "A::B", "Properties": {"P": {"Fn::If": ["Yes", {"Ref": "B"}, ""]}}}, "B": {"Type": "A::B", "Properties": {"P": {"Fn::If": ["Yes", "", {"Ref": "A"}]}}}`, []string{"B", "A"}},
		"without those that are not made":   {`"A": {"Type": "A::B", "Condition": "No", "Properties": {"P": {"Ref": "B"}}}, "B": {"Type": "A::B", "Condition": "Yes"}`, []string{"B"}},
		"not waiting for what is not made":  {`"A": {"Type": "A::B", "DependsOn": ["B", "C"]}, "B": {"Type": "A::B", "Condition": "No"}, "C": {"Type": "A::B"}`, []string{"C", "A"}},
		"both what refers and depends":      {`"A": {"Type": "A::B", "DependsOn": "B", "Properties": {"P": {"Ref": "B"}}}, "B": {"Type": "A::B"}`, []string{"B", "A"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, `{"Conditions": {"Yes": {"Fn::Equals": [1, 1]}, "No": {"Fn::Equals": [1, 2]}}, "Resources": {`+c.resources+`}}`)
			order, err := template.Order(in)
			require.NoError(t, err)
			assert.Equal(t, c.want, order)
			_, err = template.Deploy(t.Context(), in)
			require.NoError(t, err)
			assert.Equal(t, c.want, m.ids())
		})
	}
}

func TestCirclesAreNamedWhole(t *testing.T) {
	cases := map[string]struct {
		resources string
		want      []string
	}{
		"of one": {`"A": {"Type": "A::B", "Properties": {"P": {"Ref": "A"}}}`,
			[]string{"Resources.A: needs itself: A needs A (Resources.A.Properties.P.Ref)"}},
		"of three, with one that only leads there": {
			`"A": {"Type": "A::B", "DependsOn": "D"}, "B": {"Type": "A::B", "DependsOn": ["C"]}, "C": {"Type": "A::B", "Properties": {"P": {"Fn::Sub": "${D.Arn}"}}}, "D": {"Type": "A::B", "Metadata": {"P": {"Ref": "B"}}}, "E": {"Type": "A::B"}`,
			[]string{"Resources.B: needs itself: B needs C (Resources.B.DependsOn), C needs D (Resources.C.Properties.P.Fn::Sub), D needs B (Resources.D.Metadata.P.Ref)"}},
		"two of them": {`"A": {"Type": "A::B", "DependsOn": "A"}, "B": {"Type": "A::B", "DependsOn": "C"}, "C": {"Type": "A::B", "DependsOn": "B"}`,
			[]string{"Resources.A: needs itself: A needs A (Resources.A.DependsOn)",
				"Resources.B: needs itself: B needs C (Resources.B.DependsOn), C needs B (Resources.C.DependsOn)"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, m := input(t, `{"Resources": {`+c.resources+`}}`)
			_, err := template.Order(in)
			require.ErrorContains(t, err, "order stack estate: ")
			assert.Equal(t, c.want, faults(t, err))
			_, err = template.Deploy(t.Context(), in)
			assert.Equal(t, c.want, faults(t, err))
			assert.Empty(t, m.made)
		})
	}
}
