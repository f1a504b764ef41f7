package stacks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/infra/stacks"
)

// finding is one of cdk-nag's findings.
type finding struct{ at, rule string }

// message is what a rule of the CDK's or of cdk-nag's says about a construct.
type message struct{ at, says string }

// annotations are the types of the entries beside a template that are messages of rules; the
// others, such as aws:cdk:logicalId, are the CDK's own notes.
var annotations = []string{"aws:cdk:info", "aws:cdk:warning", "aws:cdk:error"}

// messages are those of the rules, which the synth writes beside the templates.
func (a assembly) messages(t *testing.T) []message {
	var all []message
	for stack := range a.files {
		text, err := os.ReadFile(filepath.Join(a.dir, stack+".metadata.json"))
		require.NoError(t, err)
		var noted map[string][]struct {
			Type string
			Data any
		}
		require.NoError(t, json.Unmarshal(text, &noted))
		for at, notes := range noted {
			for _, note := range notes {
				if slices.Contains(annotations, note.Type) {
					all = append(all, message{strings.TrimPrefix(at, "/"), note.Data.(string)})
				}
			}
		}
	}
	return all
}

func TestNagFindingsAreExplained(t *testing.T) {
	reasons := map[finding]string{}
	for _, row := range explained {
		for _, at := range row.at {
			for _, rule := range row.findings {
				f := finding{at, rule}
				require.NotContains(t, reasons, f, "explained twice")
				require.NotEmpty(t, row.because, f)
				reasons[f] = row.because
			}
		}
	}
	used := map[finding]bool{}
	for _, a := range []assembly{example, whole} {
		for _, m := range a.messages(t) {
			rule, _, isNag := strings.Cut(m.says, ": ")
			require.True(t, isNag && strings.HasPrefix(rule, "AwsSolutions-"), "%s: %s", m.at, m.says)
			f := finding{at: a.worded(m.at), rule: a.worded(rule)}
			used[f] = true
			assert.NotEmpty(t, reasons[f], "not explained: %+v", f)
		}
	}
	for f := range reasons {
		assert.True(t, used[f], "explained, but not found any more: %+v", f)
	}
}

// worded replaces what differs from estate to estate by words.
func (a assembly) worded(s string) string {
	e := a.estate
	words := []string{
		e.StackName(""), "", e.Called(""), "<estate>-", "<AWS::AccountId>", "<member>", e.Accounts.Backup, "<backup>", e.Accounts.Management, "<management>",
		e.Regions.Primary, "<primary>", e.Organization, "<organization>",
	}
	for _, region := range e.Regions.Secondary {
		words = append(words, region, "<secondary>")
	}
	return strings.NewReplacer(words...).Replace(s)
}

// TestNagRan: a pack of rules that did not run finds nothing.
func TestNagRan(t *testing.T) {
	for _, a := range []assembly{example, whole} {
		messages := a.messages(t)
		for stack := range a.files {
			const stage = "" // the id of the app, which cdk-nag takes for the stack's stage
			text, err := os.ReadFile(filepath.Join(a.dir, "AwsSolutions-"+stage+"-"+stack+"-NagReport.json"))
			require.NoError(t, err)
			var report struct {
				Lines []struct{ RuleID, ResourceID, Compliance, RuleLevel string }
			}
			require.NoError(t, json.Unmarshal(text, &report))
			require.NotEmpty(t, report.Lines, stack)
			for _, line := range report.Lines {
				// A rule that cannot tell is neither.
				require.Contains(t, []string{"Compliant", "Non-Compliant"}, line.Compliance, "%+v", line)
				told := slices.ContainsFunc(messages, func(m message) bool {
					return m.at == line.ResourceID && strings.HasPrefix(m.says, line.RuleID)
				})
				assert.Equal(t, line.Compliance == "Non-Compliant", told, "%+v", line)
			}
		}
	}
	assert.Equal(t, "Member/BackupRole", example.worded(example.estate.StackName(stacks.Member)+"/BackupRole"))
}
