// Package awssim is a local AWS: one process, HTTP on the loopback interface, the
// real wire protocols, several accounts and Regions. The AWS CLI, boto3 and the
// Go SDK talk to it unchanged. It exists because no other emulator runs the copy
// jobs of AWS Backup.
//
// Each service is a package of its own beside this one; this one ties them:
// backup emits events, events delivers them to queues, lambda feeds functions
// from queues, cloudformation asks functions for custom resources, organizations
// says who manages whom, cloudwatch measures what they do and rings, and all share one simulated clock, one access-key table
// (sts) and one listener.
//
// It imports nothing from pkg/: an oracle that shares the product's code shares
// its mistakes.
package awssim

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/plans"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/feed"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/lambda"
	lambdaapi "github.com/twohop/twohop/test/awssim/lambda/api"
	"github.com/twohop/twohop/test/awssim/lambda/async"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/logs"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/organizations/policies"
	"github.com/twohop/twohop/test/awssim/quotas"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/awssim/scheduler"
	schedulerapi "github.com/twohop/twohop/test/awssim/scheduler/api"
	"github.com/twohop/twohop/test/awssim/sns"
	"github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/tagging"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Config says how a World begins. Its zero value is a world that begins on
// 1 November 2026 at 03:00 UTC.
type Config struct {
	Start  time.Time
	Seed   uint64               // of identifiers, durations and jitter
	Backup func(*backup.Config) // changes backup.DefaultConfig; nil: nothing

	// Intercept, if set, sees every API call before its service does.
	Intercept func(wire.Call) wire.Fault
	// OnAnswer, if set, is told of every call that was answered, with the error where it
	// was refused.
	OnAnswer func(wire.Call, *wire.Error)
	// Permissions has every call of a role's session judged by its policies and the
	// resource's. Without it roles need not exist.
	Permissions bool
	// Alarms has the metrics of services and functions kept, and each alarm evaluated
	// every simulated minute. Without it alarms are declared, and never ring.
	Alarms bool
	// Lineages is how Lambda's recursive loop detection, which is always on, counts the
	// messages of a batch.
	Lineages lineage.Reading
	// OnLog sees what functions write, OnStart and OnInvocation see their runs
	// begin and end.
	OnLog        func(lambda.LogLine)
	OnStart      func(lambda.Invocation)
	OnInvocation func(lambda.Invocation)
}

// World is a running local AWS.
type World struct {
	Clock  *clock.Clock
	IDs    *ids.Source
	STS    *sts.Service
	SQS    *sqs.Service
	Events *events.Service
	Backup *backup.Service
	Lambda *lambda.Service
	// Asynchronous are the invocations that nobody waits for.
	Asynchronous *async.Runner

	IAM            *iam.Service
	Organizations  *organizations.Service
	CloudFormation *cloudformation.Service
	CloudWatch     *cloudwatch.Service
	KMS            *kms.Service
	Logs           *logs.Service
	Policies       *policies.Store // backup policies of Organizations
	Scheduler      *scheduler.Service
	SNS            *sns.Service
	RDS            *rds.Service
	Quotas         *quotas.Service

	permissions bool // Config.Permissions
	policies    policy.Memo
	endpoint    string
	server      *http.Server
	served      chan error
}

// Start begins a world on a free port of 127.0.0.1. It runs until Close.
func Start(config Config) (*World, error) {
	if config.Start.IsZero() {
		config.Start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on the loopback interface: %w", err)
	}
	w := &World{
		Clock:    clock.New(config.Start),
		IDs:      ids.New(config.Seed),
		endpoint: "http://" + listener.Addr().String(),

		permissions: config.Permissions,
		served:      make(chan error, 1),
	}
	w.STS = sts.New(w.IDs)
	w.SQS = sqs.New(w.Clock, w.IDs, w.Endpoint)
	queues := eventQueues{sqs: w.SQS}
	if config.Permissions {
		queues.may = func(queueARN, ruleARN string) error {
			return w.serve("events.amazonaws.com", "sqs:SendMessage", queueARN, ruleARN)
		}
	}
	w.Events = events.New(w.Clock, w.IDs, queues)
	w.IAM = iam.New(w.Clock, w.IDs)
	w.Organizations = organizations.New(w.Clock)
	w.CloudWatch, w.Logs, w.SNS = cloudwatch.New(), logs.New(), sns.New()
	w.Policies = policies.New(w.Organizations)
	w.KMS = kms.New(kms.Config{Clock: w.Clock, IDs: w.IDs, Principals: w.IAM, Identities: w.IAM, Organizations: places{w.Organizations}})
	backupConfig := backup.DefaultConfig()
	backupConfig.Settings.Organizations = w.Organizations
	backupConfig.Plans = plans.Config{Accounts: w.Organizations, Policies: w.Policies}
	if config.Backup != nil {
		config.Backup(&backupConfig)
	}
	w.Backup = backup.New(w.Clock, w.IDs, backupEvents{w.Events, w.Clock}, backupConfig)
	w.RDS, w.Quotas = rds.New(w.Backup.Resources), quotas.New()
	if config.Permissions {
		w.judgeBackups()
		w.SNS.MayUse, w.SNS.MayPublish = w.mayUseTopicKey, w.mayPublish
		w.Events.MayForward = w.mayForward
	}
	schedules := scheduler.Config{Clock: w.Clock, IDs: w.IDs}
	var measures *feed.Feed
	if config.Alarms {
		measures = w.evaluateAlarms(&config)
		schedules.Count = measures.Schedule
	}
	runs := lambda.Config{
		Clock: w.Clock, IDs: w.IDs, Sessions: w.STS, Queues: lambdaQueues{w.SQS}, Lineages: config.Lineages,
		Endpoint: w.endpoint, OnLog: config.OnLog, OnStart: config.OnStart, OnInvocation: config.OnInvocation,
	}
	if measures != nil {
		runs.OnLoopStopped = measures.LoopStopped
	}
	w.Lambda = lambda.New(runs)
	w.Asynchronous = async.New(async.Config{Clock: w.Clock, Invoke: w.invokeOnce, Send: w.keepEvent})
	functions, letters := scheduledFunctions{lambda: w.Lambda, run: w.Asynchronous}, scheduleQueues{sqs: w.SQS}
	if config.Permissions {
		functions.may, letters.may = w.mayInvoke, w.maySendLetter
	}
	schedules.Invoker, schedules.Queues = functions, letters
	w.Scheduler = scheduler.New(schedules)
	if measures != nil {
		measures.Lambda, measures.Scheduler = w.Lambda, w.Scheduler
	}
	w.CloudFormation = cloudformation.New(cloudformation.Config{
		IDs: w.IDs, Organizations: w.Organizations, Functions: customResourceFunctions{w.Lambda}, Endpoint: w.endpoint,
	})
	w.Organizations.Moved = w.followAccount
	w.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: w.handler(config)}
	go func() { w.served <- w.server.Serve(listener) }()
	return w, nil
}

// Services are the world's services on the wire, by their signing names.
func (w *World) Services() map[string]wire.Handler {
	return map[string]wire.Handler{
		"sts": w.STS.Handler(), "sqs": w.SQS.Handler(), "events": w.Events.Handler(), "backup": w.Backup.Handler(),
		"iam": w.IAM.Handler(), "organizations": w.Organizations.Handler(), "cloudformation": w.CloudFormation.Handler(),
		"kms": w.KMS.Handler(), "sns": w.SNS.Handler(),
		"lambda": lambdaapi.Handler(w.Lambda), "scheduler": schedulerapi.Handler(w.Scheduler),
		"rds": w.RDS.Handler(), "servicequotas": w.Quotas.Handler(), "tagging": tagging.Handler(w.Backup.Resources, w.RDS),
	}
}

// handler sends signed calls to their service, and the answers of functions
// behind custom resources to CloudFormation.
func (w *World) handler(config Config) http.Handler {
	calls := &wire.Server{
		Clock: w.Clock, Identify: w.STS.Identify, Intercept: config.Intercept, Answered: config.OnAnswer,
		Services: w.Services(),
	}
	if config.Permissions {
		calls.Authorize = w.authorize
	}
	answers := w.CloudFormation.Responses()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, cloudformation.ResponsePath) {
			answers.ServeHTTP(rw, r)
			return
		}
		calls.ServeHTTP(rw, r)
	})
}

// Endpoint is the world's URL, the AWS_ENDPOINT_URL of its clients.
func (w *World) Endpoint() string { return w.endpoint }

// Close ends all function processes, then the server with its connections.
func (w *World) Close() error {
	w.Lambda.Close()
	err := w.server.Close()
	if served := <-w.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// Environment is what a client of the world needs to be an account in a Region.
// The access key is the account's number; nothing is secret here.
func (w *World) Environment(account, region string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL":      w.endpoint,
		"AWS_REGION":            region,
		"AWS_DEFAULT_REGION":    region, // what version 1 of the AWS CLI reads
		"AWS_ACCESS_KEY_ID":     account,
		"AWS_SECRET_ACCESS_KEY": "local",
	}
}
