package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	awskms "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/twohop/twohop/test/stage"
)

// morning is what an operator does about the night: he sees what has failed and why, has
// the key opened, and has the dead letter replayed. The copies that were missing are made
// while the time goes on.
func morning(ctx context.Context, s *stage.Stage, plays []*play, op *operator, screen *screen) error {
	screen.say("the morning after, in the shell of an operator in the backup account:")
	for line := range strings.Lines(op.settings) {
		fmt.Fprintf(op.out, "$ %s\n", strings.TrimSpace(line))
	}
	if err := op.runs(ctx, "status", done, findings); err != nil {
		return err
	}
	if err := op.runs(ctx, "report --out "+op.report, done, findings); err != nil {
		return err
	}
	closed := slices.DeleteFunc(slices.Clone(plays), func(p *play) bool { return !p.Closed })
	for _, p := range closed {
		if err := op.runs(ctx, "dlq explain --resource "+p.ARN, done, findings); err != nil {
			return err
		}
		if err := open(ctx, s, p); err != nil {
			return err
		}
		screen.say("the owner of %s adds these statements to its key", p.Name)
		if err := op.runs(ctx, "dlq replay --yes --resource "+p.ARN, done); err != nil {
			return err
		}
	}
	if err := watch(ctx, s, closed, screen); err != nil {
		return err
	}
	return op.runs(ctx, "status", done, findings)
}

// open has the key of a resource admit the backup account.
func open(ctx context.Context, s *stage.Stage, p *play) error {
	policy, err := s.KeyPolicy(stage.Member, true)
	if err != nil {
		return err
	}
	client := awskms.NewFromConfig(s.Client(stage.Member, stage.Primary))
	if _, err := client.PutKeyPolicy(ctx, &awskms.PutKeyPolicyInput{KeyId: &p.KeyARN, Policy: &policy}); err != nil {
		return fmt.Errorf("open the key of %s: %w", p.Name, err)
	}
	p.opened = true
	return nil
}
