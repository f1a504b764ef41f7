package awsaccount

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/twohop/twohop/pkg/awscall"
)

// policyType is that backup policies can be attached in the organization.
type policyType struct {
	client *organizations.Client
	pause  time.Duration
}

func (p policyType) String() string { return "policy type BACKUP_POLICY" }

// Ensure returns once the type is enabled: AWS does it in the background [API:
// EnablePolicyType], and the policies that are made next would be refused before.
func (p policyType) Ensure(ctx context.Context) (changed bool, err error) {
	root, status, err := p.look(ctx)
	if err != nil {
		return false, err
	}
	if status == "" {
		_, err := p.client.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: &root, PolicyType: types.PolicyTypeBackupPolicy})
		var already *types.PolicyTypeAlreadyEnabledException
		if err != nil && !errors.As(err, &already) {
			return false, fmt.Errorf("enable it: %w", explained(err, managementOnly("organizations:EnablePolicyType")))
		}
		changed = err == nil
		if _, status, err = p.look(ctx); err != nil {
			return changed, err
		}
	}
	for status != types.PolicyTypeStatusEnabled {
		if status == types.PolicyTypeStatusPendingDisable {
			return changed, errors.New("it is being disabled; the next run enables it once that is over")
		}
		if err := wait(ctx, p.pause); err != nil {
			return changed, err
		}
		if _, status, err = p.look(ctx); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// look finds the root and the status of the policy type there, empty where it is
// disabled.
func (p policyType) look(ctx context.Context) (root string, status types.PolicyTypeStatus, err error) {
	// An organization has one root [Organizations: terminology].
	pages := organizations.NewListRootsPaginator(p.client, &organizations.ListRootsInput{})
	for page, err := range awscall.Pages(ctx, pages, func(page *organizations.ListRootsOutput) *string { return page.NextToken }) {
		if err != nil {
			return "", "", fmt.Errorf("list the roots: %w", explained(err, managementOnly("organizations:ListRoots")))
		}
		for _, found := range page.Roots {
			root = aws.ToString(found.Id)
			for _, policy := range found.PolicyTypes {
				if policy.Type == types.PolicyTypeBackupPolicy {
					status = policy.Status
				}
			}
		}
	}
	if root == "" {
		return "", "", errors.New("list the roots: the organization has none")
	}
	return root, status, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
