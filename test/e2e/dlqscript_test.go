package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	awskms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/stage"
)

// opened is what a vault's key says of its own account at least.
const opened = `,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"}`

// letterCommands are what scripts about dead letters can do besides.
func (s *script) letterCommands() map[string]func(*testscript.TestScript, bool, []string) {
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	made, checks := map[string]stage.Resource{}, map[string]func(*testscript.TestScript, []string) error{}
	for name, c := range map[string]struct {
		usage string
		run   func(*testscript.TestScript, []string) error
	}{
		"close-final": {": the key of the final vault admits nobody", func(*testscript.TestScript, []string) error {
			s.rekey(s.keyOf(s.Final), stage.Backup, "")
			return nil
		}},
		"open-final": {": it does again", func(*testscript.TestScript, []string) error {
			s.rekey(s.keyOf(s.Final), stage.Backup, opened)
			return nil
		}},
		"disable-final": {": the key of the final vault is disabled", func(*testscript.TestScript, []string) error {
			key := s.keyOf(s.Final)
			_, err := awskms.NewFromConfig(s.Client(stage.Backup, stage.Secondary)).DisableKey(s.t.Context(), &awskms.DisableKeyInput{KeyId: &key})
			return err
		}},
		"back-up": {"TYPE NAME open|closed: make a backup, and hop 1 of it, which fails where the key is closed", func(ts *testscript.TestScript, args []string) error {
			r, err := s.Add(stage.Resource{Type: args[0], Name: args[1], Closed: args[2] == "closed", Bytes: 10 << 30})
			made[r.Name] = r
			if err != nil {
				return err
			}
			return s.HopOne(s.t.Context(), r)
		}},
		"open-key": {"NAME: a resource's key admits the backup account", func(_ *testscript.TestScript, args []string) error {
			policy, err := s.KeyPolicy(stage.Member, true)
			if err != nil {
				return err
			}
			return s.World.KMS.SetPolicy(made[args[0]].KeyARN, policy, authz.Principal{})
		}},
		"first-hops": {"NAME N: so many copy jobs of a resource were in the member", func(_ *testscript.TestScript, args []string) error {
			n := 0
			for _, job := range s.World.Backup.CopyJobs(stage.Member, stage.Primary) {
				if job.ResourceArn == made[args[0]].ARN {
					n++
				}
			}
			return is(n, args[1])
		}},
		"in-final": {"NAME N: so many points of a resource are in the final vault", func(_ *testscript.TestScript, args []string) error {
			return is(len(s.In(s.Final, made[args[0]])), args[1])
		}},
		"meanwhile": {"N: let time pass, beside a command, until so many second hops have made a copy", func(ts *testscript.TestScript, args []string) error {
			for range 500 { // of real time, for the command's own
				if err := s.World.Clock.Advance(s.t.Context(), 5*time.Minute); err != nil {
					return err
				}
				if s.copied(ts, args) == nil {
					return s.World.Clock.Advance(s.t.Context(), lag.Usual().Longest()) // until every list shows it
				}
				time.Sleep(20 * time.Millisecond)
			}
			return s.copied(ts, args)
		}},
		"messages": {"QUEUE N: so many messages are in a queue, hidden or not", func(_ *testscript.TestScript, args []string) error {
			return is(len(s.World.SQS.Peek(s.queueARN(args[0]))), args[1])
		}},
		"kept": {"QUEUE: a command hides the messages of a queue for as long as it waits", func(_ *testscript.TestScript, args []string) error {
			for _, m := range s.World.SQS.Peek(s.queueARN(args[0])) {
				if m.Available.Before(s.World.Clock.Now().Add(10 * time.Minute)) {
					return fmt.Errorf("message %s is hidden until %s", m.ID, m.Available)
				}
			}
			return nil
		}},
		"letters": {"QUEUE N: so many messages are in a queue, and all of them can be received", func(_ *testscript.TestScript, args []string) error {
			messages := s.World.SQS.Peek(s.queueARN(args[0]))
			for _, m := range messages {
				if m.Available.After(s.World.Clock.Now()) {
					return fmt.Errorf("message %s is hidden", m.ID)
				}
			}
			return is(len(messages), args[1])
		}},
		"event": {"NAME file: write down the event of a resource's completed first hop", func(ts *testscript.TestScript, args []string) error {
			points := s.In(s.Intermediate, made[args[0]])
			if len(points) != 1 {
				return fmt.Errorf("there are %d points", len(points))
			}
			event := fmt.Sprintf(`{"source":"aws.backup","detail-type":"Copy Job State Change","account":"111111111111","resources":["x"],"detail":{"copyJobId":"j",
				"state":"COMPLETED","resourceType":%q,"resourceArn":%q,"sourceBackupVaultArn":%q,"destinationBackupVaultArn":%q,"destinationRecoveryPointArn":%q}}`,
				made[args[0]].Type, made[args[0]].ARN, s.Local.ARN, s.Intermediate.ARN, points[0].RecoveryPointArn)
			return os.WriteFile(ts.MkAbs(args[1]), []byte(event), 0o600)
		}},
		"letter-of": {"QUEUE list.json VARIABLE: the variable is the id of the first letter of a queue", func(ts *testscript.TestScript, args []string) error {
			var listed struct {
				Letters []struct{ ID, Queue string }
			}
			if err := json.Unmarshal([]byte(ts.ReadFile(args[1])), &listed); err != nil {
				return err
			}
			for _, l := range listed.Letters {
				if l.Queue == args[0] {
					ts.Setenv(args[2], l.ID)
					return nil
				}
			}
			return fmt.Errorf("there is none")
		}},
		"leave": {"QUEUE file [NAME VALUE]...: a message is in a queue, with attributes", func(ts *testscript.TestScript, args []string) error {
			attributes := map[string]sqs.Attribute{}
			for i := 2; i+1 < len(args); i += 2 {
				attributes[args[i]] = sqs.Attribute{DataType: "String", StringValue: args[i+1]}
			}
			return s.World.SQS.Deliver(s.queueARN(args[0]), ts.ReadFile(args[1]), attributes, "somebody")
		}},
	} {
		checks[name] = c.run
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if err := c.run(ts, args); neg || err != nil {
				ts.Fatalf("%s (usage: %s %s)", err, name, c.usage)
			}
		}
	}
	commands["await"] = func(ts *testscript.TestScript, neg bool, args []string) {
		var err error
		for range 500 { // of real time, for a command beside it
			if err = checks[args[0]](ts, args[1:]); err == nil && !neg {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		ts.Fatalf("%v (usage: await CHECK args...: wait until a command has made it so)", err)
	}
	return commands
}

// queueARN is a queue's ARN, or that of a queue in the backup account by its name.
func (s *script) queueARN(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return s.Queue(name).ARN
}

func is(n int, want string) error {
	if strconv.Itoa(n) != want {
		return fmt.Errorf("there are %d", n)
	}
	return nil
}
