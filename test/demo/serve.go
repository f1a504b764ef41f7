package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// serve keeps the local AWS up in real time until ctx ends, with copies that take
// seconds, and says how to look around.
func serve(ctx context.Context, s *stage.Stage, op *operator, plays []*play) error {
	s.World.Backup.Configure(func(c *backup.Config) {
		c.EventBatch = 5 * time.Second
		c.Plan = func(backup.CopyJob) backup.Course {
			return backup.Course{Wait: 2 * time.Second, Run: 15 * time.Second}
		}
		c.Backups.Plan = func(backup.Job) backup.Course {
			return backup.Course{Wait: 2 * time.Second, Run: 5 * time.Second}
		}
	})
	orders := plays[slices.IndexFunc(plays, func(p *play) bool { return p.Name == "orders" })]
	source, err := newest(s, orders)
	if err != nil {
		return err
	}
	fmt.Fprint(op.out, op.guide(s, orders, source))
	if err := s.World.Clock.Follow(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// newest is the ARN of a resource's only recovery point in the local vault.
func newest(s *stage.Stage, p *play) (string, error) {
	points := s.In(s.Local, p.Resource)
	if len(points) == 0 {
		return "", fmt.Errorf("%s has no recovery point in %s", p.Name, s.Local.Name)
	}
	return points[len(points)-1].RecoveryPointArn, nil
}

// guide is what to type in another shell. Lines that are indented by two blanks are commands.
func (op *operator) guide(s *stage.Stage, orders *play, source string) string {
	aws := func(account, service, rest string) string {
		return fmt.Sprintf("aws %s --endpoint-url %s --profile %s %s", service, s.World.Endpoint(), account, rest)
	}
	copies := "list-recovery-points-by-backup-vault --backup-vault-name " + s.Final.Name + " --region " + stage.Secondary +
		" --by-resource-arn " + orders.ARN + " --query 'RecoveryPoints[].RecoveryPointArn'"
	return fmt.Sprintf(`
The local AWS stays up in real time until Ctrl-C, with rights judged by the deployed
policies. In another shell, in %[1]s:

%[2]s

The profiles backup, member and management are the three accounts; the access key is
the account's number. twohop is the one that this demo has built; one that was
installed with make install does as well. Three commands to begin with:

  twohop status %[3]s
  twohop trace %[3]s %[4]s
  twohop doctor %[3]s --profile %[5]s=management

Every aws command here has --endpoint-url: version 1 of the AWS CLI ignores
AWS_ENDPOINT_URL for sqs, and version 2 before 2.13 (Debian 12 has 2.9.19) ignores it
for everything and would call the real AWS. Copies now take about 20 seconds. Copy a
recovery point again as the member, and see in the final vault its second hop follow:

  %[6]s
  %[7]s

Break something, and find it. This switches the rule off that sends completed first
hops on; doctor names it and prints the command that switches it on again:

  %[8]s
  twohop doctor %[3]s --profile %[5]s=management
`, op.module, indented(op.settings), op.profile, orders.ARN, stage.Management,
		aws("member", "backup start-copy-job", "--source-backup-vault-name "+s.Local.Name+" --recovery-point-arn "+source+
			" --destination-backup-vault-arn "+s.Intermediate.ARN+" --iam-role-arn arn:aws:iam::"+stage.Member+":role/"+s.Name+"-BackupandRestore"),
		aws("backup", "backup", copies),
		aws("backup", "events disable-rule", "--event-bus-name "+s.Name+" --name "+s.Name+"-hop1-completed"))
}

func indented(lines string) string { return "  " + strings.ReplaceAll(lines, "\n", "\n  ") }
