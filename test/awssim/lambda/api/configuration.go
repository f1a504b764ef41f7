package api

import (
	"time"

	"github.com/twohop/twohop/test/awssim/wire"
)

type variables struct{ Variables map[string]string }

type deadLetter struct{ TargetArn string }

type configurationOutput struct {
	FunctionName, FunctionArn, Role string
	Timeout, MemorySize             int         // seconds, MB
	Environment                     *variables  `json:",omitempty"`
	DeadLetterConfig                *deadLetter `json:",omitempty"`
	State, LastUpdateStatus         string
}

func (s service) getConfiguration(r *wire.Request, in functionInput) (configurationOutput, error) {
	arn, err := s.named(r, in.FunctionName)
	if err != nil {
		return configurationOutput{}, err
	}
	f, err := s.Function(arn)
	out := configurationOutput{
		FunctionName: f.Name, FunctionArn: arn, Role: f.RoleARN, Timeout: int(f.Timeout / time.Second), MemorySize: f.MemoryMB,
		State: "Active", LastUpdateStatus: "Successful",
	}
	if len(f.Environment) > 0 {
		out.Environment = &variables{f.Environment}
	}
	if f.DeadLetterARN != "" {
		out.DeadLetterConfig = &deadLetter{f.DeadLetterARN}
	}
	return out, err
}

type concurrencyOutput struct {
	ReservedConcurrentExecutions *int `json:",omitempty"`
}

func (s service) getConcurrency(r *wire.Request, in functionInput) (concurrencyOutput, error) {
	arn, err := s.named(r, in.FunctionName)
	if err != nil {
		return concurrencyOutput{}, err
	}
	f, err := s.Function(arn)
	return concurrencyOutput{f.ReservedConcurrency}, err
}
