package awslogin

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/twohop/twohop/pkg/hop"
)

// Caller is the ARN of the user or role session whose credentials config has
// (GetCallerIdentity, which needs no right). Errors are those of Logins.Own.
func Caller(ctx context.Context, config Config) (string, error) {
	out, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch {
	case err != nil:
		return "", fmt.Errorf("get caller identity: %w", classify(err))
	case aws.ToString(out.Arn) == "":
		return "", fmt.Errorf("get caller identity: %w", &hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer", Message: "GetCallerIdentity answered without Arn"})
	default:
		return *out.Arn, nil
	}
}
