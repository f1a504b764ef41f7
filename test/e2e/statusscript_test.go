package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// viewingCommands are what scripts of the commands that look can do besides.
func (s *script) viewingCommands() map[string]scriptCommand {
	return map[string]scriptCommand{
		"point":    {"VAULT NAME: have POINT be the ARN of a resource's newest point in a vault", s.point},
		"database": {"TYPE NAME TAG [closed]: make a database with the tag of a plan", s.database},
		"join":     {"ACCOUNT: have an account join the members' unit", func(_ *testscript.TestScript, args []string) error { return s.Join(args[0]) }},
		"fate":     {"ACCOUNT END RUN [MESSAGE]: have copies that the account starts end so after a time in RUNNING", s.fate},
	}
}

func (s *script) database(_ *testscript.TestScript, args []string) error {
	r, err := s.Add(stage.Resource{Name: args[1], Type: args[0], Plan: args[2], Bytes: 10 << 30, Closed: len(args) > 3 && args[3] == "closed"})
	s.owned = append(s.owned, r)
	return err
}

func (s *script) fate(_ *testscript.TestScript, args []string) error {
	run, err := time.ParseDuration(args[2])
	if err != nil {
		return err
	}
	message := ""
	if len(args) > 3 {
		if message, err = strconv.Unquote(`"` + args[3] + `"`); err != nil {
			return err
		}
	}
	s.World.Backup.Configure(func(c *backup.Config) {
		before := c.Plan
		c.Plan = func(job backup.CopyJob) backup.Course {
			if job.AccountID == args[0] {
				return backup.Course{Run: run, End: args[1], Message: message}
			}
			if before == nil {
				return backup.Course{Wait: time.Minute, Run: 10 * time.Minute}
			}
			return before(job)
		}
	})
	return nil
}

func (s *script) point(ts *testscript.TestScript, args []string) error {
	vault, ok := map[string]hop.Vault{"local": s.Local, "intermediate": s.Intermediate, "final": s.Final}[args[0]]
	if !ok {
		return fmt.Errorf("there is no vault %s", args[0])
	}
	for _, point := range s.World.Backup.RecoveryPoints(vault.ARN) { // newest first
		if strings.HasSuffix(point.ResourceArn, ":"+args[1]) {
			ts.Setenv("POINT", point.RecoveryPointArn)
			return nil
		}
	}
	return fmt.Errorf("%s has no point of %s", args[0], args[1])
}
