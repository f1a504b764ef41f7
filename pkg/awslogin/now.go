package awslogin

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Now is AWS's time, in whole seconds, from the answer to a call that needs no right
// (GetCallerIdentity): what AWS Backup and SQS say in times is compared with it, and the
// clock of an operator's machine may be wrong. Where the answer has no time it is that
// clock's. Errors are those of Logins.Own.
func Now(ctx context.Context, config Config) (time.Time, error) {
	out, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return time.Time{}, fmt.Errorf("ask AWS for the time: %w", classify(err))
	}
	if now, told := middleware.GetServerTime(out.ResultMetadata); told {
		return now.UTC(), nil
	}
	return time.Now().UTC(), nil //nolint:forbidigo // the command line reads the clock here
}
