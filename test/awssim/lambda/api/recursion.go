package api

import (
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/wire"
)

// onFunction is the right to a function, by whichever of its names it is called.
func onFunction[In interface{ function() string }](r *wire.Request, action string, in In) []wire.Need {
	name := in.function()
	if parts := nameForms.FindStringSubmatch(name); parts != nil {
		name = parts[6]
	}
	return []wire.Need{{Action: "lambda:" + action, Resource: functionARN(r, name)}}
}

type functionInput struct {
	FunctionName string `path:"FunctionName"`
}

func (in functionInput) function() string { return in.FunctionName }

type recursionOutput struct{ RecursiveLoop lineage.RecursiveLoop }

func (s service) getRecursion(r *wire.Request, in functionInput) (recursionOutput, error) {
	arn, err := s.named(r, in.FunctionName)
	if err != nil {
		return recursionOutput{}, err
	}
	f, err := s.Function(arn)
	return recursionOutput{f.RecursiveLoop}, err
}

type putRecursionInput struct {
	FunctionName  string `path:"FunctionName"`
	RecursiveLoop lineage.RecursiveLoop
}

func (in putRecursionInput) function() string { return in.FunctionName }

func (s service) putRecursion(r *wire.Request, in putRecursionInput) (recursionOutput, error) {
	arn, err := s.named(r, in.FunctionName)
	if err != nil {
		return recursionOutput{}, err
	}
	return recursionOutput{in.RecursiveLoop}, s.SetRecursiveLoop(arn, in.RecursiveLoop)
}
