package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const db = "arn:aws:rds:eu-central-1:111111111111:db:orders"

// TestAValueThatThereIsNotIsRefused with the values that there are, before AWS is called.
func TestAValueThatThereIsNotIsRefused(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1") // a call would be another error
	t.Setenv("TWOHOP_ESTATE", whole)
	members := "the estate's are 111111111111, 444444444444"
	accounts := "111111111111=NAME, 444444444444=NAME, 222222222222=NAME, 333333333333=NAME"
	for line, want := range map[string]string{
		"status --type Foo":                                     `--type: "Foo" is not one of Aurora, CloudFormation, `,
		"dlq list --only Foo":                                   `--only: "Foo" is not one of Key, VaultPolicy, `,
		"dlq explain --only Key,Foo":                            `--only: "Foo" is not one of Key, `,
		"dlq replay --only Foo":                                 `--only: "Foo" is not one of Key, `,
		"status --member 12":                                    `--member: "12" is not the 12 digits of a member account; ` + members,
		"report --out x --member 12":                            `--member: "12" is not`,
		"trace db:orders --member 12":                           `--member: "12" is not`,
		"advise --member 12":                                    `--member: "12" is not`,
		"doctor --member 12":                                    `--member: "12" is not`,
		"dlq list --member 12":                                  `--member: "12" is not`,
		"dlq show x --member 12":                                `--member: "12" is not`,
		"dlq explain --member 111111111111,12":                  `--member: "12" is not`,
		"dlq replay --member 222222222222":                      `--member: 222222222222 is the backup account, not a member; ` + members,
		"restore plan --to-account 1 " + db:                     `--to-account: "1" is not the 12 digits of a member account; ` + members,
		"restore copy-back --to-account 1 " + db:                `--to-account: "1" is not`,
		"restore copy-back --to-account 222222222222 " + db:     `--to-account: 222222222222 is the backup account`,
		"restore copy-back --from us-east-1 " + db:              `--from: "us-east-1" is not one of eu-central-1, eu-north-1, eu-west-1`,
		"restore copy-back --from us-east-1 --yes --json " + db: `--from: \"us-east-1\" is not one of eu-central-1, eu-north-1, eu-west-1`,
		"restore plan --point orders " + db:                     `--point: "orders" is not the ARN of a recovery point`,
		"restore plan arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-1": `is a recovery point; give the ARN of its resource, and --point`,
		"pause --profile 12=x":           `--profile: "12=x" is not ACCOUNT=NAME; the estate's are ` + accounts,
		"resume --profile 222222222222=": `--profile: "222222222222=" is not ACCOUNT=NAME`,
		"status --watch --every mars":    `"mars" is not a length of time`,
		"dlq list --since yesterday":     `--since: "yesterday" is neither`,
	} {
		t.Run(line, func(t *testing.T) {
			code, out, errOut := run(t, strings.Fields(line)...)
			assert.Equal(t, 2, code)
			assert.Empty(t, out)
			assert.Contains(t, errOut, want)
		})
	}
}

func TestShellsCompleteTheValuesOfFlags(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("TWOHOP_ESTATE", "")
	for line, want := range map[string]string{
		"status --estate " + whole + " --type ":                "Aurora\n",
		"dlq list --only ":                                     "Key\nVaultPolicy\n",
		"status --estate " + whole + " --member ":              "111111111111\n444444444444\n:4\n",
		"restore plan --estate " + whole + " --to-account ":    "111111111111\n444444444444\n:4\n",
		"restore copy-back --estate " + whole + " --from ":     "eu-central-1\neu-north-1\neu-west-1\n:4\n",
		"pause --estate " + whole + " --profile ":              "222222222222=\n333333333333=\n:6\n",
		"restore copy-back --from ":                            ":4\n",
		"restore copy-back --estate " + whole + ".not --from ": ":4\n",
		"check ":             "yaml\nyml\n:8\n",
		"trace ":             ":4\n",
		"restore plan --at ": ":4\n",
		"report --out ":      "html\n:8\n",
		"status --estate ":   "yaml\nyml\n:8\n",
	} {
		t.Run(line, func(t *testing.T) {
			words := strings.Split(line, " ")
			code, out, _ := run(t, append([]string{"__complete"}, words...)...)
			assert.Zero(t, code)
			assert.Contains(t, out, want)
		})
	}
}
