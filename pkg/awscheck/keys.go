package awscheck

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/twohop/twohop/pkg/checkup"
)

// Keys are the keys that an account sees, in whichever Region they are.
type Keys struct{ client *kms.Client }

var _ checkup.Keys = Keys{}

// NewKeys returns the keys of config's account.
func NewKeys(config aws.Config) Keys { return Keys{kms.NewFromConfig(config)} }

// Key describes a key.
func (k Keys) Key(ctx context.Context, arn string) (checkup.Key, error) {
	out, err := k.client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &arn}, at(arn))
	if err != nil {
		return checkup.Key{}, refused("kms:DescribeKey", err)
	}
	described := out.KeyMetadata
	if described == nil {
		return checkup.Key{}, incomplete("kms:DescribeKey", "KeyMetadata")
	}
	return checkup.Key{ARN: aws.ToString(described.Arn), Managed: described.KeyManager == types.KeyManagerTypeAws, State: string(described.KeyState)}, nil
}

// KeyPolicy is the JSON of a key's policy. Of another account's key AWS shows it to
// nobody [API: GetKeyPolicy].
func (k Keys) KeyPolicy(ctx context.Context, arn string) (string, error) {
	out, err := k.client.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &arn}, at(arn))
	if err != nil {
		return "", refused("kms:GetKeyPolicy", err)
	}
	return aws.ToString(out.Policy), nil
}

// at is the Region of a key.
func at(arn string) func(*kms.Options) {
	return func(options *kms.Options) {
		if parts := strings.Split(arn, ":"); len(parts) == 6 {
			options.Region = parts[3]
		}
	}
}
