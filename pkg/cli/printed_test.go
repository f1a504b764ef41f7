package cli

import (
	"strings"
	"testing"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/estate"
)

func give(a *access) {
	a.file, a.profiles = "my estate.yaml", map[string]string{"111111111111": "member", "333333333333": "management"}
	a.estate.Name = "twohop"
	a.estate.Accounts = estate.Accounts{Backup: "222222222222", Management: "333333333333"}
}

func TestAHintSendsToResumeOnlyWhatResumeSwitchesOn(t *testing.T) {
	t.Parallel()
	var a access
	give(&a)
	paused, rule := "event source mapping of twohop-copystarter", "rule twohop-forward of 111111111111"
	for _, test := range []struct {
		off  []string
		want string
		not  string
	}{
		{[]string{paused, "schedule twohop-recent"}, "twohop resume --estate 'my estate.yaml' --profile 111111111111=member --profile 333333333333=management --yes", "doctor"},
		{[]string{rule}, "twohop doctor --estate 'my estate.yaml'", "twohop resume --estate"},
		{[]string{"event source mapping of twohop-outcometracker"}, "twohop doctor --estate 'my estate.yaml'", "twohop resume --estate"},
		{[]string{paused, rule}, "twohop doctor --estate 'my estate.yaml'", "does not: "},
	} {
		if got := a.switchOn(test.off); !strings.Contains(got, test.want) || strings.Contains(got, test.not) {
			t.Errorf("%v: %s; want %q without %q", test.off, got, test.want, test.not)
		}
	}
}

func TestDoctorsCommandsCarryTheProfilesThatWereGiven(t *testing.T) {
	t.Parallel()
	var d doctor
	give(&d.access)
	d.access.file = "my.yaml"
	flags := "--estate my.yaml --profile 111111111111=member --profile 333333333333=management"
	for _, test := range []struct{ account, mend, want string }{
		{"111111111111", "aws events enable-rule --region r --name n", "aws events enable-rule --profile member --region r --name n"},
		{"111111111111", "add it: aws kms get-key-policy --key-id k > f, then aws kms put-key-policy --key-id k", "add it: aws kms get-key-policy --profile member --key-id k > f, then aws kms put-key-policy --profile member --key-id k"},
		{"111111111111", "aws cloudformation wait change-set-create-complete --region r", "aws cloudformation wait change-set-create-complete --profile member --region r"},
		{"111111111111", "create one in account 222222222222: aws rds create-option-group", "create one in account 222222222222: aws rds create-option-group"},
		{"222222222222", "in the management account run: aws organizations enable-policy-type", "in the management account run: aws organizations enable-policy-type --profile management"},
		{"222222222222", "aws kms enable-key --key-id k", "aws kms enable-key --key-id k"},
		{"333333333333", "look: twohop dlq list --estate my.yaml --profile 333333333333=NAME", "look: twohop dlq list " + flags},
		{"222222222222", "make deploy ESTATE=my.yaml", "make deploy ESTATE=my.yaml"},
	} {
		if got := d.runnable(checkup.Finding{Place: checkup.Place{Account: test.account}, Mend: test.mend}); got != test.want {
			t.Errorf("%s: %q becomes %q; want %q", test.account, test.mend, got, test.want)
		}
	}
}
