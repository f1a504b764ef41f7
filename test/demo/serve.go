package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// serve keeps the local AWS up in real time until ctx ends, with copies that take
// seconds, and says how to look around.
func serve(ctx context.Context, s *stage.Stage, out io.Writer) error {
	s.World.Backup.Configure(func(c *backup.Config) {
		c.EventBatch = 5 * time.Second
		c.Plan = func(backup.CopyJob) backup.Course {
			return backup.Course{Wait: 2 * time.Second, Run: 15 * time.Second}
		}
		c.Backups.Plan = func(backup.Job) backup.Course {
			return backup.Course{Wait: 2 * time.Second, Run: 5 * time.Second}
		}
	})
	fmt.Fprintf(out, `
The local AWS stays up in real time until Ctrl-C. In another shell,
as the backup account:

%[10]s
  aws backup list-copy-jobs
  aws backup list-recovery-points-by-backup-vault --backup-vault-name %[6]s --region %[5]s
  aws sqs get-queue-attributes --endpoint-url %[1]s \
    --queue-url %[8]s --attribute-names All

As the member account:

%[11]s
  aws backup list-recovery-points-by-backup-vault --backup-vault-name %[7]s

The access key is the account's number. Version 1 of the AWS CLI needs --endpoint-url
for every sqs command. Copies now take about 20 seconds; start one as the member and
see its second hop follow in the backup account:

  aws backup start-copy-job --source-backup-vault-name %[7]s \
    --recovery-point-arn ARN-FROM-THE-LIST-ABOVE \
    --destination-backup-vault-arn %[9]s \
    --iam-role-arn arn:aws:iam::%[2]s:role/%[3]s-BackupandRestore
`, s.World.Endpoint(), stage.Member, s.Name, stage.Primary, stage.Secondary,
		s.Final.Name, s.Local.Name, s.Copies.URL, s.Intermediate.ARN,
		exports(s, stage.Backup), exports(s, stage.Member))
	if err := s.World.Clock.Follow(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// exports are the shell commands that make the AWS CLI an account.
func exports(s *stage.Stage, account string) string {
	environment := s.World.Environment(account, stage.Primary)
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		lines = append(lines, fmt.Sprintf("  export %s=%s", name, environment[name]))
	}
	return strings.Join(lines, "\n")
}
