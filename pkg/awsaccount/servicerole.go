package awsaccount

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// serviceRole is a service-linked role. CloudFormation's resource for it fails
// where the role exists.
type serviceRole struct {
	client  *iam.Client
	service string // principal
	name    string // which the service gives to its role
}

func (r serviceRole) String() string { return "role " + r.name }

// Ensure looks before it creates, so that daily runs leave no failed calls in the
// account's trail. Without the right to look, the attempt to create tells too.
func (r serviceRole) Ensure(ctx context.Context) (changed bool, err error) {
	var absent *types.NoSuchEntityException
	switch _, err := r.client.GetRole(ctx, &iam.GetRoleInput{RoleName: &r.name}); {
	case err == nil:
		return false, nil
	case !errors.As(err, &absent) && !denied(err):
		return false, fmt.Errorf("look for the role: %w", explained(err, ""))
	}
	_, err = r.client.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: &r.service})
	var invalid *types.InvalidInputException
	if errors.As(err, &invalid) && strings.Contains(invalid.ErrorMessage(), "has been taken in this account") {
		return false, nil // the service itself was faster, or GetRole lags behind
	}
	if err != nil {
		return false, fmt.Errorf("create the role: %w", explained(err, "allow iam:CreateServiceLinkedRole for "+r.service))
	}
	return true, nil
}
