package checkup_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
)

// fakeFunctions are the functions that there are, with whether each allows loops.
type fakeFunctions map[string]bool

func (f fakeFunctions) AllowsLoops(_ context.Context, name string) (bool, error) {
	allows, ok := f[name]
	if !ok {
		return false, checkup.ErrNotFound
	}
	return allows, nil
}

func TestFunctionsThatLambdaWouldStopAreFound(t *testing.T) {
	e := example(t)
	found := checkup.Run(t.Context(), checkup.Recursive(e, checkup.Deploys{Estate: file, Stack: "TwohopBackupPrimary"},
		fakeFunctions{"twohop-copystarter": true, "twohop-outcometracker": false}))
	require.Len(t, found, 2)
	assert.Equal(t, "RecursiveLoop of the function twohop-outcometracker is not Allow", found[0].Problem)
	assert.Equal(t, "arn:aws:lambda:eu-central-1:222222222222:function:twohop-outcometracker", found[0].Resource)
	assert.Contains(t, found[0].Causes, "about 16 invocations")
	assert.Equal(t, "aws lambda put-function-recursion-config --region eu-central-1 --function-name twohop-outcometracker --recursive-loop Allow", found[0].Mend)
	assert.Equal(t, "there is no function twohop-reconciler", found[1].Problem)
	assert.Contains(t, found[1].Mend, "TwohopBackupPrimary")
}

// deniedFunctions may not be read.
type deniedFunctions struct{}

func (deniedFunctions) AllowsLoops(context.Context, string) (bool, error) {
	return false, &checkup.Refusal{Right: "lambda:GetFunctionRecursionConfig", Said: "AccessDeniedException: no"}
}

func TestFunctionsThatCannotBeReadAreNotChecked(t *testing.T) {
	found := checkup.Run(t.Context(), checkup.Recursive(example(t), checkup.Deploys{}, deniedFunctions{}))
	require.Len(t, found, 3)
	for _, f := range found {
		assert.Equal(t, checkup.NotChecked, f.Kind)
		assert.Contains(t, f.Problem, "lacks right lambda:GetFunctionRecursionConfig")
	}
}
