// Command listing is what twohop status is measured against: the same lists of AWS Backup,
// as many at once, and nothing else. It keeps, compares and prints nothing. When the lists
// of twohop status change, these must follow.
//
// Its arguments are the lists: vault names with the Region, VAULT@REGION, and days back
// from now at which the list is cut into parts, VAULT@REGION@90; "jobs@14" is the copy jobs
// of 14 days. What is of a member account is asked for with the role in LISTING_ROLE, and
// begins with "member:".
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/errgroup"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "listing:", err)
		os.Exit(1)
	}
}

const (
	atOnce = 8 // lists
	parts  = 8 // of a vault of the backup account
)

func run(ctx context.Context, lists []string) error {
	own, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	assumed := own.Copy()
	assumed.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), os.Getenv("LISTING_ROLE")))
	now, err := time.Parse(time.RFC3339, os.Getenv("LISTING_NOW"))
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for _, list := range lists {
		client := backup.NewFromConfig(own)
		list, ofMember := strings.CutPrefix(list, "member:")
		if ofMember {
			client = backup.NewFromConfig(assumed)
		}
		what := strings.Split(list, "@")
		days, err := strconv.Atoi(what[len(what)-1])
		if err != nil {
			return err
		}
		if what[0] == "jobs" {
			work.Go(func() error { return jobs(ctx, client, now.AddDate(0, 0, -days)) })
			continue
		}
		n := parts
		if ofMember {
			n = 1
		}
		length := time.Duration(days) * 24 * time.Hour / time.Duration(n)
		for i := range n {
			before, after := now.Add(time.Hour-time.Duration(i)*length), now.Add(-time.Duration(i+1)*length)
			if i == n-1 {
				after = time.Unix(0, 0)
			}
			work.Go(func() error { return points(ctx, client, what[0], what[1], after, before) })
		}
	}
	return work.Wait()
}

func points(ctx context.Context, client *backup.Client, vault, region string, after, before time.Time) error {
	pages := backup.NewListRecoveryPointsByBackupVaultPaginator(client, &backup.ListRecoveryPointsByBackupVaultInput{
		BackupVaultName: &vault, ByCreatedAfter: &after, ByCreatedBefore: &before, MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(ctx, func(o *backup.Options) { o.Region = region }); err != nil {
			return err
		}
	}
	return nil
}

func jobs(ctx context.Context, client *backup.Client, since time.Time) error {
	pages := backup.NewListCopyJobsPaginator(client, &backup.ListCopyJobsInput{ByCreatedAfter: &since, MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		if _, err := pages.NextPage(ctx); err != nil {
			return err
		}
	}
	return nil
}
