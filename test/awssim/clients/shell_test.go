package clients_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shell is where one account uses the AWS CLI.
type shell struct {
	*local
	cli         *awsCLI
	environment []string
}

// as is the same world at another account's shell.
func (s shell) as(account string) shell {
	s.environment = s.local.environment(account)
	return s
}

// with is the same shell with more variables.
func (s shell) with(variables map[string]string) shell {
	s.environment = slices.Concat(s.environment, list(variables))
	return s
}

// run runs aws with the words of command and args, and returns what it wrote.
func (s shell) run(command string, args ...string) (stdout, stderr string, exit int) {
	s.t.Helper()
	words := slices.Concat(strings.Fields(command), args)
	if words[0] == "sqs" {
		// Version 1 of the AWS CLI takes Amazon's own endpoint for SQS, whatever
		// AWS_ENDPOINT_URL says.
		words = append(words, "--endpoint-url", s.Endpoint())
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	answer, err := s.cli.call(ctx, words, s.environment)
	require.NoError(s.t, err, command)
	return answer.Stdout, answer.Stderr, answer.Exit
}

// prints runs a command that must succeed and print exactly this JSON; nothing at
// all if it is empty.
func (s shell) prints(want, command string, args ...string) {
	s.t.Helper()
	stdout, stderr, exit := s.run(command, args...)
	require.Zero(s.t, exit, "aws %s: %s", command, stderr)
	if want == "" {
		assert.Empty(s.t, stdout, "aws %s", command)
		return
	}
	assert.JSONEq(s.t, want, stdout, "aws %s", command)
}

// refused runs a command that must fail with an error of the service.
func (s shell) refused(code, operation, command string, args ...string) {
	s.t.Helper()
	stdout, stderr, exit := s.run(command, args...)
	assert.Empty(s.t, stdout, "aws %s", command)
	// Of throttling the AWS CLI adds how often it has tried again.
	assert.Contains(s.t, stderr, "An error occurred ("+code+") when calling the "+operation+" operation", "aws %s", command)
	assert.Contains(s.t, []int{254, 255}, exit, "version 2 exits with 254, version 1 with 255")
}

// read runs a command that must succeed and decodes what it prints.
func read[T any](s shell, command string, args ...string) T {
	s.t.Helper()
	stdout, stderr, exit := s.run(command, args...)
	require.Zero(s.t, exit, "aws %s: %s", command, stderr)
	var out T
	require.NoError(s.t, json.Unmarshal([]byte(stdout), &out), "aws %s printed %s", command, stdout)
	return out
}

func TestTheAWSCLIWorksUnchanged(t *testing.T) {
	t.Parallel()
	cli := findAWSCLI(t)
	seen := &calls{}
	scenarios := map[string]func(shell){
		"the installed program does what its package does":         programByCLI,
		"sts tells who calls and hands out role sessions":          stsByCLI,
		"sqs keeps queues with attributes and tags":                queuesByCLI,
		"sqs sends, receives and acknowledges messages":            messagesByCLI,
		"sqs moves messages back from a dead-letter queue":         moveTasksByCLI,
		"events keeps buses and who may put events on them":        busesByCLI,
		"events keeps rules and brings events to their targets":    rulesByCLI,
		"backup keeps vaults and recovery points":                  vaultsByCLI,
		"backup copies recovery points and tells of the copy jobs": copiesByCLI,
		"backup shows the plans of the organization":               plansByCLI,
		"backup backs up on demand and tells of the backup jobs":   backupsByCLI,
		"backup keeps the access policies of vaults":               accessPoliciesByCLI,
		"backup keeps what accounts and organizations choose":      settingsByCLI,
		"organizations shows its units and accounts":               treeByCLI,
		"organizations enables policy types and trusts services":   trustByCLI,
		"iam makes service-linked roles once":                      rolesByCLI,
		"sns takes messages for a topic":                           topicsByCLI,
		"kms shows keys and aliases":                               keysByCLI,
		"kms judges role sessions by the policies of keys":         keyPoliciesByCLI,
		"kms disables, rotates and deletes keys":                   keyStatesByCLI,
		"kms admits grantees until their grants are revoked":       grantsByCLI,
		"lambda disables and enables event source mappings":        mappingsByCLI,
		"lambda allows and terminates recursive loops":             recursionByCLI,
		"scheduler replaces schedules":                             schedulesByCLI,
		"rds, tagging and service quotas show databases":           databasesByCLI,
		"iam shows what roles may do":                              rolePoliciesByCLI,
	}
	ran := 0
	t.Run("scenarios", func(t *testing.T) {
		for name, scenario := range scenarios {
			t.Run(name, func(t *testing.T) {
				ran++
				t.Parallel()
				l := start(t, seen)
				scenario(shell{local: l, cli: cli}.as(member))
			})
		}
	})
	if ran == len(scenarios) { // else -run left some out
		seen.requireAll(t)
	}
}
