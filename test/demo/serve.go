package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	})
	fmt.Fprintf(out, `
The local AWS stays up in real time until Ctrl-C. In another shell:

  export AWS_ENDPOINT_URL=%[1]s AWS_SECRET_ACCESS_KEY=local
  export AWS_REGION=%[4]s AWS_DEFAULT_REGION=%[4]s
  export AWS_ACCESS_KEY_ID=%[3]s    # the backup account
  aws backup list-copy-jobs
  aws backup list-recovery-points-by-backup-vault --backup-vault-name %[6]s --region %[5]s
  aws sqs get-queue-attributes --endpoint-url %[1]s \
    --queue-url %[8]s --attribute-names All

  export AWS_ACCESS_KEY_ID=%[2]s    # the member account
  aws backup list-recovery-points-by-backup-vault --backup-vault-name %[7]s

The access key is the account's number. Copies now take about 20 seconds; start
one as the member and see its second hop follow in the backup account:

  aws backup start-copy-job --source-backup-vault-name %[7]s \
    --recovery-point-arn ARN-FROM-THE-LIST-ABOVE \
    --destination-backup-vault-arn %[9]s \
    --iam-role-arn arn:aws:iam::%[2]s:role/BackupandRestore
`, s.World.Endpoint(), stage.Member, stage.Backup, stage.Primary, stage.Secondary,
		s.Final.Name, s.Local.Name, s.Copies.URL, s.Intermediate.ARN)
	if err := s.World.Clock.Follow(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
